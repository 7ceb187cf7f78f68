"""Endings as an analyst writes them beside `outcomes`: groups of them, and the one that really came."""

from __future__ import annotations

from pydantic import Field

from detente.case.form.evidence import Backed, KeyedMapping
from detente.case.form.written import Date, Text, Value


class GroupEntry(KeyedMapping):
    """Several endings under one name."""

    name: Text = Field("", description="What to call it in front of a reader.")
    endings: list[Value] = Field(description="The endings that belong to it.")
    axis: Text = Field("", description="The respect in which it parts the endings; groups of one axis share none.")


class EndedEntry(Backed):
    """The ending that really came."""

    ending: Value = Field(description="The ending, or a group of them where it is not known which.")
    date: Date = Field(None, description="When it was over, as in 2025-03-24.")
    rule: Text = Field("", description="The rule by which anybody else would come to the same finding.")
