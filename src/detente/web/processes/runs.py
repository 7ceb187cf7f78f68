"""Studies under way: each in a process of its own, told as it goes, and ended where it is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from detente.web.frame.hub import Hub
from detente.web.frame.workspace import CaseText
from detente.web.processes.framing import Frame
from detente.web.processes.pool import Processes
from detente.web.processes.worker import LostError, Worker

MOST_RUNS = 3
"""Studies that run at once; each uses all processors."""

_REMEMBERED = 50
"""Studies that are told of after they have ended."""

CANCELLED = "cancelled"


class TooManyError(Exception):
    """As many studies run as may run at once."""


@dataclass
class StudyRun:
    """A study under way, or that has ended since the laboratory was opened.

    state: waiting, running, finished, interrupted, cancelled, lost or failed. stage, done, total: what is being solved,
    and how many solutions there are. so_far: what the finished draws say. study: its id in the library, once finished.
    """

    id: str
    case: str
    settings: Mapping[str, Any]
    draws: int | None
    seed: int
    begun: str
    state: str = "waiting"
    stage: str = ""
    done: int = 0
    total: int = 0
    so_far: Mapping[str, Any] | None = None
    study: str = ""
    says: str = ""


@dataclass(eq=False)
class Runs:
    """All studies that were begun here."""

    processes: Processes
    hub: Hub
    known: dict[str, StudyRun] = field(default_factory=dict[str, StudyRun])
    _workers: dict[str, Worker] = field(default_factory=dict[str, Worker])
    _tasks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    @property
    def under_way(self) -> list[StudyRun]:
        """Studies that have not ended."""
        return [each for each in self.known.values() if each.state in ("waiting", "running")]

    def begin(self, case: CaseText, body: Mapping[str, Any]) -> StudyRun:
        """Begin a study; body: settings, draws and seed, or `study`, the id of an interrupted one. Raises TooManyError.

        It runs even where nobody looks on; the library keeps each block as it is solved.
        """
        if len(self.under_way) >= MOST_RUNS:
            raise TooManyError
        run = StudyRun(
            uuid4().hex[:12],
            case.name,
            body.get("settings") or {},
            body.get("draws"),
            body.get("seed", 0),
            datetime.now(UTC).isoformat(timespec="seconds"),
        )
        ended = [each.id for each in self.known.values() if each not in self.under_way]
        for id in ended[: max(0, len(self.known) - _REMEMBERED)]:
            del self.known[id]
        self.known[run.id] = run
        task = asyncio.ensure_future(self._follow(run, case, dict(body)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return run

    def cancel(self, id: str) -> StudyRun | None:
        """End a study at once; blocks that are finished stay in the library. None where there is no such study."""
        run = self.known.get(id)
        if run is not None and run.state in ("waiting", "running"):
            run.state = CANCELLED
            if (worker := self._workers.pop(id, None)) is not None:
                worker.end("it was cancelled")
            self._tell(run)
        return run

    def close(self) -> None:
        """End all of them."""
        for run in self.under_way:
            self.cancel(run.id)
        for task in self._tasks:
            task.cancel()

    async def _follow(self, run: StudyRun, case: CaseText, body: Frame) -> None:
        self._tell(run)
        try:
            worker = await self.processes.alone()
            if run.state == CANCELLED:
                worker.end()
                return
            self._workers[run.id] = worker
            run.state = "running"
            self._tell(run)
            answer = await worker.ask("run", case, body, lambda told: self._heard(run, told))
            worker.end()
        except LostError as error:
            if run.state != CANCELLED:
                run.state, run.says = (
                    "lost",
                    f"The process that solved it was ended: {error}. Finished blocks are kept.",
                )
                self._tell(run)
            return
        finally:
            self._workers.pop(run.id, None)
        if "error" in answer:
            run.state, run.says = "failed", str(answer["error"]["says"])
            problems = answer["error"].get("problems") or []
            run.says += "".join(f" {each['what']}." for each in problems[:5])
        else:
            told = answer["answer"]
            run.study, run.so_far = told["study"], told["so_far"]
            run.state = "interrupted" if told["interrupted"] else "finished"
            run.done = run.total
        self._tell(run)

    def _heard(self, run: StudyRun, told: Frame) -> None:
        if "so_far" in told:
            run.so_far = told["so_far"]
        else:
            run.stage, run.done, run.total = told["stage"], told["done"], told["total"]
        self._tell(run)

    def _tell(self, run: StudyRun) -> None:
        self.hub.tell("run", run=asdict(run))
