"""Charts put together as one Vega-Lite specification.

Altair's own `layer` and `concat` copy every part of every part; a report of thirty charts would spend seconds on that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt


class Composed:
    """Charts in one: `kind` is the key of Vega-Lite that holds them, the settings stand beside it."""

    def __init__(self, kind: str, parts: Sequence[Any], settings: dict[str, Any]) -> None:
        self._kind, self._parts, self._settings = kind, parts, settings

    def to_dict(self, validate: bool = False, *, context: dict[str, Any] | None = None) -> dict[str, Any]:
        """The specification, called as Altair's charts are. validate: check the parts, not how they stand together."""
        within = {"datasets": {}, **(context or {}), "top_level": False}
        whole: dict[str, Any] = {key: _plainly(value) for key, value in self._settings.items()}
        whole[self._kind] = [part.to_dict(validate=validate, context=within) for part in self._parts]
        return whole if context is not None else whole | {"$schema": alt.SCHEMA_URL, "datasets": within["datasets"]}


def layer(*parts: Any, **settings: Any) -> Composed:
    """Charts one above the other on one pair of axes."""
    return Composed("layer", parts, settings)


def concat(*parts: Any, **settings: Any) -> Composed:
    """Charts in rows of so many `columns`."""
    return Composed("concat", parts, settings)


def hconcat(*parts: Any, **settings: Any) -> Composed:
    """Charts side by side."""
    return Composed("hconcat", parts, settings)


def vconcat(*parts: Any, **settings: Any) -> Composed:
    """Charts one below the other."""
    return Composed("vconcat", parts, settings)


def _plainly(value: Any) -> Any:
    return value.to_dict(validate=False) if hasattr(value, "to_dict") else value
