"""Other equilibria of one draw: further branches at a rationality or in the limit, beside the principal one.

The ways, start by start and the same for one seed: players are drawn to some other way to play and the tilt is let go
while rationality rises; the branch of whatever that finds is walked both ways, past its turning points; the principal
branch is walked on past its first crossing. In the limit, moreover, some players err more readily than others on the
way: that finds sequential equilibria which no logit branch approaches. None is exhaustive: what is listed exists, and
there may be more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium import tilted
from detente.equilibrium.memory import new_memory
from detente.equilibrium.newton import Work
from detente.equilibrium.solution import Ending, Solution
from detente.equilibrium.solve import Settings, solve_game
from detente.equilibrium.threads import in_threads
from detente.game.arrays import Game, Numbers
from detente.strategy.behaviour import normalised, reach
from detente.strategy.layout import Layout, layout_of
from detente.strategy.regret import conditional_regret, nash_conv
from detente.strategy.sweep import State

Floats = NDArray[np.float64]

PRINCIPAL = "the path from rationality zero"
ONWARD = "the same path, followed on past {turns}"
TILTED = "players drawn to another way to play, and let go"
UNEQUAL = "the same, while some erred more readily than others"
_ONWARD_BEGINS = ONWARD.split("{", maxsplit=1)[0]
ALONG = "the branch of equilibrium {other}, followed past {turns}"

_FEWEST, _MOST, _WORTH = 24, 256, 6_000
"""How many ways to play are tried unless it is said: the fewer, the more unknowns there are."""
_CARE = (1.0, 0.3, 0.03)
"""How much less closely some respond on the way to the limit, as shares of the rationality of the others."""
_RELEASES = (30.0, 300.0, 3_000.0, 30_000.0)
"""Where the tilt has gone on the way to the limit, in units of the inverse payoff range."""
_FAR = 10.0
"""A walk ends where rationality is this many times the target."""
_SAME = 1e-6
_SAME_IN_THE_LIMIT = 1e-4
"""Largest difference of the probability of any ending between two that count as one."""


@dataclass(frozen=True, eq=False)
class Branches:
    """Distinct equilibria of one draw, the principal one first.

    solution: each equilibrium stands where a `Solution` has its draws, with its own certificate.
    numbers: those of the draw, repeated likewise.
    how [e]: how it was found. starts_here [e]: how many of the starts led to it.
    index [e]: sign of the determinant of the logit equations in the log-odds, which sums to 1 over all that there are;
        None where errors were unequal on the way.
    stable [e]: whether play that is slightly off returns under logit best responses; None where not computed.
    starts, arrived: how many ways to play were tried, and how many of them led to an equilibrium.
    """

    solution: Solution
    numbers: Numbers
    how: tuple[str, ...]
    starts_here: tuple[int, ...]
    index: tuple[int | None, ...]
    stable: tuple[bool | None, ...]
    starts: int
    arrived: int

    @property
    def count(self) -> int:
        """How many distinct equilibria were found."""
        return len(self.how)


@dataclass
class _Search:
    """One search: the draw in the units of the kernels, and what has been found so far."""

    game: Game
    numbers: Numbers
    settings: Settings
    target: float
    limit: bool
    layout: Layout
    payoff: Floats
    chance: Floats
    same: float
    label: NDArray[np.integer]
    logs: list[Floats] = field(default_factory=list[Floats])
    leaves: list[Floats] = field(default_factory=list[Floats])
    how: list[str] = field(default_factory=list[str])
    hits: list[int] = field(default_factory=list[int])
    index: list[int | None] = field(default_factory=list[int | None])
    care: list[Floats] = field(default_factory=list[Floats])

    def memory(self) -> tuple[State, Work]:
        """Working memory for one thread."""
        return new_memory(self.game, self.layout, None)

    def walk(
        self,
        memory: tuple[State, Work],
        entry: tuple[Floats, Floats],
        start: float,
        *,
        target: float,
        up: bool = True,
        most: int = 1,
        tolerance: float = 1.0,
    ) -> tuple[tilted.Crossings, int]:
        """The crossings of a target on a walk from a behaviour and care, at a rationality (0: tilted to it).

        tolerance: share of that of the settings. Why the walk ended comes second.
        """
        rules = tilted.Walk(
            target=target,
            fade=target,
            ceiling=_FAR * target,
            tolerance=tolerance * self.settings.tolerance,
            corrector=self.settings.corrector,
            growth=self.settings.growth,
            smallest_step=self.settings.smallest_step,
            most_steps=_MOST_STEPS,
        )
        found = tilted.Crossings(
            np.zeros((most, self.game.actions)),
            np.zeros(most, np.int64),
            np.zeros(most, np.int64),
            np.zeros(2, np.int64),
        )
        state, work = memory
        why = tilted.wander(self.layout, state, work, rules, self.payoff, self.chance, *entry, float(start), up, found)
        return found, why

    def keep(self, logs: Floats, care: Floats, how: str, index: int | None, hits: int = 0) -> None:
        """Adds an equilibrium unless it is known.

        Where errors were unequal on the way, whole families are found: of those one per distribution of endings.
        """
        logs = normalised(self.game, logs[None])[0]
        leaves = reach(self.game, self.numbers, np.exp(logs)[None])[0, self.game.leaf_node]
        for number, known in enumerate(self.leaves):
            apart = leaves - known
            if index is None:
                apart = np.bincount(self.label, apart)
            if np.abs(apart).max() <= self.same:
                self.hits[number] += hits
                return
        self.logs.append(logs)
        self.leaves.append(leaves)
        self.how.append(how)
        self.hits.append(hits)
        self.index.append(index)
        self.care.append(care)


_MOST_STEPS = 1_000
_MOST_CROSSINGS = 16
_TOLERANCES = (1.0, 0.2, 0.04, 0.008)


def find_branches(
    game: Game,
    numbers: Numbers,
    rationality: float = np.inf,
    *,
    endings: NDArray[np.integer] | None = None,
    starts: int | None = None,
    seed: int = 0,
    settings: Settings | None = None,
) -> Branches:
    """Distinct equilibria of a single draw at a rationality (units of 1/payoff), or in the limit where infinite.

    endings [leaf]: leaves with one number are one outcome to the reader; the game's payoff classes unless given.
    starts: how many other ways to play are tried; None: from 256 in a small game to 24 in one of 250 unknowns.
    The result is the same for one seed, on any number of threads.
    """
    settings = settings or Settings()
    principal = solve_game(game, numbers, rationality, settings=settings)
    search = _begin(game, numbers, principal, settings, game.leaf_class if endings is None else endings)
    logs, even = principal.log_behaviour[0], np.ones(game.infosets)
    if not search.layout.unknowns or not search.target:
        search.keep(logs, even, PRINCIPAL, 1)
        return _told(search, principal, 0, 0)
    memory = search.memory()
    search.keep(logs, even, PRINCIPAL, int(np.linalg.slogdet(_slope(search, memory, logs))[0]))
    if not search.limit:
        _onward(search, memory, logs)
    if starts is None:
        starts = min(_MOST, max(_FEWEST, _WORTH // search.layout.unknowns))
    arrived = _from_starts(search, starts, seed)
    _along(search, memory)
    return _told(search, principal, starts, arrived)


def _begin(
    game: Game, numbers: Numbers, principal: Solution, settings: Settings, endings: NDArray[np.integer]
) -> _Search:
    unit = float(principal.payoff_range[0]) or 1.0
    limit = bool(np.isinf(principal.rationality[0]))
    payoff = numbers.payoff[0]
    return _Search(
        game=game,
        numbers=numbers,
        settings=settings,
        target=settings.limit if limit else float(principal.rationality[0] * unit),
        limit=limit,
        layout=layout_of(game, eliminate=settings.eliminate),
        payoff=np.ascontiguousarray((payoff - payoff.min(axis=0)) / unit),
        chance=np.array(numbers.chance[0], np.float64),
        same=_SAME_IN_THE_LIMIT if limit else _SAME,
        label=endings,
    )


def _turns(count: int) -> str:
    return f"{count} turning point{'s' if count != 1 else ''}"


def _onward(search: _Search, memory: tuple[State, Work], logs: Floats) -> None:
    """The later crossings of the principal branch."""
    even = search.care[0]
    found, _ = search.walk(memory, (logs, even), search.target, target=search.target, most=_MOST_CROSSINGS)
    for c in range(found.tally[0]):
        search.keep(found.logs[c], even, ONWARD.format(turns=_turns(int(found.turns[c]))), int(found.sign[c]))


def _along(search: _Search, memory: tuple[State, Work]) -> None:
    """The further crossings of every branch that was found, walked both ways; the principal one has been walked."""
    number = 0
    while (number := number + 1) < len(search.logs):
        if search.how[number].startswith(_ONWARD_BEGINS):
            continue
        care = search.care[number]
        for up in (False, True) if not search.limit else (False,):
            found = _walk_carefully(search, memory, number, up=up)
            for c in range(found.tally[0]):
                how = ALONG.format(other=number + 1, turns=_turns(int(found.turns[c])))
                search.keep(found.logs[c], care, how, _sign(found, c, care))


def _walk_carefully(search: _Search, memory: tuple[State, Work], number: int, *, up: bool) -> tilted.Crossings:
    """A walk from an equilibrium; where it comes to rationality zero, once more with smaller steps.

    Only the principal branch goes there: the walk has either jumped onto it or begun on it.
    """
    entry, target = (search.logs[number], search.care[number]), search.target

    def walk(tolerance: float) -> tuple[tilted.Crossings, int]:
        return search.walk(memory, entry, target, target=target, up=up, most=_MOST_CROSSINGS, tolerance=tolerance)

    found, why = walk(_TOLERANCES[0])
    for tolerance in _TOLERANCES[1:]:
        if why != tilted.LEFT:
            break
        found, why = walk(tolerance)
    return found


def _sign(found: tilted.Crossings, crossing: int, care: Floats) -> int | None:
    return int(found.sign[crossing]) if (care == 1.0).all() else None


def _from_starts(search: _Search, starts: int, seed: int) -> int:
    """Releases players from every start; how many arrived. What is found is kept in the order of the starts.

    In the limit every other start has some players err more readily than others.
    """
    tilts = list(_tilts(search.game, starts, seed))
    rng = np.random.default_rng((seed, 1))
    cares = [np.ones(search.game.infosets) for _ in tilts]
    if search.limit:
        cares = [rng.choice(_CARE, search.game.infosets) if start % 2 else even for start, even in enumerate(cares)]
    arrivals: list[tilted.Crossings | None] = [None] * starts

    def release_some(some: range) -> int:
        memory = search.memory()
        for start in some:
            arrivals[start] = _release(search, memory, tilts[start], cares[start], start)
        return len(some)

    in_threads(release_some, starts, search.settings.threads, None)
    for start in sorted(range(starts), key=lambda start: bool((cares[start] != 1.0).any())):
        found, care = arrivals[start], cares[start]
        if found is not None:
            how = TILTED if (care == 1.0).all() else UNEQUAL
            search.keep(found.logs[0], care, how, _sign(found, 0, care), hits=1)
    return sum(found is not None for found in arrivals)


def _release(
    search: _Search, memory: tuple[State, Work], tilt: Floats, care: Floats, start: int
) -> tilted.Crossings | None:
    """Where one start leads, or None where it did not arrive."""
    fade = _RELEASES[start % len(_RELEASES)] if search.limit else search.target
    found, _ = search.walk(memory, (fade * tilt, care), 0.0, target=fade)
    if search.limit and found.tally[0]:
        found, _ = search.walk(memory, (found.logs[0], care), fade, target=search.target)
    return found if found.tally[0] else None


def _tilts(game: Game, starts: int, seed: int) -> Iterator[Floats]:
    """Ways to play [action], as bonuses in shares of the payoff range: in turn all alike and each on its own."""
    rng = np.random.default_rng((seed, 0))
    counts = np.diff(game.action_start)
    kinds = _kinds(game)
    for start in range(starts):
        bonus = np.zeros(game.actions)
        if start % 4 == 3:
            bonus = rng.normal(size=game.actions)
        else:
            draw = rng.random(int(kinds.max(initial=0)) + 1)[kinds] if start % 4 < 2 else rng.random(game.infosets)
            chosen = game.action_start[:-1] + np.minimum((draw * counts).astype(np.int64), counts - 1)
            bonus[chosen] = 1.0
        yield bonus * (0.5, 1.0, 2.0)[int(rng.integers(3))]


def _kinds(game: Game) -> NDArray[np.int64]:
    """[infoset]: a number shared by those where the same player has as many actions at the same depth of the tree."""
    level = np.searchsorted(game.level_start, game.infoset_nodes[game.infoset_node_start[:-1]], side="right")
    what = np.stack([game.infoset_player, level, np.diff(game.action_start)], axis=1)
    return np.unique(what, axis=0, return_inverse=True)[1].reshape(-1)


def _slope(search: _Search, memory: tuple[State, Work], logs: Floats) -> Floats:
    """Derivative of the logit equations in the log-odds at a behaviour."""
    state, work = memory
    tilted.slope_of(search.layout, state, work, search.payoff, search.chance, logs, search.target)
    n = search.layout.unknowns
    return work.matrix[:n, :n].T.copy()


def _told(search: _Search, principal: Solution, starts: int, arrived: int) -> Branches:
    count = len(search.logs)
    numbers = Numbers(np.repeat(search.numbers.payoff, count, axis=0), np.repeat(search.numbers.chance, count, axis=0))
    logs = np.stack(search.logs)
    others = count - 1
    unit = float(principal.payoff_range[0]) or 1.0
    solution = Solution(
        game=search.game,
        rationality=np.repeat(principal.rationality, count),
        reached=np.concatenate([principal.reached, np.full(others, search.target / unit)]),
        endings=(*principal.endings, *([Ending.OTHER] * others)),
        log_behaviour=logs,
        nash_conv=nash_conv(search.game, numbers, np.exp(logs)),
        conditional_regret=conditional_regret(search.game, numbers, logs),
        payoff_range=np.repeat(principal.payoff_range, count),
        turning_points=(*principal.turning_points, *([np.zeros(0)] * others)),
        bifurcations=(*principal.bifurcations, *([np.zeros(0)] * others)),
        unknowns=principal.unknowns,
        steps=np.concatenate([principal.steps, np.zeros(others, np.int64)]),
    )
    stable = _stability(search) if starts else [None] * count
    return Branches(
        solution,
        numbers,
        tuple(search.how),
        tuple(search.hits),
        tuple(search.index),
        tuple(stable),
        starts,
        arrived,
    )


_LARGEST = 600
"""Beyond so many unknowns eigenvalues take too long to say whether an equilibrium is stable."""


def _stability(search: _Search) -> list[bool | None]:
    if search.limit or search.layout.unknowns > _LARGEST:
        return [None] * len(search.logs)
    memory = search.memory()
    return [bool((np.linalg.eigvals(_slope(search, memory, logs)).real > 0).all()) for logs in search.logs]
