"""The application: every page and every call, behind the guard."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel
from starlette.exceptions import HTTPException as AnyHTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Scope

from detente.version import __version__
from detente.web.frame.gatekeeper import Gatekeeper
from detente.web.frame.showing import STATIC, shown
from detente.web.lab import Lab
from detente.web.pages import events, findings, game, live, new, play, runs, start, text

ROUTERS = (
    start.router,
    new.router,
    text.router,
    live.router,
    game.router,
    events.router,
    findings.router,
    play.router,
    runs.router,
)
"""The pages and calls, module by module."""

_A_YEAR = 365 * 86400


class Refusal(BaseModel):
    """Answer to a call that cannot be answered: says why."""

    detail: str


REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"model": Refusal, "description": "The request cannot be read."},
    401: {"model": Refusal, "description": "The cookie is missing."},
    403: {"model": Refusal, "description": "Another site asked."},
    404: {"model": Refusal, "description": "There is no such case, study or run."},
    413: {"model": Refusal, "description": "Too much was sent."},
    421: {"model": Refusal, "description": "The laboratory was asked for under another name."},
    422: {"model": Refusal, "description": "The request is not of the form that the call takes."},
    429: {"model": Refusal, "description": "As many studies run as may run at once."},
    500: {"model": Refusal, "description": "Something went wrong in the program."},
    503: {"model": Refusal, "description": "The process that would answer was ended."},
}
"""Answers that every call may give in place of its own."""


def make_app(lab: Lab) -> ASGIApp:
    """The application of a laboratory; its processes begin and end with it."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        lab.processes.begin()
        try:
            yield
        finally:
            lab.close()
            await lab.processes.ended()

    app = FastAPI(
        title="Détente, the laboratory",
        version=__version__,
        summary="The calls that the laboratory's own pages make.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=lifespan,
        responses=REFUSALS,
    )
    app.state.lab = lab
    app.mount("/static", _Static(directory=STATIC), name="static")
    for router in ROUTERS:
        app.include_router(router)
    app.add_api_route("/favicon.ico", _icon, include_in_schema=False)
    app.add_exception_handler(AnyHTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _unread)
    return Gatekeeper(GZipMiddleware(app, minimum_size=2000), lab.door)


async def _icon() -> Response:
    """The picture that a browser asks for on pages that name none."""
    return RedirectResponse("/static/icon.svg")


class _Static(StaticFiles):
    """Files that are asked for again, unless their address says which content it is."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        dated = bool(scope["query_string"])
        answer.headers["Cache-Control"] = f"max-age={_A_YEAR}, immutable" if dated else "no-cache"
        return answer


async def _refused(request: Request, error: Exception) -> Response:
    """The answer about something that is not there, as a page or as JSON."""
    assert isinstance(error, AnyHTTPException)
    if request.url.path.startswith("/api/"):
        return JSONResponse({"detail": error.detail}, error.status_code, headers=error.headers)
    says = str(error.detail)
    title = "There is no such page" if error.status_code == 404 else "That cannot be done"
    return HTMLResponse(shown("told.html", title=title, says=says), error.status_code, headers=error.headers)


async def _unread(request: Request, error: Exception) -> Response:
    """A request that is not of the form that a call takes: each fault by its place."""
    assert isinstance(error, RequestValidationError)
    faults = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
    return JSONResponse({"detail": "; ".join(faults)}, 422)
