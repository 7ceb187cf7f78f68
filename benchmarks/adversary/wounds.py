"""Texts hurt in ways of their own: a second mutator, beside `mutants.py`, that shares nothing with it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

SIGNS = "\t\r\n\x00\x07\x1b\x7f\x85\xa0\u2028\u3000\ufeff\u200b{}[]():,#&*!|>'\"%@`-?~0１²½eéé\U0001f600\ud7ff "
WORDS = (
    "null",
    "~",
    "true",
    "rest",
    "others",
    "nature",
    "<<",
    "*a",
    "&a",
    "!!int 3",
    "---",
    "...",
    "1e999",
    "-1",
    "9" * 40,
    "0x1f",
    "1_0",
    "2025-02-30",
    "''",
    "[]",
    "{}",
    "P(",
    "given",
    "round",
    "1/0",
    "nan",
    "- - -",
    "? x",
    "a: b: c",
    "(" * 200,
)


def cut(text: str, random: Random) -> str:
    return text[: random.randrange(len(text) + 1)]


def sign(text: str, random: Random) -> str:
    at = random.randrange(len(text) + 1)
    return text[:at] + random.choice(SIGNS) + text[at + random.choice([0, 1]) :]


def word(text: str, random: Random) -> str:
    parts = text.split(" ")
    parts[random.randrange(len(parts))] = random.choice(WORDS)
    return " ".join(parts)


def swap(text: str, random: Random) -> str:
    lines = text.split("\n")
    a, b = random.randrange(len(lines)), random.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return "\n".join(lines)


def indent(text: str, random: Random) -> str:
    lines = text.split("\n")
    at = random.randrange(len(lines))
    lines[at] = random.choice([" " + lines[at], lines[at][1:], "\t" + lines[at].lstrip(), "  " * 30 + lines[at]])
    return "\n".join(lines)


def lose(text: str, random: Random) -> str:
    at = random.randrange(len(text) + 1)
    return text[:at] + text[at + random.randrange(1, 60) :]


def graft(text: str, random: Random) -> str:
    at, start = random.randrange(len(text) + 1), random.randrange(len(text) + 1)
    return text[:at] + text[start : start + random.randrange(1, 80)] + text[at:]


WAYS: tuple[Callable[[str, Random], str], ...] = (cut, sign, sign, word, word, swap, indent, lose, graft)


def wounded(text: str, random: Random) -> str:
    for _ in range(random.choice([1, 1, 2, 4])):
        text = random.choice(WAYS)(text, random)
    return text
