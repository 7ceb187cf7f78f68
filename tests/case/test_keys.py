"""Every key of the language: where two cases differ in it alone, digest, `diff`, writer and schema agree on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from detente.case.form.schema import case_schema
from detente.case.read import read_text
from detente.case.written_back.outline import outline
from detente.crisis.model import Crisis
from detente.errors import CaseError
from detente.study.compared.alterations import edits
from detente.study.request import Request

WHOLE = read_text((Path(__file__).parent / "whole.yaml").read_text("utf-8"))
"""A case that uses every key."""
Way = tuple[Any, ...]


@cache
def keys() -> frozenset[str]:
    """Every key that the schema knows."""
    schema = case_schema()
    records = [schema, *schema["definitions"].values()]
    return frozenset(key for record in records for key in record.get("properties", {}))


def entries(part: Any, above: Way = ()) -> Iterator[tuple[Way, Any]]:
    """Everything that stands under a key or in a list, with the way to it."""
    inner = part.items() if isinstance(part, Mapping) else enumerate(part) if isinstance(part, list) else ()
    for key, value in inner:
        yield (*above, key), value
        yield from entries(value, (*above, key))


def kind(way: Way) -> str:
    """The keys of the language on a way, without the names that an analyst gives and the places in lists."""
    return ".".join(each for each in way if each in keys())


def places() -> dict[str, dict[str, list[tuple[Way, Any]]]]:
    """Ways to everything that is written, by the key it stands under and by kind."""
    found: dict[str, dict[str, list[tuple[Way, Any]]]] = {}
    for way, value in entries(outline(WHOLE)):
        if way[-1] in keys():
            found.setdefault(way[-1], {}).setdefault(kind(way), []).append((way, value))
    return found


PLACES = places()
TRIED = 3
"""Number of places of one kind at which the case is changed."""
ELSEWHERE = {"stage": ["left"], "value": [0.7], "ending": ["war"]}
"""Values that a key may have beside those that the case has somewhere."""
ONE_VALUE = {"detente"}
"""Keys with one value only."""


def others(value: Any) -> Iterator[Any]:
    """Values that might stand where another does."""
    match value:
        case int() | float():
            yield from (value + 1, value - 1, value * 0.9, value / 2)
        case str():
            yield from (f"{value}x", f"{value} + 1", value.replace("1", "2"), value.replace("<", ">"))
        case list():
            yield from (value[::-1], *(value[:n] + value[n + 1 :] for n in range(len(value))))
            for n, each in enumerate(value):
                if not isinstance(each, list | dict):
                    yield from ([*value[:n], other, *value[n + 1 :]] for other in others(each))
        case dict():
            yield dict(reversed(value.items()))
            yield from ({key: held for key, held in value.items() if key != name} for name in value)


def variants(way: Way, value: Any, alike: list[Any]) -> Iterator[Crisis]:
    """Cases that read, and say something else at a place or nothing."""
    for other in (None, *alike, *others(value)):
        document = outline(WHOLE)
        part: Any = document
        for key in way[:-1]:
            part = part[key]
        if other is None:
            del part[way[-1]]
        else:
            part[way[-1]] = other
        with suppress(CaseError):
            yield read_text(yaml.dump(document, Dumper=Plain, sort_keys=False, allow_unicode=True))


class Plain(yaml.CSafeDumper):
    """YAML without anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def differences(one: Crisis, other: Crisis) -> int:
    return len(edits((one, Request()), (other, Request())))


def test_the_whole_case_uses_every_key():
    assert keys() == set(PLACES)


def test_what_is_written_back_says_the_same():
    again = read_text(yaml.dump(outline(WHOLE), Dumper=Plain, sort_keys=False, allow_unicode=True))
    assert again.digest == WHOLE.digest
    assert differences(WHOLE, again) == 0


@pytest.mark.parametrize("key", sorted(PLACES))
def test_what_makes_another_digest_is_told_as_a_difference(key: str):
    """And nothing else is. A key whose change nobody tells is one that some list of keys lacks."""
    everywhere = [value for known in PLACES[key].values() for _, value in known]
    told = 0
    for known in PLACES[key].values():
        for way, value in known[:TRIED]:
            alike = [other for n, other in enumerate(everywhere) if other != value and other not in everywhere[:n]]
            for changed in variants(way, value, [*alike[:5], *ELSEWHERE.get(key, ())]):
                assert (changed.digest != WHOLE.digest) == (differences(WHOLE, changed) > 0), way
                told += changed.digest != WHOLE.digest
    assert told or key in ONE_VALUE, "nothing else could be written there"
