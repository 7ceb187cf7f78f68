"""Rankings of the outcomes: orders from best to worst, parts of an order that are open, and orders that compete."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from detente.crisis.evidence import Support
from detente.errors import Place

Tier = tuple[str, ...]
"""Outcomes that an actor values equally."""

Level = tuple[Tier, ...]
"""One tier; or several, of which each may stand above any other."""


@dataclass(frozen=True, slots=True)
class Order:
    """Outcomes from the best level to the worst. A level of several tiers leaves open which of them stands above which.

    weight: how likely this order is beside the others of its ranking; weights count as shares of their sum.
    """

    levels: tuple[Level, ...]
    weight: float = 1.0
    name: str = ""
    support: Support = Support()
    place: Place | None = field(default=None, compare=False, repr=False)

    @property
    def places(self) -> int:
        """Number of places, one for each tier."""
        return sum(len(level) for level in self.levels)

    @property
    def open(self) -> Iterator[Level]:
        """The levels of which the inner order is open."""
        return (level for level in self.levels if len(level) > 1)


@dataclass(frozen=True, slots=True)
class Preference:
    """An actor's ranking of the outcomes: the orders of which each draw takes one.

    A ranking that depends on the actor's private type names the private variable in `variable` and its value, a code,
    in `value`.
    """

    actor: str
    orders: tuple[Order, ...]
    variable: str | None = None
    value: int | None = None
    support: Support = Support()
    place: Place | None = field(default=None, compare=False, repr=False)

    @property
    def likeliest(self) -> int:
        """The position of the order of the largest weight, the first of several."""
        return max(range(len(self.orders)), key=lambda number: (self.orders[number].weight, -number))

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """Outcomes valued equally in every order, as the likeliest order lists them: best first where it is the only
        one.
        """
        leading = self.orders[self.likeliest]
        listed = [tier for level in leading.levels for tier in level]
        for order in self.orders:
            others = [tier for level in order.levels for tier in level]
            listed = [
                part for tier in listed for other in others if (part := tuple(each for each in tier if each in other))
            ]
        return tuple(listed)

    @property
    def places(self) -> int:
        """Number of places of the order that has the most."""
        return max(order.places for order in self.orders)

    @property
    def certain(self) -> bool:
        """True where every draw takes the same order."""
        return len(self.orders) == 1 and not any(self.orders[0].open)

    def numbered(self, order: Order) -> tuple[tuple[tuple[int, ...], ...], ...]:
        """The levels of an order, each of its tiers as positions among `tiers`: other orders may tell these apart."""
        tiers = self.tiers
        return tuple(
            tuple(tuple(n for n, each in enumerate(tiers) if each[0] in tier) for tier in level)
            for level in order.levels
        )

    def mates(self) -> tuple[frozenset[int], ...]:
        """Groups of positions among `tiers` between which some order leaves open which stands above which."""
        groups: list[frozenset[int]] = []
        for order in self.orders:
            for level in self.numbered(order):
                if len(level) > 1:
                    own = frozenset(n for tier in level for n in tier)
                    apart = [each for each in groups if not each & own]
                    groups = [*apart, own.union(*(each for each in groups if each & own))]
        return tuple(sorted(groups, key=min))
