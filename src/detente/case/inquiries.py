"""Readings, timeline, questions, claims, scenarios: what is asked of the crisis."""

from __future__ import annotations

import datetime
from dataclasses import replace

from detente.case.assumptions import read_distribution, read_probabilities
from detente.case.desk import Desk
from detente.case.document import (
    CaseDocument,
    ClaimEntry,
    NamedPrivate,
    ObservationEntry,
    PriorReplacement,
    QuestionEntry,
    ScenarioEntry,
)
from detente.case.ledger import Path
from detente.case.order import no_such_move, position_of
from detente.case.scope import INTEREST, May, StageWords
from detente.case.suggest import did_you_mean, listed
from detente.crisis.expressions import Expression
from detente.crisis.inquiry import Claim, Observation, Prior, Question, Reading, Scenario

MOST_STEPS = 1_000


def read_readings(document: CaseDocument, desk: Desk) -> tuple[Reading, ...]:
    """The readings; later sections may ask for them by name."""
    scope = desk.scope("a reading", frozenset({May.PRIVATE, May.STATE, May.QUANTITIES}))
    readings: list[Reading] = []
    for id, entry in document.readings.items():
        path = ("readings", id)
        when = desk.condition((*path, "when"), entry.when, scope)
        assert when is not None
        readings.append(Reading(id, when, entry.name, desk.support(path, entry), desk.place(path)))
    desk.vocabulary = replace(desk.vocabulary, readings={reading.id: reading.when for reading in readings})
    return tuple(readings)


def read_timeline(document: CaseDocument, desk: Desk) -> tuple[Observation, ...]:
    """What was seen, in the order listed; dates may repeat but not go back."""
    seen: dict[tuple[str, int], int] = {}
    latest: datetime.date | None = None
    observations: list[Observation] = []
    for position, entry in enumerate(document.timeline):
        path: Path = ("timeline", position)
        if entry.date and latest and entry.date < latest:
            desk.ledger.error(
                (*path, "date"),
                f"{entry.date} comes after {latest} in the list",
                "list what was seen in the order of its dates",
            )
        latest = entry.date or latest
        observation = _observation(entry, path, desk)
        key = (observation.stage, observation.round)
        if key in seen:
            desk.ledger.error(
                path,
                f"stage `{entry.stage}` is observed twice",
                "a stage has one move (a round); remove one of the two",
                key=True,
            )
        seen[key] = position
        observations.append(observation)
    return tuple(observations)


def _observation(entry: ObservationEntry, path: Path, desk: Desk) -> Observation:
    move, round = 0, entry.round or 0
    if desk.known((*path, "stage"), entry.stage, tuple(desk.vocabulary.stages), "stage"):
        words = desk.vocabulary.stages[entry.stage]
        move = _move(entry.move, words, (*path, "move"), desk)
        _check_round(entry, words, path, desk)
    return Observation(entry.stage, move, round, entry.date, entry.name, desk.support(path, entry), desk.place(path))


def _check_round(entry: ObservationEntry, words: StageWords, path: Path, desk: Desk) -> None:
    if words.repeat and entry.round is None:
        desk.ledger.error(
            path,
            f"in which round? stage `{words.id}` is inside a `repeat`",
            f"add `round: 1` (to {words.times})",
            key=True,
        )
    elif not words.repeat and entry.round is not None:
        desk.ledger.error((*path, "round"), f"stage `{words.id}` is not inside a `repeat`", "leave `round` out")
    elif entry.round is not None and not 1 <= entry.round <= words.times:
        desk.ledger.error(
            (*path, "round"),
            f"there is no round {entry.round}",
            f"rounds of stage `{words.id}` count from 1 to {words.times}",
        )


def _move(move: str, words: StageWords, path: Path, desk: Desk) -> int:
    position = position_of(move, words)
    if position is None:
        desk.ledger.error(path, f"`{move}` is not a move of stage `{words.id}`", no_such_move(move, words))
    return position or 0


def _interest(text: str, path: Path, desk: Desk) -> tuple[str, Expression]:
    return text, desk.formula(path, text, desk.scope("a quantity of interest", INTEREST))


def read_questions(document: CaseDocument, desk: Desk) -> tuple[Question, ...]:
    """The questions."""
    return tuple(_question(entry, ("questions", n), desk) for n, entry in enumerate(document.questions))


def _question(entry: QuestionEntry, path: Path, desk: Desk) -> Question:
    desk.known((*path, "vary"), entry.vary, desk.vocabulary.quantities, "quantity")
    if entry.from_ >= entry.to:
        desk.ledger.error(
            (*path, "to"),
            f"`to: {entry.to:g}` does not lie above `from: {entry.from_:g}`",
            "the quantity goes up from `from` to `to`",
        )
    if not 2 <= entry.steps <= MOST_STEPS:
        desk.ledger.error((*path, "steps"), f"{entry.steps:,} steps", f"between 2 and {MOST_STEPS:,} can be shown")
    if isinstance(entry.show, str):
        show = (_interest(entry.show, (*path, "show"), desk),)
    else:
        show = tuple(_interest(text, (*path, "show", n), desk) for n, text in enumerate(entry.show))
    if not show:
        desk.ledger.error((*path, "show"), "nothing is shown", "list quantities of interest, such as [P(war)]")
    return Question(entry.id, entry.vary, entry.from_, entry.to, entry.steps, show, entry.name, desk.place(path))


def read_claims(document: CaseDocument, desk: Desk) -> tuple[Claim, ...]:
    """The claims."""
    return tuple(_claim(entry, ("claims", n), desk) for n, entry in enumerate(document.claims))


def _claim(entry: ClaimEntry, path: Path, desk: Desk) -> Claim:
    desk.known((*path, "raise"), entry.raise_, desk.vocabulary.quantities, "quantity")
    if entry.expect not in ("rises", "falls"):
        desk.ledger.error((*path, "expect"), f"`{entry.expect}` says neither up nor down", "write `rises` or `falls`")
    of = _interest(entry.of, (*path, "of"), desk)
    return Claim(
        entry.id,
        entry.says,
        entry.raise_,
        entry.expect == "rises",
        of,
        entry.by,
        desk.support(path, entry),
        desk.place(path),
    )


def read_scenarios(document: CaseDocument, desk: Desk) -> tuple[Scenario, ...]:
    """The scenarios."""
    return tuple(_scenario(id, entry, desk) for id, entry in document.scenarios.items())


def _scenario(id: str, entry: ScenarioEntry, desk: Desk) -> Scenario:
    path: Path = ("scenarios", id)
    scope = desk.scope(f"scenario `{id}`", frozenset({May.QUANTITIES}))
    quantities = tuple(
        (name, read_distribution(number, (*path, "set", name), scope, desk))
        for name, number in entry.set.items()
        if desk.known((*path, "set", name), name, desk.vocabulary.quantities, "quantity", key=True)
    )
    forbid = tuple(
        (stage, _forbidden(stage, moves, (*path, "forbid", stage), desk))
        for stage, moves in entry.forbid.items()
        if desk.known((*path, "forbid", stage), stage, tuple(desk.vocabulary.stages), "stage", key=True)
    )
    force = tuple(
        (stage, _move(move, desk.vocabulary.stages[stage], (*path, "force", stage), desk))
        for stage, move in entry.force.items()
        if desk.known((*path, "force", stage), stage, tuple(desk.vocabulary.stages), "stage", key=True)
    )
    for stage, move in force:
        if move in dict(forbid).get(stage, ()):
            desk.ledger.error(
                (*path, "force", stage),
                "this move is forbidden in the same scenario",
                "forbid it or force it, not both",
            )
    prior = [_prior(name, each, (*path, "prior", name), desk) for name, each in entry.prior.items()]
    return Scenario(
        id,
        entry.name,
        quantities,
        forbid,
        force,
        tuple(each for each in prior if each),
        desk.support(path, entry),
        desk.place(path),
    )


def _forbidden(stage: str, written: str | list[str], path: Path, desk: Desk) -> tuple[int, ...]:
    words = desk.vocabulary.stages[stage]
    listing = isinstance(written, list)
    moves = written if isinstance(written, list) else [written]
    positions = [_move(move, words, (*path, n) if listing else path, desk) for n, move in enumerate(moves)]
    if not words.unsure and len(set(positions)) >= len(words.moves):
        desk.ledger.error(
            path,
            f"every move of stage `{stage}` is forbidden",
            "leave at least one, or skip the stage with `when`",
            key=True,
        )
    return tuple(sorted(set(positions)))


def _prior(name: str, entry: PriorReplacement, path: Path, desk: Desk) -> Prior | None:
    actor, _, variable = name.partition(".")
    words = desk.vocabulary.private.get((actor, variable))
    if words is None:
        known = [".".join(key) for key in desk.vocabulary.private]
        desk.ledger.error(
            path, f"unknown private variable `{name}`", did_you_mean(name, known, "private variables"), key=True
        )
        return None
    if isinstance(entry, NamedPrivate):
        return _named_prior(actor, variable, entry, path, desk)
    if words.values:
        desk.ledger.error(
            path,
            f"`{name}` has named values, and a distribution stands here",
            f"give probabilities of {listed(words.values)}",
            key=True,
        )
        return None
    scope = desk.scope(f"the prior of `{name}`", frozenset({May.QUANTITIES}))
    return Prior(actor, variable, (), read_distribution(entry, path, scope, desk))


def _named_prior(actor: str, variable: str, entry: NamedPrivate, path: Path, desk: Desk) -> Prior | None:
    words = desk.vocabulary.private[actor, variable]
    name, written = f"{actor}.{variable}", entry.model_extra or {}
    if not words.values:
        desk.ledger.error(path, f"`{name}` is a number", "give a distribution, such as {uniform: [0, 1]}", key=True)
        return None
    unknown = [
        value
        for value in written
        if not desk.known((*path, value), value, words.values, f"value of `{name}`:", key=True)
    ]
    missing = [value for value in words.values if value not in written]
    if missing:
        desk.ledger.error(
            path,
            f"no probability is given for {listed(missing)}",
            f"give one to every value of `{name}`; one may say `rest`",
            key=True,
        )
    if missing or unknown:
        return None
    scope = replace(
        desk.scope(f"the prior of `{name}`", frozenset({May.QUANTITIES, May.PRIVATE})),
        private=_before(actor, variable, desk),
    )
    ordered = {value: (written[value], (*path, value)) for value in words.values}
    return Prior(actor, variable, read_probabilities(ordered, path, scope, desk))


def _before(actor: str, variable: str, desk: Desk) -> frozenset[tuple[str, str]]:
    order = list(desk.vocabulary.private)
    return frozenset(order[: order.index((actor, variable))])
