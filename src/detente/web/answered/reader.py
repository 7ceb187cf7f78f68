"""The process that reads: it checks texts and lists studies, and loads no solver.

python -m detente.web.answered.reader FD BYTES
"""

from __future__ import annotations

import socket
import sys
from importlib import import_module

from detente.web.answered.served import bound_memory, serve

LOADED = ("detente.case.read", "detente.game.checked.checks", "detente.case.editing.completing")
"""Modules that are there before the first question."""


def main(handle: int, most: int) -> None:
    """Answer questions over an open socket, given by its number; most: bytes of memory beyond those it begins with."""
    for module in LOADED:
        import_module(module)
    bound_memory(most)
    serve(socket.socket(fileno=handle))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
