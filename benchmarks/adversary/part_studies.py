"""Study files that are damaged or forged, and runs that are killed: every number stays right, or words say why."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.adversary.damage import damage
from benchmarks.adversary.part_terminal import RAW
from benchmarks.adversary.product import SMALL, NoAnswerError, Product, broken, refused
from benchmarks.adversary.study_files import StudyFile, damaged, poison
from benchmarks.adversary.verdict import REFUSED, Verdict, fine, wrong

CASE = SMALL.replace("x: 0.5", "x: q") + "quantities: {q: {uniform: [0.2, 0.8]}}\nrationality: 3\n"
LONG = CASE.replace("rationality: 3", "rationality: 30")


class Desk:
    """A folder with a case, a library that holds its study, and the study's file."""

    def __init__(self, product: Product, draws: int = 16) -> None:
        self.product, self.folder = product, Path(tempfile.mkdtemp(prefix="adversary-studies-"))
        self.library, self.good = self.folder / "kept.sqlite", self.folder / "good.study"
        (self.folder / "case.yaml").write_text(CASE)
        out = str(self.folder / "report")
        run = self.say("run", str(self.folder / "case.yaml"), "--draws", str(draws), "--out", out, library=self.library)
        if run["code"] != 0:
            raise NoAnswerError(run["err"][-300:])
        listed = self.say("studies", "--library", str(self.library), "--json")
        self.id = first_id(json.loads(listed["out"]))
        self.say("studies", "export", self.id, str(self.good), library=self.library)

    def say(self, *words: str, library: Path | None = None) -> dict[str, Any]:
        """Output of a command, or {"code": "hang"} and the like."""
        told = self.product.call("cli", words=[*words, *(["--library", str(library)] if library else [])])
        return told.get("value") or {
            "code": "hang" if "hang" in told else "died",
            "out": "",
            "err": broken(told) or str(told),
        }

    def opened(self, library: Path) -> dict[str, Any]:
        """Answers of the study in a library, or the words with which opening it fails."""
        return self.product.call("opened", library=str(library), study=self.id)

    def unverified(self, library: Path) -> bool:
        """True where a study is labelled as not checked."""
        told = self.say("studies", "show", self.id, library=library)
        return any(word in told["out"].lower() for word in ("unverified", "not verified", "not checked"))

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def trials(product: Product, count: int, seed: int) -> Iterator[Verdict]:
    """Damaged study files, every tenth forged."""
    desk = Desk(product)
    before, product.patience = product.patience, 30.0
    try:
        for k in range(count):
            random = Random(seed * 1_000_003 + k)
            yield forged(desk, random) if k % 10 == 9 else hurt(desk, random)
    finally:
        product.patience = before
        desk.remove()


def hurt(desk: Desk, random: Random) -> Verdict:
    file = desk.folder / f"hurt-{random.randrange(10**9)}.study"  # one may still be open in the program
    way = random.choice([damage, damaged])(desk.good, file, random)
    library = desk.folder / "fresh.sqlite"
    for each in desk.folder.glob("fresh.sqlite*"):
        each.unlink()
    files = {"hurt.study.base64": base64.b64encode(file.read_bytes()).decode()}
    command = f"detente studies --library fresh.sqlite import hurt.study ({way})"
    words = [("studies", "import", str(file), "--library", str(library))]
    turned_down = False
    for each in [*words, ("studies", "--library", str(library)), ("studies", "show", desk.id, "--library", str(file))]:
        told = desk.say(*each)
        if fault := stumble(told):
            return wrong(f"a damaged study: {fault}", told["err"][-300:], files, command)
        turned_down = turned_down or (each is words[0] and told["code"] != 0)
    if turned_down:
        return Verdict(REFUSED, "a damaged study")
    return told_otherwise(desk, library, files, command)


def first_id(value: Any) -> str:
    """The id of the first study listed."""
    listed = value if isinstance(value, list) else next(each for each in value.values() if isinstance(each, list))
    return str(listed[0]["id"])


def stumble(told: dict[str, Any]) -> str:
    if told["code"] in ("hang", "died"):
        return f"it {'hangs' if told['code'] == 'hang' else 'dies'}"
    if "Traceback" in told["err"] + told["out"]:
        return "a traceback"
    if RAW.search(told["out"] + told["err"]):
        return "a control character is printed"
    return ""


def told_otherwise(desk: Desk, library: Path, files: dict[str, str], command: str) -> Verdict:
    """A study that was taken in tells what the good one tells, or is labelled as unverified."""
    told, right = desk.opened(library), desk.opened(desk.library)
    if fault := broken(told):
        kind = "it hangs" if "hang" in told else "a traceback"
        return wrong(f"a damaged study: {kind}", fault, files, command)
    if refused(told) or not told["value"]["answers"] or told["value"] == right["value"]:
        return fine()
    if desk.unverified(library):
        return fine()
    return wrong("a forged number is told", str(told["value"])[:300], files, command)


def forged(desk: Desk, random: Random) -> Verdict:
    """A forged study onto the good one: nothing of it changes."""
    library = desk.folder / "there.sqlite"
    for each in desk.folder.glob("there.sqlite*"):
        each.unlink()
    desk.say("studies", "import", str(desk.good), library=library)
    right = desk.opened(library)
    file = StudyFile(desk.good, desk.folder / "forged.study")
    poison(file, random.uniform(0.9, 1.0))
    file.close()
    files = {"forged.study.base64": base64.b64encode(file.path.read_bytes()).decode()}
    command = "detente studies --library there.sqlite import forged.study"
    told = desk.say("studies", "import", str(file.path), library=library)
    if fault := stumble(told):
        return wrong(f"a forged study: {fault}", told["err"][-300:], files, command)
    now = desk.opened(library)
    if now.get("value") != right["value"]:
        return wrong("an import changes a study that is there", str(now)[:400], files, command)
    return fine()


def kills(product: Product, count: int, seed: int) -> Iterator[Verdict]:
    """Runs that are killed at any moment and begun again: in the end every block is what an undisturbed run keeps."""
    folder = Path(tempfile.mkdtemp(prefix="adversary-kills-"))
    random = Random(seed)
    before, product.patience = product.patience, 900.0
    whole, usual = undisturbed(product, folder)
    done = struck = 0
    try:
        while done < count:
            library = folder / f"killed-{done}.sqlite"
            for _ in range(min(4, count - done)):
                child = begin(product, library)
                time.sleep(random.uniform(0.0, 1.0) * usual)
                os.kill(child, signal.SIGKILL)
                struck += ended(product, child) == -signal.SIGKILL
                done += 1
                yield fine()
            last = ended(product, begin(product, library))
            if last != 0 or blocks(library) != whole:
                what = f"exit code {last} after {struck} kills that struck"
                yield wrong("a killed run ends in other numbers", what, {"case.yaml": LONG}, COMMAND)
            library.unlink(missing_ok=True)
    finally:
        product.patience = before
        shutil.rmtree(folder, ignore_errors=True)


COMMAND = "detente.run('case.yaml', draws=DRAWS, library='kept.sqlite'), killed and begun again"
DRAWS = 512


def undisturbed(product: Product, folder: Path) -> tuple[list[tuple[Any, ...]], float]:
    """The blocks of a run that nobody disturbs, and how long it takes in seconds."""
    began = time.monotonic()
    code = ended(product, begin(product, folder / "right.sqlite"))
    if code:
        raise RuntimeError(f"the undisturbed run ends with {code}")
    return blocks(folder / "right.sqlite"), time.monotonic() - began


def begin(product: Product, library: Path) -> int:
    return int(product.value("begun", text=LONG, library=str(library), draws=DRAWS))


def ended(product: Product, child: int) -> int:
    return int(product.value("ended", child=child))


def blocks(library: Path) -> list[tuple[Any, ...]]:
    with sqlite3.connect(library) as connection:
        return sorted(
            connection.execute("select purpose, first, draws, sha256, results from detente_blocks").fetchall()
        )
