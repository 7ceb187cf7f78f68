"""The chart of two rival claims: in each part of the draws, how often one is right, both, the other, or neither."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import altair as alt

from detente.report.charts.composing import layer, vconcat
from detente.report.charts.drawing import SMALL, Canvas, accent, data, percent_axis, tone
from detente.report.charts.strips import Strip, StripLayout, lay_out, text_at, words
from detente.report.learnt import RivalCell
from detente.report.words import Estimate, percent, sentence


@dataclass(frozen=True, slots=True)
class Rivals:
    """Two claims, by whoever makes them, and their cells; the first cell holds all draws."""

    first: str
    second: str
    cells: tuple[RivalCell, ...]


_FATES = (("only_first", 0), ("both", None), ("only_second", 1), ("neither", -1))
_LEAST = 0.07
"""A share narrower than this has no room for its number."""


def rivals_chart(rivals: Rivals, canvas: Canvas) -> Any:
    """A bar for all draws, then one for each part of them."""
    canvas = replace(canvas, note=0)
    strips, cells = _strips(rivals.cells)
    layout = lay_out(strips, canvas)
    plot = canvas.width - canvas.label - 12
    layers = [*_bars(cells, layout), *words(layout, canvas, plot, notes=False)]
    bars = layer(*layers, width=plot, height=layout.height)
    return vconcat(_legend(rivals, canvas, plot), bars, spacing=6)


def _strips(cells: Sequence[RivalCell]) -> tuple[list[Strip], list[RivalCell | None]]:
    strips, shown = [Strip("All draws", estimate=Estimate(1.0))], list[RivalCell | None]([cells[0]])
    heading = ""
    for cell in cells[1:]:
        above = sentence(cell.x.name) if not cell.y.quantity else f"{sentence(cell.x.name)}: {cell.x.words}"
        if above != heading:
            strips.append(Strip(above))
            shown.append(None)
            heading = above
        label = (cell.y if cell.y.quantity else cell.x).words
        label = f"{cell.y.name}: {label}" if cell.y.quantity else label
        strips.append(Strip(sentence(label), f"{percent(cell.share)} of the draws", Estimate(cell.share)))
        shown.append(cell)
    return strips, shown


def _looks(part: int | None) -> tuple[str, float, str]:
    """Colour and strength of a part of a bar, and the colour of the number in it."""
    if part is None:
        return tone("ink"), 1.0, tone("paper")
    if part < 0:
        return tone("muted"), 0.22, tone("ink")
    return tone(accent(part)), 1.0, tone("paper")


def _bars(cells: Sequence[RivalCell | None], layout: StripLayout) -> list[Any]:
    x = alt.X("from:Q", scale=alt.Scale(domain=(0.0, 1.0), nice=False), axis=percent_axis("top", grid=False))
    start = [0.0] * len(cells)
    layers: list[Any] = []
    for name, part in _FATES:
        rows: list[dict[str, Any]] = []
        for k, (y, cell) in enumerate(zip(layout.marks, cells, strict=True)):
            share = getattr(cell, name) if cell else 0.0
            if share > 0.001:
                text = f"{100 * share:.0f}" if share >= _LEAST else ""
                rows.append(
                    {"from": start[k], "to": start[k] + share, "at": start[k] + share / 2, "y": y, "text": text}
                )
            start[k] += share
        if not rows:
            continue
        colour, strength, inside = _looks(part)
        bar = alt.Chart(data(rows)).mark_rule(color=colour, opacity=strength, strokeWidth=18)
        layers.append(bar.encode(x=x, x2=alt.X2("to:Q"), y=layout.y()))
        told = [row for row in rows if row["text"]]
        if told:
            here = x.copy()
            here.shorthand = "at:Q"
            label = alt.Chart(data(told)).mark_text(fill=inside, fontSize=SMALL, fontWeight=600)
            layers.append(label.encode(x=here, y=layout.y(), text=alt.Text("text:N")))
    return layers


def _legend(rivals: Rivals, canvas: Canvas, plot: float) -> Any:
    """Legend of the chart: the meaning of each part of a bar, beside a piece of the part's colour."""
    said = (f"only {rivals.first}", "both", f"only {rivals.second}", "neither")
    left = 0 if canvas.narrow else -canvas.label
    width = canvas.width - 12
    rows: list[tuple[float, float, int, str]] = []
    x, y = 0.0, 9.0
    for position, text in enumerate(said):
        room = 26 + 6.6 * len(text)
        if x and x + room > width:
            x, y = 0.0, y + 18
        rows.append((x, y, position, text))
        x += room
    height = y + 10
    layout = StripLayout(height, (), (), (), (), ())
    layers: list[Any] = []
    for x, y, position, text in rows:
        colour, strength, _ = _looks(_FATES[position][1])
        square = alt.Chart(data([{"y": y}])).mark_square(size=120, fill=colour, opacity=strength, strokeWidth=0)
        layers.append(square.encode(x=alt.value(left + x + 6), y=layout.y()))
        layers.append(text_at(layout, [{"y": y, "text": text}], left + x + 17))
    return layer(*[layer for layer in layers if layer is not None], width=plot, height=height)
