"""Laws of posteriors over random cases: hidden types, noisy and masked signals, events that some do not see."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from detente.analysis.indicators import joint, watched
from detente.analysis.quantity_of_interest import value_of
from detente.analysis.solved import Solved, solve_draws
from detente.analysis.updating import BeliefPath, belief_paths, outcomes_after
from detente.case.formula.parsing import parse_interest
from detente.case.read import read_text
from detente.crisis.inquiry import ANALYST, Observation
from detente.game.compiling.build import compile_crisis
from detente.game.drawn.draws import sample_draws

EXACT = 1e-10
SEEDS = range(8)
WATCHED = ("one", "two", "three")
"""The stages that timelines tell of, in the order of play; each is played in every history."""


def random_case(seed: int) -> str:
    """A case of three actors: one with two or three types, one whose type depends on the first's, one without."""
    rng = np.random.default_rng(seed)

    def share() -> str:
        return f"{rng.uniform(0.1, 0.9):.3f}"

    def worth() -> str:
        return f"{rng.normal():.3f}"

    types = ["mild", "firm", "wild"][: int(rng.integers(2, 4))]
    priors = rng.dirichlet(np.ones(len(types)) * 2)
    drawn = ", ".join(f"{name}: {prior:.4f}" for name, prior in zip(types[:-1], priors, strict=False))
    masked = "seen_as: {push: noise, feint: noise, wait: calm}" if rng.random() < 0.6 else "seen_by: all"
    first = "by: a\n    choose: {push: {cost: c}, feint: {cost: 0.1}, wait: {}}\n    " + masked
    seen = ["[a]", "[b]", "[a, b]", "all"][int(rng.integers(4))]
    chance = f"if(a.kind = mild, {share()}, {share()})"
    return f"""
detente: 1
title: Random case {seed}
quantities: {{c: {{uniform: [0, 0.5]}}, tilt: {{uniform: [0.2, 0.8]}}}}
actors:
  a: {{private: {{kind: {{{drawn}, {types[-1]}: rest}}}}}}
  b: {{private: {{mood: {{calm: "if(a.kind = mild, tilt, {share()})", angry: rest}}}}}}
  d: {{}}
stages:
  - id: one
    {first}
  - {{id: two, by: nature, chance: {{beep: "{chance}", none: rest}}, seen_by: {seen}}}
  - {{id: three, by: b, choose: {{up: {{}}, down: {{}}}}}}
  - {{id: four, by: d, choose: {{yield: {{end: good}}, fight: {{end: bad}}}}}}
outcomes:
  good: {{payoffs: {{a: "if(one = push, {worth()}, {worth()})", b: "if(three = up, {worth()}, {worth()})",
    d: "{worth()}"}}}}
  bad: {{payoffs: {{a: "if(a.kind = mild, {worth()}, {worth()})", b: "if(b.mood = calm, {worth()}, {worth()})",
    d: "if(a.kind = mild and three = up, {worth()}, {worth()})"}}}}
readings:
  mild: {{when: a.kind = mild}}
  tense: {{when: "a.kind != mild and b.mood = angry"}}
rationality: {rng.uniform(0, 8):.3f}
"""


@pytest.fixture(scope="module", params=SEEDS)
def solved(request) -> Solved:
    crisis = read_text(random_case(request.param), "random.yaml")
    return solve_draws(compile_crisis(crisis), sample_draws(crisis, 4, seed=request.param))


def moves_of(solved: Solved, stage: str) -> range:
    return range(len(solved.crisis.stage(stage).moves))


def seeing(solved: Solved, *moves: int) -> Solved:
    """The same solution with these moves of the first stages as its timeline."""
    events = tuple(Observation(stage, move) for stage, move in zip(WATCHED, moves, strict=False))
    crisis = replace(solved.crisis, timeline=events)
    return Solved(replace(solved.compiled, crisis=crisis), solved.draws, solved.numbers, solved.solution)


def paths(solved: Solved, *moves: int) -> dict[tuple[str, str, str], BeliefPath]:
    found = belief_paths(seeing(solved, *moves))
    return {(path.observer, path.subject.id, path.subject.value): path for path in found}


def looks(solved: Solved, observer: str, stage: str) -> list[list[int]]:
    """The moves of a stage, those together that look alike to the observer."""
    written = solved.crisis.stage(stage)
    every = list(moves_of(solved, stage))
    if observer == ANALYST or observer == written.by:
        return [[move] for move in every]
    if not written.sees(observer):
        return [every]
    by_look: dict[str, list[int]] = {}
    for move in every:
        by_look.setdefault(written.shown(move), []).append(move)
    return list(by_look.values())


def test_posteriors_average_to_what_was_held_before_whoever_looks(solved):
    """A belief is a martingale: each event's posteriors, weighted by its own chances, give the belief before."""
    for before in product(*(moves_of(solved, stage) for stage in WATCHED[:-1])):
        for depth in range(len(WATCHED)):
            after = [paths(solved, *before[:depth], move) for move in moves_of(solved, WATCHED[depth])]
            for key, path in after[0].items():
                back, chances = np.zeros(len(path.posterior)), np.zeros(len(path.posterior))
                for alike in looks(solved, key[0], WATCHED[depth]):
                    seen = after[alike[0]][key]
                    back += seen.likelihood[:, depth + 1] * seen.posterior[:, depth + 1]
                    chances += seen.likelihood[:, depth + 1]
                np.testing.assert_allclose(chances, 1, atol=EXACT)
                np.testing.assert_allclose(back, path.posterior[:, depth], atol=EXACT)


def test_the_chances_of_all_timelines_add_to_one(solved):
    total = np.zeros(solved.count)
    subject = next(iter(paths(solved, 0, 0, 0)))
    for moves in product(*(moves_of(solved, stage) for stage in WATCHED)):
        path = paths(solved, *moves)[ANALYST, subject[1], subject[2]]
        total += np.prod(path.likelihood[:, 1:], axis=1)
    np.testing.assert_allclose(total, 1, atol=EXACT)


def test_the_values_of_a_private_variable_share_all_of_the_belief(solved):
    for moves in product(*(moves_of(solved, stage) for stage in WATCHED)):
        shared: dict[tuple[str, str], np.ndarray] = {}
        for (observer, subject, value), path in paths(solved, *moves).items():
            if value:
                shared[observer, subject] = shared.get((observer, subject), 0.0) + path.posterior
        for total in shared.values():
            np.testing.assert_allclose(total, 1, atol=EXACT)


def test_odds_move_by_the_likelihood_ratio_that_conditioning_by_hand_gives(solved):
    """Source: Bayes' rule in odds form (Good 1950)."""

    def by_hand(text: str) -> np.ndarray:
        return value_of(parse_interest(text, solved.crisis), solved)

    subject = "a.kind = mild"
    for moves in product(*(moves_of(solved, stage) for stage in WATCHED)):
        path = paths(solved, *moves)[ANALYST, "mild", ""]
        given: list[str] = []
        for number, (stage, move) in enumerate(zip(WATCHED, moves, strict=True), 1):
            event = f"{stage} = {solved.crisis.stage(stage).moves[move].id}"
            if_so, if_not = (
                by_hand(f"P({event}) given ({', '.join([*given, each])})") for each in (subject, f"not ({subject})")
            )
            given.append(event)
            np.testing.assert_allclose(path.log_ratio[:, number], np.log(if_so / if_not), atol=1e-9)
        odds = np.log(path.posterior / (1 - path.posterior))
        np.testing.assert_allclose(np.diff(odds, axis=1), path.log_ratio[:, 1:], atol=1e-9)
        np.testing.assert_allclose(
            path.posterior[:, -1], by_hand(f"P({subject}) given ({', '.join(given)})"), atol=EXACT
        )


def test_outcomes_given_the_events_average_to_those_at_the_outset(solved):
    back = np.zeros_like(solved.outcomes)
    for moves in product(*(moves_of(solved, stage) for stage in WATCHED)):
        chance = np.prod(paths(solved, *moves)[ANALYST, "mild", ""].likelihood[:, 1:], axis=1)
        back += chance[:, None] * outcomes_after(seeing(solved, *moves))
    np.testing.assert_allclose(back, solved.outcomes, atol=EXACT)


def test_what_may_be_seen_next_averages_to_what_is_held_now(solved):
    for first in moves_of(solved, "one"):
        now = seeing(solved, first)
        table = joint(now)
        by_stage: dict[int, np.ndarray] = {}
        for each in watched(now.game, now.crisis, table):
            by_stage[each.sight.step] = by_stage.get(each.sight.step, 0.0) + each.chance[:, None] * each.after
        for back in by_stage.values():
            np.testing.assert_allclose(back, table[:, 1:, 0], atol=EXACT)
