"""The live answer: sliders for everything uncertain, and how it may end while they move."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from detente.web.frame.wanted import CaseHere, Wanted
from detente.web.lab import LabHere, page

router = APIRouter()


class WantedAnswer(Wanted):
    """Request for the answer. settle: solved from rationality zero instead of continued from nearby numbers."""

    settle: bool = False


@router.get("/case/{name}/answer", include_in_schema=False)
async def answer_page(lab: LabHere, name: CaseHere) -> HTMLResponse:
    """The page with the sliders."""
    case = await lab.case(name)
    return page("answer.html", case=case, here="answer")


@router.post("/api/cases/{name}/desk")
async def desk(lab: LabHere, name: CaseHere) -> dict[str, Any]:
    """Tell what can be moved in a case, and the answer to it as it is written."""
    return await lab.processes.solve("desk", await lab.case(name))


@router.post("/api/cases/{name}/answer")
async def answer(lab: LabHere, name: CaseHere, wanted: WantedAnswer) -> dict[str, Any]:
    """Solve a case at the settings given: endings, beliefs after each event, the likely course."""
    case = await lab.case(name)
    return await lab.processes.solve("answer", case, wanted.plain(), page=wanted.page, settle=wanted.settle)
