"""A new case: from a kind of crisis, or from answers to a few questions."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from detente.web.frame.wanted import Word
from detente.web.lab import LabHere, page

router = APIRouter()

Words = Annotated[list[Word], Field(max_length=40)]


class OpenAnswer(BaseModel):
    """Part of the answers; see `detente.case.beginnings.asked`."""

    model_config = ConfigDict(extra="forbid")


class WantAnswer(OpenAnswer):
    """Something that a side might want, and the endings that are then best and worst for it."""

    name: Word
    best: Word = ""
    worst: Word = ""


class SideAnswer(OpenAnswer):
    """Somebody who decides."""

    name: Word
    wants: list[WantAnswer] = Field(default_factory=list, max_length=20)


class ChoiceAnswer(OpenAnswer):
    """Something that a side may do, and how it then ends; no ending: the next turn follows."""

    name: Word
    ending: Word = ""


class TurnAnswer(OpenAnswer):
    """A turn of a side."""

    side: Word
    choices: list[ChoiceAnswer] = Field(default_factory=list, max_length=20)
    about: Word = ""
    hidden_from: Words = Field(default_factory=list)


class HappenedAnswer(OpenAnswer):
    """An event that was really seen: the turn, counted from 1, the choice made there, and the day."""

    turn: int = Field(ge=1, le=100)
    choice: Word
    date: Word = ""


class FirstWords(OpenAnswer):
    """All answers of an analyst who begins a case."""

    title: Word = ""
    sides: list[SideAnswer] = Field(default_factory=list, max_length=20)
    endings: Words = Field(default_factory=list)
    turns: list[TurnAnswer] = Field(default_factory=list, max_length=20)
    otherwise: Word = ""
    happened: list[HappenedAnswer] = Field(default_factory=list, max_length=40)


class WantedCase(OpenAnswer):
    """Request for a new case, of a kind or from answers."""

    kind: Word = ""
    answers: FirstWords = FirstWords()


@router.get("/new", include_in_schema=False)
async def new_page(lab: LabHere) -> HTMLResponse:
    """The page on which a case is begun."""
    told = await lab.processes.read("kinds")
    return page("new.html", kinds=told.get("answer", {}).get("kinds", []))


@router.post("/api/cases")
async def begin_case(lab: LabHere, wanted: WantedCase) -> dict[str, Any]:
    """Write a new case that checks into the folder, and tell its name."""
    return await lab.processes.read("begin", folder=str(lab.workspace.folder), **wanted.model_dump())
