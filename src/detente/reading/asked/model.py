"""A model asked about texts: what is sent, what comes back, what of it is taken, and the record that is kept of all."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from detente.reading.asked.answers import taken
from detente.reading.asked.asking import requests
from detente.reading.asked.sending import answer_to, recipient
from detente.reading.proposals.records import Proposal
from detente.reading.texts import Text


@dataclass(slots=True)
class AnswersTaken:
    """Answers about one text: proposals that were taken, and counts of what was refused by reason."""

    proposals: list[Proposal] = field(default_factory=list[Proposal])
    refused: Counter[str] = field(default_factory=Counter[str])


def sent(texts: Sequence[Text], model: str) -> str:
    """A sentence that says what will be sent to whom."""
    parts = [f"{len(each.sentences):,} sentences ({len(each.words):,} characters) of {each.name}" for each in texts]
    return f"Sent to {recipient(model)}: {', '.join(parts)}, with fixed instructions, and nothing else."


def ask_model(text: Text, model: str, name: str, record: Path) -> AnswersTaken:
    """Ask a model about a text; every request and answer is added to the record, one line of JSON each.

    Raises RequestError where the model cannot be reached, OSError where the record cannot be written.
    """
    found = AnswersTaken()
    for request in requests(text, name):
        answer = answer_to(request, model)
        items = taken(answer, text)
        found.proposals += items.proposals
        found.refused += items.refused
        _keep(record, text, model, request, answer, items.refused)
    return found


def _keep(record: Path, text: Text, model: str, request: dict[str, Any], answer: str, refused: Counter[str]) -> None:
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "to": recipient(model),
        "model": request["model"],
        "text": text.name,
        "sha256": text.sha256,
        "request_sha256": sha256(json.dumps(request, sort_keys=True).encode()).hexdigest(),
        "request": request,
        "answer": answer,
        "refused": dict(refused),
    }
    with record.open("a", encoding="utf-8", errors="replace") as kept:
        kept.write(json.dumps(line, ensure_ascii=True) + "\n")
