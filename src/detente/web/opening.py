"""Opening the laboratory: its address, its browser, and the server behind it until Ctrl-C."""

from __future__ import annotations

import os
import socket
import webbrowser
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from urllib.parse import quote, urlsplit, urlunsplit

import uvicorn

from detente.errors import RequestError
from detente.web.app import make_app
from detente.web.frame.door import Door, is_loopback, kept_mark
from detente.web.frame.workspace import Workspace
from detente.web.lab import Lab

PORT = 8421
"""The port where none is asked for, so that addresses of pages stay the same; another one where it is taken."""

PASSWORD = "DETENTE_LAB_PASSWORD"
"""Environment variable with the password of a laboratory that other machines reach."""

LEAST_PASSWORD = 12
"""Characters that a password has at least."""


def open_lab(
    case: str | None,
    *,
    folder: Path | None = None,
    host: str = "127.0.0.1",
    port: int | None = None,
    browser: bool = True,
    ask_password: Callable[[], str] | None = None,
    say: Callable[[str], None] = print,
) -> None:
    """Serve the laboratory until it is stopped. Raises RequestError where it cannot be opened as asked.

    case: a case file or a name of the catalogue, whose live answer is opened. folder: the workspace (the case's own
    folder, or the current one). host: other than loopback, a password is asked for. say: prints a line.
    """
    if not hasattr(os, "fork"):
        raise RequestError(
            "the laboratory copies its solvers from a process that is warmed up, which this system cannot do; it runs "
            "on Linux, on macOS, and on Windows in its subsystem for Linux"
        )
    folder, path = _place(case, folder)
    password = "" if is_loopback(host) else _password(host, ask_password)
    held = _listen(host, port)
    number = int(held.getsockname()[1])
    door = Door(number, host, password, mark=kept_mark(number))
    lab = Lab(door, Workspace(folder))
    address = urlunsplit(urlsplit(door.address)._replace(path=quote(path)))
    say(f"The laboratory is open at {address}")
    say(f"Case files are those of {folder.resolve()}. Stop it with Ctrl-C.")
    if password:
        say("Whoever knows the password can open it. What is sent over the network is not encrypted.")
    server = uvicorn.Server(
        uvicorn.Config(
            make_app(lab),
            log_level="warning",
            access_log=False,  # addresses may hold the secret
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=1,
            lifespan="on",
        )
    )
    if browser:
        Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    try:
        server.run(sockets=[held])
    except KeyboardInterrupt:
        say("The laboratory is closed.")


def _place(case: str | None, folder: Path | None) -> tuple[Path, str]:
    """The workspace, and the path of the page to open first."""
    from detente.case.catalogue import catalogue, find

    if case is None:
        return folder or Path.cwd(), "/"
    found = find(case)
    if any(found == each.path for each in catalogue()):
        return folder or Path.cwd(), f"/case/{found.stem}/answer"
    if found.suffix.lower() not in (".yaml", ".yml"):
        raise RequestError(f"{case} is no case file: its name ends in .yaml")
    if folder is not None and found.resolve().parent != folder.resolve():
        raise RequestError(f"{case} is not in the folder {folder}")
    return found.resolve().parent, f"/case/{found.name}/answer"


def _password(host: str, ask: Callable[[], str] | None) -> str:
    password = os.environ.get(PASSWORD, "") or (ask() if ask is not None else "")
    if len(password) < LEAST_PASSWORD:
        raise RequestError(
            f"--host {host} lets other machines in, so it needs a password of at least {LEAST_PASSWORD} characters: "
            f"type it when asked, or set {PASSWORD}"
        )
    return password


def _listen(host: str, port: int | None) -> socket.socket:
    """A socket on the port asked for, or on the usual one, or on a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in [port] if port is not None else [PORT, 0]:
        held = socket.socket(family, socket.SOCK_STREAM)
        if os.name != "nt":
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            held.bind((host.strip("[]"), candidate))
            held.listen(128)
            return held
        except OSError as error:
            held.close()
            if candidate in (port, 0):
                raise RequestError(f"the laboratory cannot listen at {host}, port {port}: {error.strerror}") from error
    raise AssertionError
