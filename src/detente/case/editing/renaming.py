"""Renaming: a name changes where it is declared and wherever it is mentioned, and nothing else changes its meaning."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator

from detente.case.editing.changing import shown
from detente.case.editing.reading import CaseRead, position_of_mention, reading_of, scalar_of
from detente.case.editing.splices import CaseEdit, Piece, spliced
from detente.case.form.register import LABELS, VARIABLES, MentionedAt, Name, Path
from detente.case.formula.kinds import quote
from detente.case.yaml.nodes import Document, Scalar
from detente.case.yaml.tree import parse_tree
from detente.errors import CaseError, RequestError


def renamed(reading: CaseRead, path: Path, new: str) -> list[Piece]:
    """Pieces that give what is declared at a path a new name, wherever it is mentioned.

    Raises CaseError where the text does not read as a case, RequestError where nothing there has a name, or where the
    new name cannot be one, is taken, or would be taken for something else.
    """
    document = reading.document
    if document is None or reading.crisis is None:
        raise CaseError(reading.problems)
    declared = reading.declared_at(path)
    if declared is None:
        raise RequestError(f"nothing that has a name is declared at {shown(path)}")
    old = declared.name[-1]
    if new == old:
        return []
    pieces = list(_pieces(document, [declared, *reading.mentions(declared.name)], old, new))
    _check(reading, declared.name, new, pieces)
    return pieces


def _pieces(document: Document, mentions: Iterable[MentionedAt], old: str, new: str) -> Iterator[Piece]:
    by_scalar: dict[int, tuple[Scalar, bool, dict[int, MentionedAt]]] = {}
    for each in mentions:
        scalar = scalar_of(document, each)
        if scalar is not None:
            by_scalar.setdefault(scalar.start.at, (scalar, each.key, {}))[2][each.at] = each
    for scalar, key, found in by_scalar.values():
        yield _rewritten(document, scalar, key, [found[at] for at in sorted(found)], (old, new))


def _rewritten(
    document: Document, scalar: Scalar, key: bool, mentions: list[MentionedAt], names: tuple[str, str]
) -> Piece:
    """A scalar with a name in it replaced: in its own style where that reads as meant, else in double quotes."""
    old, new = names
    source, meant, parts = document.text, scalar.text, list[Piece]()
    in_place = True
    for each in reversed(mentions):
        at, length = _quoted(meant, each, old)
        was, now = meant[at : at + length], quote(new) if each.formula else new
        here = position_of_mention(document, each._replace(at=at))
        assert here is not None
        in_place = in_place and source.startswith(was, here)
        meant = meant[:at] + now + meant[at + length :]
        parts.append(Piece(here, here + length, now))
    start, end = scalar.start.at, scalar.end.at
    written = source[start:end]
    for part in parts:
        written = written[: part.start - start] + part.text + written[part.end - start :]
    if in_place and (scalar.style in ("|", ">") or _reads_as(written, meant, key, isinstance(scalar.value, str))):
        return Piece(start, end, written)
    return Piece(start, end, json.dumps(meant, ensure_ascii=False))


def _quoted(text: str, mention: MentionedAt, name: str) -> tuple[int, int]:
    """Start and length of a mention in a text, with the quotes that a formula or a ranking puts it in."""
    at = mention.at
    if mention.formula and text[at : at + 1] in ("'", '"'):
        return at, len(name) + 2
    if mention.formula and at and text[at - 1] in ("'", '"') and text[at + len(name) :][:1] == text[at - 1]:
        return at - 1, len(name) + 2
    return at, len(name)


def _reads_as(written: str, meant: str, key: bool, text: bool) -> bool:
    """True where a scalar reads as a text, in a block and inside braces alike."""
    if "\n" in written:
        return True  # the whole is read again
    for line in (f"{{{written}: 0}}", f"{written}: 0") if key else (f"{{k: {written}}}", f"k: {written}"):
        try:
            root = parse_tree(line, "").root
        except CaseError:
            return False
        found = next(iter(root.keys.values())) if key else root.values.get("k")
        if len(root.keys) != 1 or not isinstance(found, Scalar) or found.text != meant:
            return False
        if text and not key and not isinstance(found.value, str):
            return False
    return True


def _check(before: CaseRead, name: Name, new: str, pieces: list[Piece]) -> None:
    """Refuse a name that brings a problem, or that changes what any name in the case means."""
    assert before.document is not None
    text = CaseEdit("rename", (), tuple(spliced(before.document.text, pieces))).done(before.document.text)
    after = reading_of(text, before.document.file)
    if after.crisis is None:
        first = after.problems[0]
        remedy = f" ({first.remedy})" if first.remedy else ""
        raise RequestError(f"`{name[-1]}` cannot be called `{new}`: {first.what}{remedy}")
    size = len(name)

    def followed(each: Name) -> Name:
        if each[0] == LABELS and name[0] == VARIABLES and each[1:size] == name[1:]:
            return (LABELS, *name[1:-1], new, *each[size:])
        return (*name[:-1], new, *each[size:]) if each[:size] == name else each

    was = Counter(followed(each.name) for each in before.register.mentions)
    now = Counter(each.name for each in after.register.mentions)
    if was != now or {followed(each) for each in before.register.declared} != set(after.register.declared):
        other = next(iter((was - now) + (now - was)), name)
        raise RequestError(f"`{name[-1]}` cannot be called `{new}`: `{other[-1]}` would mean something else in places")
