"""Rankings of the outcomes as they are written: orders, braces around what is open, several orders with weights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from detente.case.form.document import CaseDocument
from detente.case.form.ledger import Path
from detente.case.form.rankings import RankingEntry
from detente.case.form.register import EVENT_NAMES, VARIABLES
from detente.case.meaning.context import Desk
from detente.case.spelling.suggest import did_you_mean, listed
from detente.crisis.rankings import Order, Preference

_USAGE = 'write outcomes from best to worst: "a > b ~ c > d"; inside { } the order is open: "a > {b, c} > d"'
_QUOTES = "'\""


def read_preferences(document: CaseDocument, desk: Desk) -> tuple[Preference, ...]:
    """The rankings, one for every value where an actor's ranking depends on what it privately is."""
    preferences: list[Preference] = []
    for actor, entry in document.preferences.items():
        path = ("preferences", actor)
        desk.known(path, actor, desk.vocabulary.actors, "actor", key=True)
        if isinstance(entry, str | RankingEntry):
            preferences.append(_preference(actor, entry, path, desk))
        elif len(entry) != 1:
            desk.ledger.error(
                path,
                f"the ranking of `{actor}` depends on {len(entry)} variables",
                "name one private variable, with a ranking for each value",
                key=True,
            )
        else:
            preferences.extend(_by_type(actor, next(iter(entry)), document, desk))
    return tuple(preferences)


def _by_type(actor: str, variable: str, document: CaseDocument, desk: Desk) -> list[Preference]:
    path: Path = ("preferences", actor, variable)
    entry = document.preferences[actor]
    assert isinstance(entry, dict)
    words = desk.vocabulary.private.get((actor, variable))
    if words is None or not words.values:
        own = [name for (owner, name), each in desk.vocabulary.private.items() if owner == actor and each.values]
        what = f"`{actor}` has no private variable `{variable}` with named values"
        desk.ledger.error(path, what, did_you_mean(variable, own, f"such variables of `{actor}`"), key=True)
        return []
    desk.ledger.register.mention([(VARIABLES, actor, variable)], path, key=True)
    rankings = entry[variable]
    missing = [value for value in words.values if value not in rankings]
    if missing:
        desk.ledger.error(
            path,
            f"no ranking is given for {listed(missing)}",
            f"add one for every value of `{actor}.{variable}`",
            key=True,
        )
    read: list[Preference] = []
    for value, ranking in rankings.items():
        own_path = (*path, value)
        noun, of = f"value of `{actor}.{variable}`:", (VARIABLES, actor, variable)
        if desk.known(own_path, value, words.values, noun, key=True, of=of):
            read.append(_preference(actor, ranking, own_path, desk, variable, words.values.index(value)))
    return read


def _preference(
    actor: str, entry: str | RankingEntry, path: Path, desk: Desk, variable: str | None = None, value: int | None = None
) -> Preference:
    support = desk.support(path, None if isinstance(entry, str) else entry)
    orders = tuple(_orders(entry, path, desk))
    return Preference(actor, orders or (Order(()),), variable, value, support, desk.place(path))


def _orders(entry: str | RankingEntry, path: Path, desk: Desk) -> Iterator[Order]:
    if isinstance(entry, str):
        yield Order(_levels(entry, path, desk), place=desk.place(path))
        return
    if (entry.order is None) == (entry.orders is None):
        what = "`order` and `orders` stand side by side" if entry.order is not None else "the ranking says no order"
        remedy = (
            'write one order (`order: "a > b"`), or a list of several (`orders: [{order: "a > b", weight: 0.6}, …]`)'
        )
        desk.ledger.error(path, what, remedy, key=True)
        return
    if entry.order is not None:
        yield Order(_levels(entry.order, (*path, "order"), desk), place=desk.place(path))
    if entry.orders is not None and not entry.orders:
        desk.ledger.error((*path, "orders"), "no order is listed", "list at least one {order, weight}", key=True)
    for number, each in enumerate(entry.orders or ()):
        own = (*path, "orders", number)
        if each.weight <= 0:
            remedy = "give a number above 0, or leave the order out"
            desk.ledger.error((*own, "weight"), f"the weight of an order is {each.weight:g}", remedy)
        levels = _levels(each.order, (*own, "order"), desk)
        yield Order(levels, each.weight, each.name, desk.support(own, each), desk.place(own))


@dataclass
class _Reader:
    """Takes the signs of an order one by one; `wanted` while an outcome has to follow."""

    desk: Desk
    path: Path
    levels: list[list[list[str]]] = field(default_factory=lambda: [[[]]])
    seen: set[str] = field(default_factory=set[str])
    wanted: bool = True
    inside: bool = False
    closed: bool = False

    def take(self, sign: str, at: int) -> bool:
        """Take one of > ~ , { }. False where it does not fit, which is told."""
        if sign == "{":
            fits = self.wanted and not self.inside and not self.levels[-1][-1]
            self.inside = True
            return fits or self.refuse("a brace { does not fit here", at)
        if self.wanted:
            self.missing(at)
        if sign == "}":
            fits, self.inside, self.closed = self.inside, False, True
            self.wanted = False
            return fits or self.refuse("a brace } does not fit here", at)
        if sign == ">" and self.inside:
            return self.refuse("`>` stands inside { }, where the order is open", at)
        if sign == "~" and self.closed:
            return self.refuse("`~` stands beside { } or a group of endings", at)
        if sign == ">":
            self.levels.append([[]])
            self.closed = False
        elif sign == ",":
            self.levels[-1].append([])
            self.closed = False
        self.wanted = True
        return True

    def name(self, name: str, at: int) -> bool:
        """Take an outcome. False where none can stand."""
        if not self.wanted:
            return self.refuse("this is not a ranking", at)
        self.wanted = False
        self.levels[-1][-1].append(name)
        outcomes = self.desk.vocabulary.outcomes
        if name in self.seen:
            self.desk.ledger.error(self.path, f"`{name}` is ranked twice", "rank every outcome once", at=at)
        elif name in self.desk.vocabulary.groups:
            return self.group(name, at)
        elif name not in outcomes:
            wrong = next((sign for sign in "<,=" if sign in name), "")
            remedy = f"write > for better and ~ for equal instead of {wrong}; commas stand inside {{ }}"
            hint = remedy if wrong else did_you_mean(name, outcomes, "outcomes")
            self.desk.ledger.error(self.path, f"unknown outcome `{name}`", hint, at=at)
        else:
            self.desk.ledger.register.mention([(EVENT_NAMES, name)], self.path, at=at, formula=True)
        self.seen.add(name)
        return True

    def group(self, name: str, at: int) -> bool:
        """Take a group of endings: its endings side by side, their order open. False where it is valued with others."""
        endings = self.desk.vocabulary.groups[name]
        if len(self.levels[-1][-1]) > 1:
            return self.refuse(f"`~` stands beside the group `{name}`, whose endings are in no order", at)
        self.levels[-1][-1:] = [[ending] for ending in endings]
        self.closed = True
        for ending in endings:
            if ending in self.seen:
                what = f"`{ending}`, which is in the group `{name}`, is ranked twice"
                self.desk.ledger.error(self.path, what, "rank every outcome once", at=at)
            self.seen.add(ending)
        self.desk.ledger.register.mention([(EVENT_NAMES, name)], self.path, at=at, formula=True)
        return True

    def missing(self, at: int) -> None:
        """Tell that an outcome is missing before a sign."""
        self.desk.ledger.error(self.path, "an outcome is missing in the ranking", _USAGE, at=at)

    def refuse(self, what: str, at: int) -> bool:
        """Tell of a sign that does not fit."""
        self.desk.ledger.error(self.path, what, _USAGE, at=at)
        return False


def _levels(text: str, path: Path, desk: Desk) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Levels of outcomes from best to worst, every outcome exactly once; empty where the text is no ranking."""
    reader = _Reader(desk, path)
    at, end = 0, len(text.rstrip())
    while at < end:
        sign = text[at]
        if sign.isspace():
            at += 1
        elif sign in ">~{}" or (sign == "," and reader.inside):
            if not reader.take(sign, at):
                return ()
            at += 1
        else:
            start, stop, after = _name(text, at, reader.inside)
            if stop < 0:
                reader.refuse("a quote is opened here and never closed", at)
                return ()
            if not reader.name(text[start:stop].rstrip(), start):
                return ()
            at = after
    if reader.inside:
        reader.refuse("a brace { is opened and never closed", max(end - 1, 0))
        return ()
    if reader.wanted:
        reader.missing(end)
    missing = [outcome for outcome in desk.vocabulary.outcomes if outcome not in reader.seen]
    if missing:
        remedy = "rank every outcome; `~` stands between outcomes valued equally"
        desk.ledger.error(path, f"the ranking leaves out {listed(missing)}", remedy)
    return tuple(tuple(tuple(tier) for tier in level if tier) for level in reader.levels if any(level))


def _name(text: str, at: int, inside: bool) -> tuple[int, int, int]:
    """Start and stop of a name that begins here, and where reading goes on; a stop below 0 where no quote closes it."""
    if text[at] in _QUOTES:
        stop = text.find(text[at], at + 1)
        return at + 1, stop, stop + 1
    ends = ">~{}" + _QUOTES + ("," if inside else "")
    stop = next((n for n in range(at, len(text)) if text[n] in ends), len(text))
    return at, stop, stop
