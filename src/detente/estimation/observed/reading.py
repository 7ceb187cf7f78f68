"""Reading a specification: from a YAML file, or from the same in Python, with every problem at once."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from detente.case.form.written import describe
from detente.case.meaning.spoken import stage_and_round
from detente.case.spelling.suggest import did_you_mean
from detente.case.yaml.nodes import Document, Listing, Mark, Node, Scalar
from detente.case.yaml.nodes import Mapping as Branch
from detente.case.yaml.tree import decode, parse_tree
from detente.crisis.model import Crisis
from detente.crisis.quantities import RATIONALITY
from detente.errors import CaseError, Place, Problem, RequestError
from detente.estimation.observed.specification import (
    IDENTITY,
    LINKS,
    LOGIT_LINK,
    Link,
    Restriction,
    Shown,
    Specification,
    Term,
)

TOP_KEYS = ("estimate", "observed", "count", "cluster", "complete", "bases", "fixed", "coefficients", "ridge")
_OBSERVED = ("ending", "moves", "counts")
_LINK = ("link", "of", "between")
_TERM = ("term", "coefficient")
_COLUMN = ("column", "is")
_RESTRICTION = ("start", "bounds", "value", "prior")
_HERE = Mark(0, 0, 0)
_OPEN_NUMBER = re.compile(r"(?<![\w.])[0-9.]+[eE]$")
"""The beginning of a number such as 1e+5, whose sign cuts no sum."""
_LARGEST = 2_000_000


def read_specification(
    said: str | Path | Mapping[str, Any], crisis: Crisis, *, beside: Mapping[str, Any] | None = None
) -> Specification:
    """The specification in a file, or in a dictionary with the same keys; beside: keys that complete it.

    Raises CaseError with every problem of form, and every name that the case does not have.
    """
    if isinstance(said, Mapping):
        return _SpecificationReader(crisis, "the links", None).read(_with(_grown(said), beside))
    path = Path(said)
    try:
        with path.open("rb") as stream:
            text = decode(stream.read(_LARGEST + 1), str(path))
    except OSError as error:
        what = f"the file with the links cannot be read: {(error.strerror or str(error)).lower()}"
        raise CaseError([Problem(what, where=Place(str(path), 1, 1))]) from None
    document = parse_tree(text, str(path))
    return _SpecificationReader(crisis, str(path), document).read(_with(document.root, beside))


def _with(root: Node, beside: Mapping[str, Any] | None) -> Node:
    """The tree with further entries, which replace those of the same name; mappings are joined."""
    if not isinstance(root, Branch):
        return root
    for key, value in (beside or {}).items():
        known = root.values.get(key)
        if isinstance(known, Branch) and isinstance(value, Mapping):
            _with(known, value)
            continue
        root.keys.setdefault(key, Scalar(key, key, "", _HERE, _HERE))
        root.values[key] = _grown(value)
    return root


def _grown(value: Any) -> Node:
    """A tree without positions from dictionaries, lists and values."""
    if isinstance(value, Mapping):
        values: dict[str, Node] = {str(key): _grown(each) for key, each in value.items()}
        return Branch(False, _HERE, _HERE, {key: Scalar(key, key, "", _HERE, _HERE) for key in values}, values)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return Listing(False, _HERE, _HERE, [_grown(each) for each in value])
    known = value if isinstance(value, str | int | float | bool) or value is None else str(value)
    return Scalar("" if value is None else str(value), known, "", _HERE, _HERE)


class _SpecificationReader:
    def __init__(self, crisis: Crisis, file: str, document: Document | None) -> None:
        self._crisis = crisis
        self._file = file
        self._document = document
        self._problems: list[Problem] = []
        self._quantities = [each.id for each in crisis.quantities]

    def read(self, root: Node) -> Specification:
        top = self._mapping(root, "the file", TOP_KEYS)
        places = {key: self._place(node) for key, node in top.items()}
        links = tuple(self._links(top.get("estimate")))
        shown, counts = self._observed(top.get("observed"))
        found = Specification(
            links=links,
            shown=tuple(shown),
            counts=counts,
            count=self._text(top.get("count"), "count"),
            cluster=self._text(top.get("cluster"), "cluster"),
            complete=tuple(self._complete(top.get("complete"))),
            ridge=self._ridge(top.get("ridge")),
            bases={key: self._text(node, key) for key, node in self._entries(top.get("bases"), "bases")},
            fixed=dict(self._fixed(top.get("fixed"))),
            restrictions={
                key: self._restriction(node, key)
                for key, node in self._entries(top.get("coefficients"), "coefficients")
            },
            places=places,
            file=self._file,
        )
        for link in links:
            if link.quantity in found.fixed:
                what = f"`{link.quantity}` is both fixed and estimated"
                self._problems.append(Problem(what, "take it out of one of the two", link.place))
        if self._problems:
            raise CaseError(self._problems)
        return found

    def _place(self, node: Node) -> Place | None:
        return self._document.place(node.start) if self._document else None

    def _complain(self, node: Node | None, what: str, remedy: str = "") -> None:
        self._problems.append(Problem(what, remedy, self._place(node) if node is not None else None))

    def _mapping(self, node: Node | None, what: str, known: Iterable[str] = ()) -> dict[str, Node]:
        if node is None:
            return {}
        if not isinstance(node, Branch):
            self._complain(node, f"{what} is a mapping (`key: value`), not {_found(node)}")
            return {}
        if known:
            for key, written in node.keys.items():
                if key not in known:
                    self._complain(written, f"unknown key `{key}` in {what}", did_you_mean(key, known, "keys"))
        return node.values

    def _entries(self, node: Node | None, key: str) -> list[tuple[str, Node]]:
        return list(self._mapping(node, f"`{key}`").items())

    def _text(self, node: Node | None, key: str) -> str:
        if node is None:
            return ""
        if isinstance(node, Scalar) and node.text:
            return node.text
        self._complain(node, f"`{key}` names a column or a value, not {_found(node)}")
        return ""

    def _number(self, node: Node | None, what: str) -> float:
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self._complain(node, f"{what} is a number, not {_found(node)}")
            return math.nan
        return float(value)

    def _pair(self, node: Node, what: str) -> tuple[float, float]:
        if not isinstance(node, Listing) or len(node.items) != 2:
            self._complain(node, f"{what} is a list of two numbers, such as [0, 1]")
            return (math.nan, math.nan)
        return (self._number(node.items[0], what), self._number(node.items[1], what))

    def _quantity(self, name: str, node: Node) -> None:
        if name not in self._quantities and name != RATIONALITY:
            remedy = did_you_mean(name, [*self._quantities, RATIONALITY], "quantities")
            self._complain(node, f"the case has no quantity `{name}`", remedy)

    def _links(self, node: Node | None) -> Iterable[Link]:
        entries = self._entries(node, "estimate")
        if not entries and not self._problems:
            remedy = "write `estimate:` and below it, for example, `cost_war: [1, distance]`"
            self._complain(node, "no quantity is to be estimated", remedy)
        for name, entry in entries:
            self._quantity(name, entry)
            place = self._place(entry)
            if not isinstance(entry, Branch):
                yield Link(name, self._terms(entry, name), place=place)
                continue
            parts = self._mapping(entry, f"the link of `{name}`", _LINK)
            shape = self._text(parts.get("link"), "link") or IDENTITY
            if shape not in LINKS:
                remedy = did_you_mean(shape, LINKS, "links")
                self._complain(parts["link"], f"`{shape}` is no link", remedy)
            between = self._pair(parts["between"], "`between`") if "between" in parts else (0.0, 1.0)
            if "between" in parts and shape != LOGIT_LINK:
                self._complain(parts["between"], "`between` belongs to the link `logit` alone")
            elif between[0] >= between[1]:
                self._complain(parts["between"], "`between` goes from the smaller number to the larger")
            if "of" not in parts:
                self._complain(entry, f"`{name}` says of nothing what it depends on", "of: [1, distance]")
                continue
            yield Link(name, self._terms(parts["of"], name), shape, between, place)

    def _terms(self, node: Node, name: str) -> tuple[Term, ...]:
        if isinstance(node, Scalar) and isinstance(node.value, str):
            return tuple(Term(part, "", self._place(node)) for part in summands(node.text))
        if not isinstance(node, Listing) or not node.items:
            remedy = f"write `{name}: [1]` for a constant, or put it under `fixed:` to hold it at a number"
            self._complain(node, f"`{name}` is a list of terms such as [1, distance], not {_found(node)}", remedy)
            return ()
        return tuple(term for item in node.items for term in self._term(item))

    def _term(self, node: Node) -> Iterable[Term]:
        if isinstance(node, Scalar) and node.text:
            yield Term(node.text, "", self._place(node))
        elif isinstance(node, Branch):
            parts = self._mapping(node, "a term", _TERM)
            text, name = (self._text(parts.get(key), key) for key in _TERM)
            if not text or not name:
                self._complain(node, "a term in braces has both keys", "{term: distance, coefficient: gamma}")
            else:
                yield Term(text, name, self._place(node))
        else:
            self._complain(node, f"a term is a column or a formula, not {_found(node)}")

    def _complete(self, node: Node | None) -> Iterable[str]:
        if node is None:
            return
        if not isinstance(node, Listing):
            self._complain(node, f"`complete` is a list of columns, not {_found(node)}")
            return
        for item in node.items:
            yield self._text(item, "complete")

    def _ridge(self, node: Node | None) -> float | None:
        if node is None:
            return None
        found = self._number(node, "`ridge`")
        if not found > 0:
            self._complain(node, "`ridge` is the standard deviation of a prior, and positive")
        return found

    def _fixed(self, node: Node | None) -> Iterable[tuple[str, float]]:
        for name, entry in self._entries(node, "fixed"):
            self._quantity(name, entry)
            yield name, self._number(entry, f"`{name}` under `fixed`")

    def _restriction(self, node: Node, name: str) -> Restriction:
        parts = self._mapping(node, f"coefficient `{name}`", _RESTRICTION)
        start = self._number(parts["start"], "`start`") if "start" in parts else None
        value = self._number(parts["value"], "`value`") if "value" in parts else None
        low, high = self._bounds(parts["bounds"]) if "bounds" in parts else (-math.inf, math.inf)
        if low >= high:
            self._complain(parts["bounds"], "`bounds` go from the smaller number to the larger")
        prior = None
        if "prior" in parts:
            shape = self._mapping(parts["prior"], "`prior`", ("normal",))
            if "normal" not in shape:
                self._complain(parts["prior"], "a prior is normal", "prior: {normal: [0, 2]}")
            else:
                prior = self._pair(shape["normal"], "`normal`")
                if not prior[1] > 0:
                    self._complain(shape["normal"], "the standard deviation of a prior is positive")
        return Restriction(start, low, high, value, prior, self._place(node))

    def _bounds(self, node: Node) -> tuple[float, float]:
        """Two ends, of which one may be left empty: [0, ]; `null` means no end."""
        items = node.items if isinstance(node, Listing) else []
        if len(items) != 2:
            self._complain(node, "`bounds` is a list of two numbers, of which one may be null, such as [0, null]")
            return (-math.inf, math.inf)
        ends = [None if isinstance(item, Scalar) and item.value is None else item for item in items]
        low, high = (None if end is None else self._number(end, "`bounds`") for end in ends)
        return (-math.inf if low is None else low, math.inf if high is None else high)

    def _observed(self, node: Node | None) -> tuple[list[Shown], dict[str, str]]:
        parts = self._mapping(node, "`observed`", _OBSERVED)
        if not parts:
            remedy = "observed: {ending: COLUMN}, or {moves: {STAGE: COLUMN}}, or {counts: {ENDING: COLUMN}}"
            self._complain(node, "nothing says which columns show what was seen", remedy)
        shown = [self._column(parts["ending"], "", 0)] if "ending" in parts else []
        for name, entry in self._entries(parts.get("moves"), "moves"):
            try:
                stage, round = stage_and_round(name, self._crisis)
            except RequestError as error:
                self._complain(entry, str(error))
                continue
            shown.append(self._column(entry, stage, round))
        counts: dict[str, str] = {}
        known = [each.id for each in self._crisis.outcomes]
        for name, entry in self._entries(parts.get("counts"), "counts"):
            for ending in endings_in(name, self._crisis):
                if ending not in known:
                    self._complain(entry, f"the case has no ending `{ending}`", did_you_mean(ending, known, "endings"))
            counts[name] = self._text(entry, name)
        if shown and counts:
            self._complain(parts["counts"], "rows are either counts of endings, or one episode each; not both")
        return shown, counts

    def _column(self, node: Node, stage: str, round: int) -> Shown:
        if not isinstance(node, Branch):
            return Shown(self._text(node, stage or "ending"), stage, round, place=self._place(node))
        parts = self._mapping(node, "a column", _COLUMN)
        means = {key: self._text(each, key) for key, each in self._entries(parts.get("is"), "is")}
        if "column" not in parts:
            self._complain(node, "a column in braces has a key `column`", "{column: war, is: {1: fight, 0: yield}}")
        return Shown(self._text(parts.get("column"), "column"), stage, round, means, self._place(node))


def summands(text: str) -> list[str]:
    """The parts of a sum, cut at every + outside brackets and quotes: `1 + log(a + b)` has two."""
    parts, depth, quote, last = [""], 0, "", ""
    for sign in text:
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "+" and depth == 0 and last not in "*/^(," and not _OPEN_NUMBER.search(parts[-1]):
            parts.append("")
            last = ""
            continue
        parts[-1] += sign
        last = sign if not sign.isspace() else last
    return [part.strip() for part in parts if part.strip()]


def named_in(text: str) -> list[str]:
    """The names in a cell: `war`, or `war | crisis` where one of the two was seen and it is not known which."""
    return [part.strip() for part in text.split("|")]


def endings_in(text: str, crisis: Crisis) -> list[str]:
    """The endings that a cell leaves; a group of the case stands for its endings."""
    groups = {group.id: group.endings for group in crisis.groups}
    return [ending for name in named_in(text) for ending in groups.get(name, (name,))]


def _found(node: Node | None) -> str:
    if node is None:
        return "nothing"
    if isinstance(node, Scalar):
        return describe(node.value)
    return "a list" if isinstance(node, Listing) else "a mapping (`key: value`)"
