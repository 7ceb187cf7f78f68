"""Other equilibria of a case: what `dt.equilibria` gives back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from detente.analysis.other_equilibria import Several, other_equilibria
from detente.analysis.over_draws.ranking import by_value
from detente.crisis.model import Crisis
from detente.equilibrium.others.branches import Branches
from detente.equilibrium.others.scanning import Looked
from detente.errors import RequestError
from detente.game.compiling.compiled import CompiledGame
from detente.inert import inert
from detente.kernels.stopping import heeding_signals
from detente.plurals import counted, were
from detente.study.asked.answers import SolvedGame
from detente.study.games import prepare
from detente.study.request import Request

MOST_STARTS = 100_000


@dataclass(frozen=True, eq=False)
class Equilibria:
    """Distinct equilibria of a case with everything uncertain at its median, the one that `solve` gives first.

    A sequence of `SolvedGame`. What is listed exists, each with its own certificate; there may be more.
    """

    several: Several
    request: Request

    def __len__(self) -> int:
        return self.several.count

    def __getitem__(self, number: int) -> SolvedGame:
        if not -len(self) <= number < len(self):
            raise IndexError(number)
        return SolvedGame(self.several.alone(number % len(self)), self.request)

    def __iter__(self) -> Iterator[SolvedGame]:
        return (self[number] for number in range(len(self)))

    @cached_property
    def all(self) -> SolvedGame:
        """All of them side by side: where a `SolvedGame` has draws, this one has equilibria."""
        return SolvedGame(self.several.solved, self.request)

    @property
    def summary(self) -> str:
        """Sentences on the number of equilibria found and on the effort of the search."""
        branches = self.several.branches
        if branches.looked is None:
            return "Nothing in this game can be played in more than one way in equilibrium, ties apart."
        count = "One equilibrium" if len(self) == 1 else f"{len(self)} equilibria"
        said = [f"{count} found.", *_replies_told(branches.looked), *_ways_told(branches)]
        if branches.unwalked:
            said.append(f"The branches of {branches.unwalked} of them could not be followed to their ends.")
        if branches.refused:
            more = "candidate is" if branches.refused == 1 else "candidates are"
            said.append(f"{branches.refused} more {more} not listed, for the certificate does not bear them out.")
        if branches.missing:
            said.append(
                f"The indices of all that were found add up to {branches.indices} where those of all that there are "
                "add up to 1: at least one is missing, or ties leave a continuum."
            )
        end = "That one was found does not prove that it is the only one." if len(self) == 1 else "There may be more."
        return " ".join([*said, end])

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as `detente solve --all --json` prints them."""
        branches = self.several.branches
        return {
            "case": self.all.title,
            "summary": self.summary,
            "how_solved": self.all.how_solved.to_dict(),
            "starts": branches.starts,
            "arrived": branches.arrived,
            "planned": branches.planned,
            "cpu_seconds_foreseen": branches.seconds,
            "index_sum": branches.indices if branches.planned and branches.index[0] is not None else None,
            "unwalked": branches.unwalked,
            "refused": branches.refused,
            "replies": None if branches.looked is None else branches.looked.to_dict(),
            "equilibria": [
                {
                    "equilibrium": number + 1,
                    "found_by": branches.how[number],
                    "starts": branches.starts_here[number],
                    "index": branches.index[number],
                    "stable": branches.stable[number],
                    **{key: value for key, value in solved.to_dict().items() if key != "case"},
                }
                for number, solved in enumerate(self)
            ],
        }

    def to_frame(self) -> pd.DataFrame:
        """One row for every equilibrium: how it was found, its certificate, and the probability of each outcome."""
        branches, solution = self.several.branches, self.several.solved.solution
        return pd.DataFrame(
            {
                "equilibrium": np.arange(1, len(self) + 1),
                "found_by": branches.how,
                "starts": branches.starts_here,
                "index": pd.array(branches.index, dtype="Int64"),
                "stable": pd.array(branches.stable, dtype="boolean"),
                "nash_conv": solution.nash_conv,
                "conditional_regret": solution.conditional_regret,
                **{f"P({name})": values for name, values in self.all.outcomes.items()},
            }
        )

    def __repr__(self) -> str:
        lines = [f"{self.all.title!r}: {self.summary}"]
        for number, how in enumerate(self.several.branches.how):
            outcomes = [(name, values[number]) for name, values in self.all.outcomes.items()]
            order = by_value(value for _, value in outcomes)
            told = ", ".join(f"{outcomes[each][0]} {outcomes[each][1]:.3f}" for each in order[:4])
            lines.append(f"  {number + 1}. {told} ({how})")
        return "\n".join(map(inert, lines))

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.summary)}</p>" + self.to_frame().to_html(index=False)


def _replies_told(looked: Looked) -> Iterator[str]:
    """Sentences on the part of players' replies to one another that the search looked at."""
    if looked.all:
        yield (
            f"All {looked.ways:,} ways to play without mixing were looked at: an equilibrium that is not listed mixes, "
            "hangs on a tie, or rests on beliefs that equally rare mistakes would not leave."
        )
        return
    early = "" if looked.whole else ", which is less than was planned, for the work set aside for it was spent"
    yield (
        f"Players replied to one another from {counted(looked.ways, 'way')} to play without mixing and from "
        f"{counted(looked.points, 'share')} of players who stand alike ({counted(looked.groups, 'group')}) making "
        f"one move{early}."
    )


def _ways_told(branches: Branches) -> Iterator[str]:
    """Sentences on the number of other ways to play that the search tried, and on those left untried."""
    yield (
        f"{counted(branches.starts, 'other way')} to play at the start {were(branches.starts)} tried, of which "
        f"{branches.arrived:,} led to an equilibrium."
    )
    if branches.starts < branches.planned:
        yield (
            f"The search ended before {branches.planned} were tried: the work set aside for it was spent, about "
            f"{branches.seconds:.0f} s of CPU. `starts` (--starts) tries as many as you say, however long it takes."
        )


def find_equilibria(case: Crisis | CompiledGame, request: Request, starts: int | None) -> Equilibria:
    """Search a case, or a game file, for other equilibria. Raises RequestError and CaseError."""
    if starts is not None and not 0 < starts <= MOST_STARTS:
        raise RequestError(f"the number of starts is a whole number from 1 to {MOST_STARTS:,}; got {starts}")
    if isinstance(case, CompiledGame) and case.fixed is not None:
        if request.set or request.scenario:
            raise RequestError("a game file has no quantities or scenarios: only `rationality` can be chosen")
        compiled, draws = case, None
    else:
        prepared = prepare(case, request)
        compiled, draws = prepared.compiled, prepared.draws(request)
    with heeding_signals():
        found = other_equilibria(compiled, draws, request.rationality, starts=starts, seed=request.seed)
    return Equilibria(found, request)
