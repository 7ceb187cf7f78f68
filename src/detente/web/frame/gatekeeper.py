"""The gatekeeper before every page: by which name it is asked for, from where, by whom, and how much is sent.

It stands before the whole application, so no page can forget it.
"""

from __future__ import annotations

import asyncio
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from detente.web.frame.door import Door
from detente.web.frame.showing import shown

POLICY = "; ".join(
    [
        "default-src 'none'",
        *(f"{kind}-src 'self'" for kind in ("script", "style", "img", "connect")),
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
"""All that a page may load and do: only what the laboratory itself serves, and nothing written into a page."""

MOST_SENT = 8_000_000
"""Bytes that a request may bring."""

_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_SAFE = ("GET", "HEAD", "OPTIONS")
_WRONG_PASSWORD = 1.0
"""Seconds after which a wrong password is told, one at a time."""


class Gatekeeper:
    """Lets in who has the secret or the mark, and puts one policy on every page."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door
        self._turn = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    told[name] = value
                told.setdefault("Cache-Control", "no-store")
            await send(message)

        refusal = self._refusal(scope, headers) or await self._entrance(scope, receive, headers)
        if refusal is not None:
            await refusal(scope, receive, sent)
            return
        await self._app(scope, _bounded(receive), sent)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """The answer to what is not let in, whoever asks."""
        host = headers.get("host", "")
        if not self._door.knows(host):
            return _told(scope, 421, "This laboratory is not open under that name", "Use the address that it printed.")
        origin = headers.get("origin")
        if origin is not None and origin != f"http://{host}":
            return _told(scope, 403, "Another site asked for this", "Only the laboratory's own pages may.")
        if scope["method"] not in _SAFE and headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return _told(scope, 403, "Another site asked for this", "Only the laboratory's own pages may.")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MOST_SENT:
            return _told(scope, 413, "That is too much at once", f"At most {MOST_SENT:,} bytes can be sent.")
        return None

    async def _entrance(self, scope: Scope, receive: Receive, headers: Headers) -> Response | None:
        """The answer to somebody who has no mark yet, or brings the secret; None for whoever may go on."""
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        keys = [value for name, value in query if name == "key"]
        if keys and scope["method"] == "GET":
            if not self._door.opens(keys[0]):
                return _told(scope, 403, "This address is out of date", _AGAIN)
            rest = urlencode([each for each in query if each[0] != "key"])
            return self._welcome(scope["path"] + (f"?{rest}" if rest else ""))
        if self._door.stays(_cookie(headers, self._door.cookie)) or scope["path"].startswith("/static/"):
            return None
        if self._door.password and scope["path"] == "/enter" and scope["method"] == "POST":
            return await self._password(Request(scope, _bounded(receive)))
        if self._door.password and not scope["path"].startswith("/api/"):
            return HTMLResponse(shown("enter.html", wrong=False), 401)
        return _told(scope, 401, "This laboratory is private", _AGAIN)

    async def _password(self, request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=4)
        if self._door.admits(str(form.get("password", ""))):
            return self._welcome("/")
        async with self._turn:
            await asyncio.sleep(_WRONG_PASSWORD)
        return HTMLResponse(shown("enter.html", wrong=True), 401)

    def _welcome(self, path: str) -> Response:
        answer = RedirectResponse("/" + path.lstrip("/\\"), 303)
        answer.set_cookie(self._door.cookie, self._door.mark, httponly=True, samesite="strict", path="/")
        return answer


_AGAIN = "Open it by the address that `detente open` printed in the terminal; that command prints a new one."


def _told(scope: Scope, status: int, title: str, says: str) -> Response:
    if scope["path"].startswith("/api/"):
        return JSONResponse({"detail": f"{title}. {says}"}, status)
    return HTMLResponse(shown("told.html", title=title, says=says), status)


def _cookie(headers: Headers, name: str) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value if found is not None else ""


def _bounded(receive: Receive) -> Receive:
    """Messages as they come, cut off where they bring more than a request may."""
    so_far = 0

    async def bounded() -> Message:
        nonlocal so_far
        message = await receive()
        so_far += len(message.get("body", b""))
        if so_far > MOST_SENT:
            return {"type": "http.disconnect"}
        return message

    return bounded
