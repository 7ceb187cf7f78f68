"""A table of episodes as it comes: CSV, Parquet or a data frame, with the place of every cell for messages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from detente.case.spelling.suggest import did_you_mean
from detente.errors import CaseError, Place, Problem

if TYPE_CHECKING:
    import pandas as pd

MISSING = frozenset({"", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", ".", "<NA>", "NaT"})
"""Words that stand in a table for no value."""

MOST_PROBLEMS = 10
"""Cells of one column that are told one by one where they are wrong; the others are counted."""

Texts = NDArray[np.object_]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class ObservedTable:
    """Rows of texts and numbers. file: where they come from; lines: whether rows are lines of a text file."""

    file: str
    frame: pd.DataFrame
    lines: bool = False
    _texts: dict[str, Texts] = field(default_factory=dict[str, Texts], init=False)

    @property
    def rows(self) -> int:
        """Number of episodes."""
        return len(self.frame)

    @property
    def columns(self) -> list[str]:
        """Names of the columns, in order."""
        return [str(each) for each in self.frame.columns]

    def require(self, names: Iterable[tuple[str, str, Place | None]]) -> list[Problem]:
        """A problem for every (column, purpose, place of the wish) that the table does not have."""
        known = self.columns
        return [
            Problem(f"{self.file} has no column `{name}`, which {purpose}", did_you_mean(name, known, "columns"), place)
            for name, purpose, place in dict.fromkeys(names)
            if name not in known
        ]

    def texts(self, column: str) -> Texts:
        """[row]: what stands there, blanks around it removed; empty where there is no value."""
        if column not in self._texts:
            written = self.frame[column]
            if written.dtype.kind in "fiub":
                plain = np.array([_digits(each) for each in written.tolist()], object)
            else:
                plain = np.array([_plain(each) for each in written.tolist()], object)
            self._texts[column] = plain
        return self._texts[column]

    def missing(self, column: str) -> Bools:
        """[row]: True where there is no value."""
        return self.texts(column) == ""

    def numbers(self, column: str) -> tuple[Floats, list[Problem]]:
        """[row]: numbers, NaN where there is no value; and a problem for every cell that is none, or not finite."""
        found, problems = np.full(self.rows, np.nan), list[Problem]()
        bad: list[int] = []
        for row, text in enumerate(self.texts(column)):
            if text:
                with suppress(ValueError):
                    found[row] = float(text) if "_" not in text else np.nan
                if not np.isfinite(found[row]):
                    bad.append(row)
        problems += self.complain(column, bad, "`{}` is not a number", "write a number with a point, or leave it empty")
        return found, problems

    def complain(self, column: str, rows: Sequence[int], what: str, remedy: str = "") -> list[Problem]:
        """A problem for each of the first rows, and one that counts the rest; {} in `what` is the cell's text."""
        texts, at = self.texts(column), self.columns.index(column)
        told = [
            Problem(
                f"row {row + 1}, column `{column}`: {what.replace('{}', str(texts[row])[:60])}",
                remedy,
                Place(self.file, row + 2 if self.lines else row + 1, at + 1),
            )
            for row in rows[:MOST_PROBLEMS]
        ]
        if len(rows) > MOST_PROBLEMS:
            left = len(rows) - MOST_PROBLEMS
            where = Place(self.file, self.rows + 2, at + 1)
            told.append(Problem(f"column `{column}`: {left:,} more rows with the same mistake", "", where))
        return told

    def digest(self, columns: Iterable[str]) -> str:
        """A digest of what stands in some columns, the same for a CSV file and for a data frame with equal texts."""
        found = hashlib.sha256()
        for column in sorted(set(columns)):
            found.update(repr(column).encode())
            for text in self.texts(column):
                found.update(str(text).encode() + b"\x1f")
        return found.hexdigest()


def read_table(data: str | Path | pd.DataFrame) -> ObservedTable:
    """A table from a CSV file (also .tsv, .csv.gz), a Parquet file or a data frame. Raises CaseError."""
    import pandas as pd

    if isinstance(data, pd.DataFrame):
        return ObservedTable("data", data)
    path = Path(data)
    try:
        if path.suffix in (".parquet", ".pq"):
            return ObservedTable(str(path), pd.read_parquet(path))
        tabs = "\t" if ".tsv" in path.suffixes else ","
        frame = pd.read_csv(path, sep=tabs, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except OSError as error:
        what, remedy = f"the data cannot be read: {(error.strerror or str(error)).lower()}", ""
    except (ValueError, UnicodeDecodeError, pd.errors.ParserError, ImportError) as error:
        what = (
            f"the data cannot be read: {str(error).splitlines()[0][:200] if str(error) else 'there is nothing in it'}"
        )
        remedy = "a table is a CSV file in UTF-8 with one line of names above it, or a Parquet file"
    else:
        return ObservedTable(str(path), frame, lines=True)
    raise CaseError([Problem(what, remedy, Place(str(path), 1, 1))])


def _plain(value: Any) -> str:
    text = "" if value is None else str(value).strip()
    return "" if text in MISSING else text


def _digits(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return "" if value != value else str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    return str(value)
