"""One call that solves a game for all its draws, in parallel, and certifies what it found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.elimination.dense_or_sparse import Elimination, elimination_of
from detente.equilibrium.elimination.fronts import Fronts
from detente.equilibrium.fallback import rescue
from detente.equilibrium.fallback.adjusting import come_to_rest
from detente.equilibrium.fallback.parting import Allowance, in_parts
from detente.equilibrium.fallback.tuning import CERTIFIED_SHARE
from detente.equilibrium.neighbour import Near, continued
from detente.equilibrium.path import arriving, logit
from detente.equilibrium.path.draw import solve_draw, write_play
from detente.equilibrium.path.memory import memory
from detente.equilibrium.path.newton import Work
from detente.equilibrium.path.steps import GROWING
from detente.equilibrium.solution import Ending, Solution
from detente.equilibrium.threads import Progress, in_threads
from detente.equilibrium.tuning import (
    CLOSER_FROM,
    CLOSEST,
    FEWEST_PATH_STEPS,
    LONGEST_PATH,
    MOST_ADJUSTING,
    NEARBY_STEPS,
    NEARBY_WORK,
    PARTED_STEPS,
    PARTED_WORK,
)
from detente.game.arrays import Game, Numbers
from detente.kernels.records import plain
from detente.kernels.stopping import stop_asked
from detente.strategy.behaviour import normalised
from detente.strategy.departure import departure
from detente.strategy.layout import Layout, layout_of
from detente.strategy.regret import conditional_regret, nash_conv
from detente.strategy.stakes import largest_share, least_at_stake
from detente.strategy.units import check_countable, countable, payoff_ranges

Floats = NDArray[np.float64]

ENDING_BY_STATUS = (
    Ending.REACHED,
    Ending.LIMIT,
    Ending.UNSETTLED,
    Ending.STALLED,
    Ending.EXHAUSTED,
    Ending.LOST,
    Ending.BROKEN,
    Ending.LOST,
    Ending.INTERRUPTED,
)
EARLY = (Ending.UNSETTLED, Ending.STALLED, Ending.EXHAUSTED, Ending.LOST)


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the solver. Rationality here is in units of the inverse payoff range.

    tolerance: largest distance, in log-odds, between where a step was foreseen to end and where it ended; log-odds
        beyond 5 count in proportion to their size. It is for games of up to 30 unknowns, and shrinks beyond.
    corrector: accuracy of points on the way; the answer itself is polished to rounding.
    growth: most by which a step may be longer than the one before.
    most_steps: per draw and try; in games of more than 300 unknowns as many fewer, down to 200.
    tries: how often a path that got stuck or lost is followed, each time from further back and five times as carefully.
    limit: rationality from which the limit may be declared, once behaviour changes less than `settled` over a
        step and no deviation at an unknown gains more than `regret` of the payoff range.
    cap: where the path ends at the latest.
    parted: unknowns above which parts of the game are looked for, where the path to the limit does not arrive, before
        paths of nearby games are followed.
    eliminate: whether information sets whose value depends on no unknown leave the system.
    elimination: of the Newton systems: dense, sparse, or auto for whichever is foreseen to be faster.
    threads: 0 for one per processor.
    """

    tolerance: float = 0.5
    corrector: float = 1e-5
    growth: float = 4.0
    smallest_step: float = 1e-7
    most_steps: int = 10_000
    tries: int = 4
    limit: float = 1e7
    cap: float = 3e8
    settled: float = 1e-6
    regret: float = 1e-8
    parted: int = 3_000
    eliminate: bool = True
    elimination: Elimination = "auto"
    threads: int = 0

    def rules(self, unknowns: int = 0) -> logit.Rules:
        """The part that the kernels read. Long paths are followed more closely: a fifth from 150 unknowns on."""
        return logit.Rules(
            self.tolerance * min(1.0, max(CLOSEST, CLOSER_FROM / max(unknowns, 1))),
            self.corrector,
            self.growth,
            self.smallest_step,
            min(self.most_steps, max(FEWEST_PATH_STEPS, LONGEST_PATH // max(unknowns, 1))),
            self.tries,
            self.limit,
            self.cap,
            self.settled,
            self.regret,
        )


@dataclass(eq=False)
class _Found:
    """Record in which the threads put their results, draw by draw; numbers and settings are those asked with."""

    game: Game
    numbers: Numbers
    settings: Settings
    rules: logit.Rules
    asked: Floats
    spread: Floats
    method: list[str]
    reached: Floats
    ending: list[Ending]
    logs: Floats
    turns: list[Floats]
    splits: list[Floats]
    steps: NDArray[np.int64]
    grows: NDArray[np.bool_]
    paces: dict[int, Floats]


_NONE = np.zeros(0)


def solve_game(
    game: Game,
    numbers: Numbers,
    rationality: float | Floats = np.inf,
    *,
    settings: Settings | None = None,
    progress: Progress | None = None,
    near: Near | None = None,
) -> Solution:
    """The logit equilibrium of every draw at a rationality (in units of 1/payoff), or in the limit where infinite.

    The branch that starts at uniform behaviour is followed to its first crossing of the rationality.
    near: solved draws to continue from; a draw that can be continued is not followed from rationality zero, and says so
        in `Solution.endings`, for it need not be on the same branch.
    `progress(done, total)` is called in the calling thread; a draw that fails says so in `Solution.endings`.
    A draw that a stop left unsolved ends as `Ending.INTERRUPTED` (`detente.kernels.stopping`). Raises CaseError where
    no draw has payoffs that can be counted with.
    """
    check_countable(game, numbers)
    settings = settings or Settings()
    layout = layout_of(game, eliminate=settings.eliminate)
    fronts = elimination_of(game, eliminate=settings.eliminate, how=settings.elimination)
    found = _nothing_yet(game, numbers, settings, settings.rules(layout.unknowns))
    found.asked[:] = rationality
    payoff_ranges(found.numbers.payoff, found.spread)

    def solve_some(some: range) -> int:
        with memory(game, layout, fronts) as (state, work):
            for draw in some:
                if stop_asked():
                    break
                asked, spread = float(found.asked[draw]), float(found.spread[draw])
                if at_hand := near and continued(game, near, (layout, state, work), found.numbers, draw, asked, spread):
                    found.ending[draw] = Ending.CONTINUED
                    found.logs[draw], found.reached[draw], found.steps[draw] = at_hand
                else:
                    _solve_one(layout, state, work, draw, found)
        return len(some)

    in_threads(solve_some, numbers.draws, settings.threads, progress)
    logs = found.logs = normalised(game, found.logs)
    _let_arrive(layout, fronts, found)
    unanswered = [not ending.answered for ending in found.ending]
    gain, regret = np.full((2, numbers.draws), np.nan)
    if not all(unanswered):
        gain, regret = nash_conv(game, numbers, np.exp(logs)), conditional_regret(game, numbers, logs)
    gain[unanswered] = regret[unanswered] = np.nan
    departs = departure(game, numbers, logs, np.where(unanswered, np.inf, found.asked))
    return Solution(
        game=game,
        rationality=found.asked,
        reached=found.reached,
        endings=tuple(found.ending),
        log_behaviour=logs,
        nash_conv=gain,
        conditional_regret=regret,
        regret_share=_fainting(found, unanswered),
        departure=departs,
        payoff_range=found.spread,
        turning_points=tuple(found.turns),
        bifurcations=tuple(found.splits),
        unknowns=layout.unknowns,
        steps=found.steps,
        methods=tuple(found.method),
        paces=found.paces,
    )


def _let_arrive(layout: Layout, fronts: Fronts | None, found: _Found) -> None:
    """Follows draws further that are in the limit but for decisions at which less is at stake, in place.

    And, likewise, those that came to rest before the finite rationality that was asked for.
    """
    draws = np.flatnonzero([ending in (Ending.LIMIT, Ending.CERTIFIED) for ending in found.ending])
    if not len(draws):
        return
    alone = np.ones(found.game.infosets, bool)
    alone[layout.unknown] = False
    some = Numbers(found.numbers.payoff[draws], found.numbers.chance[draws])
    _, least = least_at_stake(found.game, some, found.logs[draws], alone)
    early = (found.reached[draws] * least < arriving.ARRIVED) | found.grows[draws]
    behind = draws[early | np.isfinite(found.asked[draws])]

    def raise_some(places: range) -> int:
        with memory(found.game, layout, fronts) as (state, work):
            for draw in behind[places.start : places.stop].tolist():
                if stop_asked():
                    found.ending[draw] = Ending.INTERRUPTED
                    continue
                numbers = Numbers(found.numbers.payoff[draw : draw + 1], found.numbers.chance[draw : draw + 1])
                start, asked = (found.logs[draw], float(found.reached[draw])), float(found.asked[draw])
                known = found.game, numbers, (layout, state, work), found.rules
                raised = (
                    arriving.arrive(*known, *start) if np.isinf(asked) else arriving.carried_to(*known, start, asked)
                )
                found.steps[draw] += raised.steps
                found.logs[draw] = raised.logs
                found.turns[draw] = np.concatenate([found.turns[draw], raised.turns])
                found.splits[draw] = np.concatenate([found.splits[draw], raised.splits])
                found.paces[draw], found.reached[draw] = raised.pace, raised.pace.max()
                if not raised.arrived:
                    found.ending[draw] = Ending.FAINT
                elif np.isfinite(asked):
                    found.ending[draw], found.reached[draw] = Ending.REACHED, asked
        return len(places)

    in_threads(raise_some, len(behind), found.settings.threads, None)


def _fainting(found: _Found, unanswered: list[bool]) -> Floats:
    """[draw]: the largest share of what is at stake that a deviation gains; where it is not small, the ending says so.

    Only in the limit: players who err lose what they may by assumption.
    """
    share = np.full(len(found.asked), np.nan)
    some = np.flatnonzero(np.isinf(found.asked) & ~np.array(unanswered))
    numbers = Numbers(found.numbers.payoff[some], found.numbers.chance[some])
    share[some] = largest_share(found.game, numbers, found.logs[some])
    for draw in some.tolist():
        if found.ending[draw].good and not share[draw] <= CERTIFIED_SHARE:
            found.ending[draw] = Ending.FAINT
    return share


def _nothing_yet(game: Game, numbers: Numbers, settings: Settings, rules: logit.Rules) -> _Found:
    draws = numbers.draws
    return _Found(
        game,
        Numbers(plain(numbers.payoff), plain(numbers.chance)),
        settings,
        rules,
        np.zeros(draws),
        np.zeros(draws),
        [""] * draws,
        np.zeros(draws),
        [Ending.INTERRUPTED] * draws,
        np.zeros((draws, game.actions)),
        [_NONE] * draws,
        [_NONE] * draws,
        np.zeros(draws, np.int64),
        np.zeros(draws, np.bool_),
        {},
    )


def _solve_one(layout: Layout, state: Any, work: Work, draw: int, found: _Found) -> None:
    asked, unit = float(found.asked[draw]), float(found.spread[draw])
    unit = unit if unit > 0.0 else 1.0
    payoff, chance, logs = found.numbers.payoff[draw], found.numbers.chance[draw], found.logs[draw]
    if not countable(payoff):
        found.ending[draw] = Ending.BEYOND if np.isfinite(payoff).all() else Ending.BROKEN
        return
    code = solve_draw(layout, state, work, tuple(found.rules), asked, unit, payoff, chance, logs)
    found.ending[draw] = ENDING_BY_STATUS[code]
    if code in (logit.BROKEN, logit.HALTED):
        return
    found.method[draw] = rescue.PATH
    found.reached[draw] = asked if code == logit.REACHED else work.here[-1] / unit
    found.turns[draw] = _told(work, logit.FOLDS, unit)
    found.splits[draw] = _told(work, logit.BIFURCATIONS, unit)
    found.steps[draw] += work.counts[logit.STEPS]
    found.grows[draw] = work.counts[GROWING] > 0
    if ENDING_BY_STATUS[code] not in EARLY:
        return
    if np.isinf(asked):
        _rescue(layout, state, work, draw, found)
        return
    scaled = np.ascontiguousarray((payoff - payoff.min(axis=0)) / unit)
    most = min(found.rules.most_steps, MOST_ADJUSTING)
    rests, steps = come_to_rest(layout, state, work, scaled, chance, asked * unit, most)
    found.steps[draw] += steps
    if stop_asked():
        found.ending[draw] = Ending.INTERRUPTED
    elif rests:
        found.ending[draw], found.reached[draw], found.method[draw] = Ending.ADJUSTED, asked, rescue.ADJUSTING
        write_play(layout, state, logs)


def _parts(numbers: Numbers, draw: int, found: _Found) -> Floats | None:
    unknowns = layout_of(found.game, eliminate=found.settings.eliminate).unknowns
    effort = Allowance(found.settings.rules, min(PARTED_WORK, PARTED_STEPS * (unknowns + 1)))
    logs = in_parts(found.game, numbers, effort)
    found.steps[draw] += effort.steps
    return logs


def _told(work: Work, kind: int, unit: float) -> Floats:
    """Rationality at the turning points or the bifurcations of a path."""
    count = int(work.counts[kind])
    return work.events[kind - logit.FOLDS, :count] / unit if count else _NONE


def _rescue(layout: Layout, state: Any, work: Work, draw: int, found: _Found) -> None:
    """Makes the best of a path that ended early on its way to the limit."""
    unit = float(found.spread[draw]) or 1.0
    numbers = Numbers(found.numbers.payoff[draw : draw + 1], found.numbers.chance[draw : draw + 1])
    steps = min(found.settings.most_steps, NEARBY_STEPS, NEARBY_WORK // (layout.unknowns + 1) ** 2)
    rules = tuple(found.rules._replace(tries=1, most_steps=steps))

    def follow(payoff: Floats) -> tuple[bool, Floats]:
        logs = np.zeros((1, found.game.actions))
        code = solve_draw(layout, state, work, rules, np.inf, unit, payoff, numbers.chance[0], logs[0])
        found.steps[draw] += work.counts[logit.STEPS]
        return ENDING_BY_STATUS[code].good, normalised(found.game, logs)[0]

    logs = normalised(found.game, found.logs[draw : draw + 1])[0]
    reached = found.reached[draw] * unit

    def apart() -> Floats | None:
        return _parts(numbers, draw, found)

    ways = rescue.Ways(follow, apart, layout.unknowns > found.settings.parted)
    end = rescue.in_the_limit(found.game, numbers, found.ending[draw], (logs, reached), ways)
    found.ending[draw], found.logs[draw], found.method[draw] = end.ending, end.logs, end.method
    if stop_asked():
        found.ending[draw] = Ending.INTERRUPTED
    if end.ending is Ending.PARTS:
        found.reached[draw] = found.settings.limit / unit
