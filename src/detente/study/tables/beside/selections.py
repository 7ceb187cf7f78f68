"""Seeing beside doing in a run: what claims and questions tell given a move, and the same with the move forced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from detente.analysis.told.selection import Selection, move_words, moves_given
from detente.crisis.expressions import Expression
from detente.errors import CaseError, RequestError
from detente.study.running.bench import prepared_for
from detente.study.running.run import Findings
from detente.study.running.weights import normalised
from detente.study.running.workers import solve_ensemble

Row = dict[str, Any]

SELECTIONS = (
    "quantity moves parts says seen seen_error forced forced_error as_it_stands as_it_stands_error seeing seeing_error "
    "doing doing_error apart apart_error events draws"
)


def selections(findings: Findings) -> pd.DataFrame:
    """Quantities that a claim or a question tells given a move, as they are where the move is seen, and where forced.

    parts: True where the two differ by more than twice the standard error of their difference; says: both effects in a
    sentence. events: so many events of the timeline are given, those that the move does not contradict. draws: on how
    many it was solved.
    """
    crisis = findings.prepared.crisis

    def rows() -> Iterator[Row]:
        asked = dict(claim.of for claim in crisis.claims)
        asked |= {text: formula for question in crisis.questions for text, formula in question.show}
        for text, interest in asked.items():
            yield from _selection(findings, text, interest)

    return pd.DataFrame(list(rows()), columns=SELECTIONS.split())


def _selection(findings: Findings, text: str, interest: Expression) -> Iterator[Row]:
    prepared, request = findings.prepared, findings.request
    limits = moves_given(interest, prepared.crisis)
    count = min(findings.ensemble.count, request.inquiry.questions)
    if not limits or not count:
        return
    try:
        forced = prepared_for(prepared, request, request.scenario, tuple(limits))
    except (CaseError, RequestError):
        return  # what cannot be forced has nothing to be told beside
    plain = replace(interest, given=())  # pyright: ignore[reportCallIssue,reportArgumentType]
    seen = forced.crisis.timeline
    draws = findings.ensemble.draws.block(0, count)
    stands = solve_ensemble(
        prepared.compiled,
        draws,
        rationality=request.rationality,
        interests={"plain": plain, "seen": interest},
        seen=seen,
    )
    done = solve_ensemble(
        forced.compiled,
        replace(draws, crisis=forced.crisis),
        rationality=request.rationality,
        interests={"plain": plain},
        seen=seen,
    )
    weights = normalised(stands.log_seen) if seen else None
    told = stands.interests
    found = Selection(
        text, move_words(limits, prepared.crisis), told["plain"], told["seen"], done.interests["plain"], weights
    )
    yield {"quantity": text, "parts": found.parts, **found.to_dict(), "events": len(seen), "draws": count}
