"""Détente beside its peers on the same games in the same run: `python -m benchmarks` prints one table.

Peers: pygambit (and, with --peer-python, another of its versions), OpenSpiel, LiteEFG, nashpy, quantecon; whichever is
missing is left out (pip install 'detente[peers]' brings all). Times are medians of CPU time over interleaved repeats. A
ratio is printed only where both answers are equal; where they differ, or a program does not answer in time, the row
says so. Détente's own answers are checked in every row.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import bulk_rows, curves, large_rows, logit_rows, matrix_rows, whole, zero_sum_rows
from benchmarks.machine import Machine, probe
from benchmarks.race import Peer, PeerError, Row
from benchmarks.table import line, markdown, plain

PAGE = """\
`python -m benchmarks` prints this table; `pip install 'detente[peers]'` brings the peers. Times are medians of CPU
time over interleaved repeats, quartiles in brackets, of the solving alone: reading a game and compiling are timed for
nobody. A ratio is the peer's time over Détente's and stands only where both answers are equal; rows that Détente loses
stay. Signalling games have K types × 2 messages × 2 replies × 2 last moves and random payoffs. R is the payoff range.
The floor of the machine is what an iteration that reads every payoff once, or a dense method with as many steps, cannot
do without. [Why it is measured so](../decisions/0021-benchmarks.md)."""
GROUPS = ("logit", "bulk", "large", "zero-sum", "matrix", "whole", "curves")


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small games and few repeats: under a minute")
    parser.add_argument("--slow", action="store_true", help="large games as well: many minutes")
    parser.add_argument("--only", nargs="*", choices=GROUPS, default=GROUPS, help="groups of rows")
    parser.add_argument("--types", type=int, nargs="*", help="of the signalling games (2 8 16 32 64)")
    parser.add_argument("--draws", type=int, help="payoff draws of one game (1000)")
    parser.add_argument("--repeats", type=int, help="of every program at every task (7)")
    parser.add_argument("--patience", type=float, default=60.0, help="seconds that a peer may take for an answer")
    parser.add_argument("--peer-python", nargs="*", default=[], help="interpreters with other versions of pygambit")
    parser.add_argument("--json", type=Path, help="also write everything into this file")
    parser.add_argument("--markdown", type=Path, help="also write the tables into this file")
    parser.add_argument("--picture", type=Path, help="also draw the scaling curves: *.svg or *.png")
    return parser


def gambits(pythons: list[str], patience: float) -> dict[str, Peer]:
    """pygambit by version, in every interpreter that has it."""
    found: dict[str, Peer] = {}
    for python in [sys.executable, *pythons]:
        peer = Peer(python, patience=patience)
        try:
            version = peer.ask("versions", packages=["pygambit"])[1]["pygambit"]
        except PeerError as error:
            print(f"{python}: {error}", file=sys.stderr)
            continue
        if version:
            found.setdefault(f"pygambit {version}", peer)
    return found


def rows(given: argparse.Namespace, machine: Machine) -> Iterator[Row]:
    """Every row asked for, one after the other."""
    types = given.types or ([2, 8] if given.quick else [2, 8, 16, 32, 64])
    repeats = given.repeats or (3 if given.quick else 7)
    draws = given.draws or (50 if given.quick else 1000)
    versions = gambits(given.peer_python, given.patience)
    if "logit" in given.only:
        yield from logit_rows.rows(types, versions, machine, repeats)
    if "bulk" in given.only:
        yield from bulk_rows.rows(machine, draws, repeats, given.slow)
    if "large" in given.only and not given.quick:
        yield from large_rows.rows(machine, given.slow)
    if "zero-sum" in given.only:
        newest = next(iter(versions.values()), None)
        yield from zero_sum_rows.rows(Peer(patience=given.patience), newest, machine, repeats, not given.quick)
    if "matrix" in given.only:
        yield from matrix_rows.rows(Peer(patience=min(20.0, given.patience)), repeats, not given.quick)
    if "whole" in given.only:
        yield from whole.rows(given.slow, given.quick)


def page(machine: Machine, found: list[Row], scaling: list[curves.Curve], given: argparse.Namespace) -> str:
    """The whole table as a document."""
    text = f"# Benchmarks\n\n{PAGE}\n\n{machine.text()}\n\n{markdown(found)}"
    if scaling:
        text += f"\n## Scaling\n\n{curves.markdown(scaling)}"
    if scaling and given.picture:
        where = os.path.relpath(given.picture, given.markdown.parent)
        text += f"\n![CPU time against types, nodes and draws, on logarithmic scales]({where})\n"
    return text.rstrip() + "\n"


def write(given: argparse.Namespace, machine: Machine, found: list[Row], scaling: list[curves.Curve]) -> None:
    """The files asked for, after every row, so that a run that is stopped loses nothing."""
    if given.markdown:
        given.markdown.write_text(page(machine, found, scaling, given), encoding="utf-8")
    if given.json:
        told = {"machine": machine.plain(), "rows": [plain(row) for row in found]}
        told["curves"] = [{"name": each.name, "size": each.size, "points": each.points} for each in scaling]
        given.json.write_text(json.dumps(told, indent=1, ensure_ascii=False), encoding="utf-8")


def main(words: list[str] | None = None) -> list[Row]:
    """Prints the table row by row; returns the rows."""
    given = arguments().parse_args(words)
    machine = probe()
    print(machine.text(), flush=True)
    found: list[Row] = []
    for row in rows(given, machine):
        found.append(row)
        print(line(row), flush=True)
        write(given, machine, found, [])
    scaling = curves.measure(given.quick) if "curves" in given.only else []
    print(curves.markdown(scaling))
    if given.picture and scaling:
        curves.draw(scaling, given.picture)
    write(given, machine, found, scaling)
    return found


if __name__ == "__main__":
    main()
