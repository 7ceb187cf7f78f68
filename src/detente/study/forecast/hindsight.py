"""A post-mortem: the events, assumptions and choices of structure that would have helped a forecast.

Every row is told on the draws of the study. What is found so is found with knowledge of the ending: it says where a
case of this kind deserves work, and no more.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from detente.crisis.inquiry import EVENTS, OUTSET
from detente.crisis.model import Crisis
from detente.study.forecast.categories import headline, systems_resolved
from detente.study.running.run import Findings
from detente.study.tables import along, hinges
from detente.study.tables import findings as tables

Row = dict[str, Any]

EVENT_SEEN, ASSUMPTION, STRUCTURE = "event", "assumption", "structure"

POST_MORTEM = "kind id name when ending ending_name value before after change error gain told"
"""Columns of the post-mortem: an event, an assumption at the better end of its range, or a scenario.

when: the moment from which assumptions and scenarios are told. ending: what came, as the case is scored. value: where
the assumption then stands. before, after: mean probabilities of what came; change: the difference, error its standard
error (of an assumption that of the whole way between the ends of its range); gain: log(after / before), by which the
logarithmic score would have been better, in nats (negative: worse). told: whether the change is beyond twice its error.
"""


def target(crisis: Crisis) -> tuple[str, str]:
    """Id and name of the ending that came: its group on the axis told first, else the ending itself.

    Empty where the case does not say how it ended, or leaves it open between several.
    """
    if crisis.ended is None:
        return "", ""
    axis = headline(crisis)
    for system, came in systems_resolved(crisis, crisis.ended.endings):
        named = [place for place, true in enumerate(came) if true]
        if system.axis == axis and len(named) == 1 and system.ids[named[0]] in {each.id for each in crisis.groups}:
            return system.ids[named[0]], system.names[named[0]]
    if len(crisis.ended.endings) == 1:
        return crisis.ended.endings[0], crisis.outcome(crisis.ended.endings[0]).label
    return "", ""


def post_mortem(findings: Findings) -> pd.DataFrame:
    """Everything that would have helped, each kind from the largest gain down; empty unless the case says how it ended.

    See `POST_MORTEM`. An event of the day of the ending or later is none that could have helped.
    """
    crisis = findings.prepared.crisis
    ending, name = target(crisis)
    rows: list[Row] = []
    if ending and crisis.ended is not None:
        until = crisis.ended.date
        before = [each for each in crisis.timeline if until is None or each.date is None or each.date < until]
        when = EVENTS if before and len(before) == len(crisis.timeline) else OUTSET
        for kind in (_events(findings, ending, len(before)), _assumptions(findings, ending, when)):
            rows += sorted(kind, key=_order)
        rows += sorted(_structure(findings, ending, when), key=_order)
    found = [{**row, "ending": ending, "ending_name": name} for row in rows]
    return pd.DataFrame(found, columns=POST_MORTEM.split())


def _order(row: Row) -> float:
    return -row["gain"] if row["gain"] == row["gain"] else math.inf


def _row(kind: str, id: str, name: str, when: str, before: float, after: float, error: float, value: float) -> Row:
    change = after - before
    gain = math.log(after / before) if before > 0.0 and after > 0.0 else math.nan
    told = abs(change) > 2 * error
    names = ("kind", "id", "name", "when", "before", "after", "change", "error", "gain", "told", "value")
    return dict(zip(names, (kind, id, name, when, before, after, change, error, gain, told, value), strict=True))


def _events(findings: Findings, ending: str, count: int) -> Iterator[Row]:
    """Every event before the ending, by what it did to the probability of what came."""
    for table, key in ((along.groups_along(findings), "outcome"), (along.outcomes_along(findings), "outcome")):
        own = [row for row in table.to_dict("records") if row[key] == ending and 0 < row["event"] <= count]
        for row in own:
            before, error = row["mean"] - row["change"], row["change_error"]
            yield _row(EVENT_SEEN, str(row["event"]), row["label"], EVENTS, before, row["mean"], error, math.nan)
        if own:
            return


def _assumptions(findings: Findings, ending: str, when: str) -> Iterator[Row]:
    """Every assumption that was moved, at the end of its range at which what came is likelier."""
    table = hinges.hinges(findings)
    stands = _stands(findings, ending, when)
    for row in table.to_dict("records"):
        if row["outcome"] != ending or row["when"] != when or row["at_low"] != row["at_low"]:
            continue
        low, high = row["at_low"], row["at_high"]
        best, value = (high, row["high_value"]) if high >= low else (low, row["low_value"])
        yield _row(ASSUMPTION, row["quantity"], row["name"], when, stands, best, row["error"], value)


def _stands(findings: Findings, ending: str, when: str) -> float:
    """The probability of what came as the case stands."""
    for table, key in ((tables.groups(findings), "group"), (tables.outcomes(findings), "outcome")):
        for row in table.to_dict("records"):
            if row[key] == ending:
                return row["after_mean" if when == EVENTS else "mean"]
    return math.nan


def _structure(findings: Findings, ending: str, when: str) -> Iterator[Row]:
    """Every scenario by what it does to the probability of what came."""
    for row in tables.scenarios(findings).to_dict("records"):
        if row["outcome"] != ending:
            continue
        after, by = ("after_mean", "after_difference") if when == EVENTS else ("mean", "difference")
        there, change = row[after], row[by]
        error = row[f"{by}_error"]
        yield _row(STRUCTURE, row["scenario"], row["name"], when, there - change, there, error, math.nan)
