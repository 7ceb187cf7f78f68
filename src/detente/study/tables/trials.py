"""Claims at trial: where each holds, and where each of two rivals is right, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.analysis.over_draws.intervals import effective_number
from detente.analysis.over_draws.ranking import Estimates, standing
from detente.analysis.over_draws.rules import FEWEST_RARER, RivalMap, Rule, find_map, find_rule
from detente.crisis.inquiry import OUTSET
from detente.study.inputs.uncertain import InputColumn, uncertain
from detente.study.running.run import Findings
from detente.study.running.telling import ClaimTrial

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Row = dict[str, Any]

FEWEST_DRAWS = 40
"""Fewer draws than this say nothing about where a claim holds."""

RULE_COLUMNS = (
    "claim when found why quantity name above threshold second second_name second_above second_threshold inside "
    "holds_inside holds_outside accuracy base draws"
)
RIVALS = (
    "first second when found why x x_name x_from x_to y y_name y_from y_to share both only_first only_second neither "
    "place draws"
)


def trial_table(findings: Findings) -> pd.DataFrame:
    """Every draw of every claim: draw, claim, when, weight, at_low, at_high, holds (None where it could not be tried).

    As the claim is told first, then at the other moment where there is one.
    """

    def rows() -> Iterator[Row]:
        for trial in (*findings.claims, *findings.beside):
            holds, known = trial.right, trial.known
            for number in range(len(holds)):
                yield {
                    "draw": number + 1,
                    "claim": trial.claim.id,
                    "when": trial.when,
                    "weight": float(trial.weights[number]),
                    "at_low": float(trial.at_low[number]),
                    "at_high": float(trial.at_high[number]),
                    "holds": bool(holds[number]) if known[number] else None,
                }

    return pd.DataFrame(list(rows()), columns="draw claim when weight at_low at_high holds".split())


def rules(findings: Findings) -> pd.DataFrame:
    """Rules for the draws in which each claim holds: one row a claim, with the rule or the reason for its absence.

    The verdict is the one told first, and draws count by their weight at its moment. inside: share of draws that the
    rule picks out; holds_inside, holds_outside: share of draws in which the claim holds, inside the rule and outside;
    accuracy: share of held-back draws called right, base: share called right by the more frequent answer alone.
    """

    def rows() -> Iterator[Row]:
        for trial in findings.claims:
            known = trial.known
            columns = _columns(findings, trial, known)
            names = {each.id: each.name for each in columns}
            holds, weights = trial.right[known], trial.weights[known]
            why = _too_few(weights) or _one_sided(holds, weights)
            rule = None if why else find_rule({each.id: each.values for each in columns}, holds, weights)
            yield {
                "claim": trial.claim.id,
                "when": trial.when,
                "found": rule is not None,
                "why": why or ("" if rule else "no rule"),
                **(_rule_row(rule, names) if rule else {}),
                "draws": len(holds),
            }

    return pd.DataFrame(list(rows()), columns=RULE_COLUMNS.split())


def _rule_row(rule: Rule, names: dict[str, str]) -> Row:
    row: Row = {}
    for prefix, condition in zip(("", "second_"), rule.conditions, strict=False):
        row[prefix.rstrip("_") or "quantity"] = condition.quantity
        row[f"{prefix}name"] = names[condition.quantity]
        row[f"{prefix}above"] = condition.above
        row[f"{prefix}threshold"] = condition.threshold
    measured = ("inside", "holds_inside", "holds_outside", "accuracy", "base")
    return row | {name: getattr(rule, name) for name in measured}


def rivals(findings: Findings) -> pd.DataFrame:
    """Every pair of claims over the fifths of one quantity or the thirds of two: where both, one or neither is right.

    Given the events where both are told so, else at the outset; draws count by their weight then. One row a cell:
    x_from and x_to (y_from, y_to) bound it, NaN where it is open; share is the cell's share of the draws. The first
    row of a pair has no cell and counts all draws; where nothing foretells the cases it is alone. place: of a cell,
    from 1, by how much more often the first alone is right there than the second alone; cells that draws do not tell
    apart share one, and it is 0 for one without draws and in the first row.
    """

    def rows() -> Iterator[Row]:
        for one, other in _pairs(findings):
            known = one.known & other.known
            columns = _columns(findings, one, known, [name for name, _ in other.claim.moved])
            first, second, weights = one.right[known], other.right[known], one.weights[known]
            why = _too_few(weights)
            values = {each.id: each.values for each in columns}
            found = None if why else find_map(values, first, second, weights)
            head: Row = {"first": one.claim.id, "second": other.claim.id, "when": one.when}
            head |= {"found": found is not None, "draws": len(first)}
            everywhere = np.ones(len(first), bool)
            fates = _Fates(first, second, weights / weights.sum() if len(weights) else weights)
            whole = {"why": why or ("" if found else "no map"), "share": 1.0, "place": 0}
            yield {**head, **whole, **fates.where(everywhere)}
            if found is not None:
                yield from _cells(found, columns, fates, head)

    return pd.DataFrame(list(rows()), columns=RIVALS.split())


def _pairs(findings: Findings) -> Iterator[tuple[ClaimTrial, ClaimTrial]]:
    """Every pair of claims at one and the same moment."""
    beside = {trial.claim.id: trial for trial in findings.beside}
    for one, other in combinations(findings.claims, 2):
        if one.when != other.when:
            one, other = (each if each.when == OUTSET else beside.get(each.claim.id, each) for each in (one, other))
        yield one, other


@dataclass(frozen=True, eq=False)
class _Fates:
    """Truth of each of two claims [draw], and the weights of the draws, which sum to one."""

    first: Bools
    second: Bools
    weights: Floats

    def where(self, here: Bools) -> Row:
        """Shares of some draws in which both claims go as claimed, one of them, or neither."""
        whole = float(self.weights[here].sum())
        cases = {
            "both": self.first & self.second,
            "only_first": self.first & ~self.second,
            "only_second": self.second & ~self.first,
            "neither": ~self.first & ~self.second,
        }
        return {
            name: float(self.weights[case & here].sum()) / whole if whole > 0.0 else 0.0 for name, case in cases.items()
        }

    def places(self, parts: Sequence[Bools]) -> list[int]:
        """[part]: the place of each part of the draws by how much more often the first alone is right in it."""
        ahead = self.first.astype(float) - self.second.astype(float)
        table = np.stack([np.where(here, ahead, np.nan) for here in parts], axis=1)
        return standing(Estimates.known_means(table, self.weights))


def _cells(found: RivalMap, columns: list[InputColumn], fates: _Fates, head: Row) -> Iterator[Row]:
    of = {each.id: each for each in columns}
    every = [
        ({**across[0], **up[0]}, across[1] & up[1])
        for across in _parts("x", found.x, found.edges_x, of)
        for up in _parts("y", found.y, found.edges_y, of)
    ]
    for (cell, here), place in zip(every, fates.places([here for _, here in every]), strict=True):
        share = float(fates.weights[here].sum())
        yield {**head, "why": "", **cell, "share": share, "place": place, **fates.where(here)}


def _parts(axis: str, id: str, edges: tuple[float, ...], of: dict[str, InputColumn]) -> list[tuple[Row, Bools]]:
    """The parts of one axis of a map with the draws in each; one part of everything where there is no such axis."""
    if not id:
        return [({}, np.ones(len(next(iter(of.values())).values), bool))]
    part = np.digitize(of[id].values, edges, right=True)
    bounds = [np.nan, *edges, np.nan]
    name = {axis: id, f"{axis}_name": of[id].name}
    return [
        ({**name, f"{axis}_from": bounds[k], f"{axis}_to": bounds[k + 1]}, part == k) for k in range(len(edges) + 1)
    ]


def _columns(findings: Findings, trial: ClaimTrial, known: Bools, also: Iterable[str] = ()) -> list[InputColumn]:
    """Inputs that differ between the draws of a trial, except those that the trial itself moves."""
    draws = findings.ensemble.draws.block(0, len(known))
    moved = {*also, *(name for name, _ in trial.claim.moved)}
    every = uncertain(findings.prepared.crisis, draws)
    return [InputColumn(c.id, c.name, c.supported, c.values[known]) for c in every if c.id not in moved]


def _too_few(weights: Floats) -> str:
    return "too few draws" if round(effective_number(weights), 6) < FEWEST_DRAWS else ""


def _one_sided(holds: Bools, weights: Floats) -> str:
    counts = weights / weights.sum() * effective_number(weights)
    if round(float(counts[~holds].sum()), 6) < FEWEST_RARER:
        return "almost everywhere"
    return "almost nowhere" if round(float(counts[holds].sum()), 6) < FEWEST_RARER else ""
