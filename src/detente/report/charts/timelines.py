"""The chart of a belief through the events, and of what each event contributed to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from detente.report.charts.composing import concat, layer
from detente.report.charts.drawing import TEXT, Canvas, data, tone, wrap
from detente.report.charts.strips import Strip, StripLayout, dots, lay_out, ranged, reference, words
from detente.report.words import Estimate, percent

TIMES = "datum.value == 0 ? 'no effect' : (datum.value < 0 ? '÷' : '×') + format(exp(abs(datum.value)), ',.0f')"


@dataclass(frozen=True, slots=True)
class Track:
    """Belief of one group of observers after each event, or the contribution of each event to it (event 0: before
    anything).
    """

    title: str
    estimates: tuple[Estimate, ...]
    contribution: bool = False


def timeline_chart(events: Sequence[tuple[str, str]], tracks: Sequence[Track], name: str, canvas: Canvas) -> Any:
    """A belief going down the page through the events: one panel per group of observers, one for contributions.

    `events` gives a long and a short label for each, the first being "before anything".
    """
    per_row = 1 if canvas.narrow else 4 if len(tracks) == 4 else canvas.columns
    label = 78 if canvas.narrow else canvas.label - 10 * per_row
    side = Canvas(canvas.width, label, 0, per_row)
    strips = [Strip(short if canvas.narrow else long, estimate=Estimate(0.0)) for long, short in events]
    layout = lay_out(strips, side)
    across = min(per_row, len(tracks))
    plot = min((canvas.width - label - 24 * (across - 1) - 20) / across, 330)
    lines = 0 if canvas.narrow else max(len(wrap(track.title, plot)) for track in tracks)
    panels = [
        _track_panel(track, layout, name, plot, lines, side if k % per_row == 0 else None)
        for k, track in enumerate(tracks)
    ]
    return concat(*panels, columns=per_row) if len(panels) > 1 else panels[0]


def _track_panel(track: Track, layout: StripLayout, name: str, plot: float, lines: int, side: Canvas | None) -> Any:
    rows = [
        {"y": y, "low": each.low, "mid": each.middle, "high": each.high, "note": percent(each.middle)}
        for y, each in zip(layout.marks, track.estimates, strict=True)
        if each.known
    ]
    layers = _contribution_layers(rows, layout, name) if track.contribution else _belief_layers(rows, layout, name)
    if side is not None:
        layers += words(layout, side, plot, notes=False)
    title = wrap(track.title, plot)
    heading = alt.TitleParams(text=[*title, *[" "] * (lines - len(title))], frame="group")
    return layer(*layers, width=plot, height=layout.height, title=heading)


def _belief_layers(rows: list[dict[str, Any]], layout: StripLayout, name: str) -> list[Any]:
    scale = alt.Scale(domain=[0, 1], nice=False)
    axis = alt.Axis(orient="top", title=None, values=[0, 0.5, 1], labelExpr="format(datum.value * 100, 'd') + ' %'")
    y = layout.y()
    ends = [
        row | {"align": "right" if row["mid"] > 0.55 else "left"} for row in (rows[:1] + rows[1:][-1:] if rows else [])
    ]
    layers = [
        alt.Chart(data(ranged(rows)))
        .mark_area(orient="horizontal", color=tone(name), opacity=0.2)
        .encode(x=alt.X("low:Q", scale=scale, axis=axis), x2=alt.X2("high:Q"), y=y),
        alt.Chart(data(rows))
        .mark_line(color=tone(name), strokeWidth=2)
        .encode(x=alt.X("mid:Q", scale=scale, axis=axis), y=y, order=alt.Order("y:Q")),
        alt.Chart(data(rows))
        .mark_circle(size=48, opacity=1, color=tone(name))
        .encode(x=alt.X("mid:Q", scale=scale, axis=axis), y=y),
    ]
    for align, shift in (("left", 9), ("right", -9)):
        chosen = [row for row in ends if row["align"] == align]
        if chosen:
            layers.append(
                alt.Chart(data(chosen))
                .mark_text(align=align, dx=shift, fontSize=TEXT, fontWeight=600)  # pyright: ignore[reportArgumentType]
                .encode(x=alt.X("mid:Q", scale=scale, axis=axis), y=y, text=alt.Text("note:N"))
            )
    return layers


def _contribution_layers(rows: list[dict[str, Any]], layout: StripLayout, name: str) -> list[Any]:
    """Likelihood ratios as odds on a logarithmic axis around "moved nothing", cut at its ends."""
    largest = max((abs(row[end]) for row in rows for end in ("low", "mid", "high") if row[end] == row[end]), default=0)
    reach = next((steps for steps in (2, 4, 10, 100) if largest <= math.log(steps)), 1000)
    cut = math.log(reach)
    ticks = [-cut, 0.0, cut]
    x = alt.X(
        "mid:Q",
        scale=alt.Scale(domain=[-1.04 * cut, 1.04 * cut], nice=False),
        axis=alt.Axis(
            orient="top",
            title=None,
            values=ticks,
            labelExpr=TIMES,
        ),
    )
    held = [row | {each: max(-cut, min(cut, row[each])) for each in ("low", "mid", "high")} for row in rows]
    strips = [Strip("", estimate=Estimate(row["mid"], row["low"], row["high"]), tone=name) for row in held]
    placed = StripLayout(layout.height, tuple(row["y"] for row in held), (), (), (), ())
    return [reference(x, 0.0, layout.height), *dots(placed, strips, x)]
