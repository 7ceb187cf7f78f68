"""Shared drawing of all charts: the palette, the two widths, and Vega-Altair to inline SVG that can do no harm.

Colours are written into the SVG as they are printed; the stylesheet maps each to its counterpart on a dark page.
Nothing is told by colour alone: labels stand beside the marks, and marks differ in shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from xml.etree import ElementTree

import altair as alt
import vl_convert
from altair.utils.schemapi import debug_mode
from markupsafe import Markup

from detente.report.charts.desk import drawn
from detente.report.charts.palette import ACCENTS, PALETTE
from detente.report.charts.wrapping import SMALL as SMALL
from detente.report.charts.wrapping import TEXT as TEXT
from detente.report.charts.wrapping import wrap as wrap

_SHAPES = {"svg", "g", "path", "line", "rect", "circle", "text", "tspan"}
_ATTRIBUTES = {
    *("viewBox", "width", "height", "transform", "d", "x", "y", "x1", "x2", "y1", "y2", "dx", "dy", "r", "cx", "cy"),
    *("fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-miterlimit"),
    *("stroke-linecap", "stroke-linejoin", "opacity", "text-anchor", "font-family", "font-size", "font-weight"),
    *("font-style",),
}


@dataclass(frozen=True, slots=True)
class Canvas:
    """A width to draw for, in CSS pixels: `label` is the column of row labels (0: labels stand above their rows)."""

    width: int
    label: int
    note: int
    columns: int

    @property
    def narrow(self) -> bool:
        """True where the canvas is a phone's, which has no margin for labels."""
        return self.label == 0


WIDE = Canvas(width=720, label=215, note=124, columns=3)
NARROW = Canvas(width=328, label=0, note=100, columns=1)


def tone(name: str) -> str:
    """A palette colour as drawn."""
    return PALETTE[name][0]


def accent(position: int) -> str:
    """The tone of the n-th reading, scenario or actor."""
    return ACCENTS[position % len(ACCENTS)]


def data(rows: Iterable[Mapping[str, Any]]) -> alt.InlineData:
    """Rows as a chart's data; NaN becomes a missing value.

    A tuple, because Altair copies lists whenever a chart becomes part of another.
    """
    known = tuple({key: None if value != value else value for key, value in row.items()} for row in rows)
    return alt.InlineData(values=known)  # pyright: ignore[reportArgumentType]


def percent_axis(orient: str, **more: Any) -> alt.Axis:
    """An axis of probabilities in per cent."""
    settings: dict[str, Any] = {"tickCount": 5} | more
    return alt.Axis(
        orient=orient,  # pyright: ignore[reportArgumentType]
        title=None,
        labelExpr="format(datum.value * 100, '.3~g') + ' %'",
        **settings,
    )


def _theme() -> dict[str, Any]:
    """The looks that all charts share, as a Vega-Lite configuration."""
    return {
        "aria": False,
        "background": "transparent",
        "font": "sans-serif",
        "padding": 4,
        "view": {"stroke": None},
        "axis": {
            "domain": False,
            "ticks": False,
            "gridColor": tone("faint"),
            "labelColor": tone("muted"),
            "labelFontSize": SMALL,
            "labelFlush": False,
            "labelOverlap": True,
            "labelPadding": 5,
            "titleColor": tone("muted"),
            "titleFontSize": SMALL,
            "titleFontWeight": "normal",
        },
        "title": {"color": tone("ink"), "fontSize": TEXT, "fontWeight": 600, "anchor": "start"},
        "text": {"fill": tone("ink"), "fontSize": TEXT, "baseline": "middle"},
        "concat": {"spacing": 22},
    }


def specification(chart: Any) -> dict[str, Any]:
    """A chart as a Vega-Lite specification with the looks that all share, for a page that draws it itself.

    `usermeta` has the palette, by which such a page finds the colours for a dark one. The specification is built
    without Altair's checks, which would take most of the time; tests make them.
    """
    with debug_mode(False):
        found = chart.to_dict(validate=False)
    return {**found, "config": _theme(), "usermeta": {"palette": PALETTE}}


def _begun(chart: Any) -> Callable[[], str]:
    return drawn(specification(chart), _version())


def _version() -> str:
    """The version of Vega-Lite that charts are written for."""
    return ".".join(alt.SCHEMA_VERSION.split(".")[:2])


def picture(chart: Any, scale: float = 2.0) -> bytes:
    """A chart as a PNG on white paper, for documents that hold no SVG."""
    found = specification(chart)
    found["config"] = {**found["config"], "background": "white"}
    return vl_convert.vegalite_to_png(found, vl_version=_version(), scale=scale, allowed_base_urls=[])


def vega_svg(specification: dict[str, Any]) -> str:
    """A Vega specification as a file of SVG that stands alone; it may load nothing."""
    return vl_convert.vega_to_svg(specification, allowed_base_urls=[])


def vega_picture(specification: dict[str, Any], scale: float = 2.0) -> bytes:
    """A Vega specification as a PNG on white paper."""
    return vl_convert.vega_to_png({**specification, "background": "white"}, scale=scale, allowed_base_urls=[])


def _cleaned(element: ElementTree.Element) -> ElementTree.Element | None:
    """The element with nothing but shapes and their looks; None where it draws nothing."""
    name = element.tag.rsplit("}", 1)[-1]
    if name not in _SHAPES:
        raise ValueError(f"a chart contains <{name}>, which is not a shape")
    if element.get("opacity") == "0" or element.get("display") == "none":
        return None
    kept = ElementTree.Element(name, {key: value for key, value in element.items() if key in _ATTRIBUTES})
    kept.text = element.text
    for child in element:
        clean = _cleaned(child)
        if clean is not None:
            kept.append(clean)
    empty_path = name == "path" and re.fullmatch(r"(M0,0)?(h0v0h0Z)?", element.get("d") or "")
    invisible = name == "path" and element.get("class") == "background" and element.get("fill") is None
    if empty_path or invisible or (name == "g" and not len(kept)):
        return None
    if name == "g" and len(kept) == 1 and not kept.attrib:
        return kept[0]
    return kept


class Drawing:
    """A chart that may still be under way; whoever needs its SVG waits for it."""

    def __init__(self, finish: Callable[[], Markup]) -> None:
        self._finish = finish

    @cached_property
    def svg(self) -> Markup:
        """The inline SVG."""
        return self._finish()

    def __html__(self) -> str:
        return self.svg

    def __str__(self) -> str:
        return self.svg


def render(chart: Callable[[], Any], id: str, title: str, description: str) -> Drawing:
    """A chart as an inline SVG that scales with its column, named and described for those who cannot see it.

    Only shapes and their looks are kept: no script, style, link, image, id or outside reference can pass.
    """
    with debug_mode(False):
        begun = _begun(chart())
    return Drawing(lambda: _inline(begun(), id, title, description))


def _inline(svg: str, id: str, title: str, description: str) -> Markup:
    root = _cleaned(ElementTree.fromstring(svg))
    if root is None:
        raise ValueError(f"the chart {id} draws nothing")
    width, height = root.get("width", "0"), root.get("height", "0")
    shapes = "".join(ElementTree.tostring(child, encoding="unicode") for child in root)
    return Markup(
        '<svg class="chart" role="img" aria-labelledby="{id}-title {id}-desc" viewBox="0 0 {width} {height}" '
        'width="{width}" height="{height}"><title id="{id}-title">{title}</title>'
        '<desc id="{id}-desc">{description}</desc>{shapes}</svg>'
    ).format(id=id, width=width, height=height, title=title, description=description, shapes=Markup(shapes))
