"""Differences between the texts of two versions of a case, thing by thing, in the words of the case language.

A case is laid out as nested mappings whose leaves are compared whole: a distribution, a formula, a ranking, the
probabilities of a chance. Differences that may move an answer are kept apart from those of wording and questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from detente.case.written_back.outline import outline
from detente.case.written_back.write import flow_text
from detente.crisis.model import Crisis
from detente.errors import Place
from detente.study.compared.forms import Form, Path, at, differing, plain, reordered
from detente.study.compared.laid_out import asked_of, event_key, event_name, form_of, stages_in, texts_of
from detente.study.request import Request

ORDER = ("order",)


class AlterationKind(Enum):
    """Possible effect of a difference: on answers, on the questions asked, or on nothing but words and evidence."""

    ANSWERS = "answers"
    ASKED = "asked"
    WORDS = "words"


class CrisisPart(Enum):
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
    def part(self) -> CrisisPart:
        """The part of the crisis that is written differently."""
        match self.path:
            case ("preferences", *_):
                return CrisisPart.RANKINGS
            case ("timeline", *_):
                return CrisisPart.SEEN
            case ("readings" | "groups" | "formulas", *_):
                return CrisisPart.MEANING
            case ("quantities" | "rationality", *_) | ("actors", _, "private", _) | ("outcomes", _, "payoffs", _):
                return CrisisPart.NUMBERS
            case (
                ("stages", _, "chance") | ("stages", _, "choose" | "branches", _, "cost", _) | ("stages", _, "cost", _)
            ):
                return CrisisPart.NUMBERS
            case _:
                return CrisisPart.STRUCTURE

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
        timeline = {event_name(each): each for each in whole.get("timeline", [])}
        written.append({**whole, "stages": _by_name(stages_in(whole["stages"])), "timeline": timeline, "finally": {}})
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
            return next((each.place for each in crisis.timeline if event_key(each.stage, each.round) == event), None)
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
