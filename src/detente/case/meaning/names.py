"""The names that a document declares: what formulas can mention, and the checks that names are good ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from detente.case.form.document import CaseDocument, FormulaEntry, StateEntry
from detente.case.form.keys import NUMBER_KEYS
from detente.case.form.ledger import Ledger, Path
from detente.case.form.numbers import DrawnNumber, NamedPrivate, UncertainQuantity
from detente.case.form.register import EVENT_NAMES, VARIABLES
from detente.case.form.stages import NumberRange, RepeatEntry, StageEntry, TogetherEntry
from detente.case.formula.scope import RESERVED, FormulaWords, PrivateWords, StageWords, StateWords, Vocabulary
from detente.case.spelling.letters import folded, unlike
from detente.case.spelling.numbers import MOST_MOVES, count_between, exact, grid, misread, too_close
from detente.crisis.chance_numbers import DRAWABLE, middles
from detente.crisis.expressions import LARGEST_WHOLE
from detente.crisis.play import NATURE
from detente.plurals import counted

LONGEST_NAME = 80
MOST_STATE_VALUES = 10_000
UNKNOWN_NUMBERS = (float("inf"),)
"""Stands for the numbers of a stage whose range is wrong."""


@dataclass(frozen=True, slots=True)
class PlacedStage:
    """A stage as written, with its path and its words."""

    entry: StageEntry
    path: Path
    words: StageWords


def vocabulary(document: CaseDocument, ledger: Ledger) -> tuple[Vocabulary, list[PlacedStage]]:
    """Every name of the document, and its stages in the order written. Bad names go into the ledger."""
    stages = _stages(document, ledger)
    _check_names(document, stages, ledger)
    private = {
        (actor, id): PrivateWords(
            actor,
            id,
            tuple(each.values) if isinstance(each, NamedPrivate) else (),
            unsure=ledger.is_muted(("actors", actor)),
        )
        for actor, entry in document.actors.items()
        if entry
        for id, each in entry.private.items()
    }
    return Vocabulary(
        quantities=tuple(document.quantities),
        structural=frozenset(
            id for id, each in document.quantities.items() if isinstance(each, UncertainQuantity) and each.structural
        ),
        actors=tuple(document.actors),
        private=private,
        state={id: _state(id, entry, ("state", id), ledger) for id, entry in document.state.items()},
        stages={stage.words.id: stage.words for stage in reversed(stages)},
        outcomes=tuple(document.outcomes),
        groups={id: tuple(entry.endings) for id, entry in document.groups.items()},
        readings=dict.fromkeys(document.readings),
        formulas={
            id: FormulaWords(id, each.equals if isinstance(each, FormulaEntry) else each)
            for id, each in document.formulas.items()
        },
    ), stages


def check_name(name: str, path: Path, ledger: Ledger, *, key: bool = True, reserved: bool = True) -> None:
    """Record where something cannot be a name."""
    if reserved and name in RESERVED:
        ledger.error(
            path,
            f"`{name}` has a meaning of its own in the language and cannot be a name",
            "choose another word",
            key=key,
        )
    elif not name.strip() or name != name.strip() or not name.isprintable() or any(sign in name for sign in "'\"`:"):
        shown = name if name.isprintable() else repr(name)
        ledger.error(
            path,
            f"`{shown}` cannot be a name",
            "a name has no quotes, colons or line breaks in it (and a space follows a colon: `key: value`)",
            key=key,
        )
    elif len(name) > LONGEST_NAME:
        ledger.error(
            path,
            f"a name of {len(name)} characters",
            f"a name has at most {LONGEST_NAME}: put the words into `name:`",
            key=key,
        )


def _check_names(document: CaseDocument, stages: list[PlacedStage], ledger: Ledger) -> None:
    taken: dict[str, str] = {}
    variables: list[tuple[str, str, Path, bool]] = [
        *((id, "quantity", ("quantities", id), True) for id in document.quantities),
        *((id, "actor", ("actors", id), True) for id in document.actors),
        *((id, "state variable", ("state", id), True) for id in document.state),
        *((id, "formula", ("formulas", id), True) for id in document.formulas),
        *((stage.words.id, "stage", (*stage.path, "id"), False) for stage in stages),
    ]
    _take(VARIABLES, variables, taken, ledger)
    _take(
        EVENT_NAMES,
        [
            *((id, "outcome", ("outcomes", id), True) for id in document.outcomes),
            *((id, "group of endings", ("groups", id), True) for id in document.groups),
            *((id, "reading", ("readings", id), True) for id in document.readings),
        ],
        {},
        ledger,
    )
    private = {f"{actor}.{id}" for actor, entry in document.actors.items() if entry for id in entry.private}
    for name, noun, path, key in variables:
        if name in private:
            ledger.error(
                path,
                f"`{name}` is how formulas write a private variable and cannot name a {noun}",
                "leave the dot out",
                key=key,
            )
    for section, entries in (("questions", document.questions), ("claims", document.claims)):
        named = ((each.id, section[:-1], (section, n, "id"), False) for n, each in enumerate(entries))
        _take(section, named, {}, ledger)
    for section, names in (("sources", document.sources), ("scenarios", document.scenarios)):
        for name in names:
            check_name(name, (section, name), ledger, reserved=False)
            ledger.register.declare((section, name), section[:-1], (section, name))
    for actor, entry in document.actors.items():
        for variable, values in (entry.private if entry else {}).items():
            path = ("actors", actor, "private", variable)
            _plain(variable, path, ledger)
            ledger.register.declare((VARIABLES, actor, variable), "private variable", path)
            for value in (values.values) if isinstance(values, NamedPrivate) else ():
                check_name(value, (*path, value), ledger)
                ledger.register.declare((VARIABLES, actor, variable, value), "value", (*path, value))
                if value in NUMBER_KEYS:
                    ledger.error(
                        (*path, value),
                        f"`{value}` belongs to a private number and cannot name a private value",
                        "write a number as {uniform: [0, 1], points: 20}, or choose another name for the value",
                        key=True,
                    )
        _plain(actor, ("actors", actor), ledger)


def _plain(name: str, path: Path, ledger: Ledger) -> None:
    check_name(name, path, ledger)
    if "." in name:
        ledger.error(
            path, f"`{name}` has a dot in it", "formulas write `actor.variable`: leave dots out of both", key=True
        )


def _take(space: str, names: Iterable[tuple[str, str, Path, bool]], taken: dict[str, str], ledger: Ledger) -> None:
    """Enter the names of a space in the register, and record those that are used twice or look like numbers."""
    for name, noun, path, key in names:
        ledger.register.declare((space, name), noun, path, key=key)
        if noun != "actor":
            check_name(name, path, ledger, key=key)
        if name in taken:
            already = "another" if taken[name] == noun else "a" + ("n" if taken[name][0] in "aeiou" else "")
            ledger.error(
                path,
                f"`{name}` is already the name of {already} {taken[name]}",
                "formulas could not tell them apart: rename one of them",
                key=key,
            )
        elif _looks_like_a_number(name):
            ledger.error(
                path,
                f"`{name}` is a number and cannot name a {noun}",
                "choose a name that begins with a letter",
                key=key,
            )
        elif alike := next((each for each in taken if _alike(each, name)), ""):
            what = f"`{name}` looks like the {taken[alike]} `{alike}` and is not the same"
            ledger.error(path, what, f"{unlike(name, alike)}: write both in one way", key=key)
        taken.setdefault(name, noun)


def _alike(one: str, two: str) -> bool:
    return not (one.isascii() and two.isascii()) and folded(one) == folded(two)


def _looks_like_a_number(name: str) -> bool:
    try:
        exact(name)
    except ValueError:
        return False
    return True


def _stages(document: CaseDocument, ledger: Ledger) -> list[PlacedStage]:
    placed: list[PlacedStage] = []
    for entry, path, block in _placed(document):
        words = _stage_words(entry, path, len(placed), block, ledger)
        placed.append(PlacedStage(entry, path, words))
    return placed


Block = tuple[int, int, int]
"""Number of the enclosing repeat, how many rounds it has, number of the enclosing `together`; 0 for none."""


def _placed(document: CaseDocument) -> Iterator[tuple[StageEntry, Path, Block]]:
    together = 0
    for position, step in enumerate(document.stages):
        path: Path = ("stages", position)
        repeated = isinstance(step, RepeatEntry)
        inner = [(each, (*path, "stages", n)) for n, each in enumerate(step.stages)] if repeated else [(step, path)]
        for each, inner_path in inner:
            repeat, times = (position + 1, step.repeat) if repeated else (0, 0)
            if isinstance(each, TogetherEntry):
                together += 1
                for n, stage in enumerate(each.together):
                    yield stage, (*inner_path, "together", n), (repeat, times, together)
            else:
                yield each, inner_path, (repeat, times, 0)


def _stage_words(entry: StageEntry, path: Path, order: int, block: Block, ledger: Ledger) -> StageWords:
    moves: tuple[str, ...] = ()
    numbers: tuple[float, ...] = ()
    if isinstance(entry.choose, NumberRange):
        points = _points(entry.choose, (*path, "choose"), ledger)
        moves, numbers = tuple(name for name, _ in points), tuple(number for _, number in points)
    elif isinstance(entry.chance, DrawnNumber):
        points = _drawn(entry.chance, (*path, "chance"), ledger)
        moves, numbers = tuple(name for name, _ in points), tuple(number for _, number in points)
    else:
        field = "choose" if entry.choose is not None else "chance"
        moves = tuple(entry.choose or entry.chance or ())
        for move in moves:
            check_name(move, (*path, field, move), ledger, reserved=False)
            ledger.register.declare((VARIABLES, entry.id, move), "move", (*path, field, move))
    first = (entry.by or [""])[0] if isinstance(entry.by, list) else entry.by
    turns = tuple(entry.by) if isinstance(entry.by, list) else ()
    by = NATURE if entry.chance is not None else first or ""
    unsure = ledger.is_muted(path) or numbers == UNKNOWN_NUMBERS
    return StageWords(
        entry.id, by, moves, numbers or (UNKNOWN_NUMBERS if unsure and not moves else ()), order, *block, unsure, turns
    )


def _drawn(entry: DrawnNumber, path: Path, ledger: Ledger) -> list[tuple[str, float]]:
    """The numbers that nature can draw, with their names."""
    grid_keys = [each for each in (entry.from_, entry.to, entry.step) if each is not None]
    if entry.points is not None and not grid_keys:
        return _equally_likely(entry, path, ledger)
    if entry.points is None and len(grid_keys) == 3:
        range_ = NumberRange.model_construct(from_=entry.from_, to=entry.to, step=entry.step)
        return _points(range_, path, ledger)
    what = "which numbers can nature draw?"
    remedy = "write `points: 5` for equally likely ones, or the grid: `from: 0, to: 1, step: 0.1`, and not both"
    ledger.error(path, what, remedy, key=True)
    return [("", *UNKNOWN_NUMBERS)]


def _equally_likely(entry: DrawnNumber, path: Path, ledger: Ledger) -> list[tuple[str, float]]:
    assert entry.points is not None
    if not 1 <= entry.points <= MOST_MOVES:
        remedy = f"between 1 and {MOST_MOVES:,} can be handled"
        ledger.error((*path, "points"), counted(entry.points, "point"), remedy)
        return [("", *UNKNOWN_NUMBERS)]
    shape = next((each for each in DRAWABLE if getattr(entry, each.value) is not None), None)
    written = getattr(entry, shape.value) if shape is not None else []
    if shape is None or not all(isinstance(each, float) for each in written):
        if shape is not None:
            what = "equally likely points need plain numbers for parameters"
            remedy = "the numbers that can be drawn are the same in every draw and history: write `from`, `to`, `step`"
            ledger.error((*path, shape.value), what, remedy)
        return [("", *UNKNOWN_NUMBERS)]
    try:
        found = [(f"{number:.12g}", number) for number in middles(shape, written, entry.points)]
    except (ValueError, ArithmeticError, TypeError):
        return [("", *UNKNOWN_NUMBERS)]  # what is wrong with the parameters is told where they are read
    if len({name for name, _ in found}) < len(found):
        ledger.error((*path, "points"), "the points are too close to be told apart", "take fewer, or a wider range")
        return [("", *UNKNOWN_NUMBERS)]
    return [(name, float(name)) for name, _ in found]


def _points(range_: NumberRange, path: Path, ledger: Ledger) -> list[tuple[str, float]]:
    found: dict[str, object] = {}
    for key, written in (("from", range_.from_), ("to", range_.to), ("step", range_.step)):
        try:
            found[key] = exact(written)
        except ValueError:
            ledger.error(
                (*path, key),
                f"`{written[:40]}` is not a number" + (f": {why}" if (why := misread(written)[0]) else ""),
                misread(written)[1] or "write a number such as 0.05, or a fraction such as 1/30",
            )
    if len(found) < 3:
        return [("", *UNKNOWN_NUMBERS)]
    low, high, step = exact(range_.from_), exact(range_.to), exact(range_.step)
    if step <= 0 or high < low:
        key, what = (
            ("step", f"a step of {range_.step}")
            if step <= 0
            else ("to", f"`to: {range_.to}` lies below `from: {range_.from_}`")
        )
        ledger.error((*path, key), what, "the numbers go from `from` up to `to` by a positive `step`")
        return [("", *UNKNOWN_NUMBERS)]
    count = count_between(low, high, step)
    if count > MOST_MOVES:
        ledger.error(
            (*path, "step"),
            f"from {range_.from_} to {range_.to} by {range_.step} there are {count:,} moves",
            f"at most {MOST_MOVES:,} can be handled: take a larger step",
        )
        return [("", *UNKNOWN_NUMBERS)]
    if low + step * (count - 1) != high:
        last = float(low + step * (count - 1))
        ledger.error(
            (*path, "step"),
            f"steps of {range_.step} from {range_.from_} reach {last:g} and pass `to: {range_.to}`",
            f"take a step that divides the range, such as `{(high - low) / max(count - 1, 1)}`, or change `to`",
        )
        return [("", *UNKNOWN_NUMBERS)]
    if (fault := too_close(low, high, step)) is not None:
        ledger.error((*path, "step"), *fault)
        return [("", *UNKNOWN_NUMBERS)]
    return grid(low, step, count)


def _state(id: str, entry: StateEntry, path: Path, ledger: Ledger) -> StateWords:
    numeric = entry.from_ is not None or entry.to is not None
    if ledger.is_muted(path):
        return StateWords(id, tuple(entry.values or ("",)), numeric, entry.from_ or 0, unsure=True)
    if (entry.values is None) != numeric or (numeric and (entry.from_ is None or entry.to is None)):
        ledger.error(
            path,
            f"the state variable `{id}` needs either `values` or both `from` and `to`",
            "write {values: [frozen, running], start: frozen} or {from: 0, to: 3, start: 0}",
            key=True,
        )
        return StateWords(id, tuple(entry.values or ("",)), unsure=True)
    if entry.values is not None:
        for position, value in enumerate(entry.values):
            ledger.register.declare((VARIABLES, id, value), "value", (*path, "values", position), key=False)
            if value in entry.values[:position]:
                ledger.error((*path, "values", position), f"duplicate value `{value}`", "name every value once")
            elif alike := next((unlike(value, each) for each in entry.values[:position] if _alike(value, each)), ""):
                what = f"`{value}` looks like a value before it and is not the same"
                ledger.error((*path, "values", position), what, f"{alike}: write both in one way")
        if not entry.values:
            ledger.error(
                (*path, "values"), "a state variable without values", "list them in order, such as [frozen, running]"
            )
        return StateWords(id, tuple(entry.values))
    assert entry.from_ is not None
    assert entry.to is not None
    for key, number in (("from", entry.from_), ("to", entry.to)):
        if abs(number) > LARGEST_WHOLE:
            ledger.error(
                (*path, key),
                f"{number if abs(number) < 10**18 else float(number):,} cannot be told from its neighbours",
                f"whole numbers are exact up to {LARGEST_WHOLE:,} (2^53): count in larger units, such as millions",
            )
            return StateWords(id, ("",), True, 0, unsure=True)
    count = entry.to - entry.from_ + 1
    if not 1 <= count <= MOST_STATE_VALUES:
        remedy = "`to` lies above `from`" if count < 1 else f"at most {MOST_STATE_VALUES:,} can be handled"
        ledger.error((*path, "to"), f"from {entry.from_} to {entry.to} there are {max(count, 0):,} values", remedy)
        return StateWords(id, ("",), True, 0, unsure=True)
    return StateWords(id, tuple(str(entry.from_ + n) for n in range(count)), True, entry.from_)
