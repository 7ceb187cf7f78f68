"""Assembly of a crisis from its document: every section is read in the order in which names are needed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from detente.case.form.complaints import complain
from detente.case.form.document import CaseDocument
from detente.case.form.ledger import Ledger
from detente.case.form.register import VARIABLES
from detente.case.form.stand_ins import mend
from detente.case.meaning.assumptions import read_actors, read_quantities, read_rationality, read_sources
from detente.case.meaning.base_rate import read_base_rate
from detente.case.meaning.claims import read_claims
from detente.case.meaning.context import Desk
from detente.case.meaning.digest import digest_of
from detente.case.meaning.drafts import read_drafts
from detente.case.meaning.endings import read_ended, read_finally, read_groups, read_outcomes
from detente.case.meaning.formulas import read_formulas
from detente.case.meaning.inquiries import read_questions, read_readings, read_scenarios, read_timeline
from detente.case.meaning.leaks import check_leaks
from detente.case.meaning.names import vocabulary
from detente.case.meaning.order import read_steps
from detente.case.meaning.rankings import read_preferences
from detente.case.spelling.suggest import did_you_mean
from detente.crisis.model import Crisis
from detente.crisis.play import StateVariable, stages_of
from detente.errors import CaseError

LANGUAGE_VERSION = 1


def assemble(written: dict[str, Any], ledger: Ledger, name: str) -> Crisis:
    """The crisis that a document (plain dictionaries and lists) says. Raises CaseError with all its problems."""
    document = _checked(written, ledger)
    if document is None:
        raise CaseError(ledger.problems)
    crisis = _crisis(document, ledger, name)
    if ledger.problems:
        raise CaseError(ledger.problems)
    return replace(crisis, digest=digest_of(crisis))


def _checked(written: dict[str, Any], ledger: Ledger) -> CaseDocument | None:
    """The document; with stand-ins where its form is wrong, None where it cannot be read any further."""
    try:
        document = CaseDocument.model_validate(written)
    except ValidationError as error:
        complain(error, ledger)
        mended = mend(written, error, ledger)
        try:
            document = CaseDocument.model_validate(mended) if mended is not None else None
        except ValidationError:
            return None
    if document and document.detente != LANGUAGE_VERSION:
        ledger.error(
            ("detente",),
            f"version {document.detente} of the case language is not known",
            f"write `detente: {LANGUAGE_VERSION}`",
        )
    return document


def _crisis(document: CaseDocument, ledger: Ledger, name: str) -> Crisis:
    words, placed = vocabulary(document, ledger)
    desk = Desk(ledger, words, frozenset(document.sources))
    sources = read_sources(document, desk)
    quantities = read_quantities(document, desk)
    formulas = read_formulas(document, desk)
    actors = read_actors(document, desk)
    state = _state(document, desk)
    steps = read_steps(document, placed, desk)
    check_leaks(placed, list(stages_of(steps)), actors, ledger)
    outcomes, groups = read_outcomes(document, desk), read_groups(document, desk)
    return Crisis(
        title=document.title,
        about=document.about,
        sources=sources,
        quantities=quantities,
        actors=actors,
        state=state,
        formulas=formulas,
        steps=steps,
        outcomes=outcomes,
        preferences=read_preferences(document, desk),
        finally_=read_finally(document, desk),
        readings=read_readings(document, desk),
        timeline=read_timeline(document, desk, {stage.id: stage for stage in stages_of(steps)}),
        questions=read_questions(document, desk),
        claims=read_claims(document, desk),
        scenarios=read_scenarios(document, desk),
        rationality=read_rationality(document, desk),
        name=name,
        groups=groups,
        drafts=read_drafts(document, desk),
        ended=read_ended(document, desk),
        base_rate=read_base_rate(document, desk),
    )


def _state(document: CaseDocument, desk: Desk) -> tuple[StateVariable, ...]:
    variables: list[StateVariable] = []
    for id, entry in document.state.items():
        words = desk.vocabulary.state[id]
        start = 0
        if entry.start in words.values:
            start = words.values.index(entry.start)
            desk.ledger.register.mention([(VARIABLES, id, entry.start)], ("state", id, "start"))
        elif not words.unsure:
            desk.ledger.error(
                ("state", id, "start"),
                f"`{entry.start}` is not one of the values of `{id}`",
                did_you_mean(entry.start, words.values, "values"),
            )
        variables.append(
            StateVariable(id, words.values, start, words.numeric, words.low, entry.name, desk.place(("state", id)))
        )
    return tuple(variables)
