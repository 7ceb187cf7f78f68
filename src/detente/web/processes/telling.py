"""A process that tells studies in the report's words: begun when it is first asked, and held for the next question."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from detente.web.frame.workspace import CaseText
from detente.web.processes.framing import Frame
from detente.web.processes.pool import Processes
from detente.web.processes.worker import LostError, Worker


@dataclass(eq=False)
class StudyTeller:
    """One process beside the quick solvers, for what takes longer; it holds the studies that it made last.

    A question waits for the one before; who asks anew on the same page takes the place of its own older question.
    """

    processes: Processes
    _worker: Worker | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _latest: dict[str, object] = field(default_factory=dict[str, object])

    async def ask(self, question: str, case: CaseText, body: Mapping[str, Any], page: str = "") -> Frame:
        """The answer to a question of `ALONE`; always answers, as `Processes.solve` does."""
        own = object()
        self._latest[page] = own
        async with self._turn:
            if page and self._latest.get(page) is not own:
                return {"error": {"kind": "overtaken", "says": "A newer question of the same page took its place."}}
            try:
                if self._worker is None or self._worker.lost:
                    self._worker = await self.processes.alone()
                return await self._worker.ask(question, case, dict(body))
            except LostError as error:
                return {"error": {"kind": "lost", "says": f"The process that tells studies was lost: {error}."}}
            finally:
                if self._latest.get(page) is own:
                    del self._latest[page]

    def close(self) -> None:
        """End the process."""
        if self._worker is not None:
            self._worker.end("the laboratory closes")
