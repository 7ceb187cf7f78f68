"""A case laid out as nested mappings: what answers depend on, names and evidence, and what is asked, each by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from detente.case.form.numbers import SHAPES, is_spread
from detente.case.form.rankings import by_type
from detente.case.meaning.spoken import read_limits
from detente.case.written_back.outline import outline
from detente.crisis.model import Crisis
from detente.crisis.play import Repeat, Stage, Step, Together
from detente.crisis.quantities import LIMIT
from detente.study.compared.forms import Form, Said
from detente.study.request import Request

_TEXTS = ("name", "unit", "because", "note", "support", "date", "known")


def form_of(crisis: Crisis, request: Request | None = None) -> Form:
    """Everything that answers depend on, with the settings of a request written into it."""
    written = outline(crisis)
    form: Form = {
        "quantities": {id: Said(_bare(entry)) for id, entry in written.get("quantities", {}).items()},
        "actors": {id: _actor(entry or {}) for id, entry in written["actors"].items()},
        "state": {id: Said(_stripped(entry)) for id, entry in written.get("state", {}).items()},
        "formulas": {id: Said(_equal_to(entry)) for id, entry in written.get("formulas", {}).items()},
        "order": Said([_skeleton(step) for step in crisis.steps]),
        "stages": {each["id"]: _stage(each) for each in stages_in(written["stages"])},
        "outcomes": {id: _outcome(entry or {}) for id, entry in written["outcomes"].items()},
        "groups": {id: Said(_stripped(entry)) for id, entry in written.get("groups", {}).items()},
        "preferences": {id: _preference(entry) for id, entry in written.get("preferences", {}).items()},
        "readings": {id: Said(entry["when"]) for id, entry in written.get("readings", {}).items()},
        "timeline": {event_name(each): Said(_stripped(each)) for each in written.get("timeline", [])},
        "rationality": Said(written.get("rationality", LIMIT)),
        "bound": {},
    }
    if "finally" in written:
        form["finally"] = Said(written["finally"])
    if request is not None:
        _settle(form, crisis, request)
    return form


def _bind(bound: Form, stage: str, kind: str, moves: Any) -> None:
    """Add moves to what is forced or forbidden at a stage: one as such, several as a list."""
    held = bound.get(stage, Said({})).value
    own = [] if kind not in held else held[kind] if isinstance(held[kind], list) else [held[kind]]
    own = [*own, *(moves if isinstance(moves, list) else [moves])]
    bound[stage] = Said({**held, kind: own[0] if len(own) == 1 else own})


def _settle(form: Form, crisis: Crisis, request: Request) -> None:
    """Write a scenario, moves forced and forbidden, fixed quantities and a rationality into a form."""
    written = outline(crisis)
    scenario = written.get("scenarios", {}).get(request.scenario, {})
    for name, entry in scenario.get("set", {}).items():
        form["quantities"][name] = Said(_bare(entry))
    for name, entry in scenario.get("prior", {}).items():
        actor, _, variable = name.partition(".")
        before = form["actors"][actor]["private"][variable].value
        points = {"points": before["points"]} if "points" in before else {}
        form["actors"][actor]["private"][variable] = Said({**entry, **points})
    for kind in ("forbid", "force"):
        for stage, moves in scenario.get(kind, {}).items():
            _bind(form["bound"], stage, kind, moves)
    for limit in read_limits(crisis, request.force, request.forbid):
        moves = [crisis.stage(limit.stage).moves[move].id for move in limit.moves]
        said: Any = moves[0] if limit.forced else moves
        entry = {"round": limit.round, "move": said} if limit.round else said
        _bind(form["bound"], limit.stage, "force" if limit.forced else "forbid", entry)
    for name, value in request.set.items():
        form["quantities"][name] = Said({"value": value})
    if request.rationality is not None:
        form["rationality"] = Said(request.plain()["rationality"])


def texts_of(crisis: Crisis) -> Form:
    """Names, evidence and notes, thing by thing."""
    written = outline(crisis)
    form: Form = {key: Said(written[key]) for key in ("title", "about") if key in written}
    form["sources"] = {id: Said(entry) for id, entry in written.get("sources", {}).items()}
    for section in ("quantities", "state", "formulas", "outcomes", "groups", "readings"):
        form[section] = {id: _texts(entry) for id, entry in written.get(section, {}).items()}
    form["actors"] = {
        id: {
            **_texts(entry),
            "private": {name: _texts(each) for name, each in (entry or {}).get("private", {}).items()},
        }
        for id, entry in written["actors"].items()
    }
    form["stages"] = {each["id"]: _stage_texts(each) for each in stages_in(written["stages"])}
    form["preferences"] = {id: _ranking_texts(entry) for id, entry in written.get("preferences", {}).items()}
    form["timeline"] = {event_name(each): _texts(each) for each in written.get("timeline", [])}
    form["drafts"] = {str(n): Said(each) for n, each in enumerate(written.get("drafts", []), 1)}
    return form


def asked_of(crisis: Crisis) -> Form:
    """Questions, claims and scenarios, key by key."""
    written = outline(crisis)
    listed = ("questions", "claims")
    form: Form = {section: {each["id"]: _parts(each) for each in written.get(section, [])} for section in listed}
    form["ended"] = _parts(written.get("ended", {}))
    form["base_rate"] = _parts(written.get("base_rate", {}))
    form["scenarios"] = {id: _parts(entry) for id, entry in written.get("scenarios", {}).items()}
    return form


def _parts(entry: Mapping[str, Any]) -> Form:
    return {key: Said(value) for key, value in entry.items()}


def event_key(stage: str, round: int) -> str:
    """The name of an event: its stage, and its round where it has one."""
    return f"{stage}, round {round}" if round else stage


def event_name(entry: Mapping[str, Any]) -> str:
    """The name of an event as it is written."""
    return event_key(entry["stage"], entry.get("round", 0))


def _bare(entry: Any) -> Form:
    """The distribution of a quantity alone."""
    if not isinstance(entry, dict):
        return {"value": entry}
    return {key: entry[key] for key in (*SHAPES, "within", "structural") if key in entry}


def _equal_to(entry: Any) -> Any:
    """A formula by name without what stands beside it."""
    return entry["equals"] if isinstance(entry, dict) else entry


def _stripped(entry: Mapping[str, Any]) -> Form:
    return {key: each for key, each in entry.items() if key not in _TEXTS}


def _actor(entry: Mapping[str, Any]) -> Form:
    return {"private": {name: Said(_stripped(each)) for name, each in entry.get("private", {}).items()}}


def _outcome(entry: Mapping[str, Any]) -> Form:
    return {"payoffs": {actor: Said(each) for actor, each in entry.get("payoffs", {}).items()}}


def _preference(entry: Any) -> Any:
    """A ranking, or rankings by private variable and value."""
    if isinstance(entry, str):
        return Said(entry)
    if not by_type(entry):
        return Said(entry["order"] if "order" in entry else {"orders": [_stripped(each) for each in entry["orders"]]})
    return {name: _preference(each) for name, each in entry.items()}


def _ranking_texts(entry: Any) -> Form:
    if isinstance(entry, str):
        return {}
    if not by_type(entry):
        orders = {f"order {n + 1}": _texts(each) for n, each in enumerate(entry.get("orders", ()))}
        return {**_texts(entry), **orders}
    return {name: _ranking_texts(each) for name, each in entry.items()}


def _texts(entry: Any) -> Form:
    return {key: Said(entry[key]) for key in _TEXTS if key in entry} if isinstance(entry, dict) else {}


def _stage_texts(entry: Mapping[str, Any]) -> Form:
    if is_spread(entry.get("chance")):
        return _texts(entry)
    key = "chance" if "chance" in entry else "choose"
    moves = {name: _texts(move) for name, move in entry[key].items()}
    return {**_texts(entry), "branches" if key == "chance" else key: moves}


def stages_in(entries: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Every stage as written, those inside blocks too."""
    for each in entries:
        inner = each.get("together") or each.get("stages")
        if inner:
            yield from stages_in(inner)
        else:
            yield each


def _skeleton(step: Step) -> Any:
    match step:
        case Stage():
            return step.id
        case Together():
            return {"together": [each.id for each in step.stages]}
        case Repeat():
            return {"repeat": step.times, "stages": [_skeleton(each) for each in step.stages]}


def _stage(entry: Mapping[str, Any]) -> Form:
    form: Form = {key: Said(entry[key]) for key in ("by", "when", "seen_by", "seen_as") if key in entry}
    by = str(entry.get("by"))
    if is_spread(entry.get("chance")):
        form |= {"drawn": Said(entry["chance"]), **_effects(entry, by)}
    elif "chance" in entry:
        branches = {
            name: each if isinstance(each, dict) else {"probability": each} for name, each in entry["chance"].items()
        }
        form["chance"] = Said({name: each["probability"] for name, each in branches.items()})
        form["branches"] = {name: _effects(each, by) for name, each in branches.items()}
    elif {"from", "to"} <= set(entry["choose"]) and not isinstance(entry["choose"]["from"], dict):
        form |= {"range": Said(entry["choose"]), **_effects(entry, by)}
    else:
        form["choose"] = {name: _move(each or {}, by) for name, each in entry["choose"].items()}
    return form


def _move(entry: Mapping[str, Any], by: str) -> Form:
    when = {"when": Said(entry["when"])} if "when" in entry else {}
    return {**when, **_effects(entry, by)}


def _effects(entry: Mapping[str, Any], by: str) -> Form:
    """Costs by actor, new state and ending of a move."""
    cost = entry.get("cost", {})
    costs = cost if isinstance(cost, dict) else {by: cost}
    found: Form = {"cost": {actor: Said(each) for actor, each in costs.items()}} if costs else {}
    if entry.get("set"):
        found["set"] = {name: Said(each) for name, each in entry["set"].items()}
    if "end" in entry:
        found["end"] = Said(entry["end"])
    return found
