"""Reading what somebody says players do and believe: a list of entries, each for the information sets that it fits.

A profile is a YAML or JSON file; what `detente solve --json` prints is one. Names are looked up later, in the game.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from detente.case.spelling.suggest import did_you_mean
from detente.case.yaml.nodes import Document, Listing, Mapping, Mark, Node, Scalar
from detente.case.yaml.tree import parse_tree
from detente.errors import CaseError, Place, Problem

DEFAULTS = ("uniform", "equilibrium")
REST = "rest"

_KEYS = ("actor", "stage", "round", "information_set", "label", "private", "knows", "moves", "belief", "histories")
_TOP = ("profile", "default")
_PRINTED = (
    "case concept rationality reached status nash_conv conditional_regret regret_share payoff_range size "
    "turning_points outcomes utilities draws intervals deviating_gains ties how_solved moved settled departure"
).split()
"""Further keys that `detente solve --json` prints beside `profile`; they are not read."""

_HERE = Mark(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Named:
    """A name or number as written, and where."""

    text: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class BelievedHistory:
    """Probability of a history at an information set; the history is named by its moves and private values, or by its
    label.
    """

    when: dict[str, Named]
    probability: float
    place: Place | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: conditions, and what is done and believed wherever they hold.

    number counts from 1. moves: probabilities by move, NaN for `rest`. belief: by name of what is unknown, the
    probability of each value; histories: of whole histories instead.
    """

    number: int
    place: Place | None
    actor: Named | None = None
    stage: Named | None = None
    round: int | None = None
    information_set: int | None = None
    label: Named | None = None
    private: dict[str, Named] = field(default_factory=dict[str, Named])
    knows: dict[str, Named] = field(default_factory=dict[str, Named])
    moves: dict[str, tuple[float, Place | None]] = field(default_factory=dict[str, tuple[float, Place | None]])
    belief: dict[str, dict[str, float]] = field(default_factory=dict[str, dict[str, float]])
    histories: tuple[BelievedHistory, ...] = ()

    @property
    def weight(self) -> int:
        """Number of conditions of the entry: of all entries that fit an information set, the one with most conditions
        decides.
        """
        single = (self.actor, self.stage, self.round, self.information_set, self.label)
        return sum(each is not None for each in single) + len(self.private) + len(self.knows)


@dataclass(frozen=True, slots=True)
class ProfileText:
    """A profile as written. default: what is done where no entry fits."""

    file: str
    entries: tuple[Entry, ...]
    default: str


def read_profile(profile: str | Path | dict[str, Any] | list[Any]) -> ProfileText:
    """A profile from a file (YAML, or JSON where its name says so), or from the same in Python.

    Raises CaseError with every problem of form, with its place where it comes from a YAML file.
    """
    if isinstance(profile, dict | list):
        return _ProfileReader("the profile", None).read(_grown(profile))
    path = Path(profile)
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as trouble:
        what = trouble.strerror if isinstance(trouble, OSError) and trouble.strerror else "it is not UTF-8 text"
        raise CaseError(
            [Problem(f"the profile cannot be read: {what.lower()}", where=Place(str(path), 1, 1))]
        ) from None
    if path.suffix == ".json":
        return _ProfileReader(str(path), None).read(_grown(_parsed(text, str(path))))
    document = parse_tree(text, str(path))
    return _ProfileReader(str(path), document).read(document.root)


def _parsed(text: str, file: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise CaseError(
            [Problem(f"this is not JSON: {error.msg}", where=Place(file, error.lineno, error.colno))]
        ) from None


def _grown(value: Any) -> Node:
    """A tree without positions from dictionaries, lists and values."""
    if isinstance(value, dict):
        values: dict[str, Node] = {str(key): _grown(each) for key, each in value.items()}
        keys = {key: Scalar(key, key, "", _HERE, _HERE) for key in values}
        return Mapping(False, _HERE, _HERE, keys, values)
    if isinstance(value, list | tuple):
        return Listing(False, _HERE, _HERE, [_grown(each) for each in value])
    known = value if isinstance(value, str | int | float | bool) or value is None else str(value)
    return Scalar("" if value is None else str(value), known, "", _HERE, _HERE)


class _ProfileReader:
    def __init__(self, file: str, document: Document | None) -> None:
        self.file = file
        self._document = document
        self._problems: list[Problem] = []

    def read(self, root: Node) -> ProfileText:
        if isinstance(root, Listing):
            root = Mapping(False, root.start, root.end, {}, {"profile": root})
        default, entries = DEFAULTS[0], list[Entry]()
        if not isinstance(root, Mapping) or "profile" not in root.values:
            remedy = "write `profile:` and below it a list of entries such as - {actor: a, stage: reply, moves: refuse}"
            self._complain(root, "a profile has a key `profile` with a list of entries", remedy)
        else:
            self._check_keys(root, (*_TOP, *_PRINTED), "keys")
            default = self._default(root.values.get("default"))
            listed = root.values["profile"]
            if not isinstance(listed, Listing):
                self._complain(listed, "`profile` is a list of entries", "begin each entry with `- ` on its own line")
            else:
                entries = [self._entry(item, number) for number, item in enumerate(listed.items, 1)]
        if self._problems:
            raise CaseError(self._problems)
        return ProfileText(self.file, tuple(entries), default)

    def _place(self, node: Node) -> Place | None:
        return self._document.place(node.start) if self._document else None

    def _complain(self, node: Node, what: str, remedy: str = "", number: int = 0) -> None:
        where = self._place(node)
        entry = f"entry {number} of `profile`: " if number and where is None else ""
        self._problems.append(Problem(entry + what, remedy, where))

    def _check_keys(self, node: Mapping, known: tuple[str, ...], nouns: str, number: int = 0) -> None:
        for key, written in node.keys.items():
            if key not in known:
                self._complain(written, f"unknown key `{key}`", did_you_mean(key, known[:10], nouns), number)

    def _default(self, node: Node | None) -> str:
        if node is None:
            return DEFAULTS[0]
        if not isinstance(node, Scalar) or node.text not in DEFAULTS:
            self._complain(node, "`default` says what is done where no entry fits", "write `uniform` or `equilibrium`")
            return DEFAULTS[0]
        return node.text

    def _entry(self, node: Node, number: int) -> Entry:
        place = self._place(node)
        if not isinstance(node, Mapping):
            self._complain(
                node, "an entry is a mapping", "such as {actor: a, stage: reply, moves: {refuse: 1}}", number
            )
            return Entry(number, place)
        self._check_keys(node, _KEYS, "keys of an entry", number)
        found = node.values
        if "moves" not in found:
            self._complain(
                node, "an entry says what is done: `moves` is missing", "moves: {refuse: 0.3, accept: 0.7}", number
            )
        return Entry(
            number,
            place,
            actor=self._name(found.get("actor"), "actor", number),
            stage=self._name(found.get("stage"), "stage", number),
            round=self._whole(found.get("round"), "round", number),
            information_set=self._whole(found.get("information_set"), "information_set", number),
            label=self._name(found.get("label"), "label", number),
            private=self._names(found.get("private"), "private", number),
            knows=self._names(found.get("knows"), "knows", number),
            moves=self._moves(found.get("moves"), number),
            **self._belief(found.get("histories", found.get("belief")), number),
        )

    def _name(self, node: Node | None, key: str, number: int) -> Named | None:
        if node is None or (isinstance(node, Scalar) and node.text == ""):
            return None
        if isinstance(node, Scalar):
            return Named(node.text, self._place(node))
        self._complain(node, f"`{key}` is a name", number=number)
        return None

    def _names(self, node: Node | None, key: str, number: int) -> dict[str, Named]:
        if node is None:
            return {}
        if isinstance(node, Mapping):
            named = {name: self._name(value, name, number) for name, value in node.values.items()}
            return {name: value for name, value in named.items() if value is not None}
        self._complain(node, f"`{key}` is a mapping of names to values", f"{key}: {{reply: refuse}}", number)
        return {}

    def _whole(self, node: Node | None, key: str, number: int) -> int | None:
        if node is None:
            return None
        if isinstance(node, Scalar) and isinstance(node.value, int) and not isinstance(node.value, bool):
            return node.value
        self._complain(node, f"`{key}` is a whole number", number=number)
        return None

    def _moves(self, node: Node | None, number: int) -> dict[str, tuple[float, Place | None]]:
        if node is None:
            return {}
        if isinstance(node, Scalar):
            return {node.text: (1.0, self._place(node))}
        if not isinstance(node, Mapping):
            self._complain(node, "`moves` is one move, or a mapping of moves to probabilities", number=number)
            return {}
        found = {name: (self._chance(value, number), self._place(value)) for name, value in node.values.items()}
        total = sum(p for p, _ in found.values() if not math.isnan(p))
        rests = sum(math.isnan(p) for p, _ in found.values())
        if rests > 1:
            self._complain(node, "only one move can have the rest of the probability", number=number)
        elif total > 1 + 1e-6 or (not rests and abs(total - 1) > 1e-6):
            remedy = "they must add up to 1; one of them may say `rest`, and 1/3 may be written"
            self._complain(node, f"the probabilities of these moves add up to {total:.9g}", remedy, number)
        return found

    def _chance(self, node: Node, number: int) -> float:
        """A probability; NaN for `rest`."""
        if isinstance(node, Scalar) and node.text == REST:
            return math.nan
        try:
            value = float(Fraction(node.text.replace(" ", ""))) if isinstance(node, Scalar) else math.nan
        except (ValueError, ZeroDivisionError):
            value = math.nan
        if not 0 <= value <= 1 + 1e-9:
            self._complain(node, "expected a probability", "a number from 0 to 1, or a fraction such as 1/3", number)
            return 0.0
        return value

    def _belief(self, node: Node | None, number: int) -> dict[str, Any]:
        if node is None:
            return {}
        if isinstance(node, Listing):
            return {"histories": tuple(self._histories(node, number))}
        if not isinstance(node, Mapping):
            remedy = "belief: {them.resolve: {high: 0.3, low: 0.7}}"
            self._complain(node, "`belief` is a mapping of what is unknown to probabilities, or a list", remedy, number)
            return {}
        if all(isinstance(value, Scalar) for value in node.values.values()):
            return {
                "histories": tuple(
                    BelievedHistory(
                        {"": Named(name, self._place(value))}, self._chance(value, number), self._place(value)
                    )
                    for name, value in node.values.items()
                )
            }
        told = {name: self._values(value, name, number) for name, value in node.values.items()}
        return {"belief": told}

    def _values(self, node: Node, name: str, number: int) -> dict[str, float]:
        if not isinstance(node, Mapping):
            self._complain(
                node, f"the belief about `{name}` is a mapping of its values to probabilities", number=number
            )
            return {}
        if "positions" in node.values:
            return {}  # `solve` tells a belief over many values by its mean, which says too little: none is told
        found = {value: self._chance(each, number) for value, each in node.values.items()}
        return self._adding_up(found, node, f"the beliefs about `{name}`", number)

    def _adding_up(self, found: dict[str, float], node: Node, what: str, number: int) -> dict[str, float]:
        total = sum(p for p in found.values() if not math.isnan(p))
        rests = [value for value, p in found.items() if math.isnan(p)]
        if len(rests) == 1 and total <= 1 + 1e-6:
            found[rests[0]] = max(1 - total, 0.0)
        elif rests or abs(total - 1) > 1e-6:
            self._complain(node, f"{what} add up to {total:.9g}", "they must add up to 1", number)
        return found

    def _histories(self, node: Listing, number: int) -> Iterator[BelievedHistory]:
        for item in node.items:
            if not isinstance(item, Mapping) or "p" not in item.values:
                remedy = "such as - {when: {them.resolve: high}, p: 0.3}"
                self._complain(item, "a belief is a history and its probability `p`", remedy, number)
                continue
            self._check_keys(item, ("when", "p"), "keys of a belief", number)
            when = self._names(item.values.get("when"), "when", number)
            yield BelievedHistory(when, self._chance(item.values["p"], number), self._place(item))
