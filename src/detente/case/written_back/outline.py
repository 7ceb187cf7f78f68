"""Outline of a crisis: the document that says it, as dictionaries and lists in the order in which a case is written."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from detente.case.form.keys import NO_BRANCH
from detente.case.formula.writing import formula, number
from detente.case.spelling.numbers import exact, grid
from detente.crisis.base_rate import BaseRate
from detente.crisis.drafts import Draft
from detente.crisis.endings import ActualEnding, EndingGroup
from detente.crisis.evidence import Citation, PartialDate, Source, Support
from detente.crisis.expressions import DomainValue, Expression, Number, Operation
from detente.crisis.formulas import NamedFormula
from detente.crisis.inquiry import Claim, Course, Observation, Prior, Question, Reading, Scenario
from detente.crisis.model import Crisis
from detente.crisis.play import (
    NATURE,
    Actor,
    EndingRule,
    Move,
    Outcome,
    PrivateVariable,
    Repeat,
    Stage,
    StateVariable,
    Step,
    Together,
)
from detente.crisis.quantities import Distribution, Quantity, Shape
from detente.crisis.rankings import Level, Order, Preference
from detente.errors import CaseError, Problem

Entry = dict[str, Any]


def outline(crisis: Crisis) -> Entry:
    """The document of a crisis, empty sections left out. Raises CaseError where the language cannot say it."""
    return _Outline(crisis).document()


def _kept(**entries: Any) -> Entry:
    """The entries that say something; a trailing underscore keeps a key off Python's own words."""
    return {
        key.rstrip("_"): value
        for key, value in entries.items()
        if value is not None and value != "" and value != [] and value != {}
    }


def _because(support: Support) -> list[Entry]:
    return [_citation(each) for each in support.because]


def _citation(citation: Citation) -> Entry:
    rows = {column: values[0] if len(values) == 1 else list(values) for column, values in citation.rows}
    sentence, pages = _span((citation.first, citation.last) if citation.first else None), _span(citation.pages)
    part = _kept(sentence=sentence, pages=pages, document=citation.document, rows=rows)
    return {"source": citation.source, **part, **_kept(says=citation.says, unverified=citation.unverified or None)}


def _span(numbers: tuple[int, int] | None) -> int | list[int] | None:
    """Two numbers, or one where they are the same."""
    return None if numbers is None else numbers[0] if numbers[0] == numbers[1] else [*numbers]


def _dated(day: date | PartialDate | None) -> int | str | None:
    """A date as it is written; a year alone is a number."""
    if isinstance(day, PartialDate) and not day.month:
        return day.year
    return day.isoformat() if day else None


def _support(support: Support) -> Entry:
    return _kept(because=_because(support), note=support.note, support=support.declared and str(support.declared))


def expected_word(claim: Claim) -> str:
    """The word of the language for what a claim expects."""
    high, low = ("above", "below") if claim.courses else ("rises", "falls")
    return high if claim.rises else low


def course_text(course: Course, crisis: Crisis) -> str:
    """A course that a claim compares, as the language writes it."""
    if course.scenario or not course.moves:
        return course.scenario or "none"
    (limit,) = course.moves
    where = f"{limit.stage}, round {limit.round}" if limit.round else limit.stage
    return f"{where}: {crisis.stage(limit.stage).moves[limit.moves[0]].id}"


class _Outline:
    """Holds the crisis that formulas and moves are looked up in."""

    def __init__(self, crisis: Crisis) -> None:
        self.crisis = crisis

    def document(self) -> Entry:
        crisis = self.crisis
        rationality = crisis.rationality
        return {
            "detente": 1,
            "title": crisis.title,
            **_kept(about=crisis.about, sources={each.id: self.source(each) for each in crisis.sources}),
            **_kept(quantities={each.id: self.quantity(each) for each in crisis.quantities}),
            "actors": {each.id: self.actor(each) for each in crisis.actors},
            **_kept(state={each.id: self.state(each) for each in crisis.state}),
            **_kept(formulas={each.id: self.named_formula(each) for each in crisis.formulas}),
            "stages": [self.step(each) for each in crisis.steps],
            "outcomes": {each.id: self.outcome(each) for each in crisis.outcomes},
            **_kept(
                groups={each.id: self.group(each) for each in crisis.groups},
                preferences=self.preferences(),
                finally_=self.ends(crisis.finally_),
                readings={each.id: self.reading(each) for each in crisis.readings},
                timeline=[self.observation(each) for each in crisis.timeline],
                ended=self.ended(crisis.ended) if crisis.ended else None,
                base_rate=self.base_rate(crisis.base_rate) if crisis.base_rate else None,
                questions=[self.question(each) for each in crisis.questions],
                claims=[self.claim(each) for each in crisis.claims],
                scenarios={each.id: self.scenario(each) for each in crisis.scenarios},
                drafts=[self.draft(each) for each in crisis.drafts],
                rationality=None if isinstance(rationality, str) else self.bare(rationality),
            ),
        }

    def formula(self, expression: Expression | None) -> Any:
        """A number or truth value as such, anything else as text."""
        if expression is None or isinstance(expression, Number):
            return None if expression is None else number(expression.value)
        text = formula(expression, self.crisis)
        return {"true": True, "false": False}.get(text, text) if isinstance(expression, Operation) else text

    def named_formula(self, named: NamedFormula) -> Any:
        beside = {**_kept(name=named.name), **_support(named.support)}
        written = self.formula(named.value)
        return {**_kept(name=named.name), "equals": written, **_support(named.support)} if beside else written

    def source(self, source: Source) -> Entry:
        dated = _kept(publisher=source.publisher, published=_dated(source.published))
        return {"title": source.title, **dated, **_kept(file=source.file, sha256=source.sha256)}

    def distribution(self, distribution: Distribution) -> Entry:
        parameters = [self.formula(each) for each in distribution.parameters]
        single = distribution.shape in (Shape.VALUE, Shape.EQUALS)
        within = [number(each) for each in distribution.within] if distribution.within else None
        return {distribution.shape.value: parameters[0] if single else parameters, **_kept(within=within)}

    def bare(self, distribution: Distribution, **beside: Any) -> Any:
        """A distribution with what stands beside it; a number alone needs no key."""
        entry = {**self.distribution(distribution), **beside}
        return entry["value"] if list(entry) == ["value"] and not isinstance(entry["value"], str) else entry

    def quantity(self, quantity: Quantity) -> Any:
        shaping = {"structural": True} if quantity.structural else {}
        beside = {**_kept(name=quantity.name, unit=quantity.unit), **shaping, **_support(quantity.support)}
        return self.bare(quantity.distribution, **beside)

    def actor(self, actor: Actor) -> Entry | None:
        return _kept(name=actor.name, private={each.id: self.private(each) for each in actor.private}) or None

    def private(self, variable: PrivateVariable) -> Entry:
        if variable.distribution is not None:
            beside = {**self.known_to(variable), **_support(variable.support)}
            return {**self.distribution(variable.distribution), "points": variable.points, **beside}
        named = self.probabilities(variable.values, variable.probabilities)
        return {**named, **self.known_to(variable), **_support(variable.support)}

    def known_to(self, variable: PrivateVariable) -> Entry:
        known = variable.known_to
        return {} if known is None else {"known_to": list(known) if known else "none"}

    def probabilities(self, names: tuple[str, ...], probabilities: tuple[Expression | None, ...]) -> Entry:
        return {
            name: "rest" if each is None else self.formula(each)
            for name, each in zip(names, probabilities, strict=True)
        }

    def state(self, variable: StateVariable) -> Entry:
        if variable.numeric:
            start, high = variable.low + variable.start, variable.low + len(variable.values) - 1
            return {"from": variable.low, "to": high, "start": start, **_kept(name=variable.name)}
        return {"values": list(variable.values), "start": variable.values[variable.start], **_kept(name=variable.name)}

    def step(self, step: Step) -> Entry:
        if isinstance(step, Together):
            return {"together": [self.stage(each) for each in step.stages]}
        if isinstance(step, Repeat):
            return {"repeat": step.times, "stages": [self.step(each) for each in step.stages]}
        return self.stage(step)

    def stage(self, stage: Stage) -> Entry:
        seen_by = None if stage.seen_by is None else list(stage.seen_by) or "none"
        seen_as = {move.id: label for move, label in zip(stage.moves, stage.seen_as, strict=False)}
        choice = self.numeric(stage) if stage.numeric else self.named(stage)
        return {
            **_kept(id=stage.id, name=stage.name, by=list(stage.turns) or stage.by, when=self.formula(stage.when)),
            **choice,
            **_kept(seen_by=seen_by, seen_as=seen_as),
            **_support(stage.support),
        }

    def named(self, stage: Stage) -> Entry:
        if stage.by != NATURE:
            return {"choose": {move.id: self.move(move, stage) or None for move in stage.moves}}
        branches = {}
        for move in stage.moves:
            probability = "rest" if move.probability is None else self.formula(move.probability)
            rest = self.move(move, stage)
            branches[move.id] = {"probability": probability, **rest} if rest or move.id in NO_BRANCH else probability
        return {"chance": branches}

    def move(self, move: Move, stage: Stage) -> Entry:
        when = None if stage.by == NATURE else self.formula(move.when)
        return {**_kept(name=move.name, when=when), **self.effects(move, stage), **_support(move.support)}

    def effects(self, move: Move, stage: Stage) -> Entry:
        set_ = {variable: self.value(each) for variable, each in move.set}
        cost: Any = {actor: self.formula(each) for actor, each in move.cost}
        if list(cost) == [stage.by] and not stage.turns:
            cost = cost[stage.by]
        return _kept(set=set_, cost=cost, end=self.ends(move.ends))

    def value(self, expression: Expression) -> Any:
        """A new value of a state variable; a name that looks like a number stays a text."""
        return expression.name if isinstance(expression, DomainValue) else self.formula(expression)

    def numeric(self, stage: Stage) -> Entry:
        first, last = stage.moves[0], stage.moves[-1]
        for move in stage.moves:
            if (
                (move.set, move.cost, move.ends) != (first.set, first.cost, first.ends)
                or move.when
                or move.name
                or move.support != Support()
            ):
                raise CaseError(
                    [
                        Problem(
                            f"moves of stage `{stage.id}` differ in more than their number: the language cannot say so",
                            "give the stage named moves",
                            stage.place,
                        )
                    ]
                )
        low, high = exact(first.id), exact(last.id)
        step = (high - low) / (len(stage.moves) - 1) if len(stage.moves) > 1 else Fraction(1)
        written = [(move.id, move.number) for move in stage.moves]
        if not (stage.drawn and stage.drawn.points) and grid(low, step, len(stage.moves)) != written:
            raise CaseError(
                [
                    Problem(
                        f"the numbers at stage `{stage.id}` are not equally spaced, which the language cannot say",
                        "give the stage named moves",
                        stage.place,
                    )
                ]
            )
        if stage.drawn is not None:
            numbers = {"from": _plain(first.id), "to": _plain(last.id), "step": _step(step)}
            which = {"points": stage.drawn.points} if stage.drawn.points else numbers
            return {"chance": {**self.distribution(stage.drawn.distribution), **which}, **self.effects(first, stage)}
        return {
            "choose": {
                "from": _plain(first.id),
                "to": _plain(last.id),
                "step": _step(step),
                **_kept(when=self.formula(stage.allowed)),
            },
            **self.effects(first, stage),
        }

    def outcome(self, outcome: Outcome) -> Entry | None:
        payoffs = {actor: self.formula(each) for actor, each in outcome.payoffs}
        return {**_kept(name=outcome.name, payoffs=payoffs), **_support(outcome.support)} or None

    def group(self, group: EndingGroup) -> Entry:
        return {**_kept(name=group.name), "endings": [*group.endings], **_kept(axis=group.axis)}

    def ended(self, ended: ActualEnding) -> Entry:
        date = ended.date.isoformat() if ended.date else None
        return {"ending": ended.ending, **_kept(date=date, rule=ended.rule), **_support(ended.support)}

    def base_rate(self, base_rate: BaseRate) -> Entry:
        return {**dict(base_rate.shares), **_support(base_rate.support)}

    def preferences(self) -> Entry:
        entries: Entry = {}
        for each in self.crisis.preferences:
            if each.variable is None or each.value is None:
                entries[each.actor] = self.ranking(each)
            else:
                value = self.crisis.private(each.actor, each.variable).values[each.value]
                entries.setdefault(each.actor, {}).setdefault(each.variable, {})[value] = self.ranking(each)
        return entries

    def ranking(self, preference: Preference) -> Any:
        support, only = _support(preference.support), preference.orders[0]
        if only != Order(only.levels) or len(preference.orders) > 1:
            return {"orders": [self.one_order(each) for each in preference.orders], **support}
        return {"order": order_text(only), **support} if support else order_text(only)

    def one_order(self, order: Order) -> Entry:
        weight = number(order.weight) if order.weight != 1 else None
        return {"order": order_text(order), **_kept(weight=weight, name=order.name), **_support(order.support)}

    def ends(self, ends: tuple[EndingRule, ...]) -> Any:
        if len(ends) == 1 and ends[0].when is None:
            return ends[0].outcome
        return [_kept(when=self.formula(each.when), outcome=each.outcome) for each in ends]

    def reading(self, reading: Reading) -> Entry:
        return {**_kept(name=reading.name), "when": self.formula(reading.when), **_support(reading.support)}

    def seen_move(self, stage: str, move: int) -> Any:
        chosen = self.crisis.stage(stage).moves[move]
        return chosen.id if chosen.number is None else _plain(chosen.id)

    def observation(self, seen: Observation) -> Entry:
        return {
            **_kept(date=seen.date.isoformat() if seen.date else None),
            **_kept(known=seen.known.isoformat() if seen.known else None),
            **_kept(stage=seen.stage, round=seen.round or None),
            **({"seen": seen.seen} if seen.seen else {"move": self.seen_move(seen.stage, seen.move)}),
            **_kept(name=seen.name),
            **_support(seen.support),
        }

    def draft(self, draft: Draft) -> Entry:
        return {
            "kind": draft.kind,
            "says": draft.says,
            **_kept(by=draft.by, date=_dated(draft.date)),
            **_support(draft.support),
        }

    def question(self, question: Question) -> Entry:
        low, high = number(question.low), number(question.high)
        return {
            "id": question.id,
            **_kept(name=question.name),
            "vary": question.vary,
            "from": low,
            "to": high,
            "steps": question.steps,
            "show": [text for text, _ in question.show],
            **_kept(given=question.given),
        }

    def claim(self, claim: Claim) -> Entry:
        directions = {name: "up" if up else "down" for name, up in claim.directions}
        every = list(directions) if all(up for _, up in claim.directions) else directions
        return {
            "id": claim.id,
            "says": claim.says,
            **_kept(by=claim.by),
            **_kept(raise_=every or claim.raises, compare=[course_text(each, self.crisis) for each in claim.courses]),
            "expect": expected_word(claim),
            "of": claim.of[0],
            **_kept(given=claim.given),
            **_support(claim.support),
        }

    def scenario(self, scenario: Scenario) -> Entry:
        return {
            **_kept(
                name=scenario.name,
                set={name: self.bare(each) for name, each in scenario.set},
                forbid=self.forbidden(scenario),
                force=self.forced(scenario),
                prior={f"{prior.actor}.{prior.variable}": self.prior(prior) for prior in scenario.prior},
            ),
            **_support(scenario.support),
        }

    def forbidden(self, scenario: Scenario) -> Entry:
        found: Entry = {stage: [self.seen_move(stage, move) for move in moves] for stage, moves in scenario.forbid}
        for limit in scenario.in_rounds:
            if not limit.forced:
                moves: Any = [self.seen_move(limit.stage, move) for move in limit.moves]
                entry = {"round": limit.round, "move": moves[0] if len(moves) == 1 else moves}
                found[limit.stage] = [*found.get(limit.stage, []), entry]
        return found

    def forced(self, scenario: Scenario) -> Entry:
        found: Entry = {stage: self.seen_move(stage, move) for stage, move in scenario.force}
        for limit in scenario.in_rounds:
            if limit.forced:
                entry = {"round": limit.round, "move": self.seen_move(limit.stage, limit.moves[0])}
                found[limit.stage] = [*found.get(limit.stage, []), entry]
        return found

    def prior(self, prior: Prior) -> Entry:
        if prior.distribution is not None:
            return self.distribution(prior.distribution)
        return self.probabilities(self.crisis.private(prior.actor, prior.variable).values, prior.probabilities)


def order_text(order: Order) -> str:
    """An order of outcomes as the language writes it."""
    names = [name for level in order.levels for tier in level for name in tier]
    plain = all(not set(name) & set(">~'\"{},") for name in names)

    def level(tiers: Level) -> str:
        written = ", ".join(" ~ ".join(name if plain else f'"{name}"' for name in tier) for tier in tiers)
        return f"{{{written}}}" if len(tiers) > 1 else written

    return " > ".join(map(level, order.levels))


def _plain(id: str) -> int | float:
    return number(float(id))


def _step(step: Fraction) -> int | float | str:
    written = number(float(step))
    return written if exact(str(written)) == step else str(step)
