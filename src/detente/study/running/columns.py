"""Results draw by draw: blocks of named arrays, packed for keeping, put together in bounded memory."""

from __future__ import annotations

import json
import math
import os
import struct
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from tempfile import TemporaryFile, gettempdir
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.files import disk

Floats = NDArray[np.float64]

IN_MEMORY = 64 * 2**20
"""Bytes up to which the arrays of an ensemble stay in memory; larger ones live in a temporary file."""

_MAGIC = b"detente1"
_LARGEST_BLOCK, _LARGEST = 2**28, 2**36
"""Bytes that a block, and that all blocks of an ensemble may claim to unpack to: a bound for what strangers send."""
_LARGEST_HEADER, _MOST_AXES = 2**22, 8
"""Bytes that the names of arrays may take, and axes that an array may have: bounds of the same kind."""
_SIZES = struct.Struct("<QQ")


class BlockError(ValueError):
    """Bytes that are no packed block, or a damaged one."""


@dataclass(frozen=True, eq=False)
class Block:
    """Named arrays over some draws, in one table [column, draw].

    fields: the shape of each array in one draw, in the order of the table's columns. notes: plain values that are the
    same in every draw.
    """

    fields: Mapping[str, tuple[int, ...]]
    notes: Mapping[str, Any]
    table: Floats

    @staticmethod
    def of(arrays: Mapping[str, Floats], notes: Mapping[str, Any]) -> Block:
        """Block made of arrays [draw, …], all over the same draws."""
        draws = len(next(iter(arrays.values())))
        rows = [np.asarray(each, np.float64).reshape(draws, -1).T for each in arrays.values()]
        table = np.ascontiguousarray(np.concatenate(rows))
        return Block({name: each.shape[1:] for name, each in arrays.items()}, notes, table)

    @property
    def draws(self) -> int:
        """Number of draws."""
        return self.table.shape[1]

    def pack(self) -> bytes:
        """The block as bytes: a header in JSON and the numbers, compressed."""
        header = {"fields": list(self.fields.items()), "notes": self.notes, "draws": self.draws}
        told = json.dumps(header, ensure_ascii=False).encode()
        # Numbers close to each other share their leading bytes: put beside each other these compress well.
        bytes_apart = np.ascontiguousarray(self.table.astype("<f8").view(np.uint8).reshape(-1, 8).T)
        content = told + bytes_apart.tobytes()
        return _MAGIC + _SIZES.pack(len(told), len(content)) + _codec().compress(content, asbytes=True)

    @staticmethod
    def unpack(payload: bytes) -> Block:
        """The block of `pack`. Runs no code from the bytes. Raises BlockError."""
        start = len(_MAGIC) + _SIZES.size
        if payload[: len(_MAGIC)] != _MAGIC or len(payload) < start:
            raise BlockError("these are not the results of a block of draws")
        told, size = _SIZES.unpack_from(payload, len(_MAGIC))
        if told > min(size, _LARGEST_HEADER) or size > _LARGEST_BLOCK:
            raise BlockError("the sizes that the block states cannot be right")
        try:
            content: bytes = _codec().decompress(payload[start:], decompressed_size=size, asbytes=True)
            header = json.loads(content[:told])
        except (OSError, ValueError, RecursionError) as error:
            raise BlockError(f"the block is damaged: {error}") from error
        fields, notes, draws = _header(header)
        width = sum(math.prod(shape) for shape in fields.values())
        if width * draws * 8 != size - told or len(content) != size:
            raise BlockError("the block holds another number of results than it states")
        apart = np.frombuffer(content, np.uint8, offset=told).reshape(8, -1)
        numbers = np.ascontiguousarray(apart.T).view("<f8").astype(np.float64, copy=False)
        return Block(fields, notes, numbers.reshape(width, draws))


def _header(told: Any) -> tuple[dict[str, tuple[int, ...]], dict[str, Any], int]:
    """Fields, notes and number of draws that a block states. Raises BlockError where they are no such things."""
    wrong = BlockError("the block is damaged: it does not say what it holds")
    if not isinstance(told, dict) or not isinstance(told.get("notes"), dict) or type(told.get("draws")) is not int:
        raise wrong
    fields: dict[str, tuple[int, ...]] = {}
    listed = told.get("fields")
    for each in listed if isinstance(listed, list) else ():
        if not isinstance(each, list) or len(each) != 2 or not isinstance(each[0], str) or each[0] in fields:
            raise wrong
        name, shape = each
        if not isinstance(shape, list) or len(shape) > _MOST_AXES:
            raise wrong
        if any(type(length) is not int or not 0 <= length <= _LARGEST_BLOCK for length in shape):
            raise BlockError("the sizes that the block states cannot be right")
        fields[name] = tuple(shape)
    if not fields or not 1 <= told["draws"] <= _LARGEST_BLOCK:
        raise BlockError("the block holds no draws")
    return fields, told["notes"], told["draws"]


def _codec() -> Any:
    import pyarrow

    return pyarrow.Codec("zstd", compression_level=1)


class Columns:
    """The blocks of one ensemble put together, each array read on demand.

    Arrays beyond `IN_MEMORY` bytes are kept in a temporary file that vanishes with the process, column by column.
    """

    def __init__(self, draws: int) -> None:
        self.draws = draws
        self.fields: Mapping[str, tuple[int, ...]] = {}
        self.notes: Mapping[str, Any] = {}
        self._first_column: dict[str, int] = {}
        self._blocks: dict[int, int] = {}
        self._starts: list[int] = []
        self._memory: Floats | None = None
        self._file: Any = None

    def put(self, first: int, block: Block) -> None:
        """Add the results of the draws from `first` on.

        Raises BlockError for a block of another kind, or of draws that are there, and DiskError where the
        temporary file cannot grow.
        """
        if not self._blocks:
            self._open(block)
        if dict(block.fields) != dict(self.fields) or block.notes != self.notes:
            raise BlockError("the block does not belong to these draws: it holds other results than the first")
        if not 0 <= first <= self.draws - block.draws or self._taken(first, first + block.draws):
            raise BlockError("the block does not belong to these draws: it starts or ends where none does")
        if self._memory is not None:
            self._memory[:, first : first + block.draws] = block.table
        else:
            with disk(gettempdir(), "the results of this run", "TMPDIR names another folder"):
                for column, values in enumerate(block.table):
                    _write_at(self._file.fileno(), values.tobytes(), 8 * (column * self.draws + first))
        self._blocks[first] = block.draws

    def _taken(self, first: int, stop: int) -> bool:
        """True where some of these draws are there; blocks start at multiples of their length, but for the last."""
        if first in self._blocks:
            return True
        place = bisect_left(self._starts, first)
        before = self._starts[place - 1] if place else None
        if before is not None and before + self._blocks[before] > first:
            return True
        if place < len(self._starts) and self._starts[place] < stop:
            return True
        self._starts.insert(place, first)
        return False

    def _open(self, block: Block) -> None:
        self.fields, self.notes = dict(block.fields), dict(block.notes)
        self._first_column = {}
        used = 0
        for name, shape in self.fields.items():
            self._first_column[name] = used
            used += math.prod(shape)
        if 8 * used * self.draws > _LARGEST:
            raise BlockError("the results would be larger than any ensemble is")
        if 8 * used * self.draws <= IN_MEMORY:
            self._memory = np.empty((used, self.draws))
            return
        with disk(gettempdir(), "the results of this run", "TMPDIR names another folder"):
            self._file = TemporaryFile(prefix="detente-")  # noqa: SIM115 it lives as long as the results do
            os.ftruncate(self._file.fileno(), 8 * used * self.draws)

    def clear(self) -> None:
        """Forget every result."""
        self._blocks.clear()
        self._starts.clear()

    def places(self) -> list[tuple[int, int]]:
        """First draw and number of draws of every block that is there, in order."""
        return [(first, self._blocks[first]) for first in self._starts]

    def block(self, first: int, draws: int) -> Block:
        """The results of some draws as a block."""
        width = sum(math.prod(shape) for shape in self.fields.values())
        if self._memory is not None:
            table = np.ascontiguousarray(self._memory[:, first : first + draws])
        else:
            table = np.empty((width, draws))
            for column in range(width):
                start = 8 * (column * self.draws + first)
                table[column] = np.frombuffer(_read_at(self._file.fileno(), 8 * draws, start))
        return Block(self.fields, self.notes, table)

    @property
    def in_memory(self) -> bool:
        """True where the results are small enough to be held in memory."""
        return self._file is None

    def has(self, first: int) -> bool:
        """True where the block that starts at this draw is present."""
        return first in self._blocks

    @property
    def finished(self) -> int:
        """Number of draws present, with gaps or without."""
        return sum(self._blocks.values())

    @property
    def prefix(self) -> int:
        """Number of draws present without a gap from the first on."""
        count = 0
        while count in self._blocks:
            count += self._blocks[count]
        return count

    def read(self, name: str, draws: int, start: int = 0) -> Floats:
        """[draw, …]: an array over so many draws from `start` on."""
        shape = self.fields[name]
        first, width = self._first_column[name], math.prod(shape)
        if self._memory is not None:
            table = self._memory[first : first + width, start : start + draws]
        else:
            table = np.empty((width, draws))
            for column in range(width):
                place = 8 * ((first + column) * self.draws + start)
                table[column] = np.frombuffer(_read_at(self._file.fileno(), 8 * draws, place))
        return np.ascontiguousarray(table.T).reshape(draws, *shape)


def _write_at(file: int, content: bytes, position: int) -> None:
    while content:
        written = os.pwrite(file, content, position)
        content, position = content[written:], position + written


def _read_at(file: int, size: int, position: int) -> bytes:
    found = b""
    while len(found) < size:
        part = os.pread(file, size - len(found), position + len(found))
        if not part:
            raise OSError("a temporary file with results was cut short")
        found += part
    return found
