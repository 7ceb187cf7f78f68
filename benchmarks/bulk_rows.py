"""Détente alone: many draws, large trees, gradients, the founding case, a number that changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.engine.random_games import signalling

import detente as dt
from benchmarks.logit_rows import ALONE, endings, floor, good, regret
from benchmarks.machine import Machine
from benchmarks.race import Entrant, Row, Timing, in_this_process, race
from detente.equilibrium.derivative import derivatives
from detente.equilibrium.neighbour import Near
from detente.equilibrium.solution import Solution
from detente.equilibrium.solve import solve_game
from detente.game.arrays import Game, Numbers
from detente.game.drawn.draws import median_draw

Floats = NDArray[np.float64]

CERTIFIED = 1e-5  # share of the payoff range below which a draw counts as certified
ENOUGH = 0.995  # share of draws that have to be


def rows(machine: Machine, draws: int, repeats: int, slow: bool) -> Iterator[Row]:
    """Draws first, the founding case last."""
    yield many_draws(40, draws, machine)
    yield gradient(40, repeats)
    yield changed_number(40, machine, repeats)
    yield changed_case("iran-2025", repeats)
    yield founding_case(1000 if slow else max(4, draws // 30))


def plain(game: Game) -> Game:
    """The game without what its own numbers tell of equal payoffs, for other numbers."""
    return replace(game, worth=None)


def signalling_draws(types: int, draws: int) -> tuple[Game, Numbers]:
    """One tree, every payoff drawn anew (standard normal, seeded)."""
    game, numbers = signalling(types)
    payoff = np.random.default_rng(1).normal(size=(draws, *numbers.payoff.shape[1:]))
    return plain(game), Numbers(payoff, np.repeat(numbers.chance, draws, axis=0))


def many_draws(types: int, draws: int, machine: Machine) -> Row:
    """All draws to the limit, all processors; the time is CPU time of one draw."""
    game, block = signalling_draws(types, draws)
    seconds, wall, found = once(lambda: solve_game(game, block))
    row = Row(
        "draws to the limit", f"one of {draws:,} draws of signalling K={types}", Timing("Détente", [seconds / draws])
    )
    shares = found.nash_conv / found.payoff_range
    certified = float((shares <= CERTIFIED).mean())
    row.right = certified >= ENOUGH and solved_alone_alike(game, block, found)
    folds = np.mean([len(turns) > 0 for turns in found.turning_points])
    row.told = (
        f"{game.infosets} information sets, {found.unknowns} unknowns, {draws / seconds:.0f} draws/s/core, "
        f"{wall:.1f} s wall, {certified:.1%} certified below {CERTIFIED:g} R, worst {shares.max():.0e} R, "
        f"{folds:.0%} with folds; five draws solved alone alike"
    )
    row.floor = floor(game, found, machine) / draws
    return row


def once(task: Callable[[], Any]) -> tuple[float, float, Any]:
    """CPU seconds, wall seconds, and what the task found; kernels are loaded by a small solve first."""
    solve_game(*signalling(2), settings=ALONE)
    start, wall = time.process_time(), time.perf_counter()
    found = task()
    return time.process_time() - start, time.perf_counter() - wall, found


def solved_alone_alike(game: Game, block: Numbers, found: Solution) -> bool:
    """True where five draws solved alone have the same outcome as in the block, to 1e-6."""
    for draw in range(0, block.draws, max(1, block.draws // 5)):
        own = Numbers(block.payoff[draw : draw + 1], block.chance[draw : draw + 1])
        alone = solve_game(game, own).behaviour[0]
        if np.abs(endings(game, own, alone) - endings(game, own, found.behaviour[draw])).max() > 1e-6:
            return False
    return True


def gradient(types: int, repeats: int) -> Row:
    """All derivatives of one probability, beside the solve that they need: the task's time is the gradient's."""
    game, numbers = signalling(types)
    rationality = 50.0
    found = solve_game(game, numbers, rationality, settings=ALONE)
    by_leaf = np.zeros((1, 1, game.leaves))
    by_leaf[0, 0, ::2] = 1.0

    row = race(
        "gradient of one quantity in every payoff and chance",
        f"signalling K={types} at λ={rationality:g}",
        [Entrant("Détente", in_this_process(lambda: derivatives(numbers, found, by_leaf)))],
        lambda ours, theirs: "",
        repeats=repeats,
    )
    solve = in_this_process(lambda: solve_game(game, numbers, rationality, settings=ALONE))
    took = float(np.median([solve()[0] for _ in range(repeats)]))
    row.right = derivative_agrees(game, numbers, rationality, by_leaf, row.ours.answer)
    row.told = f"{found.unknowns} unknowns; {row.ours.median / took:.0%} of the solve; against differences to 1e-5"
    return row


def derivative_agrees(game: Game, numbers: Numbers, rationality: float, by_leaf: Floats, found: Any) -> bool:
    """Three payoffs moved a little either way."""
    game = plain(game)
    for kind, player in ((0, 0), (5, 1), (numbers.payoff.shape[1] - 1, 0)):
        ends: list[float] = []
        for sign in (1.0, -1.0):
            payoff = numbers.payoff.copy()
            payoff[0, kind, player] += sign * 1e-5
            moved = Numbers(payoff, numbers.chance)
            at = solve_game(game, moved, rationality, settings=ALONE).behaviour[0]
            ends.append(float(by_leaf[0, 0] @ endings(game, moved, at)))
        if abs((ends[0] - ends[1]) / 2e-5 - found.payoff[0, 0, kind, player]) > 1e-5:
            return False
    return True


def changed_number(types: int, machine: Machine, repeats: int) -> Row:
    """One payoff changes: the new answer, from the game in memory."""
    game, numbers = signalling_draws(types, 1)
    payoff = numbers.payoff.copy()
    payoff[0, 3, 0] += 0.1
    changed = Numbers(payoff, numbers.chance)
    before = Near(numbers, solve_game(game, numbers, settings=ALONE))
    row = race(
        "a changed number to a new answer",
        f"signalling K={types}, to the limit",
        [Entrant("Détente", in_this_process(lambda: solve_game(game, changed, settings=ALONE, near=before)))],
        lambda ours, theirs: "",
        repeats=repeats,
        right=good,
    )
    found: Solution = row.ours.answer
    anew = solve_game(game, changed, settings=ALONE)
    gap = float(np.abs(endings(game, changed, found.behaviour[0]) - endings(game, changed, anew.behaviour[0])).max())
    row.right = row.right and gap < 1e-6
    row.told = f"{found.unknowns} unknowns, NashConv {regret(found):.0e} R; endings as solved anew"
    row.floor = floor(game, found, machine)
    return row


def changed_case(name: str, repeats: int) -> Row:
    """One quantity of a case changes: every ending's probability anew, from the compiled case."""
    compiled = dt.compile(name)
    crisis = compiled.crisis
    assert crisis is not None
    quantity = crisis.quantities[0].id
    before = dt.solve(compiled)
    values = {quantity: 0.9 * float(median_draw(crisis).quantities[quantity][0])}
    row = race(
        "a changed number to a new answer",
        f"{name}, `{quantity}` a tenth lower, at its own rationality",
        [Entrant("Détente", in_this_process(lambda: dt.solve(compiled, set=values, near=before)))],
        lambda ours, theirs: "",
        repeats=repeats,
    )
    found = row.ours.answer
    anew = dt.solve(compiled, set=values).outcomes
    gap = max(abs(float(found.outcomes[key][0] - anew[key][0])) for key in anew)
    row.right = good(found.solved.solution) and gap < 1e-6
    moved = max(abs(float(found.outcomes[key][0] - before.outcomes[key][0])) for key in found.outcomes)
    row.told = f"{found.solved.game.nodes:,} nodes; the endings move by up to {moved:.2g}, as solved anew"
    return row


def founding_case(draws: int) -> Row:
    """iran-2025 over its uncertainty, in the limit of perfect rationality."""
    compiled = dt.compile("iran-2025")
    seconds, wall, found = once(lambda: dt.solve(compiled, draws=draws, rationality="limit"))
    solution: Solution = found.solved.solution
    shares = solution.nash_conv / solution.payoff_range
    certified = float((shares <= CERTIFIED).mean())
    row = Row(
        "the founding case in the limit", f"iran-2025, one of {draws:,} draws", Timing("Détente", [seconds / draws])
    )
    row.right = certified >= ENOUGH
    row.told = (
        f"{solution.unknowns} unknowns, {wall:.1f} s wall, {draws / seconds:.1f} draws/s/core, {certified:.1%} "
        f"certified below {CERTIFIED:g} R, worst {shares.max():.0e} R"
    )
    return row
