"""The record of the catalogue beside the texts of its cases: size, dates and scores of crises, results of models."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

RECORD = Path(str(files("detente.catalogue"))) / "record.json"
"""The record, as `python -m detente.study.scored.catalogued` computes it; `models`, with what was
published of each, are written by hand."""

CRISIS, MODEL_CASE, EXAMPLE = "crisis", "model", "example"

_CRISIS, _MODEL = re.compile(r"[a-z-]+-\d{4}"), re.compile(r"[a-z-]+-\d{4}-[a-z0-9-]+")


def read_record() -> Mapping[str, Any]:
    """The record as plain values: `models` and `crises` by name, with the draws and seed of the latter."""
    return json.loads(RECORD.read_text("utf-8"))


def kind_of(name: str) -> str:
    """Kind of a case by its name: a crisis (`cuba-1962`), a published model (`kydd-2005-trust`), or an example."""
    if _CRISIS.fullmatch(name):
        return CRISIS
    return MODEL_CASE if _MODEL.fullmatch(name) else EXAMPLE
