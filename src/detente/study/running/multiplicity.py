"""Robustness of a run's conclusion in other equilibria: a search at the medians and in a few draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.analysis.other_equilibria import Several, other_equilibria
from detente.game.drawn.draws import Draws, dimensions, from_cube
from detente.study.running.run import Findings

Floats = NDArray[np.float64]

MULTIPLICITY_COLUMNS = (
    "draw equilibrium found_by ending starts tried planned index stable nash_conv conditional_regret "
    "outcome name probability after same_ending"
)

RUN_EFFORT = 2.0
"""Seconds of CPU, as foreseen, after which a search on the way of a run begins nothing more."""

_BENDING = 2
"""Draws that are searched beside the medians: the first whose path turned back, so that others are likely."""

_FEWEST, _MOST, _WORTH = 12, 48, 1_500
"""Ways to play that are tried in each search: the fewer, the more unknowns there are."""


def equilibrium_table(findings: Findings) -> pd.DataFrame:
    """One row for every outcome in every equilibrium found, by draw; draw 0 is the medians.

    equilibrium: from 1, which is the one that the run reports. tried, planned: ways to play that the search set out
    from, and was to set out from had the work foreseen for it not been spent.
    probability: of the outcome at the outset; after: given every event of the timeline (NaN without one).
    same_ending: whether the most likely outcome is that of equilibrium 1.
    """
    rows: list[dict[str, Any]] = []
    timeline = bool(findings.prepared.crisis.timeline)
    for draw, cube in searched(findings):
        rows += _rows(draw, search(findings, spot(findings, draw, cube)), timeline=timeline)
    return pd.DataFrame(rows, columns=MULTIPLICITY_COLUMNS.split())


def searched(findings: Findings) -> Iterator[tuple[int, Floats]]:
    """The draws that are looked at, with their points of the unit cube [1, dimension]; draw 0 is the medians."""
    yield 0, np.full((1, len(dimensions(findings.prepared.base))), 0.5)
    if findings.request.draws is not None:
        for draw in np.flatnonzero(findings.ensemble.folds)[:_BENDING]:
            yield int(draw) + 1, findings.ensemble.draws.cube[draw : draw + 1]


def spot(findings: Findings, draw: int, cube: Floats, fixed: Mapping[str, float] | None = None) -> Draws:
    """One draw of the search, with further quantities fixed; draw 0 is the medians."""
    prepared = findings.prepared
    return from_cube(
        prepared.crisis,
        cube,
        axes=dimensions(prepared.base),
        fixed={**prepared.fixed, **(fixed or {})},
        median=draw == 0,
    )


def search(findings: Findings, draws: Draws, share: float = 1.0) -> Several:
    """The equilibria that a search on the way of a run finds at a draw. share: of the ways to play that are tried."""
    starts = round(share * min(_MOST, max(_FEWEST, _WORTH // max(findings.ensemble.unknowns, 1))))
    compiled, rationality = findings.prepared.compiled, findings.request.rationality
    return other_equilibria(compiled, draws, rationality, starts=starts, seed=findings.request.seed, effort=RUN_EFFORT)


def _rows(draw: int, several: Several, *, timeline: bool) -> Iterator[dict[str, Any]]:
    branches, solution, crisis = several.branches, several.solved.solution, several.solved.crisis
    same = several.same_ending()
    for number in range(several.count):
        for position, outcome in enumerate(crisis.outcomes):
            yield {
                "draw": draw,
                "equilibrium": number + 1,
                "found_by": branches.how[number],
                "ending": solution.endings[number].name.lower(),
                "starts": branches.starts_here[number],
                "tried": branches.starts,
                "planned": branches.planned,
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
    """Findings of the search on the conclusion: searched (draws), others, others_with_another_ending, sentences."""
    each = table.drop_duplicates(["draw", "equilibrium"]).to_dict("records")
    others = [row for row in each if row["equilibrium"] > 1]
    against = [int(row["draw"]) for row in others if not row["same_ending"]]
    first = [row for row in each if row["equilibrium"] == 1]
    tried, planned = ([int(row[name]) for row in first] for name in ("tried", "planned"))
    return {
        "searched": len(first),
        "others": len(others),
        "others_with_another_ending": len(against),
        "sentences": [
            _sentence(len(first), max(tried) if any(planned) else None, len(others), against),
            *ended_early(sum(tried), sum(planned)),
        ],
    }


def ended_early(tried: int, planned: int) -> list[str]:
    """Sentence on a search that spent its budget of work before all ways to play were tried; empty for a complete
    search.
    """
    if tried >= planned:
        return []
    return [
        f"That search ended early: of {planned} other ways to play {tried} were tried before the work set aside for it "
        "was spent. `detente solve --all` looks for longer."
    ]


def _sentence(searched: int, tried: int | None, others: int, against: list[int]) -> str:
    """tried: None where there is nothing to try. against: the draw of each other one with another likeliest ending."""
    more = searched - 1
    draws = f" and in {more} draw{'s' if more > 1 else ''} whose path bends back" if more else ""
    where = f"At the medians{draws}"
    if tried is None:
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
