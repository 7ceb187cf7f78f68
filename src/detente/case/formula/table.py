"""The parser of formulas from a table that was made once: making it takes longer than reading a case.

`python -m detente.case.formula.grammar` makes the table anew, after a change of the grammar or of Lark.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from pathlib import Path
from typing import Any

import lark
from lark import Lark

TABLE = Path(__file__).with_name("table.json")


def read_parser(grammar: str, transformer: Any) -> Lark:
    """The LALR parser of a grammar, in which MARKS stands for accents and vowel signs.

    From the table beside this file where that was made from the same grammar by the same Lark, and else made anew.
    """
    table = json.loads(TABLE.read_text("utf-8"))
    if table["made_from"] != _digest(grammar):
        return _made(grammar, transformer, table["marks"])
    parser, (data, memo) = Lark.__new__(Lark), (table["data"], table["memo"])
    rules: dict[str, Any] = data["parser"]["parser"]
    rules["tokens"] = {int(token): name for token, name in rules["tokens"].items()}
    rules["states"] = {
        int(state): {int(token): action for token, action in actions.items()}
        for state, actions in rules["states"].items()
    }
    load: Any = parser._load  # pyright: ignore[reportPrivateUsage]  # its public face reads pickles only
    return load({"data": data, "memo": {int(number): each for number, each in memo.items()}}, transformer=transformer)


def made_table(grammar: str, marks: str) -> dict[str, Any]:
    """The table of a grammar, as JSON can hold it."""
    from lark.grammar import Rule
    from lark.lexer import TerminalDef

    data, memo = _made(grammar, None, marks).memo_serialize([TerminalDef, Rule])
    return {"made_from": _digest(grammar), "marks": marks, "data": data, "memo": memo}


def marks_known_here() -> str:
    """Accents and vowel signs that stand as characters of their own, as ranges of a pattern: letters to a reader."""
    ranges: list[list[int]] = []
    for code in range(0x300, 0x10000):
        if unicodedata.category(chr(code)) in ("Mn", "Mc"):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"\\u{low:04x}-\\u{high:04x}" for low, high in ranges)


def _made(grammar: str, transformer: Any, marks: str) -> Lark:
    return Lark(grammar.replace("MARKS", marks), parser="lalr", transformer=transformer, maybe_placeholders=False)


def _digest(grammar: str) -> str:
    return hashlib.sha256(f"{lark.__version__}\n{grammar}".encode()).hexdigest()


def write_table(grammar: str) -> None:
    """Make the table of a grammar anew and write it beside this file."""
    written = json.dumps(made_table(grammar, marks_known_here()), separators=(",", ":"), sort_keys=True)
    TABLE.write_text(written + "\n", "utf-8")
