"""Readings, timeline, questions, claims, scenarios: what is asked of the crisis."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace

from detente.case.form.document import (
    CaseDocument,
    ObservationEntry,
    PriorReplacement,
    QuestionEntry,
    RoundMoves,
    ScenarioEntry,
)
from detente.case.form.ledger import Path
from detente.case.form.numbers import NamedPrivate
from detente.case.form.register import LABELS, VARIABLES
from detente.case.formula.scope import INTEREST, May, StageWords
from detente.case.meaning.assumptions import check_structural, read_distribution, read_probabilities
from detente.case.meaning.context import Desk
from detente.case.meaning.order import no_such_move, position_of
from detente.case.spelling.suggest import did_you_mean, listed
from detente.crisis.evidence import PartialDate
from detente.crisis.expressions import Expression
from detente.crisis.inquiry import EVENTS, OUTSET, Limit, Observation, Prior, Question, Reading, Scenario
from detente.crisis.play import Stage
from detente.plurals import counted

MOST_SHOWN = 1_000


def read_readings(document: CaseDocument, desk: Desk) -> tuple[Reading, ...]:
    """The readings; later sections may ask for them by name."""
    scope = desk.scope("a reading", frozenset({May.PRIVATE, May.STATE, May.MOVES, May.COUNT, May.QUANTITIES}))
    readings: list[Reading] = []
    for id, entry in document.readings.items():
        path = ("readings", id)
        when = desk.condition((*path, "when"), entry.when, scope)
        assert when is not None
        readings.append(Reading(id, when, entry.name, desk.support(path, entry), desk.place(path)))
    desk.vocabulary = replace(desk.vocabulary, readings={reading.id: reading.when for reading in readings})
    return tuple(readings)


def read_timeline(document: CaseDocument, desk: Desk, stages: Mapping[str, Stage]) -> tuple[Observation, ...]:
    """Observed events in the order listed; dates may repeat but not go back."""
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
        observation = _observation(entry, path, desk, stages)
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


def _observation(entry: ObservationEntry, path: Path, desk: Desk, stages: Mapping[str, Stage]) -> Observation:
    move, round = 0, entry.round or 0
    if (entry.move is None) == (entry.seen is None):
        desk.ledger.error(
            path,
            "what was seen?" if entry.move is None else "either the move was seen, or a label that it looks like",
            "write `move: …`, or `seen: …` with a label of the stage's `seen_as`",
            key=True,
        )
    if desk.known((*path, "stage"), entry.stage, tuple(desk.vocabulary.stages), "stage"):
        words = desk.vocabulary.stages[entry.stage]
        if entry.move is not None:
            move = _seen_move(entry.move, words, (*path, "move"), desk, stages)
        elif entry.seen is not None:
            move = _first_behind(entry.seen, stages.get(entry.stage), (*path, "seen"), desk)
        check_round(entry.round, words, path, desk)
    support, place, known = desk.support(path, entry), desk.place(path), _known(entry, path, desk)
    return Observation(entry.stage, move, round, entry.date, entry.name, support, place, entry.seen or "", known)


def _known(entry: ObservationEntry, path: Path, desk: Desk) -> datetime.date | None:
    """The day from which an event was known; the last one of a month or a year."""
    known: datetime.date | None = entry.known.last_day if isinstance(entry.known, PartialDate) else entry.known
    if known and entry.date and known < entry.date:
        what = f"known on {known}, before it happened on {entry.date}"
        desk.ledger.error((*path, "known"), what, "write the day from which an analyst could know of it")
    return known


def _seen_move(move: str, words: StageWords, path: Path, desk: Desk, stages: Mapping[str, Stage]) -> int:
    stage = stages.get(words.id)
    if stage is not None and position_of(move, words) is None and move in stage.seen_as:
        desk.ledger.error(path, f"`{move}` is how moves of stage `{words.id}` look", f"write `seen: {move}`")
        return 0
    return _move(move, words, path, desk)


def _first_behind(label: str, stage: Stage | None, path: Path, desk: Desk) -> int:
    """The first move that is seen under a label."""
    if stage is None:
        return 0
    labels = [stage.shown(number) for number in range(len(stage.moves))]
    if label not in labels:
        desk.ledger.error(
            path, f"no move of stage `{stage.id}` is seen as `{label}`", did_you_mean(label, labels, "labels")
        )
    desk.ledger.register.mention([(VARIABLES, stage.id, label), (LABELS, stage.id, label)], path)
    return labels.index(label) if label in labels else 0


def check_round(round: int | None, words: StageWords, path: Path, desk: Desk) -> None:
    """Tell the analyst where a round is missing, needless or not there."""
    if words.repeat and round is None:
        desk.ledger.error(
            path,
            f"in which round? stage `{words.id}` is inside a `repeat`",
            f"add `round: 1` (to {words.times})",
            key=True,
        )
    elif not words.repeat and round is not None:
        desk.ledger.error((*path, "round"), f"stage `{words.id}` is not inside a `repeat`", "leave `round` out")
    elif round is not None and not 1 <= round <= words.times:
        desk.ledger.error(
            (*path, "round"),
            f"there is no round {round}",
            f"rounds of stage `{words.id}` count from 1 to {words.times}",
        )


def _move(move: str, words: StageWords, path: Path, desk: Desk) -> int:
    position = position_of(move, words)
    desk.ledger.register.mention([(VARIABLES, words.id, move)], path)
    if position is None:
        desk.ledger.error(path, f"`{move}` is not a move of stage `{words.id}`", no_such_move(move, words))
    return position or 0


def read_interest(text: str, path: Path, desk: Desk) -> tuple[str, Expression]:
    """A quantity of interest as written, with its tree."""
    return text, desk.formula(path, text, desk.scope("a quantity of interest", INTEREST))


def read_questions(document: CaseDocument, desk: Desk) -> tuple[Question, ...]:
    """The questions."""
    return tuple(_question(entry, ("questions", n), document, desk) for n, entry in enumerate(document.questions))


def _question(entry: QuestionEntry, path: Path, document: CaseDocument, desk: Desk) -> Question:
    desk.known((*path, "vary"), entry.vary, desk.vocabulary.quantities, "quantity")
    desk.moves((*path, "vary"), entry.vary)
    if entry.from_ >= entry.to:
        desk.ledger.error(
            (*path, "to"),
            f"`to: {entry.to:g}` does not lie above `from: {entry.from_:g}`",
            "the quantity goes up from `from` to `to`",
        )
    if not 2 <= entry.steps <= MOST_SHOWN:
        desk.ledger.error((*path, "steps"), counted(entry.steps, "step"), f"between 2 and {MOST_SHOWN:,} can be shown")
    if isinstance(entry.show, str):
        show = (read_interest(entry.show, (*path, "show"), desk),)
    else:
        show = tuple(read_interest(text, (*path, "show", n), desk) for n, text in enumerate(entry.show))
    if not show:
        desk.ledger.error((*path, "show"), "nothing is shown", "list quantities of interest, such as [P(war)]")
    place, given = desk.place(path), read_given(entry.given, path, document, desk)
    return Question(entry.id, entry.vary, entry.from_, entry.to, entry.steps, show, entry.name, place, given)


def read_given(written: str, path: Path, document: CaseDocument, desk: Desk) -> str:
    """Moment from which an answer is told first, `outset` or `events`; empty if the case leaves it open."""
    here = (*path, "given")
    if written not in ("", EVENTS, OUTSET):
        desk.ledger.error(
            here,
            f"`{written}` is no moment from which an answer is told",
            f"write `{EVENTS}` (given all that the timeline lists) or `{OUTSET}` (before any of it)",
        )
    elif written == EVENTS and not document.timeline:
        desk.ledger.error(
            here,
            "the case has no timeline, so there are no events to tell anything given",
            "list what was seen under `timeline`, or leave `given` out",
        )
    return written


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
    for name, distribution in quantities:
        if name in desk.vocabulary.structural:
            check_structural(name, distribution, (*path, "set", name), desk)
    forbid = _limits(entry.forbid, False, (*path, "forbid"), desk)
    force = _limits(entry.force, True, (*path, "force"), desk)
    for forced in force:
        against = [each for each in forbid if each.stage == forced.stage and forced.moves[0] in each.moves]
        if any(each.round == forced.round or 0 in (each.round, forced.round) for each in against):
            desk.ledger.error(
                (*path, "force", forced.stage),
                "this move is forbidden in the same scenario",
                "forbid it or force it, not both",
            )
    prior = [_prior(name, each, (*path, "prior", name), desk) for name, each in entry.prior.items()]
    return Scenario(
        id,
        entry.name,
        quantities,
        tuple((each.stage, each.moves) for each in forbid if not each.round),
        tuple((each.stage, each.moves[0]) for each in force if not each.round),
        tuple(each for each in prior if each),
        desk.support(path, entry),
        desk.place(path),
        tuple(each for each in (*forbid, *force) if each.round),
    )


Limiting = str | RoundMoves | list[RoundMoves] | list[str | RoundMoves]


def _limits(entries: Mapping[str, Limiting], forced: bool, path: Path, desk: Desk) -> list[Limit]:
    """Moves forbidden or forced at each stage: in all rounds first, then round by round."""
    found: list[Limit] = []
    for stage, entry in entries.items():
        here = (*path, stage)
        if not desk.known(here, stage, tuple(desk.vocabulary.stages), "stage", key=True):
            continue
        words, parts = desk.vocabulary.stages[stage], entry if isinstance(entry, list) else [entry]
        at = [(*here, n) if isinstance(entry, list) else here for n in range(len(parts))]
        always = [
            _move(each, words, where, desk) for each, where in zip(parts, at, strict=True) if isinstance(each, str)
        ]
        if always or not parts:
            found.append(Limit(stage, _positions(always, words, forced, here, desk), forced))
        for each, where in zip(parts, at, strict=True):
            if isinstance(each, RoundMoves):
                check_round(each.round, words, where, desk)
                moves = each.move if isinstance(each.move, list) else [each.move]
                named = [_move(move, words, (*where, "move"), desk) for move in moves]
                found.append(Limit(stage, _positions(named, words, forced, where, desk), forced, each.round))
    return found


def _positions(positions: list[int], words: StageWords, forced: bool, path: Path, desk: Desk) -> tuple[int, ...]:
    """Moves to be forbidden, or the one that is forced; tells the analyst where nothing would be left."""
    if forced:
        if len(positions) != 1:
            desk.ledger.error(path, f"{len(positions)} moves are forced at once", "name one", key=True)
        return (positions[0] if positions else 0,)
    if not words.unsure and len(set(positions)) >= len(words.moves):
        desk.ledger.error(
            path,
            f"every move of stage `{words.id}` is forbidden",
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
    register = desk.ledger.register
    register.mention([(VARIABLES, actor)], path, key=True)
    register.mention([(VARIABLES, actor, variable)], path, at=len(actor) + 1, key=True)
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
    name, written, of = f"{actor}.{variable}", entry.values, (VARIABLES, actor, variable)
    if not words.values:
        desk.ledger.error(path, f"`{name}` is a number", "give a distribution, such as {uniform: [0, 1]}", key=True)
        return None
    unknown = [
        value
        for value in written
        if not desk.known((*path, value), value, words.values, f"value of `{name}`:", key=True, of=of)
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
