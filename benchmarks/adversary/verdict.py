"""Verdicts on trials, and the folder in which faults are kept."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

FINE, REFUSED, WRONG, PASSED, UNANSWERED = "fine", "refused", "wrong", "passed over", "unanswered"


@dataclass(frozen=True)
class Verdict:
    """status: fine; refused in words; wrong; passed over (brute force cannot judge it);
    unanswered (the program took too long, or its process ended). kind: of fault, in few words.

    message: right and told values. files: by name, what repeats it; command: how.
    """

    status: str
    kind: str = ""
    message: str = ""
    files: dict[str, str] = field(default_factory=dict)
    command: str = ""


def fine() -> Verdict:
    return Verdict(FINE)


def passed(why: str) -> Verdict:
    return Verdict(PASSED, why)


def wrong(kind: str, message: str, files: dict[str, str], command: str) -> Verdict:
    return Verdict(WRONG, kind, message, files, command)


def broke(kind: str, what: str, files: dict[str, str], command: str) -> Verdict:
    """The verdict on a request that `product.broken` says something of: without an answer, or wrong."""
    head, _, rest = what.partition(": ")
    if head == "hang":
        return Verdict(UNANSWERED, f"no answer in {float(rest):g} s", what, files, command)
    if head == "died":
        return Verdict(UNANSWERED, f"no answer: the process ended with {rest}", what, files, command)
    return wrong(kind, what, files, command)


@dataclass
class Tally:
    """The counts of one part, and the folder into which its faults are written."""

    part: str
    folder: Path
    most: int = 5
    counts: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)

    def take(self, verdict: Verdict) -> None:
        self.counts[verdict.status] += 1
        if verdict.status == FINE and not verdict.kind:
            return
        self.kinds[f"{verdict.status}: {verdict.kind}"] += 1
        if verdict.status in (WRONG, UNANSWERED) and self.kinds[f"{verdict.status}: {verdict.kind}"] <= self.most:
            self.save(verdict)

    def save(self, verdict: Verdict) -> None:
        content = json.dumps(verdict.files, sort_keys=True)
        name = hashlib.sha256((verdict.kind + content).encode("utf-8", "surrogatepass")).hexdigest()[:8]
        place = self.folder / self.part / f"{verdict.kind.replace(' ', '-').replace('/', '-')[:50]}-{name}"
        place.mkdir(parents=True, exist_ok=True)
        for each, text in verdict.files.items():
            (place / each).write_bytes(text.encode("utf-8", "surrogatepass"))
        (place / "fault.txt").write_text(f"{verdict.kind}\n{verdict.command}\n{verdict.message}\n", "utf-8", "replace")

    @property
    def tried(self) -> int:
        return sum(self.counts.values())

    def line(self) -> str:
        told = ", ".join(
            f"{self.counts[each]:,} {each}" for each in (FINE, REFUSED, PASSED, UNANSWERED, WRONG) if self.counts[each]
        )
        return f"{self.part}: {self.tried:,} tried: {told or 'none'}"
