"""Every question that a page can ask a process, with the function that answers it.

A function takes an `Asked` and returns plain values. It is imported by the process when it is first asked for, and
never by the laboratory itself, which loads no solver.
"""

from __future__ import annotations

_ROOM = "detente.web.answered"

SOLVED = {
    "desk": f"{_ROOM}.live.desk",
    "answer": f"{_ROOM}.live.answer",
}
"""Questions that need a solution: quick solvers answer them."""

READ = {
    "check": f"{_ROOM}.checking.check",
    "studies": f"{_ROOM}.listing.studies",
}
"""Questions that need none: the reader answers them, also while the solvers are being prepared."""

ALONE = {
    "run": f"{_ROOM}.running.run",
    "report": f"{_ROOM}.running.report",
    "leave": f"{_ROOM}.running.leave",
}
"""Long work, for each of which a process of its own is split off, and ended when it is done."""

QUESTIONS = {**SOLVED, **READ, **ALONE}
