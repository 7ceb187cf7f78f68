"""Rankings among what is uncertain: every part of a ranking that draws differ in, with its name and support."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detente.crisis.evidence import Grade, Support
from detente.crisis.model import Crisis
from detente.crisis.rankings import Level, Order, Preference, Tier
from detente.game.drawn.rankings import KEY, TIER, WHICH_ORDER, RankingAxis, open_keys

MOVES: dict[str, str] = {"order": "no to yes", "above": "no to yes", "place": "lowest to highest"}
"""Ends between which a part of a ranking jumps, by the word that its id has."""

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


@dataclass(frozen=True, slots=True)
class RankingPart:
    """A part of a ranking that differs between draws. id: as tables name it; name: for a reader."""

    axis: RankingAxis
    id: str
    name: str
    supported: str


def preference_name(preference: Preference, crisis: Crisis) -> str:
    """Name of a ranking by its actor and the actor's private type: `Iran (pragmatic)`."""
    actor = crisis.actor(preference.actor)
    if preference.variable is None or preference.value is None:
        return actor.label
    return f"{actor.label} ({crisis.private(actor.id, preference.variable).values[preference.value]})"


def ranking_text(preference: Preference, crisis: Crisis) -> str:
    """A ranking in words, best first; of several orders each with its share."""
    if len(preference.orders) == 1:
        return order_words(preference.orders[0], crisis)
    total = sum(order.weight for order in preference.orders)
    return "; ".join(f"{100 * each.weight / total:.3g} %: {_called(each, crisis)}" for each in preference.orders)


def order_words(order: Order, crisis: Crisis) -> str:
    """An order in words, best first."""
    return " > ".join(_level(level, crisis) for level in order.levels)


def jump_words(id: str) -> str:
    """The ends between which an input jumps, in words; empty for an input that does not."""
    parts = id.split(".")
    return MOVES.get(parts[-2], "") if parts[0] == "preferences" and len(parts) > 3 else ""


def order_support(order: Order, preference: Preference) -> Support:
    """Support of an order: its own, else that of the whole ranking."""
    return preference.support if order.support.unsupported else order.support


def ranking_parts(crisis: Crisis) -> Iterator[RankingPart]:
    """The parts of all rankings that differ between draws: worths of places, orders, what is open in them."""
    for position, preference in enumerate(crisis.preferences):
        who, tiers = preference_name(preference, crisis), preference.tiers
        above, supported = f"preferences.{preference.actor}.{position}", str(preference.support.grade)
        for place in range(1, preference.places - 1):
            axis, held = RankingAxis(position, TIER, place), _held(preference, place)
            what = f": {_tier(held, crisis)}" if held is not None else f" what it ranks {_ordinal(place)}"
            yield RankingPart(axis, f"{above}.{place}", f"how much {who} values{what}", supported)
        orders = preference.orders
        # Of two orders, one says which of them is taken.
        for number in range(1 if len(orders) == 2 else 0, len(orders) if len(orders) > 1 else 0):
            grade: Grade = order_support(orders[number], preference).grade
            name = f"whether {who} ranks: {_called(orders[number], crisis)}"
            yield RankingPart(RankingAxis(position, WHICH_ORDER, number), f"{above}.order.{number}", name, str(grade))
        groups = preference.mates()
        for key in open_keys(preference):
            mates = sorted(next(each for each in groups if key in each) - {key})
            named = [_tier(tiers[each], crisis) for each in mates]
            one = _tier(tiers[key], crisis)
            kind, name = "above", f"whether {who} ranks {one} above {named[0]}"
            if len(mates) > 1:
                kind, name = "place", f"where {who} ranks {one} among {', '.join(named)}"
            yield RankingPart(RankingAxis(position, KEY, key), f"{above}.{kind}.{key}", name, supported)


def _held(preference: Preference, place: int) -> Tier | None:
    """The outcomes that hold a place in every order; None where orders, or draws, differ."""
    found: set[Tier | None] = set()
    for order in preference.orders:
        start = 0
        for level in order.levels:
            if start <= place < start + len(level):
                found.add(level[0] if len(level) == 1 else None)
            start += len(level)
        if place >= order.places - 1:
            found.add(None)
    return found.pop() if len(found) == 1 else None


def _level(level: Level, crisis: Crisis) -> str:
    told = ", ".join(_tier(tier, crisis) for tier in level)
    return f"{{{told}}}" if len(level) > 1 else told


def _tier(tier: Tier, crisis: Crisis) -> str:
    return " and ".join(crisis.outcome(outcome).label for outcome in tier)


def _called(order: Order, crisis: Crisis) -> str:
    return order.name or order_words(order, crisis)


def _ordinal(place: int) -> str:
    return _ORDINALS[place] if place < len(_ORDINALS) else f"number {place + 1}"
