"""Drafts as an analyst keeps them: what texts report and the case does not use yet."""

from __future__ import annotations

from pydantic import Field

from detente.case.form.evidence import Backed
from detente.case.form.written import LooseDate, Text
from detente.crisis.drafts import DRAFT_KINDS


class DraftEntry(Backed):
    """Something that a text reports and no stage, reading or claim of the case uses yet; it changes no answer."""

    kind: Text = Field(
        description="One of: " + ", ".join(DRAFT_KINDS) + ".", json_schema_extra={"enum": [*DRAFT_KINDS]}
    )
    says: Text = Field(description="What the text reports, in short.")
    by: Text = Field("", description="Who says or does it.")
    date: LooseDate = Field(None, description="When, as far as the text tells: a day, a month or a year.")
