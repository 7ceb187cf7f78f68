"""The tree of histories, and what is told of one decision, against ways counted one by one."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

import detente as dt
from detente.analysis.histories import EVERYBODY, History
from detente.game import paths

CASES = ["demand", "two-readings", "schultz-1999-crisis", "cho-kreps-1987-beer-quiche", "kreps-wilson-1982-chain-store"]


def seen(crisis, step, move: int, observer: str | None) -> str | None:
    """The look of a move to an observer; None where it sees nothing."""
    if not step.stage:
        return None
    stage = crisis.stage(step.stage)
    if observer is None or observer == stage.by:
        return step.labels[move]
    watching = [actor.id for actor in crisis.actors] if observer == EVERYBODY else [observer]
    return stage.shown(move) if all(stage.sees(each) for each in watching) else None


def counted(solved, observer) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """By address the probability of every history, and of every outcome at which its observer sees nothing more."""
    game, crisis = solved.game, solved.crisis
    story = paths.story_of(game)
    chance, ends = defaultdict(float), defaultdict(lambda: defaultdict(float))
    for leaf, node in enumerate(game.leaf_node.tolist()):
        words, at, probability = list[str](), node, 1.0
        while at:
            step = story.steps[int(story.step[at])]
            look = seen(crisis, step, int(story.move[at]), observer)
            if look is not None:
                words.append(f"{step.stage}, round {step.round}: {look}" if step.round else f"{step.stage}: {look}")
            action = int(game.action[at])
            own = solved.solution.behaviour[0, action] if action >= 0 else solved.numbers.chance[0, game.chance[at]]
            probability *= float(own)
            at = int(game.parent[at])
        words.reverse()
        for length in range(len(words) + 1):
            chance[" / ".join(words[:length])] += probability
        ends[" / ".join(words)][crisis.outcomes[int(story.outcome[leaf])].id] += probability
    return chance, ends


def below(ends, address: str, outcome: str) -> float:
    inside = (each for each in ends if each == address or not address or each.startswith(address + " / "))
    return sum(ends[each].get(outcome, 0.0) for each in inside)


@pytest.mark.parametrize("case", CASES)
def test_every_history_has_the_probability_and_the_endings_counted_way_by_way(case):
    solved = dt.solve(case, rationality=6)
    crisis = solved.solved.crisis
    for observer in (None, EVERYBODY, *(actor.id for actor in crisis.actors)):
        chance, ends = counted(solved.solved, observer)
        told = {each.address: each for each in solved.histories(observer, least=0).walk()}
        assert told.keys() == {address for address, p in chance.items() if p > 0}
        for address, history in list(told.items())[:20]:
            assert history.in_all == pytest.approx(chance[address], abs=1e-12)
            for name, share in history.outcomes.items():
                assert share * history.in_all == pytest.approx(below(ends, address, name), abs=1e-12)
            assert dict(history.ends) == pytest.approx({k: p for k, p in ends.get(address, {}).items() if p > 0})


def test_a_tree_adds_up_and_opening_its_rests_comes_to_every_history_once():
    solved = dt.solve("demand", rationality=6)
    reached: list[str] = []

    def look(history: History, *, opened: bool = False) -> None:
        parts = [*history.branches, *([history.rest] if history.rest else [])]
        whole = sum(each.in_all for each in parts) + sum(history.ends.values())
        if not opened:
            reached.append(history.address)
            assert whole == pytest.approx(history.in_all, abs=1e-12)
        for branch in history.branches:
            look(branch)
        if history.rest is not None:
            inside = solved.histories(root=history.rest.address, least=0.2)
            shown = sum(each.in_all for each in inside.branches) + (inside.rest.in_all if inside.rest else 0.0)
            assert shown == pytest.approx(history.rest.in_all, abs=1e-12)
            look(inside, opened=True)

    look(solved.histories(least=0.2))
    assert len(reached) == len(set(reached))
    assert set(reached) == {each.address for each in solved.histories(least=0).walk()}


def test_an_address_finds_its_history_again():
    solved = dt.solve("kreps-wilson-1982-chain-store", rationality=4)
    for history in list(solved.histories(least=0.05).walk())[1:40]:
        again = solved.histories(root=history.address, least=0.5)
        assert (again.address, again.in_all, again.move) == (history.address, history.in_all, history.move)


@pytest.mark.parametrize("case", CASES)
def test_worths_at_a_decision_are_those_by_which_players_choose(case):
    rationality = 3.0
    solved = dt.solve(case, rationality=rationality)
    addresses = dict.fromkeys(each.decision for each in solved.histories(least=0.01).walk() if each.decision)
    for address in list(addresses)[:12]:
        decision = solved.decision(address)
        assert sum(each.share for each in decision.situations) == pytest.approx(1)
        for situation in decision.situations:
            assert sum(move.probability for move in situation.moves) == pytest.approx(1)
            logs = [np.log(move.probability) - rationality * move.worth for move in situation.moves]
            assert np.ptp(logs) < 1e-7
            assert min(move.loss for move in situation.moves) == 0
        before, _, _ = address.rpartition(" / ")
        for branch in solved.histories(root=before, least=0).branches:
            if branch.decision == address:
                own = sum(
                    each.share * next((m.probability for m in each.moves if m.move == branch.move), 0.0)
                    for each in decision.situations
                )
                assert own * decision.in_all == pytest.approx(branch.in_all, abs=1e-12)


def settings_of(solved, count: int) -> list[dict[str, float]]:
    quantities = solved.solved.draws.quantities
    return [{name: float(values[draw]) for name, values in quantities.items()} for draw in range(count)]


def test_over_draws_a_history_has_its_mean_and_its_error():
    solved = dt.solve("demand", draws=8, rationality=6)
    root = solved.histories(least=0.05)
    single = [dt.solve("demand", rationality=6, set=each) for each in settings_of(solved, 8)]
    for history in root.branches:
        own = np.array([each.histories(root=history.address).in_all for each in single])
        assert history.in_all == pytest.approx(own.mean())
        assert history.error == pytest.approx(own.std(ddof=1) / np.sqrt(8))
    war = np.mean(solved.outcomes["war"])
    assert root.outcomes["war"] == pytest.approx(war)
    assert np.isnan(dt.solve("demand", rationality=6).histories().branches[0].error)


def test_what_names_nothing_is_refused_with_what_there_is():
    solved = dt.solve("schultz-1999-crisis")
    first = solved.histories(least=0).branches[0]
    with pytest.raises(dt.RequestError, match="observers"):
        solved.histories("nobody")
    with pytest.raises(dt.RequestError, match="at the start"):
        solved.histories(root="nothing: at all")
    with pytest.raises(dt.RequestError, match="is no decision"):
        solved.decision(f"{first.address} / nothing")
    with pytest.raises(dt.RequestError, match="least"):
        solved.histories(least=1)


def test_ranges_are_those_of_the_distributions_and_densities_sum_to_one():
    session = dt.Session("iran-2025")
    found = {each.id: each for each in session.ranges()}
    assert list(found) == [*(quantity.id for quantity in dt.load("iran-2025").quantities), "rationality"]
    for each in found.values():
        if len(each.values):
            assert each.low < each.median < each.high
            assert (each.density > 0).all()
            assert np.trapezoid(each.density, each.values) == pytest.approx(1, abs=0.05)
        else:
            assert each.low == each.median == each.high == each.at
    own = found["rationality"]
    assert (own.low, own.high) == pytest.approx((8 + 0.05 * 17, 25 - 0.05 * 17))
    name = next(each.id for each in found.values() if len(each.values))
    moved = next(each for each in session.set({name: 0.123}).ranges() if each.id == name)
    assert (moved.at, moved.fixed, moved.median) == (0.123, True, found[name].median)
