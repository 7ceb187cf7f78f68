"""Evidence as an analyst writes it: sources, citations, and the keys of every entry that can rest on them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, Tag

from detente.case.form.written import Date, Text, Whole, either
from detente.crisis.evidence import DECLARABLE


class KeyedMapping(BaseModel):
    """A mapping with known keys."""

    # Built with the whole document, once: each record on its own would double the time to start.
    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True, protected_namespaces=())


class Cited(KeyedMapping):
    """One piece of evidence."""

    source: Text = Field(description="The source's name in `sources`.")
    sentence: Annotated[
        Annotated[Whole, Tag("number")] | Annotated[list[Whole], Tag("range")],
        either(range=list, number=(int, float)),
    ] = Field(
        description="Number of the sentence in the source, or [from, to]. `detente check --sources DIR` lists numbers."
    )
    says: Text = Field("", description="What it says, in the analyst's own words.")


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
    published: Date = Field(None, description="When, as in 2025-03-24.")
    file: Text = Field(
        "", description="Its text file, relative to the case's folder. It need not be shipped with the case."
    )
    sha256: Text = Field("", description="Digest of the file, so that sentence numbers stay true.")
