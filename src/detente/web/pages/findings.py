"""Findings: a study in the report's words, section by section, and the comparison with another case."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, Response

from detente.web.frame.wanted import CaseHere, Wanted, Word
from detente.web.lab import LabHere, page

router = APIRouter()

SHOWN_SECTIONS = (
    ("assumptions", "Evidence"),
    ("intent", "What the events tell"),
    ("claims", "Whose theory holds"),
    ("changes", "Scenarios and questions"),
    ("hinges", "What it hinges on"),
    ("watch", "What to watch"),
    ("worth", "What knowing is worth"),
    ("endings", "How it may end"),
    ("moves", "Who does what"),
    ("trust", "How far to trust it"),
    ("compare", "Beside another case"),
)
"""Sections of the report as the page offers them, by key and title; the last is the comparison."""


class WantedSection(Wanted):
    """Request for a section of the report. study: an id of the library, or empty for a quick one made now."""

    section: Word
    study: Word = ""


class WantedComparison(Wanted):
    """Request for the comparison with another case."""

    other: Word


@router.get("/case/{name}/findings", include_in_schema=False)
async def findings_page(lab: LabHere, name: CaseHere) -> HTMLResponse:
    """The page of findings."""
    others = [each for each in lab.workspace.cases() if each.name != name]
    case = await lab.case(name)
    return page("findings.html", case=case, here="findings", sections=SHOWN_SECTIONS, others=others)


@router.get("/report.css", include_in_schema=False)
async def report_style(lab: LabHere) -> Response:
    """The styles of the report, for its sections."""
    told = await lab.processes.read("report_style")
    if "error" in told:
        raise HTTPException(503, told["error"]["says"])
    return Response(told["answer"]["style"], media_type="text/css", headers={"Cache-Control": "max-age=3600"})


@router.post("/api/cases/{name}/studies")
async def studies(lab: LabHere, name: CaseHere) -> dict[str, Any]:
    """List the studies of a case that the library keeps, the last begun first."""
    told = await lab.processes.read("studies")
    if "error" in told:
        return told
    stem = name.removesuffix(".yaml").removesuffix(".yml")
    return {"answer": [each for each in told["answer"]["studies"] if each["name"] == stem and each["kept"]]}


@router.post("/api/cases/{name}/section")
async def section(lab: LabHere, name: CaseHere, wanted: WantedSection) -> dict[str, Any]:
    """Tell one section of a study in the report's words, as HTML."""
    body = {"settings": wanted.plain(), "section": wanted.section, "study": wanted.study}
    return await lab.teller.ask("section", await lab.case(name), body, wanted.page)


@router.post("/api/cases/{name}/compare")
async def compare(lab: LabHere, name: CaseHere, wanted: WantedComparison) -> dict[str, Any]:
    """Compare a case with another one, in the report's words, as HTML."""
    other = await lab.case(wanted.other)
    body = {"settings": wanted.plain(), "other": {"name": other.name, "text": other.text}}
    return await lab.teller.ask("compare", await lab.case(name), body, wanted.page)
