"""Claims at trial: where each holds, and where each of two rivals is right, as tables."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.analysis.rules import FEWEST, RivalMap, Rule, find_map, find_rule
from detente.study.run import ClaimTrial, Findings
from detente.study.uncertain import Column, uncertain

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Row = dict[str, Any]

FLAT = 1e-6
"""A change smaller than this is no change."""

FEWEST_DRAWS = 40
"""Fewer draws than this say nothing about where a claim holds."""

RULES = (
    "claim found why quantity name above threshold second second_name second_above second_threshold inside "
    "holds_inside holds_outside accuracy base draws"
)
RIVALS = (
    "first second found why x x_name x_from x_to y y_name y_from y_to share both only_first only_second neither draws"
)


def went_as_claimed(trial: ClaimTrial) -> Bools:
    """[draw]: whether raising the quantity moved the quantity of interest the way the claim says."""
    change = trial.at_high - trial.at_low
    with np.errstate(invalid="ignore"):
        return (change > FLAT) if trial.claim.rises else (change < -FLAT)


def trial_table(findings: Findings) -> pd.DataFrame:
    """Every draw of every claim: draw, claim, at_low, at_high, holds (None where it could not be tried)."""

    def rows() -> Iterator[Row]:
        for trial in findings.claims:
            holds, known = went_as_claimed(trial), _known(trial)
            for number in range(len(holds)):
                yield {
                    "draw": number + 1,
                    "claim": trial.claim.id,
                    "at_low": float(trial.at_low[number]),
                    "at_high": float(trial.at_high[number]),
                    "holds": bool(holds[number]) if known[number] else None,
                }

    return pd.DataFrame(list(rows()), columns="draw claim at_low at_high holds".split())


def rules(findings: Findings) -> pd.DataFrame:
    """Where each claim holds: one row a claim, with the rule or why there is none.

    inside: share of draws that the rule picks out; holds_inside, holds_outside: how often the claim holds there and
    elsewhere; accuracy: share of held-back draws called right, base: by the more frequent answer alone.
    """

    def rows() -> Iterator[Row]:
        for trial in findings.claims:
            known = _known(trial)
            columns = _columns(findings, trial, known)
            names = {each.id: each.name for each in columns}
            holds = went_as_claimed(trial)[known]
            why = _too_few(len(holds)) or _one_sided(holds)
            rule = None if why else find_rule({each.id: each.values for each in columns}, holds)
            yield {
                "claim": trial.claim.id,
                "found": rule is not None,
                "why": why or ("" if rule else "no rule"),
                **(_rule_row(rule, names) if rule else {}),
                "draws": len(holds),
            }

    return pd.DataFrame(list(rows()), columns=RULES.split())


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

    One row a cell: x_from and x_to (y_from, y_to) bound it, NaN where it is open; share is the cell's share of the
    draws. The first row of a pair has no cell and counts all draws; where nothing foretells the cases it is alone.
    """

    def rows() -> Iterator[Row]:
        for one, other in combinations(findings.claims, 2):
            known = _known(one) & _known(other)
            columns = _columns(findings, one, known, other.claim.raises)
            first, second = went_as_claimed(one)[known], went_as_claimed(other)[known]
            why = _too_few(len(first))
            values = {each.id: each.values for each in columns}
            found = None if why else find_map(values, first, second)
            head = {"first": one.claim.id, "second": other.claim.id, "found": found is not None, "draws": len(first)}
            everywhere = np.ones(len(first), bool)
            yield {**head, "why": why or ("" if found else "no map"), "share": 1.0, **_fates(first, second, everywhere)}
            if found is not None:
                yield from _cells(found, columns, first, second, head)

    return pd.DataFrame(list(rows()), columns=RIVALS.split())


def _cells(found: RivalMap, columns: list[Column], first: Bools, second: Bools, head: Row) -> Iterator[Row]:
    of = {each.id: each for each in columns}
    for across in _parts("x", found.x, found.edges_x, of):
        for up in _parts("y", found.y, found.edges_y, of):
            here = across[1] & up[1]
            cell = {**across[0], **up[0], "share": float(here.mean())}
            yield {**head, "why": "", **cell, **_fates(first, second, here)}


def _parts(axis: str, id: str, edges: tuple[float, ...], of: dict[str, Column]) -> list[tuple[Row, Bools]]:
    """The parts of one axis of a map with the draws in each; one part of everything where there is no such axis."""
    if not id:
        return [({}, np.ones(len(next(iter(of.values())).values), bool))]
    part = np.digitize(of[id].values, edges, right=True)
    bounds = [np.nan, *edges, np.nan]
    name = {axis: id, f"{axis}_name": of[id].name}
    return [
        ({**name, f"{axis}_from": bounds[k], f"{axis}_to": bounds[k + 1]}, part == k) for k in range(len(edges) + 1)
    ]


def _fates(first: Bools, second: Bools, here: Bools) -> Row:
    number = max(int(here.sum()), 1)
    cases = {"both": first & second, "only_first": first & ~second, "only_second": second & ~first}
    cases["neither"] = ~first & ~second
    return {name: float((case & here).sum()) / number for name, case in cases.items()}


def _known(trial: ClaimTrial) -> Bools:
    return ~np.isnan(trial.at_high - trial.at_low)


def _columns(findings: Findings, trial: ClaimTrial, known: Bools, also: str = "") -> list[Column]:
    """What differs between the draws of a trial, but for what the trial itself moves."""
    draws = findings.ensemble.draws.block(0, len(known))
    moved = {trial.claim.raises, also}
    every = uncertain(findings.prepared.crisis, draws)
    return [Column(c.id, c.name, c.supported, c.values[known]) for c in every if c.id not in moved]


def _too_few(draws: int) -> str:
    return "too few draws" if draws < FEWEST_DRAWS else ""


def _one_sided(holds: Bools) -> str:
    if int((~holds).sum()) < FEWEST:
        return "almost everywhere"
    return "almost nowhere" if int(holds.sum()) < FEWEST else ""
