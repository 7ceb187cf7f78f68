"""One function per chart of the report: typed findings to a Vega-Altair chart for a given canvas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import altair as alt

from detente.report.charts.composing import concat, hconcat, layer, vconcat
from detente.report.charts.drawing import SMALL, Canvas, accent, data, percent_axis, tone, wrap
from detente.report.charts.strips import Strip, StripLayout, dots, lay_out, ranged, reference, text_at, words
from detente.report.findings import ClaimTest, Hinge, OutcomeShare, Point, Shift
from detente.report.words import Estimate, chance, percent, sentence

WHOLE_RANGE = (0.0, 1.0)
SIGNED = "datum.value == 0 ? '0' : format({}, '+.3~g')"


def columns(panels: int) -> int:
    """Number of panels side by side on a wide page, chosen so that no row is left nearly empty."""
    return 2 if panels in (2, 4) else min(3, panels)


def _chance_scale(highest: float) -> alt.Scale:
    """A probability axis that starts at nothing and ends a little beyond what is shown."""
    top = next((end for end in (0.1, 0.2, 0.4, 0.6, 0.8) if highest <= 0.97 * end), 1.0)
    return alt.Scale(domain=[0, top], nice=False, clamp=True)


def _highest(estimates: Sequence[Estimate]) -> float:
    return max((end for each in estimates if each.known for end in (each.middle, *each.ends)), default=1.0)


def endings_chart(endings: Sequence[OutcomeShare], canvas: Canvas) -> Any:
    """Chart of the chance of each ending: a dot with its interval, the likeliest ending first."""
    strips = [
        Strip(sentence(each.name), estimate=each.share, note=chance(each.share), tone="blue" if k == 0 else "muted")
        for k, each in enumerate(endings)
    ]
    x = alt.X("mid:Q", scale=_chance_scale(_highest([each.share for each in endings])), axis=percent_axis("top"))
    return _strip_chart(strips, x, canvas)


def _strip_chart(strips: Sequence[Strip], x: alt.X, canvas: Canvas, zero: float | None = None) -> Any:
    layout = lay_out(strips, canvas)
    plot = canvas.width if canvas.narrow else canvas.width - canvas.label - canvas.note
    layers = [*dots(layout, strips, x), *words(layout, canvas, plot)]
    if zero is not None:
        layers.insert(0, reference(x, zero, layout.height))
    return layer(*layers, width=plot, height=layout.height)


_FATES = (("as claimed", "ink", 1.0), ("no change", "muted", 0.45), ("the other way", "muted", 0.16))


def claims_chart(claims: Sequence[tuple[ClaimTest, str]], in_points: bool, canvas: Canvas) -> Any:
    """Claims side by side: in what share of draws each goes as claimed, and by how much the quantity moves.

    Each claim comes with the words that stand at its label.
    """
    strips = [
        Strip(label, detail=claim.by, estimate=claim.effect, tone=accent(k)) for k, (claim, label) in enumerate(claims)
    ]
    layout = lay_out(strips, canvas)
    room = canvas.width if canvas.narrow else canvas.width - canvas.label
    plot = room - 8 if canvas.narrow else (room - 46) / 2
    effects = [claim.effect for claim, _ in claims]
    extent = (
        max(0.01, max((abs(end) for each in effects if each.known for end in (each.middle, *each.ends)), default=0.1))
        * 1.08
    )
    unit = "datum.value * 100" if in_points else "datum.value"
    x = alt.X(
        "mid:Q",
        scale=alt.Scale(domain=[-extent, extent], nice=False),
        axis=alt.Axis(orient="top", title=None, tickCount=5, labelExpr=SIGNED.format(unit)),
    )
    labels = words(layout, canvas, plot, notes=False)
    shares = layer(
        *_fates(claims, layout),
        *labels,
        width=plot,
        height=layout.height,
        title=wrap("How often it goes as claimed", plot),
    )
    title = "By how many points it moves the outcome" if in_points else "By how much it moves the quantity"
    moved = layer(
        reference(x, 0.0, layout.height),
        *dots(layout, strips, x),
        *(labels if canvas.narrow else []),
        width=plot,
        height=layout.height,
        title=wrap(title, plot),
    )
    return vconcat(shares, moved) if canvas.narrow else hconcat(shares, moved, spacing=30)


def _fates(claims: Sequence[tuple[ClaimTest, str]], layout: StripLayout) -> list[Any]:
    layers: list[Any] = []
    start = [0.0] * len(claims)
    x = alt.X("from:Q", scale=alt.Scale(domain=WHOLE_RANGE, nice=False), axis=percent_axis("top", grid=False))
    for (_, name, strength), pick in zip(_FATES, ("holds", "ties", "fails"), strict=True):
        rows = [
            {"from": start[k], "to": start[k] + getattr(claim, pick), "y": layout.marks[k]}
            for k, (claim, _) in enumerate(claims)
        ]
        start = [row["to"] for row in rows]
        shown = [row for row in rows if row["to"] - row["from"] > 0.001]
        if shown:
            layers.append(
                alt.Chart(data(shown))
                .mark_rule(color=tone(name), opacity=strength, strokeWidth=18)
                .encode(x=x, x2=alt.X2("to:Q"), y=layout.y())
            )
    held = [
        {"y": y, "text": percent(claim.holds), "inside": claim.holds >= 0.14, "at": claim.holds}
        for y, (claim, _) in zip(layout.marks, claims, strict=True)
    ]
    inside = [row for row in held if row["inside"]]
    outside = [row for row in held if not row["inside"]]
    layers.append(text_at(layout, inside, 6, fill=tone("paper"), fontWeight=600))
    if outside:
        here = alt.X("at:Q", scale=alt.Scale(domain=WHOLE_RANGE, nice=False))
        layers.append(
            alt.Chart(data(outside))
            .mark_text(align="left", dx=5, fontWeight=600)
            .encode(x=here, y=layout.y(), text=alt.Text("text:N"))
        )
    return [layer for layer in layers if layer is not None]


_SUPPORT = {"unsupported": "rust", "judgement": "ochre", "direction": "blue", "number": "blue"}


def hinges_chart(groups: Sequence[tuple[str, Sequence[tuple[Hinge, str]]]], canvas: Canvas) -> Any:
    """Chart of the swing that each assumption gives an ending, from the assumption's 5th percentile (open dot) to its
    95th (full dot).

    Groups come with a heading each; every hinge comes with its small print.
    """
    strips: list[Strip] = []
    hinges: list[Hinge | None] = []
    for heading, members in groups:
        strips.append(Strip(heading))
        hinges.append(None)
        for hinge, detail in members:
            ending = sentence(hinge.outcome_name)
            note, small = ("", f"{ending}: {detail}") if canvas.narrow else (ending, detail)
            strips.append(
                Strip(sentence(hinge.name), small, Estimate(hinge.at_high), note, _SUPPORT.get(hinge.support, "blue"))
            )
            hinges.append(hinge)
    layout = lay_out(strips, replace(canvas, note=0) if canvas.narrow else canvas)
    plot = canvas.width - 8 if canvas.narrow else canvas.width - canvas.label - canvas.note
    tones: dict[str, list[dict[str, Any]]] = {}
    for y, hinge, strip in zip(layout.marks, hinges, strips, strict=True):
        if hinge is not None:
            tones.setdefault(strip.tone, []).append({"y": y, "from": hinge.at_low, "to": hinge.at_high})
    scale = _chance_scale(max(max(hinge.at_low, hinge.at_high) for hinge in hinges if hinge is not None))
    layers = [layer for name, rows in tones.items() for layer in _swings(rows, tone(name), layout, scale)]
    layers += words(layout, canvas, plot, notes=False)
    if not canvas.narrow:
        layers += _outcome_notes(layout, plot, canvas)
    return layer(*layers, width=plot, height=layout.height)


def _outcome_notes(layout: StripLayout, plot: float, canvas: Canvas) -> list[Any]:
    lines: list[dict[str, Any]] = []
    for note in layout.notes:
        text = wrap(note["text"], canvas.note - 12, SMALL)
        lines += [{"y": note["y"] + 13 * (k - (len(text) - 1) / 2), "text": line} for k, line in enumerate(text)]
    layer = text_at(layout, lines, plot + 10, fontSize=SMALL, fill=tone("muted"))
    return [] if layer is None else [layer]


def _swings(rows: Sequence[dict[str, Any]], colour: str, layout: StripLayout, scale: alt.Scale) -> list[Any]:
    axis = percent_axis("top")
    x = alt.X("from:Q", scale=scale, axis=axis)
    end = alt.X("to:Q", scale=scale, axis=axis)
    marks: list[Any] = [
        alt.Chart(data(rows))
        .mark_rule(color=colour, strokeWidth=3, opacity=0.55)
        .encode(x=x, x2=alt.X2("to:Q"), y=layout.y()),
        alt.Chart(data(rows))
        .mark_circle(size=64, opacity=1, fill=tone("paper"), stroke=colour, strokeWidth=2)
        .encode(x=x, y=layout.y()),
        alt.Chart(data(rows)).mark_circle(size=84, opacity=1, fill=colour).encode(x=end, y=layout.y()),
    ]
    return marks


_EXTENTS = (0.02, 0.05, 0.1, 0.25, 0.5, 1.0)


def shifts_chart(scenarios: Sequence[tuple[str, Sequence[Shift]]], canvas: Canvas) -> Any:
    """Chart of the differences that each scenario makes to the case as it stands, in points, ending by ending."""
    narrow = canvas.narrow
    side = Canvas(canvas.width, 120 if narrow else 150, 0, 1)
    every = [shift.difference for _, shifts in scenarios for shift in shifts]
    far = max((abs(end) for each in every if each.known for end in (each.middle, *each.ends)), default=0.1)
    # One scale for all panels, of a round size, so that pages can be compared as well.
    extent = next((each for each in _EXTENTS if each >= far), 1.0) * 1.04
    x = alt.X(
        "mid:Q",
        scale=alt.Scale(domain=[-extent, extent], nice=False),
        axis=alt.Axis(orient="top", title=None, tickCount=4, labelExpr=SIGNED.format("datum.value * 100")),
    )
    across = 1 if narrow else columns(len(scenarios))
    plot = (canvas.width - side.label - 20 * (across - 1) - 10) / across
    lines = 0 if narrow else max(len(wrap(sentence(name), plot)) for name, _ in scenarios)
    panels: list[Any] = []
    for k, (name, shifts) in enumerate(scenarios):
        strips = [Strip(sentence(each.outcome_name), estimate=each.difference, tone=accent(0)) for each in shifts]
        layout = lay_out(strips, side)
        layers = [reference(x, 0.0, layout.height), *dots(layout, strips, x)]
        if k % across == 0:
            layers += words(layout, side, plot, notes=False)
        title = wrap(sentence(name), plot)
        heading = alt.TitleParams(text=[*title, *[" "] * (lines - len(title))], frame="group")
        panels.append(layer(*layers, width=plot, height=layout.height, title=heading))
    return concat(*panels, columns=across, spacing=20) if len(panels) > 1 else panels[0]


@dataclass(frozen=True, slots=True)
class Curve:
    """One quantity of interest over the range of another."""

    title: str
    points: tuple[Point, ...]
    in_percent: bool


def curves_chart(curves: Sequence[Curve], vary: str, canvas: Canvas) -> Any:
    """Chart of some answers against one quantity: a line and its band for each answer, side by side."""
    across = 1 if canvas.narrow else columns(len(curves))
    plot = min((canvas.width - 54 * across - 16 * (across - 1)) / across, 330)
    lines = 0 if canvas.narrow else max(len(wrap(curve.title, plot)) for curve in curves)
    panels = [_curve_panel(curve, vary, plot, lines, accent(k)) for k, curve in enumerate(curves)]
    return concat(*panels, columns=across) if len(panels) > 1 else panels[0]


def _curve_panel(curve: Curve, vary: str, plot: float, lines: int, name: str) -> Any:
    rows = [
        {"x": each.value, "low": each.answer.low, "mid": each.answer.middle, "high": each.answer.high}
        for each in curve.points
        if each.answer.known
    ]
    highest = _highest([each.answer for each in curve.points])
    scale = _chance_scale(highest) if curve.in_percent else alt.Scale(zero=False, nice=True)
    axis = percent_axis("left") if curve.in_percent else alt.Axis(title=None, tickCount=5)
    x = alt.X(
        "x:Q",
        scale=alt.Scale(zero=False, nice=False),
        axis=alt.Axis(title=wrap(vary, plot, SMALL), grid=False, tickCount=4),
    )
    title = wrap(curve.title, plot)
    heading = alt.TitleParams(text=[*title, *[" "] * (lines - len(title))], frame="group")
    layers: list[Any] = [
        alt.Chart(data(ranged(rows)))
        .mark_area(color=tone(name), opacity=0.2)
        .encode(x=x, y=alt.Y("low:Q", scale=scale, axis=axis), y2=alt.Y2("high:Q")),
        alt.Chart(data(rows))
        .mark_line(color=tone(name), strokeWidth=2.2)
        .encode(x=x, y=alt.Y("mid:Q", scale=scale, axis=axis)),
    ]
    return layer(*layers, width=plot, height=150, title=heading)
