"""The blocks of one study in a library: kept one by one, each whole or not at all, and read back checked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from detente.errors import StudyError
from detente.study.kept.database import Database, blocks, imports, studies
from detente.study.running.checked import Checked
from detente.study.running.columns import Block, BlockError
from detente.study.silence import LOG

_AT_ONCE = 16
"""Blocks that are fetched together."""


class Shelf:
    """One study's place in a library. Every block is a transaction of its own; none is ever changed."""

    def __init__(self, database: Database, id: str) -> None:
        self.id = id
        self._database = database
        self.twice = 0
        """Solutions that another program kept before this one could."""
        self.gone = False
        """True once the study has been deleted from the library by somebody else: nothing more is kept."""

    def stored(self, damaged: list[tuple[str, int]] | None = None) -> Iterator[tuple[str, int, Block]]:
        """Every block: purpose, first draw, results.

        Where one is damaged its place is added to `damaged`; without such a list StudyError is raised.
        """
        for row in self.rows():
            try:
                block = Block.unpack(_checked(row))
                if block.draws != row["draws"]:
                    raise BlockError("the block holds another number of draws than the library says")
            except BlockError as error:
                if damaged is None:
                    raise StudyError(f"in {self._database.name}, study {self.id}, {_place(row)}: {error}") from error
                damaged.append((row["purpose"], row["first"]))
                continue
            yield row["purpose"], row["first"], block

    def remove(self, places: Iterable[tuple[str, int]]) -> None:
        """Remove blocks, so that they are solved again."""
        for purpose, first in places:
            here = sa.and_(blocks.c.study == self.id, blocks.c.purpose == purpose, blocks.c.first == first)
            self._database.write(lambda connection, here=here: connection.execute(blocks.delete().where(here)))

    def empty(self) -> None:
        """Remove every block and what was said of where the study came from: it is then one to be solved here."""

        def act(connection: sa.Connection) -> None:
            connection.execute(blocks.delete().where(blocks.c.study == self.id))
            connection.execute(imports.delete().where(imports.c.study == self.id))
            undone = {"finished": None, "answers": None}
            connection.execute(studies.update().where(studies.c.id == self.id).values(undone))

        self._database.write(act, together=True)

    def keep(self, purpose: str, first: int, block: Block) -> None:
        """Keep a block; one that is there already stays. Raises StudyError where that cannot be done."""
        if self.gone:
            return
        row = {**row_of(purpose, first, block), "study": self.id}
        try:
            if not self.insert(blocks, row):
                self.twice += block.draws
        except IntegrityError:
            self._lost()

    def finish(self, answers: Mapping[str, Any]) -> None:
        """Note that the run is done, and its answers."""
        if self.gone:
            return
        done = {"finished": now(), "answers": json.dumps(answers, ensure_ascii=False, allow_nan=False)}
        noted = studies.update().where(studies.c.id == self.id).values(done)
        if not self._database.write(lambda connection: connection.execute(noted).rowcount):
            self._lost()

    def _lost(self) -> None:
        self.gone = True
        LOG.warning(
            "study %s was deleted from the library %s while it was being solved: the run goes on, and is kept in no "
            "library",
            self.id,
            self._database.name,
        )

    def insert(self, table: sa.Table, row: Mapping[str, Any]) -> bool:
        """Add a row unless it is there; True where it was added."""
        return self._database.write(lambda connection: add(connection, table, row))

    def checked(self) -> Checked | None:
        """Extent of the check made when the study was taken in from a file; None for a study that was solved here."""
        if not self._database.imports:
            return None
        wanted = sa.select(imports.c.checked).where(imports.c.study == self.id)
        with self._database.reading() as connection:
            noted = connection.execute(wanted).scalar()
        return None if noted is None else Checked.of_text(noted)

    def note_check(self, checked: Checked) -> None:
        """Change what is noted of a study that came from a file."""
        noted = imports.update().where(imports.c.study == self.id).values(checked=checked.text())
        self._database.write(lambda connection: connection.execute(noted))

    def count(self) -> int:
        """Number of blocks kept."""
        wanted = sa.select(sa.func.count()).select_from(blocks).where(blocks.c.study == self.id)
        with self._database.reading() as connection:
            return int(connection.execute(wanted).scalar_one())

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """Every row of blocks as it stands, in order. Raises StudyError for one that holds something else."""
        after: tuple[str, int] = ("", -1)
        seen: set[tuple[str, int]] = set()
        while True:
            # A page at a time: whoever reads may take long over one, and holds no transaction meanwhile.
            here = sa.and_(blocks.c.study == self.id, sa.tuple_(blocks.c.purpose, blocks.c.first) > after)
            page = sa.select(blocks).where(here).order_by(blocks.c.purpose, blocks.c.first).limit(_AT_ONCE)
            with self._database.reading() as connection:
                found = [dict(row) for row in connection.execute(page).mappings()]
            if not found:
                return
            for row in found:
                numbers = (row["first"], row["draws"])
                if not isinstance(row["purpose"], str) or any(type(each) is not int for each in numbers):
                    raise StudyError(f"in {self._database.name}, study {self.id}: a row of results is damaged")
                after = (row["purpose"], row["first"])
                if after in seen:
                    raise StudyError(f"in {self._database.name}, study {self.id}: a row of results stands there twice")
                seen.add(after)
                yield row


def add(connection: sa.Connection, table: sa.Table, row: Mapping[str, Any]) -> bool:
    """Add a row unless it is there; True where it was added."""
    from sqlalchemy.dialects import postgresql, sqlite

    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = make(table).values(dict(row)).on_conflict_do_nothing()
    if connection.dialect.insert_returning:
        # What a server counts of such a statement depends on its driver; what it gives back does not.
        return connection.execute(statement.returning(next(iter(table.primary_key)))).first() is not None
    return connection.execute(statement).rowcount > 0


def row_of(purpose: str, first: int, block: Block) -> dict[str, Any]:
    """A block as a row of the table, without the study that it belongs to."""
    packed = block.pack()
    told = {"purpose": purpose, "first": first, "draws": block.draws}
    return {**told, "sha256": sha256(packed).hexdigest(), "results": packed}


def now() -> str:
    """The moment in UTC, fine enough that of two runs the later one is known to be so."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _checked(row: Mapping[str, Any]) -> bytes:
    results = row["results"]
    if not isinstance(results, bytes) or sha256(results).hexdigest() != row["sha256"]:
        raise BlockError("the block is damaged: its checksum differs")
    return results


def _place(row: Mapping[str, Any]) -> str:
    return f"{row['purpose'][:80]}, from draw {row['first'] + 1}"
