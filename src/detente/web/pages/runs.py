"""Studies: begun, followed, cancelled, gone on with; and what is left with: the report, or everything in one file."""

from __future__ import annotations

import asyncio
import re
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from fastapi import Path as InPath
from fastapi.responses import FileResponse, HTMLResponse, Response
from pydantic import BaseModel, Field
from starlette.background import BackgroundTask

from detente.web.frame.split_page import SplitPage, split
from detente.web.frame.wanted import CaseHere, Wanted
from detente.web.lab import Lab, LabHere, page
from detente.web.processes.framing import Frame
from detente.web.processes.runs import MOST_RUNS, TooManyError
from detente.web.processes.worker import LostError

router = APIRouter()

StudyId = Annotated[str, InPath(pattern=r"^[0-9a-f]{4,16}$", description="The id of a study, or its beginning.")]
RunId = Annotated[str, InPath(pattern=r"^[0-9a-f]{12}$")]

MOST_PAGE_DRAWS = 100_000
"""Draws that a study may be asked for from a page."""

_KEPT_REPORTS = 4


class WantedRun(Wanted):
    """Request for a study: its settings, draws and seed; or the id of one that was interrupted, to go on with."""

    draws: int | None = Field(200, ge=1, le=MOST_PAGE_DRAWS)
    seed: int = Field(0, ge=0, lt=2**31)
    study: str = Field("", pattern=r"^([0-9a-f]{4,16})?$")


class ListedStudies(BaseModel):
    """Studies under way since the laboratory was opened, and those of the library, the last begun first."""

    under_way: list[dict[str, Any]]
    library: str
    studies: list[dict[str, Any]]
    says: str = ""


@router.get("/case/{name}/runs", include_in_schema=False)
async def runs_page(lab: LabHere, name: CaseHere) -> HTMLResponse:
    """The page with the studies of a case."""
    return page("runs.html", case=await lab.case(name), here="runs")


@router.get("/api/studies")
async def list_studies(lab: LabHere) -> ListedStudies:
    """List the studies under way and those of the library."""
    told = await lab.processes.read("studies")
    under_way = [asdict(each) for each in reversed(lab.runs.known.values())]
    if "error" in told:
        return ListedStudies(under_way=under_way, library="", studies=[], says=told["error"]["says"])
    return ListedStudies(under_way=under_way, **told["answer"])


@router.post("/api/cases/{name}/runs")
async def begin_run(lab: LabHere, name: CaseHere, wanted: WantedRun) -> dict[str, Any]:
    """Begin a study in a process of its own; what happens to it is told by the stream of events."""
    case = await lab.case(name)
    body = {"settings": wanted.plain(), "draws": wanted.draws, "seed": wanted.seed, "study": wanted.study}
    try:
        return asdict(lab.runs.begin(case, body))
    except TooManyError as error:
        says = f"{MOST_RUNS} studies are running, which is as many as may run at once: cancel one, or wait for it"
        raise HTTPException(429, says) from error


@router.post("/api/runs/{id}/cancel")
async def cancel_run(lab: LabHere, id: RunId) -> dict[str, Any]:
    """End a study at once; finished blocks are kept, and it can be gone on with."""
    run = lab.runs.cancel(id)
    if run is None:
        raise HTTPException(404, "there is no such study under way")
    return asdict(run)


@router.get("/study/{id}", include_in_schema=False)
async def report_page(lab: LabHere, id: StudyId) -> HTMLResponse:
    """The report of a study, as a page of the laboratory: its style and script are files beside it."""
    return HTMLResponse((await _report(lab, id)).page)


@router.get("/study/{id}/report.css", include_in_schema=False)
async def report_style(lab: LabHere, id: StudyId) -> Response:
    """The style of a report."""
    return Response((await _report(lab, id)).style, media_type="text/css")


@router.get("/study/{id}/report.js", include_in_schema=False)
async def report_script(lab: LabHere, id: StudyId) -> Response:
    """The script of a report."""
    return Response((await _report(lab, id)).script, media_type="text/javascript")


@router.get("/api/studies/{id}/report", responses={200: {"content": {"text/html": {}}}})
async def download_report(lab: LabHere, id: StudyId) -> Response:
    """Download the report as one file that needs no other."""
    report = await _report(lab, id)
    name = re.sub(r"[^\w.-]+", "-", report.name, flags=re.ASCII) or "report"
    headers = {"Content-Disposition": f'attachment; filename="{name}-{id}.html"'}
    return Response(report.whole, media_type="text/html; charset=utf-8", headers=headers)


@router.get("/api/studies/{id}/everything", responses={200: {"content": {"application/zip": {}}}})
async def download_everything(lab: LabHere, id: StudyId) -> Response:
    """Download report, tables, case and study in one file."""
    folder = tempfile.TemporaryDirectory(prefix="detente-leave-")
    path = Path(folder.name, "study.zip")
    try:
        told = await _alone(lab, "leave", study=id, path=str(path))
    except HTTPException:
        folder.cleanup()
        raise
    name = re.sub(r"[^\w.-]+", "-", told["name"], flags=re.ASCII)
    return FileResponse(path, filename=name, media_type="application/zip", background=BackgroundTask(folder.cleanup))


async def _report(lab: Lab, id: str) -> SplitPage:
    """A report, made once; the last few are kept."""
    if id not in lab.reports:
        lab.reports[id] = asyncio.ensure_future(_made(lab, id))
        while len(lab.reports) > _KEPT_REPORTS:
            del lab.reports[next(iter(lab.reports))]
    try:
        return await asyncio.shield(lab.reports[id])
    except HTTPException:
        lab.reports.pop(id, None)
        raise


async def _made(lab: Lab, id: str) -> SplitPage:
    told = await _alone(lab, "report", study=id)
    return split(told["html"], told["name"], id)


async def _alone(lab: Lab, question: str, **body: Any) -> Frame:
    """The answer of a process that does this one thing. Raises HTTPException."""
    try:
        worker = await lab.processes.alone()
        try:
            told = await worker.ask(question, None, body)
        finally:
            worker.end()
    except LostError as error:
        raise HTTPException(503, f"The process that makes it was ended: {error}") from error
    if "error" in told:
        raise HTTPException(404 if told["error"]["kind"] == "refused" else 500, told["error"]["says"])
    return told["answer"]
