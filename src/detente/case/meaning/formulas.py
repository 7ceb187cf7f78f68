"""Formulas by name: each is read once by itself, and once more wherever it is mentioned."""

from __future__ import annotations

from dataclasses import replace

from detente.case.form.document import CaseDocument, FormulaEntry
from detente.case.formula.kinds import ANYTHING, CONDITION
from detente.case.formula.named import DEEPEST_NAMED, MOST_PARTS, depth_of, size_of
from detente.case.formula.parsing import resolve
from detente.case.formula.scope import ANYWHERE, Domain
from detente.case.meaning.context import Desk
from detente.crisis.formulas import NamedFormula


def read_formulas(document: CaseDocument, desk: Desk) -> tuple[NamedFormula, ...]:
    """The formulas, each resting only on those above it; tells the vocabulary their kinds."""
    found: list[NamedFormula] = []
    for id, entry in document.formulas.items():
        own = entry if isinstance(entry, FormulaEntry) else None
        path = ("formulas", id, "equals") if own else ("formulas", id)
        locate = desk.ledger.locator(path)
        scope = desk.scope(f"the formula `{id}`", ANYWHERE)
        words, before = desk.vocabulary.formulas[id], desk.vocabulary.mentioned.unsure
        value, kind, errors, named = resolve(words.text, scope, ANYTHING, locate)
        for at, names in named:
            desk.ledger.register.mention(names, path, at=at, formula=True)
        for error in errors:
            desk.ledger.error(path, error.what, error.remedy, at=error.at)
        # What rests on a formula that is wrong is not told of as well.
        unsure = bool(errors) or desk.ledger.is_muted(path) or desk.vocabulary.mentioned.unsure > before
        parts = size_of(value)
        if isinstance(kind, Domain) and not unsure:
            what = f"`{id}` is one of the {kind.noun} of {kind.owner}, and a formula is a number or a condition"
            desk.ledger.error(path, what, "compare it with something, or mention the variable itself")
            unsure = True
        elif parts > MOST_PARTS or depth_of(value) > DEEPEST_NAMED:
            what = f"the formula `{id}` comes to {parts:,} parts, {depth_of(value)} deep, with all that it mentions"
            limits = f"at most {MOST_PARTS:,} parts, {DEEPEST_NAMED} deep, can be handled"
            desk.ledger.error(path, what, limits)
            unsure = True
        condition = kind is CONDITION
        told = replace(words, condition=condition, parts=parts, unsure=unsure, locate=locate)
        desk.vocabulary = replace(desk.vocabulary, formulas={**desk.vocabulary.formulas, id: told})
        label = own.name if own else ""
        place = desk.place(("formulas", id))
        found.append(NamedFormula(id, value, condition, label, desk.support(("formulas", id), own), place))
    return tuple(found)
