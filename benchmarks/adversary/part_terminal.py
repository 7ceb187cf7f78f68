"""Output of the terminal: no control character of a text, no line forged, and words for whatever is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from random import Random
from typing import Any

from benchmarks.adversary.cases import Style, written
from benchmarks.adversary.product import Product, broken
from benchmarks.adversary.verdict import REFUSED, Verdict, broke, fine, wrong

HOSTILE = (
    "\x1b[31mred",
    "\x1b]0;owned\x07",
    "\x1b[2J",
    "a\r\nFORGED",
    "a\nFORGED row",
    "\x9b31m",
    "a\x08\x08b",
    "\u202ereversed",
    "a\u2028FORGED",
    "\x1b[1A\x1b[2K",
    "x\x85FORGED",
    "\x00",
)
RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]")
NARROW, WIDE = 80, 10_000
"""Columns of the terminal: in a wide one no line is full, so that only a line break can begin another."""
COMMANDS = (
    ("check",),
    ("show",),
    ("solve",),
    ("check", "--json"),
    ("ask", "P(war or peace)"),
    ("watch", "--draws", "2"),
)


def trials(product: Product, count: int, seed: int) -> Iterator[Verdict]:
    for k in range(count):
        random = Random(seed * 1_000_003 + k)
        yield printed(product, hostile(random), random.choice(COMMANDS), random.choice((NARROW, WIDE)))


def hostile(random: Random) -> str:
    """A random case, with hostile words in names and texts; sometimes as a name that formulas cannot write."""
    document = written(random.randrange(10**9), Style(rationality=(-1, 0.5))).document
    document["title"] = f"title {random.choice(HOSTILE)}"
    document["about"] = random.choice(HOSTILE)
    for section in ("outcomes", "actors"):
        for entry in document[section].values():
            if random.random() < 0.6:
                entry["name"] = f"n {random.choice(HOSTILE)}"
    for stage in document["stages"]:
        if "id" in stage and random.random() < 0.5:
            stage["name"] = random.choice(HOSTILE)
    if random.random() < 0.3:
        document["outcomes"][f"o{random.choice(HOSTILE)}"] = {"payoffs": {}}
    if random.random() < 0.3:
        document[f"unknown {random.choice(HOSTILE)}"] = random.choice(HOSTILE)
    return json.dumps(document, ensure_ascii=True)


def printed(product: Product, text: str, words: tuple[str, ...], width: int = WIDE) -> Verdict:
    files, command = {"case.yaml": text}, f"COLUMNS={width} detente {words[0]} case.yaml {' '.join(words[1:])}"
    told = product.call("cli", words=[words[0], "{folder}/case.yaml", *words[1:]], files=files, width=width)
    if what := broken(told):
        return broke("a command breaks", what, files, command)
    return judged(told["value"], files, command, forging=width == WIDE)


def judged(value: dict[str, Any], files: dict[str, str], command: str, forging: bool = True) -> Verdict:
    """The verdict on what a command printed; forging: True where a line that begins with words of a name is forged."""
    everything = value["out"] + value["err"]
    if "Traceback" in everything or "Warning" in value["err"]:
        return wrong("a traceback or a warning is printed", everything[-400:], files, command)
    raw = RAW.search(everything)
    if raw:
        around = everything[max(0, raw.start() - 30) : raw.end() + 30]
        return wrong("a control character is printed", repr(around), files, command)
    if forging and any(line.strip(" │|").startswith("FORGED") for line in everything.splitlines()):
        return wrong("a line is forged", "a line begins with words of a name", files, command)
    return Verdict(REFUSED, "refused in words", "", files) if value["code"] else fine()
