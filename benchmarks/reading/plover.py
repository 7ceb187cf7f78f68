"""PLOVER's gold records (Open Event Data Alliance 2016), end to end: from a sentence to root type, source and target.

The gold types are taken as PLV's 15 roots: DEMAND as REQUEST, DISAPPROVE and INVESTIGATE as ACCUSE, CONCEDE and RETREAT
as YIELD, FIGHT as ASSAULT. An actor is right where the gazetteer's code is one of the record's; an international
organisation is right where the record says IGO. Where a record names no actor on a side, that side counts as right.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detente.reading.actors.gazetteer import shipped_gazetteer
from detente.reading.actors.linking import actors_of
from detente.reading.marking import mark
from detente.reading.proposals.proposing import sentence_event
from detente.reading.texts import plain_text

ROOT_OF = {
    "DEMAND": "REQUEST",
    "DISAPPROVE": "ACCUSE",
    "INVESTIGATE": "ACCUSE",
    "CONCEDE": "YIELD",
    "RETREAT": "YIELD",
    "FIGHT": "ASSAULT",
}
_ORGANISATIONS = frozenset("UNO NAT EUR IAE WHO IMF WBK WTO AFU ARL ASN OPC ECO GCC OIC OAS ICC OSC RCR".split())
Triple = tuple[str, str, str]


@dataclass
class Score:
    """Counts over records: annotated, found, right by type, right by type and both actors."""

    annotated: int = 0
    found: int = 0
    typed: int = 0
    whole: int = 0

    def f1(self, right: int) -> float:
        """F1 of so many right ones."""
        return 2 * right / max(self.annotated + self.found, 1)


def records(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The gold records by their sentence."""
    found: dict[str, list[dict[str, Any]]] = {}
    path = folder / "gold_standard_records" / "PLOVER_GSR_CAMEO.txt"
    for record in json.loads(path.read_text("utf-8")):
        if record["event"] != "DOCUMENT":
            found.setdefault(record["text"], []).append(record)
    return found


def scored(folder: Path, half: int | None = None) -> Score:
    """The rules' score on all sentences, or on those in even (0) or odd (1) places."""
    score = Score()
    for number, (words, annotated) in enumerate(records(folder).items()):
        if half is None or number % 2 == half:
            _add(score, words, annotated)
    return score


def extracted(words: str) -> list[Triple]:
    """Root type, source and target of every sentence in which an event is found."""
    text = plain_text(words)
    marked, actors = mark(text), actors_of(text, shipped_gazetteer())
    events = [sentence_event(marked, actors, each) for each in text.sentences]
    return [(each[0], each[2].code, each[3].code if each[3] else "") for each in events if each]


def _add(score: Score, words: str, annotated: list[dict[str, Any]]) -> None:
    found, left = extracted(words), list(annotated)
    score.annotated += len(annotated)
    score.found += len(found)
    for root, source, target in found:
        typed = [each for each in left if ROOT_OF.get(each["event"], each["event"]) == root]
        whole = [each for each in typed if _fits(source, each.get("source")) and _fits(target, each.get("target"))]
        score.typed += bool(typed)
        score.whole += bool(whole)
        if typed:
            left.remove((whole or typed)[0])


def _fits(code: str, actors: Any) -> bool:
    """True where a code is one of the record's actors, or the record names none."""
    codes = {each.get("code", "") for each in actors or () if isinstance(each, dict)} - {""}
    codes = {"JPN" if each == "JAP" else each for each in codes}
    return not codes or code in codes or ("IGO" in codes and code in _ORGANISATIONS)


def proposed_right(folder: Path, half: int) -> tuple[int, int]:
    """Events proposed between two different actors in one half of the sentences: right ones, and all."""
    right = tried = 0
    for number, (words, annotated) in enumerate(records(folder).items()):
        for root, source, target in extracted(words) if number % 2 == half else ():
            if target and source != target:
                tried += 1
                right += any(
                    ROOT_OF.get(each["event"], each["event"]) == root
                    and _fits(source, each.get("source"))
                    and _fits(target, each.get("target"))
                    for each in annotated
                )
    return right, tried
