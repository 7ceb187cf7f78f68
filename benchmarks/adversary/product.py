"""A version of the program under test, in a process of its own, so that neither a hang nor a crash ends the trials."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DRIVER = Path(__file__).with_name("driver.py")
PATIENCE = 120.0
"""Seconds after which a request counts as hanging; kernels that are compiled first are waited for at the start."""

SMALL = """detente: 1
title: warm
actors: {a: {private: {t: {x: 0.5, y: rest}}}, b: {}}
stages:
  - {id: m, by: a, choose: {l: , r: }}
  - {id: n, by: b, choose: {l: {end: o}, r: {end: z}}}
outcomes: {o: {payoffs: {a: "if(a.t = x, 1, 0)", b: "if(m = l, 1, 0)"}}, z: {payoffs: {a: 0.3, b: 0.6}}}
"""


class NoAnswerError(Exception):
    """A request that a whole part hangs on, and that has no value for an answer."""


@dataclass
class Product:
    """The program in the interpreter `python`; answers are dictionaries with one of the keys of `driver.guarded`,
    or {"hang": seconds}, {"died": exit code}."""

    python: str = sys.executable
    patience: float = PATIENCE
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    rest: bytes = field(default=b"", init=False)

    def __enter__(self) -> Product:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                with contextlib.suppress(OSError):
                    pipe.close()
            self.process = None

    def _started(self) -> subprocess.Popen[bytes]:
        if self.process is None or self.process.poll() is not None:
            self.stop()
            environment = {**os.environ, "PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "1"}
            self.process = subprocess.Popen(
                [self.python, str(DRIVER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=os.environ.get("TMPDIR", "/tmp"),
                env=environment,
            )
            self.rest = b""
            self._spoken({"do": "solve", "text": SMALL}, 900.0)
        return self.process

    def call(self, do: str, **fields: Any) -> dict[str, Any]:
        """The answer to one request."""
        self._started()
        return self._spoken({"do": do, **fields}, self.patience)

    def value(self, do: str, **fields: Any) -> Any:
        """The value that answers one request. Raises NoAnswerError where there is none."""
        told = self.call(do, **fields)
        if "value" not in told:
            raise NoAnswerError(broken(told) or str(told)[:300])
        return told["value"]

    def _spoken(self, request: dict[str, Any], patience: float) -> dict[str, Any]:
        process = self.process
        if process is None:
            return {"died": "nothing: it cannot be started"}
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            line = self._line(process, patience)
        except BrokenPipeError:
            line = b""
        except BaseException:
            self.stop()  # what it may still answer is no answer to the next request
            raise
        if line is None:
            self.stop()
            return {"hang": patience}
        if not line:
            code = process.wait()
            self.stop()
            return {"died": code}
        return json.loads(line)

    def _line(self, process: subprocess.Popen[bytes], patience: float) -> bytes | None:
        """The next line; None after the patience, empty where the process has ended."""
        with selectors.DefaultSelector() as waiting:
            waiting.register(process.stdout, selectors.EVENT_READ)
            while b"\n" not in self.rest:
                if not waiting.select(patience):
                    return None
                piece = os.read(process.stdout.fileno(), 1 << 20)
                if not piece:
                    return b""
                self.rest += piece
        line, _, self.rest = self.rest.partition(b"\n")
        return line


def broken(told: dict[str, Any]) -> str:
    """Fate of a request that neither answered nor refused in words; empty where it did."""
    for key in ("crash", "hang", "died"):
        if key in told:
            return f"{key}: {told[key]}"
    return ""


def refused(told: dict[str, Any]) -> bool:
    return "problems" in told or "refused" in told


def unplaced(told: dict[str, Any]) -> list[str]:
    """Problems of a file that say no place in it."""
    return [each["what"] for each in told.get("problems", ()) if not each["place"]]
