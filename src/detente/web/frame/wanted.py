"""Parameters that many pages share: the case in an address, and the settings of a solution."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

CaseHere = Annotated[str, Path(max_length=160, description="A name of the catalogue, or a file of the folder.")]
"""A parameter with the name of the case."""

Word = Annotated[str, Field(max_length=500)]


class PageSettings(BaseModel):
    """Settings of a solution, as for `dt.Session`; those left out are as the case says."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    rationality: float | str | None = None
    set: dict[Word, float] = Field(default_factory=dict, max_length=1000)
    scenario: Word | None = None
    force: list[Word] = Field(default_factory=list, max_length=200)
    forbid: list[Word] = Field(default_factory=list, max_length=200)


class Wanted(BaseModel):
    """Request of a page. settings: of the solution; page: names the page, whose newest request counts."""

    model_config = ConfigDict(extra="forbid")

    settings: PageSettings = PageSettings()
    page: Word = ""

    def plain(self) -> dict[str, Any]:
        """The settings as plain values."""
        return self.settings.model_dump()
