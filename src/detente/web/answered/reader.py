"""The process that reads: it checks texts and lists studies, and loads no solver.

python -m detente.web.answered.reader FD
"""

from __future__ import annotations

import socket
import sys
from importlib import import_module

from detente.web.answered.served import serve

LOADED = ("detente.case.read", "detente.game.checked.checks", "detente.case.editing.completing")
"""Modules that are there before the first question."""


def main(handle: int) -> None:
    """Answer questions over an open socket, given by its number."""
    for module in LOADED:
        import_module(module)
    serve(socket.socket(fileno=handle))


if __name__ == "__main__":
    main(int(sys.argv[1]))
