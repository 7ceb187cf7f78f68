"""Likelihoods of games whose actors know numbers of their own, in the limit of perfect rationality."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import ndtr
from tests.estimation.crisis_game import ENDINGS, QUANTITIES, probabilities, sender, target

from detente.case.read import read_case, read_text
from detente.errors import CaseError
from detente.estimation.model import AskedEntries, Seen
from detente.estimation.smooth import smooth_model, wants_smooth

CASE = read_case(Path(__file__).parent / "sanctions.yaml")


def cells_of(rows, kinds):
    """Every kind in every row."""
    return AskedEntries(np.repeat(np.arange(rows), kinds), np.tile(np.arange(kinds), rows))


def model_of(case, quantities, endings, **options):
    return smooth_model(case, quantities, [Seen(frozenset({each})) for each in endings], **options)


def log_probabilities(model, values, **options):
    """[row, kind]."""
    values = np.atleast_2d(np.asarray(values, float))
    found = model.evaluate(values, cells_of(len(values), len(model.kinds)), **options)
    assert found.good.all()
    return found.log_probability.reshape(len(values), -1)


SANCTIONS = model_of(CASE, QUANTITIES, ENDINGS)


def values_near(rows, seed=3):
    """Quantities about where those of sanctions are, in the order of QUANTITIES, no ending being next to impossible."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(4 * rows, 6)) * [0.4, 0.7, 1, 0.7, 1, 0.7] + [-0.3, 0.8, -2, -1.5, -2, -1.7]
    return values[probabilities(values).min(axis=1) > 1e-6][:rows]


def test_probabilities_equal_closed_forms_of_the_crisis_game():
    values = values_near(40)
    found = log_probabilities(SANCTIONS, values)
    assert np.exp(found) == pytest.approx(probabilities(values), rel=1e-9)
    assert np.exp(found).sum(axis=1) == pytest.approx(1.0, abs=1e-12)


def test_slopes_equal_finite_differences_at_many_step_sizes():
    values = values_near(8)
    slopes = SANCTIONS.evaluate(values, cells_of(8, 4)).slopes.reshape(8, 4, 6)
    for size in (1e-2, 1e-3, 1e-4, 1e-5):
        for column in range(6):
            step = size * np.eye(6)[column]
            apart = log_probabilities(SANCTIONS, values + step) - log_probabilities(SANCTIONS, values - step)
            assert apart / (2 * size) == pytest.approx(slopes[:, :, column], abs=300 * size**2 + 1e-11 / size)


def test_the_likelihood_has_no_kink_where_a_coefficient_crosses_what_were_points():
    # At a kink, second differences over h² grow as 1/h; here halving h leaves them as they are.
    start, way = values_near(1, seed=5), np.array([0.2, 0.5, -0.7, 0.6, 0.9, -0.4])
    rough = {}
    for steps in (120, 240):
        at = np.linspace(-2, 2, steps + 1)
        found = log_probabilities(SANCTIONS, start + at[:, None] * way)
        rough[steps] = np.abs(np.diff(found, n=2, axis=0)).max(axis=0) * (steps / 4) ** 2
    assert rough[240] == pytest.approx(rough[120], rel=0.03)


def test_what_is_found_next_to_a_point_is_what_is_traced():
    values = values_near(12)
    first = SANCTIONS.evaluate(values, cells_of(12, 4))
    near = SANCTIONS.evaluate(values + 0.02, cells_of(12, 4), first.state)
    afresh = SANCTIONS.evaluate(values + 0.02, cells_of(12, 4))
    assert near.log_probability == pytest.approx(afresh.log_probability, abs=1e-10)
    assert near.slopes == pytest.approx(afresh.slopes, abs=1e-8)


def test_an_ending_out_of_reach_has_probability_zero_and_no_slope():
    far = np.array([[60.0, 0.0, -1.0, -1.0, -1.0, -1.0]])
    found = SANCTIONS.evaluate(far, cells_of(1, 4))
    assert found.log_probability[0] == 0.0
    assert np.isneginf(found.log_probability[2])
    assert not found.slopes[2].any()


TWO_SIDED = """
detente: 1
title: Entry
quantities:
  prize: 1
  spread: 0.6
  harm: -0.4
actors:
  one: {private: {cost: {LAW}}}
  two: {private: {will: {normal: [harm, spread], points: 5}}}
stages:
  - {id: enter, by: one, choose: {stay: {end: out}, go: }}
  - {id: meet, by: two, choose: {yield: {end: deal}, fight: {end: war}}}
outcomes:
  out: {payoffs: {one: 0, two: 1}}
  deal: {payoffs: {one: prize - one.cost, two: 0}}
  war: {payoffs: {one: -0.2 - one.cost, two: two.will + BETWEEN}}
"""


def two_sided(law, between="0"):
    return read_text(TWO_SIDED.replace("LAW", law).replace("BETWEEN", between))


@pytest.mark.parametrize(
    ("law", "below"),
    [
        ("uniform: [-1, 1], points: 5", lambda x: (x + 1) / 2),
        ("triangular: [-1, 0.2, 1], points: 5", lambda x: 1 - (1 - x) ** 2 / (2 * 0.8)),
        ("normal: [0.1, 0.5], within: [-1, 1], points: 5", None),
        ("lognormal: [0.3, 2], points: 5", lambda x: ndtr(np.log(x / 0.3) / np.log(2))),
        ("beta: [2, 3], points: 5", lambda x: 1 - (1 - x) ** 3 * (1 + 3 * x)),
    ],
)
def test_a_cut_off_takes_its_share_of_any_law(law, below):
    quantities = ("prize", "spread", "harm")
    model = model_of(two_sided(law), quantities, ("out", "deal", "war"))
    prize, spread, harm = 0.7, 0.5, -0.3
    fights = 1 - ndtr((0 - harm) / spread)
    cut = fights * -0.2 + (1 - fights) * prize
    if below is None:
        ends = [ndtr((each - 0.1) / 0.5) for each in (-1, cut, 1)]
        enters = (ends[1] - ends[0]) / (ends[2] - ends[0])
    else:
        enters = below(cut)
    found = np.exp(log_probabilities(model, [prize, spread, harm]))[0]
    assert found == pytest.approx([1 - enters, enters * (1 - fights), enters * fights], abs=1e-12)
    slopes = model.evaluate(np.array([[prize, spread, harm]]), cells_of(1, 3)).slopes
    for column in range(3):
        step = 1e-5 * np.eye(3)[column]
        ends = [log_probabilities(model, np.array([prize, spread, harm]) + sign * step)[0] for sign in (1, -1)]
        assert (ends[0] - ends[1]) / 2e-5 == pytest.approx(slopes[:, column], abs=1e-7)


def test_what_another_knows_and_one_is_paid_by_counts_by_its_mean_where_it_moves():
    # Two's war is the worse the lower one's cost is; one's cut-off and two's belief about it hold each other up.
    model = model_of(two_sided("normal: [0, 1], points: 5", "one.cost"), ("prize",), ("out", "deal", "war"))

    def reply(cut):
        """One's cut-off where two believes in another."""
        mean = quad(lambda z: z * np.exp(-z * z / 2), -12, cut)[0] / np.sqrt(2 * np.pi) / ndtr(cut)
        fights = ndtr((-0.4 + mean) / 0.6)
        return fights * -0.2 + (1 - fights) * 0.7, fights

    cut = brentq(lambda x: reply(x)[0] - x, -2, 2, xtol=1e-14)
    fights = reply(cut)[1]
    expected = [1 - ndtr(cut), ndtr(cut) * (1 - fights), ndtr(cut) * fights]
    assert np.exp(log_probabilities(model, [0.7]))[0] == pytest.approx(expected, abs=1e-8)
    slope = model.evaluate(np.array([[0.7]]), cells_of(1, 3)).slopes[:, 0]
    ends = [log_probabilities(model, [0.7 + sign])[0] for sign in (1e-5, -1e-5)]
    assert (ends[0] - ends[1]) / 2e-5 == pytest.approx(slope, abs=1e-7)


THREE = """
detente: 1
title: Three errors
quantities: {a: 0.3, b: 0.1, c: -0.2}
actors:
  one:
    private: {e: {normal: [0, 1], points: 3}, f: {normal: [0, 2], points: 3}, g: {normal: [0.5, 1], points: 3}}
stages:
  - {id: choose, by: one, choose: {left: {end: l}, middle: {end: m}, right: {end: r}}}
outcomes:
  l: {payoffs: {one: a + one.e}}
  m: {payoffs: {one: b + one.f}}
  r: {payoffs: {one: c + one.g}}
"""


def test_three_normal_errors_of_three_moves_are_a_trinomial_probit():
    model = model_of(read_text(THREE), ("a", "b", "c"), ("l", "m", "r"))
    found = np.exp(log_probabilities(model, [0.3, 0.1, -0.2]))[0]

    def best(own, sd, others):
        """The chance that a normal number beats others, each (mean, sd)."""

        def share(z):
            beaten = np.prod([ndtr((own + sd * z - mean) / other) for mean, other in others])
            return beaten * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)

        return quad(share, -12, 12)[0]

    errors = [(0.3, 1.0), (0.1, 2.0), (0.3, 1.0)]
    expected = [best(*errors[k], [errors[j] for j in range(3) if j != k]) for k in range(3)]
    assert found == pytest.approx(expected, abs=1e-9)


STAG = """
detente: 1
title: A hunt together
quantities: {noise: 0.35, gain: 2}
actors:
  one: {private: {x: {normal: [0, noise], points: 3}}}
  two: {private: {y: {normal: [0, noise], points: 3}}}
stages:
  - together:
      - {id: first, by: one, choose: {stag: , hare: }}
      - {id: second, by: two, choose: {stag: , hare: }}
finally:
  - {when: first = stag and second = stag, outcome: both}
  - {when: first = hare and second = hare, outcome: neither}
  - {when: first = stag, outcome: left}
  - {outcome: right}
outcomes:
  both: {payoffs: {one: gain + one.x, two: gain + two.y}}
  neither: {payoffs: {one: 1, two: 1}}
  left: {payoffs: {one: one.x, two: 1}}
  right: {payoffs: {one: 1, two: two.y}}
"""


def test_all_three_equilibria_of_a_hunt_are_listed_with_their_likelihood():
    model = model_of(read_text(STAG), ("gain",), ("both", "neither"))
    found = model.equilibria(np.array([[2.1]]))

    def gap(p):
        return ndtr((2.1 * p - 1) / 0.35) - p

    grid = np.linspace(0, 1, 2001)
    roots = [brentq(gap, low, high) for low, high in pairwise(grid) if gap(low) * gap(high) < 0]
    assert len(roots) == 3
    assert np.sort(np.exp(found.log_probability[:, 0])) == pytest.approx(np.square(roots), abs=1e-9)
    assert found.traced.sum() == 1
    assert found.traced[0]
    # The one between the others is left at once by replies to replies.
    assert found.steady[np.argsort(found.log_probability[:, 0])].tolist() == [True, False, True]


def test_the_traced_equilibrium_is_one_of_a_branch_also_where_it_turns():
    model = model_of(read_text(STAG), ("gain",), ("both",))
    gains = np.linspace(1.2, 3.2, 41)[:, None]
    found = model.evaluate(gains, cells_of(41, 1))
    assert found.good.all()
    p = np.exp(found.log_probability / 2)
    assert ndtr((gains[:, 0] * p - 1) / 0.35) == pytest.approx(p, abs=1e-9)


def test_chance_and_named_types_are_followed_as_well():
    text = """
detente: 1
title: A guarded secret
quantities: {p: 0.3, q: 0.2, w: 0.4}
actors:
  one: {private: {kind: {hawk: p, dove: rest}, x: {normal: [0, 1], points: 3}}}
  two: {private: {y: {normal: [0, 1], points: 3}}}
stages:
  - {id: act, by: one, choose: {still: {end: quiet}, move: }}
  - {id: luck, chance: {good: q, bad: rest}, seen_by: none}
  - {id: reply, by: two, choose: {yield: {end: deal}, fight: {end: war}}}
outcomes:
  quiet: {payoffs: {one: 0, two: 0}}
  deal: {payoffs: {one: 1 + one.x, two: -1}}
  war:
    payoffs:
      one: if(one.kind = hawk, w, -w) + one.x
      two: if(luck = good, 0.5, -2) + if(one.kind = hawk, -1, 0) + two.y
"""
    model = model_of(read_text(text), ("p", "q", "w"), ("quiet", "deal", "war"))
    start = np.array([0.35, 0.25, 0.6])
    slopes = model.evaluate(start[None], cells_of(1, 3)).slopes
    for column in range(3):
        step = 1e-5 * np.eye(3)[column]
        apart = log_probabilities(model, start + step) - log_probabilities(model, start - step)
        assert apart[0] / 2e-5 == pytest.approx(slopes[:, column], abs=1e-8)

    fights = 0.5
    for _ in range(300):
        go = {kind: ndtr((1 - fights) * 1 + fights * worth) for kind, worth in (("hawk", 0.6), ("dove", -0.6))}
        hawk = 0.35 * go["hawk"] / (0.35 * go["hawk"] + 0.65 * go["dove"])
        fights = ndtr(0.25 * 0.5 - 0.75 * 2 - hawk + 1)
    moves = 0.35 * go["hawk"] + 0.65 * go["dove"]
    assert np.exp(log_probabilities(model, start))[0] == pytest.approx(
        [1 - moves, moves * (1 - fights), moves * fights], abs=1e-10
    )


def test_only_private_numbers_in_the_limit_ask_for_smooth_probabilities():
    assert wants_smooth(CASE)
    assert wants_smooth(CASE, float("inf"))
    assert not wants_smooth(CASE, 2.0)
    assert not wants_smooth(read_text(THREE.replace("actors:", "rationality: 3\nactors:")))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("one.e}", "one.e * one.f}"), "the payoff of `one` in `l` is not affine in the private number"),
        (("one.e}", "exp(one.e)}"), "the payoff of `one` in `l` is not affine in the private number `one.e`"),
        (("{end: m}", "{end: m, when: one.f > 0}"), "whether `middle` at `choose` is possible depends on"),
        (("one: b + one.f", "one: b"), None),
        (("{one: a + one.e}", "{one: a + one.e + one.f}"), None),
        (
            ("normal: [0, 2]", "uniform: [-2, 2]"),
            "at most two numbers can be integrated over, and more only where all are normal",
        ),
        (("normal: [0, 2]", "triangular: [-2, a, 2]"), "the law of the private number `one.f` depends on what is"),
    ],
)
def test_a_case_that_cannot_be_integrated_is_refused_in_words(change, says):
    case = read_text(THREE.replace(*change))
    if says is None:
        assert model_of(case, ("a",), ("l",))
        return
    with pytest.raises(CaseError) as refused:
        model_of(case, ("a",), ("l",))
    assert says in str(refused.value)


def test_a_decision_without_a_private_number_is_refused_for_its_probabilities_are_steps():
    case = read_text(two_sided_without())
    with pytest.raises(CaseError, match="its probabilities are steps"):
        model_of(case, ("prize",), ("war",))


def two_sided_without():
    text = TWO_SIDED.replace("LAW", "normal: [0, 1], points: 3").replace("BETWEEN", "0")
    return text.replace("two: two.will + 0", "two: -0.1")


def test_the_oracle_is_an_equilibrium():
    values = values_near(5)
    ends = probabilities(values)
    threat = 1 - ends[:, 0]
    resists = (ends[:, 2] + ends[:, 3]) / threat
    assert sender(values, resists)[0] == pytest.approx(threat)
    assert target(values, sender(values, resists)[1]) == pytest.approx(resists)
