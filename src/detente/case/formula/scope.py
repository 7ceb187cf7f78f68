"""The names declared in a case, and the kinds of names that a formula may mention at its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from detente.crisis.expressions import Expression
from detente.errors import Place

RESERVED = frozenset(
    "nature round rest all none given others limit and or not if before count true false null finally".split()
)
"""Words with a meaning of their own, which name nothing in a case."""


@dataclass(frozen=True, slots=True)
class Domain:
    """The named values of something, in declared order; `ordered` where < and > make sense.

    `owner` and `noun` are words for messages: the *moves* of *stage `answer`*. `unsure` where the declaration is
    itself wrong, so that nothing is said about names it may have meant. `within`: the names that lead to the values in
    the register of names.
    """

    values: tuple[str, ...]
    owner: str
    noun: str
    ordered: bool = False
    unsure: bool = False
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StageWords:
    """A stage as formulas need it; `numbers` is empty for a stage with named moves.

    `order` counts stages as written; `repeat` and `together` number the enclosing block, 0 where there is none.
    `turns`: the actors who choose in turn, where several do.
    """

    id: str
    by: str
    moves: tuple[str, ...]
    numbers: tuple[float, ...] = ()
    order: int = 0
    repeat: int = 0
    times: int = 0
    together: int = 0
    unsure: bool = False
    turns: tuple[str, ...] = ()

    @property
    def domain(self) -> Domain:
        """Moves of the stage, as a domain of names."""
        return Domain(self.moves, f"stage `{self.id}`", "moves", unsure=self.unsure, within=(self.id,))


@dataclass(frozen=True, slots=True)
class StateWords:
    """A state variable as formulas need it; a numeric one's `values` are numbers from `low` up."""

    id: str
    values: tuple[str, ...]
    numeric: bool = False
    low: int = 0
    unsure: bool = False

    @property
    def domain(self) -> Domain:
        """Values of the state variable, as a domain of names."""
        return Domain(self.values, f"`{self.id}`", "values", ordered=True, unsure=self.unsure, within=(self.id,))


@dataclass(frozen=True, slots=True)
class PrivateWords:
    """A private variable as formulas need it; `rests_on` are the quantities in its distribution."""

    actor: str
    id: str
    values: tuple[str, ...] = ()
    rests_on: frozenset[str] = frozenset()
    unsure: bool = False

    @property
    def domain(self) -> Domain:
        """Values of the private variable, as a domain of names."""
        owner = f"`{self.actor}.{self.id}`"
        return Domain(self.values, owner, "values", unsure=self.unsure, within=(self.actor, self.id))


def _nowhere(_: int) -> None:
    return


@dataclass(frozen=True, slots=True)
class FormulaWords:
    """A formula by name as other formulas need it: its text, what it is, places in its text.

    condition: True for a condition, False for a number, None as long as it was not read, which is so for formulas below
    the one that mentions it. unsure: True where it is itself wrong, so that nothing is said about mentions of it.
    """

    id: str
    text: str | float | bool
    condition: bool | None = None
    parts: int = 0
    unsure: bool = False
    locate: Callable[[int], Place | None] = _nowhere


@dataclass(slots=True)
class Mentioned:
    """Mentions of formulas in a case: what each comes to where it stands, and how many parts all have together.

    unsure: number of mentions of formulas that are themselves wrong.
    """

    parts: int = 0
    unsure: int = 0
    known: dict[Any, tuple[Expression, tuple[Exception, ...]]] = field(
        default_factory=dict[Any, "tuple[Expression, tuple[Exception, ...]]"]
    )


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every name of a case."""

    quantities: tuple[str, ...] = ()
    structural: frozenset[str] = frozenset()
    actors: tuple[str, ...] = ()
    private: Mapping[tuple[str, str], PrivateWords] = field(default_factory=dict[tuple[str, str], PrivateWords])
    state: Mapping[str, StateWords] = field(default_factory=dict[str, StateWords])
    stages: Mapping[str, StageWords] = field(default_factory=dict[str, StageWords])
    outcomes: tuple[str, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    readings: Mapping[str, Expression | None] = field(default_factory=dict[str, "Expression | None"])
    formulas: Mapping[str, FormulaWords] = field(default_factory=dict[str, FormulaWords])
    mentioned: Mentioned = field(default_factory=Mentioned, compare=False)


class May(Enum):
    """A kind of thing that a formula may mention; each value is the kind's name in messages."""

    QUANTITIES = "quantities"
    PRIVATE = "private variables"
    STATE = "state"
    MOVES = "moves"
    COUNT = "count(…)"
    ROUND = "round"
    BEFORE = "before(…)"
    EVENTS = "outcomes and readings"
    INTEREST = "P(…), E(…), U(…) and B(…)"


@dataclass(frozen=True, slots=True)
class Scope:
    """The place of a formula, which settles the names that the formula may mention.

    purpose: the formula's name in messages. quantities, private: those declared before the formula (None: all). stage:
    the stage that the formula belongs to, if any; `done`: True where that stage's own move is already made, `all_done`
    where those of its simultaneous stages are as well.
    same_for_every_draw: True for a formula that shapes the game; no quantity may enter such a formula, not even through
    a private number.
    """

    vocabulary: Vocabulary
    purpose: str
    may: frozenset[May]
    quantities: frozenset[str] | None = None
    private: frozenset[tuple[str, str]] | None = None
    stage: StageWords | None = None
    done: bool = False
    all_done: bool = False
    same_for_every_draw: bool = False


PLAY = frozenset({May.PRIVATE, May.STATE, May.MOVES, May.COUNT, May.ROUND, May.BEFORE})
SHAPE_AT_THE_END = frozenset({May.PRIVATE, May.STATE, May.MOVES, May.COUNT})
AT_THE_END = SHAPE_AT_THE_END | {May.QUANTITIES, May.ROUND, May.BEFORE}
AT_EVENTS = AT_THE_END | {May.EVENTS}
ANYWHERE = PLAY | {May.QUANTITIES}
"""All that a formula by name may mention; where it is mentioned says which of it makes sense there."""
INTEREST = frozenset({May.INTEREST, May.QUANTITIES})
