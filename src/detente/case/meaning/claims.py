"""Claims: quantities raised with their directions, or two courses compared, and what is expected of either."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from detente.case.form.claims import ClaimEntry
from detente.case.form.ledger import Path
from detente.case.form.register import VARIABLES
from detente.case.meaning.context import Desk
from detente.case.meaning.inquiries import check_round, read_given, read_interest
from detente.case.meaning.order import no_such_move, position_of
from detente.case.spelling.suggest import did_you_mean
from detente.crisis.inquiry import Claim, Course, Limit

if TYPE_CHECKING:
    from detente.case.form.document import CaseDocument

_EXPECTED = {"rises": True, "falls": False, "above": True, "below": False}
_DIRECTIONS = {"up": True, "down": False}
_MOVE = re.compile(r"(?P<stage>.+?)(?:,?\s+round\s+(?P<round>[0-9]{1,9}))?\s*:\s*(?P<move>.+)")
AS_IT_STANDS = "none"
"""The word for the course in which nothing is changed."""


def read_claims(document: CaseDocument, desk: Desk) -> tuple[Claim, ...]:
    """The claims."""
    return tuple(_claim(entry, ("claims", n), document, desk) for n, entry in enumerate(document.claims))


def _claim(entry: ClaimEntry, path: Path, document: CaseDocument, desk: Desk) -> Claim:
    if (entry.raise_ is None) == (entry.compare is None):
        what = "what is raised, or compared?" if entry.compare is None else "`raise` and `compare` at once"
        remedy = "write `raise: quantity`, or `compare: [scenario, none]`; one of the two"
        desk.ledger.error(path, what, remedy, key=True)
    raised = _raised(entry, path, desk)
    courses = _courses(entry, path, document, desk)
    comparing = entry.compare is not None
    wanted = ("above", "below") if comparing else ("rises", "falls")
    if entry.expect not in wanted and not (comparing and raised):
        what = f"`{entry.expect}` says neither {'above nor below' if comparing else 'up nor down'}"
        remedy = f"write `{wanted[0]}` or `{wanted[1]}`"
        if comparing:
            remedy += ": where the first course puts the quantity beside the second"
        desk.ledger.error((*path, "expect"), what, remedy)
    single = len(raised) == 1 and raised[0][1]
    return Claim(
        entry.id,
        entry.says,
        raised[0][0] if raised else "",
        _EXPECTED.get(entry.expect, True),
        read_interest(entry.of, (*path, "of"), desk),
        entry.by,
        desk.support(path, entry),
        desk.place(path),
        read_given(entry.given, path, document, desk),
        () if single else raised,
        courses,
    )


def _raised(entry: ClaimEntry, path: Path, desk: Desk) -> tuple[tuple[str, bool], ...]:
    """Every quantity that is moved, and whether it goes up."""
    here = (*path, "raise")
    match entry.raise_:
        case None:
            return ()
        case str(name):
            written = [(name, "up", here)]
        case list(names):
            written = [(name, "up", (*here, n)) for n, name in enumerate(names)]
        case directions:
            written = [(name, way, (*here, name)) for name, way in directions.items()]
    if not written:
        desk.ledger.error(here, "nothing is raised", "name a quantity", key=True)
    found: dict[str, bool] = {}
    for name, way, at in written:
        desk.known(at, name, desk.vocabulary.quantities, "quantity", key=isinstance(entry.raise_, dict))
        desk.moves(at, name)
        if way not in _DIRECTIONS:
            desk.ledger.suggest(at, _DIRECTIONS, "directions")
            desk.ledger.error(at, f"`{way}` is no direction", "write `up` or `down`")
        if name in found:
            desk.ledger.error(at, f"`{name}` is raised twice", "name every quantity once")
        found[name] = _DIRECTIONS.get(way, True)
    return tuple(sorted(found.items()))


def _courses(entry: ClaimEntry, path: Path, document: CaseDocument, desk: Desk) -> tuple[Course, ...]:
    if entry.compare is None:
        return ()
    here = (*path, "compare")
    if len(entry.compare) != 2:
        desk.ledger.error(
            here, f"two courses are compared, and {len(entry.compare)} stand here", "write [first, second]"
        )
        return ()
    courses = tuple(_course(text, (*here, n), document, desk) for n, text in enumerate(entry.compare))
    if courses[0] == courses[1]:
        desk.ledger.error(
            here, "a course is compared with itself", f"compare it with `{AS_IT_STANDS}`, or with another"
        )
    return courses


def _course(text: str, path: Path, document: CaseDocument, desk: Desk) -> Course:
    if text == AS_IT_STANDS and text not in document.scenarios:
        return Course()
    register = desk.ledger.register
    if text in document.scenarios:
        register.mention([("scenarios", text)], path)
        return Course(text)
    found = _MOVE.fullmatch(text)
    if found is None:
        known = (*document.scenarios, AS_IT_STANDS)
        desk.ledger.suggest(path, known, "scenarios")
        remedy = f"{did_you_mean(text, known, 'scenarios')} (a move is written `STAGE: MOVE`)"
        desk.ledger.error(path, f"`{text}` is no scenario", remedy)
        return Course(text)
    move, stage = found["move"].strip(), found["stage"].strip()
    register.mention([(VARIABLES, stage)], path, at=found.start("stage"))
    register.mention([(VARIABLES, stage, move)], path, at=found.start("move"))
    words = desk.vocabulary.stages.get(stage)
    if words is None:
        desk.ledger.error(path, f"unknown stage `{stage}`", did_you_mean(stage, desk.vocabulary.stages, "stages"))
        return Course("")
    round = int(found["round"] or 0)
    if round:
        check_round(round, words, path, desk)
    position = position_of(move, words)
    if position is None:
        desk.ledger.error(path, f"`{move}` is not a move of stage `{stage}`", no_such_move(move, words))
    return Course("", (Limit(stage, (position or 0,), True, round),))
