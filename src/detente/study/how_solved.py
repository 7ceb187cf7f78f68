"""Endings and certificate of the solutions that an answer rests on: one record, carried by every answer."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.solution import CERTIFIED, LOGIT, Ending, Solution
from detente.plurals import counted

Floats = NDArray[np.float64]

DEPARTS = 1e-6
"""Largest difference of any probability from the logit reply to all play at which one at a rationality is certified."""

FOLLOWED = {Ending.REACHED, Ending.LIMIT, Ending.CERTIFIED}
"""Endings on the principal branch: the path from rationality zero, as far as it was asked for or arithmetic goes."""

SHORT = {Ending.UNSETTLED, Ending.STALLED, Ending.EXHAUSTED, Ending.FAINT}
"""Endings on that path, short of where it was to lead."""

WITHOUT_ANSWER = {Ending.BROKEN, Ending.BEYOND, Ending.INTERRUPTED}
"""Endings without an answer."""

ANOTHER_WAY = {Ending.INDUCED, Ending.OPTIMAL, Ending.UNSOLVED, Ending.CONVERGED, Ending.STOPPED}
"""Endings of concepts that follow no path."""

_AT_A_RATIONALITY = {Ending.REACHED, Ending.ADJUSTED}


@dataclass(frozen=True)
class HowSolved:
    """Endings, each with how many solutions ended so, and their certificate.

    certified: solutions that are, see `certified`. worst_nash_conv, worst_conditional_regret: the largest of all, as
    shares of the payoff range; NaN where none is known. worst_departure: the largest difference of any probability from
    the logit reply, at a finite rationality; else NaN. limit: whether any solution is one of the limit.
    """

    endings: Mapping[Ending, int] = field(default_factory=dict[Ending, int])
    certified: int = 0
    worst_nash_conv: float = math.nan
    worst_conditional_regret: float = math.nan
    worst_departure: float = math.nan
    limit: bool = False

    @staticmethod
    def of(solution: Solution) -> HowSolved:
        """The record of a block of solved draws.

        Where players follow a mediator, its certificate is what leaving gains. Concepts that ask for no more than a
        Nash equilibrium are not held to what happens where play never comes.
        """
        gain, regret = solution.nash_conv, solution.conditional_regret
        if solution.joint is not None:
            gain = np.maximum(solution.joint.gain.max(axis=1), 0.0)
        if not solution.everywhere:
            regret = gain
        at_a_rationality = np.isfinite(solution.rationality) & (solution.concept == LOGIT)
        checks = Checks(gain, regret, solution.payoff_range, solution.departure)
        return HowSolved.read(solution.endings, checks, limit=~at_a_rationality)

    @staticmethod
    def read(endings: Sequence[Ending], checks: Checks, limit: NDArray[np.bool_] | None = None) -> HowSolved:
        """The record of solutions by their endings and certificates [solution].

        limit: which are of the limit; by their endings, if that is not known.
        """
        if limit is None:
            limit = _in_the_limit(endings)
        gain, regret = checks.shares
        return HowSolved(
            dict(Counter(endings)),
            int(certified(endings, checks, limit).sum()),
            _largest(gain),
            _largest(regret),
            _largest(checks.departure),
            bool(limit.any()),
        )

    @staticmethod
    def together(parts: Iterable[HowSolved]) -> HowSolved:
        """The record of all the solutions of several."""
        whole = HowSolved()
        for part in parts:
            whole = HowSolved(
                dict(Counter(whole.endings) + Counter(part.endings)),
                whole.certified + part.certified,
                float(np.fmax(whole.worst_nash_conv, part.worst_nash_conv)),
                float(np.fmax(whole.worst_conditional_regret, part.worst_conditional_regret)),
                float(np.fmax(whole.worst_departure, part.worst_departure)),
                whole.limit or part.limit,
            )
        return whole

    @property
    def solutions(self) -> int:
        """Number of solutions."""
        return sum(self.endings.values())

    @property
    def principal(self) -> int:
        """Number of solutions on the path from rationality zero."""
        return sum(count for ending, count in self.endings.items() if ending in FOLLOWED)

    @property
    def as_asked(self) -> bool:
        """True where every solution is certified, and on the path from rationality zero if there is one."""
        return self.certified == self.solutions and not self.elsewhere

    @property
    def elsewhere(self) -> list[str]:
        """Sentences, by ending, on the solutions that are not at the end of the path from rationality zero."""
        return [
            f"{_of(count, self.solutions)} {_where(ending, one=count == 1)}. {ending.value}"
            for ending, count in sorted(self.endings.items(), key=lambda item: -item[1])
            if ending not in FOLLOWED | ANOTHER_WAY
        ]

    @property
    def warnings(self) -> list[str]:
        """Warnings to a reader of the answer; empty if every solution is as asked."""
        said = self.elsewhere
        if missing := self.solutions - self.certified:
            is_, it = ("is", "it") if missing == 1 else ("are", "them")
            some = f"{_of(missing, self.solutions)} {is_} not certified"
            said.append(f"{some}: take the numbers that rest on {it} as provisional.")
        return said

    @property
    def sentence(self) -> str:
        """The endings and the certificate, in a sentence."""
        if not self.solutions:
            return "Nothing was solved."
        if self.solutions == 1:
            said = ["The solution"]
            held = "certified" if self.certified else "not certified"
        else:
            said = [counted(self.solutions, "solution")]
            held = "certified" if self.as_asked else f"{self.certified:,} certified"
        if self.as_asked and not self.endings.keys() - FOLLOWED:
            said.append(
                f"followed from rationality zero to {'the limit' if self.limit else 'the rationality asked for'}"
            )
        elif self.solutions > 1 and not self.as_asked:
            said.append(f"{self.principal:,} followed from rationality zero to where it was to lead")
        return f"{', '.join([*said, held])}{self._gain()}."

    def _gain(self) -> str:
        """The largest gain, where there is meant to be none; at a finite rationality how far play is from logit."""
        if not self.limit and not math.isnan(self.worst_departure):
            apart = f"more than {self.worst_departure:.1e}" if self.worst_departure > 0.0 else "anything"
            return f": by separate code no probability differs from that of the logit reply by {apart}"
        worst = float(np.fmax(self.worst_nash_conv, self.worst_conditional_regret))
        if not self.limit or self.endings.keys() & _AT_A_RATIONALITY or math.isnan(worst):
            return ""
        gain = f"more than {worst:.1e} of the payoff range" if worst > 0.0 else "anything"
        return f": by playing differently nobody gains {gain}"

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as every `--json` prints them."""
        return {
            "solutions": self.solutions,
            "principal": self.principal,
            "certified": self.certified,
            "endings": {ending.name.lower(): count for ending, count in self.endings.items()},
            "worst_nash_conv": _known(self.worst_nash_conv),
            "worst_conditional_regret": _known(self.worst_conditional_regret),
            "worst_departure": _known(self.worst_departure),
            "says": [self.sentence, *self.warnings],
        }


@dataclass(frozen=True, eq=False)
class Checks:
    """Numbers by which separate code judges solutions, all [solution] and as in `Solution`."""

    nash_conv: Floats
    conditional_regret: Floats
    payoff_range: Floats
    departure: Floats

    @property
    def shares(self) -> tuple[Floats, Floats]:
        """[solution]: NashConv and the largest conditional regret as shares of the payoff range."""
        unit = np.where(self.payoff_range > 0, self.payoff_range, 1.0)
        return self.nash_conv / unit, self.conditional_regret / unit


def _in_the_limit(endings: Sequence[Ending]) -> NDArray[np.bool_]:
    return np.array([ending not in _AT_A_RATIONALITY for ending in endings], bool)


def certified(endings: Sequence[Ending], checks: Checks, limit: NDArray[np.bool_] | None = None) -> NDArray[np.bool_]:
    """[solution]: True where it is certified.

    limit: as for `HowSolved.read`. In the limit neither gain is above `CERTIFIED` of the payoff range. At a finite
    rationality players err by assumption, so that gains are no defect: no probability is then farther than `DEPARTS`
    from that of the logit reply. Where regret was minimised to an accuracy, that accuracy was reached.
    """
    gain, regret = checks.shares
    limit = _in_the_limit(endings) if limit is None else limit
    minimised = np.array([ending is Ending.CONVERGED for ending in endings], bool)
    good = np.array([ending.good for ending in endings], bool)
    with np.errstate(invalid="ignore"):
        consistent = np.where(limit, np.maximum(gain, regret) <= CERTIFIED, checks.departure <= DEPARTS)
        return good & (minimised | consistent)


def _largest(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known.max()) if len(known) else math.nan


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _of(count: int, all: int) -> str:
    return "The solution" if all == 1 else f"{count:,} of {all:,} solutions"


def _where(ending: Ending, *, one: bool) -> str:
    """Clause on the position, beside the path from rationality zero, of solutions with this ending."""
    is_, has = ("is", "has") if one else ("are", "have")
    if ending in WITHOUT_ANSWER:
        return f"{has} no answer"
    if ending in SHORT:
        return f"{is_} on the path from rationality zero, but short of where it was to lead"
    return f"{is_} not known to be on the path from rationality zero"
