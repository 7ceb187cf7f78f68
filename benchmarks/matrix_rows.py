"""Games in strategic form, written as trees with a hidden move: one equilibrium, against programs made for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.race import Entrant, Peer, Row, in_this_process, race
from detente.equilibrium.concepts.registry import solve_concept
from detente.equilibrium.solve import Settings, solve_game
from detente.game.arrays import LEAF, Game, Numbers
from detente.game.exchange.prefix import PrefixTree, level_order

Floats = NDArray[np.float64]

EQUILIBRIUM = 1e-6  # what a deviation may gain in one, as a share of the payoff range
VALUE = 1e-6  # largest difference of a zero-sum game's value
PROGRAMS = (("nashpy", "lemke-howson"), ("quantecon", "lemke-howson"), ("nashpy", "support enumeration"))


def rows(peer: Peer, repeats: int, slow: bool) -> Iterator[Row]:
    """Zero-sum by linear programme, then general games in the logit limit."""
    for size in (3, 10, 30)[: 3 if slow else 2]:
        yield one(size, peer, repeats, zero_sum=True)
    for size in (3, 5, 10)[: 3 if slow else 2]:
        yield one(size, peer, repeats, zero_sum=False)


def hidden_moves(first: Floats, second: Floats) -> tuple[Game, Numbers]:
    """The bimatrix game as a tree: the row player moves, then the column player without seeing it."""
    tree = PrefixTree("bimatrix", ("Row", "Column"))
    for owner, moves in enumerate(first.shape):
        tree.owner.append(owner)
        tree.choices.append(moves)
        tree.infoset_label.append("")
        tree.action_label.append(tuple(str(k + 1) for k in range(moves)))
    root = tree.add(-1, 0, 0)
    for row in range(first.shape[0]):
        here = tree.add(root, row, 1)
        for column in range(first.shape[1]):
            tree.add(here, column, LEAF, payoff=(float(first[row, column]), float(second[row, column])))
    return level_order(tree)[:2]


def gain(first: Floats, second: Floats, row: Floats, column: Floats) -> float:
    """The most that either gains by another pure strategy, as a share of the larger payoff range."""
    mine, theirs = first @ column, row @ second
    most = max(mine.max() - row @ mine, theirs.max() - theirs @ column)
    return float(most / max(np.ptp(first), np.ptp(second)))


def one(size: int, peer: Peer, repeats: int, *, zero_sum: bool) -> Row:
    """Seeded payoffs, normal and independent; in general games any equilibrium counts, in zero-sum ones the value."""
    rng = np.random.default_rng(size)
    first = rng.normal(size=(size, size)).round(6)
    second = -first if zero_sum else rng.normal(size=(size, size)).round(6)
    game, numbers = hidden_moves(first, second)

    def ours() -> Any:
        if zero_sum:
            return solve_concept(game, numbers, "zero-sum")
        return solve_game(game, numbers, settings=Settings(threads=1))

    def strategies(found: Any) -> tuple[Floats, Floats]:
        return found.behaviour[0][:size], found.behaviour[0][size:]

    def differ(own: Any, found: list[list[float]]) -> str:
        row, column = (np.array(side) for side in found)
        if row.shape != (size,) or not np.isfinite(row).all() or gain(first, second, row, column) > EQUILIBRIUM:
            return "its answer is no equilibrium"
        mine, theirs = strategies(own)
        gap = abs(mine @ first @ theirs - row @ first @ column)
        return f"values differ by {gap:.0e}" if zero_sum and gap > VALUE else ""

    def theirs(program: str, method: str) -> tuple[float, Any]:
        payoffs = [first.tolist(), second.tolist()]
        key = f"{program} {method} {size} {zero_sum}"
        return peer.ask("bimatrix", key, payoffs=payoffs, program=program, method=method)

    entrants = [Entrant("Détente", in_this_process(ours))]
    for program, method in PROGRAMS:
        if method == "lemke-howson" or size <= 5:
            entrants.append(Entrant(f"{program} {method}", lambda p=program, m=method: theirs(p, m)))
    kind = "zero-sum, linear programme" if zero_sum else "general, limit of the logit path"
    row = race(
        "one equilibrium of a bimatrix game",
        f"{size} × {size}, {kind}",
        entrants,
        differ,
        repeats=repeats,
        right=lambda found: gain(first, second, *strategies(found)) <= EQUILIBRIUM,
    )
    row.told = f"gain from deviating {gain(first, second, *strategies(row.ours.answer)):.0e} R"
    return row
