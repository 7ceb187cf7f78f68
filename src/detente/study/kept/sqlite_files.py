"""SQLite files as libraries and as study files: opened by what they are for, and looked at before they are believed."""

from __future__ import annotations

import os
import sqlite3
import time
from enum import Enum
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from detente.errors import StudyError

_BUSY_MS = 1000
"""Milliseconds for which SQLite itself waits for another program; then the caller looks whether it is to go on."""

_LOCKED = 30.0
"""Seconds for which a file that another program keeps locked is waited for when it is opened."""

_LARGEST_VALUE = 2**28
"""Bytes of the largest text or block that is read from a study file."""


class Use(Enum):
    """Purpose for which a database is opened, with SQLite's rules for it."""

    # Readers and one writer at once; what is committed survives the end of any process.
    LIBRARY = ("mode=rwc", "journal_mode = WAL", "synchronous = NORMAL")
    # One file, with nothing beside it.
    NEW_FILE = ("mode=rwc", "journal_mode = DELETE", "synchronous = FULL")
    FILE = ("mode=ro&immutable=1",)


_READ_ONLY = ("mode=ro", "mode=ro&immutable=1")
"""Ways to open a library that may not be written to: beside a program that writes it, or as a file at rest."""


def engine_of(name: str, use: Use) -> sa.Engine:
    """An engine on a file. Raises StudyError where there is none and none can be made."""
    file = Path(name)
    if use is Use.FILE and not file.is_file():
        raise StudyError(f"there is no study file {file}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StudyError(f"the library {file} cannot be made: {(error.strerror or str(error)).lower()}") from error
    return sa.create_engine("sqlite://", creator=lambda: _connect(file, use), poolclass=sa.pool.QueuePool)


def _connect(file: Path, use: Use) -> sqlite3.Connection:
    mode, *rules = use.value
    if use is not Use.LIBRARY:
        return _opened(file, mode, rules)
    try:
        return _opened(file, mode, rules)
    except sqlite3.OperationalError as error:
        if not file.is_file() or not _refused(error):
            raise
        return _to_read(file, error)


def _to_read(file: Path, error: sqlite3.OperationalError) -> sqlite3.Connection:
    """A library in a folder where nothing may be written: SQLite can then make none of the files that it keeps beside.

    Only without a journal beside it is the file complete by itself.
    """
    journal = file.with_name(f"{file.name}-wal")
    at_rest = not journal.exists() or not journal.stat().st_size
    for mode in _READ_ONLY[: 2 if at_rest else 1]:
        try:
            connection = _opened(file, mode, ())
            connection.execute("SELECT count(*) FROM sqlite_master").close()
        except sqlite3.OperationalError:
            continue
        return connection
    raise error


def _refused(error: sqlite3.OperationalError) -> bool:
    return any(sign in str(error).lower() for sign in ("unable to open", "readonly", "read-only"))


def _opened(file: Path, mode: str, rules: Any) -> sqlite3.Connection:
    address = f"{file.absolute().as_uri()}?{mode}"
    connection = sqlite3.connect(address, uri=True, timeout=_BUSY_MS / 1000, check_same_thread=False)
    try:
        if "immutable" in mode:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_VALUE)
        # A file may come from anybody: nothing in its schema is to be run, and no page to be trusted.
        safe = ["trusted_schema = OFF", "cell_size_check = ON", "foreign_keys = ON", f"busy_timeout = {_BUSY_MS}"]
        for rule in [*safe, *rules]:
            _set(connection, rule)
    except BaseException:
        connection.close()
        raise
    return connection


def _set(connection: sqlite3.Connection, rule: str) -> None:
    """Set a rule. SQLite's own waiting does not cover a change of the journal, for which it needs the file alone."""
    since = time.monotonic()
    while True:
        try:
            if rule.startswith("journal_mode"):
                wanted = rule.rpartition(" ")[2].lower()
                if connection.execute("PRAGMA journal_mode").fetchone()[0] == wanted:
                    return
            connection.execute(f"PRAGMA {rule}").close()
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() - since > _LOCKED:
                raise
            time.sleep(0.01 + 0.02 * os.urandom(1)[0] / 255)  # two programs that wait alike would meet again


def check_sound(connection: sa.Connection, name: str, use: Use, ours: set[str]) -> None:
    """Refuse a file that would do more than hold rows, or whose pages do not fit together. Raises StudyError."""
    kinds = connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master").fetchall()
    for kind, what, sql in kinds:
        if kind in ("view", "trigger") or (what in ours and not str(sql).upper().startswith("CREATE TABLE")):
            raise StudyError(f"{name} holds more than rows (a {kind}): it was not written by Détente")
    for table in ours & {what for kind, what, _ in kinds if kind == "table"}:
        columns = connection.exec_driver_sql(f"PRAGMA table_xinfo({table})").fetchall()
        if any(column[-1] for column in columns):  # 0: an ordinary column; others are hidden or computed
            raise StudyError(f"{name} holds columns that are computed: it was not written by Détente")
    if use is Use.FILE:
        [said] = connection.exec_driver_sql("PRAGMA quick_check(1)").fetchone() or ("no answer",)
        if said != "ok":
            raise StudyError(f"the library {name}: the file is damaged: restore it from a copy")
