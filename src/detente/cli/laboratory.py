"""`detente open`: the laboratory in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from detente.cli.terminal import screen
from detente.errors import RequestError


def open_laboratory(
    case: Annotated[
        str | None,
        typer.Argument(metavar="CASE", help="A case file, or a name of the catalogue, to open.", show_default=False),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            exists=True,
            file_okay=False,
            help="Folder whose case files are shown and written; by default that of CASE, or the current one.",
            show_default=False,
        ),
    ] = None,
    host: Annotated[
        str,
        typer.Option(metavar="ADDRESS", help="Address to listen at; any but this machine's own demands a password."),
    ] = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, metavar="N", help="Port to listen at.", show_default="8421, or a free one"),
    ] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")] = True,
) -> None:
    """Open the laboratory in the browser: move assumptions and see the answer follow, edit cases, run studies."""
    try:
        from detente.web.opening import open_lab
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("fastapi", "uvicorn", "starlette", "multipart"):
            raise
        raise RequestError("the laboratory needs more packages: pip install 'detente[lab]'") from error
    open_lab(
        case,
        folder=folder,
        host=host,
        port=port,
        browser=browser,
        ask_password=lambda: typer.prompt("Password for whoever opens the laboratory", hide_input=True),
        say=screen.say,
    )
