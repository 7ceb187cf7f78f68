"""A process's side of the conversation: questions in, answers out, stops heeded, errors in words."""

from __future__ import annotations

import ctypes
import importlib
import os
import resource
import signal
import socket
import sys
import traceback
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from detente.crisis.model import Crisis
from detente.errors import CaseError, DetenteError, Problem, StoppedError
from detente.kernels.stopping import Stop
from detente.web.answered.questions import QUESTIONS
from detente.web.processes.framing import BrokenFrameError, Frame, packed, receive

if TYPE_CHECKING:
    from detente.study.session import Session

HELD_TEXTS = 12
"""Texts of cases that a process holds; what was compiled of them is held for the last few."""

_SESSIONS = 3
_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


@dataclass(eq=False)
class Asked:
    """A question as it reaches the function that answers it.

    name, text, digest: the case's, empty for a question about none. body: whatever else the page sent.
    tell: passes on how far the work is, to whoever asked.
    """

    name: str
    text: str
    digest: str
    body: Mapping[str, Any]
    tell: Callable[[Frame], None]
    sessions: Sessions = field(repr=False)

    def session(self) -> Session:
        """The case as a session with the settings that the question brings. Raises CaseError and RequestError."""
        return self.sessions.at(self, self.body.get("settings") or {})

    def crisis(self) -> Crisis:
        """The case itself. Raises CaseError."""
        case = self.session().case
        assert isinstance(case, Crisis)  # a page opens no game file
        return case

    def remembered(self, name: str, make: Callable[[], Any]) -> Any:
        """Something made once for this case and held as long as the case is."""
        return self.sessions.remembered(self, name, make)


class Sessions:
    """The sessions of a process, one for each text of a case, those asked for last."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, tuple[Session, dict[str, Any]]] = OrderedDict()

    def at(self, asked: Asked, settings: Mapping[str, Any]) -> Session:
        """The session of a case, set to exactly the settings given. Raises CaseError and RequestError."""
        session, _ = self._held_of(asked)
        known = {name: settings[name] for name in ("rationality", "scenario", "force", "forbid") if name in settings}
        return session.reset().set(settings.get("set") or {}, **known)

    def remembered(self, asked: Asked, name: str, make: Callable[[], Any]) -> Any:
        """Something made once for a case."""
        _, memory = self._held_of(asked)
        if name not in memory:
            memory[name] = make()
        return memory[name]

    def _held_of(self, asked: Asked) -> tuple[Session, dict[str, Any]]:
        from detente.case.read import read_text
        from detente.study.session import Session

        if asked.digest not in self._held:
            name = asked.name.removesuffix(".yaml").removesuffix(".yml")
            self._held[asked.digest] = (Session(read_text(asked.text, f"{name}.yaml")), {})
            while len(self._held) > _SESSIONS:
                self._held.popitem(last=False)[1][0].close()
        self._held.move_to_end(asked.digest)
        return self._held[asked.digest]


def serve(held: socket.socket) -> None:
    """Answer questions until the laboratory lets go; ends with it, whatever is under way."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the laboratory, which ends its processes itself
    sending = Lock()

    def send(frame: Frame) -> None:
        with sending:
            held.sendall(packed(frame))

    send({"pid": os.getpid()})
    waiting: SimpleQueue[tuple[Frame, Stop]] = SimpleQueue()
    Thread(target=_listen, args=(held, waiting), daemon=True).start()
    texts: OrderedDict[str, str] = OrderedDict()
    sessions = Sessions()
    while True:
        frame, stop = waiting.get()
        case = frame.get("case") or {}
        if "text" in case:
            texts[case["digest"]] = case["text"]
            while len(texts) > HELD_TEXTS:
                texts.popitem(last=False)
        number = frame["ask"]
        asked = Asked(
            case.get("name", ""),
            texts.get(case.get("digest", ""), ""),
            case.get("digest", ""),
            frame["body"],
            lambda told, number=number: send({"to": number, "told": told}),
            sessions,
        )
        answer = answered(frame["question"], asked, stop)
        try:
            send({"to": number, **answer})
        except ValueError:
            send({"to": number, "error": {"kind": "failed", "says": "the answer holds numbers that are none"}})
        if answer.get("error", {}).get("kind") == "memory":
            os._exit(1)  # nothing is known of what was left half done


def _listen(held: socket.socket, waiting: SimpleQueue[tuple[Frame, Stop]]) -> None:
    """Take in questions and stops while an answer is being worked out; the end of the laboratory is the end."""
    last, stop = 0, Stop()
    while True:
        try:
            frame = receive(held)
        except (BrokenFrameError, OSError):
            frame = None
        if frame is None:
            os._exit(0)
        if "stop" in frame:
            if frame["stop"] == last:
                stop.ask()
            continue
        last, stop = frame["ask"], Stop()
        waiting.put((frame, stop))


def answered(question: str, asked: Asked, stop: Stop) -> Frame:
    """The answer to a question, or what went wrong, in words."""
    try:
        module, _, name = QUESTIONS[question].rpartition(".")
        answer = getattr(importlib.import_module(module), name)
        with stop.heeded():
            return {"answer": answer(asked)}
    except CaseError as error:
        return {
            "error": {"kind": "problems", "says": "The case has problems.", "problems": told_problems(error.problems)}
        }
    except StoppedError as error:
        return {"error": {"kind": "stopped", "says": str(error)}}
    except DetenteError as error:
        return {"error": {"kind": "refused", "says": str(error)}}
    except MemoryError:
        return {"error": {"kind": "memory", "says": "It takes more memory than a solver may use."}}
    except Exception as error:  # told on the page and in the terminal, and the process goes on
        traceback.print_exc(file=sys.stderr)
        return {"error": {"kind": "failed", "says": f"Something went wrong in the program: {type(error).__name__}."}}


def told_problems(problems: tuple[Problem, ...]) -> list[dict[str, Any]]:
    """Problems of a case as plain values; line and column count from 1, and are None where there is no place."""
    return [
        {
            "severity": each.severity,
            "what": each.what,
            "remedy": each.remedy,
            "line": each.where.line if each.where else None,
            "column": each.where.column if each.where else None,
        }
        for each in problems
    ]


def die_with_parent() -> None:
    """Let the kernel end this process when the one that began it ends, where the kernel can."""
    if not sys.platform.startswith("linux"):
        return
    try:
        ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, int(signal.SIGKILL))
    except (OSError, AttributeError):
        return


def bound_memory(most: int) -> None:
    """Bound the memory that this process may take beyond what it has: more cannot be had then, which is told."""
    if most <= 0:
        return
    try:
        with open("/proc/self/statm") as file:
            now = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + most, resource.RLIM_INFINITY))
    except (OSError, ValueError):
        return
