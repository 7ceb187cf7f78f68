"""One process beside the laboratory, as the laboratory holds it: asked one question at a time, and perhaps lost."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from detente.web.frame.workspace import CaseText
from detente.web.processes.framing import BrokenFrameError, Frame, packed, read_frame

_KNOWN = 8
"""Texts of cases that a process is known to hold; it holds a few more."""

Heard = Callable[[Frame], None]


class LostError(Exception):
    """A process that ended, or was ended, before it answered; says why. late: it was ended for taking too long."""

    def __init__(self, why: str, late: bool = False) -> None:
        super().__init__(why)
        self.late = late


class Worker:
    """A process with which messages are exchanged. serving: the case and the page it served last."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pid: int) -> None:
        self.pid = pid
        self.serving: tuple[str, str] = ("", "")
        self.lost = False
        self._reader = reader
        self._writer = writer
        self._texts: list[str] = []
        self._number = 0
        self._why = ""
        self._late = False

    @staticmethod
    async def on(held: socket.socket) -> Worker:
        """The process at the other end of a socket, once it has said who it is. Raises LostError."""
        held.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=held)
        hello = await read_frame(reader)
        if hello is None:
            raise LostError("it ended before it began")
        return Worker(reader, writer, int(hello["pid"]))

    async def ask(self, question: str, case: CaseText | None, body: Frame, heard: Heard | None = None) -> Frame:
        """The answer to a question. heard: told what the process tells on the way. Raises LostError.

        Where whoever asks no longer waits, the process is told to stop, and its answer is still awaited, for another
        question may only come after it.
        """
        self._number += 1
        number = self._number
        try:
            await self._send({"ask": number, "question": question, "body": body, **self._case(case)})
            answer = asyncio.ensure_future(self._answer(number, case, heard))
            try:
                return await asyncio.shield(answer)
            except asyncio.CancelledError:
                await self.stop()
                await answer
                raise
        except (ConnectionError, BrokenFrameError, OSError) as error:
            self.lost = True
            raise LostError(self._why or "it ended", self._late) from error

    async def stop(self) -> None:
        """Ask it to leave off what it is doing; it answers what is finished."""
        try:
            await self._send({"stop": self._number})
        except OSError:
            self.lost = True

    def end(self, why: str = "", late: bool = False) -> None:
        """End it at once; whoever waits for its answer is told why."""
        self._why, self._late, self.lost = self._why or why, late, True
        with suppress(OSError):
            os.kill(self.pid, signal.SIGKILL)
        self._writer.close()

    async def _answer(self, number: int, case: CaseText | None, heard: Heard | None) -> Frame:
        while True:
            frame = await read_frame(self._reader)
            if frame is None:
                self.lost = True
                raise LostError(self._why or "it ended", self._late)
            if frame.get("to") != number:
                continue
            if "lacks" in frame and case is not None:
                await self._send({"text": case.text, "name": case.name, "digest": case.digest})
            elif "told" in frame:
                if heard is not None:
                    heard(frame["told"])
            else:
                return frame

    def _case(self, case: CaseText | None) -> dict[str, Any]:
        """The digest of a case, and its text where the process does not hold it yet."""
        if case is None:
            return {}
        told = {"digest": case.digest, "name": case.name}
        if case.digest in self._texts:
            return {"case": told}
        self._texts = [*self._texts[-_KNOWN + 1 :], case.digest]
        return {"case": {**told, "text": case.text}}

    async def _send(self, frame: Frame) -> None:
        self._writer.write(packed(frame))
        await self._writer.drain()
