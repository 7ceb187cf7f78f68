"""Whether the conclusion of a run holds in other equilibria as well: a search at the medians and in a few draws."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from detente.analysis.several import Several, other_equilibria
from detente.game.draws import Draws
from detente.study.run import Findings

COLUMNS = (
    "draw equilibrium found_by starts tried index stable nash_conv conditional_regret "
    "outcome name probability after same_ending"
)

LARGEST = 400
"""A run does not search games of more unknowns than this: it would take longer than the run."""

_BENDING = 2
"""Draws that are searched beside the medians: the first whose path turned back, so that others are likely."""

_FEWEST, _MOST, _WORTH = 12, 48, 1_500
"""Ways to play that are tried in each search: the fewer, the more unknowns there are."""


def equilibrium_table(findings: Findings) -> pd.DataFrame:
    """One row for every outcome in every equilibrium found, by draw; draw 0 is the medians.

    equilibrium: from 1, which is the one that the run reports. tried: ways to play that the search set out from.
    probability: of the outcome at the outset; after: given every event of the timeline (NaN without one).
    same_ending: whether the most likely outcome is that of equilibrium 1. Empty where the game is too large to search.
    """
    rows: list[dict[str, Any]] = []
    if findings.ensemble.unknowns <= LARGEST:
        for draw, draws in _searched(findings):
            rows += _rows(draw, _search(findings, draws), timeline=bool(findings.prepared.crisis.timeline))
    return pd.DataFrame(rows, columns=COLUMNS.split())


def _searched(findings: Findings) -> Iterator[tuple[int, Draws]]:
    yield 0, findings.prepared.draws(replace(findings.request, draws=None))
    if findings.request.draws is not None:
        for draw in np.flatnonzero(findings.ensemble.folds)[:_BENDING]:
            yield int(draw) + 1, findings.ensemble.draws.block(int(draw), int(draw) + 1)


def _search(findings: Findings, draws: Draws) -> Several:
    starts = min(_MOST, max(_FEWEST, _WORTH // max(findings.ensemble.unknowns, 1)))
    compiled, rationality = findings.prepared.compiled, findings.request.rationality
    return other_equilibria(compiled, draws, rationality, starts=starts, seed=findings.request.seed)


def _rows(draw: int, several: Several, *, timeline: bool) -> Iterator[dict[str, Any]]:
    branches, solution, crisis = several.branches, several.solved.solution, several.solved.crisis
    same = several.same_ending()
    for number in range(several.count):
        for position, outcome in enumerate(crisis.outcomes):
            yield {
                "draw": draw,
                "equilibrium": number + 1,
                "found_by": branches.how[number],
                "starts": branches.starts_here[number],
                "tried": branches.starts,
                "index": branches.index[number],
                "stable": branches.stable[number],
                "nash_conv": float(solution.nash_conv[number]),
                "conditional_regret": float(solution.conditional_regret[number]),
                "outcome": outcome.id,
                "name": outcome.label,
                "probability": float(several.solved.outcomes[number, position]),
                "after": float(several.after[number, position]) if timeline else np.nan,
                "same_ending": bool(same[number]),
            }


def multiplicity(table: pd.DataFrame) -> dict[str, Any]:
    """What the search says of the conclusion: searched (draws), others, others_with_another_ending, sentences."""
    if table.empty:
        return {"searched": 0, "others": 0, "others_with_another_ending": 0, "sentences": [_UNSEARCHED]}
    each = table.drop_duplicates(["draw", "equilibrium"]).to_dict("records")
    others = [row for row in each if row["equilibrium"] > 1]
    against = [int(row["draw"]) for row in others if not row["same_ending"]]
    searched, tried = len({row["draw"] for row in each}), max(row["tried"] for row in each)
    return {
        "searched": searched,
        "others": len(others),
        "others_with_another_ending": len(against),
        "sentences": [_sentence(searched, tried, len(others), against)],
    }


_UNSEARCHED = "Other equilibria were not searched for: the game is too large to do so on the way."


def _sentence(searched: int, tried: int, others: int, against: list[int]) -> str:
    """against: the draw of each other equilibrium with another most likely ending."""
    more = searched - 1
    draws = f" and in {more} draw{'s' if more > 1 else ''} whose path bends back" if more else ""
    where = f"At the medians{draws}"
    if not tried:
        return "Other equilibria were not looked for: ties apart, nothing can be played in more than one way here."
    if not others:
        return (
            f"{where}, {tried} other ways to play at the start led to no equilibrium but the one reported; that is no "
            "proof that there is none."
        )
    found = f"{others} other {'equilibria were' if others > 1 else 'equilibrium was'} found"
    if not against:
        return f"{where}, {found}; the most likely ending is the same in {'all' if others > 1 else 'it'}."
    named = ", ".join("the medians" if draw == 0 else f"draw {draw}" for draw in sorted(set(against)))
    return (
        f"The conclusion holds in some equilibria only. {where}, {found}; the most likely ending is another one in "
        f"{len(against)} of {others} ({named})."
    )
