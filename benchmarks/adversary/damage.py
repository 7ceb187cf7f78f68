"""Study files damaged at random: their bytes, their rows, their packed blocks.

`python -m benchmarks.adversary.damage FILE --times N` damages a study file N times and takes each copy in: every one
has to end in a sentence, in the answers of the sound file (of at most 64 draws, so that the check solves them all), or
in a study that is labelled unverified, as one that states other versions of the program is.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import sqlite3
import struct
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pyarrow

LEVELS = ("bytes", "rows", "block")
MAGIC, SIZES = b"detente1", struct.Struct("<QQ")
ODD = (None, "", "\x1b[2J", b"\x00\xff", 0, -1, 2**62, 1e308, float("inf"), "9" * 5000, "[" * 20_000, "{}", "null")
"""Values that no column of a study has."""


def damage(source: Path, target: Path, random: Random, level: str = "") -> str:
    """Write a damaged copy of a study file; returns in words what was done. level: one of LEVELS, else any."""
    shutil.copy(source, target)
    level = level or random.choice(LEVELS)
    if level == "bytes":
        return _bytes(target, random)
    database = sqlite3.connect(target)
    try:
        done = _rows(database, random) if level == "rows" else _block(database, random)
        database.commit()
    except sqlite3.Error as error:  # a change that the tables themselves refuse
        database.rollback()
        done = f"{level}: refused ({error})"
    finally:
        database.close()
    return done


def _bytes(path: Path, random: Random) -> str:
    content = bytearray(path.read_bytes())
    kind = random.choice(("flip", "cut", "zero", "shuffle", "grow", "header"))
    start = random.randrange(len(content))
    length = min(len(content) - start, 1 << random.randrange(14))
    if kind == "flip":
        for _ in range(1 << random.randrange(8)):
            content[random.randrange(len(content))] ^= 1 << random.randrange(8)
    elif kind == "cut":
        del content[start:]
    elif kind == "zero":
        content[start : start + length] = bytes(length)
    elif kind == "shuffle":  # a page takes the place of another
        other = random.randrange(len(content) // 4096 or 1) * 4096
        start -= start % 4096
        content[start : start + 4096] = content[other : other + 4096]
    elif kind == "grow":
        content[start:start] = random.randbytes(length)
    else:
        content[random.randrange(100)] = random.randrange(256)
    path.write_bytes(content)
    return f"bytes: {kind} at {start}"


def _rows(database: sqlite3.Connection, random: Random) -> str:
    database.execute("pragma foreign_keys = off")
    table = random.choice(("detente_studies", "detente_studies", "detente_blocks", "detente_library"))
    columns = [row[1] for row in database.execute(f"pragma table_info({table})")]
    column, odd = random.choice(columns), random.choice(ODD)
    kind = random.choice(("set", "set", "set", "delete", "double", "drop", "swap", "view", "trigger", "settings"))
    if kind == "set":
        database.execute(f"update {table} set {column} = ? where rowid = (select rowid from {table} limit 1)", [odd])
    elif kind == "delete":
        database.execute(f"delete from {table} where rowid % 2 = ?", [random.randrange(2)])
    elif kind == "double":
        database.execute("create table more as select * from detente_blocks")
        database.execute("update more set first = first + ?", [random.choice((1, 7, -3, 10**12))])
        database.execute("insert into detente_blocks select * from more")
        database.execute("drop table more")
    elif kind == "drop":
        database.execute(f"drop table {table}")
    elif kind == "swap":
        [[one], [other]] = database.execute("select purpose from detente_blocks order by random() limit 2").fetchall()
        database.execute("update detente_blocks set purpose = 'x' where purpose = ?", [one])
        database.execute("update detente_blocks set purpose = ? where purpose = ?", [one, other])
    elif kind == "view":
        database.execute(f"alter table {table} rename to hidden")
        endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select hidden.* from hidden, n"
        database.execute(f"create view {table} as {endless}")
    elif kind == "trigger":
        database.execute(f"create trigger t after insert on {table} begin select 1; end")
    else:
        _settings(database, random, odd)
    return f"rows: {kind} {table}.{column} {str(odd)[:20]!r}"


def of_other_versions(source: Path, target: Path) -> Path:
    """A copy of a study file that states other code; what is solved again and differs then proves nothing."""
    shutil.copy(source, target)
    database = sqlite3.connect(target)
    digest, settings, versions = database.execute("select digest, settings, versions from detente_studies").fetchone()
    told = json.dumps({**json.loads(versions), "code": "another"})
    id = sha256("\0".join((digest, settings, told)).encode()).hexdigest()[:12]
    database.execute("update detente_studies set versions = ?, id = ?", [told, id])
    database.execute("update detente_blocks set study = ?", [id])
    database.commit()
    database.close()
    return target


def _settings(database: sqlite3.Connection, random: Random, odd: Any) -> None:
    """Change a setting and the id with it, as a forger would."""
    row = database.execute("select digest, settings, versions from detente_studies").fetchone()
    settings = json.loads(row[1])
    settings[random.choice([*settings, "else"])] = None if isinstance(odd, bytes) else random.choice([odd, 10_000_000])
    told = json.dumps(settings)
    id = sha256("\0".join((row[0], told, row[2])).encode()).hexdigest()[:12]
    database.execute("update detente_studies set settings = ?, id = ?", [told, id])
    database.execute("update detente_blocks set study = ?", [id])


def _block(database: sqlite3.Connection, random: Random) -> str:
    places = database.execute("select purpose, first, results from detente_blocks").fetchall()
    purpose, first, payload = random.choice(places)
    header, body = unpacked(payload)
    kind, change = random.choice(list(_CHANGES.items()))
    told = change(header, bytearray(body), random)
    database.execute(
        "update detente_blocks set results = ?, sha256 = ? where purpose = ? and first = ?",
        [told, sha256(told).hexdigest(), purpose, first],
    )
    return f"block: {kind} of {purpose}, {first}"


def unpacked(payload: bytes) -> tuple[dict[str, Any], bytes]:
    """A block's header, and the bytes of its numbers."""
    told, size = SIZES.unpack_from(payload, len(MAGIC))
    rest = payload[len(MAGIC) + SIZES.size :]
    content = pyarrow.Codec("zstd").decompress(rest, decompressed_size=size, asbytes=True)
    return json.loads(content[:told]), content[told:]


def packed(header: Any, body: bytes, *, told: int | None = None, size: int | None = None) -> bytes:
    """A block of a header and the bytes of its numbers; told, size: what it states of their lengths."""
    head = header if isinstance(header, bytes) else json.dumps(header).encode()
    content = head + body
    sizes = SIZES.pack(len(head) if told is None else told, len(content) if size is None else size)
    return MAGIC + sizes + pyarrow.Codec("zstd").compress(content, asbytes=True)


def _noise(header: dict[str, Any], body: bytearray, random: Random) -> bytes:
    for _ in range(1 << random.randrange(10)):
        body[random.randrange(len(body))] ^= 1 << random.randrange(8)
    return packed(header, bytes(body))


def _fields(header: dict[str, Any], body: bytearray, random: Random) -> bytes:
    place = random.randrange(len(header["fields"]))
    header["fields"][place] = random.choice(([], ["a", [-1]], ["a", [2**40]], ["a", "b"], [1, [1]], ["a", [1.5]], "a"))
    return packed(header, bytes(body))


def _notes(header: dict[str, Any], body: bytearray, random: Random) -> bytes:
    header["notes"][random.choice([*header["notes"], "else"])] = random.choice((None, [], "x", ["WON"], 1e308, {}))
    return packed(header, bytes(body))


def _draws(header: dict[str, Any], body: bytearray, random: Random) -> bytes:
    header["draws"] = random.choice((0, -1, 2**40, 1.5, None, "1", True))
    return packed(header, b"" if header["draws"] == 0 else bytes(body))


_CHANGES: dict[str, Callable[[dict[str, Any], bytearray, Random], bytes]] = {
    "noise": _noise,
    "fields": _fields,
    "notes": _notes,
    "draws": _draws,
    "no draws": lambda header, body, random: packed({"fields": [["a", [1]]], "notes": {}, "draws": 0}, b""),
    "deep header": lambda header, body, random: packed(b"[" * 100_000, bytes(body)),
    "sizes": lambda header, body, random: packed(header, bytes(body), size=1 << random.randrange(63)),
    "header size": lambda header, body, random: packed(header, bytes(body), told=1 << random.randrange(63)),
    "bomb": lambda header, body, random: packed(header, bytes(2**27)),
    "magic": lambda header, body, random: b"detente2" + packed(header, bytes(body))[8:],
    "cut": lambda header, body, random: packed(header, bytes(body))[: random.randrange(40)],
}


def main() -> None:
    """Damage a file many times; prints how each ended, and fails where one ended in anything but words or the truth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--times", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--other-versions", action="store_true", help="the file states that other code made it")
    asked = parser.parse_args()
    import detente as dt

    with tempfile.TemporaryDirectory() as folder, dt.Library(Path(folder) / "true.sqlite") as library:
        file = of_other_versions(asked.file, Path(folder) / "other.study") if asked.other_versions else asked.file
        true = {record.id: record.answers["outcomes"] for record in library.take_in(file)}
        ended, faults = Counter[str](), list[str]()
        for number in range(asked.times):
            random = Random(asked.seed * 1_000_003 + number)
            path, fresh = Path(folder) / "damaged.study", Path(folder) / "fresh.sqlite"
            what, since = damage(file, path, random), time.monotonic()
            try:
                how = taken_in(path, fresh, true)
            except Exception as error:
                how = f"FAULT {type(error).__name__}: {error}"
            if how.startswith("FAULT") or time.monotonic() - since > 120:
                faults.append(f"{number}: {what}: {how}")
                print(faults[-1], flush=True)
            ended[how.split(":")[0]] += 1
            for each in Path(folder).glob("fresh.sqlite*"):
                each.unlink()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{asked.times} damaged files: {dict(ended)}; peak memory {peak} MB; {len(faults)} faults")
    sys.exit(bool(faults))


def taken_in(path: Path, fresh: Path, true: dict[str, Any]) -> str:
    """Ending of the import of a damaged file into a new library; true: id -> outcomes of the sound file."""
    import detente as dt

    try:
        with dt.Library(fresh) as library:
            records = library.take_in(path)
            for record in records:
                told = record.answers
                if not record.verified:
                    if record.finished and "Unverified" not in told["certificate"]["sentences"][0]:
                        return "FAULT: an unchecked study does not say so"
                elif record.finished and record.id in true and not _alike(told["outcomes"], true[record.id]):
                    return "FAULT: other answers were taken in"
    except dt.DetenteError as error:
        return "refused in words" if str(error).strip() else "FAULT: no words"
    if not all(record.verified for record in records):
        return "taken in as unverified"
    return "taken in with the true answers"


def _alike(told: list[dict[str, Any]], true: list[dict[str, Any]]) -> bool:
    """True where both say the same up to what solving again cannot tell apart."""
    if len(told) != len(true):
        return False
    pairs = [(row.get(name), value) for row, sound in zip(told, true, strict=True) for name, value in sound.items()]
    return all(
        abs(one - other) < 1e-8 if isinstance(one, float) and isinstance(other, float) else one == other
        for one, other in pairs
    )


if __name__ == "__main__":
    main()
