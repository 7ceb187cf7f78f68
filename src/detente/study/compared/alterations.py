"""Differences between the texts of two versions of a case, thing by thing, in the words of the case language.

A case is laid out as nested mappings whose leaves are compared whole: a distribution, a formula, a ranking, the
probabilities of a chance. Differences that may move an answer are kept apart from those of wording and questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from detente.case.form.numbers import SHAPES
from detente.case.form.rankings import by_type
from detente.case.meaning.spoken import read_limits
from detente.case.written_back.outline import outline
from detente.case.written_back.write import flow_text
from detente.crisis.model import Crisis
from detente.crisis.play import Repeat, Stage, Step, Together
from detente.crisis.quantities import LIMIT
from detente.errors import Place
from detente.study.compared.forms import Form, Path, Said, at, differing, plain, reordered
from detente.study.request import Request

_TEXTS = ("name", "unit", "because", "note", "support", "date", "known")
ORDER = ("order",)


class AlterationKind(Enum):
    """Possible effect of a difference: on answers, on the questions asked, or on nothing but words and evidence."""

    ANSWERS = "answers"
    ASKED = "asked"
    WORDS = "words"


class Part(Enum):
    """Part of a crisis in which two cases differ; the value is the part's name for a reader."""

    NUMBERS = "numbers and ranges"
    RANKINGS = "rankings"
    STRUCTURE = "who can do what, when, and who sees it"
    SEEN = "what was seen"
    MEANING = "readings, groups and formulas"


@dataclass(frozen=True)
class Edit:
    """One thing written differently in two versions.

    short: what it is, by the names of the case. name: what the case calls it in front of a reader, maybe empty.
    before, after: as the case language writes it, None where a version does not have it. at, to: where it stands in
    either version, None where it stands in no file.
    """

    path: Path
    kind: AlterationKind
    short: str
    name: str
    before: str | None
    after: str | None
    at: Place | None = field(default=None, compare=False)
    to: Place | None = field(default=None, compare=False)

    @property
    def part(self) -> Part:
        """The part of the crisis that is written differently."""
        match self.path:
            case ("preferences", *_):
                return Part.RANKINGS
            case ("timeline", *_):
                return Part.SEEN
            case ("readings" | "groups" | "formulas", *_):
                return Part.MEANING
            case ("quantities" | "rationality", *_) | ("actors", _, "private", _) | ("outcomes", _, "payoffs", _):
                return Part.NUMBERS
            case (
                ("stages", _, "chance") | ("stages", _, "choose" | "branches", _, "cost", _) | ("stages", _, "cost", _)
            ):
                return Part.NUMBERS
            case _:
                return Part.STRUCTURE

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as `detente diff --json` prints them."""
        return {
            "what": self.short,
            "part": self.part.name.lower(),
            "name": self.name,
            "kind": self.kind.value,
            "section": self.path[0],
            "before": self.before,
            "after": self.after,
            "line_before": self.at.line if self.at else None,
            "line_after": self.to.line if self.to else None,
        }


def form_of(crisis: Crisis, request: Request | None = None) -> Form:
    """Everything that answers depend on, with the settings of a request written into it."""
    written = outline(crisis)
    form: Form = {
        "quantities": {id: Said(_bare(entry)) for id, entry in written.get("quantities", {}).items()},
        "actors": {id: _actor(entry or {}) for id, entry in written["actors"].items()},
        "state": {id: Said(_stripped(entry)) for id, entry in written.get("state", {}).items()},
        "formulas": {id: Said(_equal_to(entry)) for id, entry in written.get("formulas", {}).items()},
        "order": Said([_skeleton(step) for step in crisis.steps]),
        "stages": {each["id"]: _stage(each) for each in _stages(written["stages"])},
        "outcomes": {id: _outcome(entry or {}) for id, entry in written["outcomes"].items()},
        "groups": {id: Said(_stripped(entry)) for id, entry in written.get("groups", {}).items()},
        "preferences": {id: _preference(entry) for id, entry in written.get("preferences", {}).items()},
        "readings": {id: Said(entry["when"]) for id, entry in written.get("readings", {}).items()},
        "timeline": {_event(each): Said(_stripped(each)) for each in written.get("timeline", [])},
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
    form["stages"] = {each["id"]: _stage_texts(each) for each in _stages(written["stages"])}
    form["preferences"] = {id: _ranking_texts(entry) for id, entry in written.get("preferences", {}).items()}
    form["timeline"] = {_event(each): _texts(each) for each in written.get("timeline", [])}
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


def edits(before: tuple[Crisis, Request], after: tuple[Crisis, Request]) -> list[Edit]:
    """Everything that two versions say differently, what may move answers first."""
    forms = [form_of(*before), form_of(*after)]
    found = [_edit(AlterationKind.ANSWERS, path, forms, before[0], after[0]) for path in differing(forms[0], forms[1])]
    forms = [asked_of(before[0]), asked_of(after[0])]
    found += [_edit(AlterationKind.ASKED, path, forms, before[0], after[0]) for path in differing(forms[0], forms[1])]
    forms = [texts_of(before[0]), texts_of(after[0])]
    new = {each.path for each in found}
    for path in differing(forms[0], forms[1]):
        # A new thing brings its own words along.
        if not any(path[: len(each)] == each for each in new):
            found.append(_edit(AlterationKind.WORDS, path, forms, before[0], after[0]))
    return [*found, *_orders(before[0], after[0])]


def _orders(before: Crisis, after: Crisis) -> Iterator[Edit]:
    """Things listed in another order. The order of play is told by itself, and so are stages here without it.

    Such an order gives the numbers of a random sequence to other quantities, and the rows of a table other places.
    """
    written = []
    for crisis in (before, after):
        whole = outline(crisis)
        timeline = {_event(each): each for each in whole.get("timeline", [])}
        written.append({**whole, "stages": _by_name(_stages(whole["stages"])), "timeline": timeline, "finally": {}})
    for path, was, is_ in reordered(*written):
        if path != ("stages",):
            yield Edit(
                (*path, *ORDER), AlterationKind.WORDS, f"order of {', '.join(path)}", "", ", ".join(was), ", ".join(is_)
            )


def _by_name(stages: Iterable[Mapping[str, Any]]) -> Form:
    return {each["id"]: each for each in stages}


def _edit(kind: AlterationKind, path: Path, forms: list[Form], before: Crisis, after: Crisis) -> Edit:
    was, is_ = (at(form, path) for form in forms)
    name = _name(path, after if is_ is not None else before)
    places = (_place(path, before) if was is not None else None, _place(path, after) if is_ is not None else None)
    return Edit(path, kind, short(path), name, _written(was), _written(is_), *places)


def _written(part: Any) -> str | None:
    """A part as the case language writes it on one line, without the braces around the whole."""
    if part is None:
        return None
    value = plain(part)
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and list(value) == ["value"]:
        value = value["value"]
    if isinstance(value, dict) and list(value) == ["equals"]:
        return str(value["equals"])
    text = flow_text(value)
    return text[1:-1] if text.startswith("{") and text.endswith("}") else text


def short(path: Path) -> str:
    """Short name of the thing that a path leads to: `course, talk: cost to iran`."""
    match path:
        case ("quantities" | "formulas", name):
            return name
        case ("actors", actor, "private", variable):
            return f"prior of {actor}.{variable}"
        case ("stages", stage, "choose" | "branches", move, *rest):
            return f"{stage}, {move}{_key(rest)}"
        case ("stages", stage, *rest):
            return f"{stage}{_key(rest) or ': the stage'}"
        case ("outcomes", outcome, "payoffs", actor):
            return f"{outcome}: payoff of {actor}"
        case ("preferences", actor, variable, value, *rest):
            return f"ranking of {actor}, {variable} {value}{_key(rest)}"
        case ("preferences", actor, *_):
            return f"ranking of {actor}"
        case ("timeline", event, *rest):
            return f"event {event}{_key(rest)}"
        case ("bound", stage):
            return f"{stage}: moves forced or forbidden"
        case ("order",):
            return "order of play"
        case ("ended", *rest):
            return f"how it really ended{_key(rest)}"
        case ("base_rate", *rest):
            return f"base rate{_key(rest)}"
        case (section, name, *rest):
            return f"{_ONE.get(section, section)} {name}{_key(rest)}".strip()
        case _:
            return " ".join(path)


_ONE = {
    "actors": "actor",
    "outcomes": "outcome",
    "groups": "group of endings",
    "readings": "reading",
    "claims": "claim",
    "questions": "question",
    "scenarios": "scenario",
    "sources": "source",
    "drafts": "draft",
    "quantities": "",
    "formulas": "",
}
_KEYS = {"because": "evidence", "chance": "probabilities", "seen_by": "who sees it", "seen_as": "how it is seen"}


def _key(rest: list[str]) -> str:
    match rest:
        case []:
            return ""
        case ["cost", actor]:
            return f": cost to {actor}"
        case ["set", variable]:
            return f": sets {variable}"
        case _:
            return ": " + " ".join(_KEYS.get(each, each) for each in rest)


def _name(path: Path, crisis: Crisis) -> str:
    """The case's own name for the thing that a path leads to or into; empty for a thing without a name."""
    if len(path) < 2:
        return ""
    section, id = path[0], path[1]
    named: Mapping[str, Iterable[Any]] = {
        "quantities": crisis.quantities,
        "formulas": crisis.formulas,
        "outcomes": crisis.outcomes,
        "groups": crisis.groups,
        "readings": crisis.readings,
        "stages": crisis.stages(),
        "scenarios": crisis.scenarios,
    }
    if section == "claims":
        return next((each.says for each in crisis.claims if each.id == id), "")
    return next((each.name for each in named.get(section, ()) if each.id == id), "")


def _place(path: Path, crisis: Crisis) -> Place | None:
    """Place in the file at which the record that a path leads to or into begins."""
    match path:
        case ("actors", actor, "private", variable, *_):
            return next((v.place for a, v in crisis.private_variables() if (a.id, v.id) == (actor, variable)), None)
        case ("stages", stage, "choose" | "branches", move, *_):
            moves = next((each.moves for each in crisis.stages() if each.id == stage), ())
            return next((each.place for each in moves if each.id == move), None)
        case ("stages" | "bound", stage, *_):
            return next((each.place for each in crisis.stages() if each.id == stage), None)
        case ("preferences", actor, *rest):
            return next(
                (each.place for each in crisis.preferences if each.actor == actor and _of(each, rest, crisis)), None
            )
        case ("timeline", event, *_):
            return next((each.place for each in crisis.timeline if _event_key(each.stage, each.round) == event), None)
        case ("drafts", number, *_):
            return crisis.drafts[int(number) - 1].place
        case ("ended", *_):
            return crisis.ended.place if crisis.ended else None
        case ("base_rate", *_):
            return crisis.base_rate.place if crisis.base_rate else None
        case ("finally",):
            return crisis.finally_[0].place if crisis.finally_ else None
        case (section, id, *_):
            records: Iterable[Any] = getattr(crisis, section, ())
            return next((each.place for each in records if each.id == id), None)
        case _:
            return None


def _of(preference: Any, rest: list[str], crisis: Crisis) -> bool:
    if len(rest) < 2 or preference.variable is None:
        return True
    values = crisis.private(preference.actor, preference.variable).values
    return preference.variable == rest[0] and values[preference.value] == rest[1]


def _event_key(stage: str, round: int) -> str:
    return f"{stage}, round {round}" if round else stage


def _event(entry: Mapping[str, Any]) -> str:
    return _event_key(entry["stage"], entry.get("round", 0))


def _bare(entry: Any) -> Form:
    """The distribution of a quantity alone."""
    if not isinstance(entry, dict):
        return {"value": entry}
    return {key: entry[key] for key in (*SHAPES, "within") if key in entry}


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
    key = "chance" if "chance" in entry else "choose"
    moves = {name: _texts(move) for name, move in entry[key].items()}
    return {**_texts(entry), "branches" if key == "chance" else key: moves}


def _stages(entries: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for each in entries:
        inner = each.get("together") or each.get("stages")
        if inner:
            yield from _stages(inner)
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
    if "chance" in entry:
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
