"""Sources, quantities, actors with what they privately know, rationality: what the analyst had to assume."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from detente.case.form.document import ActorEntry, CaseDocument
from detente.case.form.ledger import Path
from detente.case.form.numbers import MOST_POINTS, SHAPES, DrawnNumber, NumericPrivate, Spread, UncertainQuantity
from detente.case.formula.constants import constant
from detente.case.formula.scope import PLAY, May, Scope, Vocabulary
from detente.case.meaning.context import Desk
from detente.case.meaning.names import UNKNOWN_NUMBERS, PlacedStage
from detente.case.spelling.suggest import listed
from detente.crisis.chance_numbers import DRAWABLE, chances
from detente.crisis.evidence import Source
from detente.crisis.expressions import Expression, Number, quantities_in
from detente.crisis.play import Actor, DrawnBy, PrivateVariable
from detente.crisis.quantities import FAMILIES, LIMIT, Distribution, Quantity, Shape, outside
from detente.plurals import counted

SUM_TOLERANCE = 1e-9
_QUANTITIES = frozenset({May.QUANTITIES})


def read_sources(document: CaseDocument, desk: Desk) -> tuple[Source, ...]:
    """The documents that the case rests on."""
    sources: list[Source] = []
    for id, entry in document.sources.items():
        path = ("sources", id)
        digest = entry.sha256.lower()
        if digest and (len(digest) != 64 or any(sign not in "0123456789abcdef" for sign in digest)):
            desk.ledger.error(
                (*path, "sha256"),
                "this is no SHA-256 digest",
                "it has 64 hexadecimal digits, as `sha256sum FILE` prints",
            )
        if entry.file and _leads_out(entry.file):
            desk.ledger.error(
                (*path, "file"),
                f"`{entry.file}` leads out of the case's folder",
                "give a path below the folder of the case (or of --sources), without `..`",
            )
        sources.append(Source(id, entry.title, entry.publisher, entry.published, entry.file, digest, desk.place(path)))
    return tuple(sources)


def _leads_out(file: str) -> bool:
    return file.startswith(("/", "\\", "~")) or ":" in file[:2] or ".." in file.replace("\\", "/").split("/")


def read_quantities(document: CaseDocument, desk: Desk) -> tuple[Quantity, ...]:
    """The quantities, each resting only on those above it."""
    quantities: list[Quantity] = []
    earlier: frozenset[str] = frozenset()
    for id, entry in document.quantities.items():
        path = ("quantities", id)
        scope = replace(desk.scope(f"the quantity `{id}`", _QUANTITIES), quantities=earlier)
        distribution = read_distribution(entry, path, scope, desk)
        earlier |= {id}
        known = entry if isinstance(entry, UncertainQuantity) else None
        name, unit = (known.name, known.unit) if known else ("", "")
        structural = bool(known and known.structural)
        if structural:
            check_structural(id, distribution, (*path, "structural"), desk)
        support = desk.support(path, known)
        quantities.append(Quantity(id, distribution, name, unit, structural, support, desk.place(path)))
    return tuple(quantities)


def check_structural(id: str, distribution: Distribution, path: Path, desk: Desk) -> None:
    """Tells where a quantity that shapes the game differs, or may differ, between draws."""
    rests_on = frozenset[str]().union(*(quantities_in(each) for each in distribution.parameters))
    if distribution.uncertain:
        what = f"`{id}` is structural and uncertain, and the game is the same in every draw"
        desk.ledger.error(path, what, "give it a `value`, and other values in scenarios")
    elif open_ := sorted(rests_on - desk.vocabulary.structural):
        what = f"`{id}` is structural and rests on {listed(open_)}, which may differ between draws"
        desk.ledger.error(path, what, "let it rest on plain numbers and structural quantities")


def read_distribution(entry: Spread | str | float | bool, path: Path, scope: Scope, desk: Desk) -> Distribution:
    """A number and its uncertainty, with the order of its parameters checked where it can be known."""
    if not isinstance(entry, Spread):
        shape = Shape.EQUALS if isinstance(entry, str) else Shape.VALUE
        return Distribution(shape, (desk.formula(path, entry, scope),), place=desk.place(path))
    written = [name for name in SHAPES if getattr(entry, name) is not None]
    if len(written) != 1:
        what = f"{listed(written)} stand side by side" if written else "no number and no distribution is given"
        desk.ledger.error(path, what, f"give exactly one of {listed(SHAPES)}", key=True)
        return Distribution(Shape.VALUE, (desk.formula(path, 0.0, scope),))
    shape, raw = Shape(written[0]), getattr(entry, written[0])
    shape_path = (*path, shape.value)
    if shape in (Shape.VALUE, Shape.EQUALS):
        parameters = (desk.formula(shape_path, raw, scope),)
    else:
        parameters = tuple(desk.formula((*shape_path, n), each, scope) for n, each in enumerate(raw))
    within = _within(entry, path, desk)
    _check_parameters(shape, parameters, within, shape_path, desk)
    return Distribution(shape, parameters, within, desk.place(path))


def _within(entry: Spread, path: Path, desk: Desk) -> tuple[float, float] | None:
    if entry.within is None:
        return None
    if len(entry.within) != 2 or entry.within[0] >= entry.within[1]:
        desk.ledger.error(
            (*path, "within"), "`within` needs two numbers, the smaller first", "write `within: [low, high]`"
        )
        return None
    return entry.within[0], entry.within[1]


def _check_parameters(
    shape: Shape, parameters: tuple[Expression, ...], within: tuple[float, float] | None, path: Path, desk: Desk
) -> None:
    """Tells the analyst what is wrong with parameters as far as they are plain numbers; draws are checked likewise."""
    family = FAMILIES[shape]
    usage = f"write `{shape.value}: [{', '.join(family.parameters)}]`"
    if len(parameters) != len(family.parameters):
        desk.ledger.error(path, f"`{shape.value}` takes {len(family.parameters)} numbers, not {len(parameters)}", usage)
        return
    numbers = [constant(parameter) for parameter in parameters]
    sound = True
    for rule in family.rules:
        known = [numbers[position] for position in rule.positions]
        if None in known or rule.holds(*known) or not sound:
            continue
        if len(known) > 1:
            desk.ledger.error(path, f"the numbers of `{shape.value}` are out of order", usage + " from small to large")
            sound = False
        else:
            what = f"the {family.parameters[rule.positions[0]]} of `{shape.value}` is {known[0]:g}"
            desk.ledger.error((*path, rule.positions[0]), what, rule.remedy)
    if within and sound and None not in numbers and outside(shape, tuple(numbers), within):
        if shape is Shape.VALUE:
            desk.ledger.error(path, f"{numbers[0]:g} lies outside `within`", "change one of the two")
        else:
            desk.ledger.error(path, "the distribution lies wholly outside `within`", "make the two ranges overlap")


def read_actors(document: CaseDocument, desk: Desk) -> tuple[Actor, ...]:
    """The actors; tells the vocabulary which quantities their private numbers rest on."""
    actors: list[Actor] = []
    earlier: set[tuple[str, str]] = set()
    if not document.actors:
        desk.ledger.error(
            ("actors",), "there are no actors", "name at least one: `actors: {iran: {name: Iran}}`", key=True
        )
    for id, entry in document.actors.items():
        private: list[PrivateVariable] = []
        for variable in (entry or ActorEntry.model_construct(private={})).private:
            assert entry is not None
            private.append(_private(id, variable, entry, frozenset(earlier), desk))
            earlier.add((id, variable))
        actors.append(Actor(id, entry.name if entry else "", tuple(private), desk.place(("actors", id))))
    return tuple(actors)


def _private(
    actor: str, id: str, entry: ActorEntry, earlier: frozenset[tuple[str, str]], desk: Desk
) -> PrivateVariable:
    path: Path = ("actors", actor, "private", id)
    written, place = entry.private[id], desk.place(path)
    purpose = f"the prior of `{actor}.{id}`"
    if isinstance(written, NumericPrivate):
        scope = desk.scope(purpose, _QUANTITIES)
        distribution = read_distribution(written, path, scope, desk)
        points = _points(written, path, desk)
        desk.vocabulary = _resting(desk.vocabulary, actor, id, distribution)
        known = _known_to(actor, written.known_to, path, desk)
        return PrivateVariable(id, (), (), distribution, points, known, desk.support(path, written), place)
    scope = replace(desk.scope(purpose, _QUANTITIES | {May.PRIVATE}), private=earlier)
    probabilities = {value: (text, (*path, value)) for value, text in written.values.items()}
    read = read_probabilities(probabilities, path, scope, desk)
    known = _known_to(actor, getattr(written, "known_to", None), path, desk)
    return PrivateVariable(id, tuple(probabilities), read, None, 0, known, desk.support(path, written), place)


def _known_to(actor: str, written: str | list[str] | None, path: Path, desk: Desk) -> tuple[str, ...] | None:
    """The actors who know a variable, in the order of the case; None where only its own does."""
    actors = desk.vocabulary.actors
    if written is None or written == [actor] or written == actor:
        return None
    if written in ("none", "all"):
        return () if written == "none" else actors
    named = written if isinstance(written, list) else [written]
    for position, name in enumerate(named):
        own = (*path, "known_to", position) if isinstance(written, list) else (*path, "known_to")
        desk.known(own, name, (*actors, "all", "none") if isinstance(written, str) else actors, "actor")
    return tuple(each for each in actors if each == actor or each in named)


def _points(written: NumericPrivate, path: Path, desk: Desk) -> int:
    if written.points is None:
        desk.ledger.error(
            path,
            "on how many points? `points` is missing",
            "add `points: 20` for twenty equally likely values",
            key=True,
        )
        return 1
    if not 1 <= written.points <= MOST_POINTS:
        desk.ledger.error(
            (*path, "points"),
            counted(written.points, "point"),
            f"between 1 and {MOST_POINTS:,} can be handled; 20 to 100 are usual",
        )
        return 1
    return written.points


def _resting(vocabulary: Vocabulary, actor: str, id: str, distribution: Distribution) -> Vocabulary:
    rests_on = frozenset[str]().union(*(quantities_in(parameter) for parameter in distribution.parameters))
    words = replace(vocabulary.private[actor, id], rests_on=rests_on - vocabulary.structural)
    return replace(vocabulary, private={**vocabulary.private, (actor, id): words})


def read_probabilities(
    written: Mapping[str, tuple[str | float | bool, Path]], path: Path, scope: Scope, desk: Desk
) -> tuple[Expression | None, ...]:
    """Probabilities in order, None for `rest`; checked as far as they are plain numbers."""
    if not written:
        desk.ledger.error(path, "nothing is listed here", "give at least one name with its probability", key=True)
    read: list[Expression | None] = []
    for name, (text, own) in written.items():
        if text == "rest":
            if None in read:
                desk.ledger.error(
                    own, f"`rest` stands twice, the second time at `{name}`", "only one may take what the others leave"
                )
            read.append(None)
            continue
        probability = desk.formula(own, text, scope)
        number = constant(probability)
        if number is not None and not 0 <= number <= 1:
            desk.ledger.error(own, f"the probability of `{name}` is {number:g}", "a probability lies between 0 and 1")
        read.append(probability)
    _check_sum(read, path, desk)
    return tuple(read)


def _check_sum(read: list[Expression | None], path: Path, desk: Desk) -> None:
    numbers = [constant(each) for each in read if each is not None]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers) or any(not 0 <= number <= 1 for number in known):
        return
    total = sum(known)
    if None in read and total > 1 + SUM_TOLERANCE:
        desk.ledger.error(
            path,
            f"the probabilities add up to {total:g}, and nothing is left for `rest`",
            "make them smaller",
            key=True,
        )
    elif None not in read and read and abs(total - 1) > SUM_TOLERANCE:
        desk.ledger.error(
            path,
            f"the probabilities add up to {total:g} instead of 1",
            "change one of them, or write `rest` in place of one number",
            key=True,
        )


def read_rationality(document: CaseDocument, desk: Desk) -> Distribution | str:
    """Precision of the players' best responses as the case writes it: a distribution, or "limit"."""
    entry = document.rationality
    if entry == LIMIT:
        return LIMIT
    path = ("rationality",)
    read = read_distribution(entry, path, desk.scope("`rationality`", _QUANTITIES), desk)
    numbers = [constant(parameter) for parameter in read.parameters]
    if not numbers:
        return read  # that they are missing is told already
    if None in numbers or read.shape is Shape.EQUALS:
        return read  # every draw is checked
    least = FAMILIES[read.shape].ends(*numbers)[0]
    if max(least, read.within[0] if read.within else least) < 0:
        meaning = "it is 0 (random play) or more; `limit` for best responses"
        if read.shape is Shape.VALUE:
            desk.ledger.error(path, f"a rationality of {numbers[0]:g}", meaning)
        else:
            told = "add `within: [0, …]`, or take a distribution that stays above 0, such as `lognormal`"
            desk.ledger.error((*path, read.shape.value), "the rationality can be below zero", f"{meaning}: {told}")
    return read


def read_drawn(placed: PlacedStage, desk: Desk) -> tuple[DrawnBy, tuple[Expression, ...]]:
    """The distribution from which nature draws, and the chance of each number of the stage."""
    entry, words = placed.entry.chance, placed.words
    assert isinstance(entry, DrawnNumber)
    path: Path = (*placed.path, "chance")
    on_grid = entry.points is None
    scope = desk.scope(
        f"the distribution at stage `{words.id}`", PLAY | {May.QUANTITIES} if on_grid else frozenset(), words
    )
    distribution = read_distribution(entry, path, scope, desk)
    numbers = words.numbers
    if distribution.shape not in DRAWABLE:
        kinds = listed([each.value for each in DRAWABLE])
        desk.ledger.error(path, f"nature cannot draw from `{distribution.shape.value}` here", f"take one of {kinds}")
        return DrawnBy(distribution), tuple(Number(1.0) for _ in numbers)
    if distribution.within is not None:
        desk.ledger.error(path, "`within` has no place here", "the grid says between which numbers nature draws")
    if len(distribution.parameters) != (3 if distribution.shape is Shape.TRIANGULAR else 2):
        return DrawnBy(distribution), tuple(Number(1.0) for _ in numbers)
    if not on_grid or numbers == UNKNOWN_NUMBERS:
        return DrawnBy(distribution, entry.points or 0), tuple(Number(1.0 / len(numbers)) for _ in numbers)
    return DrawnBy(distribution), chances(distribution.shape, distribution.parameters, numbers)
