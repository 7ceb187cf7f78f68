"""The contents of a YAML 1.2 file, with the position of every key and value; reading a file runs nothing.

Only the parser's events are taken from the YAML library. The tree is built here, without recursion, so that a hostile
file meets a limit before it takes time or memory: `LARGEST_FILE`, `DEEPEST`, `MOST_NODES` (aliases counted as often
as they are used). Plain scalars follow the core schema of YAML 1.2: `no`, `on` and dates are texts.

In one thing the tree is kinder than YAML. A comma ends an unquoted text inside { } and [ ], so that
`{says: The more it costs, the less likely it is}` would hold a key without a value, and `[max(a, b)]` two halves of a
formula. Neither can be meant: such pieces are joined again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from detente.case.spelling.letters import forbidden, named
from detente.case.yaml.composing import Grower, LimitError
from detente.case.yaml.events import BadYamlError, parsed
from detente.case.yaml.nodes import Document, Mapping, place_in
from detente.errors import CaseError, Place, Problem

LARGEST_FILE = 2_000_000
BYTE_ORDER_MARK = "\ufeff"
"""A sign that some editors put at the beginning of a file, and that is no part of the text."""
_LINE_BREAK = re.compile("\r\n|[\n\r]")  # as editors count lines


def decode(data: bytes, file: str) -> str:
    """The text of a case file. Raises CaseError where it is too large or not UTF-8."""
    if len(data) > LARGEST_FILE:
        raise CaseError([_too_large(file)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
        what = f"this is not UTF-8 text: byte 0x{data[error.start]:02x} cannot be read"
        raise CaseError(
            [Problem(what, "save the file with the encoding UTF-8", Place(file, line + 1, column + 1))]
        ) from None


def parse_tree(text: str, file: str) -> Document:
    """The tree of a case. Raises CaseError with every problem of form that could be found."""
    if len(text) > LARGEST_FILE:
        raise CaseError([_too_large(file)])
    text = text.removeprefix(BYTE_ORDER_MARK)
    lines = _LINE_BREAK.split(text)
    refused = [_refused(text, at, file, lines) for at in forbidden(text)]
    if refused:
        raise CaseError(refused)
    grown: list[Grower] = []

    def take(events: Iterator[Any]) -> None:
        grown.append(Grower(file, lines, text))
        for event in events:
            grown[-1].take(event)

    try:
        parsed(text, take)
    except BadYamlError as error:
        del grown[1:]
        grown[0].refuse_yaml(error)
    except LimitError:
        pass
    builder = grown[-1]
    root = builder.finish()
    if builder.problems:
        raise CaseError(builder.problems)
    assert isinstance(root, Mapping)
    return Document(file, text, lines, root)


def _refused(text: str, at: int, file: str, lines: list[str]) -> Problem:
    """A character that no case may hold, whatever it is part of: YAML knows none of them, or other than editors do."""
    before = _LINE_BREAK.split(text[:at])
    remedy = "type an ordinary line break, or a blank" if text[at] in "\x85\u2028\u2029" else "delete it"
    what = f"{named(text[at])} stands here, which a case may not hold"
    if text[at].isascii():
        what = f"a control character stands here (U+{ord(text[at]):04X}), which YAML does not allow"
    return Problem(what, remedy, place_in(file, lines, len(before) - 1, len(before[-1])))


def _too_large(file: str) -> Problem:
    return Problem(
        f"the file has more than {LARGEST_FILE:,} bytes, the most that a case may have",
        "a case is a briefing of some hundred lines: leave long texts in `sources`, which stay in their own files",
        Place(file, 1, 1),
    )
