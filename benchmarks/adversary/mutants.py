"""Cases as a slip of the hand, a careless program or ill will would leave them.

`mutant(text, rng)` is the text of a case with one to four things wrong in it, seldom more: characters, words, lines,
whole branches of the tree, kinds of values, the oddities of YAML and of Unicode. What comes out need not be a case any
more, nor YAML, nor even sensible text: whoever reads it has to say so in located problems, or read it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from random import Random
from typing import Any

import yaml

Mutation = Callable[[str, Random], str]

_TOKEN = re.compile(r"[\w.]+|\s+|.", re.DOTALL)
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")
_ALIAS = re.compile(r"(?:^|[\s\[,{])\*\w")
_QUOTED = re.compile(r'"[^"\n]*"')
_BRACKETS = {"{": "}", "[": "]", "(": ")"}

ODD_SIGNS = (
    "\t", "\r", "\n", "\r\n", "\x00", "\x01", "\x07", "\x08", "\x0b", "\x0c", "\x1b[31m", "\x1b]0;owned\x07", "\x7f",
    "\x85", "\x9b31m", "\xa0", "\xad", "\u1680", "\u180e", "\u2002", "\u2007", "\u200b", "\u200c", "\u200d", "\u200e",
    "\u2028", "\u2029", "\u202e", "\u202f", "\u205f", "\u2060", "\u2066", "\u2069", "\u3000", "\ufeff", "\ufffe",
    "\uffff", "\ufffd", "\u0301", "\u0308", "\U0001f600", "\U000e0041", "“", "”", "‘", "’", "–", "−", "×", "≤", "…",
    "#", " #", "&", "*", "!", "|", ">", "%", "@", "`", "'", '"', ":", ": ", ",", "?", "- ", "{", "}", "[", "]", "(",
    ")", "\\", "/", "^", "~", "=", "<", "$", ";", "0", "9", "\ue000", "\ud7ff", "a" * 90, "(" * 120, "[" * 50,
    "{a: " * 45,
)  # fmt: skip
ODD_NUMBERS = (
    "0x10", "0o17", "0b1", "010", "1_000", "1:30", "190:20:30", "１", "٣", "०.५", "½", "²", "1e999", "-1e999", "1e-999",
    "1e308", "-1e308", "5e-324", "9007199254740993", "9" * 20, "9" * 299, "9" * 301, "9" * 5000, "1e400", ".5", "5.",
    ".", "-", "+1", "--1", "-0", "-0.0", "0", "1", "-1", "2", "1e1", "1E+1", "1/3", "1/0", "50%", "1,5", "1 000",
    ".nan",
    ".inf", "-.inf", "nan", "inf", "Infinity", "true", "false", "yes", "no", "null", "~", "2025-03-01",
    "2025-13-45", "2025-03-01T10:00:00Z", "0.1.2", "1e", "1e5_0", "0.30000000000000004", "1000000", "1000000000000",
    "2147483648", "-2147483649", "1e-300", "3000", "100001",
)  # fmt: skip
ODD_VALUES = (
    "", "[]", "{}", "[[]]", "[1]", "[a, b]", "{a: 1}", "{a: }", "''", '""', "' '", "text", "rest", "limit", "all",
    "none",
    "nature", "others", "given", "round", "finally", "null", "true", "!!str x", "!!python/object/apply:os.system [x]",
    "!x", "&a x", "*a", "*b", "&a [*a]", "<<", "? a", "| x", "|\n  x", ">\n  x", "|9\n x", "- a", "a: b: c", "a, b",
    "(a, b", "max(1, 2", "P(war", "P(war) given (", "1 = 1", "not true", "before(x)", "count(a, b)", "x ^ x ^ x",
    "1 / 0",
    "sqrt(-1)", "log(0)", "exp(1000)", "10 ^ 400", "if(true, 1, 2)", "if(1, 2, 3)", "a.b.c", "'", '"', "%", "@x", "`x`",
    "---", "...", "\n---\na: 1", "%YAML 1.1", "a" * 6000, "-" * 200 + "1", "(" * 150 + "1" + ")" * 150,
    "abs(" * 120 + "1" + ")" * 120, "1 + " * 2000 + "1", "[" * 60 + "]" * 60, "=1+1", "+x", "@SUM(A1)", "<b>x</b>",
    "[red]x[/red]", "{{ 7*7 }}", "../../etc/passwd", "/etc/passwd",
)  # fmt: skip
BEFORE = ("---\n", "%YAML 1.2\n---\n", "%YAML 1.1\n---\n", "%TAG ! x:\n---\n", "...\n", "--- x\n")
AFTER = ("---\n", "...\n", "\n...\nx: 1\n", "---\na: 1\n", "\x00", "}", "]", "title: x\n", "  x")
LOOK_ALIKES = {
    "a": "а", "e": "е", "o": "о", "p": "р", "c": "с", "x": "х", "i": "і", "s": "ѕ", "A": "А", "B": "В", "E": "Ε",
    "0": "O", "1": "l", "l": "1", "O": "0", "-": "−", ":": "：", ",": "，", "(": "（", ")": "）", "{": "｛", "=": "＝",
    " ": "\xa0", "\n": "\u2028", "'": "’", '"': "”", ".": "．", "2": "２", "5": "٥", "[": "［", ">": "＞", "~": "∼",
}  # fmt: skip


def mutant(text: str, rng: Random) -> str:
    """The text with one to four things wrong in it."""
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
        text = rng.choice(MUTATIONS)(text, rng)
    return text.encode("utf-8", "replace").decode("utf-8")


def prefix(text: str, rng: Random) -> str:
    """The text cut off anywhere."""
    return text[: rng.randrange(len(text) + 1)]


def _span(text: str, rng: Random, longest: int = 40) -> tuple[int, int]:
    start = rng.randrange(len(text) + 1)
    return start, min(len(text), start + rng.randint(1, rng.choice((1, 4, longest))))


def _without(text: str, rng: Random) -> str:
    start, end = _span(text, rng)
    return text[:start] + text[end:]


def _twice(text: str, rng: Random) -> str:
    start, end = _span(text, rng)
    return text[:end] + text[start:]


def _elsewhere(text: str, rng: Random) -> str:
    start, end = _span(text, rng)
    rest = text[:start] + text[end:]
    at = rng.randrange(len(rest) + 1)
    return rest[:at] + text[start:end] + rest[at:]


def _odd_sign(text: str, rng: Random) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice(ODD_SIGNS) + text[at + rng.randint(0, 1) :]


def _any_sign(text: str, rng: Random) -> str:
    at = rng.randrange(len(text) + 1)
    sign = chr(rng.choice((rng.randrange(128), rng.randrange(0x2FF), rng.randrange(0x10FFFF))))
    return text[:at] + sign + text[at + rng.randint(0, 1) :]


def _look_alike(text: str, rng: Random) -> str:
    places = [at for at, sign in enumerate(text) if sign in LOOK_ALIKES]
    if not places:
        return text
    at = rng.choice(places)
    return text[:at] + LOOK_ALIKES[text[at]] + text[at + 1 :]


def _other_form(text: str, rng: Random) -> str:
    """One word in the other form of its letters, after an accent was put on it everywhere."""
    words = sorted(set(re.findall(r"[a-z]{3,}", text)))
    if not words:
        return text
    word = rng.choice(words)
    text = re.sub(rf"\b{word}\b", word.replace("e", "é").replace("a", "ä").replace("o", "ö"), text)
    places = [match.start() for match in re.finditer("[éäö]", text)]
    if not places:
        return text
    at = rng.choice(places)
    return text[:at] + unicodedata.normalize("NFD", text[at]) + text[at + 1 :]


def _swapped_words(text: str, rng: Random) -> str:
    words = _TOKEN.findall(text)
    if len(words) < 2:
        return text
    first, second = (rng.randrange(len(words)) for _ in range(2))
    words[first], words[second] = words[second], words[first]
    return "".join(words)


def _another_word(text: str, rng: Random) -> str:
    words = _TOKEN.findall(text)
    solid = [at for at, word in enumerate(words) if not word.isspace()]
    if not solid:
        return text
    words[rng.choice(solid)] = words[rng.choice(solid)]
    return "".join(words)


def _odd_number(text: str, rng: Random) -> str:
    found = list(_NUMBER.finditer(text))
    if not found:
        return text
    match = rng.choice(found)
    return text[: match.start()] + rng.choice(ODD_NUMBERS) + text[match.end() :]


def _odd_value(text: str, rng: Random) -> str:
    """Anything in place of what stands after a colon."""
    found = list(re.finditer(r":(\s+)([^\s,{}\[\]]+)", text))
    if not found:
        return text
    match = rng.choice(found)
    value = rng.choice((rng.choice(ODD_VALUES), rng.choice(found)[2]))
    return text[: match.start(2)] + value + text[match.end(2) :]


def _in_brackets(text: str, rng: Random) -> tuple[int, int] | None:
    opened = [at for at, sign in enumerate(text) if sign in _BRACKETS]
    if not opened:
        return None
    start = rng.choice(opened)
    end = text.find(_BRACKETS[text[start]], start)
    return (start, end + 1) if end > 0 else (start, start + 1)


def _brackets(text: str, rng: Random) -> str:
    found, other = _in_brackets(text, rng), _in_brackets(text, rng)
    if found is None or other is None:
        return text
    (start, end), (low, high) = found, other
    new = rng.choice(("", text[start + 1 : end - 1], text[start : end - 1], text[low:high], text[start:end] * 2))
    return text[:start] + new + text[end:]


def _block(lines: list[str], rng: Random) -> tuple[int, int]:
    """A line with everything indented below it."""
    start = rng.randrange(len(lines))
    depth = len(lines[start]) - len(lines[start].lstrip())
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) > depth):
        end += 1
    return start, end


def _lines(text: str, rng: Random) -> str:
    lines = text.splitlines(keepends=True)
    if not lines:
        return text
    start, end = _block(lines, rng) if rng.random() < 0.6 else ((at := rng.randrange(len(lines))), at + 1)
    block, rest = lines[start:end], lines[:start] + lines[end:]
    at = rng.randrange(len(rest) + 1)
    return "".join(
        rng.choice(
            (
                rest,
                lines[:end] + lines[start:],
                rest[:at] + block + rest[at:],
                lines[:start] + [" " + line for line in block] + lines[end:],
                lines[:start] + [line.removeprefix(" ") for line in block] + lines[end:],
                lines[:start] + ["\t" + line.lstrip() for line in block] + lines[end:],
                lines[:start] + [line.replace(":", "", 1) for line in block] + lines[end:],
                lines[:start] + ["# " + line for line in block] + lines[end:],
                lines[:start] + ["- " + line.lstrip() for line in block] + lines[end:],
            )
        )
    )


def _whole_text(text: str, rng: Random) -> str:
    """Changes that an editor or a program makes to all of a file."""
    change = rng.randrange(14)
    if change == 0:
        return "\ufeff" + text
    if change == 1:
        return text.replace("\n", "\r\n")
    if change == 2:
        return text.replace("\n", "\r")
    if change == 3:
        return text.replace("\n", rng.choice(("\x85", "\u2028", "\n\n", "\n\t", " ")))
    if change == 4:
        return text.replace("  ", "\t")
    if change == 5:
        return (
            rng.choice(("---\n", "%YAML 1.2\n---\n", "%YAML 1.1\n---\n", "%TAG ! x:\n---\n", "...\n", "--- x\n")) + text
        )
    if change == 6:
        return text + rng.choice(AFTER)
    if change == 7:
        return unicodedata.normalize(rng.choice(("NFD", "NFKD", "NFKC")), text)
    if change == 8:
        return text.upper() if rng.random() < 0.5 else text.title()
    if change == 9:
        return text + "a: " + rng.choice(("[" * 2000, "{a: " * 2000, "- " * 2000, "(" * 3000, "&a " * 50))
    if change == 10:
        return text + "".join(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}' if n else '1'] * 9)}]\n" for n in range(9))
    if change == 11:
        return text + f"about2: {'word ' * 400}\n" * rng.randint(1, 60)
    if change == 12:
        return text.rstrip("\n")
    return text + text


def _quotes(text: str, rng: Random) -> str:
    found = list(_QUOTED.finditer(text))
    if not found:
        return text
    match = rng.choice(found)
    said = match.group()
    new = rng.choice((said[1:-1], said[:-1], said[1:], said.replace('"', "'"), said[:-1] + "\\" + said[-1], said * 2))
    return text[: match.start()] + new + text[match.end() :]


def _renamed(text: str, rng: Random) -> str:
    """One mention of a name spelt otherwise, or all of them but one."""
    words = list(re.finditer(r"\b[a-z_]{2,}\b", text))
    if not words:
        return text
    match = rng.choice(words)
    said = match[0]
    new = rng.choice((said + "s", said[:-1], said.upper(), rng.choice(words)[0], said + "'", said + "."))
    if rng.random() < 0.5:
        return text[: match.start()] + new + text[match.end() :]
    return re.sub(rf"\b{match[0]}\b", new, text)


def _tree(text: str, rng: Random) -> str:
    """A branch of the tree removed, doubled, moved, or of another kind; the text is written anew."""
    if _ALIAS.search(text):  # written out, aliases of aliases would fill the memory
        return text
    try:
        root = yaml.load(text, _Texts)
    except (yaml.YAMLError, RecursionError, ValueError):
        return text
    places = list(_places(root))
    if not places:
        return text
    holder, key = rng.choice(places)
    other, another = rng.choice(places)
    change, value = rng.randrange(8), holder[key]
    if change == 0:
        del holder[key]
    elif change == 1:
        holder[key] = _copy(other[another])
    elif change == 2:
        holder[key], other[another] = other[another], holder[key]
    elif change == 3:
        holder[key] = rng.choice(([value], {"a": value}, [value, value], {key if isinstance(key, str) else "x": value}))
    elif change == 4:
        holder[key] = rng.choice((None, [], {}, "", 0, -1, 1e9, True, "rest", "x", ["a"], {"a": 1}, 2**70, 0.5))
    elif change == 5 and isinstance(holder, dict):
        holder[rng.choice((str(another), f"{key}2", f"{key} ", str(key).upper()))] = _copy(value)
    elif change == 6 and isinstance(holder, list):
        holder.insert(rng.randrange(len(holder) + 1), _copy(value))
    elif isinstance(value, list):
        rng.shuffle(value)
    elif isinstance(holder, dict):
        items = list(holder.items())
        rng.shuffle(items)
        holder.clear()
        holder.update(items)
    try:
        return yaml.dump(root, allow_unicode=True, sort_keys=False, width=rng.choice((40, 120, 9999)), Dumper=_Plain)
    except (yaml.YAMLError, RecursionError, ValueError):
        return text


class _Texts(yaml.SafeLoader):
    """Reads numbers as numbers and everything else as texts, lists and mappings."""


_Texts.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if tag.endswith((":int", ":float", ":null"))]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _Plain(yaml.SafeDumper):
    """Writes a branch that stands in two places twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(each) for key, each in value.items()}
    return [_copy(each) for each in value] if isinstance(value, list) else value


def _places(root: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    waiting = [root]
    while waiting:
        holder = waiting.pop()
        if not isinstance(holder, dict | list):
            continue
        for key in list(holder) if isinstance(holder, dict) else range(len(holder)):
            found.append((holder, key))
            waiting.append(holder[key])
    return found


MUTATIONS: tuple[Mutation, ...] = (
    prefix,
    _without,
    _twice,
    _elsewhere,
    _odd_sign,
    _odd_sign,
    _any_sign,
    _look_alike,
    _other_form,
    _swapped_words,
    _another_word,
    _another_word,
    _odd_number,
    _odd_number,
    _odd_value,
    _odd_value,
    _brackets,
    _lines,
    _lines,
    _whole_text,
    _quotes,
    _renamed,
    _renamed,
    _tree,
    _tree,
    _tree,
    _tree,
)
