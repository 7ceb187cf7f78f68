"""The chart of several things through the same events, side by side: one panel for each, its numbers at its right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from detente.report.charts.composing import concat, layer
from detente.report.charts.drawing import SMALL, Canvas, data, percent_axis, tone, wrap
from detente.report.charts.strips import Strip, StripLayout, lay_out, ranged, text_at, words
from detente.report.words import Estimate

_TOPS = (0.1, 0.2, 0.4, 0.6, 0.8)
_NOTE = 84


@dataclass(frozen=True, slots=True)
class EventMark:
    """One row of a panel: a number with its bounds, words at its right, and another number that it is told beside."""

    at: Estimate
    note: str = ""
    beside: float = float("nan")


@dataclass(frozen=True, slots=True)
class Panel:
    """One thing through the events, event by event (0: before anything)."""

    title: str
    marks: tuple[EventMark, ...]
    tone: str


def event_panels(events: Sequence[tuple[str, str]], panels: Sequence[Panel], canvas: Canvas) -> Any:
    """Panels side by side, or one below the other on a phone; the events go down the page.

    `events` gives a long and a short label for each. A mark that is told beside another number is joined to it: the
    open dot is the mark, the full dot the other.
    """
    across = 1 if canvas.narrow else min(canvas.columns, len(panels))
    label = 70 if canvas.narrow else canvas.label - 25 * (across - 1)
    side = Canvas(canvas.width, label, 0, across)
    strips = [Strip(short if canvas.narrow else long, estimate=Estimate(0.0)) for long, short in events]
    layout = lay_out(strips, side)
    plot = min((canvas.width - label - 16 * (across - 1)) / across - _NOTE, 260)
    every = [end for panel in panels for mark in panel.marks for end in (mark.at.middle, *mark.at.ends, mark.beside)]
    highest = max((end for end in every if end == end), default=1.0)
    top = next((top for top in _TOPS if highest <= 0.97 * top), 1.0)
    scale = alt.Scale(domain=[0, top], nice=False, clamp=True)
    lines = 0 if canvas.narrow else max(len(wrap(panel.title, plot + _NOTE)) for panel in panels)
    drawn = [
        _panel(panel, layout, scale, plot, lines, side if k % across == 0 else None) for k, panel in enumerate(panels)
    ]
    return concat(*drawn, columns=across, spacing=16) if len(drawn) > 1 else drawn[0]


def _panel(panel: Panel, layout: StripLayout, scale: alt.Scale, plot: float, lines: int, side: Canvas | None) -> Any:
    rows = [
        {"y": y, "low": mark.at.low, "mid": mark.at.middle, "high": mark.at.high, "beside": mark.beside}
        for y, mark in zip(layout.marks, panel.marks, strict=True)
        if mark.at.known
    ]
    x = alt.X("mid:Q", scale=scale, axis=percent_axis("top", values=[0, scale.domain[1] / 2, scale.domain[1]]))
    layers = _joined(rows, layout, x, tone(panel.tone)) if _doubled(rows) else _line(rows, layout, x, tone(panel.tone))
    notes = [{"y": y, "text": mark.note} for y, mark in zip(layout.marks, panel.marks, strict=True)]
    layers += [layer for layer in [text_at(layout, notes, plot + 8, fontSize=SMALL)] if layer is not None]
    if side is not None:
        layers += words(layout, side, plot, notes=False)
    title = wrap(panel.title, plot + _NOTE)
    heading = alt.TitleParams(text=[*title, *[" "] * (lines - len(title))], frame="group")
    return layer(*layers, width=plot, height=layout.height, title=heading)


def _doubled(rows: Sequence[dict[str, Any]]) -> bool:
    return any(row["beside"] == row["beside"] for row in rows)


def _line(rows: list[dict[str, Any]], layout: StripLayout, x: alt.X, colour: str) -> list[Any]:
    low = x.copy()
    low.shorthand = "low:Q"
    y = layout.y()
    layers: list[Any] = []
    if spread := ranged(rows):
        area = alt.Chart(data(spread)).mark_area(orient="horizontal", color=colour, opacity=0.2)
        layers.append(area.encode(x=low, x2=alt.X2("high:Q"), y=y))
    line = alt.Chart(data(rows)).mark_line(color=colour, strokeWidth=2)
    dot = alt.Chart(data(rows)).mark_circle(size=48, opacity=1, color=colour)
    return [*layers, line.encode(x=x, y=y, order=alt.Order("y:Q")), dot.encode(x=x, y=y)]


def _joined(rows: list[dict[str, Any]], layout: StripLayout, x: alt.X, colour: str) -> list[Any]:
    other = x.copy()
    other.shorthand = "beside:Q"
    y = layout.y()
    held = alt.Chart(data(rows)).mark_circle(size=64, opacity=1, fill=colour, stroke=colour, strokeWidth=2)
    expected = alt.Chart(data(rows)).mark_circle(size=64, opacity=1, fill=tone("paper"), stroke=colour, strokeWidth=2)
    between = alt.Chart(data(rows)).mark_rule(color=colour, strokeWidth=3, opacity=0.45)
    return [between.encode(x=x, x2=alt.X2("beside:Q"), y=y), held.encode(x=other, y=y), expected.encode(x=x, y=y)]
