"""Many draws solved: what is read off each block of them, and the whole as arrays over draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from detente.analysis.indicators import joint
from detente.analysis.misreading import Expected, expected_beliefs
from detente.analysis.quantity_of_interest import value_of
from detente.analysis.scored.origins import origins_apart
from detente.analysis.solved import Solved
from detente.analysis.updating import (
    BeliefPath,
    Subject,
    belief_paths,
    log_events,
    log_seen,
    moves_after,
    outcomes_after,
    outcomes_along,
    utilities_after,
)
from detente.analysis.worth import Decision, Worth, WorthOfKnowing, decision_at, worth_of
from detente.crisis.expressions import Expression
from detente.crisis.inquiry import Observation
from detente.equilibrium.solution import Ending
from detente.game.drawn.draws import Draws
from detente.study.how_solved import Checks, HowSolved, certified
from detente.study.running.columns import Block, Columns
from detente.study.running.plan import DRAWS, Task

Floats = NDArray[np.float64]
_Item = TypeVar("_Item")

_INTEREST, _GIVEN_EVENTS = "interest ", "given the events "
_PATHS = ("posterior", "log_ratio", "likelihood")
_MOVES_AFTER = "moves_after "
_OUTCOMES_KNOWN, _LOG_KNOWN = "outcomes_known ", "log_known "
_EXPECTED = ("held", "expected", "distance")
_WORTH = ("weight", "choices", "stake")
_KNOWN = ("gain", "changes", "chance", "best")


def read_block(solved: Solved, task: Task) -> Block:
    """Everything that a task keeps of a solved block of draws."""
    solution = solved.solution
    endings = list(Ending)
    found: dict[str, Floats] = {
        "outcomes": solved.outcomes,
        "ending": np.array([endings.index(ending) for ending in solution.endings], float),
        "reached": solution.reached,
        "nash_conv": solution.nash_conv,
        "conditional_regret": solution.conditional_regret,
        "departure": solution.departure,
        "payoff_range": solution.payoff_range,
        "folds": np.array([len(points) for points in solution.turning_points], float),
    }
    found |= {_INTEREST + name: value_of(expression, solved, task.seen) for name, expression in task.interests.items()}
    if task.seen:
        found["log_seen"] = log_seen(solved, task.seen)
    if task.given_events:
        events = solved.crisis.timeline
        found |= {_GIVEN_EVENTS + name: value_of(each, solved, events) for name, each in task.interests.items()}
    notes: dict[str, Any] = {"unknowns": solution.unknowns, "endings": [ending.name for ending in endings]}
    if task.after:
        found["outcomes_after"] = outcomes_after(solved)
    if task.weighed:
        found["log_events"] = log_events(solved)
    if task.whole:
        found["utilities"] = solved.utilities
        found |= {f"moves {step}": table for step, table in enumerate(solved.moves)}
        if solved.crisis.timeline:
            found["utilities_after"] = utilities_after(solved)
            found["outcomes_along"] = outcomes_along(solved)
            for number, origin in enumerate(origins_apart(solved.crisis)):
                found[f"{_OUTCOMES_KNOWN}{number}"] = outcomes_after(solved, origin.events)
                found[f"{_LOG_KNOWN}{number}"] = log_seen(solved, origin.events)
            found |= {f"{_MOVES_AFTER}{step}": table for step, table in enumerate(moves_after(solved))}
        paths = belief_paths(solved)
        for number, path in enumerate(paths):
            found |= {f"belief {number} {name}": getattr(path, name) for name in _PATHS}
        thought = expected_beliefs(solved)
        for number, each in enumerate(thought):
            found |= {f"expected {number} {name}": getattr(each, name) for name in _EXPECTED}
        found["signals"] = joint(solved)
        found |= _worth(solved, task)
        notes["beliefs"] = [[path.observer, path.subject.id, path.subject.value, path.subject.name] for path in paths]
        notes["expected"] = [
            [each.observer, each.of, each.subject.id, each.subject.value, each.subject.name] for each in thought
        ]
    return Block.of(found, notes)


def _worth(solved: Solved, task: Task) -> dict[str, Floats]:
    """Worth of knowing at the decisions of a task; named as `Ensemble.worth` reads it."""
    found: dict[str, Floats] = {}
    for number, (actor, position) in enumerate(task.decisions):
        decision = decision_at(solved.game, solved.crisis, actor, position)
        assert decision is not None
        told = worth_of(solved, decision)
        found |= {f"worth {number} {name}": getattr(told, name) for name in _WORTH}
        for place, known in enumerate(told.known):
            found |= {f"worth {number} {place} {name}": getattr(known, name) for name in _KNOWN}
    return found


class _kept(Generic[_Item]):  # noqa: N801 it is used as `property` is
    """A property that is kept once it was read, unless results are too large for memory: it is then read every time."""

    def __init__(self, read: Callable[[Any], _Item]) -> None:
        self._read = read
        self.__doc__ = read.__doc__

    @overload
    def __get__(self, ensemble: None, owner: type) -> _kept[_Item]: ...
    @overload
    def __get__(self, ensemble: Ensemble, owner: type) -> _Item: ...
    def __get__(self, ensemble: Ensemble | None, owner: type) -> _kept[_Item] | _Item:
        if ensemble is None:
            return self
        name = self._read.__name__
        if name in ensemble.__dict__:
            return ensemble.__dict__[name]
        found = self._read(ensemble)
        if ensemble.columns.in_memory:
            ensemble.__dict__[name] = found
        return found


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Results of every draw.

    draws: those that are finished; fewer than asked for where the run was interrupted.
    outcomes [draw, outcome] at the outset, outcomes_after the same given the timeline, utilities [draw, player],
    log_events [draw, event]: how likely the first events were, by which draws are weighed
    (`detente.study.running.weights`),
    moves per unrolled step [draw, move] (joint with reaching it),
    interests name -> [draw], beliefs along the timeline, and the certificate: endings, reached, nash_conv,
    conditional_regret, departure, payoff_range, folds (number of turning points) [draw].
    Moves and beliefs may be many: they are read when they are asked for, one by one.
    """

    draws: Draws
    columns: Columns
    interrupted: bool = False

    @property
    def count(self) -> int:
        """Number of finished draws."""
        return self.draws.count

    def _read(self, name: str) -> Floats:
        return self.columns.read(name, self.count)

    def piece(self, name: str, start: int, stop: int) -> Floats:
        """[draw, …]: some of the draws of an array of this class, by its name; endings as their numbers."""
        return self.columns.read("ending" if name == "endings" else name, stop - start, start)

    def ending_names(self, start: int, stop: int) -> list[str]:
        """[draw]: the endings of some draws by their names, in small letters."""
        names = [name.lower() for name in self.columns.notes["endings"]]
        return [names[int(code)] for code in self.piece("endings", start, stop)]

    @_kept
    def outcomes(self) -> Floats:
        """[draw, outcome]."""
        return self._read("outcomes")

    @_kept
    def outcomes_after(self) -> Floats:
        """[draw, outcome]."""
        return self._read("outcomes_after")

    @_kept
    def outcomes_along(self) -> Floats:
        """[draw, event, outcome]: the same given the first 0, 1, … events; only with a timeline."""
        return self._read("outcomes_along")

    def known(self, number: int) -> tuple[Floats, Floats]:
        """Outcomes [draw, outcome] and log chance [draw] at an origin that is no beginning of the timeline, by its
        number among these. KeyError where the run did not keep them.
        """
        return self._read(f"{_OUTCOMES_KNOWN}{number}"), self._read(f"{_LOG_KNOWN}{number}")

    @_kept
    def log_events(self) -> Floats:
        """[draw, event]: log probability of the first 0, 1, … events; one column of zeros where no task kept them."""
        return self._read("log_events") if "log_events" in self.columns.fields else np.zeros((self.count, 1))

    @_kept
    def log_seen(self) -> Floats:
        """[draw]: log probability of what was taken as seen; zeros where nothing was."""
        return self._read("log_seen") if "log_seen" in self.columns.fields else np.zeros(self.count)

    @_kept
    def utilities(self) -> Floats:
        """[draw, player]."""
        return self._read("utilities")

    @_kept
    def utilities_after(self) -> Floats:
        """[draw, player] given the events, NaN where they are impossible; only with a timeline."""
        return self._read("utilities_after")

    @property
    def moves(self) -> Sequence[Floats]:
        """Per unrolled step [draw, move]."""
        steps = sum(name.startswith("moves ") for name in self.columns.fields)
        return _OnDemand(steps, lambda step: self._read(f"moves {step}"))

    @property
    def moves_after(self) -> Sequence[Floats]:
        """Per unrolled step [draw, move] given the events, NaN where they are impossible; empty without a timeline."""
        steps = sum(name.startswith(_MOVES_AFTER) for name in self.columns.fields)
        return _OnDemand(steps, lambda step: self._read(f"{_MOVES_AFTER}{step}"))

    @_kept
    def interests(self) -> Mapping[str, Floats]:
        """Name -> [draw]."""
        names = [name for name in self.columns.fields if name.startswith(_INTEREST)]
        return {name.removeprefix(_INTEREST): self._read(name) for name in names}

    @_kept
    def interests_after(self) -> Mapping[str, Floats]:
        """Name -> [draw]: the same given every event of the timeline, where the task asked for it."""
        names = [name for name in self.columns.fields if name.startswith(_GIVEN_EVENTS)]
        return {name.removeprefix(_GIVEN_EVENTS): self._read(name) for name in names}

    @property
    def beliefs(self) -> Sequence[BeliefPath]:
        """One path per observer and subject."""
        paths: list[list[str]] = self.columns.notes.get("beliefs", [])

        def path(number: int) -> BeliefPath:
            observer, id, value, name = paths[number]
            found = (self._read(f"belief {number} {each}") for each in _PATHS)
            return BeliefPath(observer, Subject(id, value, name), *found)

        return _OnDemand(len(paths), path)

    @property
    def expected(self) -> Sequence[Expected]:
        """The beliefs that everybody expects of everybody else along the timeline."""
        thought: list[list[str]] = self.columns.notes.get("expected", [])

        def one(number: int) -> Expected:
            observer, of, id, value, name = thought[number]
            found = (self._read(f"expected {number} {each}") for each in _EXPECTED)
            return Expected(observer, of, Subject(id, value, name), *found)

        return _OnDemand(len(thought), one)

    def worth(self, number: int, decision: Decision) -> Worth:
        """Worth of knowing at a decision of the task, by the decision's number in the task."""
        known = tuple(
            WorthOfKnowing(unknown, *(self._read(f"worth {number} {place} {name}") for name in _KNOWN))
            for place, (unknown, _) in enumerate(decision.unknowns)
        )
        weight, choices, stake = (self._read(f"worth {number} {name}") for name in _WORTH)
        return Worth(decision, weight, choices, stake, known)

    @_kept
    def signals(self) -> Floats:
        """[draw, subject + 1, move + 1]: see `detente.analysis.indicators.joint`."""
        return self._read("signals")

    @_kept
    def endings(self) -> tuple[Ending, ...]:
        """[draw]."""
        known = [Ending[name] for name in self.columns.notes["endings"]]
        return tuple(known[int(code)] for code in self._read("ending"))

    @_kept
    def how_solved(self) -> HowSolved:
        """Endings of the draws, and their certificate."""
        return HowSolved.read(self.endings, self._checks)

    @property
    def certified(self) -> NDArray[np.bool_]:
        """[draw]: whether it is certified, see `detente.study.how_solved.certified`."""
        return certified(self.endings, self._checks)

    @property
    def _checks(self) -> Checks:
        return Checks(self.nash_conv, self.conditional_regret, self.payoff_range, self.departure)

    @_kept
    def reached(self) -> Floats:
        """[draw]."""
        return self._read("reached")

    @_kept
    def nash_conv(self) -> Floats:
        """[draw]."""
        return self._read("nash_conv")

    @_kept
    def conditional_regret(self) -> Floats:
        """[draw]."""
        return self._read("conditional_regret")

    @_kept
    def departure(self) -> Floats:
        """[draw]."""
        return self._read("departure")

    @_kept
    def payoff_range(self) -> Floats:
        """[draw]."""
        return self._read("payoff_range")

    @_kept
    def folds(self) -> NDArray[np.int64]:
        """[draw]."""
        return self._read("folds").astype(np.int64)

    @property
    def unknowns(self) -> int:
        """Number of log-odds that each draw was solved for."""
        return self.columns.notes["unknowns"]


def ensemble_of(solved: Solved, interests: Mapping[str, Expression], seen: tuple[Observation, ...] = ()) -> Ensemble:
    """Quantities of interest read off solved draws, given what was seen."""
    assert solved.draws is not None
    columns = Columns(solved.count)
    columns.put(0, read_block(solved, Task(DRAWS, solved.count, None, {}, interests, seen)))
    return Ensemble(solved.draws, columns)


class _OnDemand(Sequence[_Item]):
    """A sequence whose items are made when they are asked for, and not kept."""

    def __init__(self, length: int, make: Callable[[int], _Item]) -> None:
        self._length = length
        self._make = make

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> _Item: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[_Item]: ...
    def __getitem__(self, index: int | slice) -> _Item | Sequence[_Item]:
        chosen = range(self._length)[index]
        return [self._make(each) for each in chosen] if isinstance(chosen, range) else self._make(chosen)
