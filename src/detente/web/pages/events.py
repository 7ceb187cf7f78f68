"""Events: what was seen, by clicking or dragging moves; what it tells, and what to watch next."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from pydantic import Field

from detente.web.frame.wanted import CaseHere, Wanted, Word
from detente.web.lab import LabHere, page

router = APIRouter()


class WantedEvents(Wanted):
    """Request about events, in the order in which they were seen. observer: whose beliefs are told."""

    events: Annotated[list[Word], Field(max_length=60)]
    observer: Word = "analyst"


@router.get("/case/{name}/events", include_in_schema=False)
async def events_page(lab: LabHere, name: CaseHere) -> HTMLResponse:
    """The page of events."""
    return page("events.html", case=await lab.case(name), here="events")


@router.post("/api/cases/{name}/sights")
async def sights(lab: LabHere, name: CaseHere, wanted: Wanted) -> dict[str, Any]:
    """List everything that can be seen in a case, and the events that it tells itself."""
    return await lab.processes.solve("sights", await lab.case(name), wanted.plain(), page=wanted.page)


@router.post("/api/cases/{name}/follow")
async def follow(lab: LabHere, name: CaseHere, wanted: WantedEvents) -> dict[str, Any]:
    """Tell what follows from events: endings, beliefs with the weight of each event, what to watch next."""
    more: dict[str, Any] = {"events": wanted.events, "observer": wanted.observer}
    return await lab.processes.solve("follow", await lab.case(name), wanted.plain(), page=wanted.page, **more)
