"""Beliefs along a timeline: what each observer holds after every event, and what the event contributed.

Source: Bayes' rule in odds form (Good 1950): posterior log-odds = prior log-odds + sum of log-likelihood ratios.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from detente.analysis.solved import Solved, log_total
from detente.crisis.expressions import PrivateValue, walk
from detente.crisis.inquiry import Observation
from detente.crisis.model import Crisis
from detente.crisis.play import PrivateVariable
from detente.game.arrays import Game
from detente.game.evaluate import evaluate
from detente.game.paths import events_met, leaf_columns, made_at, private_codes, story_of
from detente.game.rows import RowContext, keys_in, point_names

Floats = NDArray[np.float64]

ANALYST = "analyst"
"""The observer outside the game, who sees every event of the timeline as it was."""

_FINE = 12
_THIRDS = ("lowest third", "middle third", "highest third")
_TINY = 1e-300
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject of a belief: a reading (`value` empty), or one value of a private variable `actor.variable`."""

    id: str
    value: str
    name: str


@dataclass(frozen=True, eq=False)
class BeliefPath:
    """One observer's belief in one subject along the timeline.

    posterior [draw, event]: after each event; event 0 is before anything was seen.
    log_ratio [draw, event]: natural logarithm of the likelihood ratio that the event contributes for the subject
        against its complement; NaN at event 0.
    likelihood [draw, event]: probability of the event given the ones before; NaN at event 0.
    """

    observer: str
    subject: Subject
    posterior: Floats
    log_ratio: Floats
    likelihood: Floats


def belief_paths(solved: Solved) -> list[BeliefPath]:
    """The beliefs of an outside analyst and of every actor, in every reading and every private variable.

    An actor's own private information is averaged over: the path is what somebody in its place believes on seeing
    the events that this actor can see. Subjects that concern the actor itself are left out.
    """
    layout, events = _layout_of(solved), len(solved.crisis.timeline)
    paths: list[BeliefPath] = []
    for observer, seeing in layout.items():
        depths = _Depths.of(solved.log_leaf_reach, seeing.reached, events)
        total = depths.sums(seeing.whole)
        fixed = iter(zip(*(depths.split(each) for each in (seeing.held, seeing.other)), strict=True))
        for subject, moving in seeing.about:
            if moving:
                holds = next(holds for each, holds in subjects_of(solved, observer) if each == subject)
                held, other = (depths.masked(each) for each in (holds, ~holds))
            else:
                held, other = next(fixed)
            paths.append(_path(observer, subject, total, held, other))
    return paths


def outcomes_after(solved: Solved) -> Floats:
    """[draw, outcome]: probability of each outcome given every event of the timeline; NaN where that is impossible.

    Without a timeline these are the probabilities at the outset.
    """
    crisis = solved.crisis
    weight = weight_after(solved)
    ending = story_of(solved.game).outcome
    held = np.stack([weight[:, ending == number].sum(axis=1) for number in range(len(crisis.outcomes))], axis=1)
    total = held.sum(axis=1, keepdims=True)
    return np.divide(held, total, out=np.full_like(held, np.nan), where=total > 0)


def outcomes_along(solved: Solved) -> Floats:
    """[draw, event, outcome]: probability of each outcome given the first 0, 1, … events of the timeline.

    NaN where these are impossible. As an outside reader sees them; event 0 is before any of them.
    """
    from scipy.sparse import csr_array

    game, events = solved.game, len(solved.crisis.timeline)
    reached, ending = _layout_of(solved)[ANALYST].reached, story_of(game).outcome
    outcomes = len(solved.crisis.outcomes)
    table = csr_array((np.ones(game.leaves), (ending, np.arange(game.leaves))), shape=(outcomes, game.leaves))
    found = np.full((solved.count, events + 1, outcomes), np.nan)
    for number in range(events + 1):
        weight = solved.leaf_weights(reached >= number)
        total = weight.sum(axis=1, keepdims=True)
        held = np.asarray((table @ weight.T).T)
        np.divide(held, total, out=found[:, number], where=total > 0)
    return found


def moves_after(solved: Solved) -> list[Floats]:
    """Per unrolled step [draw, move]: probability that it is played and the move made, given every event.

    NaN in draws where the events are impossible.
    """
    from scipy.sparse import csr_array

    game, weight = solved.game, weight_after(solved)
    total = weight.sum(axis=1, keepdims=True)
    tables: list[Floats] = []
    for position, step in enumerate(story_of(game).steps):
        made = made_at(game, [position])[game.leaf_node]
        leaves = np.flatnonzero(made >= 0)
        places = csr_array((np.ones(len(leaves)), (leaves, made[leaves])), shape=(game.leaves, len(step.labels)))
        held = np.asarray((places.T @ weight.T).T)
        tables.append(np.divide(held, total, out=np.full_like(held, np.nan), where=total > 0))
    return tables


def utilities_after(solved: Solved) -> Floats:
    """[draw, player]: expected payoffs given every event of the timeline; NaN where that is impossible."""
    weight = weight_after(solved)
    total = weight.sum(axis=1, keepdims=True)
    share = np.divide(weight, total, out=np.full_like(weight, np.nan), where=total > 0)
    classes = np.zeros((solved.count, solved.game.payoff_classes))
    for draw in range(solved.count):
        classes[draw] = np.bincount(solved.game.leaf_class, share[draw], minlength=solved.game.payoff_classes)
    return np.einsum("dc,dcp->dp", classes, solved.numbers.payoff)


def log_events(solved: Solved) -> Floats:
    """[draw, event]: natural logarithm of the probability that the first 0, 1, … events of the timeline happened.

    As an outside reader sees them; -inf where they are impossible. Column 0 is the certain one.
    """
    events = len(solved.crisis.timeline)
    reached = _layout_of(solved)[ANALYST].reached
    return np.stack([log_total(solved.log_leaf_reach[:, reached >= number]) for number in range(events + 1)], axis=1)


def log_seen(solved: Solved, seen: Sequence[Observation]) -> Floats:
    """[draw]: natural logarithm of the probability that everything in `seen` happened; -inf where it is impossible."""
    met = events_met(solved.game, solved.crisis, seen)[solved.game.leaf_node]
    return log_total(solved.log_leaf_reach[:, met == (1 << len(seen)) - 1])


def weight_after(solved: Solved) -> Floats:
    """[draw, leaf]: probability of each leaf on whose way every event of the timeline was met; 0 elsewhere.

    In units of the largest of the draw (`Solved.leaf_weights`).
    """
    crisis = solved.crisis
    met = events_met(solved.game, crisis, crisis.timeline)[solved.game.leaf_node]
    everything = (1 << len(crisis.timeline)) - 1
    return solved.leaf_weights((met & everything) == everything)


@dataclass(frozen=True, eq=False)
class _Seeing:
    """Places at which each leaf counts for the beliefs of one observer, the same in every draw.

    reached [leaf]: how many of the first events were met on its way, as far as the observer could see. about: the
    subjects, and whether where one holds depends on numbers that differ between draws: then it has to be found anew.
    whole, held, other [belief * (events + 1), leaf]: 1 where the leaf belongs to everything, to a subject or to its
    complement, and that many first events, but no more, were met on its way; for the subjects that do not move.
    """

    reached: NDArray[np.int32]
    about: tuple[tuple[Subject, bool], ...]
    whole: Any
    held: Any
    other: Any


_layouts: WeakKeyDictionary[Game, tuple[Crisis, dict[str, _Seeing]]] = WeakKeyDictionary()


def _layout_of(solved: Solved) -> dict[str, _Seeing]:
    """Made once for a game and its timeline: blocks of its draws come one after another."""
    known = _layouts.get(solved.game)
    if known is None or known[0] is not solved.crisis:
        observers = (ANALYST, *(actor.id for actor in solved.crisis.actors))
        known = _layouts[solved.game] = (solved.crisis, {each: _seeing(solved, each) for each in observers})
    return known[1]


def _seeing(solved: Solved, observer: str) -> _Seeing:
    depths = len(solved.crisis.timeline) + 1
    reached = _events_reached(solved, observer)
    subjects = list(subjects_of(solved, observer))
    still = [holds for _, holds in subjects if holds.ndim == 1]
    everything = [np.ones(len(reached), bool)]
    tables = (_table(each, reached, depths) for each in (everything, still, [~holds for holds in still]))
    return _Seeing(reached, tuple((subject, holds.ndim > 1) for subject, holds in subjects), *tables)


def _table(masks: Sequence[NDArray[np.bool_]], reached: NDArray[np.int32], depths: int) -> Any:
    from scipy.sparse import csr_array

    none = np.zeros(0, np.intp)
    rows = [depths * k + reached[mask].astype(np.intp) for k, mask in enumerate(masks)]
    columns = [np.flatnonzero(mask) for mask in masks]
    row, column = np.concatenate([none, *rows]), np.concatenate([none, *columns])
    return csr_array((np.ones(len(row)), (row, column)), shape=(depths * len(masks), len(reached)))


@dataclass(frozen=True, eq=False)
class _Depths:
    """Probabilities of leaves by how many first events were met on their way, each depth in units of its largest.

    weight [draw, leaf]; top [draw, event]: logarithm of the unit of the leaves on whose way so many events, but no
    more, were met.
    """

    reached: NDArray[np.int32]
    weight: Floats
    top: Floats

    @staticmethod
    def of(logs: Floats, reached: NDArray[np.int32], events: int) -> _Depths:
        """From log reach [draw, leaf]."""
        top = np.full((len(logs), events + 1), -np.inf)
        for number in range(events + 1):
            top[:, number] = logs[:, reached == number].max(axis=1, initial=-np.inf)
        unit = np.where(np.isfinite(top), top, 0.0)
        return _Depths(reached, np.exp(logs - unit[:, reached]), top)

    def sums(self, table: Any) -> Floats:
        """[draw, event]: logarithm of the probability that the first 0, 1, … events were met and what a table says."""
        found = np.asarray(table @ self.weight.T).reshape(self.top.shape[1], -1).T
        return self._at_least(found)

    def split(self, table: Any) -> list[Floats]:
        """The same for each belief of a table."""
        found = np.asarray(table @ self.weight.T).reshape(-1, self.top.shape[1], len(self.weight))
        return [self._at_least(each.T) for each in found]

    def masked(self, holds: NDArray[np.bool_]) -> Floats:
        """The same for leaves [draw, leaf] at which something holds."""
        weight = self.weight * holds
        depths = range(self.top.shape[1])
        return self._at_least(np.stack([weight[:, self.reached == number].sum(axis=1) for number in depths], axis=1))

    def _at_least(self, found: Floats) -> Floats:
        # Summed from the last event backwards: who has met three events has met the first two.
        with np.errstate(divide="ignore"):
            logs = np.log(found) + np.where(np.isfinite(self.top), self.top, 0.0)
        return np.logaddexp.accumulate(logs[:, ::-1], axis=1)[:, ::-1]


def _events_reached(solved: Solved, observer: str) -> NDArray[np.int32]:
    """[leaf]: how many of the first events were met on its way, as far as the observer could see."""
    crisis = solved.crisis
    met = events_met(solved.game, crisis, crisis.timeline, None if observer == ANALYST else observer)
    met = met[solved.game.leaf_node]
    reached = np.zeros(len(met), np.int32)
    for number in range(1, len(crisis.timeline) + 1):
        prefix = (1 << number) - 1
        reached[(met & prefix) == prefix] = number
    return reached


def _path(observer: str, subject: Subject, total: Floats, held: Floats, other: Floats) -> BeliefPath:
    """From logarithms [draw, event] of what was met with any subject, with this one, and with its complement."""
    possible = np.isfinite(total)
    with np.errstate(all="ignore"):
        posterior = np.where(possible, np.clip(np.exp(held - total), 0, 1), np.nan)
        log_odds = held - other
        # Certainty, which no evidence takes back, counts as odds beyond all that are met on the way to it.
        far = np.where(np.isfinite(log_odds), np.abs(log_odds), 0.0).max(axis=1, keepdims=True) - np.log(_TINY)
        log_odds = np.where(np.isinf(log_odds), np.copysign(far, log_odds), log_odds)
        step = np.full_like(posterior, np.nan)
        step[:, 1:] = np.diff(log_odds, axis=1)
        step = np.where(possible, np.where(np.abs(step) < _ROUNDING, 0.0, step), np.nan)
        likelihood = np.full_like(posterior, np.nan)
        likelihood[:, 1:] = np.where(possible[:, :-1], np.exp(total[:, 1:] - total[:, :-1]), np.nan)
    return BeliefPath(observer, subject, posterior, step, likelihood)


def subjects_of(solved: Solved, observer: str) -> Iterator[tuple[Subject, NDArray[np.bool_]]]:
    """Subjects on which an observer may hold beliefs, each with the truth of the subject at every leaf, [leaf] or
    [draw, leaf].
    """
    crisis = solved.crisis
    for reading in crisis.readings:
        about = {node.actor for node in walk(reading.when) if isinstance(node, PrivateValue)}
        if observer in about:
            continue
        context = RowContext(crisis, leaf_columns(solved.game, keys_in(reading.when)), draws=solved.draws)
        holds = np.asarray(evaluate(reading.when, context), bool)
        everywhere = holds if holds.ndim else np.full(solved.game.leaves, bool(holds))
        yield Subject(reading.id, "", reading.label), everywhere
    for actor, variable in crisis.private_variables():
        if actor.id == observer:
            continue
        codes = private_codes(solved.game, actor.id, variable.id)[solved.game.leaf_node]
        id = f"{actor.id}.{variable.id}"
        for value, holds in _values(crisis, variable, codes):
            yield Subject(id, value, f"{actor.label}: {variable.id} = {value}"), holds


def _values(
    crisis: Crisis, variable: PrivateVariable, codes: NDArray[np.int32]
) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    if not variable.numeric:
        for code, value in enumerate(variable.values):
            yield value, codes == code
    elif variable.points <= _FINE:
        for code, name in enumerate(point_names(crisis, variable)):
            yield name, codes == code
    else:
        third = codes.astype(np.int64) * 3 // variable.points
        for number, name in enumerate(_THIRDS):
            yield name, third == number


def event_label(crisis: Crisis, number: int) -> str:
    """An event of the timeline (counted from 1) for a reader: who did what."""
    event = crisis.timeline[number - 1]
    if event.name:
        return event.name
    stage = crisis.stage(event.stage)
    who = next((actor.label for actor in crisis.actors if actor.id == stage.by), "")
    where = f"{stage.label}, round {event.round}" if event.round else stage.label
    what = f"{where}: {event.seen or stage.moves[event.move].label}"
    return f"{who}, {what}" if who else what
