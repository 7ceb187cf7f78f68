"""The warmed process, from which quick solvers are split off: all that they need is loaded once, and shared by them.

python -m detente.web.answered.warm CONTROL TOLD BYTES

It takes sockets over the first (each for one solver, which is a copy of this process), and tells over the second how
far the preparation is. BYTES: the memory that a solver may take beyond what it begins with.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from time import monotonic

from detente.web.answered.served import bound_memory, die_with_parent, serve
from detente.web.processes.framing import Frame, packed

QUICK_SOLVER = b"+"
"""Message that asks for a quick solver, whose memory is bounded; any other asks for a process for long work."""

_CASE = "iran-2025"


def main(control: int, told: int, most: int) -> None:
    """Prepare everything, say so, and then split off a solver for every socket that comes."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # solvers that end are not waited for
    telling = socket.socket(fileno=told)
    coming = socket.socket(fileno=control)

    def tell(frame: Frame) -> None:
        telling.sendall(packed(frame))

    _prepare(tell)
    tell({"warm": True})
    gc.collect()
    gc.freeze()  # what is shared stays shared: nothing of it is looked at again
    while True:
        message, handles, _, _ = socket.recv_fds(coming, 1, 1)
        if not message:
            return
        if os.fork() == 0:
            coming.close()
            telling.close()
            if message == QUICK_SOLVER:
                bound_memory(most)
            serve(socket.socket(fileno=handles[0]))
        os.close(handles[0])


def _prepare(tell: Callable[[Frame], None]) -> None:
    """Load all that a quick answer takes, compile what is not compiled yet, and tell how many kernels that were."""
    from detente.kernels.compiling import telling_of_kernels

    begun = monotonic()
    with telling_of_kernels(lambda count: tell({"compiling": count, "seconds": monotonic() - begun})):
        from detente.web.answered.live import rehearse

        try:
            rehearse(_CASE)
        except Exception:  # solvers without a rehearsal are slower at first, and better than none
            traceback.print_exc(file=sys.stderr)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
