"""Every command tells how what it tells was solved: endings, certificate, and a sentence where it is not as asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from detente.cli.main import app
from detente.equilibrium import solve
from detente.equilibrium.solution import Ending

SOLVING: dict[str, tuple[str, ...]] = {
    "run": ("run", "tiny.yaml", "--draws", "4", "--no-library"),
    "solve": ("solve", "tiny.yaml"),
    "solve --all": ("solve", "kydd-2005-trust", "--all", "--starts", "1"),
    "solve --draws": ("solve", "tiny.yaml", "--draws", "3"),
    "ask": ("ask", "tiny.yaml", "P(war)", "U(challenger)"),
    "ask --force": ("ask", "tiny.yaml", "P(war)", "--force", "demand: high"),
    "ask --gradient": ("ask", "tiny.yaml", "P(war)", "--gradient"),
    "judge": ("judge", "tiny.yaml", "profile.yaml"),
    "watch": ("watch", "open.yaml", "--draws", "3"),
    "worth": ("worth", "tiny.yaml", "defender", "--move", "answer", "--draws", "3"),
    "sensitivity": ("sensitivity", "tiny.yaml", "--solutions", "64"),
    "require": ("require", "tiny.yaml", "P(war) >= 0.9", "--draws", "4"),
    "diff": ("diff", "tiny.yaml", "open.yaml", "--draws", "3"),
    "forecast": ("forecast", "tiny.yaml", "--draws", "4"),
    "score": ("score", "tiny.yaml", "--ended", "war", "--draws", "4"),
    "play": ("play", "tiny.yaml", "--seat", "defender", "--seed", "1", "--move", "fight"),
    "studies": ("studies", "show", "last", "--library", "kept.db"),
}
"""A call of every command that tells something of a solution."""

SILENT = {"check", "show", "export", "new", "schema", "catalogue", "rerun", "estimate", "sentences", "read", "open"}
"""Commands that tell nothing of one. `rerun` says whether every number is the same, certificates included; `estimate`
refuses a row whose equilibrium is not certified, and tells of rows, not of solutions; `open` tells it on its pages."""


def records_in(told: Any) -> Iterator[dict[str, Any]]:
    """Every record of how something was solved in what a command prints as JSON."""
    if isinstance(told, dict):
        for key, value in told.items():
            if key == "how_solved":
                yield from value.values() if "solutions" not in value else [value]
            else:
                yield from records_in(value)
    elif isinstance(told, list):
        for each in told:
            yield from records_in(each)


@pytest.fixture
def cases(door, tiny):
    """The files that the calls name; the cases are solved at a rationality, where a path is followed."""
    text = (door.folder / "tiny.yaml").read_text("utf-8")
    hidden = text.replace("choose: {low: , high: }", "choose: {low: , high: }\n    seen_by: none")
    (door.folder / "tiny.yaml").write_text(hidden, "utf-8")
    unseen = hidden.replace("  - {date: 2025-03-14, stage: answer, move: fight}\n", "").replace("0.15]", "0.2]")
    (door.folder / "open.yaml").write_text(unseen, "utf-8")
    (door.folder / "profile.yaml").write_text("default: equilibrium\nprofile: []\n", "utf-8")
    return door


def keep_a_study(door) -> None:
    assert door("run", "tiny.yaml", "--draws", "2", "--library", "kept.db").exit_code == 0


def commands() -> set[str]:
    named = {each.name or each.callback.__name__ for each in app.registered_commands}
    return named | {each.name for each in app.registered_groups}


def test_every_command_is_known_to_tell_of_a_solution_or_not_to() -> None:
    assert {call.split()[0] for call in SOLVING} | SILENT == commands()


@pytest.mark.parametrize("call", SOLVING)
def test_what_a_command_prints_for_programs_carries_endings_and_certificate(cases, call: str) -> None:
    if call == "studies":
        keep_a_study(cases)
    found = list(records_in(cases.json(*SOLVING[call])))
    assert found
    for each in found:
        assert sum(each["endings"].values()) == each["solutions"] > 0
        assert each["principal"] <= each["solutions"]
        assert each["certified"] <= each["solutions"]
        assert each["says"]
        assert each.keys() >= {"worst_nash_conv", "worst_conditional_regret"}


@pytest.fixture
def off_the_path(monkeypatch):
    """Paths that arrive are told as if they had not: answers are then approximate and not certified."""
    told = tuple(Ending.APPROXIMATE if each.good else each for each in solve.ENDING_BY_STATUS)
    monkeypatch.setattr(solve, "ENDING_BY_STATUS", told)
    monkeypatch.setattr(solve, "EARLY", ())


@pytest.mark.parametrize("call", SOLVING)
def test_a_person_is_told_where_an_answer_is_off_the_path_and_not_certified(cases, off_the_path, call: str) -> None:
    if call == "studies":
        keep_a_study(cases)
    done = cases(*SOLVING[call])
    assert done.exit_code == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert "not known to be on the path from rationality zero" in said
    assert "ot certified" in said
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_where_all_is_as_asked_nobody_is_warned(cases) -> None:
    for call in ("solve", "ask", "worth"):
        said = " ".join(cases(*SOLVING[call]).stdout.split())
        assert "followed from rationality zero" in said
        assert "not known" not in said
        assert "not certified" not in said


def test_the_report_says_where_its_numbers_are_off_the_path(cases, off_the_path) -> None:
    assert cases("run", "tiny.yaml", "--draws", "3", "--no-library", "--out", "told").exit_code == 0
    page = (cases.folder / "told" / "report.html").read_text("utf-8")
    assert "not known to be on the path from rationality zero" in page
    for kind in ("claims", "scenarios", "questions"):
        assert f"Of what the {kind} rest on: " in page
