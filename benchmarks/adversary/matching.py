"""Match of each entry of a told profile with an information set of the tree, by what it may truly say."""

from __future__ import annotations

import math
from typing import Any

from benchmarks.adversary.language import Case
from benchmarks.adversary.tree import Infoset, Node, Tree

Entry = dict[str, Any]


class MismatchError(Exception):
    """A profile that tells something which is not so of any information set."""


def matched(case: Case, tree: Tree, profile: list[Entry]) -> list[Infoset]:
    """[entry] the information set. Raises MismatchError where an entry fits none, or two fit one."""
    if len(profile) != len(tree.infosets):
        raise MismatchError(f"{len(profile)} information sets are told where there are {len(tree.infosets)}")
    numbers = {name: {} for name in case.points}
    options = [[each for each in tree.infosets if fits(case, each, entry, numbers)] for entry in profile]
    for entry, found in zip(profile, options, strict=True):
        if not found:
            shown = {key: entry[key] for key in ("actor", "stage", "round", "private", "knows")}
            raise MismatchError(f"no information set is as told: {shown}")
    taken: dict[int, Infoset] = {}
    used: set[int] = set()
    for k in sorted(range(len(profile)), key=lambda k: (len(options[k]), k)):
        free = [each for each in options[k] if id(each) not in used]
        if not free:
            raise MismatchError(f"entry {k + 1} fits only information sets that others are told to be")
        best = max(free, key=lambda each: agreement(each, profile[k]))
        used.add(id(best))
        taken[k] = best
    return [taken[k] for k in range(len(profile))]


def ambiguous(case: Case, tree: Tree, profile: list[Entry]) -> bool:
    """True where an entry fits several information sets, so that numbers cannot be compared one by one."""
    numbers = {name: {} for name in case.points}
    return any(sum(fits(case, each, entry, numbers) for each in tree.infosets) != 1 for entry in profile)


def fits(case: Case, infoset: Infoset, entry: Entry, numbers: dict[str, dict[str, int]]) -> bool:
    """True where everything the entry tells is so in every history of the information set."""
    stage, number = infoset.key[0], infoset.key[1]
    if (tree_actor(case, infoset), stage, number) != (entry["actor"], entry["stage"], entry["round"]):
        return False
    if [str(each) for each in infoset.moves] != list(entry["moves"]):
        return False
    return all(
        _private(case, node, entry, numbers) and _knows(node, entry["actor"], entry["knows"]) for node in infoset.nodes
    )


def tree_actor(case: Case, infoset: Infoset) -> str:
    return case.actors[infoset.player]


def _private(case: Case, node: Node, entry: Entry, numbers: dict[str, dict[str, int]]) -> bool:
    for variable, told in entry["private"].items():
        name = f"{entry['actor']}.{variable}"
        true = node.facts.private[name]
        if name in case.points:
            if not _point(case.points[name], true, str(told)):
                return False
        elif true != told:
            return False
    return True


def _point(points: list[float], true: float, told: str) -> bool:
    """Points are told by their number, as `3` or `3 of 40`, or by their value."""
    first = told.split()[-1] if told.startswith("point") else told.split()[0]
    if told.split()[0] == "point":
        first = told.split()[1]
    try:
        number = float(first)
    except ValueError:
        return True
    position = points.index(true)
    return number == position + 1 or abs(number - true) <= 1e-3 * max(abs(true), max(points) - min(points), 1e-300)


def _knows(node: Node, actor: str, told: dict[str, str]) -> bool:
    visible = {}
    for title, by, value, label, seen_by in node.facts.told:
        if actor in seen_by or by == actor:
            visible[title] = value if by == actor else label
    return all(visible.get(title) == str(label) for title, label in told.items())


def agreement(infoset: Infoset, entry: Entry) -> int:
    """Number of the things that are the same in all histories and that the entry tells."""
    common = set.intersection(*({event[0] for event in node.facts.told} for node in infoset.nodes))
    return len(common & set(entry["knows"])) - len(common ^ set(entry["knows"])) - len(infoset.nodes)


def told_odds(entry: Entry, infoset: Infoset) -> list[float]:
    return [float(entry["moves"][move]) for move in infoset.moves]


def belief_faults(case: Case, infoset: Infoset, entry: Entry, slack: float) -> list[str]:
    """Beliefs that an entry tells, against Bayes' rule over the histories of the information set."""
    if not infoset.belief or any(math.isnan(each) for each in infoset.belief):
        return []
    found = []
    for name, told in entry["belief"].items():
        if "mean position" in told:
            continue
        true: dict[str, float] = {}
        for weight, node in zip(infoset.belief, infoset.nodes, strict=True):
            value = next((event[2] for event in node.facts.told if event[0] == name), "not played")
            true[value] = true.get(value, 0.0) + weight
        if name in case.points:
            pairs = [(p, true.get(str(k), 0.0)) for k, p in enumerate(told.values())]
        else:
            pairs = [(told.get(value, 0.0), true.get(value, 0.0)) for value in {*told, *true}]
        if any(abs(float(a) - b) > slack for a, b in pairs):
            found.append(f"belief about {name}: told {told}, by Bayes {true}")
    return found


def believed(case: Case, infoset: Infoset, entry: Entry) -> list[float] | None:
    """[node] how likely an entry says that every history of the information set is; None where it does not say so."""
    ways = entry.get("histories")
    if ways is None:
        if len(entry["belief"]) != 1:
            return None
        ((name, told),) = entry["belief"].items()
        if "mean position" in told:
            return None
        ways = [{"when": {name: value}, "p": p} for value, p in told.items()]
    odds = []
    for node in infoset.nodes:
        true = {event[0]: str(event[2]) for event in node.facts.told}
        found = [way for way in ways if all(_is(case, entry, true, *each) for each in way["when"].items())]
        if len(found) > 1:
            return None
        odds.append((float(found[0]["p"]), id(found[0])) if found else (0.0, 0))
    shared = len({way for _, way in odds if way}) < sum(way != 0 for _, way in odds)
    total = math.fsum(p for p, _ in odds)
    return None if shared or abs(total - 1.0) > 1e-6 else [p / total for p, _ in odds]


def _is(case: Case, entry: Entry, true: dict[str, str], name: str, told: object) -> bool:
    """True where something that an entry tells of a history is so in it: a point by its number or by its value."""
    if name not in case.points or name not in true:
        return true.get(name, "not played") == str(told)
    labels = [str(each) for each in entry["belief"].get(name, {})]
    if str(told) in labels:
        return labels.index(str(told)) == int(true[name])
    return _point(case.points[name], case.points[name][int(true[name])], str(told))
