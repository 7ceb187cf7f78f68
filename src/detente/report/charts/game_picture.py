"""The game as nested blocks: a Vega specification that page, report and notebook share, and its picture."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.errors import RequestError
from detente.files import write_atomically
from detente.report.charts.game_blocks import BlockKind, GameBlock, blocks_of
from detente.report.charts.palette import ACCENTS, ON_FILLS, PALETTE, fill
from detente.report.charts.wrapping import wrap
from detente.report.naming import Names
from detente.report.words import SPACE, sentence

if TYPE_CHECKING:
    from detente.analysis.histories import History
    from detente.crisis.model import Crisis

VEGA_SCHEMA = "https://vega.github.io/schema/vega/v6.json"

WORD_SIZE, LINE_HEIGHT = 12, 15
"""Size of every word, and the distance between lines, in pixels."""

WIDEST_COLUMN, NARROWEST_COLUMN = 190, 112
"""Pixels of a column where there is room, and where there is none; beyond, the picture grows wider than asked."""

EDGE, INSET = 5, 10
"""Pixels of the coloured edge of a block, and from the side of a block to its words."""

_LETTER = 6.7
"""Pixels of a digit, for the room of a probability at the right end of a line."""

LEAST_SHOWN = 18
"""Pixels of height from which a block has room for a line of words."""


def least_for(height: int) -> float:
    """Share of the start below which a picture of so many pixels sums branches, since their words would not fit."""
    return LEAST_SHOWN / height


def column_width(depth: int, width: int) -> int:
    """Pixels of one column of a picture that is so many blocks deep."""
    return max(NARROWEST_COLUMN, min(WIDEST_COLUMN, width // max(depth, 1)))


def tones(crisis: Crisis) -> dict[str, tuple[str, str]]:
    """Light and dark colour by kind of block and whose it is, such as `move ACTOR` or `ending OUTCOME`."""
    found = {f"move {actor.id}": PALETTE[ACCENTS[k % len(ACCENTS)]] for k, actor in enumerate(crisis.actors)}
    found["chance nature"] = PALETTE["muted"]
    count = len(crisis.outcomes)
    found |= {f"ending {each.id}": (fill(k, count), fill(k, count)) for k, each in enumerate(crisis.outcomes)}
    return {**found, "rest ": PALETTE["muted"], "start ": PALETTE["muted"]}


def specification(blocks: Sequence[GameBlock], crisis: Crisis, width: int, height: int) -> dict[str, Any]:
    """A Vega specification of blocks, as `blocks_of` tells them, that needs neither network nor made code.

    width, height: pixels to draw for; a deep tree is wider. Signal `dark` turns to the colours of a dark page, `chosen`
    (the position of a block) marks one. A datum holds `address`, `decision` and `kind` of its block, for whoever
    listens to clicks.
    """
    depth = _depth(blocks)
    column = column_width(depth, width)
    colours = tones(crisis)
    names = list(colours)
    return {
        "$schema": VEGA_SCHEMA,
        "description": "The ways play can go as nested blocks, from left to right.",
        "width": depth * column,
        "height": height,
        "padding": 0,
        "background": None,
        "autosize": "none",
        "config": {"text": {"font": "sans-serif", "fontSize": WORD_SIZE}},
        "signals": [{"name": "dark", "value": False}, {"name": "chosen", "value": -1}],
        "data": [{"name": "blocks", "values": _rows(blocks, column), "transform": _layout(depth, column, height)}],
        "scales": [
            {
                "name": "tone",
                "type": "ordinal",
                "domain": names,
                "range": {"signal": f"dark ? {json.dumps([colours[each][1] for each in names])} : "
                f"{json.dumps([colours[each][0] for each in names])}"},
            }
        ],
        "marks": [_body(), _edge(), *_words()],
    }  # fmt: skip


def _depth(blocks: Sequence[GameBlock]) -> int:
    depth = [0] * len(blocks)
    for k, block in enumerate(blocks):
        if block.parent is not None:
            depth[k] = depth[block.parent] + 1
    return max(depth)


def _rows(blocks: Sequence[GameBlock], column: int) -> list[dict[str, Any]]:
    return [_row(k, block, column) for k, block in enumerate(blocks)]


def _row(number: int, block: GameBlock, column: int) -> dict[str, Any]:
    share, room = block.chance.replace(SPACE, " "), column - EDGE - INSET - 4
    share_room = _LETTER * len(share) + 10
    what = sentence(block.what) if block.kind == BlockKind.ENDING else block.what
    return {
        "id": number,
        "order": number,
        "parent": block.parent,
        "value": block.value,
        "kind": block.kind,
        "tone": f"{block.kind} {block.tone}" if block.kind != BlockKind.START else "start ",
        "who": block.who,
        "what": what,
        "lines": _lines(wrap(what, 0.9 * room), room - share_room),
        "share": share,
        "share_room": share_room,
        "full": block.full,
        "address": block.address,
        "decision": block.decision,
        "ends": block.ends if block.kind == BlockKind.REST else "",
    }


def _lines(lines: list[str], room: float) -> list[str]:
    """Lines with one more for the probability where the last has no room (pixels) for it."""
    return lines if len(lines[-1]) * _LETTER <= room else [*lines, " "]


def _layout(depth: int, column: int, height: int) -> list[dict[str, Any]]:
    """Blocks laid out by Vega's partition; the start, which holds all others, stands left of the picture."""
    return [
        {"type": "stratify", "key": "id", "parentKey": "parent"},
        {
            "type": "partition",
            "field": "value",
            "sort": {"field": "order"},
            "padding": 1,
            "size": [height, (depth + 1) * column],
            "as": ["top", "left", "bottom", "right", "depth", "below"],
        },
        {"type": "filter", "expr": "datum.kind !== 'start'"},
        {"type": "formula", "as": "x", "expr": f"datum.left - {column}"},
        {"type": "formula", "as": "wide", "expr": "datum.right - datum.left"},
        {"type": "formula", "as": "high", "expr": "datum.bottom - datum.top"},
        # Room for so many lines of words, and whether the actor's name has one of its own.
        {"type": "formula", "as": "fit", "expr": f"floor((datum.high - 2) / {LINE_HEIGHT})"},
        {"type": "formula", "as": "named", "expr": "datum.who !== '' && datum.fit >= 2"},
        {"type": "formula", "as": "left_for_move", "expr": "datum.fit - (datum.named ? 1 : 0)"},
        {"type": "formula", "as": "whole", "expr": "length(datum.lines) <= datum.left_for_move"},
        {"type": "formula", "as": "told", "expr": "(datum.named ? 1 : 0) + (datum.whole ? length(datum.lines) : 1)"},
        {"type": "formula", "as": "middle", "expr": "(datum.top + datum.bottom) / 2"},
        {"type": "formula", "as": "first", "expr": f"datum.middle - (datum.told - 1) * {LINE_HEIGHT} / 2"},
    ]  # fmt: skip


_PLACE = {"x": {"field": "x"}, "y": {"field": "top"}, "height": {"field": "high"}}


def _page(tone: str) -> str:
    """Expression for a colour of the palette on the page as it is."""
    light, dark = PALETTE[tone]
    return f"(dark ? '{dark}' : '{light}')"


def _body() -> dict[str, Any]:
    filled = [
        {"test": "datum.kind === 'ending'", "scale": "tone", "field": "tone"},
        {"test": "datum.kind === 'rest'", "signal": _page("faint")},
        {"signal": "dark ? '#1d242b' : '#f4f6f8'"},
    ]
    return {
        "type": "rect",
        "name": "block",
        "from": {"data": "blocks"},
        "encode": {
            "enter": {
                **_PLACE,
                "width": {"field": "wide"},
                "tooltip": {"field": "full"},
                "cursor": {"value": "pointer"},
            },
            "update": {
                "fill": filled,
                "stroke": {"signal": f"datum.order === chosen ? {_page('ink')} : {_page('faint')}"},
                "strokeWidth": {"signal": "datum.order === chosen ? 2 : 1"},
            },
            "hover": {"stroke": {"signal": _page("ink")}, "strokeWidth": {"value": 2}},
        },
    }


def _edge() -> dict[str, Any]:
    return {
        "type": "rect",
        "interactive": False,
        "from": {"data": "blocks"},
        "encode": {
            "enter": {**_PLACE, "width": {"signal": f"datum.kind === 'ending' ? 0 : {EDGE}"}},
            "update": {"fill": {"scale": "tone", "field": "tone"}},
        },
    }


def _words() -> list[dict[str, Any]]:
    """Actor, move and probability; none where the block is too low for a line."""
    ink = f"datum.kind === 'ending' ? '{ON_FILLS}' : datum.kind === 'rest' ? {_page('muted')} : {_page('ink')}"
    own = [
        {"test": "datum.kind === 'ending' || datum.kind === 'rest' || datum.named", "signal": ink},
        {"scale": "tone", "field": "tone"},
    ]
    one_line = "datum.whole ? datum.lines : datum.what"
    below = f"datum.first + (datum.named ? {LINE_HEIGHT} : 0)"
    last = f"{below} + (datum.whole ? length(datum.lines) - 1 : 0) * {LINE_HEIGHT}"
    line = f"datum.wide - {EDGE + INSET + 4}"
    who = _text("datum.named ? datum.who : ''", "datum.first", [{"scale": "tone", "field": "tone"}])
    who["encode"]["enter"] |= {"fontWeight": {"value": "bold"}, "limit": {"signal": line}}
    what = _text(f"datum.fit < 1 ? '' : {one_line}", below, own)
    what["encode"]["enter"] |= {"limit": {"signal": f"{line} - (datum.whole ? 0 : datum.share_room)"}}
    share = _text("datum.fit < 1 ? '' : datum.share", last, own)
    share["encode"]["enter"] |= {"x": {"signal": "datum.x + datum.wide - 6"}, "align": {"value": "right"}}
    return [who, what, share]


def _text(words: str, y: str, colour: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "type": "text",
        "interactive": False,
        "from": {"data": "blocks"},
        "encode": {
            "enter": {
                "text": {"signal": words},
                "x": {"signal": f"datum.x + {EDGE + INSET - 4}"},
                "y": {"signal": y},
                "baseline": {"value": "middle"},
                "lineHeight": {"value": LINE_HEIGHT},
                "fontSize": {"value": WORD_SIZE},
            },
            "update": {"fill": colour},
        },
    }


def drawable(path: str | Path) -> Path:
    """The path of a picture that can be written. Raises RequestError where its name says no kind of picture."""
    path = Path(path)
    if path.suffix not in (".svg", ".png", ".json"):
        raise RequestError(f"`{path.name}`: a picture of the game is a file `.svg`, `.png` or `.json`")
    return path


@dataclass(frozen=True, eq=False)
class GamePicture:
    """The picture of a tree of histories; a notebook shows it, `save` writes it, `outline` tells it in words.

    width, height: pixels to draw for.
    """

    tree: History
    crisis: Crisis
    width: int = 1200
    height: int = 800
    blocks: list[GameBlock] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "blocks", blocks_of(self.tree, Names(self.crisis)))

    @cached_property
    def specification(self) -> dict[str, Any]:
        """The Vega specification."""
        return specification(self.blocks, self.crisis, self.width, self.height)

    @property
    def svg(self) -> str:
        """The picture as a file that stands alone."""
        from detente.report.charts.drawing import vega_svg

        return vega_svg(self.specification)

    def outline(self) -> str:
        """Everything the picture tells in words, one line for a block, indented by its depth."""
        depth, lines = [0] * len(self.blocks), list[str]()
        for k, block in enumerate(self.blocks):
            if block.parent is not None:
                depth[k] = depth[block.parent] + 1
                lines.append(f"{'  ' * (depth[k] - 1)}{block.words}")
        return "\n".join(lines)

    def save(self, path: str | Path) -> None:
        """Writes the picture: `.svg`, `.png`, or `.json` for the Vega specification. Raises RequestError for others."""
        from detente.report.charts.drawing import vega_picture

        path = drawable(path)
        if path.suffix == ".svg":
            written = self.svg.encode()
        elif path.suffix == ".png":
            written = vega_picture(self.specification)
        else:
            written = json.dumps(self.specification, ensure_ascii=False).encode()
        write_atomically(path, written)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {"image/svg+xml": self.svg, "text/plain": self.outline()}
