"""Cases between two versions: one with some of the changes of the other, read and checked as any case is.

A change that makes no case by itself is grouped with what it needs, by taking away everything that it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from detente.case.builder import case_from
from detente.crisis.changes import with_scenario
from detente.crisis.model import Crisis
from detente.errors import CaseError, RequestError
from detente.study.compared.alterations import ORDER
from detente.study.compared.forms import Form, Path, at, differing, merged, plain

Chosen = frozenset[int]
"""Positions of the changes that are made."""

_BOUND = "bound"
_WHOLE = ("quantities", "state", "formulas", "rationality")


@dataclass(frozen=True, eq=False)
class Between:
    """Two versions of a case and the changes that lead from one to the other.

    paths: the changes, in order. A quantity that only one version has stands in every case between them, where it
    moves nothing until a formula mentions it; a reading or a group of endings that only one has in none.
    """

    before: Form
    after: Form
    paths: tuple[Path, ...]

    @staticmethod
    def of(before: Form, after: Form) -> Between:
        """The changes from one form to another."""
        quantities = {
            key: before["quantities"].get(key, after["quantities"].get(key))
            for key in _in_order(before["quantities"], after["quantities"])
        }
        named = ("readings", "groups")
        both = {each: [key for key in before[each] if key in after[each]] for each in named}
        shared = [{each: {key: form[each][key] for key in both[each]} for each in named} for form in (before, after)]
        first = {**before, "quantities": quantities, **shared[0]}
        second = {
            **after,
            "quantities": {key: after["quantities"].get(key, each) for key, each in quantities.items()},
            **shared[1],
        }
        return Between(first, second, tuple(differing(first, second)))

    def crisis(self, chosen: Iterable[int]) -> Crisis:
        """The first version with some of the changes. Raises CaseError where that is no case."""
        form = deepcopy(self.before)
        for position in sorted(chosen):
            _put(form, self.after, self.paths[position])
        crisis = case_from(name="between", **document(form))
        return with_scenario(crisis, _BOUND) if form["bound"] else crisis

    def exists(self, chosen: Iterable[int]) -> bool:
        """True where the first version with some of the changes is a case."""
        try:
            self.crisis(chosen)
        except (CaseError, RequestError):
            return False
        return True

    def same_game(self, position: int) -> bool:
        """True where a change leaves the game as it is: a change of a reading, of a group or of the observed events."""
        return self.paths[position][0] in ("readings", "groups", "timeline")


def document(form: Form) -> dict[str, Any]:
    """A form as the sections of a case."""
    sections: dict[str, Any] = {
        "title": "between two versions",
        **{
            section: plain(form[section])
            for section in ("quantities", "state", "formulas", "rationality")
            if section in form
        },
        "actors": plain(form["actors"]),
        "stages": [_step(each, form["stages"]) for each in form["order"].value],
        "outcomes": plain(form["outcomes"]),
        "groups": plain(form["groups"]),
        "preferences": plain(form["preferences"]),
        "readings": {id: {"when": each.value} for id, each in form["readings"].items()},
        "timeline": [each.value for each in form["timeline"].values()],
    }
    if "finally" in form:
        sections["finally"] = form["finally"].value
    if form["bound"]:
        bound: dict[str, dict[str, Any]] = {"forbid": {}, "force": {}}
        for stage, said in form["bound"].items():
            for kind, moves in said.value.items():
                bound[kind][stage] = moves
        sections["scenarios"] = {_BOUND: bound}
    return sections


def _put(form: Form, source: Form, path: Path) -> None:
    """Write into a form what another one has at a path, or remove it where that has nothing."""
    inside, there = form, source
    for key in path[:-1]:
        inside = inside.setdefault(key, {})
        there = there.get(key, {})
    wanted = at(source, path)
    if wanted is None:
        inside.pop(path[-1], None)
        return
    inside[path[-1]] = deepcopy(wanted)
    # The order of moves, outcomes and priors is that of the version they come from.
    ordered = {key: inside[key] for key in merged(inside, there) if key in inside}
    inside.clear()
    inside.update(ordered)


def _step(item: Any, stages: Form) -> dict[str, Any]:
    if isinstance(item, str):
        return _stage(item, stages)
    if "together" in item:
        return {"together": [_stage(id, stages) for id in item["together"]]}
    return {"repeat": item["repeat"], "stages": [_step(each, stages) for each in item["stages"]]}


def _stage(id: str, stages: Form) -> dict[str, Any]:
    if id not in stages:
        return {"id": id}  # no stage, and told as such
    written = plain(stages[id])
    entry: dict[str, Any] = {
        "id": id,
        **{key: written[key] for key in ("by", "when", "seen_by", "seen_as") if key in written},
    }
    if "drawn" in written:
        effects = {key: written[key] for key in ("cost", "set", "end") if key in written}
        entry |= {"chance": written["drawn"], **effects}
    elif "chance" in written:
        branches = written.get("branches", {})
        chances: dict[str, Any] = written["chance"]
        entry["chance"] = {name: {"probability": each, **branches.get(name, {})} for name, each in chances.items()}
    elif "range" in written:
        effects = {key: written[key] for key in ("cost", "set", "end") if key in written}
        entry |= {"choose": written["range"], **effects}
    else:
        entry["choose"] = {name: move or None for name, move in written.get("choose", {}).items()}
    return entry


def _in_order(before: Form, after: Form) -> list[str]:
    """Quantities in an order in which each follows what either version lists before it, as far as there is one."""
    names = merged(before, after)
    above: dict[str, set[str]] = {name: set() for name in names}
    for version in (list(before), list(after)):
        for position, name in enumerate(version):
            above[name] |= set(version[:position])
    ordered: list[str] = []
    while len(ordered) < len(names):
        ready = next((each for each in names if each not in ordered and above[each] <= set(ordered)), None)
        if ready is None:
            return names
        ordered.append(ready)
    return ordered


@dataclass
class Grouping:
    """The search for groups of changes that have to be made together.

    valid: True where the first version with some of the changes is a case; with none and with all of them it is one.
    """

    count: int
    valid: Callable[[Chosen], bool]
    _known: dict[Chosen, bool] = field(default_factory=dict[Chosen, bool])

    def groups(self, within: Sequence[Chosen] | None = None) -> list[Chosen]:
        """The smallest groups found such that each can be made alone, and left out alone.

        within: groups to begin with; each change by itself unless given.
        """
        found = list(within) if within is not None else [frozenset({each}) for each in range(self.count)]
        position = 0
        while position < len(found):
            group = found[position]
            needed = self._needed(group, found) | self._dragged(group, found)
            if needed == group:
                position += 1
                continue
            found = _joined(found, needed)
            position = 0
        return found

    def together(self, found: Sequence[Chosen], chosen: Chosen) -> list[Chosen] | None:
        """The groups joined so that a choice of them is a case; None where it is one already."""
        if self.is_case(chosen):
            return None
        return _joined(list(found), self._needed(chosen, found))

    def is_case(self, chosen: Chosen) -> bool:
        """True where these changes alone make a case."""
        if chosen not in self._known:
            self._known[chosen] = not chosen or len(chosen) == self.count or self.valid(chosen)
        return self._known[chosen]

    def _needed(self, start: Chosen, found: Sequence[Chosen]) -> Chosen:
        """A smallest choice of groups around `start` that makes a case."""
        if self.is_case(start):
            return start
        return self._smallest(start, found, self.is_case)

    def _dragged(self, start: Chosen, found: Sequence[Chosen]) -> Chosen:
        """A smallest choice of groups around `start` without which the rest makes a case."""
        if self.is_case(self._everything - start):
            return start
        return self._smallest(start, found, lambda gone: self.is_case(self._everything - gone))

    def _smallest(self, start: Chosen, found: Sequence[Chosen], good: Callable[[Chosen], bool]) -> Chosen:
        """Everything, less whatever group can be spared; what holds back another may go after it, so all over again."""
        kept, before = self._everything, -1
        while len(kept) != before:
            before = len(kept)
            for group in found:
                if group <= kept and not group <= start and good(kept - group):
                    kept -= group
        return kept

    @property
    def _everything(self) -> Chosen:
        return frozenset(range(self.count))


def _joined(found: list[Chosen], together: Chosen) -> list[Chosen]:
    """The groups with those that reach into a choice made one, in the place of the first."""
    inside = [group for group in found if group & together]
    one = frozenset[int]().union(*inside)
    joined: list[Chosen] = []
    for group in found:
        if group not in inside:
            joined.append(group)
        elif one not in joined:
            joined.append(one)
    return joined


def coarser(paths: Sequence[Path], depth: int) -> list[Chosen]:
    """Changes grouped by the first names of their paths: with depth 2 by what they change, with 1 by section."""
    groups: dict[Path, list[int]] = {}
    for position, path in enumerate(paths):
        groups.setdefault(ORDER if path == ORDER else path[:depth], []).append(position)
    return [frozenset(members) for members in groups.values()]
