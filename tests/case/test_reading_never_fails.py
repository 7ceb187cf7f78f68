"""Whatever stands in a file, it reads as a case or gives problems that say where and what."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from benchmarks.adversary.mutants import mutant

from detente.case.catalogue import catalogue
from detente.case.read import read_case, read_text
from detente.case.written_back.write import case_text
from detente.case.yaml.composing import Grower
from detente.case.yaml.events import BadYamlError
from detente.crisis.model import Crisis
from detente.errors import CaseError
from detente.game.checked.checks import check_crisis
from detente.inert import inert

CASES = {each.name: Path(each.path).read_text("utf-8") for each in catalogue()}
SMALL = sorted(name for name, text in CASES.items() if len(text) < 5000)
FAILING = Path(__file__).parents[1] / "failing"
BUDGET = 2**24


def read(text: str) -> Crisis | None:
    """The crisis, or None where problems are told: every one with a place in the text, in words that only print."""
    try:
        return read_text(text, "case.yaml")
    except CaseError as error:
        problems = error.problems
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert problems
    for problem in problems:
        assert problem.where is not None, problem
        assert 1 <= problem.where.line <= len(lines)
        assert problem.where.column >= 1
        assert inert(problem.what) == problem.what
    return None


@pytest.mark.parametrize("name", SMALL)
def test_every_prefix_of_a_case_reads_or_gives_located_problems(name):
    rng = Random(name)
    text = CASES[name]
    for end in {*range(1, len(text), 311), *(rng.randrange(len(text)) for _ in range(15))}:
        read(text[:end])


def test_a_file_cut_off_within_a_key_is_told_at_that_key():
    with pytest.raises(CaseError) as error:
        read_case(FAILING / "truncated-file.yaml")
    (problem,) = error.value.problems
    assert (problem.where.line, problem.where.column) == (5, 3)
    assert "colon was expected" in problem.what


@pytest.mark.parametrize("seed", range(4))
def test_mutants_read_and_are_written_back_or_give_located_problems(seed):
    rng = Random(seed)
    told = 0
    for _ in range(40):
        crisis = read(mutant(CASES[rng.choice(SMALL)], rng))
        if crisis is None:
            told += 1
        else:
            assert read_text(case_text(crisis)).digest == crisis.digest
    assert 10 < told < 40  # else the mutants are too tame, or none of them is a case any more


def test_what_is_wrong_with_a_mutant_that_reads_is_told_with_its_place():
    rng = Random(20250307)
    checked = 0
    for _ in range(60):
        crisis = read(mutant(CASES["two-readings"], rng))
        if crisis is not None:
            checked += 1
            for problem in check_crisis(crisis, memory_budget=BUDGET).problems:
                assert problem.where is not None, problem
    assert checked > 5


def test_play_that_runs_out_of_stages_is_told_at_the_move_after_which_nothing_follows():
    text = CASES["two-readings"].replace("refuse: {end: refusal}", "refuse: ")
    (problem,) = check_crisis(read_text(text, "case")).problems
    assert problem.what == "play can run out of stages without an outcome: nothing follows `refuse` at `answer`"
    assert text.split("\n")[problem.where.line - 1][problem.where.column - 1 :] == "refuse: "


def test_a_parser_that_limits_depth_itself_is_put_into_our_words():
    grower = Grower("case", ["a: [[["], "a: [[[")
    error = type("Error", (Exception,), {"problem": "exceeded maximum nesting depth", "context": ""})()
    grower.refuse_yaml(BadYamlError(error))
    assert "nested beyond all reason" in grower.problems[0].what
    assert grower.problems[0].where is not None
