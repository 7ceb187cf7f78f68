"""The declarations of a scholar beside a case: what columns show, and quantities as functions of covariates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

from detente.errors import Place

IDENTITY, EXP, LOGIT_LINK = "identity", "exp", "logit"
LINKS = (IDENTITY, EXP, LOGIT_LINK)

ENDING_OBSERVED = ""
"""In place of a stage: the column tells how the episode ended."""


@dataclass(frozen=True, slots=True)
class Term:
    """One summand of a link: a formula of covariates, times a coefficient.

    text: the formula as written, `1` for a constant. coefficient: its name where the scholar gave one, which terms may
    share; empty for one of the term's own.
    """

    text: str
    coefficient: str = ""
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Link:
    """A quantity as a function of covariates.

    shape: `identity`, `exp`, or `logit`, which keeps the quantity between the two numbers of `between`.
    """

    quantity: str
    terms: tuple[Term, ...]
    shape: str = IDENTITY
    between: tuple[float, float] = (0.0, 1.0)
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Restriction:
    """Knowledge of a coefficient beside the data: where to begin, bounds, a number, a normal prior (mean, sd)."""

    start: float | None = None
    low: float = -inf
    high: float = inf
    value: float | None = None
    prior: tuple[float, float] | None = None
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """A column that shows something of an episode.

    stage, round: whose move it is (round 0: outside every `repeat`), or `ENDING_OBSERVED`. means: words in the column
    -> names in the case, where they differ.
    """

    column: str
    stage: str = ENDING_OBSERVED
    round: int = 0
    means: Mapping[str, str] = field(default_factory=dict[str, str])
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Specification:
    """Everything that is declared for a fit.

    shown: columns that show endings or moves, one row an episode. counts: ending -> column with how often it came
    about, one row many episodes alike. count: a column with how many episodes a row stands for. cluster: a column;
    episodes with one value of it may depend on one another. bases: categorical column -> the value left out.
    complete: further columns without which a row is left out, so that two fits have the same rows.
    fixed: quantities at a number. restrictions: by name of a coefficient. ridge: standard deviation of a normal prior
    about 0 of every coefficient but constants, or None.
    """

    links: tuple[Link, ...]
    shown: tuple[Shown, ...] = ()
    counts: Mapping[str, str] = field(default_factory=dict[str, str])
    count: str = ""
    cluster: str = ""
    complete: tuple[str, ...] = ()
    bases: Mapping[str, str] = field(default_factory=dict[str, str])
    fixed: Mapping[str, float] = field(default_factory=dict[str, float])
    restrictions: Mapping[str, Restriction] = field(default_factory=dict[str, Restriction])
    ridge: float | None = None
    places: Mapping[str, Place | None] = field(default_factory=dict[str, "Place | None"], compare=False, repr=False)
    file: str = ""
