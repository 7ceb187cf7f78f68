"""Rows of a chart that carry a label, laid out beside their marks or, on a phone, above them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from detente.report.charts.drawing import SMALL, TEXT, Canvas, data, tone, wrap
from detente.report.words import Estimate

LINE = 15


@dataclass(frozen=True, slots=True)
class Strip:
    """One row: a label, a smaller second line, an estimate with its tone, and its words at the right.

    A strip without an estimate is a heading. `hollow` draws the dot open.
    """

    label: str
    detail: str = ""
    estimate: Estimate | None = None
    note: str = ""
    tone: str = "blue"
    hollow: bool = False


@dataclass(frozen=True)
class StripLayout:
    """Places of all parts of a chart in pixels from the top: lines of text, and the mark of each strip."""

    height: float
    marks: tuple[float, ...]
    labels: tuple[dict[str, Any], ...]
    details: tuple[dict[str, Any], ...]
    headings: tuple[dict[str, Any], ...]
    notes: tuple[dict[str, Any], ...]

    def y(self) -> alt.Y:
        """The vertical position of anything whose `y` is in pixels."""
        return alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[self.height, 0], nice=False, zero=False))


def lay_out(strips: Sequence[Strip], canvas: Canvas) -> StripLayout:
    """Strips one below the other, each as high as its words need."""
    room = canvas.width - canvas.note if canvas.narrow else canvas.label - 14
    marks: list[float] = []
    labels: list[dict[str, Any]] = []
    details: list[dict[str, Any]] = []
    headings: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    top = 4.0
    for strip in strips:
        if strip.estimate is None:
            heading = wrap(strip.label, canvas.width - 8)
            top += 12 if marks else 0
            headings += [{"y": top + LINE * (k + 0.5), "text": line} for k, line in enumerate(heading)]
            marks.append(math.nan)
            top += LINE * len(heading) + 4
            continue
        first = wrap(strip.label, room)
        second = wrap(strip.detail, canvas.width - 8 if canvas.narrow else room, SMALL) if strip.detail else []
        block = LINE * (len(first) + len(second))
        height = block + 30 if canvas.narrow else max(32.0, block + 14)
        start = top + 4 if canvas.narrow else top + (height - block) / 2
        lines = [start + LINE * (k + 0.5) for k in range(len(first) + len(second))]
        labels += [{"y": y, "text": text} for y, text in zip(lines, first, strict=False)]
        details += [{"y": y, "text": text} for y, text in zip(lines[len(first) :], second, strict=True)]
        mark = top + block + 14 if canvas.narrow else top + height / 2
        notes.append({"y": lines[0] if canvas.narrow else mark, "text": strip.note})
        marks.append(mark)
        top += height
    return StripLayout(top + 2, tuple(marks), tuple(labels), tuple(details), tuple(headings), tuple(notes))


def words(layout: StripLayout, canvas: Canvas, plot: float, notes: bool = True) -> list[alt.Chart]:
    """The text layers: labels at the left (or above), notes at the right."""
    left = 0 if canvas.narrow else -canvas.label
    layers = [
        text_at(layout, layout.labels, left),
        text_at(layout, layout.details, left, fill=tone("muted"), fontSize=SMALL),
        text_at(layout, layout.headings, left, fontWeight=700),
    ]
    if notes:
        align, x = ("right", plot) if canvas.narrow else ("left", plot + 10)
        layers.append(text_at(layout, layout.notes, x, align=align))
    return [layer for layer in layers if layer is not None]


def text_at(layout: StripLayout, rows: Sequence[dict[str, Any]], x: float, **looks: Any) -> alt.Chart | None:
    """A column of text at a fixed horizontal position; None where there is nothing to say."""
    shown = [row for row in rows if row["text"]]
    if not shown:
        return None
    looks = {"align": "left", "fontSize": TEXT} | looks
    return alt.Chart(data(shown)).mark_text(**looks).encode(x=alt.value(x), y=layout.y(), text=alt.Text("text:N"))


def dots(layout: StripLayout, strips: Sequence[Strip], x: alt.X) -> list[alt.Chart]:
    """An interval as a bar and its middle as a dot, strip by strip, in each strip's own tone."""
    layers: list[alt.Chart] = []
    for name in dict.fromkeys(strip.tone for strip in strips if strip.estimate):
        for hollow in (False, True):
            rows = [
                {"y": y, "low": each.estimate.low, "mid": each.estimate.middle, "high": each.estimate.high}
                for y, each in zip(layout.marks, strips, strict=True)
                if each.estimate and each.estimate.known and each.tone == name and each.hollow == hollow
            ]
            if rows:
                layers += _dots(layout, rows, x, tone(name), hollow)
    return layers


def _dots(layout: StripLayout, rows: list[dict[str, Any]], x: alt.X, colour: str, hollow: bool) -> list[alt.Chart]:
    middle = x.copy()
    middle.shorthand = "mid:Q"
    looks: dict[str, Any] = {"fill": tone("paper") if hollow else colour, "stroke": colour, "strokeWidth": 2}
    dot = alt.Chart(data(rows)).mark_circle(size=80, opacity=1, **looks).encode(x=middle, y=layout.y())
    spread = ranged(rows)
    if not spread:
        return [dot]
    low = x.copy()
    low.shorthand = "low:Q"
    bar = (
        alt.Chart(data(spread))
        .mark_rule(color=colour, strokeWidth=5, opacity=0.38, strokeCap="round")
        .encode(x=low, x2=alt.X2("high:Q"), y=layout.y())
    )
    return [bar, dot]


def ranged(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows that have an interval."""
    return [row for row in rows if row["low"] == row["low"] and row["high"] == row["high"]]


def reference(x: alt.X, value: float, height: float) -> alt.Chart:
    """A dashed upright line at a value that means something, such as no difference."""
    here = x.copy()
    here.shorthand = "at:Q"
    return (
        alt.Chart(data([{"at": value}]))
        .mark_rule(color=tone("muted"), strokeDash=[3, 3])
        .encode(x=here, y=alt.value(0), y2=alt.value(height))
    )
