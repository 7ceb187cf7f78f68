"""Values that Python puts into a record are found there by compiled code, and the other way round."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from detente.kernels.compiled import entry, kernel
from detente.kernels.records import Record


class Inner(Record):
    grid: NDArray[np.float64]
    flags: NDArray[np.bool_]


class Outer(Record):
    offset: int
    places: NDArray[np.int32]
    inner: Inner


@kernel
def scaled(inner: Any, factor: Any) -> Any:
    for row in range(inner.grid.shape[0]):
        for column in range(inner.grid.shape[1]):
            inner.grid[row, column] *= factor
    return len(inner.flags)


@entry
def gathered(outer: Any, out: Any) -> Any:
    flags = scaled(outer.inner, 2.0)
    for k in range(len(outer.places)):
        out[k] = outer.offset + outer.inner.grid[outer.places[k], k] + outer.inner.grid[-1][k]
    outer.inner.flags[:] = True
    return flags


def made(rows: int, columns: int) -> Outer:
    grid = np.arange(rows * columns, dtype=float).reshape(rows, columns)
    return Outer(7, np.arange(columns, dtype=np.int32) % rows, inner=Inner(grid, np.zeros(3, bool)))


@pytest.mark.parametrize(("rows", "columns"), [(3, 4), (1, 2), (5, 1), (2, 0)])
def test_compiled_code_reads_and_writes_the_arrays_of_a_record(rows: int, columns: int) -> None:
    outer, out = made(rows, columns), np.zeros(columns)
    before = outer.inner.grid.copy()
    assert gathered(outer, out) == 3
    assert np.array_equal(outer.inner.grid, 2.0 * before)
    assert outer.inner.flags.all()
    assert np.array_equal(out, 7 + 2.0 * before[outer.places, np.arange(columns)] + 2.0 * before[-1])


def test_what_a_record_holds_is_set_once_and_completely() -> None:
    outer = made(2, 2)
    with pytest.raises(AttributeError, match="set once"):
        outer.offset = 8  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(TypeError, match="the fields grid, flags"):
        Inner(grid=np.zeros((2, 2)))  # pyright: ignore[reportCallIssue]
    with pytest.raises(TypeError, match="contiguous"):
        Inner(np.zeros((2, 4))[:, ::2], np.zeros(1, bool))


def test_a_record_survives_being_sent_elsewhere() -> None:
    outer = made(2, 3)
    copied = pickle.loads(pickle.dumps(outer))
    assert copied.kind is outer.kind
    assert copied.address != outer.address
    assert np.array_equal(copied.inner.grid, outer.inner.grid)
