"""The laboratory as its pages see it: the cases, the processes that answer, the stream of events."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request
from fastapi.responses import HTMLResponse

from detente.web.frame.door import Door
from detente.web.frame.hub import Hub
from detente.web.frame.showing import shown
from detente.web.frame.tables import Tables
from detente.web.frame.workspace import CaseText, NoCaseError, Workspace
from detente.web.processes.pool import Processes
from detente.web.processes.runs import Runs
from detente.web.processes.telling import StudyTeller


@dataclass(eq=False)
class Lab:
    """All that pages share."""

    door: Door
    workspace: Workspace
    hub: Hub = field(default_factory=Hub)
    processes: Processes = field(init=False)
    runs: Runs = field(init=False)
    reports: dict[str, asyncio.Future[Any]] = field(default_factory=dict[str, asyncio.Future[Any]])
    tables: Tables = field(init=False)
    teller: StudyTeller = field(init=False)

    def __post_init__(self) -> None:
        self.processes = Processes(self.hub)
        self.runs = Runs(self.processes, self.hub)
        self.tables = Tables(self.workspace.folder)
        self.teller = StudyTeller(self.processes)

    def close(self) -> None:
        """End the stream and all processes."""
        self.hub.close()
        self.runs.close()
        self.teller.close()
        self.processes.close()

    async def case(self, name: str) -> CaseText:
        """The text of a case as it stands on disk. Raises HTTPException 404 where there is none."""
        try:
            return await asyncio.to_thread(self.workspace.read, name)
        except NoCaseError as error:
            raise HTTPException(404, str(error)) from error


def lab_of(request: Request) -> Lab:
    """The laboratory that serves a request."""
    return request.app.state.lab


LabHere = Annotated[Lab, Depends(lab_of)]
"""A parameter of a page by which it gets the laboratory."""


CASE_PAGES = (
    ("text", "The case"),
    ("answer", "Live answer"),
    ("game", "The game"),
    ("events", "Events"),
    ("findings", "Findings"),
    ("play", "Play"),
    ("runs", "Runs"),
)
"""Pages of a case by the end of their address, in the order of the tabs."""


def page(template: str, *, case: CaseText | None = None, here: str = "", **what: Any) -> HTMLResponse:
    """A page from a template on `frame.html`. case: whose tabs are shown; here: the tab that is open."""
    return HTMLResponse(shown(template, case=case, here=here, case_pages=CASE_PAGES, **what))
