"""Resolution of a formula: from syntax to the typed tree, with the kind of value of every part, checked against its
place.

Three kinds are kept apart: numbers, conditions (true or false) and names out of a domain. A name such as `running` has
a meaning only beside the name that it is compared with, so domains are looked up on the other side first.
"""

from __future__ import annotations

from dataclasses import replace

from detente.case.form.register import VARIABLES
from detente.case.formula.calls import CALLS
from detente.case.formula.constants import constant
from detente.case.formula.grammar import Syntax
from detente.case.formula.kinds import (
    ANYTHING,
    CONDITION,
    GRID_TOLERANCE,
    NUMBER,
    Wanted,
    name_of,
    nearest,
    quote,
    shown_as,
)
from detente.case.formula.mentions import Mentions
from detente.case.formula.scope import AT_EVENTS, Domain, May, StageWords
from detente.case.spelling.suggest import did_you_mean, listed
from detente.crisis.expressions import (
    Belief,
    Count,
    DomainValue,
    Expectation,
    Expression,
    Number,
    Operation,
    Probability,
    StageMove,
    StateValue,
    Utility,
)

_FUNCTIONS = {
    "min": (2, None),
    "max": (2, None),
    "abs": (1, 1),
    "exp": (1, 1),
    "log": (1, 1),
    "sqrt": (1, 1),
    "if": (3, 3),
}
_INTERESTS = ("P", "E", "U", "B")
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})


class Resolver(Mentions):
    """Walks syntax once, building the tree."""

    def typed(self, syntax: Syntax, wanted: Wanted) -> Expression:
        """The tree of a part that has to be a number, a condition, or a name of a domain."""
        if isinstance(wanted, Domain):
            return self.of_domain(syntax, wanted)
        expression, kind = self.part(syntax, wanted)
        self.expect(kind, wanted, syntax.at, shown_as(syntax))
        return expression

    def expect(self, kind: Wanted, wanted: Wanted, at: int, shown: str) -> None:
        """Record a mistake where a part is of another kind than its place needs."""
        if kind == wanted or ANYTHING in (kind, wanted):
            return
        if isinstance(kind, Domain):
            example = kind.values[0] if kind.values else "…"
            self.error(
                at,
                f"`{shown}` is a name (one of the {kind.noun} of {kind.owner}), not {name_of(wanted)}",
                f"compare it, as in `{shown} = {quote(example)}`",
            )
        elif isinstance(wanted, Domain):
            self.error(
                at,
                f"`{shown}` is {kind.name}, and one of the {wanted.noun} of {wanted.owner} is needed",
                f"its {wanted.noun}: {listed(wanted.values)}",
            )
        elif wanted is NUMBER:
            self.error(
                at,
                f"`{shown}` is a condition (true or false), and a number is needed here",
                f"write `if({shown}, 1, 0)` to count it as a number",
            )
        else:
            self.error(
                at,
                f"`{shown}` is a number, and a condition (true or false) is needed here",
                f"compare it with something, as in `{shown} > 0`",
            )

    def of_domain(self, syntax: Syntax, domain: Domain) -> Expression:
        """The tree of a part that has to name a value of a domain."""
        if _is_value(syntax, domain):
            other = self.domain(syntax)
            if other is not None and other != domain and other.values == domain.values and not self.errors:
                self._ambiguous(syntax, domain)
            self.named_at(syntax.at, (VARIABLES, *domain.within, syntax.word))
            return DomainValue(syntax.word, domain.values.index(syntax.word), self.locate(syntax.at))
        if syntax.kind == "call" and syntax.word == "if" and len(syntax.parts) == 3:
            condition, then, otherwise = syntax.parts
            operands = (
                self.typed(condition, CONDITION),
                self.of_domain(then, domain),
                self.of_domain(otherwise, domain),
            )
            return Operation("if", operands, self.locate(syntax.at))
        if syntax.kind == "operation":
            meant = [value for value in domain.values if _unspaced(value) == _unspaced(shown_as(syntax))]
            if meant:
                self.error(_start(syntax), f"`{meant[0]}` needs quotes in a formula", f"write '{meant[0]}'")
                return Number(0.0)
        found = self.domain(syntax)
        if found is None and syntax.kind in ("name", "number"):
            if domain.unsure:
                return Number(0.0)
            remedy = did_you_mean(syntax.word, domain.values, domain.noun)
            remedy.names = (
                *remedy.names,
                *self.known(),
            )  # the other side may be meant as a value, and this as the name
            self.error(syntax.at, f"`{syntax.word}` is not one of the {domain.noun} of {domain.owner}", remedy)
            return Number(0.0)
        expression, kind = self.part(syntax, ANYTHING)
        if not (isinstance(kind, Domain) and (kind.values == domain.values or kind.unsure or domain.unsure)):
            self.expect(kind, domain, syntax.at, shown_as(syntax))
        return expression

    def part(self, syntax: Syntax, wanted: Wanted) -> tuple[Expression, Wanted]:
        """The tree of any part and its kind; `wanted` only helps to read a bare name."""
        match syntax.kind:
            case "number":
                return Number(syntax.value, self.locate(syntax.at)), NUMBER
            case "name":
                return self.named_thing(syntax, wanted)
            case "dotted":
                return self.private(syntax)
            case "operation":
                return self.operation(syntax)
            case _:
                return self.call(syntax, wanted)

    def operation(self, syntax: Syntax) -> tuple[Expression, Wanted]:
        operator = syntax.word
        if operator in _COMPARISONS:
            return self.comparison(syntax)
        kind = CONDITION if operator in ("and", "or", "not") else NUMBER
        operands = tuple(self.typed(part, kind) for part in syntax.parts)
        return Operation(operator, operands, self.locate(syntax.at)), kind

    def comparison(self, syntax: Syntax) -> tuple[Expression, Wanted]:
        left, right = syntax.parts
        domains = self.domain(left), self.domain(right)
        domain = domains[0] or domains[1]
        if domain:
            domain, operands = self._named(left, right, domains)
            if syntax.word not in ("=", "!=") and not domain.ordered:
                self.error(
                    syntax.at,
                    f"the {domain.noun} of {domain.owner} have no order, so `{syntax.word}` does not apply",
                    "compare them with = or !=; state variables are ordered as listed",
                )
        else:
            operands = (self.typed(left, NUMBER), self.typed(right, NUMBER))
            if not self.errors and syntax.word in ("=", "!="):
                operands = self.on_grid(operands, syntax)
        return Operation(syntax.word, operands, self.locate(syntax.at)), CONDITION

    def _named(
        self, left: Syntax, right: Syntax, domains: tuple[Domain | None, Domain | None]
    ) -> tuple[Domain, tuple[Expression, Expression]]:
        """The sides of a comparison of names, and the domain that both belong to.

        A name may be both a variable and a value. It is read in the one way in which the two sides can be compared, a
        thing never being compared with itself; where there are several such ways, none is taken.
        """
        first, second = domains
        value_right = first is not None and _is_value(right, first)
        value_left = second is not None and _is_value(left, second)
        if value_right and value_left and left.word == right.word:
            value_left = False  # the stage `join` has the move `join`, said in either order
        if first is not None and second is not None:
            alike = first.values == second.values and not _same(left, right)
            if value_right + value_left + alike > 1:
                self._ambiguous(*((right, first) if value_right else (left, second)))
        if second is not None and not value_right and (first is None or value_left):
            return second, (self.of_domain(left, second), self.part(right, ANYTHING)[0])
        assert first is not None
        return first, (self.part(left, ANYTHING)[0], self.of_domain(right, first))

    def _ambiguous(self, syntax: Syntax, domain: Domain) -> None:
        word = syntax.word
        also = "stage" if word in self.words.stages else "state variable"
        self.error(
            syntax.at,
            f"`{word}` is one of the {domain.noun} of {domain.owner}, and also a {also} that can be compared with it",
            f"rename one of the two: nothing here tells which is meant, the {domain.noun[:-1]} or the {also}",
        )

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
        if syntax.given and function not in _INTERESTS:
            self.error(syntax.given[0].at, "`given` follows only P(…), E(…), U(…) and B(…)", "use `and` or if(…)")
        if function in _FUNCTIONS:
            return self.function(syntax, wanted)
        if function in _INTERESTS:
            return self.interest(syntax)
        if function == "count":
            return self.count(syntax)
        if function == "before":
            return self.before(syntax)
        if function in self.variables():
            return self.error(
                at, f"`{function}` is not a function", "an operator such as * is missing before the parenthesis"
            )
        return self.error(at, f"unknown function `{function}`", did_you_mean(function, CALLS, "functions"))

    def function(self, syntax: Syntax, wanted: Wanted) -> tuple[Expression, Wanted]:
        name, parts, place = syntax.word, syntax.parts, self.locate(syntax.at)
        least, most = _FUNCTIONS[name]
        if len(parts) < least or (most is not None and len(parts) > most):
            usage = {"if": "if(condition, then, else)", "min": "min(a, b)", "max": "max(a, b)"}.get(name, f"{name}(x)")
            return self.error(
                syntax.at,
                f"`{name}` takes {'at least ' if most is None else ''}{least} "
                f"argument{'s' if least > 1 else ''}, and {len(parts)} stand here",
                f"write `{usage}`",
            )
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
            self.error(
                named.at,
                f"stage `{stage.id}` is not inside a `repeat`, so `{syntax.word}` has no rounds to look at",
                f"compare the move itself, as in `{quote(stage.id)} = {_example(stage)}`",
            )
            return None
        else:
            self.named_at(named.at, (VARIABLES, named.word))
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
            self.named_at(syntax.at, (VARIABLES, stage.id, syntax.word))
            return stage.moves.index(syntax.word)
        if stage.numbers and syntax.kind == "number":
            exact = nearest(syntax.value, stage.numbers)
            if abs(exact - syntax.value) <= GRID_TOLERANCE:
                return stage.numbers.index(exact)
            self.error(
                syntax.at, f"`{stage.id}` never is {syntax.value:g}", f"the nearest number it can be is {exact:g}"
            )
        else:
            shown = shown_as(syntax)
            self.error(
                syntax.at, f"`{shown}` is not a move of stage `{stage.id}`", did_you_mean(shown, stage.moves, "moves")
            )
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
            return self.error(
                syntax.at,
                f"stage `{here.id}` is not in the same `repeat` as `{stage.id}`, so there is no round before",
                f"write `{quote(stage.id)}` for its latest move",
            )
        return StageMove(stage.id, True, self.locate(syntax.at)), NUMBER if stage.numbers else stage.domain

    def interest(self, syntax: Syntax) -> tuple[Expression, Wanted]:
        name, parts, place = syntax.word, syntax.parts, self.locate(syntax.at)
        if not self.allowed(May.INTEREST, syntax.at, f"`{name}(…)`", "it is what a question or a claim asks for"):
            return Number(0.0), ANYTHING
        if name == "B" and len(parts) != 2:
            remedy = "write `B(actor, condition)`, or `B(actor, B(another, condition))`"
            return self.error(syntax.at, f"`B` takes who believes and what, and {len(parts)} stand here", remedy)
        if name != "B" and len(parts) != 1:
            remedy = "join events with `and` or `or`; conditions follow after `given (…, …)`"
            return self.error(syntax.at, f"`{name}` takes one argument, and {len(parts)} stand here", remedy)
        outer, self.scope = self.scope, replace(self.scope, may=AT_EVENTS, purpose=f"{name}(…)")
        given = tuple(self.typed(each, CONDITION) for each in syntax.given)
        result: Expression
        if name == "B":
            result = replace(self.belief(syntax), given=given)
        elif name == "P":
            result = Probability(self.typed(parts[0], CONDITION), given, place)
        elif name == "E":
            result = Expectation(self.typed(parts[0], NUMBER), given, place)
        else:
            result = Utility(self.actor(parts[0]), given, place)
        self.scope = outer
        return result, NUMBER

    def belief(self, syntax: Syntax) -> Belief:
        """A belief in a condition, or in what somebody else believes, without what is given."""
        holder, about = syntax.parts[0], syntax.parts[-1]
        actor, place = self.actor(holder), self.locate(syntax.at)
        if about.kind != "call" or about.word != "B":
            return Belief(actor, self.typed(about, CONDITION), (), place)
        if about.given:
            remedy = "what is given stands once, after the outermost belief"
            self.error(about.given[0].at, "a belief about a belief has no `given` of its own", remedy)
        if len(about.parts) != 2:
            remedy = "write `B(actor, condition)`"
            self.error(about.at, f"`B` takes who believes and what, and {len(about.parts)} stand here", remedy)
            return Belief(actor, Number(0.0), (), place)
        return Belief(actor, self.belief(about), (), place)

    def actor(self, syntax: Syntax) -> str:
        if syntax.kind != "name" or syntax.word not in self.words.actors:
            shown = shown_as(syntax)
            self.error(syntax.at, f"`{shown}` is not an actor", did_you_mean(shown, self.words.actors, "actors"))
        else:
            self.named_at(syntax.at, (VARIABLES, syntax.word))
        return syntax.word


def _is_value(syntax: Syntax, domain: Domain) -> bool:
    return syntax.kind in ("name", "number") and syntax.word in domain.values


def _same(left: Syntax, right: Syntax) -> bool:
    """True where both sides of a comparison name one thing."""
    return (left.kind, left.word, left.tail) == (right.kind, right.word, right.tail) and left.kind in ("name", "dotted")


def _example(stage: StageWords) -> str:
    return stage.moves[0] if stage.numbers else quote(stage.moves[0])


def _unspaced(text: str) -> str:
    return text.replace(" ", "")


def _start(syntax: Syntax) -> int:
    """Position at which a part of the formula begins; an operation's own position is that of its sign."""
    while syntax.parts and syntax.kind == "operation":
        syntax = syntax.parts[0]
    return syntax.at
