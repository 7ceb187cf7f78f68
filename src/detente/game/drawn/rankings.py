"""Rankings draw by draw: the order taken, the place of every outcome in it, and what each place is worth.

Columns of the unit cube that drive a ranking at position P of the case: `preference P tier T` spaces the places between
best and worst, `preference P order` takes one of several orders, `preference P key K` settles where tier K stands among
those whose order is open. An input of a run is named like the column it moves, but for `preference P order K`, which
says whether the draws take order K.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.crisis.model import Crisis
from detente.crisis.rankings import Preference

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Uniform = Callable[[str], Floats]

TIER, WHICH_ORDER, KEY = "tier", "order", "key"


@dataclass(frozen=True, slots=True)
class RankingAxis:
    """Part of a ranking that can be moved: kind `tier`, `order` or `key`, and the number of what it moves."""

    preference: int
    kind: str
    number: int = 0

    @staticmethod
    def read(name: str) -> RankingAxis | None:
        """The part that a name means; None for the name of anything else."""
        words = name.split(" ")
        if words[0] != "preference" or len(words) < 3:
            return None
        return RankingAxis(int(words[1]), words[2], int(words[3]) if len(words) > 3 else 0)

    @property
    def name(self) -> str:
        """Name of the input."""
        return f"preference {self.preference} {self.kind} {self.number}"

    @property
    def column(self) -> str:
        """Name of the column of the cube that drives it."""
        return f"preference {self.preference} {WHICH_ORDER}" if self.kind == WHICH_ORDER else self.name

    @property
    def jumps(self) -> bool:
        """True where what it moves jumps, so that no derivative tells of it."""
        return self.kind != TIER


def column_of(axis: str) -> str:
    """The column of the cube that an input moves."""
    part = RankingAxis.read(axis)
    return axis if part is None else part.column


def jumps(axis: str) -> bool:
    """True where an input jumps from one order of a ranking to another."""
    part = RankingAxis.read(axis)
    return part is not None and part.jumps


def columns_of(preference: Preference, position: int) -> Iterator[str]:
    """Columns of the cube that drive a ranking."""
    for tier in range(1, preference.places - 1):
        yield RankingAxis(position, TIER, tier).name
    if len(preference.orders) > 1:
        yield RankingAxis(position, WHICH_ORDER).column
    for key in open_keys(preference):
        yield RankingAxis(position, KEY, key).name


def open_keys(preference: Preference) -> Iterator[int]:
    """Tiers whose place among others is open. Of two tiers, one settles where both stand."""
    for group in preference.mates():
        yield from sorted(group)[: 1 if len(group) == 2 else None]


@dataclass(frozen=True, eq=False)
class DrawnRanking:
    """One ranking in every draw.

    utilities [draw, tier]: 1 for the best, 0 for the worst. place [draw, tier]: from 0, the best; shared by tiers that
    the order of the draw values equally. order [draw]: number of the order taken. Tiers as in `Preference.tiers`.
    even: True at the median, where tiers whose order is open share the mean worth of their places.
    """

    utilities: Floats
    place: Ints
    order: Ints
    even: bool = False

    def __post_init__(self) -> None:
        for name in ("utilities", "place", "order"):
            kept = getattr(self, name).view()
            kept.flags.writeable = False
            object.__setattr__(self, name, kept)

    def part(self, which: slice) -> DrawnRanking:
        """Some of the draws."""
        return DrawnRanking(self.utilities[which], self.place[which], self.order[which], self.even)

    def repeated(self, count: int) -> DrawnRanking:
        """Every draw so many times."""
        which = np.repeat(np.arange(len(self.place)), count)
        return DrawnRanking(self.utilities[which], self.place[which], self.order[which], self.even)

    def worth(self, place: int) -> Floats:
        """[draw]: worth of what stands at a place; 0 where the order taken has fewer."""
        here = self.place == place
        found = np.take_along_axis(self.utilities, here.argmax(axis=1)[:, None], axis=1)[:, 0]
        return np.where(here.any(axis=1), found, 0.0)

    def slopes(self, place: int) -> Floats:
        """[draw, tier]: by how much the utility of each tier grows with the worth of a place."""
        if not self.even:
            return (self.place == place).astype(float)
        alike = self.utilities == self.worth(place)[:, None]
        spanned = np.array([len(np.unique(own[same])) for own, same in zip(self.place, alike, strict=True)])
        return np.where((self.place == place).any(axis=1, keepdims=True), alike / np.maximum(spanned, 1)[:, None], 0.0)

    def above(self, tier: int, others: tuple[int, ...]) -> Floats:
        """[draw]: how many of some tiers stand below a tier."""
        return (self.place[:, list(others)] > self.place[:, [tier]]).sum(axis=1).astype(float)


def drawn_ranking(preference: Preference, position: int, uniform: Uniform, count: int, *, median: bool) -> DrawnRanking:
    """The ranking at a position of the case; uniform: name of a column -> [draw].

    median: the likeliest order, evenly spaced, with what is open in it valued equally, at the mean of its places.
    """
    if median or len(preference.orders) == 1:
        order = np.full(count, preference.likeliest if median else 0, np.int32)
    else:
        order = _taken(preference, uniform(RankingAxis(position, WHICH_ORDER).column))
    between = max(preference.places - 2, 0)
    spacing = np.array([uniform(RankingAxis(position, TIER, tier).name) for tier in range(1, between + 1)])
    spacing = spacing.reshape(between, count).T
    tiers = len(preference.tiers)
    utilities, place = np.ones((count, tiers)), np.zeros((count, tiers), np.int32)
    keys = None if median else _keys(preference, position, uniform, count, tiers)
    for number, each in enumerate(preference.orders):
        rows = np.flatnonzero(order == number)
        if not len(rows):
            continue
        levels = preference.numbered(each)
        worth = _evenly(each.places, len(rows)) if median else _spaced(each.places, spacing[rows])
        start = 0
        for level in levels:
            if keys is None or len(level) == 1:
                found = np.broadcast_to(start + np.arange(len(level)), (len(rows), len(level)))
            else:
                falling = np.argsort(-keys[rows][:, [tier[0] for tier in level]], axis=1, kind="stable")
                found = start + np.argsort(falling, axis=1, kind="stable")
            for column, tier in enumerate(level):
                own = np.take_along_axis(worth, found[:, [column]], axis=1)
                if median:
                    own = worth[:, start : start + len(level)].mean(axis=1, keepdims=True)
                for one in tier:
                    place[rows, one] = found[:, column]
                    utilities[rows, one] = own[:, 0]
            start += len(level)
    return DrawnRanking(utilities, place, order, median)


def place_slope(part: RankingAxis, drawn: DrawnRanking, slopes: Mapping[tuple[int, int], Floats]) -> Floats:
    """[draw]: derivative by the worth of a place, from those by the utility of each (preference, tier)."""
    weights = drawn.slopes(part.number)
    total = np.zeros(len(weights))
    for tier in range(weights.shape[1]):
        slope = slopes.get((part.preference, tier))
        if slope is not None:
            total += weights[:, tier] * slope
    return total


def _shares(preference: Preference) -> Floats:
    """[order]: the largest number of the unit interval that takes it."""
    weights = np.array([each.weight for each in preference.orders])
    return np.cumsum(weights) / weights.sum()


def _taken(preference: Preference, u: Floats) -> Ints:
    ends = _shares(preference)
    return np.minimum(np.searchsorted(ends, u, side="left"), len(ends) - 1).astype(np.int32)


def _keys(preference: Preference, position: int, uniform: Uniform, count: int, tiers: int) -> Floats:
    keys = np.full((count, tiers), 0.5)
    for key in open_keys(preference):
        keys[:, key] = uniform(RankingAxis(position, KEY, key).name)
    return keys


def _spaced(places: int, u: Floats) -> Floats:
    """[draw, place]: 1 for the best, 0 for the worst, between them the order statistics of uniform numbers."""
    worth = np.ones((len(u), places))
    if places > 1:
        worth[:, -1] = 0.0
        worth[:, 1:-1] = -np.sort(-u[:, : places - 2], axis=1)
    return worth


def _evenly(places: int, draws: int) -> Floats:
    worth = 1 - np.arange(places) / max(places - 1, 1)
    return np.broadcast_to(worth, (draws, places))


def ranked_values(crisis: Crisis, rankings: Sequence[DrawnRanking], part: RankingAxis) -> Floats:
    """[draw]: worth of a place; or whether an order is taken (1); or how many stand below a tier that may be above."""
    drawn = rankings[part.preference]
    if part.kind == WHICH_ORDER:
        return (drawn.order == part.number).astype(float)
    if part.kind == KEY:
        groups = crisis.preferences[part.preference].mates()
        mates = next(each for each in groups if part.number in each) - {part.number}
        return drawn.above(part.number, tuple(sorted(mates)))
    return drawn.worth(part.number)


def moved_ranking(crisis: Crisis, axes: tuple[str, ...], cube: Floats, part: RankingAxis, level: float) -> Floats:
    """Points of the cube with a part of a ranking moved; see `detente.game.drawn.moved`.

    The worth of a place is moved between those of the places above and below it. What jumps does so at the middle of
    the levels: below it order K is not taken, and tier K stands lowest of those that it may stand among; above it the
    order is taken, and the tier stands highest.
    """
    points = cube.copy()
    preference = crisis.preferences[part.preference]
    if part.kind == KEY:
        points[:, axes.index(part.column)] = float(level > 0.5)
    elif part.kind == WHICH_ORDER:
        column = axes.index(part.column)
        points[:, column] = _with_order(_shares(preference), cube[:, column], part.number, taken=level > 0.5)
    else:
        _move_place(preference, axes, points, part, level)
    return points


def _with_order(ends: Floats, u: Floats, number: int, *, taken: bool) -> Floats:
    """[draw]: the number that takes one order; or else another, one where that was taken before."""
    low, high = (ends[number - 1] if number else 0.0), ends[number]
    if taken:
        return np.full(len(u), (low + high) / 2)
    within = (u - low) / (high - low)
    inside = (within > 0) & (within <= 1)
    # Where the order was taken, one of the others is, each as often as it is beside them.
    rest = within * (1 - (high - low))
    return np.where(inside, np.where(rest <= low, rest, rest + high - low), u)


def _move_place(preference: Preference, axes: tuple[str, ...], points: Floats, part: RankingAxis, level: float) -> None:
    columns = np.array(
        [axes.index(RankingAxis(part.preference, TIER, t).name) for t in range(1, preference.places - 1)]
    )
    used = np.full(len(points), preference.orders[0].places - 2)
    if len(preference.orders) > 1:
        taken = _taken(preference, points[:, axes.index(RankingAxis(part.preference, WHICH_ORDER).column)])
        used = np.array([each.places - 2 for each in preference.orders])[taken]
    # The worths of the places are the uniform numbers in falling order: place t is worth the t-th largest of them.
    own = np.where(np.arange(len(columns)) < used[:, None], points[:, columns], -1.0)
    order = np.argsort(-own, axis=1, kind="stable")
    ranked = np.maximum(np.take_along_axis(own, order, axis=1), 0.0)
    bounded = np.pad(ranked, ((0, 0), (1, 1)), constant_values=((0.0, 0.0), (1.0, 0.0)))
    above, below = bounded[:, part.number - 1], bounded[:, part.number + 1]
    rows = np.flatnonzero(part.number <= used)
    points[rows, columns[order[rows, part.number - 1]]] = (below + level * (above - below))[rows]
