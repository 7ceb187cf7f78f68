"""The game: the ways play can go as nested blocks and as an outline, one decision, and what moves the endings."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from pydantic import Field

from detente.web.frame.wanted import CaseHere, Wanted, Word
from detente.web.lab import LabHere, page

router = APIRouter()

Address = Annotated[str, Field(max_length=20_000)]
Pixels = Annotated[int, Field(ge=200, le=4000)]


class WantedView(Wanted):
    """Request about the game as somebody sees it: an actor, `everybody`, or the analyst (None)."""

    seen_by: Word | None = None


class WantedPicture(WantedView):
    """Request for the picture from a history on, drawn for so many pixels."""

    root: Address = ""
    width: Pixels = 1000
    height: Pixels = 760


class WantedDecision(WantedView):
    """Request for one decision, by its address."""

    address: Address


class WantedMoves(WantedView):
    """Request for the histories that words find."""

    words: Word


@router.get("/case/{name}/game", include_in_schema=False)
async def game_page(lab: LabHere, name: CaseHere) -> HTMLResponse:
    """The page of the game."""
    return page("game.html", case=await lab.case(name), here="game")


@router.post("/api/cases/{name}/game")
async def game(lab: LabHere, name: CaseHere, wanted: WantedPicture) -> dict[str, Any]:
    """Draw the ways play can go as a Vega specification; tell the way to where it begins."""
    place = {"width": wanted.width, "height": wanted.height}
    more: dict[str, Any] = {"seen_by": wanted.seen_by, "root": wanted.root, **place}
    return await lab.processes.solve("game", await lab.case(name), wanted.plain(), page=wanted.page, **more)


@router.post("/api/cases/{name}/decision")
async def decision(lab: LabHere, name: CaseHere, wanted: WantedDecision) -> dict[str, Any]:
    """Tell one decision: beliefs, and what each move is worth."""
    more: dict[str, Any] = {"seen_by": wanted.seen_by, "address": wanted.address}
    return await lab.processes.solve("decision", await lab.case(name), wanted.plain(), page=wanted.page, **more)


@router.post("/api/cases/{name}/find")
async def find(lab: LabHere, name: CaseHere, wanted: WantedMoves) -> dict[str, Any]:
    """Find histories by the words of their moves, the likeliest first."""
    more: dict[str, Any] = {"seen_by": wanted.seen_by, "words": wanted.words}
    return await lab.processes.solve("find_moves", await lab.case(name), wanted.plain(), page=wanted.page, **more)


@router.post("/api/cases/{name}/movers")
async def movers(lab: LabHere, name: CaseHere, wanted: Wanted) -> dict[str, Any]:
    """Tell what each quantity does to each ending across its range."""
    return await lab.processes.solve("movers", await lab.case(name), wanted.plain(), page=wanted.page)
