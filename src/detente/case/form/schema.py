"""The JSON Schema of the case language (draft-07 keywords), generated from the records that read a case."""

from __future__ import annotations

from typing import Any

from detente.case.form.document import CaseDocument
from detente.case.form.evidence import CITED_PARTS
from detente.case.form.numbers import SHAPES

_DRAFT = "http://json-schema.org/draft-07/schema#"
_ONE_SHAPE = ("DrawnNumber", "Uncertain", "UncertainQuantity", "NumericPrivate")


def case_schema() -> dict[str, Any]:
    """The schema that editors' YAML servers complete and check a case with. Each call gives a new dictionary."""
    made: dict[str, Any] = CaseDocument.model_json_schema(ref_template="#/definitions/{model}")
    definitions: dict[str, Any] = made.pop("$defs")
    for name in _ONE_SHAPE:
        definitions[name]["oneOf"] = [{"required": [shape]} for shape in SHAPES]
    definitions["Cited"]["oneOf"] = [{"required": [part]} for part in CITED_PARTS]
    definitions["StageEntry"]["oneOf"] = [{"required": ["choose"]}, {"required": ["chance"]}]
    definitions["StateEntry"]["oneOf"] = [{"required": ["values"]}, {"required": ["from", "to"]}]
    definitions["RankingEntry"]["oneOf"] = [{"required": ["order"]}, {"required": ["orders"]}]
    made["definitions"] = definitions
    made["properties"]["detente"]["enum"] = [1]
    schema = {"$schema": _DRAFT, "title": "A case of Détente", **_tidied(made)}
    schema["definitions"] = {name: _tidied(each) for name, each in sorted(definitions.items())}
    return schema


def _tidied(schema: dict[str, Any]) -> dict[str, Any]:
    """Without what only the generator needs: titles made of field names, empty defaults, nulls for absent keys."""
    tidy: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "properties":
            tidy[key] = {name: _present(_schema(each)) for name, each in value.items()}
        elif key == "definitions":
            tidy[key] = value
        elif key not in ("title", "default"):
            tidy[key] = _value(value)
    return _alone(tidy)


def _schema(value: Any) -> Any:
    return _tidied(value) if isinstance(value, dict) else value


def _value(value: Any) -> Any:
    if isinstance(value, list):
        return [_schema(item) for item in value]
    return _schema(value)


def _present(schema: dict[str, Any]) -> dict[str, Any]:
    """A key that is written has a value: null stands for absence in the records only."""
    options = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    if not options:
        return schema
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    return _alone({**options[0], **rest}) if len(options) == 1 else {**rest, "anyOf": options}


def _alone(schema: dict[str, Any]) -> dict[str, Any]:
    """Draft 7 ignores whatever stands beside a `$ref`, so the reference moves into `allOf` where it has company."""
    if "$ref" not in schema or len(schema) == 1:
        return schema
    return {"allOf": [{"$ref": schema["$ref"]}], **{key: value for key, value in schema.items() if key != "$ref"}}
