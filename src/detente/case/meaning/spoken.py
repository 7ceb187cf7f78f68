"""Moves as people name them in a request: `STAGE: MOVE`, `STAGE, round 2: MOVE`, `ACTOR: MOVE`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from detente.case.formula.scope import StageWords
from detente.case.formula.vocabulary import vocabulary_of
from detente.case.meaning.order import no_such_move, position_of
from detente.case.spelling.suggest import did_you_mean
from detente.crisis.inquiry import Limit, Observation
from detente.crisis.model import Crisis
from detente.crisis.play import Stage
from detente.errors import RequestError

_TOLD = re.compile(r"(?P<how>move|seen)\s+(?P<name>.+)")
_ROUND = re.compile(r"(?P<name>.+?),?\s+round\s+(?P<round>[0-9]{1,9})", re.IGNORECASE)


def read_limits(crisis: Crisis, force: Iterable[str], forbid: Iterable[str]) -> list[Limit]:
    """Forbidden moves, then forced ones. Raises RequestError for words that name nothing, or that leave a stage without
    moves.
    """
    gone: dict[tuple[str, int], list[int]] = {}
    for text in forbid:
        for words, round, move in _named(text, crisis, "forbid"):
            gone.setdefault((words.id, round), []).append(move)
    stages = vocabulary_of(crisis).stages
    for (stage, round), moves in gone.items():
        # What is forbidden in all rounds is so in each.
        if len({*moves, *gone.get((stage, 0), ())}) >= len(stages[stage].moves):
            raise RequestError(
                f"every move of `{stage}` is forbidden{f' in round {round}' if round else ''}, which leaves "
                f"`{stages[stage].by}` nothing to do; leave one of {', '.join(stages[stage].moves[:8])}"
            )
    limits = [Limit(stage, tuple(sorted(set(moves))), False, round) for (stage, round), moves in gone.items()]
    bound: dict[tuple[str, int], int] = {}
    for text in force:
        for words, round, move in _named(text, crisis, "force"):
            if bound.setdefault((words.id, round), move) != move:
                raise RequestError(f"two moves of `{words.id}` are forced at once: force one of them, or forbid others")
            if move in gone.get((words.id, round), ()) or move in gone.get((words.id, 0), ()):
                raise RequestError(f"`{text}` is forced and forbidden at once: take one of the two back")
    return [*limits, *(Limit(stage, (move,), True, round) for (stage, round), move in bound.items())]


def read_events(crisis: Crisis, given: Iterable[str]) -> list[Observation]:
    """Events taken as seen: a move, or a label of `seen_as`. Raises RequestError for words that name nothing."""
    found: list[Observation] = []
    for text in given:
        name, said = _halves(text, "given")
        words, round = _stage(name, crisis, text)
        if words is None:
            raise RequestError(_unknown(name, crisis, actors=False))
        if words.repeat and not round:
            raise RequestError(f"in which round? write `{words.id}, round 1: {said}` (to {words.times})")
        found.append(_seen(crisis.stage(words.id), words, round, said))
    return found


def stage_and_round(name: str, crisis: Crisis) -> tuple[str, int]:
    """The stage and the round that `STAGE, round 2` names; round 0 where the stage stands in no `repeat`.

    Raises RequestError for what names nothing, and where the round is missing.
    """
    words, round = _stage(name.strip(), crisis, name)
    if words is None:
        raise RequestError(_unknown(name, crisis, actors=False))
    if words.repeat and not round:
        raise RequestError(f"in which round? write `{words.id}, round 1` (to {words.times})")
    return words.id, round


def _seen(stage: Stage, words: StageWords, round: int, said: str) -> Observation:
    """Moves seen at a stage; a name that is a move and also how other moves look needs the word that says which."""
    labels = [stage.shown(number) for number in range(len(stage.moves))]
    told = _TOLD.fullmatch(said)
    as_move, as_label = position_of(said, words), said in labels
    if as_move is None and not as_label and told is not None:
        said, as_label = told["name"], told["how"] == "seen" and told["name"] in labels
        as_move = position_of(said, words) if told["how"] == "move" else None
    elif as_move is not None and as_label and any(label == said for n, label in enumerate(labels) if n != as_move):
        raise RequestError(
            f"`{said}` is a move of `{words.id}` and also how another move looks: write `{words.id}: move {said}` "
            f"where the move itself is known, or `{words.id}: seen {said}` where only how it looked is"
        )
    if as_move is not None:
        return Observation(words.id, as_move, round)
    if as_label:
        return Observation(words.id, labels.index(said), round, seen=said)
    raise RequestError(f"`{said}` is not a move of `{words.id}`: {no_such_move(said, words)}")


def limit_words(limit: Limit, crisis: Crisis) -> str:
    """A limit for a reader: “Washington’s terms at the table: insists on dismantlement” is forbidden."""
    stage = crisis.stage(limit.stage)
    moves = " or ".join(stage.moves[move].label for move in limit.moves)
    where = f", round {limit.round}" if limit.round else ""
    return f"“{stage.label}{where}: {moves}” is {'forced' if limit.forced else 'forbidden'}"


def _named(text: str, crisis: Crisis, purpose: str) -> Iterator[tuple[StageWords, int, int]]:
    """Stage, round (0: all) and move of a request; for an actor, every stage of it that has the move."""
    name, said = _halves(text, purpose)
    words, round = _stage(name, crisis, text)
    if words is not None:
        move = position_of(said, words)
        if move is None:
            raise RequestError(f"`{said}` is not a move of `{words.id}`: {no_such_move(said, words)}")
        yield words, round, move
        return
    if name not in {actor.id for actor in crisis.actors}:
        raise RequestError(_unknown(name, crisis, actors=True))
    own = [each for each in vocabulary_of(crisis).stages.values() if name in (each.turns or (each.by,))]
    having = [(each, position) for each in own if (position := position_of(said, each)) is not None]
    if not having:
        known = dict.fromkeys(move for each in own for move in each.moves)
        raise RequestError(f"`{name}` has no move `{said}`: {did_you_mean(said, known, 'moves')}")
    for each, position in having:
        if not each.turns:
            yield each, 0, position
        for round in range(1, each.times + 1 if each.turns else 0):
            if each.turns[(round - 1) % len(each.turns)] == name:
                yield each, round, position


def _halves(text: str, purpose: str) -> tuple[str, str]:
    # No name holds a colon; an equals sign is what --set has.
    name, sign, said = text.partition(":" if ":" in text else "=")
    if not sign or not name.strip() or not said.strip():
        raise RequestError(f"`{text}` names no move; such as --{purpose} 'STAGE: MOVE', or 'STAGE, round 2: MOVE'")
    return name.strip(), said.strip()


def _stage(name: str, crisis: Crisis, text: str) -> tuple[StageWords | None, int]:
    stages = vocabulary_of(crisis).stages
    if name in stages:
        return stages[name], 0
    found = _ROUND.fullmatch(name)
    if found is None or found["name"] not in stages:
        return None, 0
    words, round = stages[found["name"]], int(found["round"])
    if not words.repeat:
        raise RequestError(f"`{text}`: stage `{words.id}` is not inside a `repeat`; leave the round out")
    if not 1 <= round <= words.times:
        raise RequestError(f"`{text}`: rounds of stage `{words.id}` count from 1 to {words.times}")
    return words, round


def _unknown(name: str, crisis: Crisis, *, actors: bool) -> str:
    known = [*(stage.id for stage in crisis.stages()), *((actor.id for actor in crisis.actors) if actors else ())]
    noun = "stage or actor" if actors else "stage"
    return f"the case has no {noun} `{name}`: {did_you_mean(name, known, f'{noun.split(maxsplit=1)[0]}s')}"
