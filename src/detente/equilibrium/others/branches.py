"""Other equilibria of one draw: further branches at a rationality or in the limit, beside the principal one.

The ways, the same for one seed: players reply to one another until nobody's reply departs (`scanning`). Start by start,
players set out from some other way to play and adjust in time, or
are drawn to it and let go while rationality rises; the branch of whatever that finds is walked both ways, past its
turning points; the principal branch is walked on past its first crossing. In the limit, moreover, some players err
more readily than others on the way: that finds sequential equilibria which no logit branch approaches. None is
exhaustive: what is listed exists, and there may be more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.elimination.dense_or_sparse import elimination_of
from detente.equilibrium.fallback.tuning import CERTIFIED_SHARE
from detente.equilibrium.others.releasing import Met, release_all
from detente.equilibrium.others.replies import Replies
from detente.equilibrium.others.scanning import Looked, every_way, many_ways
from detente.equilibrium.others.searching import Found, Memory, Search, apart
from detente.equilibrium.others.starts import starts_of
from detente.equilibrium.others.tuning import (
    BATCH_SHARE,
    CLOSE_LIMITS,
    FEWEST_BATCH,
    FEWEST_SEARCH_STARTS,
    MOST_BATCH,
    MOST_CROSSINGS,
    MOST_EIGENVALUES,
    MOST_SEARCH_STARTS,
    MOST_START_ROUNDS,
    REPLYING_SHARE,
    SAME_PLAY,
    SAME_PLAY_IN_THE_LIMIT,
    SEARCH_EFFORT,
    START_SYSTEMS,
    STARTS_TIMES_UNKNOWNS,
    STRICT_GAIN,
    SYSTEMS,
    WALK_TOLERANCES,
)
from detente.equilibrium.path import tilted
from detente.equilibrium.path.memory import new_memory
from detente.equilibrium.solution import Ending, Solution
from detente.equilibrium.solve import Settings, solve_game
from detente.game.arrays import Game, Numbers
from detente.kernels.stopping import stop_asked
from detente.plurals import counted
from detente.strategy.departure import departure
from detente.strategy.layout import layout_of
from detente.strategy.regret import conditional_regret, nash_conv
from detente.strategy.stakes import largest_share

Floats = NDArray[np.float64]

PRINCIPAL = "the path from rationality zero"
ONWARD = "the same path, followed on past {turns}"
BY_ADJUSTING = "play that set out another way, and adjusted in time"
TILTED = "players drawn to another way to play, and let go"
UNEQUAL = "the same, while some erred more readily than others"
REPLIED = "replies to one another, until nobody's departs"
ALONG = "the branch of equilibrium {other}, followed past {turns}"


@dataclass(frozen=True, eq=False)
class Branches:
    """Distinct equilibria of one draw, the principal one first.

    solution: each equilibrium stands where a `Solution` has its draws, with its own certificate.
    numbers: those of the draw, repeated likewise.
    how [e]: how it was found. starts_here [e]: how many of the starts led to it.
    index [e]: sign of the determinant of the logit equations in the log-odds, which sums to 1 over all that there are;
        None where errors were unequal on the way, or rounding hides it.
    starts, arrived: how many ways to play were tried, and how many of them led to an equilibrium.
    planned: how many were to be tried; fewer were where the effort allowed was spent before.
    systems, seconds: linear systems solved in the search, about, and the CPU time that they take, as foreseen.
    indices: the sum of the indices of all that was found, those that differ off the path only among them.
    unwalked: how many have a branch that was not followed to its ends.
    looked: how far replies to one another were looked at; None where nothing was searched.
    refused: how many more were found that the certificate does not bear out, and so are not listed.
    judge_stability: finds `stable`.
    """

    solution: Solution
    numbers: Numbers
    how: tuple[str, ...]
    starts_here: tuple[int, ...]
    index: tuple[int | None, ...]
    starts: int
    arrived: int
    planned: int
    systems: int
    seconds: float
    indices: int
    unwalked: int
    looked: Looked | None
    refused: int
    judge_stability: Callable[[], tuple[bool | None, ...]]

    @cached_property
    def stable(self) -> tuple[bool | None, ...]:
        """[e]: True where play that is slightly off returns under logit best responses; None where not computed.

        It takes longer than the search in a game of some size, and is found when it is first asked for.
        """
        return self.judge_stability()

    @property
    def count(self) -> int:
        """Number of distinct equilibria found."""
        return len(self.how)

    @property
    def missing(self) -> bool:
        """True where the indices show that there are more: those of all equilibria of a regular game sum to one."""
        return self.planned > 0 and self.index[0] is not None and self.indices != 1


def find_branches(
    game: Game,
    numbers: Numbers,
    rationality: float = np.inf,
    *,
    endings: NDArray[np.integer] | None = None,
    starts: int | None = None,
    seed: int = 0,
    settings: Settings | None = None,
    effort: float | None = None,
) -> Branches:
    """Distinct equilibria of a single draw at a rationality (units of 1/payoff), or in the limit where infinite.

    endings [leaf]: leaves with one number are one outcome to the reader; the game's payoff classes unless given.
    starts: how many other ways to play are tried; None: from 96 in a small game to 24 in one of 250 unknowns.
    effort: seconds of CPU, as foreseen from the size of the game, after which no further way is tried; None:
        `SEARCH_EFFORT`, or no end where `starts` are given.
    The result is the same for one seed, on any number of threads.
    """
    settings = settings or Settings()
    principal = solve_game(game, numbers, rationality, settings=settings)
    if effort is None:
        effort = SEARCH_EFFORT if starts is None else np.inf
    search = _begin(game, numbers, principal, settings, game.leaf_class if endings is None else endings, effort)
    logs, even = principal.log_behaviour[0], np.ones(game.infosets)
    if not search.layout.unknowns or not search.target:
        search.keep(logs, even, PRINCIPAL, 1)
        return _told(search, principal, (0, 0, 0), None)
    if starts is None:
        starts = min(MOST_SEARCH_STARTS, max(FEWEST_SEARCH_STARTS, STARTS_TIMES_UNKNOWNS // search.layout.unknowns))
    with search.memory() as memory:
        search.keep(logs, even, PRINCIPAL, search.sign(memory, logs))
        if not search.limit:
            _onward(search, memory)
        looked = _from_replies(search, memory, starts, seed)
    batch = int(min(MOST_BATCH, max(FEWEST_BATCH, BATCH_SHARE * effort / (START_SYSTEMS * search.cost))))
    tried = arrived = planned = 0
    met: list[Met] = []
    for _ in range(MOST_START_ROUNDS):
        planned += starts
        while tried < planned and not search.spent:
            some = range(tried, min(tried + batch, planned))
            arrived += _from_starts(search, some, seed, met)
            tried = some.stop
        with search.memory() as memory:
            _along(search, memory)
        if search.spent or search.found[0].index is None or search.indices == 1:
            break
    return _told(search, principal, (tried, arrived, planned), looked)


def _begin(
    game: Game, numbers: Numbers, principal: Solution, settings: Settings, endings: NDArray[np.integer], effort: float
) -> Search:
    unit = float(principal.payoff_range[0]) or 1.0
    limit = bool(np.isinf(principal.rationality[0]))
    payoff = numbers.payoff[0]
    return Search(
        game=game,
        numbers=numbers,
        settings=settings,
        target=settings.limit if limit else float(principal.rationality[0] * unit),
        limit=limit,
        layout=layout_of(game, eliminate=settings.eliminate),
        fronts=elimination_of(game, eliminate=settings.eliminate, how=settings.elimination),
        payoff=np.ascontiguousarray((payoff - payoff.min(axis=0)) / unit),
        chance=np.array(numbers.chance[0], np.float64),
        same=SAME_PLAY_IN_THE_LIMIT if limit else SAME_PLAY,
        label=endings,
        effort=effort,
    )


def _turns(count: int) -> str:
    return counted(count, "turning point")


def _onward(search: Search, memory: Memory) -> None:
    """The later crossings of the principal branch."""
    first = search.found[0]
    found, why = search.walk(memory, (first.logs, first.care), search.target, target=search.target, most=MOST_CROSSINGS)
    search.systems += SYSTEMS * int(found.tally[2])
    first.walked = True
    first.whole = why == tilted.CEILING
    for c in range(found.tally[0]):
        how = ONWARD.format(turns=_turns(int(found.turns[c])))
        other = search.keep(found.logs[c], first.care, how, int(found.sign[c]))
        other.whole |= first.whole
        other.walked |= other.whole


def _along(search: Search, memory: Memory) -> None:
    """The further crossings of every branch that was found, walked both ways, unless it has been."""
    if search.limit:
        search.found[0].walked = search.found[0].whole = True  # it has come from rationality zero
    for number, each in enumerate(search.found, 1):  # grows while it is gone through
        if each.walked or search.spent:
            continue
        met = [each]
        each.walked = whole = True
        for up in (False, True) if not search.limit else (False,):
            found, why = _walk_carefully(search, memory, each, up=up)
            whole &= why in (tilted.CEILING, tilted.CAME_ROUND)
            for c in range(found.tally[0]):
                how = ALONG.format(other=number, turns=_turns(int(found.turns[c])))
                met.append(search.keep(found.logs[c], each.care, how, _sign(found, c, each.care)))
            if why == tilted.CAME_ROUND:
                break
        for other in met if whole else ():
            other.walked = other.whole = True


def _walk_carefully(search: Search, memory: Memory, each: Found, *, up: bool) -> tuple[tilted.Crossings, int]:
    """A walk from an equilibrium; where it comes to rationality zero, once more with smaller steps.

    Only the principal branch goes there: the walk has either jumped onto it or begun on it.
    """
    entry, target = (each.logs, each.care), search.target
    found, why = None, tilted.LEFT
    for tolerance in WALK_TOLERANCES:
        found, why = search.walk(memory, entry, target, target=target, up=up, most=MOST_CROSSINGS, tolerance=tolerance)
        search.systems += SYSTEMS * int(found.tally[2])
        if why != tilted.LEFT:
            break
    assert found is not None
    return found, why


def _sign(found: tilted.Crossings, crossing: int, care: Floats) -> int | None:
    return int(found.sign[crossing]) if (care == 1.0).all() else None


def _from_starts(search: Search, some: range, seed: int, met: list[Met]) -> int:
    """Follows the given starts to equilibria and keeps each equilibrium found; returns the number of starts that
    arrived.

    A start is a way to play towards which players are drawn, until they are released to play the game alone. Starts at
    which all players err alike come first, so that an equilibrium found by both kinds is told as the end of a logit
    branch.
    """
    starts = starts_of(search.game, some, seed, limit=search.limit)
    arrivals = release_all(search, starts, met)
    even = np.ones(search.game.infosets)
    for start, some_arrivals in sorted(zip(starts, arrivals, strict=True), key=lambda each: each[0].uneven):
        how = UNEQUAL if start.uneven else BY_ADJUSTING if start.settles else TILTED
        for arrival in some_arrivals:
            if arrival.logs is not None:
                search.keep(arrival.logs, start.care if arrival.index is None else even, how, arrival.index, 1)
    return sum(any(arrival.logs is not None for arrival in each) for each in arrivals)


def _from_replies(search: Search, memory: Memory, starts: int, seed: int) -> Looked:
    """Equilibria at which players' replies to one another come to rest; all pure ones in a game small enough for the
    effort.
    """
    unit = float(search.numbers.payoff_range()[0]) or 1.0
    rationality = np.inf if search.limit else search.target / unit
    replies = Replies(search.game, search.numbers, rationality, REPLYING_SHARE * search.effort / search.reply_cost)
    looked = every_way(replies) if search.limit else None
    looked = looked or many_ways(replies, starts, seed)
    known: list[Floats] = []
    for logs in looked.found:
        leaves = search.reaches(logs)
        if all(apart(leaves, each) > search.same for each in known):
            known.append(leaves)
            _keep_replies(search, memory, replies, logs)
    search.replies += replies.count
    return looked


def _keep_replies(search: Search, memory: Memory, replies: Replies, logs: Floats) -> None:
    """Keeps the logit equilibrium beside what replies led to; else that itself, where it stands alone."""
    even = np.ones(search.game.infosets)
    exact = search.exactly(memory, logs)
    search.systems += 1
    near = CLOSE_LIMITS if search.limit else np.inf
    if exact is not None and apart(search.reaches(exact[0]), search.reaches(logs)) < near:
        search.keep(exact[0], even, REPLIED, exact[1], 1)
    elif search.limit and replies.rest(logs, 1) is not None and _alone(search, replies, logs):
        found = search.keep(logs, even, REPLIED, None, 1, alone=True)
        if found.how == REPLIED:
            found.walked = found.whole = True  # no logit branch passes here


def _alone(search: Search, replies: Replies, logs: Floats) -> bool:
    """True where every move that play reaches is better than any other."""
    reached = np.add.reduceat(search.reach(logs)[search.game.infoset_nodes], search.game.infoset_node_start[:-1]) > 0.0
    return bool((replies.margins(logs)[reached] > STRICT_GAIN).all())


def _repeated(numbers: Numbers, count: int) -> Numbers:
    return Numbers(np.repeat(numbers.payoff, count, axis=0), np.repeat(numbers.chance, count, axis=0))


def _told(search: Search, principal: Solution, tally: tuple[int, int, int], looked: Looked | None) -> Branches:
    """tally: ways to play that were tried, that arrived, and that were to be tried."""
    starts, arrived, planned = tally
    known = len(search.found)
    search.found = [search.found[0], *(each for each in search.found[1:] if search.borne_out(each.logs))]
    every = search.found
    count, others = len(every), len(every) - 1
    numbers = _repeated(search.numbers, count)
    logs = np.stack([each.logs for each in every])
    unit = float(principal.payoff_range[0]) or 1.0
    share = largest_share(search.game, numbers, logs) if search.limit else np.full(count, np.nan)
    solution = Solution(
        game=search.game,
        rationality=np.repeat(principal.rationality, count),
        reached=np.concatenate([principal.reached, np.full(others, search.target / unit)]),
        endings=(*principal.endings, *(Ending.FAINT if each > CERTIFIED_SHARE else Ending.OTHER for each in share[1:])),
        log_behaviour=logs,
        nash_conv=nash_conv(search.game, numbers, np.exp(logs)),
        conditional_regret=conditional_regret(search.game, numbers, logs),
        regret_share=share,
        departure=departure(search.game, numbers, logs, np.repeat(principal.rationality, count)),
        paces=principal.paces,
        payoff_range=np.repeat(principal.payoff_range, count),
        turning_points=(*principal.turning_points, *([np.zeros(0)] * others)),
        bifurcations=(*principal.bifurcations, *([np.zeros(0)] * others)),
        unknowns=principal.unknowns,
        steps=np.concatenate([principal.steps, np.zeros(others, np.int64)]),
    )
    return Branches(
        solution=solution,
        numbers=numbers,
        how=tuple(each.how for each in every),
        starts_here=tuple(each.hits for each in every),
        index=tuple(each.index for each in every),
        starts=starts,
        arrived=arrived,
        planned=planned,
        systems=search.systems,
        seconds=search.seconds,
        indices=search.indices,
        unwalked=sum(not each.whole for each in every) if planned else 0,
        looked=looked,
        refused=known - count,
        judge_stability=lambda: tuple(_stability(search)) if planned else (None,) * count,
    )


def _stability(search: Search) -> Iterator[bool | None]:
    """Stability of each equilibrium; an odd number of directions in which play runs away shows in the index alone."""
    small = not search.limit and search.layout.unknowns <= MOST_EIGENVALUES
    state, work = new_memory(search.game, search.layout, None) if small else (None, None)
    n = search.layout.unknowns
    for each in search.found:
        if search.limit or stop_asked():
            yield None
        elif state is None or work is None:
            yield False if each.index == -1 else None
        else:
            tilted.slope_of(search.layout, state, work, search.payoff, search.chance, each.logs, search.target)
            yield bool((np.linalg.eigvals(work.matrix[:n, :n].T).real > 0).all())
