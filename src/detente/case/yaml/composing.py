"""Grows the tree of a YAML file from the parser's events, within limits, and mends what a comma has cut."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import isfinite
from typing import Any

from detente.case.spelling.letters import first_odd, folded, odd_sign, unlike
from detente.case.spelling.numbers import DECIMAL
from detente.case.yaml.events import BadYamlError
from detente.case.yaml.nodes import Listing, Mapping, Mark, Node, Scalar, Value, place_in
from detente.case.yaml.parser_words import plain_words
from detente.errors import Problem

DEEPEST_TREE = 40
MOST_FILE_NODES = 100_000

_INT = re.compile(r"[-+]?[0-9]+\Z")
_QUOTED = re.compile(r"'[^']*'|\"(?:\\.|[^\"\\])*\"|(?:^|\s)#.*")
_KEY_WITHOUT_SPACE = re.compile(r"\w+:(?!//)\S")
_NOT_FINITE = re.compile(r"[-+]?(\.inf|\.Inf|\.INF)\Z|(\.nan|\.NaN|\.NAN)\Z")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def resolve_plain(text: str) -> Value:
    """The value of an unquoted scalar by the core schema. Raises ValueError where it is no finite number."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.match(text) and len(text) < 300:
        return int(text)
    if DECIMAL.match(text) or _NOT_FINITE.match(text):
        number = float(text) if DECIMAL.match(text) else float("nan")
        if not isfinite(number):
            raise ValueError(text)
        return number
    return text


class LimitError(Exception):
    """LimitError has been seen: reading on would cost time or memory."""


class Grower:
    """Takes events one by one; holds the open collections on a stack of its own."""

    def __init__(self, file: str, lines: list[str], source: str) -> None:
        self.file = file
        self.lines = lines
        self.source = source
        self.problems: list[Problem] = []
        self.open: list[Listing | Mapping] = []
        self.anchors: dict[str, Node] = {}
        self.root: Node | None = None
        self.nodes = 0
        self.actions: dict[str, Callable[[Any], None]] = {
            "ScalarEvent": self._scalar,
            "MappingStartEvent": self._collection,
            "SequenceStartEvent": self._collection,
            "MappingEndEvent": self._close,
            "SequenceEndEvent": self._close,
            "AliasEvent": self._alias,
            "DocumentStartEvent": self._document,
        }

    def take(self, event: Any) -> None:
        action = self.actions.get(type(event).__name__)
        if action:
            action(event)

    def error(self, mark: Mark, what: str, remedy: str = "") -> None:
        self.problems.append(Problem(what, remedy, place_in(self.file, self.lines, mark.line, mark.column)))

    def refuse_yaml(self, error: BadYamlError) -> None:
        """Put the parser's complaint into the reader's words."""
        what, remedy = plain_words(error.problem, error.context)
        began, ended = error.context_mark or error.mark, error.mark or error.context_mark
        first = self._position(began)
        line, column = last = self._position(ended)
        if any(words in what for words in ("never closed", "colon was expected")):
            line, column = first
        if self.lines[line][column : column + 1] == "\t":
            what, remedy = "a tab cannot indent", "indent with spaces"
        if odd := self._odd_blank(first[0], last[0]):
            line, column = odd
            what, remedy = odd_sign(self.lines[line][column])
        self.error(Mark(0, line, column), what, remedy)

    def _position(self, mark: Any) -> tuple[int, int]:
        """Line and column of a parser's mark; the end of the last line that holds anything where it lies beyond."""
        line, column = (mark.line, mark.column) if mark is not None else (0, 0)
        if line >= len(self.lines):
            line, column = len(self.lines) - 1, len(self.lines[-1])
        while line and not self.lines[line].strip() and column >= len(self.lines[line].rstrip()):
            line -= 1
            column = len(self.lines[line].rstrip())
        return line, column

    def _odd_blank(self, first: int, last: int) -> tuple[int, int] | None:
        """Line and column of a blank that is none, in lines that could not be read or on the one before them."""
        for line in (*range(first, last + 1), *range(first - 1, max(first - 2, -1), -1)):
            at = first_odd(_QUOTED.sub(lambda match: "x" * len(match[0]), self.lines[line]))
            if at is not None:
                return line, at
        return None

    def finish(self) -> Node | None:
        start = Mark(0, 0, 0)
        if self.problems or isinstance(self.root, Mapping):
            return self.root
        if self.root is None or (isinstance(self.root, Scalar) and self.root.value is None):
            self.error(start, "the file is empty", "`detente new FILE` writes a case to start from")
        else:
            found = "a list" if isinstance(self.root, Listing) else "a single value"
            self.error(
                self.root.start,
                f"a case is a mapping of sections, and this file holds {found}",
                "begin with `detente: 1` and `title: …`, each on its own line",
            )
        return self.root

    def _document(self, event: Any) -> None:
        if self.root is not None:
            self.error(_mark(event.start_mark), "a second document begins here", "a case is one document: remove `---`")
            raise LimitError

    def _scalar(self, event: Any) -> None:
        self._refuse_tag(event)
        text, style, start = str(event.value), event.style or "", _mark(event.start_mark)
        value: Value = text
        if not style:
            try:
                value = resolve_plain(text)
            except ValueError:
                self.error(start, f"`{text[:40]}` is not a finite number", "write a number such as 0.5 or 1e6")
                value = 0.0
        self._add(Scalar(text, value, style, start, _mark(event.end_mark)), event)

    def _collection(self, event: Any) -> None:
        self._refuse_tag(event)
        kind = Mapping if type(event).__name__ == "MappingStartEvent" else Listing
        node = kind(bool(event.flow_style), _mark(event.start_mark), _mark(event.end_mark))
        if len(self.open) >= DEEPEST_TREE:
            self.error(
                node.start,
                f"lists and mappings are nested more than {DEEPEST_TREE} deep",
                "a case needs no more than ten",
            )
            raise LimitError
        self._add(node, event)
        self.open.append(node)

    def _close(self, event: Any) -> None:
        node = self.open.pop()
        node.end = _mark(event.end_mark)
        if node.flow:
            if isinstance(node, Mapping):
                _part_colons(node)
                _join_texts(node, self.source)
            else:
                _join_formulas(node)
        if self.open:
            self.open[-1].weight += node.weight

    def _alias(self, event: Any) -> None:
        node, start = self.anchors.get(event.anchor), _mark(event.start_mark)
        if node is None:
            self.error(
                start, f"`*{event.anchor}` refers to nothing above", f"mark the value it repeats with `&{event.anchor}`"
            )
            raise LimitError
        if any(node is each for each in self.open):
            self.error(start, f"`*{event.anchor}` contains itself", "an alias can only repeat a finished value")
            raise LimitError
        self._note(start.at, _mark(event.end_mark).at)
        self._attach(node, start)
        if self.open:
            self.open[-1].weight += node.weight
        self._count(node.weight, start)

    def _note(self, start: int, end: int) -> None:
        """Keep where an alias is written: the node that it repeats stands elsewhere."""
        parent = self.open[-1] if self.open else None
        if isinstance(parent, Listing):
            parent.aliases = {**(parent.aliases or {}), len(parent.items): (start, end)}
        elif parent is not None and parent.waiting is not None:
            parent.aliases = {**(parent.aliases or {}), parent.waiting.text: (start, end)}

    def _add(self, node: Node, event: Any) -> None:
        if event.anchor:
            self.anchors[event.anchor] = node
        self._count(1, node.start)
        self._attach(node, node.start)
        if isinstance(node, Scalar) and self.open:
            self.open[-1].weight += 1

    def _count(self, weight: int, at: Mark) -> None:
        self.nodes += weight
        if self.nodes > MOST_FILE_NODES:
            self.error(
                at,
                f"the case has more than {MOST_FILE_NODES:,} keys and values, repeated `*` values counted each time",
                "a case is a briefing of some hundred lines",
            )
            raise LimitError

    def _attach(self, node: Node, at: Mark) -> None:
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        if isinstance(parent, Listing):
            parent.items.append(node)
        elif parent.waiting is None:
            self._take_key(parent, node, at)
        else:
            key, parent.waiting = parent.waiting, None
            if key.text in parent.keys:
                first = parent.keys[key.text].start.line + 1
                self.error(
                    key.start, f"duplicate key `{key.text}`", f"it is already on line {first}: keep one of the two"
                )
            else:
                self._refuse_look_alike(key, parent)
                parent.keys[key.text], parent.values[key.text] = key, node

    def _refuse_look_alike(self, key: Scalar, parent: Mapping) -> None:
        """Record where a key holds a sign that cannot be seen, or differs from one beside it in nothing one sees."""
        if key.text.isascii() and key.text.isprintable():
            return
        at = first_odd(key.text)
        if at is not None:
            column = key.start.column + at + len(key.style)
            self.error(Mark(0, key.start.line, column), *odd_sign(key.text[at]))
            return
        for each in parent.keys.values():
            if folded(each.text) == folded(key.text):
                what = f"`{key.text}` looks like the key on line {each.start.line + 1} and is not the same"
                self.error(key.start, what, f"{unlike(key.text, each.text)}: write both in one way")

    def _take_key(self, parent: Mapping, node: Node, at: Mark) -> None:
        if isinstance(node, Scalar):
            parent.waiting = node
            return
        self.error(
            at, "a key must be a name, and this is a list or a mapping", "put a text that begins with [ or { in quotes"
        )
        raise LimitError

    def _refuse_tag(self, event: Any) -> None:
        if event.tag is not None and not (event.tag == "!" and isinstance(getattr(event, "value", None), str)):
            what = "tags (words that begin with `!`) are not part of the case language"
            self.error(_mark(event.start_mark), what, "remove it, or put the text in quotes")


def _part_colons(mapping: Mapping) -> None:
    """Read `{x:, y:}` as YAML 1.2 does, as keys without values; older parsers take the colon for part of the key."""
    for key in [key for key in mapping.keys if key.endswith(":") and not mapping.keys[key].style]:
        written, value, name = mapping.keys[key], mapping.values[key], key[:-1]
        if name in mapping.keys or not isinstance(value, Scalar) or value.value is not None:
            continue
        items = [(name if each == key else each, mapping.keys[each], mapping.values[each]) for each in mapping.keys]
        written.text = name
        written.end = Mark(written.end.at - 1, written.end.line, written.end.column - 1)
        mapping.keys = {each: scalar for each, scalar, _ in items}
        mapping.values = {each: node for each, _, node in items}


def _join_texts(mapping: Mapping, source: str) -> None:
    """Give a key without a colon back to the unquoted text before it, which its comma had cut."""
    last = ""
    for key in list(mapping.keys):
        written, value = mapping.keys[key], mapping.values[key]
        before = mapping.values.get(last)
        cut = (
            not _KEY_WITHOUT_SPACE.match(key)
            and isinstance(value, Scalar)
            and value.value is None
            and ":" not in source[written.end.at : value.end.at + 1]
        )
        if cut and not written.style and isinstance(before, Scalar) and before.value is not None and not before.style:
            mapping.values[last] = _joined(before, written)
            del mapping.keys[key], mapping.values[key]
        else:
            last = key


def _join_formulas(listing: Listing) -> None:
    """Put a formula together again whose parentheses a comma had cut."""
    items: list[Node] = []
    aliases: dict[int, tuple[int, int]] = {}
    for position, item in enumerate(listing.items):
        if listing.aliases and position in listing.aliases:
            aliases[len(items)] = listing.aliases[position]
        before = items[-1] if items else None
        if (
            isinstance(item, Scalar)
            and not item.style
            and isinstance(before, Scalar)
            and not before.style
            and before.text.count("(") > before.text.count(")")
        ):
            items[-1] = _joined(before, item)
        else:
            items.append(item)
    listing.items, listing.aliases = items, aliases or None


def _joined(first: Scalar, second: Scalar) -> Scalar:
    text = f"{first.text}, {second.text}"
    return Scalar(text, text, "", first.start, second.end)


def _mark(mark: Any) -> Mark:
    return Mark(mark.index, mark.line, mark.column)
