"""The grammar of formulas: from text to syntax, names not yet resolved.

Parsing is LALR(1) without backtracking or recursion, so a formula costs time proportional to its length, which is
limited (`LONGEST_FORMULA`), as is its nesting (`DEEPEST_FORMULA`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from math import isfinite
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from detente.case.formula.table import read_parser, write_table
from detente.case.spelling.letters import is_odd, odd_sign
from detente.case.spelling.numbers import misread

LONGEST_FORMULA = 5_000
DEEPEST_FORMULA = 100

GRAMMAR = r"""
?start: disjunction
?disjunction: conjunction | disjunction OR conjunction -> binary
?conjunction: negation | conjunction AND negation -> binary
?negation: comparison | NOT negation -> unary
?comparison: sum | sum COMPARE sum -> binary
?sum: product | sum ADD product -> binary
?product: signed | product MULTIPLY signed -> binary
?signed: power | ADD signed -> unary
?power: atom | atom POWER signed -> binary
?atom: NUMBER -> number
     | name
     | name "." name -> dotted
     | call
     | call GIVEN condition -> given
     | call GIVEN "(" list ")" -> given
     | "(" disjunction ")"
call: FUNCTION "(" [list] ")" -> call
    | FUNCTION "(" list GIVEN list ")" -> call_given
list: disjunction | list "," disjunction
?condition: simple | simple COMPARE simple -> binary | NOT simple -> unary
?simple: NUMBER -> number | name | name "." name -> dotted | ADD simple -> unary
name: NAME | QUOTED

OR: "or"
AND: "and"
NOT: "not"
GIVEN: "given"
COMPARE: "==" | "=" | "!=" | "<=" | ">=" | "<" | ">" | "≤" | "≥" | "≠"
ADD: "+" | "-"
MULTIPLY: "*" | "/"
POWER: "^"
NUMBER: /([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?/
QUOTED: /'[^'\n]*'|"[^"\n]*"/
FUNCTION.2: /(?!(?:and|or|not|given)\b)[^\W\d]\w*(?=\s*\()/
NAME: /[^\W\d][\wMARKS]*/
%ignore /[ \t\r\n]+/
"""

_DATE = re.compile(r"(?<![\w.])\d{4}-\d{2}-\d{2}(?![\w.])")
_SUBTRACTION = "where a difference is meant, leave blanks around each minus sign"
_SAME = {"==": "=", "≤": "<=", "≥": ">=", "≠": "!="}


@dataclass(frozen=True, slots=True)
class Syntax:
    """A piece of a formula; `at` counts characters from the formula's start, `depth` its nesting.

    kind: number (`value`), name (`word`, `quoted`), dotted (`word`, and `tail` at `tail_at`), operation (`word` is the
    operator), call (`word` is the function, `given` its conditions).
    """

    kind: str
    at: int
    word: str = ""
    tail: str = ""
    value: float = 0.0
    quoted: bool = False
    parts: tuple[Syntax, ...] = ()
    given: tuple[Syntax, ...] = ()
    depth: int = 1
    tail_at: int = 0


class FormulaError(Exception):
    """A formula that cannot be read: where in it, what is wrong, and what would be right."""

    def __init__(self, at: int, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.at, self.what, self.remedy = at, what, remedy


@lru_cache(maxsize=4096)
def parse_syntax(text: str) -> Syntax:
    """The syntax of a formula. Raises FormulaError at the first thing that does not fit."""
    if len(text) > LONGEST_FORMULA:
        raise FormulaError(
            0,
            f"a formula of {len(text):,} characters; at most {LONGEST_FORMULA:,} can be read",
            "name its parts as quantities with `equals`",
        )
    if not text.strip():
        raise FormulaError(0, "a formula is missing here", "write a number or a formula such as `1 - p`")
    why, remedy = misread(text)
    if why:
        raise FormulaError(len(text) - len(text.lstrip()), f"`{text.strip()}` is not a number: {why}", remedy)
    date = _DATE.search(text)
    if date:
        raise FormulaError(date.start(), f"`{date[0]}` is a date, which formulas do not know", _SUBTRACTION)
    try:
        tree: Any = _parser().parse(text)
    except UnexpectedInput as error:
        raise _explained(error, text) from None
    return tree


@cache
def _parser() -> Lark:
    return read_parser(GRAMMAR, _Syntax())


def _deep(at: int, parts: tuple[Syntax, ...]) -> int:
    depth = 1 + max((part.depth for part in parts), default=0)
    if depth > DEEPEST_FORMULA:
        raise FormulaError(
            at, f"the formula is nested more than {DEEPEST_FORMULA} deep", "name its parts as quantities with `equals`"
        )
    return depth


class _Syntax(Transformer[Token, Any]):
    """Builds syntax as the parser reduces; called by rule names of the grammar."""

    def number(self, items: list[Token]) -> Syntax:
        at = items[0].start_pos or 0
        value = float(items[0])
        if not isfinite(value):
            raise FormulaError(at, f"`{items[0][:40]}` is not a finite number", "write a number such as 0.5 or 1e6")
        return Syntax("number", at, str(items[0]), value=value)

    def name(self, items: list[Token]) -> Syntax:
        token = items[0]
        quoted = token.type == "QUOTED"
        return Syntax("name", token.start_pos or 0, str(token[1:-1] if quoted else token), quoted=quoted)

    def dotted(self, items: list[Syntax]) -> Syntax:
        first, second = items
        return Syntax("dotted", first.at, first.word, second.word, tail_at=second.at)

    def unary(self, items: list[Any]) -> Syntax:
        sign, part = items
        at = sign.start_pos or 0
        if sign == "+":
            return part
        if sign == "-" and part.kind == "number":
            return Syntax("number", at, f"-{part.word}", value=0.0 - part.value)
        operator = "neg" if sign == "-" else "not"
        return Syntax("operation", at, operator, parts=(part,), depth=_deep(at, (part,)))

    def binary(self, items: list[Any]) -> Syntax:
        left, sign, right = items
        operator = _SAME.get(str(sign), str(sign))
        parts = (left, right)
        return Syntax("operation", sign.start_pos or 0, operator, parts=parts, depth=_deep(left.at, parts))

    def list(self, items: list[Any]) -> tuple[Syntax, ...]:
        return (*items[0], items[1]) if len(items) == 2 else (items[0],)

    def call(self, items: list[Any]) -> Syntax:
        parts = items[1] if len(items) > 1 else ()
        at = items[0].start_pos or 0
        return Syntax("call", at, str(items[0]), parts=parts, depth=_deep(at, parts))

    def call_given(self, items: list[Any]) -> Syntax:
        function, parts, _, given = items
        at = function.start_pos or 0
        return Syntax("call", at, str(function), parts=parts, given=given, depth=_deep(at, (*parts, *given)))

    def given(self, items: list[Any]) -> Syntax:
        call, word, conditions = items
        if call.given:
            raise FormulaError(
                word.start_pos or 0, "`given` stands twice", "put all conditions into one `given (…, …)`"
            )
        given = conditions if isinstance(conditions, tuple) else (conditions,)
        return Syntax(
            "call", call.at, call.word, parts=call.parts, given=given, depth=_deep(call.at, (*call.parts, *given))
        )


_HINTS = {
    "&": "write `and`",
    "|": "write `or`; a condition follows the word `given`",
    "!": "write `not …`, or `!=` for unequal",
    "%": "write a percentage as a number between 0 and 1, such as 0.2",
    "[": "formulas know parentheses ( ) only",
    "{": "formulas know parentheses ( ) only",
    "'": "a quote is opened here and never closed",
    '"': "a quote is opened here and never closed",
    "“": "use straight quotes ' or \"",
    "‘": "use straight quotes ' or \"",
    ";": "separate with commas",
    ":": "compare with `=`",
    "\\": "remove it",
}


def _explained(error: UnexpectedInput, text: str) -> FormulaError:
    if isinstance(error, UnexpectedCharacters):
        at = error.pos_in_stream or 0
        sign = text[at]
        if is_odd(sign):
            return FormulaError(at, *odd_sign(sign))
        if sign.isnumeric():
            return FormulaError(at, *misread(sign))
        return FormulaError(at, f"`{sign}` does not belong in a formula", _HINTS.get(sign, ""))
    if not isinstance(error, UnexpectedToken) or error.token.type == "$END":
        opened = text.count("(") - text.count(")")
        if opened > 0:
            return FormulaError(
                len(text.rstrip()),
                "the formula ends before its parentheses are closed",
                "close them with `)`; inside [ ] or { } a formula with a comma in it needs quotes around it",
            )
        return FormulaError(len(text.rstrip()), "the formula ends too early", "something must follow here")
    token, at = error.token, error.token.start_pos or 0
    if token.type == "COMPARE" and "COMPARE" not in error.expected:
        return FormulaError(at, "two comparisons in a row", "join them with `and`, as in `0 < x and x < 1`")
    sign = str(token)
    if sign == ")":
        return FormulaError(at, "`)` does not fit here", "something is missing before it, or it was never opened")
    if sign == "*" and text[at - 1 : at] == "*":
        return FormulaError(at - 1, "`**` does not belong in a formula", "write a power as `x ^ 2`")
    if sign == ",":
        return FormulaError(
            at, "a comma does not fit here", "commas stand between a function's arguments, as in `max(a, b)`"
        )
    if token.type in ("NAME", "FUNCTION", "QUOTED", "NUMBER"):
        return FormulaError(
            at,
            f"`{token}` cannot follow what stands before it",
            "an operator such as * or `and` is missing; a name with spaces or hyphens needs quotes: 'like this'",
        )
    return FormulaError(at, f"`{token}` does not fit here", "something is missing before it")


if __name__ == "__main__":
    write_table(GRAMMAR)
