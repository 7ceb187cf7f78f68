"""The order of play: stages, their moves and what moves do, blocks of simultaneous and repeated stages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from detente.case.form.document import CaseDocument
from detente.case.form.keys import NO_BRANCH, NO_NUMBER_OF_CHANCE
from detente.case.form.ledger import Path
from detente.case.form.numbers import DrawnNumber
from detente.case.form.register import LABELS, VARIABLES
from detente.case.form.stages import (
    MOST_ROUNDS,
    BranchEntry,
    Branches,
    EndingEntry,
    MoveEntry,
    NumberRange,
    RepeatEntry,
    StageEntry,
    TogetherEntry,
)
from detente.case.form.written import digits
from detente.case.formula.constants import constant
from detente.case.formula.kinds import NUMBER, nearest
from detente.case.formula.scope import PLAY, May, Scope, StageWords, StateWords
from detente.case.meaning.assumptions import read_drawn, read_probabilities
from detente.case.meaning.context import Desk
from detente.case.meaning.names import PlacedStage
from detente.case.spelling.numbers import decimal
from detente.case.spelling.suggest import did_you_mean
from detente.crisis.expressions import Expression
from detente.crisis.play import NATURE, DrawnBy, EndingRule, Move, Repeat, Stage, Step, Together
from detente.plurals import counted

Settings = tuple[tuple[str, Expression], ...]


def read_steps(document: CaseDocument, placed: list[PlacedStage], desk: Desk) -> tuple[Step, ...]:
    """The order of play; `placed` are the document's stages in order, as the names were taken from them."""
    stages = iter([_stage(each, desk) for each in placed])
    steps: list[Step] = []
    for position, step in enumerate(document.stages):
        path: Path = ("stages", position)
        if isinstance(step, StageEntry):
            steps.append(next(stages))
        elif isinstance(step, TogetherEntry):
            steps.append(_together(step, stages, path, desk))
        else:
            steps.append(_repeat(step, stages, path, desk))
    if not steps:
        desk.ledger.error(("stages",), "there are no stages", "list what is decided, in order", key=True)
    return tuple(steps)


def _together(entry: TogetherEntry, stages: Iterator[Stage], path: Path, desk: Desk) -> Together:
    if len(entry.together) < 2:
        desk.ledger.error(
            path, "`together` needs at least two stages", "list the stages made at the same time", key=True
        )
    return Together(tuple(next(stages) for _ in entry.together), desk.place(path))


def _repeat(entry: RepeatEntry, stages: Iterator[Stage], path: Path, desk: Desk) -> Repeat:
    if not 1 <= entry.repeat <= MOST_ROUNDS:
        desk.ledger.error(
            (*path, "repeat"), counted(entry.repeat, "round"), f"between 1 and {MOST_ROUNDS:,} can be handled"
        )
    if not entry.stages:
        desk.ledger.error(path, "there are no stages to repeat", "list the stages of one round", key=True)
    inner = [
        next(stages) if isinstance(each, StageEntry) else _together(each, stages, (*path, "stages", n), desk)
        for n, each in enumerate(entry.stages)
    ]
    return Repeat(entry.repeat, tuple(inner), desk.place(path))


def _stage(placed: PlacedStage, desk: Desk) -> Stage:
    entry, path, words = placed.entry, placed.path, placed.words
    _check_mover(placed, desk)
    when_scope = desk.scope(f"the `when` of stage `{words.id}`", PLAY, words, shape=True)
    drawn = None
    if isinstance(entry.chance, DrawnNumber):
        drawn, moves = _drawn_moves(placed, desk)
    else:
        moves = _branches(placed, desk) if entry.chance is not None else _moves(placed, desk)
    return Stage(
        id=words.id,
        by=words.by,
        moves=moves,
        name=entry.name,
        numeric=bool(words.numbers),
        when=desk.condition((*path, "when"), entry.when, when_scope),
        seen_by=_seen_by(placed, desk),
        seen_as=_seen_as(placed, desk),
        turns=tuple(entry.by) if isinstance(entry.by, list) else (),
        allowed=_allowed(placed, desk),
        drawn=drawn,
        support=desk.support(path, entry),
        place=desk.place(path),
    )


def _allowed(placed: PlacedStage, desk: Desk) -> Expression | None:
    """The condition under which a number can be chosen, with the stage in place of the number."""
    choose, words = placed.entry.choose, placed.words
    if not isinstance(choose, NumberRange) or choose.when is None:
        return None
    scope = desk.scope(f"the `when` of the numbers at `{words.id}`", PLAY, words, done=True, shape=True)
    return desk.condition((*placed.path, "choose", "when"), choose.when, scope)


def _check_mover(placed: PlacedStage, desk: Desk) -> None:
    entry, path, words = placed.entry, placed.path, placed.words
    if (entry.choose is None) == (entry.chance is None):
        desk.ledger.error(
            path,
            f"stage `{words.id}` needs either `choose` or `chance`",
            "`choose` lists an actor's moves, `chance` nature's branches with their probabilities",
            key=True,
        )
    elif entry.chance is not None and entry.by not in (None, NATURE):
        desk.ledger.error(
            (*path, "by"),
            f"`{entry.by}` cannot move at a chance stage",
            "write `by: nature`, or `choose` instead of `chance`",
        )
    elif entry.choose is not None and entry.by in (None, NATURE, []):
        what = f"stage `{words.id}` does not say who chooses" if not entry.by else "nature does not choose"
        desk.ledger.error((*path, "by"), what, "write `by: ` and an actor, or `chance` instead of `choose`")
    elif isinstance(entry.by, list):
        _check_turns(entry.by, placed, desk)
    if entry.chance is None and isinstance(entry.by, str) and entry.by != NATURE:
        desk.known((*path, "by"), words.by, desk.vocabulary.actors, "actor")
    if not words.moves:
        desk.ledger.error(path, f"stage `{words.id}` has no moves", "list at least one", key=True)


def _check_turns(by: list[str], placed: PlacedStage, desk: Desk) -> None:
    """Tells what is wrong with actors who take turns: they see one another's moves as they are, round after round."""
    entry, path, words = placed.entry, placed.path, placed.words
    for position, actor in enumerate(by):
        desk.known((*path, "by", position), actor, desk.vocabulary.actors, "actor")
    if len(by) < 2:
        desk.ledger.error((*path, "by"), "a list of fewer than two actors", "name one actor, or all who take turns")
    elif not words.repeat:
        what = f"stage `{words.id}` is not inside a `repeat`, so nobody can take turns"
        desk.ledger.error((*path, "by"), what, "name one actor, or move the stage into a `repeat`")
    seers = entry.seen_by if isinstance(entry.seen_by, list) else [entry.seen_by]
    blind = [each for each in by if entry.seen_by not in (None, "all") and each not in seers]
    if blind or entry.seen_as:
        what = f"at `{words.id}` actors take turns, who see one another's moves as they are"
        desk.ledger.error((*path, "seen_by" if blind else "seen_as"), what, "write a stage for each of them instead")


def _moves(placed: PlacedStage, desk: Desk) -> tuple[Move, ...]:
    entry, path, words = placed.entry, placed.path, placed.words
    shared = _effects(entry, path, desk, words)
    if not isinstance(entry.choose, dict):
        return tuple(
            Move(id, number, set=shared.set, cost=shared.cost, ends=shared.ends, place=desk.place((*path, "choose")))
            for id, number in zip(words.moves, words.numbers, strict=False)
        )
    moves: list[Move] = []
    for id, written in entry.choose.items():
        own_path = (*path, "choose", id)
        own = _effects(written, own_path, desk, words)
        scope = desk.scope(f"the `when` of move `{id}`", PLAY, words, shape=True)
        moves.append(
            replace(
                _over(own, shared, written),
                id=id,
                name=written.name if written else "",
                when=desk.condition((*own_path, "when"), written.when, scope) if written else None,
                support=desk.support(own_path, written),
                place=desk.place(own_path),
            )
        )
    return tuple(moves)


def _over(own: Move, shared: Move, written: MoveEntry | BranchEntry | None) -> Move:
    """A move's own effects, and the stage's where it says nothing."""
    return Move(
        id="",
        set=own.set if written and written.set is not None else shared.set,
        cost=own.cost if written and written.cost is not None else shared.cost,
        ends=own.ends if written and written.end is not None else shared.ends,
    )


def _drawn_moves(placed: PlacedStage, desk: Desk) -> tuple[DrawnBy, tuple[Move, ...]]:
    words, place = placed.words, desk.place((*placed.path, "chance"))
    shared = _effects(placed.entry, placed.path, desk, words)
    drawn, likely = read_drawn(placed, desk)
    each = zip(words.moves, words.numbers, likely, strict=True)
    return drawn, tuple(
        replace(shared, id=id, number=number, probability=chance, place=place) for id, number, chance in each
    )


def _branches(placed: PlacedStage, desk: Desk) -> tuple[Move, ...]:
    entry, path, words = placed.entry, placed.path, placed.words
    assert isinstance(entry.chance, dict)
    shared = _effects(entry, path, desk, words)
    written: dict[str, tuple[str | float | bool, Path]] = {}
    _refuse_keys_as_branches(entry.chance, (*path, "chance"), desk)
    for id, branch in entry.chance.items():
        own_path = (*path, "chance", id)
        written[id] = (
            (branch.probability, (*own_path, "probability")) if isinstance(branch, BranchEntry) else (branch, own_path)
        )
    scope = desk.scope(f"the probabilities of stage `{words.id}`", PLAY | {May.QUANTITIES}, words)
    probabilities = read_probabilities(written, (*path, "chance"), scope, desk)
    moves: list[Move] = []
    for (id, branch), probability in zip(entry.chance.items(), probabilities, strict=True):
        own_path = (*path, "chance", id)
        known = branch if isinstance(branch, BranchEntry) else None
        effects = _over(_effects(known, own_path, desk, words), shared, known)
        moves.append(
            replace(
                effects,
                id=id,
                name=known.name if known else "",
                probability=probability,
                support=desk.support(own_path, known),
                place=desk.place(own_path),
            )
        )
    return tuple(moves)


def _refuse_keys_as_branches(branches: Branches, path: Path, desk: Desk) -> None:
    """Tells the analyst that a key of a distribution, of a range or of a record names no branch of chance."""
    found = [id for id, branch in branches.items() if id in NO_BRANCH and not isinstance(branch, BranchEntry)]
    if not found:
        return
    id = found[0]
    what = f"`{id}` would name a branch here"
    right = f"`{id}` stands inside a branch, as in {{hit: {{probability: 0.5, end: won}}}}"
    if id in NO_NUMBER_OF_CHANCE:
        what += ", and a number that nature draws lists the parameters of its distribution"
        right = "write {uniform: [0, 1], points: 5}, or {normal: [0, 1], from: -2, to: 2, step: 0.5}"
    remedy = f"{right}; a branch that is really called so is written `{id}: {{probability: …}}`"
    desk.ledger.error((*path, id), what, remedy, key=True)


def _effects(entry: StageEntry | MoveEntry | BranchEntry | None, path: Path, desk: Desk, words: StageWords) -> Move:
    """Effects of a move (or of every move of a stage), as a move without a name."""
    if entry is None:
        return Move("")
    return Move(
        "",
        set=_set(entry.set or {}, (*path, "set"), desk, words),
        cost=_cost(entry.cost, (*path, "cost"), desk, words),
        ends=_ends(entry.end, (*path, "end"), desk, words),
    )


def _ends(written: str | list[EndingEntry] | None, path: Path, desk: Desk, words: StageWords) -> tuple[EndingRule, ...]:
    """The outcomes in which play ends, in the order in which they are tried, after everything is set."""
    if written is None:
        return ()
    if isinstance(written, str):
        desk.known(path, written, desk.vocabulary.outcomes, "outcome")
        return (EndingRule(written, None, desk.place(path)),)
    if not written:
        desk.ledger.error(path, "`end` lists nothing", "name an outcome", key=True)
    scope = replace(desk.scope("the `when` of `end`", PLAY, words, done=True, shape=True), all_done=True)
    ends: list[EndingRule] = []
    for position, entry in enumerate(written):
        own = (*path, position)
        desk.known((*own, "outcome"), entry.outcome, desk.vocabulary.outcomes, "outcome")
        if entry.when is None and position < len(written) - 1:
            what = "this entry of `end` has no condition, so those after it are never reached"
            desk.ledger.error(own, what, "give it a `when`, or move it to the end", key=True)
        when = desk.condition((*own, "when"), entry.when, scope)
        ends.append(EndingRule(entry.outcome, when, desk.place(own)))
    return tuple(ends)


def _set(written: Mapping[str, str | float | bool], path: Path, desk: Desk, words: StageWords) -> Settings:
    scope = desk.scope("`set`", PLAY, words, done=True, shape=True)
    settings: list[tuple[str, Expression]] = []
    for variable, text in written.items():
        own_path = (*path, variable)
        if not desk.known(own_path, variable, tuple(desk.vocabulary.state), "state variable", key=True):
            continue
        state = desk.vocabulary.state[variable]
        settings.append((variable, _new_value(state, text, own_path, scope, desk)))
    return tuple(settings)


def _new_value(state: StateWords, text: str | float | bool, path: Path, scope: Scope, desk: Desk) -> Expression:
    if not state.numeric:
        shown = str(text).lower() if isinstance(text, bool) else digits(text) if isinstance(text, float) else text
        return desk.formula(path, shown, scope, state.domain)
    value = desk.formula(path, text, scope, NUMBER)
    number = constant(value)
    if (
        number is not None
        and not state.unsure
        and (number != int(number) or not state.low <= number < state.low + len(state.values))
    ):
        desk.ledger.error(
            path,
            f"{number:g} is not a value of `{state.id}`",
            f"its values are the whole numbers {state.values[0]} to {state.values[-1]}",
        )
    return value


def _cost(
    written: str | float | bool | Mapping[str, str | float | bool] | None, path: Path, desk: Desk, words: StageWords
) -> Settings:
    scope = desk.scope("`cost`", PLAY | {May.QUANTITIES}, words, done=True)
    if written is None:
        return ()
    if isinstance(written, Mapping):
        return tuple(
            (actor, desk.formula((*path, actor), text, scope))
            for actor, text in written.items()
            if desk.known((*path, actor), actor, desk.vocabulary.actors, "actor", key=True)
        )
    if words.by == NATURE:
        desk.ledger.error(path, "nature pays no costs", "say who does: `cost: {actor: …}`")
    elif words.turns:
        what = f"at `{words.id}` actors take turns, so that this does not say who pays"
        desk.ledger.error(path, what, "say who does: `cost: {actor: …}`")
    return ((words.by, desk.formula(path, written, scope)),)


def _seen_by(placed: PlacedStage, desk: Desk) -> tuple[str, ...] | None:
    written, path = placed.entry.seen_by, (*placed.path, "seen_by")
    if written is None or written == "all":
        return None
    if written == "none":
        return ()
    if isinstance(written, str):
        desk.known(path, written, (*desk.vocabulary.actors, "all", "none"), "actor")
        return (written,)
    for position, actor in enumerate(written):
        desk.known((*path, position), actor, desk.vocabulary.actors, "actor")
    return tuple(dict.fromkeys(written))


def _seen_as(placed: PlacedStage, desk: Desk) -> tuple[str, ...]:
    written, words, path = placed.entry.seen_as, placed.words, (*placed.path, "seen_as")
    if not written:
        return ()
    if words.unsure:
        return ()
    labels = list(words.moves)
    for move, label in written.items():
        position = position_of(move, words)
        if position is None:
            desk.ledger.error(
                (*path, move), f"`{move}` is not a move of stage `{words.id}`", no_such_move(move, words), key=True
            )
        else:
            labels[position] = label
            _register_look(placed, words.moves[position], label, (*path, move), desk)
    return tuple(labels)


def _register_look(placed: PlacedStage, move: str, label: str, path: Path, desk: Desk) -> None:
    """A label is the name of the move that it makes others look like, or else a name of its own."""
    register, stage = desk.ledger.register, placed.words.id
    register.mention([(VARIABLES, stage, move)], path, key=True)
    desk.ledger.suggest(path, dict.fromkeys((*(placed.entry.seen_as or {}).values(), *placed.words.moves)), "labels")
    if (VARIABLES, stage, label) not in register.declared:
        register.declare((LABELS, stage, label), "label", path, key=False)
    register.mention([(VARIABLES, stage, label), (LABELS, stage, label)], path)


def position_of(move: str, words: StageWords) -> int | None:
    """The position of a written move, by name or by number; None where the stage has none such."""
    if words.unsure:
        return 0
    if move in words.moves:
        return words.moves.index(move)
    try:
        number = decimal(move) if words.numbers else None
    except ValueError:
        return None
    if number is None:
        return None
    closest = nearest(number, words.numbers)
    return words.numbers.index(closest) if abs(closest - number) <= 1e-9 else None


def no_such_move(move: str, words: StageWords) -> str:
    """Suggestion in place of a move that a stage does not have."""
    try:
        closest = nearest(decimal(move), words.numbers) if words.numbers else None
    except ValueError:
        closest = None
    if closest is not None:
        return f"the nearest number that can be chosen is {words.moves[words.numbers.index(closest)]}"
    if words.numbers:
        return f"its moves are the numbers {words.moves[0]} to {words.moves[-1]}"
    return did_you_mean(move, words.moves, "moves")
