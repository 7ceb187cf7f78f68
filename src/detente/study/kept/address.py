"""The address of a library of studies: how it is read, and how it is told without its secrets."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from detente.errors import RequestError

WRITTEN = "write postgresql://USER@HOST/DATABASE, with the password in ~/.pgpass"

_MISSPELT = (
    re.compile(r"[A-Za-z][\w.+-]+:"),  # a scheme; one letter before a colon is a drive of Windows
    re.compile(r"(postgres\w*|pgsql|psql|sqlite|mysql)\W*[:/;=\\]\W*[/\\]", re.IGNORECASE),
    re.compile(r"[^/\\]+:[^/\\].*@"),  # user:password@host
)
"""Shapes that no file of a library has, and that an address of a server may have when a sign is missing."""

_SETTING = re.compile(r"\b(password|dbname|host|user)\s*=", re.IGNORECASE)
"""A server's address as the settings of its driver."""

_SIGNS = "!$&'()*+,;=:"
"""Signs that an address may hold as they are."""

_TOLD = ("host", "port", "user", "dbname")
"""Parts of an address's query that say where the server is; every other may be secret."""


def default_address() -> str:
    """`DETENTE_LIBRARY`, or a file in the folder where the platform keeps a user's data."""
    if address := os.environ.get("DETENTE_LIBRARY"):
        return address
    home = Path.home()
    if sys.platform == "darwin":
        folder = home / "Library" / "Application Support"
    elif os.name == "nt":
        folder = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    else:
        folder = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return str(folder / "detente" / "library.sqlite")


def url_of(address: str | Path) -> sa.URL:
    """The database that an address names: a file, `sqlite:///…` or `postgresql://…`.

    Raises RequestError, which never repeats the address: a password may stand anywhere in one that is misspelt.
    """
    text = str(address)
    if "://" not in text:
        if _misspelt(text):
            raise RequestError(
                f"the library's address is misspelt. For a server {WRITTEN}; a file whose name has a colon is written "
                "with its whole path"
            )
        return file_url(text)
    scheme, rest = text.split("://", 1)
    kind = scheme.lower().split("+")[0]
    if kind not in ("sqlite", "postgresql", "postgres"):
        named = f", not `{kind}`" if re.fullmatch(r"[a-z]{2,16}", kind) else f"; {WRITTEN}"
        raise RequestError(f"a library is a file or a PostgreSQL address{named}")
    if kind == "sqlite":
        file = rest.removeprefix("/").split("?")[0]
        if not file:
            raise RequestError("the library's address names no file; write sqlite:///FILE, or the file alone")
        return file_url(file)
    return _server(rest)


def file_url(path: str | Path) -> sa.URL:
    """The address of a file, whatever its name looks like."""
    return sa.URL.create("sqlite", database=str(Path(path).expanduser()))


def _misspelt(text: str) -> bool:
    """True where a text without `://` is an address of a server that lacks a sign, and no file's name."""
    if text.startswith(("/", "\\", ".", "~")):
        return False
    return any(sign.match(text) for sign in _MISSPELT) or bool(_SETTING.search(text))


def _server(rest: str) -> sa.URL:
    """The address of a server. Raises RequestError where a sign of the password could be taken for one of its own."""
    unread = RequestError(f"the library's address cannot be read; {WRITTEN}")
    if rest.count("@") > 1 or "@" in rest.partition("?")[2]:
        raise RequestError(
            "the library's address has an @ too many: within a user's name or a password it is written %40 (and / ? # "
            f"as %2F %3F %23). Better still, {WRITTEN}"
        )
    try:
        url = sa.make_url(f"postgresql://{rest}")
    except (ArgumentError, ValueError):
        raise unread from None
    if any(sign in (url.host or "") for sign in "@/?#&;= "):
        raise unread
    return url.set(drivername="postgresql+psycopg")


def shown(url: sa.URL) -> str:
    """The address without anything that may be secret: user, host, port and database alone."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    user, database = _plain(url.username, ":"), _plain(url.database, ";&?# ")
    place = f"{url.host or ''}{f':{url.port}' if url.port else ''}"
    query = "&".join(f"{name}={value}" for name in _TOLD for value in _values(url, name))
    return f"postgresql://{f'{user}@' if user else ''}{place}/{database}{f'?{query}' if query else ''}"


def without_secrets(text: str, url: sa.URL) -> str:
    """A text, such as an error of the driver, with everything secret of an address put out."""
    for secret in sorted(_secrets(url), key=len, reverse=True):
        text = text.replace(secret, "***")
    return re.sub(r"(password\w*)\s*=\s*('[^']*'|\S+)", r"\1=***", text, flags=re.IGNORECASE)


def _plain(part: str | None, ends: str) -> str:
    """The text before the first sign that has no place in a name: a password may follow that sign."""
    return re.split(f"[{re.escape(ends)}]", part or "")[0]


def _values(url: sa.URL, name: str) -> tuple[str, ...]:
    value = url.query.get(name, ())
    return (value,) if isinstance(value, str) else tuple(value)


def _secrets(url: sa.URL) -> set[str]:
    found = {str(url.password)} if url.password else set[str]()
    for name in url.query:
        if name not in _TOLD:
            found.update(_values(url, name))
    for part, ends in ((url.username, ":"), (url.database if url.host is not None else "", ";&?# ")):
        tail = (part or "")[len(_plain(part, ends)) + 1 :]
        for piece in (tail, *re.split("[;&]", tail)):
            found.update({piece, unquote(piece), piece.partition("=")[2], unquote(piece.partition("=")[2])})
    spelt = {
        form
        for secret in found
        for form in (secret, quote(secret, safe=""), quote(secret, safe=_SIGNS), quote_plus(secret), quote(secret))
    }
    return {each for each in spelt if len(each) > 1}
