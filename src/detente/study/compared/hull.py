"""The hull of two cases of one crisis: one case in which everything on which two analysts part is open between them.

A quantity ranges over both ranges, a ranking is either order with equal weight, and wherever else two numbers stand
against each other (a prior, a chance, a cost, a payoff) the hull takes what lies between, by a quantity that is 0 for
the first analyst and 1 for the second. What an answer of the hull hinges on is then which of the differences matters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from detente.analysis.over_draws.intervals import HIGH, LOW, quantiles
from detente.case.builder import case_from
from detente.case.form.numbers import SHAPES
from detente.case.written_back.outline import outline
from detente.crisis.model import Crisis
from detente.errors import RequestError
from detente.game.drawn.draws import Draws, dimensions, from_cube, uniform_cube
from detente.study.compared.alterations import short
from detente.study.compared.forms import Path, differing
from detente.study.compared.laid_out import form_of

Entry = dict[str, Any]

_DRAWS = 256
"""Draws from which the range of a distribution without ends is read: its 5th to its 95th percentile."""

_BOUNDED = {"value": (0, 0), "uniform": (0, 1), "triangular": (0, 2), "pert": (0, 2)}
"""Positions of the ends of a distribution among its parameters."""


def hull(first: Crisis, second: Crisis) -> Crisis:
    """The hull of two cases of one crisis. Raises RequestError where they part in more than numbers and rankings."""
    made = _Hull(first, second)
    paths = list(differing(form_of(first), form_of(second)))
    parted = [short(path) for path in paths if not made.can(path)]
    if parted:
        raise RequestError(
            "the two cases part in more than numbers and rankings, so that nothing lies between them: "
            f"{'; '.join(parted)}. Bring these together first"
        )
    made.sources()
    for path in paths:
        made.open(path)
    made.others()
    written = {key: value for key, value in made.document.items() if key != "detente"}
    return case_from(name=f"{first.name}-hull" if first.name else "hull", **written)


@dataclass
class _Hull:
    """The document of the first case, which takes up the second one by one; mixes: names of quantities that mix."""

    first: Crisis
    second: Crisis
    document: Entry = field(init=False)
    other: Entry = field(init=False)
    drawn: tuple[Draws, Draws] = field(init=False)

    def __post_init__(self) -> None:
        self.document, self.other = deepcopy(outline(self.first)), deepcopy(outline(self.second))
        self.document["title"] = f"{self.first.title}: between two analysts"
        self.drawn = _sample(self.first), _sample(self.second)

    def can(self, path: Path) -> bool:
        """True where something lies between the two."""
        match path:
            case ("quantities", _) | ("preferences", *_):
                return True
            case ("rationality",):
                return all(not isinstance(each.rationality, str) for each in (self.first, self.second))
            case ("readings" | "groups" | "formulas" as section, name):
                return any(name not in each.get(section, {}) for each in (self.document, self.other))
            case ("actors", actor, "private", variable):
                one, two = (_private(each, actor, variable) for each in (self.document, self.other))
                return _values(one) == _values(two) and one.get("points") == two.get("points")
            case ("outcomes", outcome, "payoffs", actor):
                return all(
                    actor in each["outcomes"][outcome].get("payoffs", {}) for each in (self.document, self.other)
                )
            case ("stages", stage, *rest):
                return self._numbers_at(stage, rest) is not None
            case _:
                return False

    def open(self, path: Path) -> None:
        """Take up one difference."""
        match path:
            case ("quantities", name):
                self._quantity(name)
            case ("rationality",):
                ends = [_ends(each.rationality) for each in self.drawn]
                self.document["rationality"] = {"uniform": [min(low for low, _ in ends), max(high for _, high in ends)]}
            case ("preferences", actor, *of):
                self._ranking(actor, of)
            case ("readings" | "groups" | "formulas" as section, name):
                self.document.setdefault(section, {}).setdefault(name, self.other.get(section, {}).get(name))
            case ("actors", actor, "private", variable):
                self._private(actor, variable)
            case ("outcomes", outcome, "payoffs", actor):
                entries = [each["outcomes"][outcome]["payoffs"] for each in (self.document, self.other)]
                self._mix(entries[0], entries[1], [actor], f"payoff of {actor} in {outcome}")
            case ("stages", stage, *rest):
                found = self._numbers_at(stage, rest)
                assert found is not None
                one, two, keys = found
                self._mix(one, two, keys, short(path))
            case _:
                raise AssertionError(path)

    def sources(self) -> None:
        """Bring the second case's sources along, under other names where the first has others of these names."""
        own = self.document.setdefault("sources", {})
        renamed: dict[str, str] = {}
        for id, entry in self.other.get("sources", {}).items():
            name = id
            while name in own and own[name] != entry:
                name += "_2"
            own[name] = entry
            renamed[id] = name
        _cite(self.other, renamed)
        if not own:
            del self.document["sources"]

    def others(self) -> None:
        """Questions, claims and scenarios of the second case that the first does not have."""
        for section in ("questions", "claims"):
            known = {each["id"] for each in self.document.get(section, [])}
            more = [each for each in self.other.get(section, []) if each["id"] not in known]
            if more:
                self.document.setdefault(section, []).extend(more)
        for name, entry in self.other.get("scenarios", {}).items():
            self.document.setdefault("scenarios", {}).setdefault(name, entry)

    def _quantity(self, name: str) -> None:
        own, theirs = (each.get("quantities", {}).get(name) for each in (self.document, self.other))
        if own is None or theirs is None:
            self.document.setdefault("quantities", {}).setdefault(name, theirs)
            return
        one, two = (each if isinstance(each, dict) else {"value": each} for each in (own, theirs))
        spans = [_span(each, draws.quantities[name]) for each, draws in zip((one, two), self.drawn, strict=True)]
        kept = {key: one.get(key) or two.get(key) for key in ("name", "unit") if one.get(key) or two.get(key)}
        low, high = min(low for low, _ in spans), max(high for _, high in spans)
        shape: Entry = {"uniform": [low, high]} if high > low else {"value": low}
        self.document["quantities"][name] = {**shape, **kept, **_together(one, two)}

    def _ranking(self, actor: str, of: list[str]) -> None:
        holders = []
        for document in (self.document, self.other):
            holder, key = document.setdefault("preferences", {}), actor
            for step in of[: -1 if of and of[-1] == "order" else None]:
                holder, key = holder[key], step
            holders.append((holder, key))
        (mine, key), (theirs, other) = holders
        if key not in mine or other not in theirs:
            mine.setdefault(key, theirs.get(other))
            return
        orders = [*_orders(mine[key], 0.5), *_orders(theirs[other], 0.5)]
        mine[key] = {"orders": orders}

    def _private(self, actor: str, variable: str) -> None:
        one, two = (_private(each, actor, variable) for each in (self.document, self.other))
        if "points" not in one:
            self._mix(one, two, _values(one), f"prior of {actor}.{variable}")
            return
        (shape,) = (key for key in SHAPES if key in one)
        places = [str(number) for number in range(len(one[shape]))]
        mine, theirs = (dict(zip(places, each[shape], strict=True)) for each in (one, two))
        self._mix(mine, theirs, places, f"numbers of {actor}.{variable}")
        one[shape] = list(mine.values())

    def _numbers_at(self, stage: str, rest: list[str]) -> tuple[Entry, Entry, list[str]] | None:
        """The mappings in which numbers of both cases differ, and the keys of these numbers; None for other parts."""
        stages = [
            {each["id"]: each for each in _stages(document["stages"])} for document in (self.document, self.other)
        ]
        if any(stage not in each for each in stages):
            return None
        one, two = (each[stage] for each in stages)
        match rest:
            case ["chance"] if list(one.get("chance", {})) == list(two.get("chance", {})):
                return one["chance"], two["chance"], list(one["chance"])
            case ["cost", actor]:
                pass
            case ["choose" | "branches" as kind, move, "cost", actor]:
                key = "choose" if kind == "choose" else "chance"
                one, two = one[key].get(move), two[key].get(move)
            case _:
                return None
        if not (isinstance(one, dict) and isinstance(two, dict) and "cost" in one and "cost" in two):
            return None
        by = stages[0][stage].get("by", "")
        for entry in (one, two):
            if not isinstance(entry["cost"], dict):
                entry["cost"] = {by: entry["cost"]}
        return (one["cost"], two["cost"], [actor]) if actor in one["cost"] and actor in two["cost"] else None

    def _mix(self, one: Entry, two: Entry, keys: list[str], what: str) -> None:
        """Put between two sets of numbers a quantity that goes from the first to the second."""
        name = self._free(f"between_{what}")
        sides = [_explicit(one, keys), _explicit(two, keys)]
        for key in keys:
            first, second = (side[key] for side in sides)
            if one[key] == two[key] == "rest":
                continue
            if first != second:
                mixed: Any = f"({first}) * (1 - {name}) + ({second}) * {name}"
                if isinstance(one[key], dict):
                    one[key]["probability"] = mixed
                else:
                    one[key] = mixed
            elif one[key] == "rest" or first != one[key]:
                one[key] = first
        self.document.setdefault("quantities", {})[name] = {
            "uniform": [0, 1],
            "name": f"{what}: as the first analyst has it (0), or the second (1)",
            "note": "both hold what they hold",
        }

    def _free(self, wanted: str) -> str:
        """A name that nothing has, and a formula can write bare."""
        taken = {*self.document.get("quantities", {}), *self.document["actors"], *self.document.get("state", {})}
        taken |= {each["id"] for each in _stages(self.document["stages"])}
        name = "".join(sign if sign.isalnum() else "_" for sign in wanted)
        while "__" in name:
            name = name.replace("__", "_")
        name = name.strip("_")[:60]
        while name in taken:
            name += "_2"
        return name


def _explicit(entry: Mapping[str, Any], keys: list[str]) -> dict[str, Any]:
    """Numbers and formulas by key, with what `rest` comes to written out."""
    plain = {key: entry[key]["probability"] if isinstance(entry[key], dict) else entry[key] for key in keys}
    given = [f"({each})" for each in plain.values() if each != "rest"]
    return {key: " - ".join(["1", *given]) if each == "rest" else each for key, each in plain.items()}


def _stages(entries: list[Entry]) -> Iterator[Entry]:
    for each in entries:
        inner = each.get("together") or each.get("stages")
        if inner:
            yield from _stages(inner)
        else:
            yield each


def _private(document: Entry, actor: str, variable: str) -> Entry:
    entry: Entry = document["actors"][actor]["private"][variable]
    return entry


def _values(entry: Entry) -> list[str]:
    """The named values of a private variable."""
    return [key for key in entry if key not in ("because", "note", "support", "known_to", "points", "within")]


def _orders(entry: Any, weight: float) -> list[Entry]:
    """The orders of a ranking, their weights scaled to add up to a share."""
    if isinstance(entry, str):
        return [{"order": entry, "weight": weight}]
    if "orders" in entry:
        total = sum(each.get("weight", 1) for each in entry["orders"])
        return [{**each, "weight": weight * each.get("weight", 1) / total} for each in entry["orders"]]
    return [{**entry, "weight": weight}]


def _together(one: Entry, two: Entry) -> Entry:
    """The evidence of both."""
    because = [
        *one.get("because", []),
        *(each for each in two.get("because", []) if each not in one.get("because", [])),
    ]
    notes = [each for each in dict.fromkeys((one.get("note", ""), two.get("note", ""))) if each]
    return {**({"because": because} if because else {}), **({"note": "; ".join(notes)} if notes else {})}


def _cite(part: Any, renamed: Mapping[str, str]) -> None:
    """Write other names of sources into every citation."""
    if isinstance(part, list):
        for each in part:
            _cite(each, renamed)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key == "because" and isinstance(value, list):
                for cited in value:
                    cited["source"] = renamed.get(cited["source"], cited["source"])
            else:
                _cite(value, renamed)


def _sample(crisis: Crisis) -> Draws:
    axes = dimensions(crisis)
    return from_cube(crisis, uniform_cube(len(axes), _DRAWS if axes else 1, 0), axes=axes)


def _ends(values: Any) -> tuple[float, float]:
    low, high = (float(each) for each in quantiles(values, [LOW, HIGH]))
    return low, high


def _span(entry: Entry, values: Any) -> tuple[float, float]:
    """The ends of a distribution: as written where it has any in plain numbers, else its 5th and 95th percentile."""
    shape = next(key for key in SHAPES if key in entry)
    if shape in _BOUNDED and "within" not in entry:
        parameters = entry[shape] if isinstance(entry[shape], list) else [entry[shape]]
        low, high = (parameters[position] for position in _BOUNDED[shape])
        if not isinstance(low, str) and not isinstance(high, str):
            return float(low), float(high)
    return _ends(values)
