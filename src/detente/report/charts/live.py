"""Charts of the answer while numbers move: looks and layout here, the numbers put in again and again by the page.

Each chart has two sets of rows, `now` and `written`: the answer at the settings shown, and that to the case as written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from detente.report.charts.drawing import TEXT, Canvas, accent, percent_axis, tone, wrap
from detente.report.words import sentence

NOW_ROWS, WRITTEN_ROWS = "now", "written"
"""Names of the two sets of rows."""

MARKS = ("circle", "square", "triangle-up", "diamond", "cross")
"""Marks of observers, so that no line is told by its colour alone."""

_ROW, _LINE = 34, 15
"""Height of a bar's row, and of a line of text, in pixels."""

_ABOVE = 12
"""Distance of a label above its bar's row from the middle of that row, in pixels."""

_NUMBER = 96
"""Width that the number behind a bar takes, in pixels."""


def live_endings(names: Sequence[tuple[str, str]], canvas: Canvas) -> Any:
    """Chart of the chance of each ending as a bar, with a wider pale one behind it for the case as written.

    names: id and name of each. Rows of both sets: id, p (the chance); of `now` also note, the words behind the bar,
    and far, the larger of the two chances.
    """
    ids = [id for id, _ in names]
    row = _ROW + (_LINE if canvas.narrow else 0)
    y = alt.Y("id:N", sort=ids, axis=None, scale=alt.Scale(domain=ids, paddingInner=0, paddingOuter=0))
    shift = _LINE / 2 if canvas.narrow else 0
    plot = canvas.width - canvas.label - _NUMBER
    x = alt.X("p:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=percent_axis("top", grid=True))
    now, written = alt.NamedData(name=NOW_ROWS), alt.NamedData(name=WRITTEN_ROWS)
    zero = alt.X2(datum=0)
    layers = [
        alt.Chart(written).mark_bar(size=20, color=tone("faint"), yOffset=shift).encode(x=x, x2=zero, y=y),
        alt.Chart(now).mark_bar(size=12, color=tone("blue"), yOffset=shift).encode(x=x, x2=zero, y=y),
        alt.Chart(now)
        .mark_text(align="left", dx=6, yOffset=shift, fontSize=TEXT + 1, fill=tone("ink"))
        .encode(x=alt.X("far:Q"), y=y, text="note:N"),
    ]
    room = (canvas.width if canvas.narrow else canvas.label) - 12
    told = [{"id": id, "text": wrap(sentence(name), room, TEXT + 1)} for id, name in names]
    label: dict[str, Any] = {"fontSize": TEXT + 1, "fill": tone("ink")}
    label |= {"align": "left", "dx": 0} if canvas.narrow else {"align": "right", "dx": -10}
    layers += _texts(told, y, label, above=canvas.narrow)
    return alt.layer(*layers, width=plot, height=row * len(ids))


def live_beliefs(events: Sequence[str], observers: Sequence[str], canvas: Canvas) -> Any:
    """Chart of one belief going down the page through the events: a line for each observer, pale as it was written.

    events: what stands at each row, `before anything` first. Rows of both sets: event (its number), observer, p.
    """
    label = 96 if canvas.narrow else canvas.label
    lines = [wrap(text, label - 14, TEXT) for text in events]
    heights = [max(2, len(each)) * _LINE + 8 for each in lines]
    middles = [sum(heights[:k]) + heights[k] / 2 for k in range(len(heights))]
    height = sum(heights)
    x = alt.X("p:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=percent_axis("top"))
    place = alt.Scale(domain=list(range(len(events))), range=middles)
    y = alt.Y("event:Q", scale=place, axis=None)
    hues = alt.Scale(domain=list(observers), range=[tone(accent(k)) for k in range(len(observers))])
    forms = alt.Scale(domain=list(observers), range=[MARKS[k % len(MARKS)] for k in range(len(observers))])
    colour = alt.Color("observer:N", scale=hues, legend=None)
    order = alt.Order("event:Q")
    now, written = alt.NamedData(name=NOW_ROWS), alt.NamedData(name=WRITTEN_ROWS)
    told = [{"event": k, "text": text} for k, text in enumerate(lines)]
    # Where observers believe the same, marks lie on one another: each later one is smaller, so that all are seen.
    sizes = alt.Scale(domain=list(observers), range=[max(14.0, 120.0 / (1 + k)) for k in range(len(observers))])
    rule = alt.Chart(alt.InlineData(values=[{"event": k} for k in range(len(events))])).mark_rule(color=tone("faint"))
    layers = [
        rule.encode(y=y, x=alt.XDatum(0), x2=alt.X2Datum(1)),
        *_texts(told, y, {"align": "right", "dx": -10, "fontSize": TEXT, "fill": tone("muted")}),
        alt.Chart(written).mark_line(strokeWidth=6, opacity=0.25).encode(x=x, y=y, order=order, color=colour),
        alt.Chart(now).mark_line(strokeWidth=2).encode(x=x, y=y, order=order, color=colour),
        alt.Chart(now)
        .mark_point(filled=True, opacity=1)
        .encode(
            x=x,
            y=y,
            color=colour,
            shape=alt.Shape("observer:N", scale=forms, legend=None),
            size=alt.Size("observer:N", scale=sizes, legend=None),
        ),
    ]
    return alt.layer(*layers, width=canvas.width - label - 16, height=height)


def _texts(rows: Sequence[dict[str, Any]], y: alt.Y, looks: dict[str, Any], above: bool = False) -> list[Any]:
    """Layers with the texts of rows at the left edge, each a list of lines, in the middle of its row or above a bar."""
    layers: list[Any] = []
    for count in sorted({len(row["text"]) for row in rows}):
        alike = alt.InlineData(values=[row for row in rows if len(row["text"]) == count])
        more = _LINE * (count - 1)
        shift = -_ABOVE - more if above else -more / 2
        mark: dict[str, Any] = {"baseline": "middle", "lineHeight": _LINE, "dy": shift, **looks}
        layers.append(alt.Chart(alike).mark_text(**mark).encode(x=alt.XDatum(0), y=y, text="text:N"))
    return layers
