"""The chart of what to watch: for every sight what would then be held, against what is held now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from detente.report.charts.composing import layer
from detente.report.charts.drawing import Canvas, percent_axis
from detente.report.charts.strips import Strip, dots, lay_out, reference, words
from detente.report.learnt import Sighting
from detente.report.words import percent, sentence


def watch_chart(groups: Sequence[tuple[str, Sequence[Sighting]]], now: float, canvas: Canvas) -> Any:
    """A heading for each stage, and below it a dot with its interval for each sight."""
    strips: list[Strip] = []
    for heading, sightings in groups:
        strips.append(Strip(heading))
        for each in sightings:
            note = f"{percent(each.chance.middle)} likely"
            strips.append(Strip(sentence(each.move_name), estimate=each.after, note=note, tone=_tone(each, now)))
    layout = lay_out(strips, canvas)
    plot = canvas.width if canvas.narrow else canvas.width - canvas.label - canvas.note
    x = alt.X("mid:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=percent_axis("top"))
    layers = [reference(x, now, layout.height), *dots(layout, strips, x), *words(layout, canvas, plot)]
    return layer(*layers, width=plot, height=layout.height)


def _tone(sighting: Sighting, now: float) -> str:
    """Rust where the sight would speak for it, blue where against."""
    return "rust" if sighting.after.middle >= now else "blue"
