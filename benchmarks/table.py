"""Rows as lines of a terminal, as Markdown, and as JSON."""

from __future__ import annotations

import math
from typing import Any

from benchmarks.race import Row, Timing

HEAD = "| task | Détente | peer | its time | ratio | answers |\n|---|---:|---|---:|---:|---|"


def seconds(value: float) -> str:
    """Three significant digits with a unit."""
    if not math.isfinite(value):
        return "—"
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= size or unit == "µs":
            return f"{value / size:,.3g} {unit}" if value / size < 1000 else f"{value / size:,.0f} {unit}"
    return ""


def spread(timing: Timing) -> str:
    """The quartiles, where there are several repeats."""
    if len(timing.seconds) < 2:
        return ""
    low, high = timing.spread
    return f" ({seconds(low)} to {seconds(high)})"


def times(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}"


def line(row: Row) -> str:
    """Lines that the terminal shows as soon as the row is finished."""
    right = "" if row.right or row.ours.trouble else "  WRONG: fails its own check"
    lines = [f"{row.group}, {row.task}: {seconds(row.ours.median)}{spread(row.ours)}{right}   {row.told}"]
    if math.isfinite(row.floor):
        lines.append(f"    floor of the machine {seconds(row.floor)}: {times(row.ours.median / row.floor)} × above it")
    for k, peer in enumerate(row.peers):
        ratio = row.ratio(k)
        told = f"{times(ratio)} ×, equal" if ratio is not None else f"no ratio: {row.verdicts[k] or 'own check failed'}"
        lines.append(f"    {peer.name:<28} {seconds(peer.median)}{spread(peer)}   {told}")
    return "\n".join(lines)


def markdown(rows: list[Row]) -> str:
    """A table for each group, a line for each peer; what a row tells stands below its table."""
    out: list[str] = []
    for group in dict.fromkeys(row.group for row in rows):
        own = [row for row in rows if row.group == group]
        out += [f"## {group[0].upper()}{group[1:]}", ""]
        if any(row.peers for row in own):
            out += [HEAD, *(each for row in own for each in _lines(row)), ""]
        else:
            out += ["| task | Détente | floor of the machine | |", "|---|---:|---:|---|"]
            out += [f"| {row.task} | {_own(row)} | {_floor(row)} | {row.told} |" for row in own] + [""]
            continue
        told = [f"- {row.task}: {row.told}{_above(row)}" for row in own if row.told or math.isfinite(row.floor)]
        out += [*told, ""]
    return "\n".join(out).rstrip() + "\n"


def _own(row: Row) -> str:
    wrong = "" if row.right or row.ours.trouble else " **fails its own check**"
    return f"{seconds(row.ours.median)}{spread(row.ours)}{wrong}"


def _floor(row: Row) -> str:
    return f"{seconds(row.floor)} ({times(row.ours.median / row.floor)} ×)" if math.isfinite(row.floor) else ""


def _above(row: Row) -> str:
    return f"; floor of the machine {_floor(row)}" if math.isfinite(row.floor) else ""


def _lines(row: Row) -> list[str]:
    if not row.peers:
        return [f"| {row.task} | {_own(row)} | | | | |"]
    out: list[str] = []
    for k, peer in enumerate(row.peers):
        ratio = row.ratio(k)
        shown = f"{times(ratio)} ×" if ratio is not None else "none"
        verdict = row.verdicts[k] or ("equal" if row.right else "Détente's fails its own check")
        first = (row.task, _own(row)) if k == 0 else ("", "")
        out.append(f"| {first[0]} | {first[1]} | {peer.name} | {seconds(peer.median)} | {shown} | {verdict} |")
    return out


def plain(row: Row) -> dict[str, Any]:
    """For JSON: numbers and verdicts, no answers."""

    def timing(each: Timing) -> dict[str, Any]:
        return {"name": each.name, "seconds": each.seconds, "median": _finite(each.median)}

    return {
        "group": row.group,
        "task": row.task,
        "ours": timing(row.ours),
        "right": row.right,
        "told": row.told,
        "floor": _finite(row.floor),
        "peers": [
            {**timing(peer), "verdict": row.verdicts[k], "ratio": row.ratio(k)} for k, peer in enumerate(row.peers)
        ],
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
