"""Share of random games solved to the limit: `python -m benchmarks.robustness` tells all, failures by name.

The seeds start where no test and no tuning of the solver has been: they are an examination, not a training set.
A failure stays in the table; the solver is not to be tuned to it.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, field, replace

import numpy as np
from tests.engine.random_games import random_game

from detente.equilibrium.solve import Settings, solve_game
from detente.game.arrays import Game, Numbers

FIRST_SEED = 2_700_000
SMALL = ((2, 4), (3, 4), (2, 5), (3, 5), (4, 5), (2, 6), (3, 6), (4, 6), (2, 7), (3, 7))
LARGE = ((2, 7), (3, 7), (4, 7), (2, 8), (3, 8))
CERTIFIED = 1e-6  # NashConv as a share of the payoff range


@dataclass
class Tally:
    """Counts over one family of games."""

    nodes: list[int] = field(default_factory=list)
    unknowns: list[int] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    regret: list[float] = field(default_factory=list)
    passed: int = 0
    bent: int = 0


def family(name: str, seeds: range, sizes: tuple[tuple[int, int], ...], most_nodes: int, *, ties: bool) -> None:
    """Solves one game for each seed, the sizes in turn, and prints how many were certified at the limit.

    ties: payoffs are rounded to whole numbers, so that many of them are equal.
    """
    tally = Tally()
    start = time.process_time()
    for k, seed in enumerate(seeds):
        players, stages = sizes[k % len(sizes)]
        game, numbers = random_game(seed, players=players, stages=stages)
        if game.nodes > most_nodes:
            continue
        if ties:
            game = replace(game, worth=None)
            numbers = Numbers(np.round(1.5 * numbers.payoff), numbers.chance)
        take(tally, f"seed {seed}, {players} players, {stages} stages", game, numbers)
    tried = len(tally.nodes)
    print(
        f"{name}: {tried} games (seeds {seeds.start} to {seeds.stop - 1}; {len(seeds) - tried} of over {most_nodes} "
        f"nodes left out), up to {max(tally.nodes)} nodes and {max(tally.unknowns)} unknowns, medians "
        f"{np.median(tally.nodes):.0f} and {np.median(tally.unknowns):.0f}: {tally.passed} of {tried} ended well and "
        f"certified, worst NashConv {max(tally.regret):.1e} R; {tally.bent} with folds, median "
        f"{np.median(tally.steps):.0f} steps, most {max(tally.steps)}; {time.process_time() - start:.1f} s of CPU"
    )


def take(tally: Tally, name: str, game: Game, numbers: Numbers) -> None:
    """Solves one game into the tally; prints it where it fails."""
    found = solve_game(game, numbers, settings=Settings(threads=1))
    spread = float(found.payoff_range[0]) or 1.0
    regret = float(found.nash_conv[0]) / spread
    folds = len(found.turning_points[0])
    passed = regret <= CERTIFIED and found.endings[0].good
    tally.nodes.append(game.nodes)
    tally.unknowns.append(found.unknowns)
    tally.steps.append(int(found.steps[0]))
    tally.regret.append(regret)
    tally.passed += passed
    tally.bent += folds > 0
    if not passed:
        print(
            f"  {name}, {game.nodes} nodes, {found.unknowns} unknowns: NashConv {regret:.1e} R, {folds} turning "
            f"points, {found.steps[0]} steps, lambda R {found.reached[0] * spread:.3g}. {found.endings[0].value}"
        )


def main() -> None:
    """Reads the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--games", type=int, default=100, help="of each family")
    parser.add_argument("--first", type=int, default=FIRST_SEED)
    parser.add_argument("--most-nodes", type=int, default=3000)
    given = parser.parse_args()
    first, limit = given.first, given.most_nodes
    family("unstructured", range(first, first + given.games), SMALL, limit, ties=False)
    first += 100_000
    family("larger", range(first, first + given.games), LARGE, limit, ties=False)
    first += 100_000
    family("with ties", range(first, first + given.games), SMALL, limit, ties=True)


if __name__ == "__main__":
    main()
