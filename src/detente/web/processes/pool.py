"""The processes of a laboratory: one that reads, and quick solvers, one per processor; one that is lost is replaced."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from time import monotonic
from typing import Any

from detente.web.frame.hub import Hub
from detente.web.frame.workspace import CaseText
from detente.web.processes.framing import Frame, read_frame
from detente.web.processes.worker import Heard, LostError, Worker

ANSWER_WITHIN = 120.0
"""Seconds after which a solver that has not answered is ended."""

READ_WITHIN = 30.0
"""Seconds after which the process that reads is ended where it has not answered: others wait for it."""

MEMORY = 2_000_000_000
"""Bytes that a quick solver, or the process that reads, may take beyond what it begins with."""

_QUICK, _LONG = b"+", b"-"
"""Messages that ask the warmed process for a quick solver, and for a process for long work."""

_LOOKS = 1.0
"""Seconds after which whoever waits for a solver looks again."""

_LAST = 2.0
"""Seconds for which processes that were closed are waited for."""

_AGAIN = 0.5
"""Seconds after which a process that could not be begun is begun again."""


class Processes:
    """All processes that the laboratory asks. Nothing waits for them to begin: who asks too early waits for one."""

    def __init__(self, hub: Hub, solvers: int = 0, within: float = ANSWER_WITHIN, memory: int = MEMORY) -> None:
        self._hub = hub
        self._count = solvers or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else solvers or 2
        self._within = within
        self._memory = memory
        self._changed = asyncio.Condition()
        self._free: list[Worker] = []
        self._every: set[Worker] = set()
        self._reader: Worker | None = None
        self._reading = asyncio.Lock()
        self._control: socket.socket | None = None
        self._latest: dict[str, asyncio.Task[Any]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._begun = monotonic()
        self._programs: list[asyncio.subprocess.Process] = []
        self._closed = False
        self.preparing: dict[str, Any] | None = {"compiled": 0, "seconds": 0.0}

    def begin(self) -> None:
        """Begin all processes, in the background."""
        self._spawn(self._keep_warm())
        self._spawn(self._begin_reader())

    def close(self) -> None:
        """End all processes."""
        self._closed = True
        for task in list(self._tasks):
            task.cancel()
        for worker in [*self._every, *([self._reader] if self._reader else [])]:
            worker.end("the laboratory closes")
        for program in self._programs:
            if program.returncode is None:
                with suppress(ProcessLookupError):  # not `program.kill`, which would take its end from who waits for it
                    os.kill(program.pid, signal.SIGKILL)
        if self._control is not None:
            self._control.close()

    async def ended(self) -> None:
        """Waits until the processes that were closed are gone, so that none is missed after the loop has ended."""
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*(each.wait() for each in self._programs)), _LAST)

    @property
    def pids(self) -> list[int]:
        """Process ids of the quick solvers."""
        return [worker.pid for worker in self._every]

    async def read(self, question: str, case: CaseText | None = None, **body: Any) -> Frame:
        """The answer of the process that reads; a question of `detente.web.answered.questions.READ`."""
        async with self._reading:
            for attempt in (1, 2):
                while self._reader is None or self._reader.lost:
                    await self._begin_reader()
                try:
                    return await _in_time(READ_WITHIN, self._reader, self._reader.ask(question, case, body))
                except LostError as error:
                    if error.late:
                        return _error("time", f"That took longer than {READ_WITHIN:.0f} seconds and was ended.")
                    if attempt == 2:
                        return _error("lost", f"The process that reads was lost: {error}.")
            raise AssertionError

    async def solve(
        self,
        question: str,
        case: CaseText,
        settings: Mapping[str, Any] | None = None,
        *,
        page: str = "",
        heard: Heard | None = None,
        **body: Any,
    ) -> Frame:
        """The answer of a quick solver; a question of `detente.web.answered.questions.SOLVED`.

        settings: `rationality`, `set`, `scenario`, `force`, `forbid`, as for `dt.Session`. page: names the page that
        asks: a page's newest question counts, and one of it that is still under way is stopped. Always answers: what
        went wrong comes as `{"error": {"kind": …, "says": …}}`.
        """
        asked = {**body, "settings": dict(settings or {})}
        task = asyncio.ensure_future(self._solve(question, case, asked, heard, page))
        if page:
            before, self._latest[page] = self._latest.get(page), task
            if before is not None and not before.done():
                before.cancel()
        try:
            return await task
        except asyncio.CancelledError:
            if task.cancelled() and page and self._latest.get(page) is not task:
                return _error("overtaken", "A newer question of the same page took its place.")
            task.cancel()
            raise
        finally:
            if page and self._latest.get(page) is task:
                del self._latest[page]

    async def _solve(self, question: str, case: CaseText, body: Frame, heard: Heard | None, page: str) -> Frame:
        worker = await self._take(case.digest, page)
        if worker is None:
            return _error("lost", f"No solver was free for {self._within:.0f} seconds.")
        try:
            return await _in_time(self._within, worker, self._asked(worker, question, case, body, heard))
        except LostError as error:
            if error.late:
                return _error("time", f"The solver took longer than {self._within:.0f} seconds and was ended.")
            return _error("lost", "The solver was ended from outside, or ran out of memory.")
        finally:
            await asyncio.shield(self._spawn(self._give_back(worker)))

    async def _asked(self, worker: Worker, question: str, case: CaseText, body: Frame, heard: Heard | None) -> Frame:
        answer = await worker.ask(question, case, body, heard)
        if answer.get("error", {}).get("kind") == "memory":
            worker.lost = True
        return answer

    async def _take(self, digest: str, page: str) -> Worker | None:
        """A solver that is free: best the one that served the same page last, or the same case, or nobody yet.

        None where none is free for too long, once they are prepared.
        """

        def liking(worker: Worker) -> tuple[bool, bool, bool]:
            return worker.serving == (digest, page), worker.serving[0] == digest, not worker.serving[0]

        waited = 0.0
        async with self._changed:
            while waited <= self._within:
                self._free = [worker for worker in self._free if not worker.lost]
                if self._free:
                    # Of several it is the one used last, which has the numbers nearest to those asked for.
                    found = max(reversed(self._free), key=liking)
                    self._free.remove(found)
                    found.serving = (digest, page)
                    return found
                begun = monotonic()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), _LOOKS)
                waited += 0.0 if self.preparing else monotonic() - begun
        return None

    async def _give_back(self, worker: Worker) -> None:
        if worker.lost:
            self._lose(worker)
            return
        async with self._changed:
            self._free.append(worker)
            self._changed.notify_all()

    def _lose(self, worker: Worker) -> None:
        if worker in self._every:
            self._every.discard(worker)
            worker.end()
            if not self._closed:
                self._hub.tell("solver", state="lost")
                self._spawn(self._split_off())

    async def alone(self) -> Worker:
        """A process of its own for long work, which whoever asked for it ends. Waits until solvers are prepared."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._control is not None)
        return await self._copied(_LONG)

    async def _copied(self, kind: bytes) -> Worker:
        """A copy of the warmed process. Raises LostError."""
        if self._control is None:
            raise LostError("solvers are being prepared")
        ours, theirs = socket.socketpair()
        try:
            socket.send_fds(self._control, [kind], [theirs.fileno()])
        except OSError as error:
            ours.close()
            raise LostError("the process that it would come from ended") from error
        finally:
            theirs.close()
        return await Worker.on(ours)

    async def _split_off(self) -> None:
        """A new quick solver."""
        try:
            worker = await self._copied(_QUICK)
        except LostError:
            if self._control is not None:  # else whoever keeps the warmed process begins the solvers with it
                await asyncio.sleep(_AGAIN)
                self._spawn(self._split_off())
            return
        self._every.add(worker)
        await self._give_back(worker)
        self._hub.tell("solver", state="ready")

    async def _keep_warm(self) -> None:
        """Keep a warmed process, begun anew where it ends, and say how far it is prepared."""
        while not self._closed:
            control, theirs = socket.socketpair()
            told, telling = socket.socketpair()
            handles = (theirs.fileno(), telling.fileno())
            try:
                program = await _python("warm", *handles, self._memory, handles=handles)
                self._programs = [each for each in self._programs if each.returncode is None] + [program]
            finally:
                theirs.close()
                telling.close()
            told.setblocking(False)
            reader, writer = await asyncio.open_connection(sock=told)
            while (frame := await read_frame(reader)) is not None:
                if "compiling" in frame:
                    self.preparing = {"compiled": frame["compiling"], "seconds": frame["seconds"]}
                    self._hub.tell("preparing", **self.preparing)
                elif frame.get("warm"):
                    self.preparing, self._control = None, control
                    self._hub.tell("prepared", seconds=monotonic() - self._begun)
                    async with self._changed:
                        self._changed.notify_all()
                    for _ in range(self._count):
                        self._spawn(self._split_off())
            self._control = None
            control.close()
            writer.close()
            for worker in list(self._every):
                self._every.discard(worker)
                worker.end("the process that it came from ended")
            self.preparing = {"compiled": 0, "seconds": 0.0}
            await asyncio.sleep(_AGAIN)

    async def _begin_reader(self) -> None:
        ours, theirs = socket.socketpair()
        try:
            handle = theirs.fileno()
            program = await _python("reader", handle, self._memory, handles=(handle,))
            self._programs = [each for each in self._programs if each.returncode is None] + [program]
        finally:
            theirs.close()
        try:
            self._reader = await Worker.on(ours)
        except LostError:
            await asyncio.sleep(_AGAIN)

    def _spawn(self, work: Any) -> asyncio.Task[Any]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def _python(room: str, *arguments: int, handles: tuple[int, ...]) -> asyncio.subprocess.Process:
    """A process of Python that runs a module of `detente.web.answered` and holds some open sockets."""
    module = f"detente.web.answered.{room}"
    words = [str(each) for each in arguments]
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *words, pass_fds=handles, stdin=asyncio.subprocess.DEVNULL, start_new_session=True
    )


async def _in_time(most: float, worker: Worker, asking: Coroutine[Any, Any, Frame]) -> Frame:
    """An answer, unless it takes too long: then the process is ended, for it may not look at any stop."""
    late = asyncio.get_running_loop().call_later(most, worker.end, "it took too long", True)
    try:
        return await asking
    finally:
        late.cancel()


def _error(kind: str, says: str) -> Frame:
    return {"error": {"kind": kind, "says": says}}
