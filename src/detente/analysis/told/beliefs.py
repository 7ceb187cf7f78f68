"""The beliefs that somebody tells, brought onto the histories of every information set."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from detente.analysis.knowledge import NOT_PLAYED
from detente.analysis.told.assessment import Assessment, NamedInfoset, problem_in
from detente.case.profile_text import Entry, ProfileText
from detente.case.spelling.suggest import did_you_mean, listed
from detente.errors import CaseError, Problem
from detente.game.arrays import Game
from detente.game.histories import history_words

Floats = NDArray[np.float64]


def believe(found: Assessment, text: ProfileText, game: Game, natural: Floats, tolerance: float) -> None:
    """Sets the beliefs that the profile tells. natural [position]: beliefs that behaviour itself suggests.
    tolerance: by which beliefs about single things may differ from a joint belief that is read into them.

    Raises CaseError where a belief names something that nobody is in doubt about there.
    """
    entries = {entry.number: entry for entry in text.entries}
    problems: list[Problem] = []
    for place in found.places:
        entry = entries.get(found.entry[place.infoset])
        span = slice(int(game.infoset_node_start[place.infoset]), int(game.infoset_node_start[place.infoset + 1]))
        if entry is None or not (entry.belief or entry.histories):
            continue
        if entry.histories:
            found.beliefs[span] = _by_history(entry, place, game, span, problems)
        elif span.stop - span.start > 1:
            told = _by_name(entry, place, natural[span], tolerance, problems)
            if told is None:
                found.notes.append(
                    f"{place}: the belief is told thing by thing, which does not say how they go together; a list of "
                    "{when, p} would. Beliefs of equal trembles are taken instead"
                )
            else:
                found.beliefs[span] = told
    if problems:
        raise CaseError(problems)


def _by_name(
    entry: Entry, place: NamedInfoset, natural: Floats, tolerance: float, problems: list[Problem]
) -> Floats | None:
    """A joint belief with the marginals told: the product of them, or what behaviour suggests; None where neither."""
    weight = np.ones(len(natural))
    for name, values in entry.belief.items():
        if name not in place.unknown:
            remedy = did_you_mean(name, place.unknown, "things it is in doubt about")
            problems.append(problem_in(entry, None, f"{place} is in no doubt about `{name}`", remedy))
            return None
        labels = _labels(place, name)
        strange = [value for value, p in values.items() if value not in labels and p != 0.0]
        if strange:
            remedy = did_you_mean(strange[0], dict.fromkeys(labels), "values")
            problems.append(problem_in(entry, None, f"`{name}` cannot be `{strange[0]}` for {place}", remedy))
            return None
        weight *= [values.get(label, 0.0) for label in labels]
    if set(entry.belief) != set(place.unknown) or not all(entry.belief.values()):
        return None
    candidates = [natural] if weight.sum() == 0 else [weight / weight.sum(), natural]
    for joint in candidates:
        if all(_gap(joint, _labels(place, name), values) <= tolerance for name, values in entry.belief.items()):
            return joint
    return None


def _labels(place: NamedInfoset, name: str) -> list[str]:
    """The value of something unknown in each history."""
    labels, codes = place.unknown[name]
    return [labels[code] if code >= 0 else NOT_PLAYED for code in codes.tolist()]


def _gap(joint: Floats, labels: list[str], values: dict[str, float]) -> float:
    """The largest difference between what is told of one thing and what a joint belief says of it."""
    total = dict.fromkeys(values, 0.0)
    for label, p in zip(labels, joint.tolist(), strict=True):
        total[label] = total.get(label, 0.0) + p
    return max(abs(p - values.get(label, 0.0)) for label, p in total.items())


def _by_history(entry: Entry, place: NamedInfoset, game: Game, span: slice, problems: list[Problem]) -> Floats:
    nodes = game.infoset_nodes[span].tolist()
    belief = np.zeros(len(nodes))
    columns = {name: _labels(place, name) for name in place.unknown}
    names = [history_words(game, node) for node in nodes]
    for told in entry.histories:
        if "" in told.when:
            word = told.when[""].text
            fitting = [k for k, name in enumerate(names) if name == word]
            if not fitting and len(columns) == 1:
                fitting = [k for k, label in enumerate(next(iter(columns.values()))) if label == word]
        else:
            fitting = [
                k
                for k in range(len(nodes))
                if all(columns.get(name, [""] * len(nodes))[k] == value.text for name, value in told.when.items())
            ]
        if len(fitting) != 1:
            what = (
                f"{len(fitting)} histories fit this belief of {place}"
                if fitting
                else f"no history fits this belief of {place}"
            )
            here = listed(names) if not columns else listed(columns)
            remedy = f"it must single out one; what is unknown there: {here}"
            problems.append(
                Problem(what if told.place else f"entry {entry.number} of `profile`: {what}", remedy, told.place)
            )
            continue
        belief[fitting[0]] += told.probability
    rest = np.isnan(belief)
    belief[rest] = max(1.0 - float(np.nansum(belief)), 0.0)
    if not problems and not math.isclose(belief.sum(), 1.0, abs_tol=1e-6):
        what = f"the beliefs of {place} add up to {belief.sum():.9g}"
        problems.append(problem_in(entry, None, what, "they must add up to 1; one may say `rest`"))
    return belief / belief.sum() if belief.sum() > 0 else np.full(len(nodes), 1.0 / len(nodes))
