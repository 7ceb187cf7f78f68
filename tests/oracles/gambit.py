"""Games as pygambit 17 reads them, in Détente's arrays, and a comparison of the two trees."""

from __future__ import annotations

import io
import re
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.game.arrays import CHANCE, LEAF, Game, Numbers
from detente.game.efg_labels import tidy

Moves = tuple[str, ...]


def gambit_game(text: str) -> Any:
    """pygambit's game from the text of an .efg file."""
    import pygambit

    return pygambit.read_efg(io.BytesIO(text.encode()))


def gambit_logit(text: str, rationality: float) -> Any:
    """pygambit's logit profile at a rationality."""
    from pygambit.qre import logit_solve_lambda

    return logit_solve_lambda(gambit_game(text), rationality)[0].profile


def behaviour_of(profile: Any, game: Game) -> NDArray[np.float64]:
    """[action] of a game that was read from the same text.

    Both number a player's information sets as they first appear in the file.
    """
    out = np.full(game.actions, np.nan)
    for player, name in enumerate(game.players):
        sets = np.flatnonzero(game.infoset_player == player)
        for infoset, (_, mixed) in zip(sets, list(profile[name]), strict=True):
            start, end = game.action_start[infoset], game.action_start[infoset + 1]
            out[start:end] = [float(chance) for _, chance in mixed]  # blank labels are renamed when read: by order
    return out


def as_pygambit_reads(text: str) -> Any:
    """pygambit's game; where it cannot bear the labels of nodes and information sets, without them."""
    import pygambit

    try:
        return pygambit.read_efg(io.BytesIO(text.encode()))
    except ValueError as error:
        if "label" not in str(error):
            raise
    bare = re.sub(r'"[^"\n]*"', lambda found: f'"{tidy(found[0][1:-1])}"', text)
    bare = re.sub(r'(?m)^(\s*[cpt]\s+)"[^"]*"', r'\1""', bare)
    bare = re.sub(r'(?m)^(\s*(?:p\s+""\s+\d+|c\s+"")\s+\d+\s+)"[^"]*"', r'\1""', bare)
    return pygambit.read_efg(io.BytesIO(bare.encode()))


def gambits_tree(game: Any) -> tuple[list[Moves], dict[Moves, int], dict[Moves, tuple[float, ...]]]:
    """pygambit's nodes in the order of the file, each named by the moves that lead there; the information set of
    each decision; and what each leaf pays, the outcomes on the way added up exactly."""
    from pygambit import H

    infoset: dict[Moves, int] = {}
    for representative in [each for player in game.players for each in game.get_infosets(player)]:
        number = len(set(infoset.values()))
        for member in game.get_members(H.path(*moves(representative))):
            infoset[moves(member)] = number
    order: list[Moves] = []
    paid: dict[Moves, tuple[float, ...]] = {}
    waiting: list[tuple[Moves, tuple[Any, ...]]] = [((), (0,) * len(game.players))]
    while waiting:
        here, total = waiting.pop()
        outcome = game.get_outcome(H.path(*here))
        if outcome is not None:
            gain = game.get_outcome_payoffs(outcome)
            total = tuple(a + Fraction(gain[player]) for a, player in zip(total, game.players, strict=True))
        order.append(here)
        actions = game.get_actions(H.path(*here))
        waiting.extend(((*here, action), total) for action in reversed(actions))
        if not actions:
            paid[here] = tuple(float(x) for x in total)
    return order, infoset, paid


def moves(history: Any) -> Moves:
    return tuple(transition.action for transition in history)


def difference(game: Game, numbers: Numbers, theirs: Any) -> str:
    """The first difference between the two readings of a tree; empty where there is none."""
    from pygambit import H

    if list(theirs.players) != list(game.players):
        return "players"
    order, sets, paid = gambits_tree(theirs)
    waiting = [0]
    leaf_at = {int(node): leaf for leaf, node in enumerate(game.leaf_node)}
    met: dict[int, int] = {}
    for here in order:
        ours = waiting.pop()
        first, count = int(game.first_child[ours]), int(game.child_count[ours])
        waiting.extend(range(first + count - 1, first - 1, -1))
        infoset = int(game.infoset[ours])
        at = H.path(*here)
        if count != len(theirs.get_actions(at)):
            return f"branches of node {ours}"
        if infoset == LEAF:
            if tuple(numbers.payoff[0, game.leaf_class[leaf_at[ours]]]) != paid[here]:
                return f"payoffs of node {ours}"
        elif infoset == CHANCE:
            odds = [float(p) for p in theirs.get_action_probs(at).values()]
            if odds != list(numbers.chance[0, game.chance[first : first + count]]):
                return f"chances of node {ours}"
        elif (
            theirs.get_player(at) != game.players[int(game.infoset_player[infoset])]
            or met.setdefault(sets[here], infoset) != infoset
        ):
            return f"information set of node {ours}"
    return "" if not waiting and len(set(met.values())) == len(met) == game.infosets else "number of information sets"


def logit_error(game: Game, numbers: Numbers, behaviour: NDArray[np.float64], rationality: float) -> float:
    """Largest difference between a probability and its logit reply to all the others. behaviour [action].

    Information sets behind a chance of zero, where beliefs are free, are left out.
    """
    if not game.actions:
        return 0.0
    step = np.ones(game.nodes)
    by_player, by_chance = game.action >= 0, game.chance >= 0
    step[by_player] = behaviour[game.action[by_player]]
    step[by_chance] = numbers.chance[0, game.chance[by_chance]]
    worth = np.zeros((game.nodes, len(game.players)))
    worth[game.leaf_node] = numbers.payoff[0, game.leaf_class]
    for level in reversed(list(game.levels())):
        if level.start:
            np.add.at(worth, game.parent[level], step[level, None] * worth[level])
    gain = np.zeros(game.actions)
    owner = game.infoset_player[np.maximum(game.infoset, 0)]
    for player in range(len(game.players)):
        moved = by_player & (owner[game.parent] == player)
        others = np.where(moved, 1.0, step)
        reach = np.ones(game.nodes)
        for level in list(game.levels())[1:]:
            reach[level] = reach[game.parent[level]] * others[level]
        weight = np.zeros(game.infosets)
        own = np.flatnonzero(moved)
        mine = np.flatnonzero((game.infoset >= 0) & (owner == player))
        np.add.at(weight, game.infoset[mine], reach[mine])
        at = game.infoset[game.parent[own]]
        np.add.at(
            gain, game.action[own], reach[own] * worth[own, player] / np.where(weight[at] > 0.0, weight[at], np.nan)
        )
    starts, of = game.action_start[:-1], game.infoset_of_action
    scores = rationality * gain
    odds = np.exp(scores - np.maximum.reduceat(scores, starts)[of])
    return float(np.nanmax(np.abs(odds / np.add.reduceat(odds, starts)[of] - behaviour)))
