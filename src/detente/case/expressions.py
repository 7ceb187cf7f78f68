"""Formulas: from syntax to the typed tree, every name resolved and every mistake found at its place.

Three kinds of value are kept apart: numbers, conditions (true or false) and names out of a domain. A name such as
`running` means something only beside what it is compared with, so domains are looked up on the other side first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from detente.case.constants import constant
from detente.case.grammar import FormulaError, Syntax, parse_syntax
from detente.case.scope import EVENTS, INTEREST, Domain, May, Scope, StageWords, vocabulary_of
from detente.case.suggest import did_you_mean, listed
from detente.crisis.expressions import (
    Count,
    DomainValue,
    Ended,
    Expectation,
    Expression,
    Number,
    Operation,
    PrivateValue,
    Probability,
    QuantityName,
    RoundNumber,
    StageMove,
    StateValue,
    Utility,
)
from detente.crisis.model import Crisis
from detente.errors import CaseError, Place, Problem

GRID_TOLERANCE = 1e-9
"""How far a written number may lie from the grid point of a numeric stage that it means."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value; `name` is what to call it."""

    name: str


NUMBER = Kind("a number")
CONDITION = Kind("a condition")
ANYTHING = Kind("")
"""The kind of a part that is already known to be wrong: it fits everywhere, so one mistake is told once."""

Wanted = Kind | Domain
Locate = Callable[[int], Place | None]

TRUE = Operation("=", (Number(1.0), Number(1.0)))
FALSE = Operation("=", (Number(0.0), Number(1.0)))
"""The constant conditions, as the trees know no constants but numbers."""

_FUNCTIONS = {"min": (2, None), "max": (2, None), "abs": (1, 1), "exp": (1, 1), "log": (1, 1), "sqrt": (1, 1), "if": (3, 3)}
_CALLABLE = (*_FUNCTIONS, "count", "before", "P", "E", "U")
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_SIGNS = {"neg": "-"}


def nowhere(_: int) -> None:
    """The place of a formula that stands in no file."""
    return


def parse_expression(
    text: str | float | bool, scope: Scope, wanted: Wanted = NUMBER, locate: Locate = nowhere
) -> Expression:
    """The typed tree of a formula. Raises CaseError with everything that is wrong in it."""
    expression, errors = resolve(text, scope, wanted, locate)
    if errors:
        raise CaseError(Problem(error.what, error.remedy, locate(error.at)) for error in errors)
    return expression


def parse_interest(text: str, crisis: Crisis) -> Expression:
    """A quantity of interest about a finished crisis, such as `P(war) given (demand = 0.6)`.

    Raises CaseError whose problems point into the text.
    """
    shown = " ".join(text.split())
    scope = Scope(vocabulary_of(crisis), "a quantity of interest", INTEREST)
    return parse_expression(shown, scope, NUMBER, lambda at: Place("quantity", 1, at + 1, shown))


def resolve(
    text: str | float | bool, scope: Scope, wanted: Wanted, locate: Locate
) -> tuple[Expression, list[FormulaError]]:
    """The typed tree of a formula, and what is wrong in it (then the tree is a stand-in)."""
    resolver = _Resolver(scope, locate)
    if isinstance(text, bool):
        constant_condition = replace(TRUE if text else FALSE, place=locate(0))
        resolver.expect(CONDITION, wanted, 0, str(text).lower())
        return constant_condition, resolver.errors
    try:
        syntax = parse_syntax(text) if isinstance(text, str) else Syntax("number", 0, f"{text:.12g}", value=float(text))
    except FormulaError as error:
        return Number(0.0), [error]
    return resolver.typed(syntax, wanted), resolver.errors


class _Resolver:
    """Walks syntax once, building the tree; collects mistakes instead of stopping at the first."""

    def __init__(self, scope: Scope, locate: Locate) -> None:
        self.scope = scope
        self.words = scope.vocabulary
        self.locate = locate
        self.errors: list[FormulaError] = []

    def error(self, at: int, what: str, remedy: str = "") -> tuple[Expression, Wanted]:
        self.errors.append(FormulaError(at, what, remedy))
        return Number(0.0), ANYTHING

    def allowed(self, what: May, at: int, name: str, why: str = "") -> bool:
        """Whether the formula may mention such a thing; tells the analyst if not."""
        if what in self.scope.may:
            return True
        may = sorted(each.value for each in self.scope.may)
        self.error(at, f"{name} cannot be mentioned in {self.scope.purpose}",
                   why or (f"it may mention {', '.join(may)}" if may else "only numbers may stand here"))
        return False

    def typed(self, syntax: Syntax, wanted: Wanted) -> Expression:
        """The tree of a part that has to be a number, a condition, or a name of a domain."""
        if isinstance(wanted, Domain):
            return self.of_domain(syntax, wanted)
        expression, kind = self.part(syntax, wanted)
        self.expect(kind, wanted, syntax.at, _shown(syntax))
        return expression

    def expect(self, kind: Wanted, wanted: Wanted, at: int, shown: str) -> None:
        """Record a mistake where a part is of another kind than its place needs."""
        if kind == wanted or ANYTHING in (kind, wanted):
            return
        if isinstance(kind, Domain):
            example = kind.values[0] if kind.values else "…"
            self.error(at, f"`{shown}` is a name (one of the {kind.noun} of {kind.owner}), not {_name(wanted)}",
                       f"compare it, as in `{shown} = {quote(example)}`")
        elif isinstance(wanted, Domain):
            self.error(at, f"`{shown}` is {kind.name}, and one of the {wanted.noun} of {wanted.owner} is needed",
                       f"its {wanted.noun}: {listed(wanted.values)}")
        elif wanted is NUMBER:
            self.error(at, f"`{shown}` is a condition (true or false), and a number is needed here",
                       f"write `if({shown}, 1, 0)` to count it as a number")
        else:
            self.error(at, f"`{shown}` is a number, and a condition (true or false) is needed here",
                       f"compare it with something, as in `{shown} > 0`")

    def of_domain(self, syntax: Syntax, domain: Domain) -> Expression:
        """The tree of a part that has to name a value of a domain."""
        if syntax.kind in ("name", "number") and syntax.word in domain.values:
            return DomainValue(syntax.word, domain.values.index(syntax.word), self.locate(syntax.at))
        if syntax.kind == "call" and syntax.word == "if" and len(syntax.parts) == 3:
            condition, then, otherwise = syntax.parts
            operands = (self.typed(condition, CONDITION), self.of_domain(then, domain), self.of_domain(otherwise, domain))
            return Operation("if", operands, self.locate(syntax.at))
        found = self.domain(syntax)
        if found is None and syntax.kind in ("name", "number"):
            if domain.unsure:
                return Number(0.0)
            self.error(syntax.at, f"`{syntax.word}` is not one of the {domain.noun} of {domain.owner}",
                       did_you_mean(syntax.word, domain.values, domain.noun))
            return Number(0.0)
        expression, kind = self.part(syntax, ANYTHING)
        if not (isinstance(kind, Domain) and (kind.values == domain.values or kind.unsure or domain.unsure)):
            self.expect(kind, domain, syntax.at, _shown(syntax))
        return expression

    def domain(self, syntax: Syntax) -> Domain | None:
        """The domain of a part that names something with named values, without complaining."""
        if syntax.kind == "dotted":
            private = self.words.private.get((syntax.word, syntax.tail))
            return private.domain if private and private.values else None
        if syntax.kind == "call" and syntax.word == "before" and len(syntax.parts) == 1:
            return self.domain(syntax.parts[0])
        if syntax.kind != "name":
            return None
        stage, state = self.words.stages.get(syntax.word), self.words.state.get(syntax.word)
        if stage and not stage.numbers:
            return stage.domain
        return state.domain if state and not state.numeric else None

    def part(self, syntax: Syntax, wanted: Wanted) -> tuple[Expression, Wanted]:
        """The tree of any part and its kind; `wanted` only helps to read a bare name."""
        match syntax.kind:
            case "number":
                return Number(syntax.value, self.locate(syntax.at)), NUMBER
            case "name":
                return self.name(syntax, wanted)
            case "dotted":
                return self.private(syntax)
            case "operation":
                return self.operation(syntax)
            case _:
                return self.call(syntax, wanted)

    def name(self, syntax: Syntax, wanted: Wanted) -> tuple[Expression, Wanted]:
        word, place = syntax.word, self.locate(syntax.at)
        if May.EVENTS in self.scope.may and (wanted is CONDITION or word not in self._variables()):
            event = self.event(syntax)
            if event is not None:
                return event, CONDITION
        if not syntax.quoted and word in ("true", "false"):
            return replace(TRUE if word == "true" else FALSE, place=place), CONDITION
        if not syntax.quoted and word == "round":
            return self.round(syntax)
        if word in self.words.quantities:
            return self.quantity(syntax)
        if word in self.words.state:
            state = self.words.state[word]
            self.allowed(May.STATE, syntax.at, f"the state variable `{word}`")
            return StateValue(word, place), NUMBER if state.numeric else state.domain
        if word in self.words.stages:
            stage = self.words.stages[word]
            self.mention(stage, syntax.at)
            return StageMove(word, False, place), NUMBER if stage.numbers else stage.domain
        return self.unknown(syntax)

    def event(self, syntax: Syntax) -> Expression | None:
        if syntax.word in self.words.outcomes:
            return Ended(syntax.word, self.locate(syntax.at))
        if syntax.word in self.words.readings:
            return self.words.readings[syntax.word] or Number(0.0)
        return None

    def _variables(self) -> frozenset[str]:
        return frozenset((*self.words.quantities, *self.words.state, *self.words.stages))

    def round(self, syntax: Syntax) -> tuple[Expression, Wanted]:
        stage = self.scope.stage
        if self.allowed(May.ROUND, syntax.at, "`round`") and stage and not stage.repeat:
            self.error(syntax.at, f"`round` has no meaning at stage `{stage.id}`, which is not inside a `repeat`",
                       "move the stage into the `repeat`, or leave `round` out")
        return RoundNumber(self.locate(syntax.at)), NUMBER

    def quantity(self, syntax: Syntax) -> tuple[Expression, Wanted]:
        word = syntax.word
        if self.scope.same_for_every_draw:
            self.error(syntax.at, f"`{word}` is an uncertain quantity, which {self.scope.purpose} may not mention",
                       "the order of play is the same for every draw: write a number, or put the quantity into payoffs, "
                       "costs or chance probabilities")
        elif self.allowed(May.QUANTITIES, syntax.at, f"the quantity `{word}`"):
            earlier = self.scope.quantities
            if earlier is not None and word not in earlier:
                self.error(syntax.at, f"`{word}` is not declared before {self.scope.purpose}",
                           f"a quantity rests only on quantities above it: move `{word}` up, and look for a circle")
        return QuantityName(word, self.locate(syntax.at)), NUMBER

    def private(self, syntax: Syntax) -> tuple[Expression, Wanted]:
        actor, variable, at = syntax.word, syntax.tail, syntax.at
        words = self.words.private.get((actor, variable))
        if words is None and any(each.unsure for (owner, _), each in self.words.private.items() if owner == actor):
            return Number(0.0), ANYTHING
        if actor not in self.words.actors:
            remedy = did_you_mean(actor, self.words.actors, "actors")
            return self.error(at, f"unknown actor `{actor}`", remedy)
        if words is None:
            own = [name for owner, name in self.words.private if owner == actor]
            return self.error(at, f"`{actor}` has no private variable `{variable}`",
                              did_you_mean(variable, own, f"private variables of `{actor}`"))
        shown = f"{actor}.{variable}"
        if self.allowed(May.PRIVATE, at, f"`{shown}`"):
            earlier = self.scope.private
            if earlier is not None and (actor, variable) not in earlier:
                self.error(at, f"`{shown}` is not declared before {self.scope.purpose}",
                           "a probability rests only on private variables declared above it")
            if self.scope.same_for_every_draw and words.rests_on:
                self.error(at, f"the numbers that `{shown}` takes depend on {listed(sorted(words.rests_on))}, so "
                           f"{self.scope.purpose} may not mention it",
                           "the order of play is the same for every draw: write plain numbers into its distribution")
        return PrivateValue(actor, variable, self.locate(at)), words.domain if words.values else NUMBER

    def mention(self, stage: StageWords, at: int) -> None:
        """Check that the move of a stage can be mentioned where the formula stands."""
        here = self.scope.stage
        if not self.allowed(May.MOVES, at, f"the move at `{stage.id}`") or here is None:
            return
        together_again = stage.repeat and stage.repeat == here.repeat
        if stage.order > here.order and not together_again:
            self.error(at, f"stage `{stage.id}` is played after stage `{here.id}`, so its move is not yet known there",
                       "mention earlier stages only, or change the order of the stages")
        if stage.id == here.id and not self.scope.done and not together_again:
            self.error(at, f"the move at `{stage.id}` is not yet made where this is decided",
                       "mention earlier stages only")

    def unknown(self, syntax: Syntax) -> tuple[Expression, Wanted]:
        word, at, words = syntax.word, syntax.at, self.words
        owners = [actor for actor, variable in words.private if variable == word]
        if owners:
            return self.error(at, f"`{word}` is a private variable: say whose",
                              f"write {' or '.join(f'`{owner}.{word}`' for owner in owners)}")
        if word in words.actors:
            own = [f"{actor}.{variable}" for actor, variable in words.private if actor == word]
            return self.error(at, f"`{word}` is an actor, not something that has a value",
                              f"what it privately knows is written {listed(own)}" if own else "")
        if word in words.outcomes or word in words.readings:
            noun = "an outcome" if word in words.outcomes else "a reading"
            remedy = f"write `P({quote(word)})`" if May.INTEREST in self.scope.may else "mention moves or state instead"
            return self.error(at, f"`{word}` is {noun}, which has no value in {self.scope.purpose}", remedy)
        for domain in self._domains():
            if word in domain.values:
                owner = domain.owner.replace("stage ", "").strip("`")
                return self.error(at, f"`{word}` is one of the {domain.noun} of {domain.owner}, not something with a value",
                                  f"compare it, as in `{quote(owner)} = {quote(word)}`")
        return self.error(at, f"unknown name `{word}`", did_you_mean(word, self._known(), "names"))

    def _domains(self) -> list[Domain]:
        words = self.words
        return [each.domain for group in (words.stages, words.state, words.private) for each in group.values()]

    def _known(self) -> list[str]:
        may, words = self.scope.may, self.words
        known: list[str] = []
        known += words.quantities if May.QUANTITIES in may else ()
        known += words.state if May.STATE in may else ()
        known += words.stages if May.MOVES in may else ()
        known += [".".join(key) for key in words.private] if May.PRIVATE in may else ()
        known += (*words.outcomes, *words.readings) if May.EVENTS in may else ()
        known += [f"P({name})" for name in words.outcomes] if May.INTEREST in may else ()
        return known

    def operation(self, syntax: Syntax) -> tuple[Expression, Wanted]:
        operator = syntax.word
        if operator in _COMPARISONS:
            return self.comparison(syntax)
        kind = CONDITION if operator in ("and", "or", "not") else NUMBER
        operands = tuple(self.typed(part, kind) for part in syntax.parts)
        return Operation(operator, operands, self.locate(syntax.at)), kind

    def comparison(self, syntax: Syntax) -> tuple[Expression, Wanted]:
        left, right = syntax.parts
        domain = self.domain(left) or self.domain(right)
        if domain:
            operands = (self._side(left, domain), self._side(right, domain))
            if syntax.word not in ("=", "!=") and not domain.ordered:
                self.error(syntax.at, f"the {domain.noun} of {domain.owner} have no order, so `{syntax.word}` does not apply",
                           "compare them with = or !=; state variables are ordered as listed")
        else:
            operands = (self.typed(left, NUMBER), self.typed(right, NUMBER))
            if not self.errors and syntax.word in ("=", "!="):
                operands = self.on_grid(operands, syntax)
        return Operation(syntax.word, operands, self.locate(syntax.at)), CONDITION

    def _side(self, syntax: Syntax, domain: Domain) -> Expression:
        own = self.domain(syntax)
        return self.part(syntax, ANYTHING)[0] if own == domain else self.of_domain(syntax, domain)

    def on_grid(self, operands: tuple[Expression, ...], syntax: Syntax) -> tuple[Expression, ...]:
        """The sides of an equality, a written number replaced by the exact move or state value that it means."""
        for position, (side, other) in enumerate((operands, operands[::-1])):
            number = constant(other)
            if number is None or not isinstance(side, StageMove | StateValue):
                continue
            if isinstance(side, StageMove):
                stage = self.words.stages[side.stage]
                name, numbers = side.stage, (number,) if stage.unsure else stage.numbers
            else:
                state = self.words.state[side.variable]
                codes = range(0 if state.unsure else len(state.values))
                name, numbers = side.variable, tuple(float(state.low + code) for code in codes) or (number,)
            exact = nearest(number, numbers)
            if abs(exact - number) > GRID_TOLERANCE:
                at = syntax.parts[1 - position].at
                self.error(at, f"`{name}` never is {number:g}", f"the nearest number it can be is {exact:g}")
                return operands
            snapped = Number(exact, getattr(other, "place", None))
            return (side, snapped) if position == 0 else (snapped, side)
        return operands

    def call(self, syntax: Syntax, wanted: Wanted) -> tuple[Expression, Wanted]:
        function, at = syntax.word, syntax.at
        if syntax.given and function not in ("P", "E", "U"):
            self.error(syntax.given[0].at, "`given` follows only P(…), E(…) and U(…)", "use `and` or if(…)")
        if function in _FUNCTIONS:
            return self.function(syntax, wanted)
        if function in ("P", "E", "U"):
            return self.interest(syntax)
        if function == "count":
            return self.count(syntax)
        if function == "before":
            return self.before(syntax)
        if function in self._variables():
            return self.error(at, f"`{function}` is not a function", "an operator such as * is missing before the parenthesis")
        return self.error(at, f"unknown function `{function}`", did_you_mean(function, _CALLABLE, "functions"))

    def function(self, syntax: Syntax, wanted: Wanted) -> tuple[Expression, Wanted]:
        name, parts, place = syntax.word, syntax.parts, self.locate(syntax.at)
        least, most = _FUNCTIONS[name]
        if len(parts) < least or (most is not None and len(parts) > most):
            usage = {"if": "if(condition, then, else)", "min": "min(a, b)", "max": "max(a, b)"}.get(name, f"{name}(x)")
            return self.error(syntax.at, f"`{name}` takes {'at least ' if most is None else ''}{least} "
                              f"argument{'s' if least > 1 else ''}, and {len(parts)} stand here", f"write `{usage}`")
        if name != "if":
            return Operation(name, tuple(self.typed(part, NUMBER) for part in parts), place), NUMBER
        kind: Wanted = CONDITION if wanted is CONDITION else NUMBER
        condition = self.typed(parts[0], CONDITION)
        return Operation("if", (condition, *(self.typed(part, kind) for part in parts[1:])), place), kind

    def _stage_argument(self, syntax: Syntax, example: str) -> StageWords | None:
        named = syntax.parts[0] if syntax.parts else None
        if named is None or named.kind != "name":
            self.error(syntax.at, f"`{syntax.word}` needs the name of a stage", f"write `{example}`")
            return None
        stage = self.words.stages.get(named.word)
        if stage is None:
            self.error(named.at, f"unknown stage `{named.word}`", did_you_mean(named.word, self.words.stages, "stages"))
        elif not stage.repeat:
            self.error(named.at, f"stage `{stage.id}` is not inside a `repeat`, so `{syntax.word}` has no rounds to look at",
                       f"compare the move itself, as in `{quote(stage.id)} = {quote(stage.moves[0])}`")
            return None
        return stage

    def count(self, syntax: Syntax) -> tuple[Expression, Wanted]:
        if not self.allowed(May.COUNT, syntax.at, "`count(…)`"):
            return Number(0.0), ANYTHING
        if len(syntax.parts) != 2:
            return self.error(syntax.at, "`count` takes a stage and a move", "write `count(stage, move)`")
        stage = self._stage_argument(syntax, "count(stage, move)")
        if stage is None:
            return Number(0.0), ANYTHING
        here = self.scope.stage
        if here is None or stage.repeat != here.repeat:
            self.mention(stage, syntax.parts[0].at)
        move = self.move(stage, syntax.parts[1])
        return Count(stage.id, move, self.locate(syntax.at)), NUMBER

    def move(self, stage: StageWords, syntax: Syntax) -> int:
        """The position of a written move of a stage."""
        if stage.unsure:
            return 0
        if syntax.kind in ("name", "number") and syntax.word in stage.moves:
            return stage.moves.index(syntax.word)
        if stage.numbers and syntax.kind == "number":
            exact = nearest(syntax.value, stage.numbers)
            if abs(exact - syntax.value) <= GRID_TOLERANCE:
                return stage.numbers.index(exact)
            self.error(syntax.at, f"`{stage.id}` never is {syntax.value:g}", f"the nearest number it can be is {exact:g}")
        else:
            shown = _shown(syntax)
            self.error(syntax.at, f"`{shown}` is not a move of stage `{stage.id}`", did_you_mean(shown, stage.moves, "moves"))
        return 0

    def before(self, syntax: Syntax) -> tuple[Expression, Wanted]:
        if not self.allowed(May.BEFORE, syntax.at, "`before(…)`"):
            return Number(0.0), ANYTHING
        if len(syntax.parts) != 1:
            return self.error(syntax.at, "`before` takes one stage", "write `before(stage)`")
        stage, here = self._stage_argument(syntax, "before(stage)"), self.scope.stage
        if stage is None:
            return Number(0.0), ANYTHING
        if here and here.repeat != stage.repeat:
            return self.error(syntax.at, f"stage `{here.id}` is not in the same `repeat` as `{stage.id}`, so there is no round before",
                              f"write `{quote(stage.id)}` for its latest move")
        return StageMove(stage.id, True, self.locate(syntax.at)), NUMBER if stage.numbers else stage.domain

    def interest(self, syntax: Syntax) -> tuple[Expression, Wanted]:
        name, parts, place = syntax.word, syntax.parts, self.locate(syntax.at)
        if not self.allowed(May.INTEREST, syntax.at, f"`{name}(…)`", "it is what a question or a claim asks for"):
            return Number(0.0), ANYTHING
        if len(parts) != 1:
            remedy = "join events with `and` or `or`; conditions follow after `given (…, …)`"
            return self.error(syntax.at, f"`{name}` takes one argument, and {len(parts)} stand here", remedy)
        outer, self.scope = self.scope, replace(self.scope, may=EVENTS, purpose=f"{name}(…)")
        given = tuple(self.typed(each, CONDITION) for each in syntax.given)
        result: Expression
        if name == "P":
            result = Probability(self.typed(parts[0], CONDITION), given, place)
        elif name == "E":
            result = Expectation(self.typed(parts[0], NUMBER), given, place)
        else:
            result = Utility(self.actor(parts[0]), given, place)
        self.scope = outer
        return result, NUMBER

    def actor(self, syntax: Syntax) -> str:
        if syntax.kind != "name" or syntax.word not in self.words.actors:
            shown = _shown(syntax)
            self.error(syntax.at, f"`{shown}` is not an actor", did_you_mean(shown, self.words.actors, "actors"))
        return syntax.word


def nearest(number: float, numbers: tuple[float, ...]) -> float:
    """The closest of some numbers."""
    return min(numbers, key=lambda each: abs(each - number))


def quote(name: str) -> str:
    """A name as a formula writes it, in quotes where it needs them."""
    return name if name.isidentifier() and name not in ("and", "or", "not", "given", "round", "true", "false") else f"'{name}'"


def _name(wanted: Wanted) -> str:
    return wanted.name if isinstance(wanted, Kind) else f"one of the {wanted.noun} of {wanted.owner}"


def _shown(syntax: Syntax) -> str:
    """A part roughly as it was written, for messages."""
    match syntax.kind:
        case "number" | "name":
            return syntax.word
        case "dotted":
            return f"{syntax.word}.{syntax.tail}"
        case "call":
            return f"{syntax.word}({', '.join(map(_shown, syntax.parts))})"
        case _:
            sign = _SIGNS.get(syntax.word, syntax.word)
            parts = [_shown(part) for part in syntax.parts]
            return f" {sign} ".join(parts) if len(parts) > 1 else f"{sign} {parts[0]}"
