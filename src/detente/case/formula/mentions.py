"""Meaning of single names in a formula: quantities, moves, state, private values, outcomes and readings."""

from __future__ import annotations

from dataclasses import replace

from detente.case.form.register import EVENT_NAMES, VARIABLES, Name
from detente.case.formula.calls import CALLS
from detente.case.formula.grammar import FormulaError, Syntax
from detente.case.formula.kinds import ANYTHING, CONDITION, FALSE, NUMBER, TRUE, Locate, Wanted, quote
from detente.case.formula.named import MOST_MENTIONED, put_in
from detente.case.formula.scope import Domain, May, Scope, StageWords
from detente.case.spelling.suggest import did_you_mean, listed
from detente.crisis.expressions import (
    Ended,
    EndedIn,
    Expression,
    Number,
    PrivateValue,
    QuantityName,
    RoundNumber,
    StageMove,
    StateValue,
)

Named = tuple[int, tuple[Name, ...]]
"""A position in a formula, and the names that the word there may mean, the likeliest first."""


class Mentions:
    """Resolves names where a formula stands; collects mistakes instead of stopping at the first."""

    def __init__(self, scope: Scope, locate: Locate) -> None:
        self.scope = scope
        self.words = scope.vocabulary
        self.locate = locate
        self.errors: list[FormulaError] = []
        self.named: list[Named] = []

    def error(self, at: int, what: str, remedy: str = "") -> tuple[Expression, Wanted]:
        self.errors.append(FormulaError(at, what, remedy))
        return Number(0.0), ANYTHING

    def named_at(self, at: int, *names: Name) -> None:
        """Note that the word at a position means the first of some names that is declared."""
        self.named.append((at, names))

    def allowed(self, what: May, at: int, name: str, why: str = "") -> bool:
        """True where the formula may mention such a thing; otherwise tells the analyst."""
        if what in self.scope.may:
            return True
        may = sorted(each.value for each in self.scope.may)
        self.error(
            at,
            f"{name} cannot be mentioned in {self.scope.purpose}",
            why or (f"it may mention {', '.join(may)}" if may else "only numbers may stand here"),
        )
        return False

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

    def named_thing(self, syntax: Syntax, wanted: Wanted) -> tuple[Expression, Wanted]:
        """The meaning of a bare name, which is noted."""
        variable, event = (VARIABLES, syntax.word), (EVENT_NAMES, syntax.word)
        found, kind = self.name(syntax, wanted)
        self.named_at(syntax.at, *((event, variable) if self.is_event(syntax.word, wanted) else (variable, event)))
        return found, kind

    def is_event(self, word: str, wanted: Wanted) -> bool:
        """True where a name is looked up among outcomes and readings first."""
        return May.EVENTS in self.scope.may and (wanted is CONDITION or word not in self.variables())

    def name(self, syntax: Syntax, wanted: Wanted) -> tuple[Expression, Wanted]:
        word, place = syntax.word, self.locate(syntax.at)
        if self.is_event(word, wanted):
            event = self.event(syntax)
            if event is not None:
                return event, CONDITION
        if not syntax.quoted and word in ("true", "false"):
            return replace(TRUE if word == "true" else FALSE, place=place), CONDITION
        if not syntax.quoted and word == "round":
            return self.round(syntax)
        if word in self.words.quantities:
            return self.quantity(syntax)
        if word in self.words.formulas:
            return self.formula(syntax)
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
        if syntax.word in self.words.groups:
            return EndedIn(syntax.word, self.words.groups[syntax.word], self.locate(syntax.at))
        if syntax.word in self.words.readings:
            return self.words.readings[syntax.word] or Number(0.0)
        return None

    def variables(self) -> frozenset[str]:
        return frozenset((*self.words.quantities, *self.words.state, *self.words.stages, *self.words.formulas))

    def round(self, syntax: Syntax) -> tuple[Expression, Wanted]:
        stage = self.scope.stage
        allowed = self.allowed(May.ROUND, syntax.at, "`round`")
        if allowed and stage is None and not any(each.repeat for each in self.words.stages.values()):
            self.error(syntax.at, "`round` has no meaning in a case without a `repeat`", "leave `round` out")
        elif allowed and stage and not stage.repeat:
            self.error(
                syntax.at,
                f"`round` has no meaning at stage `{stage.id}`, which is not inside a `repeat`",
                "move the stage into the `repeat`, or leave `round` out",
            )
        return RoundNumber(self.locate(syntax.at)), NUMBER

    def quantity(self, syntax: Syntax) -> tuple[Expression, Wanted]:
        word = syntax.word
        if self.scope.same_for_every_draw and word in self.words.structural:
            pass
        elif self.scope.same_for_every_draw:
            self.error(
                syntax.at,
                f"`{word}` is an uncertain quantity, which {self.scope.purpose} may not mention",
                "the order of play is the same for every draw: write a number, or put the quantity into payoffs, "
                "costs or chance probabilities; a certain number may be declared `structural: true`",
            )
        elif self.allowed(May.QUANTITIES, syntax.at, f"the quantity `{word}`"):
            earlier = self.scope.quantities
            if earlier is not None and word not in earlier:
                self.error(
                    syntax.at,
                    f"`{word}` is not declared before {self.scope.purpose}",
                    f"a quantity rests only on quantities above it: move `{word}` up (two cannot rest on each other)",
                )
        return QuantityName(word, self.locate(syntax.at)), NUMBER

    def formula(self, syntax: Syntax) -> tuple[Expression, Wanted]:
        """A formula by its name, put in where it stands; what it mentions must make sense there."""
        named = self.words.formulas[syntax.word]
        if named.unsure:
            self.words.mentioned.unsure += 1
            return Number(0.0), ANYTHING
        if named.condition is None:
            what = f"the formula `{named.id}` is not declared before {self.scope.purpose}"
            remedy = "a formula mentions only formulas above it, and quantities mention none: move it up"
            return self.error(syntax.at, what, remedy)
        value, errors = put_in(named, self.scope, type(self))
        if self.words.mentioned.parts > MOST_MENTIONED:
            what = f"what formulas mention by name comes to more than {MOST_MENTIONED:,} parts"
            return self.error(syntax.at, what, "let fewer formulas mention one another")
        for each in errors[:1]:
            self.error(syntax.at, f"in the formula `{named.id}`: {each.what}", each.remedy)
        return value, ANYTHING if errors else CONDITION if named.condition else NUMBER

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
            return self.error(
                at,
                f"`{actor}` has no private variable `{variable}`",
                did_you_mean(variable, own, f"private variables of `{actor}`"),
            )
        self.named_at(at, (VARIABLES, actor))
        self.named_at(syntax.tail_at, (VARIABLES, actor, variable))
        shown = f"{actor}.{variable}"
        if self.allowed(May.PRIVATE, at, f"`{shown}`"):
            earlier = self.scope.private
            if earlier is not None and (actor, variable) not in earlier:
                self.error(
                    at,
                    f"`{shown}` is not declared before {self.scope.purpose}",
                    "a probability rests only on private variables declared above it",
                )
            if self.scope.same_for_every_draw and words.rests_on:
                self.error(
                    at,
                    f"the numbers that `{shown}` takes depend on {listed(sorted(words.rests_on))}, so "
                    f"{self.scope.purpose} may not mention it",
                    "the order of play is the same for every draw: write plain numbers into its distribution",
                )
        return PrivateValue(actor, variable, self.locate(at)), words.domain if words.values else NUMBER

    def mention(self, stage: StageWords, at: int) -> None:
        """Check that the move of a stage can be mentioned where the formula stands."""
        here = self.scope.stage
        if not self.allowed(May.MOVES, at, f"the move at `{stage.id}`") or here is None:
            return
        together_again = stage.repeat and stage.repeat == here.repeat
        at_once = self.scope.all_done and here.together and stage.together == here.together
        if stage.order > here.order and not together_again and not at_once:
            self.error(
                at,
                f"stage `{stage.id}` is played after stage `{here.id}`, so its move is not yet known there",
                "mention earlier stages only, or change the order of the stages",
            )
        if stage.id == here.id and not self.scope.done and not together_again:
            self.error(
                at, f"the move at `{stage.id}` is not yet made where this is decided", "mention earlier stages only"
            )

    def unknown(self, syntax: Syntax) -> tuple[Expression, Wanted]:
        word, at, words = syntax.word, syntax.at, self.words
        owners = [actor for actor, variable in words.private if variable == word]
        if owners:
            return self.error(
                at,
                f"`{word}` is a private variable: say whose",
                f"write {' or '.join(f'`{owner}.{word}`' for owner in owners)}",
            )
        if word in words.actors:
            own = [f"{actor}.{variable}" for actor, variable in words.private if actor == word]
            return self.error(
                at,
                f"`{word}` is an actor, not something that has a value",
                f"what it privately knows is written {listed(own)}" if own else "",
            )
        if word in words.outcomes or word in words.groups or word in words.readings:
            other = "a group of endings" if word in words.groups else "a reading"
            noun = "an outcome" if word in words.outcomes else other
            remedy = f"write `P({quote(word)})`" if May.INTEREST in self.scope.may else "mention moves or state instead"
            return self.error(at, f"`{word}` is {noun}, which has no value in {self.scope.purpose}", remedy)
        for domain in self.domains():
            if word in domain.values:
                owner = domain.owner.replace("stage ", "").strip("`")
                return self.error(
                    at,
                    f"`{word}` is one of the {domain.noun} of {domain.owner}, not something with a value",
                    f"compare it, as in `{quote(owner)} = {quote(word)}`",
                )
        remedy = did_you_mean(word, self.known(), "names")
        remedy.calls = tuple(name for name, call in CALLS.items() if call.may is None or call.may in self.scope.may)
        return self.error(at, f"unknown name `{word}`", remedy)

    def domains(self) -> list[Domain]:
        words = self.words
        return [each.domain for group in (words.stages, words.state, words.private) for each in group.values()]

    def known(self) -> list[str]:
        """The names that could have been meant where the formula stands."""
        scope, words = self.scope, self.words
        quantities = words.quantities if scope.quantities is None else sorted(scope.quantities)
        private = words.private if scope.private is None else sorted(scope.private)
        names = {
            May.QUANTITIES: list(quantities) if not scope.same_for_every_draw else [],
            May.STATE: list(words.state),
            May.MOVES: list(words.stages),
            May.PRIVATE: [".".join(key) for key in private],
            May.EVENTS: [*words.outcomes, *words.groups, *words.readings],
            May.INTEREST: [f"P({name})" for name in (*words.outcomes, *words.groups)],
        }
        formulas = [each.id for each in words.formulas.values() if each.condition is not None]
        return [*(name for may, each in names.items() if may in scope.may for name in each), *formulas]
