"""Names for a reader: of actors, stages and observers, and formulas in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detente.crisis import expressions as tree
from detente.crisis.inquiry import ANALYST, Course, Limit
from detente.crisis.model import Crisis
from detente.report.words import listed, number, plain

OUTSIDER = "an outside reader"

_COMPARISONS = {
    "=": "is",
    "!=": "is not",
    "<": "is below",
    "<=": "is at most",
    ">": "is above",
    ">=": "is at least",
}
_ARITHMETIC = {"+": "plus", "-": "minus", "*": "times", "/": "over", "^": "to the power of"}


@dataclass(frozen=True)
class Names:
    """Readable names of everything in a crisis; an unknown id is shown as it is."""

    crisis: Crisis

    def actor(self, id: str) -> str:
        """An actor's name; nature is called chance."""
        names = {each.id: each.label for each in self.crisis.actors} | {"nature": "Chance"}
        return plain(names.get(id, id))

    def observer(self, id: str) -> str:
        """Whoever holds a belief."""
        return OUTSIDER if id == ANALYST else self.actor(id)

    def stage(self, id: str) -> str:
        """A stage's name."""
        return plain({each.id: each.label for each in self.crisis.stages()}.get(id, id))

    def outcome(self, id: str) -> str:
        """An outcome's name."""
        return plain({each.id: each.label for each in self.crisis.outcomes}.get(id, id))

    def group(self, id: str) -> str:
        """The name of a group of endings, in quotes, which tell it from an ending."""
        return f"“{plain({each.id: each.label for each in self.crisis.groups}.get(id, id))}”"

    def quantity(self, id: str) -> str:
        """A quantity's name."""
        return plain({each.id: each.label for each in self.crisis.quantities}.get(id, id))

    def unit(self, id: str) -> str:
        """A quantity's unit, or nothing."""
        return plain({each.id: each.unit for each in self.crisis.quantities}.get(id, ""))

    def reading(self, id: str) -> str:
        """A reading's name."""
        return plain({each.id: each.label for each in self.crisis.readings}.get(id, id))

    def source(self, id: str) -> str:
        """A source's title."""
        return plain({each.id: each.title for each in self.crisis.sources}.get(id, id))

    def private(self, subject: str) -> str:
        """A private variable written `actor.variable`, as "Iran: aim"."""
        actor, _, variable = subject.partition(".")
        return f"{self.actor(actor)}: {self.thing(variable)}" if variable else self.reading(subject)

    def saw(self, observer: str, event: int) -> bool:
        """True where an observer saw an event of the timeline (counted from 1; event 0, before anything, is seen by
        all).
        """
        if observer == ANALYST or not 1 <= event <= len(self.crisis.timeline):
            return True
        stages = {each.id: each for each in self.crisis.stages()}
        stage = stages.get(self.crisis.timeline[event - 1].stage)
        return stage is None or stage.sees(observer)

    def move(self, stage: str, move: str) -> str:
        """A move's name at a stage."""
        for each in self.crisis.stages():
            if each.id == stage:
                return plain({one.id: one.label for one in each.moves}.get(move, move))
        return move

    @staticmethod
    def thing(id: str) -> str:
        """An identifier as words."""
        return plain(id).replace("_", " ")

    def quantity_of_interest(self, expression: tree.Expression) -> str:
        """A formula such as P(war) as a noun phrase: "the chance of war"."""
        what, given = self.unconditional(expression), self.conditions(expression)
        return f"{what}, {given}" if given else what

    def unconditional(self, expression: tree.Expression) -> str:
        """The noun phrase of a quantity of interest without its conditions."""
        match expression:
            case tree.Probability(event):
                return f"the chance {self._event(event)}"
            case tree.Expectation(subject):
                return f"the average of {self._term(subject)}"
            case tree.Utility(actor):
                return f"what {self.actor(actor)} expects to gain"
            case tree.Belief(actor, tree.Belief() as subject):
                return f"{self.unconditional(subject)}, as {self.actor(actor)} expects it"
            case tree.Belief(actor, subject):
                return f"the chance {self._event(subject)} in {owned(self.actor(actor))} eyes"
            case _:
                return self._term(expression)

    def claim_test(self, id: str) -> str:
        """The things that a claim moves, or compares: more of “pain” and less of “will”; “A raid” beside “A siege”."""
        claim = next((each for each in self.crisis.claims if each.id == id), None)
        if claim is None:
            return "what it moves"
        if claim.courses:
            return " beside ".join(self.course(each) for each in claim.courses)
        ways = (True, False)
        told = [(way, [f"“{self.quantity(name)}”" for name, up in claim.moved if up == way]) for way in ways]
        return " and ".join(f"{'more' if way else 'less'} of {listed(names)}" for way, names in told if names)

    def course(self, course: Course) -> str:
        """A course that a claim compares."""
        if course.scenario:
            named = {each.id: each.label for each in self.crisis.scenarios}
            return f"“{plain(named.get(course.scenario, course.scenario))}”"
        made = [f"“{self.stage(each.stage)}: {self._made(each)}”" for each in course.moves]
        return listed(made) or "the case as it stands"

    def _made(self, limit: Limit) -> str:
        moves = {stage.id: stage.moves for stage in self.crisis.stages()}.get(limit.stage, ())
        return " or ".join(plain(moves[number].label) for number in limit.moves if number < len(moves))

    def conditions(self, expression: tree.Expression) -> str:
        """The conditions of a quantity of interest: "given “the reply: accepts”"; empty where there are none."""
        if not isinstance(expression, tree.Probability | tree.Expectation | tree.Utility | tree.Belief):
            return ""
        if not expression.given:
            return ""
        return f"given {listed([self._happens(each) or f'that {self.condition(each)}' for each in expression.given])}"

    def is_probability(self, expression: tree.Expression) -> bool:
        """True where a quantity of interest is a probability or a belief, which a report shows in per cent."""
        return isinstance(expression, tree.Probability | tree.Belief)

    def _happens(self, event: tree.Expression) -> str:
        """A move being made, or a state being so, as a quoted label; empty for any other event."""
        match event:
            case tree.Operation("=", (tree.StageMove(stage, False), tree.DomainValue(move))):
                return f"“{self.stage(stage)}: {self.move(stage, move)}”"
            case tree.Operation("=", (tree.StateValue() as variable, tree.DomainValue(value))):
                return f"“{self._term(variable)}: {self.thing(value)}” at the end"
            case _:
                return ""

    def _event(self, event: tree.Expression) -> str:
        for reading in self.crisis.readings:
            if reading.when == event:
                return f"of the reading “{plain(reading.label)}”"
        if isinstance(event, tree.Ended):
            return f"of {self.outcome(event.outcome)}"
        if isinstance(event, tree.EndedIn):
            return f"of {self.group(event.group)}"
        if isinstance(event, tree.Operation) and event.operator == "or":
            endings = [self.outcome(each.outcome) for each in _either(event) if isinstance(each, tree.Ended)]
            if len(endings) == len(list(_either(event))):
                return f"of {listed(endings, 'or')}"
        happens = self._happens(event)
        return f"of {happens}" if happens else f"that {self.condition(event)}"

    def condition(self, expression: tree.Expression) -> str:
        """A true-or-false formula as a clause."""
        if isinstance(expression, tree.Ended):
            return f"it ends in {self.outcome(expression.outcome)}"
        if isinstance(expression, tree.EndedIn):
            return f"it ends in {self.group(expression.group)}"
        if not isinstance(expression, tree.Operation):
            return self._term(expression)
        if expression.operator in ("and", "or"):
            return f" {expression.operator} ".join(self.condition(each) for each in expression.operands)
        if expression.operator == "not":
            return f"it is not so that {self.condition(expression.operands[0])}"
        if expression.operator in _COMPARISONS:
            left, right = expression.operands
            value = self._value(left, right)
            when = " at the end" if isinstance(left, tree.StateValue) else ""
            return f"{self._term(left)} {_COMPARISONS[expression.operator]} {value}{when}"
        return self._term(expression)

    def _value(self, left: tree.Expression, right: tree.Expression) -> str:
        """The right side of a comparison, named as the left side's domain names it."""
        if not isinstance(right, tree.DomainValue):
            return self._term(right)
        if isinstance(left, tree.StageMove):
            return f"“{self.move(left.stage, right.name)}”"
        return f"“{self.thing(right.name)}”"

    def _term(self, expression: tree.Expression) -> str:
        match expression:
            case tree.Operation(called=name) if name:
                return next((each.label for each in self.crisis.formulas if each.id == name), name)
            case tree.Number(value):
                return number(value)
            case tree.QuantityName(name):
                return self.quantity(name)
            case tree.StageMove(stage, before):
                return f"“{self.stage(stage)}”{' one round earlier' if before else ''}"
            case tree.StateValue(variable):
                names = {each.id: each.name for each in self.crisis.state}
                return plain(names.get(variable) or self.thing(variable))
            case tree.PrivateValue(actor, variable):
                return f"{owned(self.actor(actor))} {self.thing(variable)}"
            case tree.RoundNumber():
                return "the round"
            case tree.DomainValue(name):
                return f"“{self.thing(name)}”"
            case tree.Count(stage, move):
                named = {each.id: each for each in self.crisis.stages()}.get(stage)
                what = named.moves[move].label if named else str(move)
                return f"the number of times that “{self.stage(stage)}” was “{plain(what)}”"
            case tree.Operation(operator, operands):
                return self._operation(operator, operands)
            case _:
                return self.quantity_of_interest(expression)

    def _operation(self, operator: str, operands: tuple[tree.Expression, ...]) -> str:
        parts = [self._term(each) for each in operands]
        if operator in _ARITHMETIC:
            return f" {_ARITHMETIC[operator]} ".join(parts)
        if operator == "neg":
            return f"minus {parts[0]}"
        if operator == "if":
            return f"{parts[1]} if {self.condition(operands[0])}, else {parts[2]}"
        if operator in _COMPARISONS or operator in ("and", "or", "not"):
            return self.condition(tree.Operation(operator, operands))
        return f"{operator} of {listed(parts)}"


def _either(expression: tree.Expression) -> Iterator[tree.Expression]:
    """The alternatives of an "or", however it is nested."""
    if isinstance(expression, tree.Operation) and expression.operator == "or":
        for each in expression.operands:
            yield from _either(each)
    else:
        yield expression


def owned(name: str) -> str:
    """A name in the possessive: Iran’s, the United States’."""
    return f"{name}’" if name.endswith("s") else f"{name}’s"
