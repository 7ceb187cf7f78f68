"""Détente beside pygambit on the same games in the same run: `python -m benchmarks` prints one table.

Times are CPU milliseconds, the best of several runs, kernels warm. A ratio is printed only where both answers agree to
1e-8; where they differ, the difference is printed and no ratio. Below the peers: draws in bulk, and what a user waits
for; every row checks its own answer. `--slow` adds a whole run of the founding case. Signalling games: K types x 2
messages x 2 replies x 2 last moves, payoffs at random.
"""

from __future__ import annotations

import argparse
import io
import platform
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
from tests.engine.random_games import signalling
from tests.oracles.gambit import behaviour_of

from benchmarks import whole
from detente.equilibrium.solution import Solution
from detente.equilibrium.solve import Settings, solve_game
from detente.game.arrays import Game, Numbers
from detente.game.gambit import parse_efg
from detente.game.gambit_writing import efg_text

ALONE = Settings(threads=1)
AGREEMENT = 1e-8  # largest difference of any probability
CERTIFIED = 1e-6  # NashConv as a share of the payoff range


def cpu(task: Callable[[], object], repeat: int) -> float:
    """Least CPU time of the task in milliseconds."""
    best = np.inf
    for _ in range(repeat):
        start = time.process_time_ns()
        task()
        best = min(best, (time.process_time_ns() - start) / 1e6)
    return best


def single(types: int, rationality: float) -> None:
    """One row: both solve the same text."""
    import pygambit
    from pygambit.qre import logit_solve_lambda

    text = efg_text(*signalling(types))
    game, numbers = parse_efg(text)
    ours = solve_game(game, numbers, rationality, settings=ALONE)
    took = cpu(lambda: solve_game(game, numbers, rationality, settings=ALONE), 30)
    row = f"K={types:<3} {ours.unknowns:>4} unknowns  lambda {rationality:<4g} {took:9.3f} ms"
    row += f"  NashConv {ours.nash_conv[0] / ours.payoff_range[0]:.0e}"
    if np.isinf(rationality) and types > 8:
        print(row, "  pygambit not run (over a minute)")
        return
    peer = pygambit.read_efg(io.BytesIO(text.encode()))
    found: list[object] = []

    def theirs() -> None:
        found.append(
            logit_solve_lambda(peer, rationality)[0].profile
            if np.isfinite(rationality)
            else pygambit.nash.logit_solve(peer).equilibrium
        )

    other = cpu(theirs, 3 if np.isfinite(rationality) else 1)
    gap = np.nan if found[-1] is None else np.abs(behaviour_of(found[-1], game) - ours.behaviour[0]).max()
    verdict = f"equal to 1e-8  {other / took:6.0f} x" if gap < AGREEMENT else f"differ by {gap:.1e}, no ratio"
    print(f"{row}  pygambit {other:9.1f} ms  {verdict}")


def many(types: int, draws: int) -> None:
    """Payoff draws of one game to the limit."""
    game, numbers = signalling(types)
    rng = np.random.default_rng(1)
    payoff = rng.normal(size=(draws, *numbers.payoff.shape[1:]))
    block = Numbers(payoff, np.repeat(numbers.chance, draws, axis=0))
    start = time.process_time()
    wall = time.perf_counter()
    found = solve_game(plain(game), block)
    took = time.process_time() - start
    elapsed = time.perf_counter() - wall
    worst = (found.nash_conv / found.payoff_range).max()
    ended = np.mean([ending.good for ending in found.endings])
    folds = np.mean([len(turns) > 0 for turns in found.turning_points])
    right = ended == 1.0 and worst <= CERTIFIED and equal_alone(game, block, found)
    print(
        f"{draws} draws, K={types}, {found.unknowns} unknowns, to the limit: {draws / took:.0f} draws/s/core "
        f"({elapsed:.2f} s wall), {ended:.1%} ended well, worst NashConv {worst:.0e} R, {folds:.0%} with folds   "
        f"{'right' if right else 'WRONG'} (certified; five draws alone)"
    )


def equal_alone(game: Game, block: Numbers, found: Solution) -> bool:
    """Whether draws solved alone have the behaviour that they have in the block."""
    for draw in range(0, block.draws, max(1, block.draws // 5)):
        own = Numbers(block.payoff[draw : draw + 1], block.chance[draw : draw + 1])
        if not np.array_equal(solve_game(plain(game), own).behaviour[0], found.behaviour[draw]):
            return False
    return True


def plain(game: Game) -> Game:
    """The game without what its own numbers tell of equal payoffs, for other numbers."""
    from dataclasses import replace

    return replace(game, worth=None)


def start_up() -> None:
    """Import and first solve in a fresh interpreter, kernels cached."""
    code = (
        "import time; t = time.perf_counter()\n"
        "from detente.equilibrium.solve import solve_game\n"
        "print(f'import {time.perf_counter() - t:.2f} s', end=', ')\n"
        "from tests.engine.random_games import beer_quiche\n"
        "t = time.perf_counter(); solve_game(*beer_quiche(), 1.0)\n"
        "print(f'first solve {time.perf_counter() - t:.2f} s (kernels from disk)')"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--types", type=int, nargs="*", default=[2, 8, 16, 32, 64])
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--slow", action="store_true", help="also run iran-2025 with 200 draws (about a minute)")
    arguments = parser.parse_args()
    print(platform.platform(), "Python", platform.python_version(), "numpy", np.__version__)
    start_up()
    for types in arguments.types:
        single(types, 50.0)
    for types in arguments.types:
        single(types, np.inf)
    many(8, arguments.draws)
    many(40, arguments.draws)
    whole.compilation()
    whole.check()
    if arguments.slow:
        whole.run()


if __name__ == "__main__":
    main()
