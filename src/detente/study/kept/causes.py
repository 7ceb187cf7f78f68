"""The errors of a database in words: what happened, and what would help."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from detente.study.kept.address import without_secrets

_CAUSES = (
    (
        ("disk is full", "no space left", "disk full", "file too large"),
        "the disk{of} is full: free some space there",
    ),
    (("file is not a database", "file is encrypted"), "it is no library of studies, nor a study file"),
    (("malformed", "corrupt", "could not decode"), "the file is damaged: restore it from a copy"),
    (("readonly", "read-only"), "it may not be written to: choose another with --library"),
    (("database is locked",), "another program has kept it locked for half a minute"),
    (("unable to open",), "the file cannot be opened: check the path and who may write there"),
    (("disk i/o error",), "the disk{of} refuses to write: is it full, or the file over its limit?"),
    (("string or blob too big", "out of memory"), "it holds more than any study does"),
    (("password authentication", "no password supplied"), "the server refuses the user or the password"),
    (("permission denied",), "the server does not let this user do that"),
    (("does not exist",), "the server has no such database: make it with createdb"),
)


def cause(error: SQLAlchemyError, url: sa.URL) -> str:
    """The reason in words, with what would help, and without anything secret of the address."""
    said = str(getattr(error, "orig", None) or error).strip()
    for signs, words in _CAUSES:
        if any(sign in said.lower() for sign in signs):
            return words.replace("{of}", _folder(url))
    first = without_secrets(said.splitlines()[0] if said else type(error).__name__, url)
    return f"no connection ({first})" if lost(error) else first


def _folder(url: sa.URL) -> str:
    """Says on which disk a file is; of a server only its keeper knows."""
    return f" of {Path(str(url.database)).absolute().parent}" if url.get_backend_name() == "sqlite" else ""


def locked(error: SQLAlchemyError) -> bool:
    """True where another program holds an SQLite file for a moment."""
    said = str(getattr(error, "orig", None) or error)
    return isinstance(error, OperationalError) and ("locked" in said or "busy" in said)


def lost(error: SQLAlchemyError) -> bool:
    """True where the connection to a server broke, so that trying again may help."""
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or (
        isinstance(error, OperationalError) and type(error.orig).__module__.startswith("psycopg")
    )
