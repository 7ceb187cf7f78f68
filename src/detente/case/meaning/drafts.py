"""Drafts of a case: read, and told where their kind is none."""

from __future__ import annotations

from detente.case.form.document import CaseDocument
from detente.case.form.drafts import DraftEntry
from detente.case.form.ledger import Path
from detente.case.meaning.context import Desk
from detente.case.spelling.suggest import did_you_mean
from detente.crisis.drafts import DRAFT_KINDS, Draft


def read_drafts(document: CaseDocument, desk: Desk) -> tuple[Draft, ...]:
    """The drafts, in the order listed."""
    return tuple(_draft(entry, ("drafts", n), desk) for n, entry in enumerate(document.drafts))


def _draft(entry: DraftEntry, path: Path, desk: Desk) -> Draft:
    if entry.kind not in DRAFT_KINDS:
        desk.ledger.error(
            (*path, "kind"),
            f"`{entry.kind}` is no kind of draft",
            did_you_mean(entry.kind, DRAFT_KINDS, "kinds of drafts"),
        )
    return Draft(entry.kind, entry.says, entry.by, entry.date, desk.support(path, entry), desk.place(path))
