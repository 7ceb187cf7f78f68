"""Numbers that nature draws at a chance stage: on a grid, or on equally likely points."""

from __future__ import annotations

from detente.case.form.ledger import Path
from detente.case.form.numbers import DrawnNumber
from detente.case.formula.scope import PLAY, May
from detente.case.meaning.assumptions import read_distribution
from detente.case.meaning.context import Desk
from detente.case.meaning.names import UNKNOWN_NUMBERS, PlacedStage
from detente.case.spelling.suggest import listed
from detente.crisis.chance_numbers import DRAWABLE, chances
from detente.crisis.expressions import Expression, Number
from detente.crisis.play import DrawnBy
from detente.crisis.quantities import Shape


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
