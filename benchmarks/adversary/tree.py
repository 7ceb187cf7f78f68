"""A game as a tree of Python objects, and what behaviour comes to in it: reach, values, beliefs, best responses.

Everything is brute force over histories. Reach is a logarithm throughout, so that nothing vanishes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

NEVER = -math.inf
VANISHED = -660.0
"""Log probability that one told as 0 has at the most: what the equations say beyond that is no excuse for it."""
BARELY = -600.0
"""Log reach below which probabilities are those of moves that vanish in the limit."""
REST = 1e-7
"""Belief below which a history of a decision that is reached is taken for a tremble: the limit is read at λR = 1e8."""


@dataclass(eq=False)
class Node:
    """A history. player: None at a leaf, -1 where chance moves. way: log chance of the branch into it, where chance
    moved. facts: whatever the maker of the tree wants to keep. payoffs: at leaves."""

    parent: Node | None
    rank: int = 0
    player: int | None = None
    infoset: Infoset | None = None
    children: list[Node] = field(default_factory=list)
    way: float = 0.0
    payoffs: tuple[float, ...] = ()
    facts: Any = None
    log_reach: float = 0.0
    value: tuple[float, ...] = ()


@dataclass(eq=False)
class Infoset:
    """An information set. logs: log probability of each move, as played. unsure: play does not say what is believed."""

    player: int
    moves: tuple[str, ...]
    nodes: list[Node] = field(default_factory=list)
    logs: list[float] = field(default_factory=list)
    key: Any = None
    worth: list[float] = field(default_factory=list)
    belief: list[float] = field(default_factory=list)
    log_reach: float = 0.0
    unsure: bool = False


@dataclass
class Tree:
    players: tuple[str, ...]
    nodes: list[Node]
    infosets: list[Infoset]

    @property
    def leaves(self) -> list[Node]:
        return [node for node in self.nodes if node.player is None]

    @property
    def span(self) -> float:
        """The largest range of a player's payoffs."""
        leaves = self.leaves
        return max(
            max(leaf.payoffs[k] for leaf in leaves) - min(leaf.payoffs[k] for leaf in leaves)
            for k in range(len(self.players))
        )

    def play(self) -> None:
        """Reach, values, beliefs and what each move is worth, from the log probabilities at the information sets.

        Nodes stand in the list after their parents.
        """
        for node in self.nodes:
            if node.parent is not None:
                step = node.way if node.parent.player == -1 else node.parent.infoset.logs[node.rank]
                node.log_reach = node.parent.log_reach + step
        for node in reversed(self.nodes):
            if node.player is None:
                node.value = node.payoffs
                continue
            odds = [
                math.exp(child.way if node.player == -1 else node.infoset.logs[child.rank]) for child in node.children
            ]
            node.value = tuple(
                math.fsum(p * child.value[k] for p, child in zip(odds, node.children, strict=True) if p)
                for k in range(len(self.players))
            )
        for infoset in self.infosets:
            self._believe(infoset)

    def _believe(self, infoset: Infoset) -> None:
        logs = [node.log_reach for node in infoset.nodes]
        infoset.log_reach = log_sum(logs)
        if infoset.log_reach == NEVER:
            infoset.belief, infoset.worth = [], []
            return
        hold(infoset, [math.exp(each - infoset.log_reach) for each in logs])

    def utilities(self) -> tuple[float, ...]:
        return self.nodes[0].value

    def gain(self, player: int) -> float:
        """Gain of a best response of the player, the others playing on: by recursion from the latest decisions."""
        weight = {id(self.nodes[0]): 1.0}
        for node in self.nodes[1:]:
            above = node.parent
            if above.player == -1:
                step = math.exp(node.way)
            else:
                step = 1.0 if above.player == player else math.exp(above.infoset.logs[node.rank])
            weight[id(node)] = weight[id(above)] * step
        best: dict[int, int] = {}

        def worth(node: Node) -> float:
            if node.player is None:
                return weight[id(node)] * node.payoffs[player]
            if node.player == player:
                return worth(node.children[choice(node.infoset)])
            return math.fsum(map(worth, node.children))

        def choice(infoset: Infoset) -> int:
            if id(infoset) not in best:
                totals = [
                    math.fsum(worth(node.children[k]) for node in infoset.nodes) for k in range(len(infoset.moves))
                ]
                best[id(infoset)] = max(range(len(totals)), key=totals.__getitem__)
            return best[id(infoset)]

        return max(0.0, worth(self.nodes[0]) - self.nodes[0].value[player])

    def nash_conv(self) -> float:
        return math.fsum(self.gain(player) for player in range(len(self.players)))

    def conditional_regret(self) -> float:
        return max((regret(infoset) for infoset in self.infosets if infoset.worth), default=0.0)


def regret(infoset: Infoset) -> float:
    mean = math.fsum(math.exp(log) * worth for log, worth in zip(infoset.logs, infoset.worth, strict=True))
    return max(infoset.worth) - mean


def log_sum(logs: list[float]) -> float:
    top = max(logs)
    return top + math.log(math.fsum(math.exp(each - top) for each in logs)) if top > NEVER else NEVER


def reply(worth: list[float], rationality: float) -> list[float]:
    """Log probabilities of the logit reply."""
    scaled = [rationality * each for each in worth]
    total = log_sum(scaled)
    return [each - total for each in scaled]


def logit_errors(tree: Tree, rationality: float) -> list[tuple[float, Infoset]]:
    """At each information set that is reached at all, the largest difference of a probability to the logit reply."""
    found = []
    for infoset in tree.infosets:
        if infoset.worth:
            best = reply(infoset.worth, rationality)
            error = max(abs(math.exp(a) - math.exp(b)) for a, b in zip(best, infoset.logs, strict=True))
            found.append((error, infoset))
    return found


def restore_vanished(tree: Tree, rationality: float, told: dict[int, list[float]]) -> None:
    """Sets the log probabilities from probabilities; those that vanished (0) are the logit reply's, from the root on.

    A probability below 1e-308 cannot be written, but what is believed after such a move can.
    """
    for infoset in tree.infosets:
        infoset.logs = [math.log(p) if p > 0 else NEVER for p in told[id(infoset)]]
    lacking = [infoset for infoset in tree.infosets if min(told[id(infoset)]) <= 1e-290]
    for _ in range(len(lacking)):
        tree.play()
        ready = [each for each in lacking if each.worth]
        if not ready:
            break
        for infoset in ready:
            best = reply(infoset.worth, rationality)
            pairs = zip(told[id(infoset)], best, strict=True)
            infoset.logs = [math.log(p) if p > 1e-290 else min(b, VANISHED) for p, b in pairs]
        lacking = [each for each in lacking if each not in ready]
        if not lacking:
            break
    tree.play()
    for infoset in tree.infosets:
        infoset.unsure = len(infoset.nodes) > 1 and infoset.log_reach < BARELY


def hold(infoset: Infoset, belief: list[float]) -> None:
    """Sets what is believed at an information set, and what its moves are worth given that."""
    infoset.belief, infoset.unsure = belief, False
    infoset.worth = [
        math.fsum(b * node.children[k].value[infoset.player] for b, node in zip(belief, infoset.nodes, strict=True))
        for k in range(len(infoset.moves))
    ]


def sequential_faults(tree: Tree, slack: float = 1e-5, share: float = 1e-3) -> list[tuple[float, Infoset, int]]:
    """Moves made with at least a `share` though another is better by `slack` of what is at stake between the two.

    What is at stake between two moves is how far the mover's payoff strays after them, on average over whatever others
    may do, and at least 1e-11 of its largest payoff, which double precision cannot tell from nothing. A decision that
    is reached, or whose beliefs are told, is judged at its belief, and again without the histories that are believed
    with less than `REST`: those are trembles, which the limit does away with, and a move that is as good as another but
    for them is no fault. Any decision, reached or not, is judged at every belief: the better move must then be better
    in each history of the information set.

    Not seen: at a decision of several histories that is not reached and whose beliefs are not told, a move that is
    worse at the one belief that is consistent, or at every belief but for another move's sake at each; losses that are
    small beside what others could do to the mover's payoff; and moves made with less than the `share`.
    """
    found = []
    for infoset in tree.infosets:
        top = max(abs(leaf.payoffs[infoset.player]) for leaf in tree.leaves)
        made = [k for k, log in enumerate(infoset.logs) if log >= math.log(share)]
        believed = bool(infoset.worth) and not infoset.unsure
        for k in made:
            lost = [_lost(infoset, best, k, slack, top) for best in range(len(infoset.moves))]
            if believed:
                best = max(range(len(infoset.moves)), key=infoset.worth.__getitem__)
                beliefs = (infoset.belief, without_trembles(infoset.belief))
                lost.append(min(_share_lost(infoset, belief, best, k, top) for belief in beliefs))
            if max(lost) > slack:
                found.append((max(lost), infoset, k))
    return found


def without_trembles(belief: list[float]) -> list[float]:
    """The belief once what is believed with less than `REST` is believed no more; sums to one."""
    kept = [each if each >= REST else 0.0 for each in belief]
    total = math.fsum(kept)
    return [each / total for each in kept]


def _lost(infoset: Infoset, better: int, move: int, slack: float, top: float) -> float:
    """The least of what is at stake that a move loses against another, over all histories; 0 where it may be right."""
    least = math.inf
    for k in range(len(infoset.nodes)):
        sure = [float(k == each) for each in range(len(infoset.nodes))]
        least = min(least, _share_lost(infoset, sure, better, move, top))
        if least <= slack:
            return 0.0
    return least


def _share_lost(infoset: Infoset, belief: list[float], better: int, move: int, top: float) -> float:
    """The share of what is at stake between two moves that one of them loses at a belief; 0 where it loses nothing."""
    worth = [
        math.fsum(
            b * node.children[k].value[infoset.player] for b, node in zip(belief, infoset.nodes, strict=True) if b
        )
        for k in (better, move)
    ]
    lost = worth[0] - worth[1]
    if not lost > 1e-11 * top:
        return 0.0
    strays = [_strays(infoset, belief, k, centre) for k, centre in zip((better, move), worth, strict=True)]
    return lost / (lost + math.fsum(strays))


def _strays(infoset: Infoset, beliefs: list[float], move: int, centre: float) -> float:
    """Mean distance of the mover's payoff from its expectation after the move, others playing anything."""
    total = 0.0
    for belief, node in zip(beliefs, infoset.nodes, strict=True):
        waiting = [(belief, node.children[move])]
        while waiting:
            weight, here = waiting.pop()
            if here.player is None:
                total += weight * abs(here.payoffs[infoset.player] - centre)
                continue
            for child in here.children:
                if here.player == -1:
                    step = math.exp(child.way)
                elif here.player == infoset.player:
                    step = math.exp(here.infoset.logs[child.rank])
                else:
                    step = 1.0 / len(here.children)
                if weight * step > 1e-18:
                    waiting.append((weight * step, child))
    return total
