"""Evidence as an analyst writes it: sources, citations, and the keys of every entry that can rest on them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool, Tag

from detente.case.form.written import PRESENT, LooseDate, Text, Value, Whole, either
from detente.crisis.evidence import DECLARABLE


class KeyedMapping(BaseModel):
    """A mapping with known keys."""

    # Built with the whole document, once: each record on its own would double the time to start.
    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True, protected_namespaces=())


OneOrRange = Annotated[
    Annotated[Whole, Tag("number")] | Annotated[list[Whole], Tag("range")], either(range=list, number=(int, float))
]
OneOrMore = Annotated[
    Annotated[Value, Tag("one")] | Annotated[list[Value], Tag("list")], either(list=list, one=(str, int, float, bool))
]
CITED_PARTS = ("sentence", "pages", "document", "rows")
"""Keys of which a citation has one: the part of the source that it names."""


class Cited(KeyedMapping):
    """One piece of evidence: a source, one of sentence, pages, document and rows, and what stands there."""

    source: Text = Field(description="The source's name in `sources`.")
    sentence: Annotated[OneOrRange | None, PRESENT] = Field(
        None, description="Number of the sentence in the source, or [from, to]. `detente sentences FILE` lists numbers."
    )
    pages: Annotated[OneOrRange | None, PRESENT] = Field(None, description="The page, or [from, to].")
    document: Annotated[Value | None, PRESENT] = Field(None, description="Number of a document in a collection.")
    rows: Annotated[dict[str, OneOrMore] | None, PRESENT] = Field(
        None, description="Rows of a data set: column to the value, or a list of values, that it has there."
    )
    says: Text = Field("", description="What it says, in the analyst's own words.")
    unverified: StrictBool = Field(
        False, description="`true` where a program proposed the citation and no analyst has confirmed it yet."
    )


SUPPORT = "How far the sources carry it: `number` (a source gives it), `direction` (which way only), or `judgement`."


class Backed(KeyedMapping):
    """A mapping that can carry evidence."""

    because: list[Cited] = Field([], description="Evidence: a list of {source, sentence, says}.")
    note: Text = Field("", description="What to know about the assumption where no source says it.")
    support: Text = Field("", description=SUPPORT, json_schema_extra={"enum": [*DECLARABLE]})


class SourceText(KeyedMapping):
    """A document that the case rests on."""

    title: Text = Field(description="Its title.")
    publisher: Text = Field("", description="Who published it.")
    published: LooseDate = Field(None, description="When: a day as in 2025-03-24, a month (2025-03) or a year (2025).")
    file: Text = Field(
        "", description="Its text file, relative to the case's folder. It need not be shipped with the case."
    )
    sha256: Text = Field("", description="Digest of the file, so that sentence numbers stay true.")
