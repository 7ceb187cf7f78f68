"""Writing a case: from a crisis to readable YAML that reads as the same crisis."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from detente.case.written_back.outline import outline
from detente.crisis.model import Crisis
from detente.files import write_atomically

_WIDEST_FLOW = 100
"""Mappings and lists that fit are written on one line, in braces or brackets."""
_ANY_WIDTH = 10**9
_ALWAYS_BLOCK = ("choose", "chance", "private", "stages", "together", "a stage")


def write_case(crisis: Crisis, path: str | Path) -> Path:
    """Write a case file, whole or not at all. Raises CaseError where the language cannot say what the crisis holds."""
    return write_atomically(Path(path), case_text(crisis).encode())


def case_text(crisis: Crisis) -> str:
    """The case as YAML: sections in their order, one blank line between them."""
    sections = [_dumped({key: value}) for key, value in outline(crisis).items()]
    text = ""
    for before, section in zip(["", *sections], sections, strict=False):
        apart = "\n" if "\n" in section.rstrip("\n") or "\n" in before.rstrip("\n") else ""
        text += (apart if text else "") + section
    return text


def flow_text(value: Any) -> str:
    """A value on one line, as it stands inside other flow mappings."""
    from ruamel.yaml.comments import CommentedMap

    holder = CommentedMap({"x": _styled(value, _ANY_WIDTH)})
    holder.fa.set_flow_style()
    return _emitted(holder).strip().removeprefix("{x: ").removesuffix("}")


def pair_lines(key: str, value: Any, column: int, depth: int = 2) -> str:
    """A key with its value as it stands in a block at a column, without the last line break.

    depth: 0 for a section of the case, 1 for an entry of a section, 2 further in.
    """
    from ruamel.yaml.comments import CommentedMap

    room = _WIDEST_FLOW - column - len(key)
    return _shifted(_emitted(CommentedMap({key: _styled(value, room, depth=depth + 1, key=key)})), column)


def item_lines(value: Any, column: int, key: str = "") -> str:
    """An item with its dash as it stands in a block at a column, without the last line break; `key`: the list's."""
    return _shifted(_emitted(_styled([value], _WIDEST_FLOW - column, depth=1, key=key)), column - 2)


def _shifted(text: str, column: int) -> str:
    lines = text.rstrip("\n").split("\n")
    return "\n".join((" " * column + line)[max(-column, 0) :] if line else line for line in lines)


def _dumped(section: dict[str, Any]) -> str:
    return _emitted(_styled(section, _WIDEST_FLOW, depth=0))


def _emitted(value: Any) -> str:
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.width = _ANY_WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = StringIO()
    yaml.dump(value, stream)
    return stream.getvalue()


def _styled(value: Any, room: int, *, depth: int = 9, key: str = "") -> Any:
    """The value with a style for every part: one line where it fits, a block where it does not.

    depth: 0 for the whole, 1 for a section; these are blocks always.
    """
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    if isinstance(value, str):
        return _text(value, room, key)
    if not isinstance(value, dict | list):
        return value
    flow = depth > 1 and _in_flow(value, room, key)
    inner = _ANY_WIDTH if flow else room - 2
    if isinstance(value, list):
        item = "a stage" if key in ("stages", "together") else ""
        styled: Any = CommentedSeq([_styled(each, inner, depth=depth + 1, key=item) for each in value])
    else:
        parts = (
            (name, _styled(each, inner if flow else inner - len(name), depth=depth + 1, key=name))
            for name, each in value.items()
        )
        styled = CommentedMap(parts)
    if flow or not value:
        styled.fa.set_flow_style()
    return styled


def _text(value: str, room: int, key: str) -> Any:
    """Dates without quotes; a text of several lines as a block, where a block keeps it as it is."""
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString, SingleQuotedScalarString

    if key in ("date", "known", "published") and len(value) == len("2025-03-24"):
        return date.fromisoformat(value)
    if room >= _ANY_WIDTH and ("?" in value or ":" in value):  # parsers differ over these within braces
        return (SingleQuotedScalarString if value.isprintable() else DoubleQuotedScalarString)(value)
    lines = value.split("\n")
    readable = all(line == line.rstrip() and (line.isprintable() or not line) for line in lines)
    block = (
        len(lines) > 1
        and lines[0] != ""
        and not value.endswith("\n\n")
        and lines[0] == lines[0].lstrip()
        and readable
        and room < _ANY_WIDTH
    )
    return LiteralScalarString(value) if block else value


def _in_flow(value: Any, room: int, key: str) -> bool:
    if room >= _ANY_WIDTH:
        return True
    number_range = key == "choose" and "from" in value and "to" in value
    return (number_range or key not in _ALWAYS_BLOCK) and _fits(value, room)


def _fits(value: Any, room: int) -> bool:
    """True where a part is simple and short enough for one line."""
    parts = list(value.values()) if isinstance(value, dict) else value
    if any(part is None or (isinstance(part, str) and "\n" in part) for part in parts):
        return False
    if isinstance(value, list) and any(isinstance(part, dict) and len(part) == 1 for part in parts):
        return False  # a lone key in a list would be written without its braces
    return all(not isinstance(part, dict | list) or _fits(part, room) for part in parts) and len(str(value)) <= room
