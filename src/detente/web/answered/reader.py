"""The process that reads: it checks texts and lists studies, and loads no solver.

python -m detente.web.answered.reader FD
"""

from __future__ import annotations

import socket
import sys

from detente.web.answered.served import serve


def main(handle: int) -> None:
    """Answer questions over an open socket, given by its number."""
    import detente.case.read
    import detente.game.checked.checks  # noqa: F401  (both before the first question)

    serve(socket.socket(fileno=handle))


if __name__ == "__main__":
    main(int(sys.argv[1]))
