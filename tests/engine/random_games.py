"""Random extensive-form games of perfect recall, with chance, hidden and simultaneous moves, and a few classics."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np

from detente.game.arrays import CHANCE, LEAF, Game, Numbers
from detente.game.exchange.prefix import PrefixTree, level_order


@dataclass
class Grower:
    """Grows a tree; information sets are named by (player, key), so that equal keys share one."""

    players: int
    tree: PrefixTree = field(init=False)
    known: dict[Hashable, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = tuple(f"Player {i + 1}" for i in range(self.players))
        self.tree = PrefixTree("random", names)

    def chance(self, parent: int, rank: int, odds: float) -> int:
        return self.tree.add(parent, rank, CHANCE, odds)

    def decision(self, parent: int, rank: int, player: int, key: Hashable, moves: int, odds: float = 0.0) -> int:
        name = (player, key)
        if name not in self.known:
            self.known[name] = len(self.tree.owner)
            self.tree.owner.append(player)
            self.tree.choices.append(moves)
            self.tree.infoset_label.append(key if isinstance(key, str) else "")
            self.tree.action_label.append(tuple(str(k + 1) for k in range(moves)))
        return self.tree.add(parent, rank, self.known[name], odds)

    def leaf(self, parent: int, rank: int, payoff: tuple[float, ...], odds: float = 0.0) -> int:
        return self.tree.add(parent, rank, LEAF, odds, payoff)

    def done(self) -> tuple[Game, Numbers]:
        game, numbers, _ = level_order(self.tree)
        return game, numbers


def random_game(seed: int, *, players: int = 2, stages: int = 4, zero_sum: bool = False) -> tuple[Game, Numbers]:
    """A random game: each stage is chance's or a player's; each event is seen by a random set of players.

    What a player knows is the list of what the player has seen and done, so recall is perfect by construction.
    """
    rng = np.random.default_rng(seed)
    grower = Grower(players)
    plan = []
    for stage in range(stages):
        mover = int(rng.integers(-1, players)) if stage else int(rng.choice([-1, -1, 0]))
        moves = int(rng.integers(2, 4))
        plan.append((mover, moves, rng.random(players) < 0.5, rng.dirichlet(np.ones(moves))))
    if all(mover < 0 for mover, *_ in plan):
        plan[-1] = (0, 2, np.ones(players, bool), np.ones(2) / 2)

    def grow(stage: int, parent: int, rank: int, seen: tuple[tuple[object, ...], ...], odds: float) -> None:
        stop = stage > 1 and rng.random() < 0.12
        if stage == len(plan) or stop:
            payoff = rng.normal(size=players).round(3)
            if zero_sum:
                payoff = np.append(payoff[:-1], -payoff[:-1].sum())
            grower.leaf(parent, rank, tuple(float(x) for x in payoff), odds)
            return
        mover, moves, watchers, chances = plan[stage]
        if mover < 0:
            here = grower.chance(parent, rank, odds)
        else:
            here = grower.decision(parent, rank, mover, (stage, seen[mover]), moves, odds)
        for move in range(moves):
            after = tuple((*seen[i], (stage, move)) if i == mover or watchers[i] else seen[i] for i in range(players))
            grow(stage + 1, here, move, after, float(chances[move]) if mover < 0 else 0.0)

    grow(0, -1, 0, ((),) * players, 0.0)
    return grower.done()


def signalling(types: int, seed: int = 0) -> tuple[Game, Numbers]:
    """`types` x 2 messages x 2 replies x 2 last moves of the sender, payoffs drawn at random (the benchmark game)."""
    rng = np.random.default_rng(seed)
    grower = Grower(2)
    root = grower.chance(-1, 0, 0.0)
    priors = rng.dirichlet(np.full(types, 5.0))
    for kind in range(types):
        sender = grower.decision(root, kind, 0, ("message", kind), 2, float(priors[kind]))
        for message in range(2):
            receiver = grower.decision(sender, message, 1, ("reply", message), 2)
            for reply in range(2):
                last = grower.decision(receiver, reply, 0, ("last", kind, message, reply), 2)
                for move in range(2):
                    grower.leaf(last, move, tuple(float(x) for x in rng.normal(size=2).round(4)))
    return grower.done()


def selten_horse() -> tuple[Game, Numbers]:
    """Selten's horse (Selten 1975, figure 1)."""
    grower = Grower(3)
    first = grower.decision(-1, 0, 0, "1", 2)
    second = grower.decision(first, 0, 1, "2", 2)
    grower.leaf(second, 0, (1.0, 1.0, 1.0))
    third = grower.decision(second, 1, 2, "3", 2)
    grower.leaf(third, 0, (4.0, 4.0, 0.0))
    grower.leaf(third, 1, (0.0, 0.0, 1.0))
    third = grower.decision(first, 1, 2, "3", 2)
    grower.leaf(third, 0, (3.0, 2.0, 2.0))
    grower.leaf(third, 1, (0.0, 0.0, 0.0))
    return grower.done()


def beer_quiche() -> tuple[Game, Numbers]:
    """Cho & Kreps 1987: strong with probability .9; breakfast (beer, quiche), then fight or retreat."""
    grower = Grower(2)
    root = grower.chance(-1, 0, 0.0)
    for kind, prior in enumerate((0.9, 0.1)):
        sender = grower.decision(root, kind, 0, ("strong", "weak")[kind], 2, prior)
        for breakfast in range(2):
            receiver = grower.decision(sender, breakfast, 1, ("after beer", "after quiche")[breakfast], 2)
            liked = 1.0 if breakfast == kind else 0.0
            grower.leaf(receiver, 0, (liked, 1.0 if kind == 1 else 0.0))
            grower.leaf(receiver, 1, (liked + 2.0, 0.0 if kind == 1 else 1.0))
    return grower.done()
