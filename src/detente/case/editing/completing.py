"""Completion: everything that may stand at the cursor, each with a sentence.

Keys follow from the records of the document. Names follow from the readers themselves: a name that nothing can have is
put where the cursor is, and what the readers would have taken instead is what may stand there. So a new key whose names
are looked up is completed without being told of here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from detente.case.editing.records import Slot, standing, step_into
from detente.case.editing.spots import line_and_column, line_end, line_start, position
from detente.case.form.ledger import Ledger
from detente.case.form.register import Name, Path, Register
from detente.case.formula.calls import CALLS
from detente.case.meaning.assemble import LANGUAGE_VERSION, assemble
from detente.case.spelling.suggest import Suggestion
from detente.case.written_back.write import flow_text
from detente.case.yaml.nodes import Document, Listing, Mapping, Node, Scalar, node_at, plain
from detente.case.yaml.tree import parse_tree
from detente.errors import CaseError

_PROBE = "zzthecursorzz"
"""A name that no case has."""
_WORD = re.compile(r"\w*\Z")
_REST = re.compile(r"\w*")
_OPENING = {"{": "}", "[": "]", "(": ")"}


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that may stand at the cursor: the text to be put there, its kind, and a sentence about it."""

    text: str
    kind: str
    about: str


@dataclass(frozen=True, slots=True)
class Completion:
    """Offers for a piece of text, which runs from one line and column to another (both count from 1)."""

    start: tuple[int, int]
    end: tuple[int, int]
    offers: tuple[Offer, ...]


def completion(text: str, line: int, column: int) -> Completion:
    """Everything that may stand at a place in a text, whether or not the text can be read."""
    at = position(text, line, column)
    start = at - len(_match(_WORD, text[line_start(text, at) : at]))
    end = at + len(_match(_REST, text[at : line_end(text, at)]))
    blank = text[at : at + 1] == " " and not text[line_start(text, at) : at].strip()  # before what stands on the line
    if blank or text[start:end][:1].isdigit():
        return Completion(line_and_column(text, start), line_and_column(text, end), ())
    found: dict[str, Offer] = {}
    whole, rest = _documents(text, start, end)
    read = troubled = False
    for documents in (whole, rest):
        if documents is rest and (found or (read and not troubled)):
            break  # nothing that the language looks up stands there
        for document in documents:
            read = True
            for path, key in _probes(document.root):
                ledger = _read(document, path, key)
                troubled = troubled or any(each.where and each.where.line == line for each in ledger.problems)
                suggestions = [each for where, each in ledger.suggestions if where == path]
                for offer in _offers(document, path, key, ledger.register, suggestions):
                    found.setdefault(offer.text, offer)
                if not any(each.calls for each in suggestions):
                    start = min(start, _start_of_name(document, path, key, start))
            if found:
                break
    typed = text[start:at].casefold()
    fitting = tuple(offer for offer in found.values() if _fits(offer.text, typed))
    return Completion(line_and_column(text, start), line_and_column(text, end), fitting)


def _fits(offered: str, typed: str) -> bool:
    """True where what is typed begins the offer, or a word in it."""
    words = offered.casefold()
    return words.startswith(typed) or any(part.startswith(typed) for part in re.split(r"[\W_]+", words))


def _match(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text) if pattern is _WORD else pattern.match(text)
    return found[0] if found else ""


def _documents(text: str, start: int, end: int) -> tuple[Iterator[Document], Iterator[Document]]:
    """The case with the probe at the cursor, first with all that stands around it, then with less.

    The probe stands there as a key, then as a value; of the rest, what is open is closed, or only the lines above are
    taken that the cursor's line stands under.
    """
    before, after = text[:start], text[end:]
    line, newline, below = after.partition("\n")
    alone = not before[line_start(text, start) :].strip(" -") and not line.strip()
    closed, below = before + _PROBE + _closing(before), newline + below
    whole = [f"{before}{_PROBE}: {below}"] * alone + [before + _PROBE + after]
    mended = [closed + below, f"{before}{_PROBE}: {_closing(before)}{below}", closed, _skeleton(before)]
    return _parsed(whole), _parsed(mended)


def _parsed(texts: Iterable[str]) -> Iterator[Document]:
    """The trees of those texts that are YAML."""
    for text in texts:
        with suppress(CaseError):
            yield parse_tree(text, "")


def _closing(before: str) -> str:
    """Quotes, parentheses, brackets and braces that are open at the end of a text, closed in their order."""
    open_: list[str] = []
    quote_ = ""
    for sign in _flow_part(before):
        if quote_:
            quote_ = "" if sign == quote_ else quote_
        elif sign in "\"'" and (not open_ or open_[-1] != "'"):
            quote_ = sign
        elif sign in _OPENING:
            open_.append(_OPENING[sign])
        elif open_ and sign == open_[-1]:
            open_.pop()
    return quote_ + "".join(reversed(open_))


def _flow_part(before: str) -> str:
    """The lines that belong to the braces and brackets in which a text ends: from the last line that opens none."""
    lines = before.split("\n")
    depth, first = 0, len(lines) - 1
    for number in range(len(lines) - 1, max(len(lines) - 40, -1), -1):
        stripped = lines[number].partition(" #")[0]
        depth += sum(stripped.count(sign) for sign in "{[") - sum(stripped.count(sign) for sign in "}]")
        if depth > 0:
            first = number
            break
    return "\n".join(lines[first:])


def _skeleton(before: str) -> str:
    """The lines above that the cursor's line stands under, and the cursor's line as far as the cursor."""
    line = before[line_start(before, len(before)) :]
    probe = _PROBE + _closing(line) if line.strip(" -") else f"{_PROBE}: "
    indent = len(line) - len(line.lstrip(" "))
    kept: list[str] = []
    for each in reversed(before.split("\n")[:-1]):
        bare = each.lstrip(" ")
        if not bare or bare.startswith("#"):
            continue
        own = len(each) - len(bare)
        if own < indent or (own == indent and bare.startswith("- ") and not line.lstrip(" ").startswith("- ")):
            kept.append(each if ":" in each else f"{each}:")
            indent = own
        if indent == 0:
            break
    return "\n".join([*reversed(kept), line + probe])


def _probes(node: Node, above: Path = ()) -> Iterator[tuple[Path, bool]]:
    """Every place in the tree at which the probe stands, and whether it stands in a key."""
    if isinstance(node, Mapping):
        for key, each in node.values.items():
            if _PROBE in key:
                yield (*above, key), True
            yield from _probes(each, (*above, key))
    elif isinstance(node, Listing):
        for n, each in enumerate(node.items):
            yield from _probes(each, (*above, n))
    elif _PROBE in node.text:
        yield above, False


def _start_of_name(document: Document, path: Path, key: bool, start: int) -> int:
    """Position at which a name begins that is to be replaced as a whole, with the words before the cursor."""
    node = None if key else node_at(document.root, path)
    name = isinstance(node, Scalar) and not node.style and re.fullmatch(rf"[\w -]*{_PROBE}", node.text)
    return node.start.at if name and node is not None else start


def _offers(
    document: Document, path: Path, key: bool, register: Register, suggestions: list[Suggestion]
) -> Iterator[Offer]:
    holder = node_at(document.root, path[:-1])
    if key and isinstance(holder, Mapping):
        yield from _keys(standing(path[:-1]), set(holder.keys))
        yield from _names(suggestions, register, document, _as_key)
        return
    here = standing(path)
    flow = isinstance(holder, Mapping | Listing) and holder.flow
    if here.key is not None:
        yield from (Offer(word, "word", here.key.about) for word in here.key.words)
    yield from _names(suggestions, register, document, str)
    if isinstance(path[-1], int) or not flow:
        yield from _keys(here, set())


def _keys(here: Slot, present: set[str]) -> Iterator[Offer]:
    for name, key in here.keys.items():
        if name not in present:
            yield Offer(f"{name}: ", "key", key.about)


def _names(
    suggestions: list[Suggestion], register: Register, document: Document, written: Callable[[str], str]
) -> Iterator[Offer]:
    for each in suggestions:
        for name in each.names:
            if _PROBE in name:
                continue
            kind, about = _about(name, each.nouns, register, document)
            yield Offer(written(name), kind, about)
        for name in each.calls:
            call = CALLS[name]
            yield Offer(f"{name}(", "function", f"{call.usage}: {call.about}")


def _as_key(name: str) -> str:
    """A name as a key is written, with its colon."""
    return f"{flow_text({name: None})[1:-1].partition(':')[0]}: "


def _about(name: str, nouns: str, register: Register, document: Document) -> tuple[str, str]:
    """The kind of a name, and what its entry says of it."""
    parts = tuple(name.split(".")) if "." in name else (name,)
    found = [each for each in register.declared if each[-len(parts) :] == parts]
    fitting = [each for each in found if register.nouns[each] in nouns] or found
    if not fitting:
        return nouns, ""
    declared: Name = min(fitting, key=len)
    path = register.declared[declared].path
    entry = plain_at(document, path[:-1] if path[-1] == "id" else path)
    said = str(entry.get("name", "")) if isinstance(entry, dict) else ""
    owner = ".".join(declared[1:-1])
    return register.nouns[declared], said or (f"{register.nouns[declared]} of {owner}" if owner else "")


def plain_at(document: Document, path: Path) -> Any:
    """The plain value at a path; None where nothing stands there."""
    node = node_at(document.root, path)
    return None if node is None else plain(node)


def _read(document: Document, path: Path, key: bool) -> Ledger:
    """The ledger of a reading with the probe: the names of the case, and what would have been taken in its place."""
    written = plain(document.root)
    if key and len(path) > 1:
        holder = written
        for step in path[:-1]:
            holder = holder[step]
        if holder[path[-1]] is None:
            holder[path[-1]] = 0
    ledger = Ledger(document)
    with suppress(CaseError):
        assemble(_sections(written), ledger, "")
    return ledger


def _sections(written: dict[str, Any]) -> dict[str, Any]:
    """The sections that have something in them, with empty ones in place of those that a case must have."""
    root = standing(())
    kept: dict[str, Any] = {"detente": LANGUAGE_VERSION, "title": ""}
    for name, key in root.keys.items():
        value = written.get(name)
        here = step_into(root, name)
        if isinstance(value, dict | list) or (value is not None and here.plain):
            kept[name] = value
        elif key.required and not here.plain:
            kept[name] = [] if here.lists else {}
    kept["detente"] = LANGUAGE_VERSION
    return kept
