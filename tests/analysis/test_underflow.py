"""Events too improbable for a number in double precision: what they tell is known all the same.

A sender goes against its interest: with probability exp(-r) / (1 + exp(-r)) where it is weak, with 1.003 r in place of
r where it is strong, r being the rationality. So who has gone is weak with odds of exp(0.003 r), whatever r is.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import detente as dt
from detente.analysis.hypotheses import groups
from detente.analysis.indicators import joint
from detente.analysis.solved import Solved, solve_draws
from detente.analysis.updating import belief_paths, moves_after, outcomes_after
from detente.analysis.worth import decision_at, next_decision, worth_of
from detente.case.read import read_text
from detente.game.compiling.build import compile_crisis
from detente.game.drawn.draws import median_draw

CASE = (Path(__file__).parent.parent / "failing" / "belief-underflow.yaml").read_text("utf-8")
RATES = [300.0, 742.0, 744.0, 2000.0]


def solved_at(rationality: float) -> Solved:
    crisis = read_text(CASE, "belief-underflow.yaml")
    return solve_draws(compile_crisis(crisis), median_draw(crisis), rationality=rationality)


def weak(rationality: float) -> float:
    return 1 / (1 + np.exp(-0.003 * rationality))


@pytest.mark.parametrize("rationality", RATES)
def test_a_condition_that_is_all_but_impossible_tells_what_it_tells(tmp_path, rationality):
    (tmp_path / "case.yaml").write_text(CASE, "utf-8")
    asked = ("P(weak) given (m = go)", "E(if(weak, 2, 1)) given (m = go)", "U(s) given (m = go)", "P(weak)")
    found = dt.ask(tmp_path / "case.yaml", *asked, rationality=rationality).values
    first, second, third, unconditional = (float(found[text][0]) for text in asked)
    p = weak(rationality)
    assert first == pytest.approx(p, abs=1e-9)
    assert second == pytest.approx(1 + p, abs=1e-9)
    assert third == pytest.approx(-p - 1.003 * (1 - p), abs=1e-9)
    assert unconditional == 0.5
    events = dt.ask(tmp_path / "case.yaml", "P(weak)", events=True, rationality=rationality).values["P(weak)"]
    assert float(events[0]) == pytest.approx(p, abs=1e-9)


@pytest.mark.parametrize("rationality", RATES)
def test_beliefs_evidence_and_what_comes_next_are_known_after_it(rationality):
    solved, p = solved_at(rationality), weak(rationality)
    paths = {(path.observer, path.subject.id, path.subject.value): path for path in belief_paths(solved)}
    for key in (("analyst", "weak", ""), ("r", "weak", ""), ("r", "s.t", "weak")):
        assert paths[key].posterior[0] == pytest.approx([0.5, p], abs=1e-9)
        assert paths[key].log_ratio[0, 1] == pytest.approx(0.003 * rationality, abs=1e-9)
    [types] = [group for group in groups(list(paths.values())) if group.id == "s.t"]
    assert types.diagnosticity[0, 0] == pytest.approx(0.003 * rationality, abs=1e-9)
    assert outcomes_after(solved)[0] == pytest.approx([0, 1])
    assert moves_after(solved)[-1][0] == pytest.approx([0.5, 0.5])
    assert joint(solved)[0, :, 0] == pytest.approx([1, p, p, 1 - p], abs=1e-9)


@pytest.mark.parametrize("rationality", RATES)
def test_what_knowing_is_worth_is_known_where_a_decision_all_but_never_comes_up(rationality):
    solved, p = solved_at(rationality), weak(rationality)
    position = next_decision(solved.game, solved.crisis, "r")
    decision = decision_at(solved.game, solved.crisis, "r", position)
    found = worth_of(solved, decision)
    assert found.weight[0] == pytest.approx([1.0])
    assert found.choices[0, 0] == pytest.approx([0.0, 0.0])
    [known] = found.known
    assert known.chance[0, 0, :2] == pytest.approx([p, 1 - p], abs=1e-9)


def test_what_nature_rules_out_stays_impossible_and_is_told_as_unknown(tmp_path):
    text = CASE.replace("weak: 0.5, strong: rest", "weak: 0, strong: rest").replace("timeline", "about: a\n#")
    (tmp_path / "case.yaml").write_text(text, "utf-8")
    found = dt.ask(tmp_path / "case.yaml", "P(m = go) given (s.t = weak)", "P(weak) given (m = go)", rationality=744)
    first, second = (float(values[0]) for values in found.values.values())
    assert np.isnan(first)
    assert second == 0


@pytest.mark.parametrize("rationality", [600, 744, 3000])
def test_derivatives_given_what_double_precision_does_not_hold_are_those_of_the_closed_form(tmp_path, rationality):
    (tmp_path / "case.yaml").write_text(CASE, "utf-8")
    found = dt.gradient(tmp_path / "case.yaml", "P(weak) given (m = go)", rationality=rationality).to_frame()
    slope = found[found.quantity == "rationality"]["derivative"].item()
    assert slope == pytest.approx(0.003 * weak(rationality) * (1 - weak(rationality)), rel=1e-6)
