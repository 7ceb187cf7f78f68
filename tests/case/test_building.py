"""A case built in Python is the case read from a file, and is refused in the same words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from detente.case.builder import Builder, case_from, stage, together
from detente.case.read import read_text
from detente.errors import CaseError

EXAMPLE = (Path(__file__).parent / "example.yaml").read_text("utf-8")


def example() -> Builder:
    return (
        Builder(
            "A demand backed by force",
            "One side demands a share of a disputed good; the other knows its own cost of war, the first does not.",
        )
        .source("brief", title="Desk brief", publisher="Example desk", published=date(2025, 3, 24), file="brief.txt")
        .quantity("p", 0.5, name="chance that A wins a war")
        .quantity(
            "cost_a",
            uniform=(0.05, 0.15),
            name="A's cost of war",
            because=[{"source": "brief", "sentence": 4, "says": "A is tired"}],
        )
        .quantity("leak_rate", np.float64(0.3), note="analyst's judgement")
        .actor("a", "Challenger")
        .actor(
            "b", "Defender", private={"cost": {"uniform": [0, 0.3], "points": 4}, "aim": {"deal": 0.4, "hawk": "rest"}}
        )
        .state("programme", values=["frozen", "running", "racing"], start="running")
        .stage("demand", by="a", choose={"from": 0, "to": 1, "step": 0.1})
        .stage("leak", by="nature", chance={"seen": "leak_rate", "unseen": "rest"}, seen_by=["a"])
        .stage(
            "answer",
            by="b",
            choose={
                "accept": {"end": "settlement"},
                "fight": {"when": "b.cost < 0.2", "end": "war", "cost": 0.1},
                "stall": {"set": {"programme": "racing"}},
            },
        )
        .outcome("settlement", name="Settlement", payoffs={"a": "demand", "b": "1 - demand"})
        .outcome("war", name="War", payoffs={"a": "p - cost_a", "b": "1 - p - b.cost"})
        .outcome("standoff", name="Standoff", payoffs={"a": 0.4, "b": "if(programme = racing, 0.5, 0.2)"})
        .at_the_end("standoff")
        .reading("tough", "b.cost < 0.1", name="B would rather fight than lose half")
        .observation(
            "demand", 0.6, date="2025-03-07", because=[{"source": "brief", "sentence": 2, "says": "A asks for most"}]
        )
        .observation("answer", "stall", date=date(2025, 3, 14))
        .question("war_and_cost", vary="cost_a", from_=0, to=0.3, steps=31, show=["P(war)", "E(demand)"])
        .claim(
            "pain",
            says="The costlier war is for A, the less likely it is",
            by="Desk",
            raise_="cost_a",
            expect="falls",
            of="P(war)",
        )
        .scenario("painless", set={"cost_a": 0})
        .scenario("no_ultimatum", forbid={"demand": [0.9, 1]})
    )


def test_a_case_built_in_python_equals_the_case_read_from_yaml():
    built, read = example().build("example"), read_text(EXAMPLE, "example.yaml")
    assert built == read
    assert built.digest == read.digest


def test_sections_may_be_given_at_once():
    crisis = case_from(
        title="Two moves",
        actors={"a": None, "b": None},
        stages=[
            {"together": [stage("x", by="a", choose={"in": None, "out": None}), stage("y", by="b", choose={"up": {}})]}
        ],
        outcomes={"end": {"payoffs": {"others": 0}}},
        finally_="end",
    )
    built = (
        Builder("Two moves")
        .actor("a")
        .actor("b")
        .together(stage("x", by="a", choose={"in": None, "out": None}), stage("y", by="b", choose={"up": None}))
        .outcome("end", payoffs={"others": 0})
        .at_the_end("end")
        .build()
    )
    assert crisis == built


def test_blocks_repeat():
    crisis = (
        Builder("Rounds")
        .actor("a")
        .repeat(2, stage("x", by="a", choose={"in": None}), together(stage("y", by="a", choose={"up": None}),
                                                                    stage("z", by="a", choose={"up": None})))
        .outcome("end", payoffs={"a": "count(x, 'in')"})
        .at_the_end({"when": "x = 'in'", "outcome": "end"}, "end")
        .preference("a", "end")
        .rationality(3)
        .build()
    )  # fmt: skip
    assert [each.id for each in crisis.stages()] == ["x", "y", "z"]


def test_problems_are_told_all_at_once_with_a_path_in_place_of_a_line():
    with pytest.raises(CaseError) as error:
        example().quantity("q", "cost_b").stage("late", by="c", choose={"x": {"ned": "war"}}).build()
    assert str(error.value).split("\n") == [
        "error: stages[3].choose.x.ned: unknown key `ned`",
        "    did you mean `end`?",
        "error: quantities.q.equals: unknown name `cost_b`",
        "    did you mean `cost_a`?",
    ]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (float("nan"), "quantities.q.value: `nan` is not a finite number"),
        (float("inf"), "quantities.q.value: `inf` is not a finite number"),
        (object(), "quantities.q.value: a object has no place in a case"),
        ({1, 2}, "quantities.q.value: a set has no place in a case"),
    ],
)
def test_values_that_no_case_can_hold_are_refused(value, words):
    with pytest.raises(CaseError) as error:
        example().quantity("q", value).build()
    assert words in str(error.value)


def test_a_name_given_twice_is_refused():
    with pytest.raises(CaseError, match=r"quantities\.p: duplicate key `p`"):
        example().quantity("p", 1).build()


def test_a_structure_without_end_is_refused():
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(CaseError, match="nested too deeply"):
        case_from(title="x", actors={}, stages=loop, outcomes={})


def test_a_case_without_anything_says_what_it_needs():
    with pytest.raises(CaseError) as error:
        Builder("Nothing").build()
    assert [problem.what for problem in error.value.problems] == [
        "actors: there are no actors", "stages: there are no stages", "outcomes: there are no outcomes",
    ]  # fmt: skip
