"""Cost of a gradient beside that of the solution it belongs to: `python -m benchmarks.gradients`.

CPU milliseconds in one thread, the best of several runs, kernels warm. `solver`: derivatives of one number in all
payoffs, all chances and the rationality. `formulas`: on to every assumption of the case. Each row checks one direction
against a central difference of five points.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
from tests.engine.random_games import signalling

from benchmarks.logit_rows import ALONE
from benchmarks.race import in_this_process
from detente.analysis.gradient import gradients
from detente.analysis.solved import solve_draws
from detente.case.catalogue import find
from detente.case.formula.parsing import parse_interest
from detente.case.read import read_case
from detente.equilibrium.derivative import derivatives
from detente.equilibrium.solve import solve_game
from detente.game.arrays import Game, Numbers
from detente.game.compiling.build import compile_crisis
from detente.game.drawn.draws import dimensions, median_draw, sample_draws
from detente.strategy.behaviour import reach

Floats = np.ndarray


def cpu(task: Callable[[], object], repeat: int) -> float:
    """Least CPU time of the task in milliseconds."""
    return 1e3 * min(in_this_process(task)()[0] for _ in range(repeat))


def print_row(what: str, unknowns: int, solve: float, rest: dict[str, float], error: float) -> None:
    costs = "  ".join(f"{name} {took:8.3f} ms = {took / solve:5.1%}" for name, took in rest.items())
    print(f"{what:<34} {unknowns:>5} unknowns  solve {solve:9.3f} ms  {costs}  difference {error:.0e}")


def off(answer: float, value: Callable[[float], float], step: float) -> float:
    """Relative distance of a derivative at 0 from a central difference."""
    found = 8 * (value(step) - value(-step)) - (value(2 * step) - value(-2 * step))
    return abs(answer - found / (12 * step)) / max(abs(answer), 1e-6)


def of_game(what: str, game: Game, numbers: Numbers, rationality: float) -> None:
    """One row: a random linear number read off the leaves of a game, for the mean of its draws."""
    rng = np.random.default_rng(0)
    by_leaf = np.repeat(rng.normal(size=(1, 1, game.leaves)), numbers.draws, axis=0)
    push = rng.normal(size=numbers.payoff.shape)
    solution = solve_game(game, numbers, rationality, settings=ALONE)
    found = derivatives(numbers, solution, by_leaf)

    def value(step: float) -> float:
        moved = Numbers(numbers.payoff + step * push, numbers.chance)
        play = solve_game(game, moved, rationality, settings=ALONE).behaviour
        return float((reach(game, moved, play)[:, game.leaf_node] * by_leaf[:, 0]).sum())

    error = off(float((found.payoff[:, 0] * push).sum()), value, 1e-4) if np.isfinite(rationality) else np.nan
    solve = cpu(lambda: solve_game(game, numbers, rationality, settings=ALONE), 9) / numbers.draws
    took = cpu(lambda: derivatives(numbers, solution, by_leaf), 9) / numbers.draws
    print_row(what, solution.unknowns, solve, {"solver": took}, error)


def of_case(name: str, formula: str, quantity: str, rationality: float | None, draws: int | None) -> None:
    """One row: a formula asked of a case, in every assumption of it, for the mean of its draws."""
    crisis = read_case(find(name))
    compiled = compile_crisis(crisis)
    some = median_draw(crisis) if draws is None else sample_draws(crisis, draws, 1)
    solved = solve_draws(compiled, some, rationality=rationality, settings=ALONE)
    interest, axes = parse_interest(formula, crisis), dimensions(crisis)

    def whole() -> list[float]:
        own = rationality is None
        return [each.slopes.quantities[quantity].sum() for each in gradients([interest], solved, axes, (), own=own)]

    def value(step: float) -> float:
        fixed = {quantity: some.quantities[quantity] + step}
        moved = median_draw(crisis, fixed=fixed) if draws is None else sample_draws(crisis, draws, 1, fixed=fixed)
        again = solve_draws(compiled, moved, rationality=rationality, settings=ALONE)
        return float(again.outcomes[:, [each.id for each in crisis.outcomes].index(formula[2:-1])].sum())

    error = off(whole()[0], value, 1e-4) if rationality != np.inf else np.nan
    by_leaf = solved.leaf_reach[:, None].copy()
    solve = cpu(lambda: solve_draws(compiled, some, rationality=rationality, settings=ALONE), 5) / some.count
    rest = {
        "solver": cpu(lambda: derivatives(solved.numbers, solved.solution, by_leaf), 9) / some.count,
        "with formulas": cpu(whole, 9) / some.count,
    }
    print_row(f"{name}{f', {draws} draws' if draws else ''}", solved.solution.unknowns, solve, rest, error)


def main() -> None:
    argparse.ArgumentParser(prog="python -m benchmarks.gradients", description=__doc__).parse_args()
    for types in (8, 32, 64):
        for rationality in (50.0, np.inf):
            of_game(f"signalling K={types}, to {rationality:g}", *signalling(types), rationality)
    games = [signalling(32, seed=seed) for seed in range(64)]
    numbers = Numbers(
        np.concatenate([each.payoff for _, each in games]), np.concatenate([each.chance for _, each in games])
    )
    for rationality in (50.0, np.inf):
        of_game(f"signalling K=32, to {rationality:g}, 64 draws", games[0][0], numbers, rationality)
    of_case("iran-2025", "P(war)", "good_faith", None, None)
    of_case("iran-2025", "P(war)", "good_faith", None, 32)
    of_case("iran-2025", "P(war)", "good_faith", np.inf, None)
    of_case("fearon-1995-ultimatum", "P(war)", "p", 10.0, None)


if __name__ == "__main__":
    main()
