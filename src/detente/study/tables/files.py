"""Tables as files, written piece by piece: as long as need be, in the memory of one piece."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pandas as pd

from detente.case.spelling.numbers import DECIMAL
from detente.files import replacing

ROWS_AT_A_TIME = 2**14
"""Rows of a piece."""

CSV, PARQUET = ".csv", ".parquet"


_COMMANDS = re.compile(r"[\s]*[=+\-@＝＋－＠]|[\t\r\n]")
"""Beginning of a text that a spreadsheet would take for a formula, and run."""


def harmless(table: pd.DataFrame) -> pd.DataFrame:
    """A table for a CSV file: an apostrophe stands before each text that a spreadsheet would run.

    Numbers stay numbers, those among texts (a move called -0.5) too.
    """
    texts = [name for name in table.columns if not pd.api.types.is_numeric_dtype(table[name])]
    return table.assign(**{str(name): table[name].map(_harmless) for name in texts}) if texts else table


def _harmless(cell: Any) -> Any:
    runs = isinstance(cell, str) and _COMMANDS.match(cell) and not DECIMAL.match(cell)
    return f"'{cell}" if runs else cell


def write_pieces(path: Path, pieces: Iterable[pd.DataFrame], kinds: Sequence[str] = (CSV, PARQUET)) -> list[Path]:
    """Write a table, given as pieces with the same columns, as files of these kinds, each whole or not at all."""
    targets = {kind: path.with_name(f"{path.name}{kind}") for kind in kinds}
    with ExitStack() as files:
        places = {kind: files.enter_context(replacing(target)) for kind, target in targets.items()}
        text = files.enter_context(places[CSV].open("w", encoding="utf-8", newline="")) if CSV in places else None
        with _Parquet(places.get(PARQUET)) as parquet:
            for number, piece in enumerate(pieces):
                if text is not None:
                    harmless(piece).to_csv(text, index=False, header=not number)
                parquet.add(piece)
        if text is not None:
            text.flush()
    return list(targets.values())


class _Parquet:
    """A Parquet file that grows by row groups; the first piece says what its columns hold."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._writer: Any = None

    def __enter__(self) -> _Parquet:
        return self

    def __exit__(self, *_: object) -> None:
        if self._writer is not None:
            self._writer.close()

    def add(self, piece: pd.DataFrame) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if self._path is None:
            return
        schema = self._writer.schema if self._writer is not None else None
        table: Any = pa.Table.from_pandas(piece, schema=schema, preserve_index=False)
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, table.schema)
        self._writer.write_table(table)


def cut(rows: int, size: int) -> Iterator[tuple[int, int]]:
    """First and last row of every piece; one piece without rows for an empty table."""
    for start in range(0, max(rows, 1), size):
        yield start, min(start + size, rows)
