"""Logit equilibria of signalling games: at one precision, and in the limit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.engine.random_games import signalling

from benchmarks.machine import Machine
from benchmarks.race import Entrant, Peer, Row, in_this_process, race
from detente.equilibrium.solution import Solution
from detente.equilibrium.solve import Settings, solve_game
from detente.game.arrays import Game, Numbers
from detente.game.exchange.gambit import parse_efg
from detente.game.exchange.gambit_writing import efg_text
from detente.strategy.regret import nash_conv

Floats = NDArray[np.float64]

ALONE = Settings(threads=1)
AGREEMENT = 1e-8  # largest difference of any probability, at one precision
CERTIFIED = 1e-6  # NashConv as a share of the payoff range
SAME_OUTCOMES = 1e-4  # largest difference of the probability of any ending, in the limit
RATIONALITY = 50.0


def rows(types: list[int], gambits: Mapping[str, Peer], machine: Machine, repeats: int) -> Iterator[Row]:
    """To lambda 50, then to the limit; pygambit in each interpreter that has it.

    A program that did not answer in time is not asked for larger games.
    """
    for rationality in (RATIONALITY, np.inf):
        running = dict(gambits)
        for count in types:
            row = one(count, rationality, running, machine, repeats)
            yield row
            late = [peer.name for peer in row.peers if peer.trouble.startswith("no answer")]
            running = {name: peer for name, peer in running.items() if name not in late}


def one(types: int, rationality: float, gambits: Mapping[str, Peer], machine: Machine, repeats: int) -> Row:
    """Both solve the same text."""
    text = efg_text(*signalling(types))
    game, numbers = parse_efg(text)
    order = flat_order(game)
    limit = bool(np.isinf(rationality))

    def theirs(peer: Peer) -> tuple[float, Any]:
        wanted = None if limit else rationality
        return peer.ask("logit", f"signalling {types}", text=text, rationality=wanted)

    def differ(ours: Solution, found: list[float] | None) -> str:
        if found is None:
            return "no answer"
        behaviour = np.empty(game.actions)
        behaviour[order] = found
        return differ_in_the_limit(game, numbers, ours, behaviour) if limit else gap_of(ours, behaviour)

    entrants = [Entrant("Détente", in_this_process(lambda: solve_game(game, numbers, rationality, settings=ALONE)))]
    entrants += [Entrant(name, lambda peer=peer: theirs(peer)) for name, peer in gambits.items()]
    where = "to the limit" if limit else f"to λ={rationality:g}"
    row = race(f"one logit equilibrium {where}", f"signalling K={types}", entrants, differ, repeats=repeats, right=good)
    ours: Solution = row.ours.answer
    row.told = f"{game.infosets} information sets, {ours.unknowns} unknowns, {int(ours.steps[0])} steps"
    if limit:
        row.told += f", NashConv {regret(ours):.0e} R"
    row.floor = floor(game, ours, machine)
    return row


def floor(game: Game, found: Solution, machine: Machine) -> float:
    """CPU seconds below which no dense method with as many steps gets: one factor a step, one sweep up and down."""
    flops = 2.0 / 3.0 * found.unknowns**3
    moved = 8.0 * (4 * game.nodes + found.unknowns**2)
    return float(found.steps.sum()) * (flops / machine.flops + moved / machine.cache)


def flat_order(game: Game) -> NDArray[np.int64]:
    """The actions player by player, information sets as they are first met."""
    owners = game.infoset_player[game.infoset_of_action]
    return np.concatenate([np.flatnonzero(owners == player) for player in range(len(game.players))])


def good(found: Solution) -> bool:
    """True where every draw ended well, and in the limit certified."""
    ended = all(ending.good for ending in found.endings)
    return ended and (bool(np.isfinite(found.rationality).all()) or regret(found) <= CERTIFIED)


def regret(found: Solution) -> float:
    """The worst draw's NashConv as a share of its payoff range."""
    return float((found.nash_conv / found.payoff_range).max())


def gap_of(ours: Solution, behaviour: Floats) -> str:
    gap = float(np.abs(ours.behaviour[0] - behaviour).max())
    return "" if gap <= AGREEMENT else f"probabilities differ by {gap:.0e}"


def differ_in_the_limit(game: Game, numbers: Numbers, ours: Solution, behaviour: Floats) -> str:
    """Limits are compared by what happens and by certificate: off the path, behaviour need not have settled."""
    worst = float(nash_conv(game, numbers, behaviour[None])[0] / ours.payoff_range[0])
    if worst > CERTIFIED:
        return f"its answer's NashConv is {worst:.0e} R"
    gap = float(np.abs(endings(game, numbers, ours.behaviour[0]) - endings(game, numbers, behaviour)).max())
    return "" if gap <= SAME_OUTCOMES else f"endings differ by {gap:.0e}"


def endings(game: Game, numbers: Numbers, behaviour: Floats) -> Floats:
    """[leaf]: how probable each ending is."""
    step = np.ones(game.nodes)
    step[game.action >= 0] = behaviour[game.action[game.action >= 0]]
    step[game.chance >= 0] = numbers.chance[0, game.chance[game.chance >= 0]]
    reach = np.ones(game.nodes)
    for level in list(game.levels())[1:]:
        reach[level] = reach[game.parent[level]] * step[level]
    return reach[game.leaf_node]
