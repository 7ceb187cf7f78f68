"""Backward induction where information is perfect, with every tie followed up.

Where several moves are equally good, which of them a player makes may decide what is best further up. So the payoffs
of *all* subgame-perfect equilibria in pure strategies travel up the tree, and the moves that some of them make are
told. One of them, that of the first among the best moves, is the solution.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.concepts.concept import Concept, ConceptAnswer, Effort
from detente.equilibrium.concepts.tuning import MOST_VECTORS, SAME_VECTOR, TIE
from detente.equilibrium.solution import Ending
from detente.errors import RequestError
from detente.game.arrays import CHANCE, Game, Numbers
from detente.game.histories import set_words

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def concepts() -> tuple[Concept, ...]:
    """The concept that this file finds."""
    says = "subgame-perfect play where information is perfect, with every tie told"
    return (Concept("backward-induction", says, _fits, everywhere=True),)


def _fits(game: Game, numbers: Numbers, effort: Effort) -> Callable[[int], ConceptAnswer]:
    check_perfect_information(game)

    def induced(draw: int) -> ConceptAnswer:
        behaviour, perfect = backward_induction(game, numbers, draw)
        return ConceptAnswer(behaviour, Ending.INDUCED, perfect=perfect)

    return induced


def check_perfect_information(game: Game) -> None:
    """Raises RequestError, naming an information set, where somebody does not know how play came about."""
    sizes = np.diff(game.infoset_node_start)
    unsure = np.flatnonzero(sizes > 1)
    if len(unsure):
        where, count = set_words(game, int(unsure[0])), int(sizes[unsure[0]])
        raise RequestError(
            f"backward induction needs perfect information, and in {len(unsure):,} of the {game.infosets:,} "
            f"information sets of this game the player does not know how play came about: at {where}, "
            f"{count:,} histories look alike. `logit` solves such games"
        )


def backward_induction(game: Game, numbers: Numbers, draw: int) -> tuple[Floats, Bools]:
    """[action] behaviour of one subgame-perfect equilibrium, [action] whether some equilibrium makes the move.

    Equilibria in pure strategies. Raises RequestError where information is not perfect, or where ties leave more than
    `MOST_VECTORS` payoff vectors to be followed at a node.
    """
    check_perfect_information(game)
    payoff, chance = numbers.payoff[draw], numbers.chance[draw]
    values, slack, chosen, tied = _one_equilibrium(game, payoff, chance)
    behaviour = np.zeros(game.actions)
    behaviour[game.action[chosen]] = 1.0
    played = behaviour > 0.0
    if tied.any():
        _follow_ties(game, chance, slack, values, tied, played)
    return behaviour, played


def _one_equilibrium(game: Game, payoff: Floats, chance: Floats) -> tuple[Floats, Floats, NDArray[np.intp], Bools]:
    """[node, player] values and what rounding may be in them, where best moves lead, and [node] whether several are."""
    values = np.zeros((game.nodes, len(game.players)))
    values[game.leaf_node] = payoff[game.leaf_class]
    slack = TIE * np.abs(values)
    tied = np.zeros(game.nodes, bool)
    chosen: list[NDArray[np.intp]] = []
    for level in reversed(list(game.levels())):
        here = np.arange(level.start, level.stop)
        lucky = here[game.infoset[level] == CHANCE]
        if len(lucky):
            children, starts = _children(game, lucky)
            odds = chance[game.chance[children]][:, None]
            values[lucky] = np.add.reduceat(values[children] * odds, starts, axis=0)
            slack[lucky] = np.add.reduceat(slack[children] * odds, starts, axis=0)
        movers = here[game.infoset[level] >= 0]
        if len(movers):
            children, starts = _children(game, movers)
            counts = game.child_count[movers]
            player = np.repeat(game.infoset_player[game.infoset[movers]], counts)
            own = values[children, player]
            best = np.repeat(np.maximum.reduceat(own, starts), counts)
            top = np.repeat(np.maximum.reduceat(np.where(own == best, slack[children, player], 0.0), starts), counts)
            tied[movers] = np.add.reduceat(own >= best - slack[children, player] - top, starts) > 1
            first = np.minimum.reduceat(np.where(own == best, np.arange(len(children)), len(children)), starts)
            values[movers] = values[children[first]]
            slack[movers] = slack[children[first]]
            chosen.append(children[first])
    return values, slack, np.concatenate(chosen) if chosen else np.zeros(0, np.intp), tied


def _children(game: Game, nodes: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """All children, node by node, and where each node's begin."""
    counts = game.child_count[nodes].astype(np.intp)
    starts = np.cumsum(counts) - counts
    return np.arange(counts.sum()) + np.repeat(game.first_child[nodes] - starts, counts), starts


Vector = tuple[float, ...]
"""Payoffs of an equilibrium, player by player, and then what rounding may be in each."""


def _follow_ties(game: Game, chance: Floats, slack: Floats, values: Floats, tied: Bools, played: Bools) -> None:
    """Sets `played` [action] from the payoffs of all equilibria at nodes that have a tie below or at them."""
    open_nodes = tied.copy()
    for level in reversed(list(game.levels())):
        if level.start:
            np.logical_or.at(open_nodes, game.parent[level], open_nodes[level])
    found: dict[int, list[Vector]] = {}
    for node in np.flatnonzero(open_nodes)[::-1].tolist():
        first = int(game.first_child[node])
        children = range(first, first + int(game.child_count[node]))
        below = [found.get(child) or [(*values[child].tolist(), *slack[child].tolist())] for child in children]
        if game.infoset[node] == CHANCE:
            found[node] = _by_chance(below, [float(chance[game.chance[child]]) for child in children])
            continue
        player = int(game.infoset_player[game.infoset[node]])
        rounding = len(game.players) + player
        lowest = [min(vector[player] - vector[rounding] for vector in vectors) for vectors in below]
        kept: list[Vector] = []
        for rank, vectors in enumerate(below):
            bar = max((low for other, low in enumerate(lowest) if other != rank), default=-np.inf)
            good = [vector for vector in vectors if vector[player] >= bar - vector[rounding]]
            played[game.action[first + rank]] = bool(good)
            kept += good
        found[node] = _different(kept)


def _by_chance(below: list[list[Vector]], odds: list[float]) -> list[Vector]:
    sums: list[Vector] = [(0.0,) * len(below[0][0])]
    for vectors, p in zip(below, odds, strict=True):
        pairs = product(sums, vectors)
        sums = _different([tuple(s + p * x for s, x in zip(a, b, strict=True)) for a, b in pairs])
    return sums


def _different(vectors: list[Vector]) -> list[Vector]:
    """Vectors without repetition. Raises RequestError for more than `MOST_VECTORS`."""
    kept = list({_key(vector): vector for vector in vectors}.values())
    if len(kept) > MOST_VECTORS:
        raise RequestError(
            f"this game has so many ties that more than {MOST_VECTORS:,} different payoffs of subgame-perfect "
            "equilibria meet at one history: they cannot all be told. `logit` finds one equilibrium"
        )
    return kept


def _key(vector: Vector) -> tuple[tuple[float, int], ...]:
    """Key shared by payoffs that differ by rounding, except payoffs that a step of the scale happens to part."""
    half = len(vector) // 2
    steps = [int(np.frexp(SAME_VECTOR * rounding)[1]) if rounding else 0 for rounding in vector[half:]]
    return tuple(
        (round(x / 2.0**step), step) if vector[half + k] else (x, 0)
        for k, (x, step) in enumerate(zip(vector[:half], steps, strict=True))
    )
