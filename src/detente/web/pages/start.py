"""The first page: the cases of the folder and of the catalogue, and the studies run last; and the stream of events."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.responses import HTMLResponse, StreamingResponse
from pydantic import BaseModel

from detente.web.lab import LabHere, page

router = APIRouter()


class CaseSummary(BaseModel):
    """A case as it is listed; own: whether it is a file of the folder, which can be changed."""

    name: str
    title: str
    own: bool


class SolversState(BaseModel):
    """State of the solvers: ready, or how many kernels have been compiled, in how many seconds."""

    ready: bool
    compiled: int
    seconds: float


@router.get("/", include_in_schema=False)
def start_page(lab: LabHere) -> HTMLResponse:
    """The first page."""
    cases = lab.workspace.cases()
    return page(
        "start.html",
        own=[each for each in cases if each.own],
        groups=[
            ("crises", "Crises of history", [each for each in cases if each.crisis]),
            ("models", "Models and examples", [each for each in cases if not each.own and not each.crisis]),
        ],
        folder=str(lab.workspace.folder),
    )


@router.get("/api/cases")
def list_cases(lab: LabHere) -> list[CaseSummary]:
    """List the cases of the folder, then those of the catalogue."""
    return [CaseSummary(name=each.name, title=each.title, own=each.own) for each in lab.workspace.cases()]


@router.get("/api/solvers")
async def solvers_state(lab: LabHere) -> SolversState:
    """Tell how far the solvers are."""
    told = lab.processes.preparing
    return SolversState(ready=told is None, **(told or {"compiled": 0, "seconds": 0.0}))


@router.get("/api/events", responses={200: {"content": {"text/event-stream": {}}}})
async def event_stream(
    lab: LabHere,
    after: Annotated[int | None, Query(ge=0)] = None,
    last_event_id: Annotated[int | None, Header(ge=0)] = None,
) -> StreamingResponse:
    """Stream what happens, as server-sent events; `after`: the number of the last event that is known."""
    known = last_event_id if last_event_id is not None else after
    return StreamingResponse(lab.hub.stream(known), media_type="text/event-stream")
