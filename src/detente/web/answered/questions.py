"""Every question that a page can ask a process, with the function that answers it.

A function takes an `Asked` and returns plain values. It is imported by the process when it is first asked for, and
never by the laboratory itself, which loads no solver.
"""

from __future__ import annotations

_ROOM = "detente.web.answered"

SOLVED = {
    "desk": f"{_ROOM}.live.desk",
    "answer": f"{_ROOM}.live.answer",
    "game": f"{_ROOM}.game.game",
    "decision": f"{_ROOM}.game.decision",
    "find_moves": f"{_ROOM}.game.find_moves",
    "movers": f"{_ROOM}.game.movers",
    "sights": f"{_ROOM}.events.sights",
    "follow": f"{_ROOM}.events.follow",
    "look": f"{_ROOM}.play.look",
    "move": f"{_ROOM}.play.move",
}
"""Questions that need a solution: quick solvers answer them."""

READ = {
    "check": f"{_ROOM}.checking.check",
    "seats": f"{_ROOM}.play.seats",
    "report_style": f"{_ROOM}.findings.report_style",
    "studies": f"{_ROOM}.listing.studies",
    "kinds": f"{_ROOM}.beginning.kinds",
    "begin": f"{_ROOM}.beginning.begin",
    "form": f"{_ROOM}.editing.form",
    "edit": f"{_ROOM}.editing.edit",
    "complete": f"{_ROOM}.editing.complete",
}
"""Questions that need none: the reader answers them, also while the solvers are being prepared."""

ALONE = {
    "run": f"{_ROOM}.running.run",
    "report": f"{_ROOM}.running.report",
    "leave": f"{_ROOM}.running.leave",
    "section": f"{_ROOM}.findings.section",
    "compare": f"{_ROOM}.findings.compare",
}
"""Long work, for each of which a process of its own is split off, and ended when it is done."""

QUESTIONS = {**SOLVED, **READ, **ALONE}
