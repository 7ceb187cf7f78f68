"""Study files opened as what they are, SQLite with packed blocks, to be damaged and forged."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from benchmarks.adversary.damage import packed, unpacked


def numbers(header: dict[str, Any], body: bytes) -> np.ndarray[Any, Any]:
    """[value] all numbers of a block."""
    apart = np.frombuffer(body, np.uint8).reshape(8, -1)
    return np.ascontiguousarray(apart.T).view("<f8").reshape(-1).copy()


def body_of(values: np.ndarray[Any, Any]) -> bytes:
    return np.ascontiguousarray(values.astype("<f8").view(np.uint8).reshape(-1, 8).T).tobytes()


class StudyFile:
    """A copy of a study file, open for changes."""

    def __init__(self, source: Path, target: Path) -> None:
        shutil.copy(source, target)
        self.path = target
        self.connection = sqlite3.connect(target)

    def close(self) -> None:
        self.connection.commit()
        self.connection.close()

    def blocks(self) -> list[tuple[str, int, bytes]]:
        return self.connection.execute("select purpose, first, results from detente_blocks").fetchall()

    def put(self, purpose: str, first: int, payload: bytes) -> None:
        self.connection.execute(
            "update detente_blocks set results = ?, sha256 = ? where purpose = ? and first = ?",
            (payload, hashlib.sha256(payload).hexdigest(), purpose, first),
        )

    def column(self, name: str) -> Any:
        return self.connection.execute(f"select {name} from detente_studies").fetchone()[0]

    def change(self, name: str, value: Any, table: str = "detente_studies") -> None:
        self.connection.execute(f"update {table} set {name} = ?", (value,))


def poison(file: StudyFile, value: float) -> None:
    """Every number of every block, and of the answers, replaced; digests are right."""
    for purpose, first, payload in file.blocks():
        header, body = unpacked(payload)
        told = numbers(header, body)
        told[np.isfinite(told)] = value
        file.put(purpose, first, packed(header, body_of(told)))
    answers = json.loads(file.column("answers"))
    for outcome in answers["outcomes"]:
        outcome.update({key: value for key, each in outcome.items() if isinstance(each, float)})
    file.change("answers", json.dumps(answers))


JUNK: tuple[Any, ...] = (
    None,
    "",
    "x",
    "{",
    "[]",
    "{}",
    "null",
    -1,
    0,
    2**62,
    1.5,
    b"\x00\xff",
    "9" * 400,
    "\x1b[31m",
    '{"a": NaN}',
)
COLUMNS = {
    "detente_studies": (
        "id",
        "title",
        "name",
        "digest",
        "text",
        "settings",
        "versions",
        "solutions",
        "started",
        "finished",
        "answers",
    ),
    "detente_blocks": ("study", "purpose", "first", "draws", "sha256", "results"),
    "detente_library": ("format",),
}


def bytes_hurt(path: Path, random: Random) -> None:
    data = bytearray(path.read_bytes())
    for _ in range(random.choice([1, 3, 40])):
        data[random.randrange(len(data))] = random.randrange(256)
    path.write_bytes(bytes(data[: random.randrange(len(data))] if random.random() < 0.3 else data))


def column_hurt(file: StudyFile, random: Random) -> None:
    table = random.choice(list(COLUMNS))
    file.connection.execute("pragma foreign_keys = off")
    file.change(random.choice(COLUMNS[table]), random.choice(JUNK), table)


def text_hurt(file: StudyFile, random: Random) -> None:
    """A value inside the JSON of a study replaced by another kind of value."""
    name = random.choice(["settings", "versions", "answers"])
    told = json.loads(file.column(name))
    waiting, places = [told], []
    while waiting:
        here = waiting.pop()
        keys = list(here) if isinstance(here, dict) else range(len(here))
        for key in keys:
            places.append((here, key))
            if isinstance(here[key], (dict, list)):
                waiting.append(here[key])
    if places:
        holder, key = random.choice(places)
        holder[key] = random.choice([None, [], {}, "x", -1, 1e308, True, [[1]], {"a": 1}])
    file.change(name, json.dumps(told))


def header_hurt(file: StudyFile, random: Random) -> None:
    """A block that states something impossible, under a right digest."""
    purpose, first, payload = random.choice(file.blocks())
    header, body = unpacked(payload)
    change = random.randrange(8)
    told = size = None
    if change == 0:
        header, body = {"fields": [["a", [1]]], "notes": {}, "draws": 0}, b""
    elif change == 1:
        header["draws"] = random.choice([0, -1, 2**40, 1.5, "x", None])
    elif change == 2:
        header["fields"] = random.choice([[], [["a", [-1]]], [["a", [2**40]]], "x", None, [["a"]]])
    elif change == 3:
        told, size = random.choice([(2**40, None), (None, 2**60), (0, 0), (3, None)])
    elif change == 4:
        body = body[: len(body) // 2]
    elif change == 5:
        values = numbers(header, body)
        values[:] = random.choice([np.nan, np.inf, -1.0, 1e308])
        body = body_of(values)
    elif change == 6:
        header["notes"] = random.choice([None, [], {"x": 1}, "y"])
    else:
        header["fields"] = [[f"{name}?", shape] for name, shape in header["fields"]]
    file.put(purpose, first, packed(header, body, told=told, size=size))


def rows_hurt(file: StudyFile, random: Random) -> None:
    """Whole rows or tables lost, doubled or moved."""
    do = file.connection.execute
    do("pragma foreign_keys = off")
    change = random.randrange(5)
    if change == 0:
        do(f"drop table {random.choice(list(COLUMNS))}")
    elif change == 1:
        do(f"delete from {random.choice(list(COLUMNS))}")
    elif change == 2:
        do("update detente_blocks set first = first + ?", (random.choice([-1, 1, 7, 10**9]),))
    elif change == 3:
        do("update detente_blocks set draws = ?", (random.choice([0, -1, 3, 10**9]),))
    else:
        do("create table more (x); ")
        do("update detente_studies set finished = null")


WAYS: tuple[Callable[[StudyFile, Random], None], ...] = (column_hurt, text_hurt, header_hurt, header_hurt, rows_hurt)


def damaged(source: Path, target: Path, random: Random) -> str:
    """A damaged copy of a study file; returns how it was damaged."""
    if random.random() < 0.2:
        shutil.copy(source, target)
        bytes_hurt(target, random)
        return "bytes_hurt"
    file = StudyFile(source, target)
    way = random.choice(WAYS)
    try:
        way(file, random)
    except sqlite3.Error:
        file.connection.rollback()
        header_hurt(file, random)
    file.close()
    return way.__name__
