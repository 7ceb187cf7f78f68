"""A solution told along events, without solving again: how it may end, what is believed, who does what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.solved import Solved
from detente.analysis.updating import (
    BeliefPath,
    belief_paths,
    event_label,
    log_events,
    moves_after,
    outcomes_along,
)
from detente.case.meaning.spoken import read_events
from detente.crisis.inquiry import Observation
from detente.game.paths import story_of

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Events = Iterable[str | Observation] | None
"""A timeline as a user writes it: "STAGE: MOVE" and its like; None for that of the case."""

START = "start"
"""Name of the moment before the first event."""


def timeline_of(solved: Solved, events: Events) -> tuple[Observation, ...]:
    """The events meant. Raises RequestError for what names nothing in the case."""
    if events is None:
        return solved.crisis.timeline
    told = [events] if isinstance(events, str) else list(events)
    return tuple(each if isinstance(each, Observation) else read_events(solved.crisis, [each])[0] for each in told)


def _labels(solved: Solved, events: tuple[Observation, ...]) -> tuple[str, ...]:
    return (START, *(event_label(solved.crisis, event) for event in events))


def _mean(values: Floats, log_chance: Floats) -> Floats:
    """[event]: means over draws of values [draw, event], each draw weighed by the chance it gave to the events.

    log_chance [draw, event]. NaN where no draw lets them happen.
    """
    with np.errstate(all="ignore"):
        weight = np.exp(log_chance - log_chance.max(axis=0, initial=-np.inf))
        known = np.where(weight > 0.0, values, 0.0)
        return np.where(np.isnan(weight).all(axis=0), np.nan, (weight * known).sum(axis=0) / weight.sum(axis=0))


@dataclass(frozen=True, eq=False)
class EndingsAlong:
    """Endings given the first 0, 1, … events as an outside analyst sees them.

    events [event]: names for a reader, the first of them `start`. log_chance [draw, event]: natural logarithm of the
    probability that all events up to this one happen. outcomes: by name [draw, event], NaN where that is impossible.
    """

    events: tuple[str, ...]
    log_chance: Floats
    outcomes: Mapping[str, Floats]

    def mean(self, outcome: str) -> Floats:
        """[event]: the probability of an outcome over draws, each weighed by the chance it gave to the events."""
        return _mean(self.outcomes[outcome], self.log_chance)

    @property
    def last(self) -> dict[str, float]:
        """The probability of every outcome given all events."""
        return {name: float(self.mean(name)[-1]) for name in self.outcomes}

    def to_dict(self) -> list[dict[str, Any]]:
        """One entry for every event: event, chance of all up to it, outcomes by name."""
        chance = np.exp(self.log_chance).mean(axis=0)
        means = {name: self.mean(name) for name in self.outcomes}
        return [
            {
                "event": event,
                "chance": float(chance[number]),
                "outcomes": {name: float(mean[number]) for name, mean in means.items()},
            }
            for number, event in enumerate(self.events)
        ]

    def to_frame(self) -> pd.DataFrame:
        """One row for every event: event, chance, and a column for every outcome."""
        import pandas as pd

        return pd.DataFrame(
            [{"event": row["event"], "chance": row["chance"], **row["outcomes"]} for row in self.to_dict()]
        )


@dataclass(frozen=True, eq=False)
class BeliefsAlong:
    """Beliefs of the analyst and of every actor after each event, averaged over what an actor privately is.

    events: as for `EndingsAlong`. paths: one for every observer and subject. log_chance: as there.
    """

    events: tuple[str, ...]
    log_chance: Floats
    paths: tuple[BeliefPath, ...]

    def __iter__(self) -> Iterator[BeliefPath]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)

    def of(self, subject: str, value: str = "", observer: str = "analyst") -> Floats:
        """[event]: the belief in a reading, or in one value of `ACTOR.VARIABLE`. KeyError where there is none."""
        for path in self.paths:
            if (path.observer, path.subject.id, path.subject.value) == (observer, subject, value):
                return _mean(path.posterior, self.log_chance)
        raise KeyError(subject)

    def to_dict(self) -> list[dict[str, Any]]:
        """One entry for every path: observer, subject, value, name, and its belief by event."""
        return [
            {
                "observer": path.observer,
                "subject": path.subject.id,
                "value": path.subject.value,
                "name": path.subject.name,
                "belief": _mean(path.posterior, self.log_chance).tolist(),
            }
            for path in self.paths
        ]

    def to_frame(self) -> pd.DataFrame:
        """One row for every observer, subject and event: observer, subject, value, name, event, belief."""
        import pandas as pd

        return pd.DataFrame(
            {**{key: row[key] for key in ("observer", "subject", "value", "name")}, "event": event, "belief": belief}
            for row in self.to_dict()
            for event, belief in zip(self.events, row["belief"], strict=True)
        )


@dataclass(frozen=True, eq=False)
class StepMoves:
    """One step of play: the stage in one round (0: not repeated), its actor ("" for nature), its moves.

    before, after [draw, move]: probability that the step is played and the move made, at the outset and given the
    events; NaN where these are impossible.
    """

    stage: str
    round: int
    actor: str
    moves: tuple[str, ...]
    before: Floats
    after: Floats


@dataclass(frozen=True, eq=False)
class MovesAlong:
    """Moves of every step of play, at the outset and given all events."""

    steps: tuple[StepMoves, ...]
    log_chance: Floats

    def to_dict(self) -> list[dict[str, Any]]:
        """One entry for every move of every step: stage, round, actor, move, probability, given_events."""
        last = self.log_chance[:, -1:]
        return [
            {
                "stage": step.stage,
                "round": step.round,
                "actor": step.actor,
                "move": move,
                "probability": float(step.before[:, number].mean()),
                "given_events": float(_mean(step.after[:, number : number + 1], last)[0]),
            }
            for step in self.steps
            for number, move in enumerate(step.moves)
        ]

    def to_frame(self) -> pd.DataFrame:
        """All answers as one table."""
        import pandas as pd

        return pd.DataFrame(self.to_dict())


def endings_along(solved: Solved, events: Events = None) -> EndingsAlong:
    """The endings given each of the first events. Raises RequestError for what names nothing in the case."""
    timeline = timeline_of(solved, events)
    table = outcomes_along(solved, timeline)
    names = [outcome.id for outcome in solved.crisis.outcomes]
    found = {name: table[:, :, number] for number, name in enumerate(names)}
    return EndingsAlong(_labels(solved, timeline), log_events(solved, timeline), found)


def beliefs_along(solved: Solved, events: Events = None) -> BeliefsAlong:
    """The beliefs after each event. Raises RequestError for what names nothing in the case."""
    timeline = timeline_of(solved, events)
    paths = tuple(belief_paths(solved, timeline))
    return BeliefsAlong(_labels(solved, timeline), log_events(solved, timeline), paths)


def moves_along(solved: Solved, events: Events = None) -> MovesAlong:
    """The moves at every stage, given the events. Raises RequestError for what names nothing in the case."""
    timeline = timeline_of(solved, events)
    tables = zip(story_of(solved.game).steps, solved.moves, moves_after(solved, timeline), strict=True)
    steps = tuple(
        StepMoves(step.stage, step.round, step.actor, step.labels, before, after)
        for step, before, after in tables
        if step.stage
    )
    return MovesAlong(steps, log_events(solved, timeline))
