"""One record says how an answer was solved; what was continued can be settled from rationality zero."""

from __future__ import annotations

import numpy as np
import pytest
from tests.data import FIRST_EDITION

import detente as dt
from detente.equilibrium.solution import Ending
from detente.study.how_solved import ANOTHER_WAY, FOLLOWED, SHORT, WITHOUT_ANSWER, Checks, HowSolved


def solved(*endings: Ending, gain: float = 0.0, regret: float = 0.0) -> HowSolved:
    ones = np.ones(len(endings))
    return HowSolved.read(endings, Checks(gain * ones, regret * ones, ones, 0.0 * ones))


@pytest.mark.parametrize("ending", [each for each in Ending if each not in FOLLOWED | ANOTHER_WAY])
def test_every_ending_elsewhere_is_told_in_its_own_sentence(ending: Ending) -> None:
    warnings = solved(ending).warnings
    where = (
        "has no answer"
        if ending in WITHOUT_ANSWER
        else "short of where"
        if ending in SHORT
        else "not known to be on the path"
    )
    assert where in warnings[0]
    assert warnings[0].endswith(ending.value)
    assert (len(warnings) == 1) == ending.good
    assert not solved(ending).as_asked


@pytest.mark.parametrize("ending", sorted(FOLLOWED, key=lambda each: each.name))
def test_an_ending_on_the_path_is_told_without_a_warning(ending: Ending) -> None:
    found = solved(ending, ending)
    assert found.as_asked
    assert found.warnings == []
    assert found.sentence.startswith("2 solutions, followed from rationality zero to ")


def test_in_the_limit_a_gain_at_a_decision_that_play_never_comes_to_is_not_certified() -> None:
    assert solved(Ending.LIMIT, regret=2e-6).certified == 0
    assert solved(Ending.LIMIT, gain=2e-6).certified == 0
    assert solved(Ending.LIMIT, gain=9e-7, regret=9e-7).certified == 1
    assert solved(Ending.LIMIT, gain=np.nan).certified == 0


def test_at_a_rationality_errors_cost_something_and_are_no_defect() -> None:
    assert solved(Ending.REACHED, Ending.ADJUSTED, gain=0.1, regret=0.1).certified == 2


def test_records_add_up() -> None:
    parts = [solved(Ending.LIMIT, Ending.PARTS, gain=1e-8), solved(Ending.APPROXIMATE, gain=1e-3), HowSolved()]
    whole = HowSolved.together(parts)
    assert (whole.solutions, whole.principal, whole.certified) == (3, 1, 2)
    assert whole.worst_nash_conv == 1e-3
    said = whole.warnings
    assert said[0].startswith("1 of 3 solutions is not known")
    assert said[-1] == "1 of 3 solutions is not certified: take the numbers that rest on it as provisional."


def test_play_that_a_mediator_correlates_is_certified_by_what_leaving_it_gains() -> None:
    """Played apart, the same choices would gain a lot by deviating: that says nothing of the joint play."""
    found = dt.solve("kuhn-1950-poker", concept="coarse-correlated", accuracy=1e-3).how_solved
    assert (found.certified, found.warnings) == (1, [])
    assert found.worst_nash_conv <= 1e-3


def test_an_optimal_strategy_is_not_held_to_play_that_never_comes() -> None:
    assert dt.solve("kuhn-1950-poker", concept="zero-sum").how_solved.certified == 1


def test_what_was_continued_onto_another_branch_is_moved_back_by_settling() -> None:
    """Going up in `good_faith` the answer is carried past the place where the path from zero leads elsewhere."""
    case, near = dt.load(FIRST_EDITION), None
    goods = np.linspace(0.3, 0.8, 30)[18:25]
    moved: list[float] = []
    for good in goods.tolist():
        near = dt.solve(case, set={"good_faith": good}, near=near)
        after = near.settle()
        assert after.moved is not None
        moved.append(float(after.moved.max()))
        assert list(after.how_solved.endings) == [Ending.REACHED]
        assert "moved" in after.to_dict()
    assert list(near.how_solved.endings) == [Ending.CONTINUED]
    assert "not known to be on the path" in near.how_solved.warnings[0]
    assert moved[5] > 1e-4
    assert max(moved[:5] + moved[6:]) < 1e-9


def test_settling_says_whether_it_moved() -> None:
    found = dt.equilibria("kydd-2005-trust", starts=2)
    first, other = found[0].settle(), found[1].settle()
    assert "stays where it was" in first.settled
    assert "it moves, by up to" in other.settled
    assert other.outcomes["conflict"] == pytest.approx(found[0].outcomes["conflict"])
    assert first.settled in repr(first)
    assert found[0].settled == ""


def test_what_follows_no_path_cannot_be_settled() -> None:
    with pytest.raises(dt.RequestError, match="there is nothing to settle"):
        dt.solve("signorino-1999-deterrence", concept="backward-induction").settle()


def test_a_study_has_the_record_of_all_that_was_solved() -> None:
    study = dt.run("signorino-1999-deterrence", draws=3)
    by_kind = study.certificate()["how_solved"]
    assert by_kind.keys() >= {"draws", "claims", "scenarios", "questions"}
    assert study.how_solved.solutions == sum(each["solutions"] for each in by_kind.values())
    assert study.how_solved.as_asked


def test_answers_say_how_they_were_solved_in_a_table_and_in_print() -> None:
    found = dt.ask("signorino-1999-deterrence", "P(war)", force="first: escalate")
    assert found.how_solved.solutions == 2
    assert found.how_solved.sentence in repr(found)
    assert set(found.to_frame()["how_solved"]) == {found.how_solved.sentence}
