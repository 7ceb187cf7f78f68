"""The names of a finished crisis, for formulas that are read after the case."""

from __future__ import annotations

from detente.case.formula.named import size_of
from detente.case.formula.scope import FormulaWords, PrivateWords, StageWords, StateWords, Vocabulary
from detente.case.formula.writing import formula
from detente.crisis.formulas import NamedFormula
from detente.crisis.model import Crisis
from detente.crisis.play import Repeat, Stage, Together


def vocabulary_of(crisis: Crisis) -> Vocabulary:
    """Every name of a finished crisis."""
    return Vocabulary(
        quantities=tuple(quantity.id for quantity in crisis.quantities),
        structural=frozenset(quantity.id for quantity in crisis.quantities if quantity.structural),
        actors=tuple(actor.id for actor in crisis.actors),
        private={
            (actor.id, each.id): PrivateWords(actor.id, each.id, each.values)
            for actor, each in crisis.private_variables()
        },
        state={each.id: StateWords(each.id, each.values, each.numeric, each.low) for each in crisis.state},
        stages=_stage_words(crisis),
        outcomes=tuple(outcome.id for outcome in crisis.outcomes),
        groups={group.id: group.endings for group in crisis.groups},
        readings={reading.id: reading.when for reading in crisis.readings},
        formulas={each.id: formula_words(each, crisis) for each in crisis.formulas},
    )


def formula_words(named: NamedFormula, crisis: Crisis) -> FormulaWords:
    """A finished formula as other formulas need it."""
    text = formula(named.value, crisis)
    return FormulaWords(named.id, text, named.condition, size_of(named.value))


def _stage_words(crisis: Crisis) -> dict[str, StageWords]:
    words: dict[str, StageWords] = {}
    blocks = 0

    def take(stage: Stage, repeat: int, times: int, together: int) -> None:
        numbers = tuple(move.number for move in stage.moves if move.number is not None)
        moves = tuple(move.id for move in stage.moves)
        words[stage.id] = StageWords(
            stage.id, stage.by, moves, numbers, len(words), repeat, times, together, turns=stage.turns
        )

    for step in crisis.steps:
        blocks += 1
        repeat, times = (blocks, step.times) if isinstance(step, Repeat) else (0, 0)
        for inner in step.stages if isinstance(step, Repeat) else (step,):
            blocks += 1
            for stage in inner.stages if isinstance(inner, Together) else (inner,):
                take(stage, repeat, times, blocks if isinstance(inner, Together) else 0)
    return words
