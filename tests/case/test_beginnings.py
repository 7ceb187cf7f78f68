"""A case can be begun from a few answers, whatever they are, or from a kind of crisis that somebody wrote before."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente.case.beginnings.asked import (
    MOST_PARTIES,
    Choice,
    FirstAnswers,
    Happened,
    Party,
    PartyTurn,
    Want,
    answers_of,
    case_from_answers,
)
from detente.case.beginnings.kinds import begin, beginning, kinds
from detente.case.catalogue import catalogue
from detente.case.form.schema import case_schema
from detente.case.read import read_case, read_text
from detente.case.sources import check_sources
from detente.errors import RequestError

WORDS = st.one_of(
    st.sampled_from(
        ["War", "war", "A deal", "None", "all", "round", "rest", "if", "a.b", "7", "", "  ", "note", "x: y"]
    ),
    st.text(max_size=12),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=6),
)
SIDES = st.sampled_from(["A", "B", "a", "The west", "", "nature", "Ä", "uniform"])


@st.composite
def answers(draw: st.DrawFn) -> FirstAnswers:
    """FirstAnswers that need not fit together."""
    wants = st.builds(Want, WORDS, WORDS, WORDS)
    sides = st.builds(Party, SIDES, st.lists(wants, max_size=3).map(tuple))
    choices = st.builds(Choice, WORDS, WORDS)
    turns = st.builds(
        PartyTurn, SIDES, st.lists(choices, max_size=3).map(tuple), WORDS, st.lists(SIDES, max_size=2).map(tuple)
    )
    happened = st.builds(Happened, st.integers(-1, 5), WORDS, st.sampled_from(["", "2025-03-07", "2024-01-01", "soon"]))
    return FirstAnswers(
        draw(WORDS),
        tuple(draw(st.lists(sides, max_size=3))),
        tuple(draw(st.lists(WORDS, max_size=3))),
        tuple(draw(st.lists(turns, max_size=3))),
        draw(WORDS),
        tuple(draw(st.lists(happened, max_size=3))),
    )


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(answers())
def test_any_answers_give_a_case_that_checks(given_answers):
    crisis = read_text(case_from_answers(given_answers))
    assert crisis.actors
    assert crisis.outcomes


@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(answers())
def test_any_answers_give_a_case_that_solves(given_answers):
    import detente as dt

    crisis = read_text(case_from_answers(given_answers))
    outcomes = dt.solve(crisis).outcomes
    assert sum(float(each.mean()) for each in outcomes.values()) == pytest.approx(1)


STRAIT = FirstAnswers(
    "The strait",
    (
        Party("Coast", (Want("Tolls", "Opened", "A clash"), Want("Closure", "Closed"))),
        Party("Fleet", (Want("Trade", "Opened"),)),
    ),
    ("Opened", "Closed", "A clash"),
    (
        PartyTurn("Coast", (Choice("Leaves it open", "Opened"), Choice("Threatens")), "The threat"),
        PartyTurn("Fleet", (Choice("Reroutes", "Closed"), Choice("Escorts", "A clash")), "The answer"),
    ),
    "Opened",
    (Happened(1, "Threatens", "2025-03-07"),),
)


def test_what_was_answered_is_what_the_case_says():
    crisis = read_text(case_from_answers(STRAIT))
    assert [(actor.id, actor.name) for actor in crisis.actors] == [("coast", "Coast"), ("fleet", "Fleet")]
    assert crisis.private("coast", "aim").values == ("tolls", "closure")
    assert [stage.label for stage in crisis.stages()] == ["The threat", "The answer"]
    assert [move.label for move in crisis.stage("the_answer").moves] == ["Reroutes", "Escorts"]
    assert [(seen.stage, seen.move, str(seen.date)) for seen in crisis.timeline] == [("the_threat", 1, "2025-03-07")]
    text = case_from_answers(STRAIT)
    assert "order: opened > closed > a_clash" in text
    assert "closed > {opened, a_clash}" in text
    assert [reading.name for reading in crisis.readings] == ["Coast wants this: Tolls", "Coast wants this: Closure"]


def test_answers_come_from_plain_values_as_a_form_sends_them():
    plain = {
        "title": "The strait",
        "sides": [{"name": "Coast", "wants": [{"name": "Tolls", "best": "Opened"}]}, {"name": "Fleet"}],
        "endings": ["Opened", "Closed"],
        "turns": [{"side": "Coast", "choices": [{"name": "Opens", "ending": "Opened"}], "hidden_from": ["Fleet"]}],
        "happened": [{"turn": 1, "choice": "Opens"}],
    }
    found = answers_of(plain)
    assert found.sides[0].wants == (Want("Tolls", "Opened"),)
    assert found.turns[0].hidden_from == ("Fleet",)
    assert read_text(case_from_answers(found)).title == "The strait"
    wrong = ({"sides": 3}, {"sides": [{}]}, {"turns": [[1]]}, {"endings": "War"}, {"happened": [{"turn": "x"}]})
    for each in wrong:
        with pytest.raises(RequestError, match="no answers"):
            answers_of(each)


def test_more_than_a_first_case_should_have_is_refused():
    with pytest.raises(RequestError, match=f"{MOST_PARTIES + 1} sides, at most {MOST_PARTIES}"):
        case_from_answers(FirstAnswers(sides=tuple(Party(f"s{n}") for n in range(MOST_PARTIES + 1))))


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_a_kind_of_crisis_runs_with_its_source_and_without_a_warning(kind, tmp_path):
    import detente as dt
    from detente.game.checked.checks import check_crisis

    written = begin(tmp_path / "mine.yaml", kind)
    assert [path.name for path in written] == ["mine.yaml", f"{kind.name}.txt", "case.schema.json"]
    crisis = read_case(tmp_path / "mine.yaml")
    checked = check_crisis(crisis)
    assert (list(checked.problems), list(checked.warnings)) == ([], [])
    assert not list(check_sources(crisis, tmp_path))
    assert crisis.timeline
    assert len(crisis.timeline) < len(list(crisis.stages())), "something is still to come"
    assert crisis.claims
    assert crisis.scenarios
    assert kind.text.count("?") >= 5, "the comments ask the analyst's questions"
    outcomes = dt.solve(crisis).outcomes
    assert sum(float(each.mean()) for each in outcomes.values()) == pytest.approx(1)
    assert json.loads((tmp_path / "case.schema.json").read_text("utf-8")) == case_schema()


def test_a_model_of_the_catalogue_is_a_beginning_as_well(tmp_path):
    for model in catalogue()[:3]:
        begin(tmp_path / f"{model.name}.yaml", beginning(model.name))
        assert read_case(tmp_path / f"{model.name}.yaml").digest == read_case(model.path).digest


def test_a_beginning_overwrites_nothing(tmp_path):
    begin(tmp_path / "one.yaml", beginning("deterrence"))
    with pytest.raises(RequestError, match=r"exists already; choose another name, such as .*one-2\.yaml"):
        begin(tmp_path / "one.yaml", beginning("spoiler"))
    (tmp_path / "spoiler.txt").write_text("my own text")
    with pytest.raises(RequestError, match=r"spoiler\.txt exists already, with another text"):
        begin(tmp_path / "two.yaml", beginning("spoiler"))
    assert not (tmp_path / "two.yaml").exists()
    with pytest.raises(RequestError, match="did you mean `deterrence`"):
        beginning("deterence")
