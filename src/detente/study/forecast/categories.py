"""Categories in which a case is scored: the groups of each of its axes, each group by itself, and its endings.

Groups of one axis share no ending; endings that none of them holds form a category of their own. The order in which
the case lists the groups of an axis is the order of the ranked score.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.case.spelling.suggest import did_you_mean
from detente.crisis.model import Crisis
from detente.errors import RequestError
from detente.study.forecast.forecasts import Chance, Forecast

Floats = NDArray[np.float64]

ENDINGS = "endings"
"""Name of the categories that the endings themselves are."""

OTHERWISE = "otherwise"
"""Id of the category of the endings that no group of an axis holds."""


@dataclass(frozen=True)
class Categories:
    """Disjoint sets of endings that together are all of them.

    axis: the respect in which they part the endings. ids, names, members: one for every category. ordered: whether the
    categories have an order, so that a ranked score means anything.
    """

    axis: str
    ids: tuple[str, ...]
    names: tuple[str, ...]
    members: tuple[tuple[str, ...], ...]
    ordered: bool = False

    @property
    def count(self) -> int:
        """Number of categories."""
        return len(self.ids)

    def forecast(self, told: Forecast) -> Floats:
        """[category]: the probabilities of a forecast. Raises RequestError where it knows other endings."""
        missing = [each for group in self.members for each in group if each not in told.endings]
        if missing:
            raise RequestError(f"the forecast says nothing of the ending `{missing[0]}`: it is of another case")
        return np.array([sum(told.endings[each].mean for each in group) for group in self.members])

    def error(self, told: Forecast, category: int) -> float:
        """Standard error of the probability of a category; NaN where the forecast does not hold it."""
        ids, members = self.ids[category], self.members[category]
        unknown = Chance(float("nan"))
        return (
            (told.endings if len(members) == 1 else told.groups)
            .get(members[0] if len(members) == 1 else ids, unknown)
            .error
        )

    def open_after(self, endings: Iterable[str]) -> NDArray[np.bool_]:
        """[category]: True where it holds an ending that may have come."""
        came = set(endings)
        return np.array([bool(came & set(group)) for group in self.members])

    def shares(self, told: Mapping[str, float]) -> Floats | None:
        """[category]: shares by the names of categories, where all of these are named; else None.

        What the groups of an axis leave of one is the share of the endings that none of them holds.
        """
        named = [each for each in self.ids if each != OTHERWISE]
        if not set(named) <= set(told):
            return None
        shares = [told[each] for each in named]
        return np.array([*shares, max(0.0, 1.0 - sum(shares))] if OTHERWISE in self.ids else shares)


def categories_of(crisis: Crisis) -> tuple[Categories, ...]:
    """All categories of a case: its axes in the order in which groups name them, single groups, then the endings."""
    every = [each.id for each in crisis.outcomes]
    labels = {each.id: each.label for each in crisis.outcomes}
    found: list[Categories] = []
    for axis in dict.fromkeys(group.axis for group in crisis.groups if group.axis):
        groups = [each for each in crisis.groups if each.axis == axis]
        held = {ending for group in groups for ending in group.endings}
        rest = tuple(each for each in every if each not in held)
        ids, names = tuple(each.id for each in groups), tuple(each.label for each in groups)
        members = tuple(each.endings for each in groups)
        if rest:
            ids, names, members = (*ids, OTHERWISE), (*names, "any other ending"), (*members, rest)
        found.append(Categories(axis, ids, names, members, ordered=not rest and len(ids) > 2))
    for group in crisis.groups:
        if not group.axis:
            rest = tuple(each for each in every if each not in group.endings)
            names = (group.label, "any other ending")
            if rest:
                found.append(Categories(group.id, (group.id, OTHERWISE), names, (group.endings, rest)))
    plain = tuple(every), tuple(labels[each] for each in every), tuple((each,) for each in every)
    return (*found, Categories(ENDINGS, *plain))


def endings_named(crisis: Crisis, names: Sequence[str]) -> tuple[str, ...]:
    """The endings that names of endings and groups stand for. Raises RequestError for a name of neither."""
    groups = {each.id: each.endings for each in crisis.groups}
    known = [*(each.id for each in crisis.outcomes), *groups]
    for name in names:
        if name not in known:
            raise RequestError(
                f"the case has no ending or group `{name}`. {did_you_mean(name, known, 'endings and groups')}"
            )
    found = dict.fromkeys(each for name in names for each in groups.get(name, (name,)))
    return tuple(found)


def headline(crisis: Crisis) -> str:
    """The axis on which a case is told first: the first one that its base rate speaks of, else the first of all."""
    systems = categories_of(crisis)
    return next((each.axis for each in systems if base_rate_of(crisis, each) is not None), systems[0].axis)


def base_rate_of(crisis: Crisis, system: Categories) -> Floats | None:
    """[category]: the base rate of a case, where it speaks of all categories."""
    return None if crisis.base_rate is None else system.shares(dict(crisis.base_rate.shares))


def systems_resolved(crisis: Crisis, endings: Iterable[str]) -> Iterator[tuple[Categories, NDArray[np.bool_]]]:
    """The categories of which an ending says anything, each with True for those that may have come."""
    came = tuple(endings)
    for system in categories_of(crisis):
        open_ = system.open_after(came)
        if not open_.all():
            yield system, open_
