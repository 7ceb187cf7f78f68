"""Claims as an analyst writes them: what is raised or compared, and what is expected of which quantity of interest."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, Tag

from detente.case.form.evidence import Backed
from detente.case.form.written import PRESENT, Text, Value, either
from detente.crisis.inquiry import EVENTS, OUTSET

RaiseEntry = Annotated[
    Annotated[Text, Tag("one")] | Annotated[list[Text], Tag("list")] | Annotated[dict[str, Text], Tag("directions")],
    either(list=list, directions=dict, one=str),
]
GIVEN = "Since when it is told first: `events` (what the timeline lists; the default where there is one) or `outset`."


class ClaimEntry(Backed):
    """Somebody's causal claim."""

    id: Value = Field(description="Names the claim.")
    says: Text = Field(description="The claim as a sentence.")
    by: Text = Field("", description="Who makes it.")
    raise_: Annotated[RaiseEntry | None, PRESENT] = Field(
        None,
        alias="raise",
        description="The quantity that is raised, a list of several, or quantity to `up` or `down`.",
    )
    compare: Annotated[list[Text] | None, PRESENT] = Field(
        None,
        description="In place of `raise`: two courses, each a scenario, a move (`STAGE: MOVE`) or `none`.",
    )
    expect: Text = Field(
        description="`rises` or `falls`; of two courses `above` or `below`.",
        json_schema_extra={"enum": ["rises", "falls", "above", "below"]},
    )
    of: Text = Field(description="The quantity of interest, such as P(war).")
    given: Text = Field("", description=GIVEN, json_schema_extra={"enum": [EVENTS, OUTSET]})
