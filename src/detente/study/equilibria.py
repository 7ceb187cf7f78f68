"""Other equilibria of a case: what `dt.equilibria` gives back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from detente.analysis.several import Several, other_equilibria
from detente.crisis.model import Crisis
from detente.errors import RequestError
from detente.game.compiled import CompiledGame
from detente.study.answers import SolvedGame
from detente.study.request import Request, prepare

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
        """How many were found and how hard they were looked for, in a sentence."""
        branches = self.several.branches
        if not branches.planned:
            return "Nothing in this game can be played in more than one way in equilibrium, ties apart."
        count = "One equilibrium" if len(self) == 1 else f"{len(self)} equilibria"
        ways = f"{branches.starts} way{'s' if branches.starts != 1 else ''} to play"
        said = [f"{count} found from {ways} at the start, of which {branches.arrived} led to one."]
        if branches.starts < branches.planned:
            said.append(
                f"The search ended before {branches.planned} were tried: the work set aside for it was spent, about "
                f"{branches.seconds:.0f} s of CPU. `starts` (--starts) tries as many as you say, however long it takes."
            )
        if branches.unwalked:
            said.append(f"The branches of {branches.unwalked} of them could not be followed to their ends.")
        if branches.missing:
            said.append(
                f"The indices of all that were found add up to {branches.indices} where those of all that there are "
                "add up to 1: at least one is missing, or ties leave a continuum."
            )
        return " ".join([*said, "There may be more."])

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as `detente solve --all --json` prints them."""
        branches = self.several.branches
        return {
            "case": self.all.title,
            "summary": self.summary,
            "starts": branches.starts,
            "arrived": branches.arrived,
            "planned": branches.planned,
            "cpu_seconds_foreseen": branches.seconds,
            "index_sum": branches.indices if branches.planned and branches.index[0] is not None else None,
            "unwalked": branches.unwalked,
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
            outcomes = sorted(((values[number], name) for name, values in self.all.outcomes.items()), reverse=True)
            told = ", ".join(f"{name} {value:.3f}" for value, name in outcomes[:4])
            lines.append(f"  {number + 1}. {told} ({how})")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.summary)}</p>" + self.to_frame().to_html(index=False)


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
    return Equilibria(other_equilibria(compiled, draws, request.rationality, starts=starts, seed=request.seed), request)
