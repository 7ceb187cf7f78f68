"""The database behind a library of studies: its tables, how it is opened, read and written."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, TypeVar
from weakref import WeakSet

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError, SQLAlchemyError

from detente.errors import StudyError
from detente.study.kept.address import shown
from detente.study.kept.causes import cause, locked, lost
from detente.study.kept.sqlite_files import Use, check_sound, engine_of
from detente.study.silence import watched

_T = TypeVar("_T")

FORMAT = 1
"""Format of the tables; a library of a later format is left alone."""

_WAITS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between attempts to reach a server again."""
_LOCKED = 30.0
"""Seconds for which a library that another program keeps locked is waited for."""
_CONNECT = 10
"""Seconds that a server has to answer when a connection is made."""

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
imports = sa.Table(
    "detente_imports",
    tables,
    sa.Column("study", sa.String(16), sa.ForeignKey("detente_studies.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("checked", sa.Text, nullable=False),
)
"""Studies that came from a file, and how far they were checked; a study without such a row was solved here."""


class Database:
    """A library's database, opened: reads and writes with errors in words, and no silent waiting.

    Raises StudyError where there is none and none can be made.
    """

    def __init__(self, url: sa.URL, use: Use = Use.LIBRARY) -> None:
        self.name = shown(url)
        self._url = url
        self._use = use
        self._connections: WeakSet[Any] = WeakSet()
        self._engine = self._opened()
        with self._words(), watched(self._what, self._break_off):
            self._check_tables()

    def _opened(self) -> sa.Engine:
        if self._url.get_backend_name() == "sqlite":
            return engine_of(str(self._url.database), self._use)
        try:
            engine = sa.create_engine(self._url, pool_pre_ping=True, connect_args={"connect_timeout": _CONNECT})
        except ModuleNotFoundError as error:
            raise StudyError(f"{self.name} needs the PostgreSQL driver: pip install 'detente[postgresql]'") from error

        def connected(connection: Any, record: object) -> None:
            self._connections.add(connection)

        event.listen(engine, "connect", connected)
        return engine

    @property
    def _what(self) -> str:
        return f"the library {self.name}"

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    def close(self) -> None:
        """Let go of the connections; a file is then complete without the files that SQLite keeps beside it."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Generator[sa.Connection]:
        """A connection to read with. Raises StudyError."""
        with self._words(), watched(self._what, self._break_off), self._engine.connect() as connection:
            yield connection

    def write(self, act: Callable[[sa.Connection], _T], *, together: bool = False) -> _T:
        """Write at once and for good; where a server is out of reach or a file locked, try again for a while.

        Every statement is a transaction of its own, or all of them are one (`together`). Raises StudyError.
        """
        waits, since = iter(_WAITS), time.monotonic()
        with watched(self._what, self._break_off):
            while True:
                try:
                    # Without an open transaction nothing stays locked, wherever this process is stopped.
                    if together:
                        with self._engine.begin() as connection:
                            return act(connection)
                    with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                        return act(connection)
                except IntegrityError:
                    raise
                except SQLAlchemyError as error:
                    wait = next(waits, None) if lost(error) else None
                    if locked(error) and time.monotonic() - since < _LOCKED:
                        wait = 0.05
                    if wait is None:
                        raise StudyError(
                            f"{self._what}: {cause(error, self._url)}. What was kept before is safe there: the same "
                            "command goes on from it"
                        ) from error
                    time.sleep(wait)

    @contextmanager
    def _words(self) -> Generator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise StudyError(f"{self._what}: {cause(error, self._url)}") from error
        except UnicodeError as error:  # SQLite's own words about a damaged file may hold its bytes
            raise StudyError(f"{self._what}: the file is damaged: restore it from a copy") from error

    def _break_off(self) -> None:
        """Cut every connection to a server, so that whoever waits for an answer hears that none will come."""
        import os
        import socket

        for connection in list(self._connections):
            if connection.closed:
                continue
            try:
                with socket.socket(fileno=os.dup(connection.fileno())) as line:
                    line.shutdown(socket.SHUT_RDWR)
            except (OSError, AttributeError):
                continue

    def _check_tables(self) -> None:
        if self.dialect == "sqlite":
            with self._engine.connect() as connection:
                check_sound(connection, self.name, self._use, {table.name for table in tables.sorted_tables})
        names = set(sa.inspect(self._engine).get_table_names())
        if library.name not in names:
            if names and self.dialect == "sqlite":
                raise StudyError(f"{self.name} is a database of another program, not a library of studies")
            if self._use is Use.FILE:
                raise StudyError(f"{self.name} holds no study")
        with self._engine.connect() as connection:
            known = library.name in names
            found = connection.execute(sa.select(sa.func.max(library.c.format))).scalar() if known else None
        if found is not None and found != FORMAT:
            raise StudyError(f"{self.name} was written by another version of Détente (format {found}, here {FORMAT})")
        wanted = {table.name for table in tables.sorted_tables}
        self.imports = wanted <= names
        if (found is None or not self.imports) and self._use is not Use.FILE:
            self._make_tables(found is None)

    def _make_tables(self, new: bool) -> None:
        since = time.monotonic()
        while True:
            try:
                with self._engine.begin() as connection:
                    if self.dialect == "sqlite":
                        connection.exec_driver_sql("BEGIN IMMEDIATE")
                    tables.create_all(connection)
                    if connection.execute(sa.select(library.c.format)).first() is None:
                        connection.execute(library.insert().values(format=FORMAT))
                self.imports = True
                return
            except (IntegrityError, ProgrammingError, OperationalError) as error:
                # Somebody else may just have made them; and a library that may only be read needs no new table.
                if not new and not locked(error):
                    return
                if time.monotonic() - since > (_LOCKED if locked(error) else 1.0):
                    raise
                time.sleep(0.05)
