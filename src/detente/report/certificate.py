"""A study's certificate as the report reads it: how its solutions ended, and what independent checks say of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from detente.report import cells


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A claim in other equilibria: how many were found at its ends, and how many comparisons have the sign reported."""

    claim: str
    others: int
    comparisons: int
    same: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """Results of the independent checks of a study's solutions; regrets are shares of the payoff range."""

    draws: int
    certified: int
    endings: tuple[tuple[str, int], ...]
    worst_nash_conv: float
    worst_conditional_regret: float
    worst_departure: float
    turning_points: float
    in_the_limit: bool
    sentences: tuple[str, ...]
    elsewhere: tuple[Elsewhere, ...] = ()
    unverified: str = ""
    """Says of numbers that came from a file and were not solved again that they are so."""


def read_certificate(said: dict[str, Any]) -> Certificate:
    """The certificate of a study, from the plain values that it tells."""
    endings = dict(said.get("endings") or {})
    return Certificate(
        draws=cells.whole(said.get("draws")),
        certified=cells.whole(said.get("certified")),
        endings=tuple((cells.words(text), cells.whole(count)) for text, count in endings.items()),
        worst_nash_conv=cells.number(said.get("worst_nash_conv")),
        worst_conditional_regret=cells.number(said.get("worst_conditional_regret")),
        worst_departure=cells.number(said.get("worst_departure")),
        turning_points=cells.number(said.get("turning_points")),
        in_the_limit=bool(said.get("in_the_limit", True)),
        sentences=tuple(cells.words(each) for each in said.get("sentences") or ()),
        elsewhere=tuple(_elsewhere(row) for row in (said.get("equilibria") or {}).get("claims") or ()),
        unverified="" if said.get("verified", True) else cells.words((said.get("checked") or {}).get("sentence")),
    )


def _elsewhere(row: cells.Row) -> Elsewhere:
    return Elsewhere(
        cells.words(row["id"]), cells.whole(row["others"]), cells.whole(row["comparisons"]), cells.whole(row["same"])
    )
