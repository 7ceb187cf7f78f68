"""The crisis as a whole: everything that an analyst's case says, as frozen records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detente.crisis.base_rate import BaseRate
from detente.crisis.drafts import Draft
from detente.crisis.endings import ActualEnding, EndingGroup
from detente.crisis.evidence import Source
from detente.crisis.formulas import NamedFormula
from detente.crisis.inquiry import Claim, Observation, Question, Reading, Scenario
from detente.crisis.play import (
    Actor,
    EndingRule,
    Outcome,
    PrivateVariable,
    Stage,
    StateVariable,
    Step,
    stages_of,
)
from detente.crisis.quantities import LIMIT, Distribution, Quantity
from detente.crisis.rankings import Preference


@dataclass(frozen=True, slots=True)
class Crisis:
    """A case: actors with private information, an order of play, endings, assumptions with their evidence.

    All sections keep the order in which they were written. Names are unique within quantities, actors, state, formulas,
    stages, outcomes, groups, readings, questions, claims and scenarios. ended: what really came, if the case says so.
    drafts: what texts report and the case does not use yet; no answer depends on them.
    """

    title: str
    about: str = ""
    sources: tuple[Source, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    actors: tuple[Actor, ...] = ()
    state: tuple[StateVariable, ...] = ()
    formulas: tuple[NamedFormula, ...] = ()
    steps: tuple[Step, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    preferences: tuple[Preference, ...] = ()
    finally_: tuple[EndingRule, ...] = ()
    readings: tuple[Reading, ...] = ()
    timeline: tuple[Observation, ...] = ()
    questions: tuple[Question, ...] = ()
    claims: tuple[Claim, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    rationality: Distribution | str = LIMIT
    name: str = ""
    digest: str = ""
    groups: tuple[EndingGroup, ...] = ()
    ended: ActualEnding | None = None
    base_rate: BaseRate | None = None
    drafts: tuple[Draft, ...] = ()

    def stages(self) -> Iterator[Stage]:
        """Every stage in the order in which it is written."""
        return stages_of(self.steps)

    def stage(self, id: str) -> Stage:
        """The stage of that name; KeyError if there is none."""
        return {stage.id: stage for stage in self.stages()}[id]

    def actor(self, id: str) -> Actor:
        """The actor of that name; KeyError if there is none."""
        return {actor.id: actor for actor in self.actors}[id]

    def private(self, actor: str, variable: str) -> PrivateVariable:
        """A private variable; KeyError if there is none."""
        return {each.id: each for each in self.actor(actor).private}[variable]

    def quantity(self, id: str) -> Quantity:
        """The quantity of that name; KeyError if there is none."""
        return {quantity.id: quantity for quantity in self.quantities}[id]

    def outcome(self, id: str) -> Outcome:
        """The outcome of that name; KeyError if there is none."""
        return {outcome.id: outcome for outcome in self.outcomes}[id]

    def group(self, id: str) -> EndingGroup:
        """The group of endings of that name; KeyError if there is none."""
        return {group.id: group for group in self.groups}[id]

    def reading(self, id: str) -> Reading:
        """The reading of that name; KeyError if there is none."""
        return {reading.id: reading for reading in self.readings}[id]

    def scenario(self, id: str) -> Scenario:
        """The scenario of that name; KeyError if there is none."""
        return {scenario.id: scenario for scenario in self.scenarios}[id]

    def private_variables(self) -> Iterator[tuple[Actor, PrivateVariable]]:
        """Every private variable with its actor, in the order in which nature draws them."""
        for actor in self.actors:
            for variable in actor.private:
                yield actor, variable
