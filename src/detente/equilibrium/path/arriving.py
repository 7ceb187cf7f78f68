"""Decisions at which little is at stake, followed on from the limit at the scale of the largest payoffs to their own
limit.

Rationality is per unit of payoff. At a rationality so high that no decision worth R moves any more, a decision worth a
millionth of a millionth of R is still made almost at random. The path goes on from there, in units of the stakes of the
decisions that have not arrived: their moves answer to the rising rationality, while every decision that has arrived,
and every move that nobody makes any more, goes on answering to the rationality at which it arrived. So nothing grows
without bound, and rounding takes nothing from beliefs off the path. A move that others' play makes worthwhile again is
made again. Decisions that have not arrived at the end of a stage are raised once more, at their own scale in turn.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.path import logit
from detente.equilibrium.path.newton import Work
from detente.equilibrium.path.rising import elastic, rise
from detente.equilibrium.path.steps import FOLDS, STEPS, Rules
from detente.equilibrium.path.tuning import (
    ARRIVED,
    EASES,
    GONE,
    MOST_SCALES,
    NEAR,
    RAISED_FROM,
    RAISED_TO,
    TIED,
    TOGETHER,
)
from detente.game.arrays import Game, Numbers
from detente.kernels.records import plain
from detente.kernels.stopping import stop_asked
from detente.strategy.behaviour import normalised
from detente.strategy.layout import Layout
from detente.strategy.stakes import THOUGHT_OF, Stakes, stakes
from detente.strategy.state import State
from detente.strategy.units import NARROWEST, WIDEST, unshifted

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(eq=False)
class Raised:
    """A draw on its way.

    logs [action]: log behaviour. pace [action]: the rationality, in units of 1/payoff, that each move answers to.
    turns, splits: rationality at turning points and bifurcations met. steps: attempted. arrived: every decision has.
    """

    logs: Floats
    pace: Floats
    turns: list[float] = field(default_factory=list[float])
    splits: list[float] = field(default_factory=list[float])
    steps: int = 0
    arrived: bool = False


def arrive(
    game: Game,
    numbers: Numbers,
    memory: tuple[Layout, State, Work],
    rules: Rules,
    logs: Floats,
    rationality: float,
) -> Raised:
    """Raises a single draw, from log behaviour [action] at a rationality, until every decision has arrived or it fails.

    rationality, in units of 1/payoff, is that at which the path ended that everybody shares.
    """
    draw = Raised(logs, np.full(game.actions, rationality))
    alone = np.ones(game.infosets, bool)
    alone[memory[0].unknown] = False
    for _ in range(MOST_SCALES):
        if stop_asked():
            break
        at = stakes(game, numbers, draw.logs)
        stake, need = _behind(game, at, draw, alone)
        growth = _growing(game, numbers, memory, at, draw)
        stake = np.where(need, stake, growth)
        need |= growth > 0.0
        if not need.any():
            draw.arrived = True
            break
        slowest = _slowest(game, draw)
        together = TOGETHER * slowest[need].min()
        need &= slowest <= together
        unit = float(stake[need].max())
        need |= _on_the_way(game, at, draw, together, unit)
        if not _raise(game, numbers, memory, rules, (at, need, unit), draw):
            break
    return draw


def carried_to(
    game: Game,
    numbers: Numbers,
    memory: tuple[Layout, State, Work],
    rules: Rules,
    start: tuple[Floats, float],
    rationality: float,
) -> Raised:
    """Raises a single draw from log behaviour at a rationality to a higher one: all moves but those that are gone.

    start: log behaviour [action] and rationality, in units of 1/payoff. For what is asked at so high a rationality that
    whatever is most at stake has long been decided, and other things have not.
    """
    logs, reached = start
    draw = Raised(logs, np.full(game.actions, reached))
    at = stakes(game, numbers, logs)
    alone = np.ones(game.infosets, bool)
    alone[memory[0].unknown] = False
    stake, need = _behind(game, at, draw, alone)
    unit = float(stake[need].max(initial=0.0)) or float(numbers.payoff_range()[0])
    scaled = np.empty_like(numbers.payoff[0])
    if NARROWEST <= unit <= WIDEST and unshifted(plain(numbers.payoff[0]), unit, scaled):
        endless = rules._replace(limit=np.inf, cap=np.inf)
        follow = _Follow(game, memory, endless, (scaled, plain(numbers.chance[0])), unit)
        met = follow.on(draw, logs, draw.pace, logs > GONE, rationality / reached)
        if met is not None:
            draw.logs, draw.pace, draw.arrived = *met, True
    return draw


def _made(game: Game, logs: Floats) -> Flags:
    """[action]: True where a move is made with a probability that counts, beside another one."""
    made = logs > np.log(THOUGHT_OF)
    several = np.add.reduceat(made.astype(int), game.action_start[:-1]) > 1
    return made & several[game.infoset_of_action]


def _slowest(game: Game, draw: Raised) -> Floats:
    """[infoset]: the lowest rationality that any move made there answers to; infinite where one alone is made."""
    return np.minimum.reduceat(np.where(_made(game, draw.logs), draw.pace, np.inf), game.action_start[:-1])


def _behind(game: Game, at: Stakes, draw: Raised, alone: Flags) -> tuple[Floats, Flags]:
    """[infoset]: what is at stake; and True where several moves are made, and the rationality is too low for that."""
    slowest = _slowest(game, draw)
    several = np.isfinite(slowest)
    stake = np.where(alone, at.fine, at.wide)
    return stake, several & (stake > 0.0) & (np.where(several, slowest, 0.0) * stake < ARRIVED)


def _on_the_way(game: Game, at: Stakes, draw: Raised, together: float, unit: float) -> Flags:
    """[infoset]: True where one move is made, but another is not gone yet that is worse by no more than is at stake.

    At a rationality as low as that of those that are behind, by `together` at most: held there, it would stay what it
    is, and not answer as it should to what the others come to do.
    """
    of, starts = game.infoset_of_action, game.action_start[:-1]
    short = np.maximum.reduceat(at.worth, starts)[of] - at.worth
    near = (draw.logs > GONE) & (draw.pace <= together) & (short > 0.0) & (short < NEAR * unit)
    return np.logical_or.reduceat(near, starts) & ~np.isfinite(_slowest(game, draw))


def _growing(game: Game, numbers: Numbers, memory: tuple[Layout, State, Work], at: Stakes, draw: Raised) -> Floats:
    """[infoset]: the largest difference between moves that are made whose log-odds still grow with the rationality."""
    layout, state, work = memory
    found = np.zeros(game.infosets)
    made = _made(game, draw.logs)
    short = np.maximum.reduceat(at.worth, game.action_start[:-1])[game.infoset_of_action] - at.worth
    real = made & (short > at.rounding[game.infoset_of_action])
    if not layout.unknowns or not real.any():
        return found
    unit = float(at.wide.max()) or 1.0
    scaled, grows = np.empty_like(numbers.payoff[0]), np.zeros(game.actions, bool)
    top = float(draw.pace[made].max()) * unit
    live = draw.logs > GONE
    pace = (np.where(live, 0.0, draw.pace * unit), np.where(live, draw.pace * unit / top, 0.0), top)
    if unshifted(plain(numbers.payoff[0]), unit, scaled) and np.isfinite(top):
        elastic(layout, state, work, (scaled, plain(numbers.chance[0]), plain(draw.logs)), pace, grows)
    still = np.logical_or.reduceat(grows & made, game.action_start[:-1])
    np.maximum.at(found, game.infoset_of_action[real], short[real])
    return np.where(still, found, 0.0)


def _raise(
    game: Game,
    numbers: Numbers,
    memory: tuple[Layout, State, Work],
    rules: Rules,
    behind: tuple[Stakes, Flags, float],
    draw: Raised,
) -> bool:
    """One stage, in units of the most that is at stake where it has not arrived; True where it came to its end."""
    at, need, unit = behind
    of = game.infoset_of_action
    best = np.maximum.reduceat(at.worth, game.action_start[:-1])[of]
    even = (best - at.worth <= at.rounding[of]) & (at.rounding[of] * RAISED_FROM / unit > TIED)
    goes = need[of] & (draw.logs > GONE)
    goes &= ~even | (at.worth == best)
    start = float(draw.pace[goes].max(initial=0.0))
    scaled = np.empty_like(numbers.payoff[0])
    if not (NARROWEST <= unit <= WIDEST and 0.0 < start * unit < RAISED_FROM) or not unshifted(
        plain(numbers.payoff[0]), unit, scaled
    ):
        return False
    held = ~goes
    for attempt, ease in enumerate(EASES):
        care = logit.CAREFUL**attempt
        closer = rules._replace(
            tolerance=rules.tolerance * care,
            corrector=rules.corrector * care,
            growth=1.0 + (rules.growth - 1.0) * care,
            limit=RAISED_FROM,
            cap=RAISED_TO,
        )
        follow = _Follow(game, memory, closer, (scaled, plain(numbers.chance[0])), unit)
        eased = np.where(held, draw.pace / ease, draw.pace)
        met = follow.on(draw, draw.logs, eased, goes, np.inf)
        if met is not None and ease > 1.0:
            met = follow.on(draw, *met, held, ease)
        if met is not None:
            draw.logs, draw.pace = met
            return True
    return False


@dataclass(frozen=True, eq=False)
class _Follow:
    """The continuation of one draw. numbers: payoffs in units of the stakes, and chances."""

    game: Game
    memory: tuple[Layout, State, Work]
    rules: Rules
    numbers: tuple[Floats, Floats]
    unit: float

    def on(self, draw: Raised, logs: Floats, pace: Floats, goes: Flags, times: float) -> tuple[Floats, Floats] | None:
        """Log behaviour and pace [action] where some moves answer to so many times as much; None where it fails.

        times: infinite for the limit. Steps and turning points are noted with the draw.
        """
        layout, state, work = self.memory
        start = float(pace[goes].max(initial=0.0)) * self.unit
        if not 0.0 < start < np.inf:
            return logs, pace
        rising = (np.where(goes, 0.0, pace * self.unit), np.where(goes, pace * self.unit / start, 0.0), start)
        scores = np.zeros(self.game.actions)
        numbers = (*self.numbers, plain(logs))
        ending = rise(layout, state, work, tuple(self.rules), numbers, rising, start * times, scores)
        draw.steps += int(work.counts[STEPS])
        if ending not in (logit.AT_LIMIT, logit.UNSETTLED, logit.REACHED):
            return None
        for kind, kept in ((FOLDS, draw.turns), (FOLDS + 1, draw.splits)):
            kept.extend((work.events[kind - FOLDS, : work.counts[kind]] / self.unit).tolist())
        found = normalised(self.game, scores[None])[0]
        after = (state.base + state.rate * work.here[-1]) / self.unit
        return (found, after) if np.isfinite(found).all() and np.isfinite(after).all() else None
