"""The blocks of one study in a library: kept one by one, each whole or not at all, and read back checked."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from detente.errors import StudyError
from detente.study.columns import Block, BlockError
from detente.study.database import blocks, cause, in_words, lost, shown, studies

_T = TypeVar("_T")

_WAITS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between attempts to reach a server again."""
_AT_ONCE = 64


class Shelf:
    """One study's place in a library. Every block is a transaction of its own; none is ever changed."""

    def __init__(self, engine: sa.Engine, url: sa.URL, id: str) -> None:
        self.id = id
        self._engine = engine
        self._url = url
        self.twice = 0
        """Solutions that another program kept before this one could."""

    def stored(self, damaged: list[tuple[str, int]] | None = None) -> Iterator[tuple[str, int, Block]]:
        """Every block: purpose, first draw, results.

        Where one is damaged its place is added to `damaged`; without such a list StudyError is raised.
        """
        for row in self.rows():
            try:
                block = Block.unpack(_checked(row))
            except BlockError as error:
                if damaged is None:
                    raise StudyError(f"in {shown(self._url)}, study {self.id}, {_place(row)}: {error}") from error
                damaged.append((row["purpose"], row["first"]))
                continue
            yield str(row["purpose"]), int(row["first"]), block

    def remove(self, places: Iterable[tuple[str, int]]) -> None:
        """Remove blocks, so that they are solved again."""
        for purpose, first in places:
            here = sa.and_(blocks.c.study == self.id, blocks.c.purpose == purpose, blocks.c.first == first)
            self._insist(lambda connection, here=here: connection.execute(blocks.delete().where(here)))

    def keep(self, purpose: str, first: int, block: Block) -> None:
        """Keep a block; one that is there already stays. Raises StudyError where that cannot be done."""
        packed = block.pack()
        row = {"purpose": purpose, "first": first, "draws": block.draws, "results": packed}
        if not self.insert(blocks, {**row, "study": self.id, "sha256": sha256(packed).hexdigest()}):
            self.twice += block.draws

    def finish(self, when: str | None = None, answers: str | Mapping[str, Any] = "") -> None:
        """Note that the run is done, and its answers."""
        told = answers if isinstance(answers, str) else json.dumps(answers, ensure_ascii=False, allow_nan=False)
        done = {"finished": when or datetime.now(UTC).isoformat(timespec="seconds"), "answers": told}
        noted = studies.update().where(studies.c.id == self.id).values(done)
        self._insist(lambda connection: connection.execute(noted))

    def insert(self, table: sa.Table, row: Mapping[str, Any]) -> bool:
        """Add a row unless it is there; whether it was added."""
        from sqlalchemy.dialects import postgresql, sqlite

        make = postgresql.insert if self._engine.dialect.name == "postgresql" else sqlite.insert
        statement = make(table).values(dict(row)).on_conflict_do_nothing()
        return self._insist(lambda connection: connection.execute(statement).rowcount > 0)

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """Every row of blocks as it stands, in order."""
        ordered = sa.select(blocks).where(blocks.c.study == self.id).order_by(blocks.c.purpose, blocks.c.first)
        with in_words(self._url), self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=_AT_ONCE).execute(ordered).mappings():
                yield dict(row)

    def _insist(self, write: Callable[[sa.Connection], _T]) -> _T:
        """Write at once and for good; where a server is out of reach, try again for a while."""
        for wait in (*_WAITS, None):
            try:
                # Without an open transaction nothing stays locked, wherever this process is stopped.
                with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    return write(connection)
            except SQLAlchemyError as error:
                if wait is None or not lost(error):
                    raise StudyError(
                        f"the library {shown(self._url)}: {cause(error)}. What was kept before is safe there: the same "
                        "command goes on from it"
                    ) from error
                time.sleep(wait)
        raise AssertionError("the last attempt returns or raises")


def copy_blocks(source: Shelf, target: Shelf) -> None:
    """Copy every block, checked. Raises StudyError for a damaged one."""
    for row in source.rows():
        try:
            Block.unpack(_checked(row))
        except BlockError as error:
            raise StudyError(f"study {source.id}, {_place(row)}: {error}") from error
        target.insert(blocks, {**row, "study": target.id})


def _checked(row: Mapping[str, Any]) -> bytes:
    results = row["results"]
    if not isinstance(results, bytes) or sha256(results).hexdigest() != row["sha256"]:
        raise BlockError("the block is damaged: its checksum differs")
    return results


def _place(row: Mapping[str, Any]) -> str:
    return f"{row['purpose']}, from draw {int(row['first']) + 1}"
