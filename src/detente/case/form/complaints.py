"""Complaints about a document's form, in the words of the case language and at the place in the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError
from pydantic_core import ErrorDetails

from detente.case.form.document import CaseDocument
from detente.case.form.ledger import Ledger, Path
from detente.case.form.written import describe
from detente.case.spelling.suggest import did_you_mean

_WANTED = {
    "model_type": "a mapping (`key: value`)",
    "model_attributes_type": "a mapping (`key: value`)",
    "dict_type": "a mapping (`key: value`)",
    "list_type": "a list ([a, b], or one item a line with `- `)",
    "literal_error": "a number, a distribution or `limit`",
}


def complain(error: ValidationError, ledger: Ledger) -> None:
    """Record every finding of the document's check in the ledger."""
    for details in error.errors(include_url=False):
        path, model = _written(details["loc"])
        _record(details, path, model, ledger)


def _record(details: ErrorDetails, path: Path, model: type[BaseModel] | None, ledger: Ledger) -> None:
    kind, context = details["type"], details.get("ctx", {})
    if kind == "extra_forbidden" and model is not None:
        key = str(path[-1])
        name, colon, value = key.partition(":")
        split = f"put a space after the colon, as in `{name}: {value}`"
        remedy = split if colon and value else did_you_mean(key, keys_of(model), "keys")
        ledger.error(path, f"unknown key `{key}`", remedy, key=True)
    elif kind == "missing":
        what = f"`{path[-1]}` is missing"
        ledger.error(path[:-1], what, _about(model, str(path[-1])), key=True)
    elif kind == "case":
        ledger.error(path, str(context["what"]), str(context["remedy"]))
    else:
        found = describe(details["input"])
        remedy = "write its keys in braces, as in {name: …}, or one below the other, indented"
        about = _about(model, str(path[-1]) if path else "")
        ledger.error(path, f"expected {_WANTED.get(kind, 'something else')}, found {found}", about or remedy)


def path_of(details: ErrorDetails) -> Path:
    """The path of a finding in the document as it is written."""
    return _written(details["loc"])[0]


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys of a record as they are written."""
    return [field.alias or name for name, field in model.model_fields.items()]


def _about(model: type[BaseModel] | None, key: str) -> str:
    for name, field in model.model_fields.items() if model else ():
        if (field.alias or name) == key and field.description:
            return f"`{key}`: {field.description[0].lower()}{field.description[1:]}"
    return ""


def _written(location: tuple[int | str, ...]) -> tuple[Path, type[BaseModel] | None]:
    """A location without the alternatives' tags, and the record that its last key belongs to."""
    path: list[str | int] = []
    annotation: Any = CaseDocument
    model: type[BaseModel] | None = None
    for step in location:
        tagged = _alternative(annotation, step)
        if tagged is not None:
            annotation = tagged
            continue
        path.append(step)
        annotation, model = _inside(annotation, step, model)
    return tuple(path), model


def _alternative(annotation: Any, tag: int | str) -> Any:
    for member in _members(annotation):
        if get_origin(member) is Annotated and any(
            isinstance(each, Tag) and each.tag == tag for each in member.__metadata__
        ):
            return member.__origin__
    return None


def _members(annotation: Any) -> Iterator[Any]:
    """The alternatives that an annotation allows, still with their tags."""
    origin = get_origin(annotation)
    if origin is Annotated and not any(isinstance(each, Tag) for each in annotation.__metadata__):
        yield from _members(annotation.__origin__)
    elif origin is Union or str(origin) == "<class 'types.UnionType'>":
        for member in get_args(annotation):
            yield from _members(member)
    else:
        yield annotation


def _inside(annotation: Any, step: int | str, outer: type[BaseModel] | None) -> tuple[Any, type[BaseModel] | None]:
    """The annotation of a key or item, and the record whose key it is."""
    for member in _members(annotation):
        plain = member.__origin__ if get_origin(member) is Annotated else member
        if isinstance(plain, type) and issubclass(plain, BaseModel):
            for name, field in plain.model_fields.items():
                if (field.alias or name) == step:
                    wrapped: Any = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
                    return wrapped, plain
            return None, plain
        if get_origin(plain) in (dict, list):
            return get_args(plain)[-1], outer
    return None, outer
