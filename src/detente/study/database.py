"""The database behind a library of studies: its tables, how it is opened, and its errors in words."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)

from detente.errors import RequestError, StudyError

FORMAT = 1
"""Of the tables; a library of a later format is left alone."""

_BUSY_MS = 30_000

tables = sa.MetaData()
library = sa.Table("detente_library", tables, sa.Column("format", sa.Integer, primary_key=True))
studies = sa.Table(
    "detente_studies",
    tables,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("settings", sa.Text, nullable=False),
    sa.Column("versions", sa.Text, nullable=False),
    sa.Column("solutions", sa.BigInteger, nullable=False),
    sa.Column("started", sa.String(32), nullable=False),
    sa.Column("finished", sa.String(32)),
    sa.Column("answers", sa.Text),
)
blocks = sa.Table(
    "detente_blocks",
    tables,
    sa.Column("study", sa.String(16), sa.ForeignKey("detente_studies.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("purpose", sa.String(500), primary_key=True),
    sa.Column("first", sa.BigInteger, primary_key=True),
    sa.Column("draws", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("results", sa.LargeBinary, nullable=False),
)


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
    """The database that an address names: a file, `sqlite:///…` or `postgresql://…`. Raises RequestError."""
    if "://" not in str(address):
        return sa.URL.create("sqlite", database=str(Path(address).expanduser()))
    try:
        url = sa.make_url(str(address))
    except (ArgumentError, ValueError) as error:
        raise RequestError("the library's address cannot be read; write postgresql://USER@HOST/DATABASE") from error
    kind = url.get_backend_name()
    if kind not in ("sqlite", "postgresql"):
        raise RequestError(f"a library is a file or a PostgreSQL address, not `{kind}`")
    if kind == "sqlite" and not url.database:
        raise RequestError("the library's address names no file; write sqlite:///FILE, or the file alone")
    return url.set(drivername="postgresql+psycopg") if kind == "postgresql" else url


class Use(Enum):
    """What a database is opened for, with SQLite's rules for it."""

    # Readers and one writer at once; what is committed survives the end of any process.
    LIBRARY = ("mode=rwc", "journal_mode = WAL", "synchronous = NORMAL")
    # One file, with nothing beside it.
    NEW_FILE = ("mode=rwc", "journal_mode = DELETE", "synchronous = FULL")
    FILE = ("mode=ro&immutable=1",)


def open_database(url: sa.URL, use: Use = Use.LIBRARY) -> sa.Engine:
    """An engine on a library whose tables are there. Raises StudyError where there is none and none can be made."""
    if url.get_backend_name() == "sqlite":
        engine = _sqlite(Path(str(url.database)), use)
    else:
        try:
            engine = sa.create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})
        except ModuleNotFoundError as error:
            raise StudyError(f"{shown(url)} needs the PostgreSQL driver: pip install 'detente[postgresql]'") from error
    with in_words(url):
        _check_tables(engine, url, make=use is not Use.FILE)
    return engine


def shown(url: sa.URL) -> str:
    """The address without its password."""
    return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


def _sqlite(file: Path, use: Use) -> sa.Engine:
    if use is Use.FILE and not file.is_file():
        raise StudyError(f"there is no study file {file}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StudyError(f"the library {file} cannot be made: {(error.strerror or str(error)).lower()}") from error
    return sa.create_engine("sqlite://", creator=lambda: _connect(file, use), poolclass=sa.pool.QueuePool)


def _connect(file: Path, use: Use) -> Any:
    import sqlite3

    mode, *rules = use.value
    address = f"{file.absolute().as_uri()}?{mode}"
    connection = sqlite3.connect(address, uri=True, timeout=_BUSY_MS / 1000, check_same_thread=False)
    # A file may come from anybody: nothing in its schema is to be run, and no page to be trusted.
    safe = ["trusted_schema = OFF", "cell_size_check = ON", "foreign_keys = ON", f"busy_timeout = {_BUSY_MS}"]
    for rule in [*safe, *rules]:
        connection.execute(f"PRAGMA {rule}").close()
    return connection


def _check_tables(engine: sa.Engine, url: sa.URL, *, make: bool) -> None:
    names = set(sa.inspect(engine).get_table_names())
    if library.name not in names:
        if names and url.get_backend_name() == "sqlite":
            raise StudyError(f"{shown(url)} is a database of another program, not a library of studies")
        if not make:
            raise StudyError(f"{shown(url)} holds no study")
        _make_tables(engine)
    with engine.connect() as connection:
        found = connection.execute(sa.select(sa.func.max(library.c.format))).scalar()
    if found != FORMAT:
        raise StudyError(f"{shown(url)} was written by another version of Détente (format {found}, here {FORMAT})")


def _make_tables(engine: sa.Engine) -> None:
    for last in (False, True):
        try:
            with engine.begin() as connection:
                if engine.dialect.name == "sqlite":
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                tables.create_all(connection)
                if connection.execute(sa.select(library.c.format)).first() is None:
                    connection.execute(library.insert().values(format=FORMAT))
            return
        except (IntegrityError, ProgrammingError, OperationalError):
            # Somebody else may just have made them.
            if last:
                raise


_CAUSES = (
    (("disk is full", "no space left", "disk full"), "the disk is full: free some space"),
    (("file is not a database", "file is encrypted"), "it is no library of studies, nor a study file"),
    (("malformed", "corrupt", "could not decode"), "the file is damaged: restore it from a copy"),
    (("readonly", "read-only"), "it may not be written to: choose another with --library"),
    (("database is locked",), "another program has kept it locked for half a minute"),
    (("unable to open",), "the file cannot be opened: check the path and who may write there"),
    (("disk i/o error",), "the disk refuses to write: is it full, or the file over its limit?"),
    (("password authentication", "no password supplied"), "the server refuses the user or the password"),
    (("permission denied",), "the server does not let this user do that"),
    (("does not exist",), "the server has no such database: make it with createdb"),
)


@contextmanager
def in_words(url: sa.URL) -> Generator[None]:
    """Turns what a database may raise into a StudyError that says what to do."""
    try:
        yield
    except SQLAlchemyError as error:
        raise StudyError(f"the library {shown(url)}: {cause(error)}") from error


def cause(error: SQLAlchemyError) -> str:
    """The reason in words, with what would help."""
    said = str(getattr(error, "orig", None) or error).strip()
    for signs, words in _CAUSES:
        if any(sign in said.lower() for sign in signs):
            return words
    first = said.splitlines()[0] if said else type(error).__name__
    return f"no connection ({first})" if lost(error) else first


def lost(error: SQLAlchemyError) -> bool:
    """Whether the connection to a server broke, so that trying again may help."""
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or (
        isinstance(error, OperationalError) and type(error.orig).__module__.startswith("psycopg")
    )
