"""Large trees with structure: two rivals of private types bargain in the open, round after round."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.game.arrays import CHANCE, LEAF, Game, Numbers

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


def crisis(types: int, moves: int, rounds: int, seed: int = 0) -> tuple[Game, Numbers]:
    """Chance draws a type of each of two rivals; then they move in turn, in the open, `rounds` moves in all.

    Every move is a step of escalation, from 0 (stand down) to `moves` - 1. A type is a strength, which decides who
    would win a war and so matters to both, and a cost of war. There are types^2 x moves^rounds leaves, and types x
    (moves - 1) unknown log-odds for every public history: the last mover does not know the odds of a war.
    """
    pairs = types * types
    widths = [pairs * moves**depth for depth in range(rounds + 1)]
    start = np.concatenate([[0], np.cumsum([1, *widths])])
    nodes = int(start[-1])
    parent, first_child, count = np.full(nodes, -1), np.full(nodes, nodes), np.zeros(nodes, np.int64)
    infoset, action, chance = np.full(nodes, LEAF), np.full(nodes, -1), np.full(nodes, -1)
    first_child[0], count[0], infoset[0] = 1, pairs, CHANCE
    parent[1 : 1 + pairs], chance[1 : 1 + pairs] = 0, np.arange(pairs)
    owner: list[Longs] = []
    members: list[Longs] = []
    sets = 0
    for depth in range(rounds):
        histories = moves**depth
        at = np.arange(widths[depth])
        pair, history = at // histories, at % histories
        mover = depth % 2
        own = pair // types if mover == 0 else pair % types
        here = slice(int(start[depth + 1]), int(start[depth + 2]))
        below = slice(int(start[depth + 2]), int(start[depth + 3]))
        infoset[here] = sets + history * types + own
        first_child[here] = below.start + at * moves
        count[here] = moves
        parent[below] = np.repeat(np.arange(here.start, here.stop), moves)
        action[below] = np.repeat(infoset[here] * moves, moves) + np.tile(np.arange(moves), widths[depth])
        members.append(here.start + np.argsort(infoset[here], kind="stable"))
        owner.append(np.full(histories * types, mover))
        sets += histories * types
    game = Game(
        title=f"crisis of {types} types, {moves} moves and {rounds} rounds",
        players=("A", "B"),
        parent=parent.astype(np.int32),
        first_child=first_child.astype(np.int32),
        child_count=count.astype(np.int32),
        infoset=infoset.astype(np.int32),
        action=action.astype(np.int32),
        chance=chance.astype(np.int32),
        level_start=start.astype(np.int32),
        infoset_player=np.concatenate(owner).astype(np.int32),
        action_start=(np.arange(sets + 1) * moves).astype(np.int32),
        infoset_node_start=(np.arange(sets + 1) * types).astype(np.int32),
        infoset_nodes=np.concatenate(members).astype(np.int32),
        leaf_node=np.arange(start[-2], nodes, dtype=np.int32),
        leaf_class=np.arange(widths[-1], dtype=np.int32),
        payoff_classes=widths[-1],
        chance_classes=pairs,
    )
    return game, _numbers(types, moves, rounds, seed)


def _numbers(types: int, moves: int, rounds: int, seed: int) -> Numbers:
    """War is likelier the more both escalate; peace divides the prize in favour of who escalated more."""
    rng = np.random.default_rng(seed)
    strength = np.sort(rng.normal(size=(2, types)), axis=1)
    cost = rng.uniform(0.1, 0.6, (2, types))
    audience = rng.uniform(0.02, 0.10, (2, rounds))
    weight = rng.uniform(0.5, 1.5, rounds)
    histories = np.arange(moves**rounds)
    heat = np.zeros(len(histories))
    lead = np.zeros(len(histories))
    paid = np.zeros((2, len(histories)))
    for depth in range(rounds):
        step = (histories // moves ** (rounds - 1 - depth)) % moves / (moves - 1)
        mover = depth % 2
        heat += weight[depth] * step
        lead += weight[depth] * (step if mover == 0 else -step)
        paid[mover] += audience[mover, depth] * step
    war = 1.0 / (1.0 + np.exp(3.0 - 5.0 * heat / weight.sum()))
    share = 1.0 / (1.0 + np.exp(-4.0 * lead / weight.sum()))
    win = 1.0 / (1.0 + np.exp(-(strength[0][:, None] - strength[1][None, :])))
    win = win.reshape(-1, 1)
    price = np.stack([np.repeat(cost[0], types), np.tile(cost[1], types)])
    payoff = np.empty((1, types * types * len(histories), 2))
    payoff[0, :, 0] = (war * (win - price[0][:, None]) + (1.0 - war) * share - paid[0]).reshape(-1)
    payoff[0, :, 1] = (war * (1.0 - win - price[1][:, None]) + (1.0 - war) * (1.0 - share) - paid[1]).reshape(-1)
    prior = rng.dirichlet(np.full(types, 5.0), 2)
    return Numbers(payoff, np.outer(prior[0], prior[1]).reshape(1, -1))
