"""The one stream of events of a browser: what happens in the laboratory, told to all its tabs."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

KEPT_EVENTS = 500
"""Events that are kept for a tab that takes over the stream."""

_QUIET = 15.0
"""Seconds without an event after which a sign of life is sent."""


class Hub:
    """Events in the order in which they happened, each with a number, a kind and what it tells."""

    def __init__(self) -> None:
        self._told: deque[tuple[int, str]] = deque(maxlen=KEPT_EVENTS)
        self._count = 0
        self._changed = asyncio.Event()
        self._closed = False

    def tell(self, kind: str, **what: Any) -> None:
        """Tell every browser that something happened; what: plain values."""
        self._count += 1
        body = json.dumps({"kind": kind, **what}, ensure_ascii=False)
        self._told.append((self._count, f"id: {self._count}\ndata: {body}\n\n"))
        self._wake()

    def close(self) -> None:
        """End all streams."""
        self._closed = True
        self._wake()

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def stream(self, after: int | None = None) -> AsyncIterator[str]:
        """Events from now on, or all that are kept after a number, in the form of server-sent events."""
        last = self._count if after is None or after > self._count else after
        yield f"retry: 1000\nid: {last}\n: the stream has begun\n\n"
        while not self._closed:
            changed = self._changed
            for number, text in list(self._told):
                if number > last:
                    last = number
                    yield text
            try:
                await asyncio.wait_for(changed.wait(), _QUIET)
            except TimeoutError:
                yield ": still here\n\n"
