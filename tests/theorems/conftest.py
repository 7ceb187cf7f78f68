"""Catalogue cases as the theorems meet them: loaded, refined, solved with a few quantities set, and asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

import numpy as np
import pytest

from detente.analysis.quantity_of_interest import value_of
from detente.analysis.solved import Solved, solve_draws
from detente.case.catalogue import catalogue
from detente.case.formula.parsing import parse_interest
from detente.case.read import read_text
from detente.crisis.expressions import Expression, Number
from detente.crisis.model import Crisis
from detente.game.compiling.build import compile_crisis
from detente.game.drawn.draws import median_draw
from detente.game.paths import story_of
from detente.strategy.beliefs import beliefs_from_logs

LIMIT = np.inf

HISTORY = tuple(case.name for case in catalogue() if "\nended:" in case.path.read_text("utf-8"))
"""Cases of the catalogue that say how the crisis really ended."""

CRISES = (*HISTORY, "iran-2025")
"""Cases of the catalogue that are about a crisis and rebuild no published model."""


def catalogue_text(name: str, written: Mapping[str, str] | None = None) -> str:
    """A catalogue case as written, or with other grids: `written` maps a text found exactly once to its replacement."""
    text = files("detente.catalogue").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    for old, new in (written or {}).items():
        assert text.count(old) == 1, f"{old!r} is not found exactly once in {name}"
        text = text.replace(old, new)
    return text


@dataclass(frozen=True)
class Played:
    """One solved draw of a case."""

    crisis: Crisis
    solved: Solved

    def ask(self, interest: str) -> float:
        """The value of a quantity of interest."""
        return float(value_of(parse_interest(interest, self.crisis), self.solved)[0])

    @property
    def relative_regret(self) -> float:
        """NashConv as a share of the payoff range."""
        return float(self.solved.solution.nash_conv[0] / self.solved.solution.payoff_range[0])

    @property
    def unknowns(self) -> int:
        """Number of log-odds that the solver had to find."""
        return self.solved.solution.unknowns

    @cached_property
    def _beliefs(self) -> np.ndarray:
        return beliefs_from_logs(self.solved.game, self.solved.numbers, self.solved.solution.log_behaviour)[0]

    def node(self, **path: str) -> int:
        """The node after these moves and draws of nature, all others being what they are: `stage or variable = name`.

        Follows the tree from the root; where a step is not named the node is reached before it.
        """
        game, story, node = self.solved.game, story_of(self.solved.game), 0
        left = dict(path)
        while left:
            for child in range(game.first_child[node], game.first_child[node] + game.child_count[node]):
                step = story.steps[story.step[child]]
                name = step.stage or f"{step.actor}_{step.variable}"
                if name in left and step.labels[story.move[child]] == left[name]:
                    del left[name]
                    node = child
                    break
            else:
                raise AssertionError(f"no way on from {path} with {left} left")
        return node

    def behaviour(self, **path: str) -> dict[str, float]:
        """Probabilities of the moves at the node that the path leads to, on the equilibrium path or off it."""
        game, story, node = self.solved.game, story_of(self.solved.game), self.node(**path)
        children = range(game.first_child[node], game.first_child[node] + game.child_count[node])
        chosen = self.solved.solution.behaviour[0]
        labels = [story.steps[story.step[child]].labels[story.move[child]] for child in children]
        return {label: float(chosen[game.action[child]]) for label, child in zip(labels, children, strict=True)}

    def belief(self, **path: str) -> float:
        """Probability that the mover assigns to the node at the end of the path, within its information set."""
        game, node = self.solved.game, self.node(**path)
        return float(self._beliefs[np.flatnonzero(game.infoset_nodes == node)[0]])


def play(text: str, rationality: float = LIMIT, settings: Mapping[str, float] | None = None) -> Played:
    """Solve a case, written out, at its medians but for the quantities in `settings`."""
    crisis = read_text(text)
    draws = median_draw(crisis, fixed=dict(settings or {}))
    return Played(crisis, solve_draws(compile_crisis(crisis), draws, rationality=rationality))


@pytest.fixture(scope="session")
def solve() -> Callable[..., Played]:
    """`solve(name, rationality=…, written={old: new}, quantity=value, …)`: a catalogue case, solved at its medians.

    At the limit unless told otherwise.
    """

    def of(
        name: str, rationality: float = LIMIT, written: Mapping[str, str] | None = None, **settings: float
    ) -> Played:
        return play(catalogue_text(name, written), rationality, settings)

    return of


@pytest.fixture(scope="session")
def crisis() -> Callable[[str], Crisis]:
    """`crisis(name)`: a catalogue case as read."""
    return lambda name: read_text(catalogue_text(name))


@pytest.fixture(scope="session")
def rationality() -> Callable[[str], float]:
    """`rationality(name)`: the rationality of a catalogue case at its median."""
    return lambda name: float(median_draw(read_text(catalogue_text(name))).rationality[0])


@pytest.fixture(scope="session")
def solve_many() -> Callable[..., dict[str, tuple[np.ndarray, np.ndarray]]]:
    """`solve_many(name, rationality, quantities, interests)`: interests with each quantity low and high, one at a time.

    Low and high are the ends of the quantity's uniform range, everything else at its median.
    """

    def of(
        name: str, rationality: float, quantities: list[str], interests: list[Expression]
    ) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        read = read_text(catalogue_text(name))
        compiled, found = compile_crisis(read), {}
        for quantity in quantities:
            ends = []
            for end in read.quantity(quantity).distribution.parameters:
                assert isinstance(end, Number)
                draws = median_draw(read, fixed={quantity: end.value})
                solved = solve_draws(compiled, draws, rationality=rationality)
                ends.append(np.array([float(value_of(interest, solved)[0]) for interest in interests]))
            found[quantity] = (ends[0], ends[1])
        return found

    return of
