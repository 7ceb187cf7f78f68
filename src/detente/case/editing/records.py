"""The records that may stand at a path of a case, and the keys that each of them has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from detente.case.form.document import CaseDocument
from detente.case.form.register import Path


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key of the language in one of the records: its name, its sentence, and the values that it may have.

    words: values that mean something by themselves, such as `rises`; empty where the language has none.
    """

    name: str
    about: str
    required: bool
    annotation: Any
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """Everything that may stand at a path: keys of records, lists, mappings by name, plain values."""

    annotation: Any = None
    key: KnownKey | None = None

    @property
    def records(self) -> tuple[type[BaseModel], ...]:
        """The records that a mapping here may be."""
        kinds = _members(self.annotation)
        return tuple(each for each in kinds if isinstance(each, type) and issubclass(each, BaseModel))

    @property
    def lists(self) -> bool:
        """True where a list may stand here."""
        return any(get_origin(each) is list for each in _members(self.annotation))

    @property
    def plain(self) -> bool:
        """True where a text or a number may stand here."""
        return any(each in (str, float, int, bool) for each in _members(self.annotation))

    @property
    def numeric(self) -> bool:
        """True where a number may stand here."""
        return any(each in (float, int) for each in _members(self.annotation))

    @property
    def keys(self) -> dict[str, KnownKey]:
        """The keys that a mapping here may have, by name."""
        found: dict[str, KnownKey] = {}
        for record in self.records:
            for name, each in keys_of_record(record).items():
                found.setdefault(name, each)
        return found

    @property
    def bare(self) -> tuple[str, ...]:
        """The key that a bare value stands for where a mapping is written: the only one that its record requires.

        A number and its uncertainty require none: there a formula `equals` and a number is the `value`.
        """
        for record in self.records:
            keys = keys_of_record(record)
            required = [name for name, each in keys.items() if each.required]
            if len(required) == 1:
                return tuple(required)
            if {"equals", "value"} <= set(keys):
                return ("equals", "value")
        return ()


def standing(path: Path) -> Slot:
    """Everything that may stand at a path of a case."""
    here = Slot(CaseDocument)
    for step in path:
        here = step_into(here, step)
    return here


def step_into(here: Slot, step: str | int) -> Slot:
    """Everything that may stand one step further in."""
    inner: list[Any] = []
    key = here.keys.get(str(step))
    if key is not None:
        inner.append(key.annotation)
    for each in _members(here.annotation):
        origin, parts = get_origin(each), get_args(each)
        if (origin is dict and isinstance(step, str) and key is None) or (origin is list and isinstance(step, int)):
            inner.append(parts[-1])
    for record in here.records:
        extra = record.__annotations__.get("__pydantic_extra__")
        if extra is not None and key is None:
            inner.append(str | float | bool)
    if not inner:
        return Slot()
    return Slot(inner[0] if len(inner) == 1 else Union[tuple(inner)], key)  # noqa: UP007


@lru_cache(maxsize=256)
def keys_of_record(record: type[BaseModel]) -> dict[str, KnownKey]:
    """The keys of a record, as they are written."""
    return {field.alias or name: _key(field.alias or name, field) for name, field in record.model_fields.items()}


def _key(name: str, field: FieldInfo) -> KnownKey:
    annotation: Any = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    extra: Any = field.json_schema_extra
    words: list[Any] = [*(extra.get("enum", ()) if isinstance(extra, dict) else ()), *(field.examples or ())]
    return KnownKey(name, field.description or "", field.is_required(), annotation, tuple(map(str, words)))


def _members(annotation: Any) -> Iterator[Any]:
    """The alternatives that an annotation allows, without their tags."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _members(annotation.__origin__)
    elif origin is Union or str(origin) == "<class 'types.UnionType'>":
        for member in get_args(annotation):
            yield from _members(member)
    elif annotation is not type(None):
        yield annotation
