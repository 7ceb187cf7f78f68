"""Large trees with structure: to a NashConv below a thousandth of the payoff range, and to the limit."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator

from benchmarks.bulk_rows import once
from benchmarks.large import crisis
from benchmarks.logit_rows import regret
from benchmarks.machine import Machine
from benchmarks.race import Row, Timing
from detente.equilibrium.concepts.concept import Effort
from detente.equilibrium.concepts.registry import solve_concept
from detente.equilibrium.elimination.dense_or_sparse import elimination_of
from detente.equilibrium.solution import Ending, Solution
from detente.equilibrium.solve import Settings, solve_game
from detente.game.arrays import Game
from detente.strategy.layout import layout_of

SMALL = 1e-3  # NashConv as a share of the payoff range
CERTIFIED = 1e-6
TREMBLING = 500  # iterations before a game is parted: steps in the parts come on top, and are not in the floor
PATIENCE = 120.0  # seconds of wall time for each row


def warm() -> None:
    """Has every kernel compiled or read from disk before anything is measured."""
    game, numbers = crisis(3, 3, 4)
    solve_concept(game, numbers, "cfr+", effort=Effort(16))
    solve_game(game, numbers, 20.0, settings=Settings(threads=1))
    solve_game(game, numbers, 20.0, settings=Settings(threads=1, most_steps=5))
    solve_game(game, numbers, settings=Settings(threads=1, parted=0, most_steps=1))


def rows(machine: Machine, slow: bool) -> Iterator[Row]:
    """Types, moves and rounds of about 70,000, 210,000 and a million nodes.

    A small NashConv is found by regret minimisation, which says nothing of play off the path; logit equilibria are
    found along the path or, where it has too many turning points, by play that adjusts in time.
    """
    warm()
    yield in_time("69,953 nodes at λR=500", lambda: along(8, 3, 6, 500.0, machine))
    yield in_time("69,953 nodes to NashConv below 0.001 R", lambda: precise(8, 3, 6, machine))
    yield in_time("69,953 nodes to the limit, seed 0", lambda: limit(8, 3, 6, machine))
    yield in_time("209,921 nodes to NashConv below 0.001 R", lambda: precise(8, 3, 7, machine))
    yield in_time("209,921 nodes at λR=500", lambda: along(8, 3, 7, 500.0, machine))
    if slow:
        yield in_time("984,101 nodes to NashConv below 0.001 R", lambda: precise(10, 3, 8, machine))


def in_time(task: str, make: Callable[[], Row]) -> Row:
    """The row, made in a process of its own that is stopped when its patience is over: a path has no other end."""
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=lambda: there.send(make()))
    process.start()
    there.close()
    try:
        if here.poll(PATIENCE):
            return here.recv()
    except EOFError:
        pass
    process.kill()
    process.join()
    row = Row("structured trees", task, Timing("Détente", trouble=f"no answer within {PATIENCE:.0f} s of wall time"))
    row.right, row.told = False, row.ours.trouble
    return row


def precise(types: int, moves: int, rounds: int, machine: Machine) -> Row:
    """From random play until NashConv is small, by CFR+."""
    game, numbers = crisis(types, moves, rounds)
    effort = Effort(accuracy=SMALL)
    seconds, wall, found = once(lambda: solve_concept(game, numbers, "cfr+", effort=effort))
    row = Row("structured trees", "", Timing("Détente", [seconds]))
    told(row, found, f"{game.nodes:,} nodes to NashConv below {SMALL:g} R", wall, machine)
    row.right = found.endings[0].good and regret(found) <= SMALL
    return row


def along(types: int, moves: int, rounds: int, precision: float, machine: Machine) -> Row:
    """A logit equilibrium at a rationality, times the payoff range."""
    game, numbers = crisis(types, moves, rounds)
    rationality = precision / float(numbers.payoff_range()[0])
    seconds, wall, found = once(lambda: solve_game(game, numbers, rationality, settings=Settings(threads=1)))
    row = Row("structured trees", "", Timing("Détente", [seconds]))
    told(row, found, f"{game.nodes:,} nodes at λR={precision:g}", wall, machine)
    row.right = found.endings[0].good
    return row


def limit(types: int, moves: int, rounds: int, machine: Machine) -> Row:
    """To the limit of perfect rationality, certified off the path of play as well."""
    game, numbers = crisis(types, moves, rounds)
    seconds, wall, found = once(lambda: solve_game(game, numbers, settings=Settings(threads=1)))
    row = Row("structured trees", "", Timing("Détente", [seconds]))
    told(row, found, f"{game.nodes:,} nodes to the limit, seed 0", wall, machine)
    off_path = float((found.conditional_regret / found.payoff_range).max())
    row.told = row.told.replace(" folds.", f" folds, {off_path:.1e} R at any one decision.")
    if found.endings[0] is Ending.PARTS:
        row.floor = TREMBLING * floor_of_an_iteration(game, machine)
    row.right = found.endings[0].good and max(regret(found), off_path) <= CERTIFIED
    return row


def told(row: Row, found: Solution, task: str, wall: float, machine: Machine) -> None:
    """Writes the row's task, its sentence and its floor."""
    unknowns = layout_of(found.game).unknowns
    steps = int(found.steps[0])
    row.task = task
    row.told = (
        f"{unknowns:,} unknowns, {steps} steps, {wall:.1f} s wall, NashConv {regret(found):.1e} R, "
        f"{len(found.turning_points[0])} folds. {found.endings[0].value}"
    )
    row.floor = steps * (floor_of_a_step if found.concept == "logit" else floor_of_an_iteration)(found.game, machine)


def floor_of_a_step(game: Game, machine: Machine) -> float:
    """Seconds that the arithmetic of the fronts takes, and reading and writing every node's numbers.

    A node has payoffs, values and reach, each read and written once by the residual and once by the Jacobian.
    """
    fronts = elimination_of(game)
    return 2 * 8.0 * 6 * game.nodes / machine.memory + (fronts.flops if fronts else 0.0) / machine.flops


def floor_of_an_iteration(game: Game, machine: Machine) -> float:
    """Seconds that regret minimisation takes to read each leaf's payoff and the others' sequences, by player."""
    players = len(game.players)
    return players * game.leaves * (8.0 + 4.0 * (players - 1)) / machine.memory
