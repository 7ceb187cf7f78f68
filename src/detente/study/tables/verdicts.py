"""Claims and answers in other equilibria: whether what raising a quantity does is the same whatever is played.

A claim, or an answer to a question, says which way a quantity of interest goes as a quantity goes from its low to its
high value with everything else as in the draw. Other equilibria are looked for at both ends, and every one found at
the low end is compared with every one found at the high end: nothing says that play stays in the same one, and often
the same one does not exist at both. The sign is *settled* where it is the reported one in every such comparison.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.analysis.other_equilibria import Several
from detente.analysis.quantity_of_interest import value_of
from detente.crisis.expressions import Expression
from detente.crisis.inquiry import EVENTS, OUTSET
from detente.study.running.multiplicity import ended_early, search, searched, spot
from detente.study.running.run import Findings
from detente.study.running.telling import FLAT

Floats = NDArray[np.float64]
Row = dict[str, Any]

VERDICT_COLUMNS = (
    "kind id name of when draw quantity low_value high_value at_low at_high direction "
    "low_equilibria high_equilibria low_least low_most high_least high_most comparisons same tried planned"
)
CLAIM, QUESTION = "claim", "question"
RISES, FALLS, STAYS = "rises", "falls", "stays"

TRIED_SHARE = 0.5
"""Share of the ways to play of a search at the draw itself that are tried at either end."""


@dataclass(frozen=True, eq=False)
class _Asked:
    """A verdict asked for: the quantity of interest, its moment, and the name of its claim or question."""

    kind: str
    id: str
    name: str
    text: str
    formula: Expression
    when: str = OUTSET


@dataclass(frozen=True, eq=False)
class _Move:
    """Quantities moved from one end to the other, and all that is told of it.

    quantity: their names. low, high: what they are set to, by name.
    """

    quantity: str
    low: Mapping[str, float]
    high: Mapping[str, float]
    asked: list[_Asked] = field(default_factory=list[_Asked])


def verdict_table(findings: Findings) -> pd.DataFrame:
    """One row for every claim, and every quantity that a question shows, by draw; draw 0 is the medians.

    Claims are looked at in the draws of `equilibrium_table`, questions at the medians, as they are told first (`when`:
    given the events or at the outset). A claim that compares two courses has none: they are two games. at_low, at_high:
    the quantity of interest at either end in the equilibrium that the run reports, direction: which way it goes. low_*,
    high_*: how many equilibria were found at either end, and the least and the most of the quantity in any of them.
    comparisons: of one at the low end with one at the high end, NaN in neither; same: in how many of them it goes the
    reported way.
    """
    rows: list[Row] = []
    moves = list(_moves(findings))
    for draw, cube in searched(findings) if moves else ():
        for move in moves:
            asked = [each for each in move.asked if draw == 0 or each.kind == CLAIM]
            if asked:
                rows += _rows(findings, move, asked, draw, cube)
    return pd.DataFrame(rows, columns=VERDICT_COLUMNS.split())


def _moves(findings: Findings) -> Iterator[_Move]:
    """Moves of a quantity to be solved: claims about one quantity, and questions, share their ends."""
    found: dict[tuple[Any, ...], _Move] = {}

    def move(low: Mapping[str, float], high: Mapping[str, float]) -> _Move:
        name = (*low.items(), *high.items())
        return found.setdefault(name, _Move(", ".join(low), low, high))

    for trial in findings.claims:
        claim = trial.claim
        if claim.courses:
            continue  # its two courses are two games, and not one game at two ends
        asked = _Asked(CLAIM, claim.id, claim.says or claim.id, *claim.of, trial.when)
        move(trial.low.fixed, trial.high.fixed).asked.append(asked)
    for sweep in findings.sweeps:
        question = sweep.question
        ends = [{question.vary: float(sweep.values[end])} for end in (0, -1)]
        asked = [
            _Asked(QUESTION, question.id, question.name or question.id, text, formula, sweep.tellings[text].when)
            for text, formula in question.show
        ]
        move(*ends).asked.extend(asked)
    yield from found.values()


def _rows(findings: Findings, move: _Move, asked: list[_Asked], draw: int, cube: Floats) -> Iterator[Row]:
    low, high = (search(findings, spot(findings, draw, cube, fixed), TRIED_SHARE) for fixed in (move.low, move.high))
    for each in asked:
        yield {
            "kind": each.kind,
            "id": each.id,
            "name": each.name,
            "of": each.text,
            "when": each.when,
            "draw": draw,
            "quantity": move.quantity,
            "low_value": next(iter(move.low.values())) if len(move.low) == 1 else np.nan,
            "high_value": next(iter(move.high.values())) if len(move.high) == 1 else np.nan,
            **_compared(_values(each, low), _values(each, high)),
            "tried": low.branches.starts + high.branches.starts,
            "planned": low.branches.planned + high.branches.planned,
        }


def _values(asked: _Asked, several: Several) -> Floats:
    solved = several.solved
    return value_of(asked.formula, solved, solved.crisis.timeline if asked.when == EVENTS else ())


def _compared(low: Floats, high: Floats) -> Row:
    """low, high [equilibrium]: the quantity of interest at either end, in the equilibrium reported first."""
    change = high[None, :] - low[:, None]
    way = np.where(np.isnan(change), np.nan, np.where(np.abs(change) <= FLAT, 0.0, np.sign(change)))
    known = ~np.isnan(way)
    return {
        "at_low": float(low[0]),
        "at_high": float(high[0]),
        "direction": "" if not known[0, 0] else {-1: FALLS, 0: STAYS, 1: RISES}[int(way[0, 0])],
        **_span("low", low),
        **_span("high", high),
        "comparisons": int(known.sum()) if known[0, 0] else 0,
        "same": int((way[known] == way[0, 0]).sum()) if known[0, 0] else 0,
    }


def _span(end: str, values: Floats) -> Row:
    known = values[~np.isnan(values)]
    least, most = (float(known.min()), float(known.max())) if len(known) else (np.nan, np.nan)
    return {f"{end}_equilibria": len(values), f"{end}_least": least, f"{end}_most": most}


def verdicts(table: pd.DataFrame) -> dict[str, Any]:
    """Summary of the table: `claims` and `questions`, one each with comparisons, same and where; and sentences.

    where: the draws in which the sign depends on the equilibrium played.
    """
    told = [_told(key, part) for key, part in table.groupby(["kind", "id"], sort=False)]
    work = table.drop_duplicates(["draw", "quantity", "low_value", "high_value"]).to_dict("records")
    early = ended_early(sum(int(row["tried"]) for row in work), sum(int(row["planned"]) for row in work))
    return {
        "claims": [each for each in told if each["kind"] == CLAIM],
        "questions": [each for each in told if each["kind"] == QUESTION],
        "sentences": [*_sentences(told), *early] if any(row["planned"] for row in work) else [],
    }


def _told(key: Any, part: pd.DataFrame) -> Row:
    rows = part.to_dict("records")
    open_ = [row for row in rows if row["same"] < row["comparisons"]]
    return {
        "kind": key[0],
        "id": key[1],
        "name": rows[0]["name"],
        "comparisons": sum(int(row["comparisons"]) for row in rows),
        "same": sum(int(row["same"]) for row in rows),
        "others": sum(int(row["low_equilibria"]) + int(row["high_equilibria"]) - 2 for row in rows),
        "of": [row["of"] for row in open_],
        "where": sorted({int(row["draw"]) for row in open_}),
    }


def _sentences(told: list[Row]) -> list[str]:
    said = [_unsettled(each) for each in told if each["where"]]
    held = [each for each in told if not each["where"]]
    if not held:
        return said
    kinds = dict.fromkeys(each["kind"] for each in held)
    what = " and ".join({CLAIM: "claims", QUESTION: "answers to questions"}[kind] for kind in kinds)
    if any(each["others"] for each in held):
        which = "all other" if said else "all"
        return [*said, f"The signs of {which} {what} are the same whichever of the equilibria found is played."]
    which = "the other " if said else ""
    return [
        *said,
        f"With the quantities of {which}{what} at their low and at their high value no other equilibrium was found.",
    ]


def _unsettled(each: Row) -> str:
    """A claim or an answer whose sign depends on which equilibrium is played."""
    where = ", ".join("the medians" if draw == 0 else f"draw {draw}" for draw in each["where"])
    shown = f" ({'; '.join(dict.fromkeys(each['of']))})" if each["kind"] == QUESTION else ""
    return (
        f"“{each['name']}”{shown}: the sign reported holds in some equilibria only, in {each['same']} of "
        f"{each['comparisons']} comparisons of one with the quantity low and one with it high; the others are at "
        f"{where}."
    )
