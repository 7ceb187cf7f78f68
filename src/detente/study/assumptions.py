"""Every assumption of a case in words, with what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from detente.case.formula.writing import formula, number
from detente.crisis.evidence import Citation, Grade, Support
from detente.crisis.expressions import quantities_in
from detente.crisis.model import Crisis
from detente.crisis.play import PrivateVariable
from detente.crisis.quantities import Distribution, Shape
from detente.plurals import counted
from detente.study.inputs.rankings import order_support, order_words, preference_name, ranking_text


@dataclass(frozen=True, slots=True)
class Assumption:
    """One assumption: what kind, what it says, and its support."""

    kind: str
    id: str
    name: str
    value: str
    support: Support

    def row(self) -> dict[str, Any]:
        """The assumption as a row of a table."""
        cited = [citation_row(each) for each in self.support.because]
        return {
            "kind": self.kind,
            "id": self.id,
            "name": self.name,
            "value": self.value,
            "support": str(self.support.grade),
            "citations": cited,
            "note": self.support.note,
        }


def citation_row(citation: Citation) -> dict[str, Any]:
    """A citation as plain values; first and last sentence are 0 where pages, a document or rows are cited instead."""
    row: dict[str, Any] = {"source": citation.source, "first": citation.first, "last": citation.last}
    if citation.pages:
        row["pages"] = [*citation.pages]
    if citation.document:
        row["document"] = citation.document
    if citation.rows:
        row["rows"] = {column: [*values] for column, values in citation.rows}
    return {**row, "says": citation.says}


def assumptions(crisis: Crisis) -> Iterator[Assumption]:
    """Quantities, priors, rankings and payoffs always; stages, moves and readings where they say what they rest on."""
    for quantity in crisis.quantities:
        text = distribution_text(quantity.distribution, crisis)
        text += f" {quantity.unit}" if quantity.unit else ""
        yield Assumption("quantity", quantity.id, quantity.label, text, quantity.support)
    for actor, variable in crisis.private_variables():
        name = f"{actor.label}: {variable.id}"
        text, support = prior_text(variable, crisis) + _known_to(variable, crisis), prior_support(variable, crisis)
        yield Assumption("prior", f"{actor.id}.{variable.id}", name, text, support)
    for preference in crisis.preferences:
        who = preference_name(preference, crisis)
        if len(preference.orders) == 1:
            yield Assumption("preference", who, who, ranking_text(preference, crisis), preference.support)
            continue
        total = sum(order.weight for order in preference.orders)
        for place, order in enumerate(preference.orders):
            id = f"{who}, order {place + 1}"
            text = f"{order_words(order, crisis)}, in {100 * order.weight / total:.3g} % of the draws"
            yield Assumption("preference", id, order.name or id, text, order_support(order, preference))
    for outcome in crisis.outcomes:
        if outcome.payoffs:
            worth = "; ".join(f"{actor}: {formula(written, crisis)}" for actor, written in outcome.payoffs)
            yield Assumption("outcome", outcome.id, outcome.label, worth, outcome.support)
    yield from _supported(crisis)


def _supported(crisis: Crisis) -> Iterator[Assumption]:
    for stage in crisis.stages():
        if not stage.support.unsupported:
            moves = ", ".join(move.label for move in stage.moves[:8])
            yield Assumption("stage", stage.id, stage.label, moves, stage.support)
        for move in stage.moves:
            if not move.support.unsupported:
                name = f"{stage.label}: {move.label}"
                yield Assumption("move", f"{stage.id}.{move.id}", name, "", move.support)
    for named in crisis.formulas:
        if not named.support.unsupported:
            yield Assumption("formula", named.id, named.label, formula(named.value, crisis), named.support)
    for reading in crisis.readings:
        yield Assumption("reading", reading.id, reading.label, formula(reading.when, crisis), reading.support)


def _known_to(variable: PrivateVariable, crisis: Crisis) -> str:
    """The actors who know a variable, in words, where that is not its own alone."""
    if variable.known_to is None:
        return ""
    who = ", ".join(crisis.actor(each).label for each in variable.known_to)
    return f"; known to {who or 'nobody'}"


def prior_support(variable: PrivateVariable, crisis: Crisis) -> Support:
    """The support of a prior: its own, else that of the quantities which give it, as weak as the weakest of them."""
    written = variable.distribution.parameters if variable.distribution else variable.probabilities
    formulas = [each for each in written if each is not None]
    if not variable.support.unsupported or not all(quantities_in(each) for each in formulas):
        return variable.support
    given = frozenset[str]().union(*(quantities_in(each) for each in formulas))
    supports = [each.support for each in crisis.quantities if each.id in given]
    if not supports or any(each.unsupported for each in supports):
        return variable.support
    because = tuple(dict.fromkeys(citation for each in supports for citation in each.because))
    weakest = max((each.grade for each in supports), key=list(Grade).index)
    return Support(because, "; ".join(dict.fromkeys(each.note for each in supports if each.note)), weakest)


def distribution_text(distribution: Distribution, crisis: Crisis) -> str:
    """A distribution in words: `0.05 to 0.15, all equally likely`."""
    written = [formula(each, crisis) for each in distribution.parameters]
    match distribution.shape:
        case Shape.VALUE:
            text = written[0]
        case Shape.UNIFORM:
            text = f"{written[0]} to {written[1]}, all equally likely"
        case Shape.TRIANGULAR | Shape.PERT:
            text = f"{written[0]} to {written[2]}, most likely {written[1]}"
        case Shape.NORMAL:
            text = f"about {written[0]}, give or take {written[1]}"
        case Shape.LOGNORMAL:
            text = f"about {written[0]}, within a factor of {written[1]}"
        case Shape.BETA:
            text = f"between 0 and 1, beta({written[0]}, {written[1]})"
        case Shape.EQUALS:
            text = f"equals {written[0]}"
    if distribution.within is not None:
        text += f", within {number(distribution.within[0])} to {number(distribution.within[1])}"
    return text


def prior_text(variable: PrivateVariable, crisis: Crisis) -> str:
    """The prior of a private variable in words."""
    if variable.distribution is not None:
        return f"{distribution_text(variable.distribution, crisis)} ({counted(variable.points, 'point')})"
    pairs = zip(variable.values, variable.probabilities, strict=True)
    return ", ".join(f"{value}: {formula(p, crisis) if p is not None else 'the rest'}" for value, p in pairs)
