"""Beliefs along a timeline: what each observer holds after every event, and what the event contributed.

Source: Bayes' rule in odds form (Good 1950): posterior log-odds = prior log-odds + sum of log-likelihood ratios.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from detente.analysis.solved import Solved, in_units_of_largest, log_total, moves_table, one_of, split_by_step
from detente.crisis.expressions import PrivateValue, walk
from detente.crisis.inquiry import ANALYST, Observation
from detente.crisis.model import Crisis
from detente.crisis.play import PrivateVariable
from detente.game.arrays import Game
from detente.game.evaluate import evaluate
from detente.game.kept import Same
from detente.game.paths import events_met, leaf_columns, private_codes, story_of
from detente.game.rows import RowContext, keys_in, point_names

Floats = NDArray[np.float64]
Timeline = Sequence[Observation]
_Item = TypeVar("_Item")

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


def belief_paths(solved: Solved, timeline: Timeline | None = None) -> list[BeliefPath]:
    """The beliefs of an outside analyst and of every actor, in every reading and every private variable.

    An actor's own private information is averaged over: the path is what somebody in its place believes on seeing
    the events that this actor can see. Subjects that concern the actor itself are left out.
    timeline: the events, those of the case unless given.
    """
    events = _events(solved, timeline)
    paths: list[BeliefPath] = []
    for reached, observers in _sights_of(solved, events):
        depths = Depths.of(solved.log_leaf_reach, reached, len(events))
        for observer, seeing in observers:
            total, sums = depths.split(seeing.tables)
            held, other = sums[: len(sums) // 2], sums[len(sums) // 2 :]
            if any(moving for _, moving in seeing.about):
                held, other = _with_moving(solved, observer, seeing, depths, (held, other))
            paths += _paths(observer, [subject for subject, _ in seeing.about], total, held, other)
    order = {observer: number for number, observer in enumerate(_observers(solved.crisis))}
    return sorted(paths, key=lambda path: order[path.observer])


def outcomes_after(solved: Solved, timeline: Timeline | None = None) -> Floats:
    """[draw, outcome]: probability of each outcome given every event of the timeline; NaN where that is impossible.

    Without a timeline these are the probabilities at the outset.
    """
    found = _after(solved, timeline)
    return found.shares(found.witnessed.outcomes)


def outcomes_along(solved: Solved, timeline: Timeline | None = None) -> Floats:
    """[draw, event, outcome]: probability of each outcome given the first 0, 1, … events, as the analyst sees them.

    NaN where these are impossible.
    """
    events = _events(solved, timeline)
    reached = _sights_of(solved, events)[0][0]
    table = _named(solved.game, (Witnessed, "outcomes", _key(events)), lambda: _outcome_table(solved, reached, events))
    depths = Depths.of(solved.log_leaf_reach, reached, len(events))
    total, held = depths.split(table)
    with np.errstate(all="ignore"):
        found = np.exp(held - total)
    return np.where(np.isfinite(total), found, np.nan).transpose(1, 2, 0)


def moves_after(solved: Solved, timeline: Timeline | None = None) -> list[Floats]:
    """Per unrolled step [draw, move]: probability that it is played and the move made, given every event.

    NaN in draws where the events are impossible.
    """
    found = _after(solved, timeline)
    return split_by_step(solved.game, found.shares(found.witnessed.moves))


def utilities_after(solved: Solved, timeline: Timeline | None = None) -> Floats:
    """[draw, player]: expected payoffs given every event of the timeline; NaN where that is impossible."""
    found = _after(solved, timeline)
    return np.einsum("dc,dcp->dp", found.shares(found.witnessed.classes), solved.numbers.payoff)


def log_events(solved: Solved, timeline: Timeline | None = None) -> Floats:
    """[draw, event]: natural logarithm of the probability that the first 0, 1, … events of the timeline happened.

    As an outside reader sees them; -inf where they are impossible. Column 0 is the certain one.
    """
    events = _events(solved, timeline)
    reached = _sights_of(solved, events)[0][0].reached
    return np.stack(
        [log_total(solved.log_leaf_reach[:, reached >= number]) for number in range(len(events) + 1)], axis=1
    )


def log_seen(solved: Solved, seen: Sequence[Observation]) -> Floats:
    """[draw]: natural logarithm of the probability that everything in `seen` happened; -inf where it is impossible."""
    met = events_met(solved.game, solved.crisis, seen)[solved.game.leaf_node]
    return log_total(solved.log_leaf_reach[:, met == (1 << len(seen)) - 1])


def weight_after(solved: Solved, timeline: Timeline | None = None) -> Floats:
    """[draw, leaf]: probability of each leaf on whose way every event of the timeline was met; 0 elsewhere.

    In units of the largest of the draw (`Solved.leaf_weights`).
    """
    found = _after(solved, timeline)
    whole = np.zeros((solved.count, solved.game.leaves))
    whole[:, found.witnessed.leaves] = found.weight
    return whole


def _events(solved: Solved, timeline: Timeline | None) -> Timeline:
    return solved.crisis.timeline if timeline is None else tuple(timeline)


def _key(events: Timeline) -> Hashable:
    """Name of a timeline, by all in which two of them may differ."""
    return tuple((event.stage, event.move, event.round, event.seen) for event in events)


def _observers(crisis: Crisis) -> tuple[str, ...]:
    return (ANALYST, *(actor.id for actor in crisis.actors))


def _named(game: Game, name: Hashable, make: Callable[[], _Item]) -> _Item:
    return game.kept.recent(name, make)


@dataclass(frozen=True, eq=False)
class Witnessed:
    """The leaves on whose way every event of a timeline was met, and what ends, moves and payoffs they stand for.

    outcomes, moves, classes: sparse [thing, witnessed leaf], 1 where the leaf belongs to it.
    """

    leaves: NDArray[np.intp]
    outcomes: Any
    moves: Any
    classes: Any


@dataclass(frozen=True, eq=False)
class _After:
    """weight [draw, witnessed leaf]: in units of the largest of the draw; total [draw, 1]."""

    witnessed: Witnessed
    weight: Floats
    total: Floats

    def shares(self, table: Any) -> Floats:
        """[draw, thing]: how likely each thing is given the events; NaN where they are impossible."""
        held = np.asarray(table @ self.weight.T).T
        return np.divide(held, self.total, out=np.full_like(held, np.nan), where=self.total > 0)


def _after(solved: Solved, timeline: Timeline | None) -> _After:
    events = _events(solved, timeline)
    name = (Witnessed, Same(solved.crisis), _key(events))
    witnessed = _named(solved.game, name, lambda: _witnessed(solved, events))
    weight = in_units_of_largest(solved.log_leaf_reach[:, witnessed.leaves])
    return _After(witnessed, weight, weight.sum(axis=1, keepdims=True))


def _witnessed(solved: Solved, events: Timeline) -> Witnessed:
    game = solved.game
    everything = (1 << len(events)) - 1
    met = events_met(game, solved.crisis, events)[game.leaf_node]
    leaves = np.flatnonzero((met & everything) == everything)
    return Witnessed(
        leaves,
        one_of(story_of(game).outcome[leaves], len(solved.crisis.outcomes)),
        moves_table(game, game.leaf_node[leaves]),
        one_of(game.leaf_class[leaves], game.payoff_classes),
    )


def _outcome_table(solved: Solved, depths: Reached, events: Timeline) -> Any:
    ending = story_of(solved.game).outcome
    every = [np.ones(len(ending), bool), *(ending == number for number in range(len(solved.crisis.outcomes)))]
    return _table(every, depths.reached, len(events) + 1)


@dataclass(frozen=True, eq=False)
class Reached:
    """Number of the first events that were met on the way to each leaf, as far as an observer could see.

    order: the leaves by that number; starts, depths: where each number that occurs begins in it, and the number.
    """

    reached: NDArray[np.int32]
    order: NDArray[np.intp]
    starts: NDArray[np.intp]
    depths: NDArray[np.int32]

    @staticmethod
    def of(reached: NDArray[np.int32]) -> Reached:
        order = np.argsort(reached, kind="stable")
        depths, starts = np.unique(reached[order], return_index=True)
        return Reached(reached, order, starts, depths)


@dataclass(frozen=True, eq=False)
class _Seeing:
    """Places at which each leaf counts for the beliefs of one observer, the same in every draw.

    about: the subjects, and whether where one holds depends on numbers that differ between draws: then it has to be
    found anew. tables [belief * (events + 1), leaf]: 1 where the leaf belongs to everything, then to each subject that
    does not move, then to its complement, and that many first events, but no more, were met on its way.
    """

    about: tuple[tuple[Subject, bool], ...]
    tables: Any


_Sights = tuple[tuple[Reached, tuple[tuple[str, _Seeing], ...]], ...]


def _sights_of(solved: Solved, events: Timeline) -> _Sights:
    """Made once for a game and a timeline; observers who see the same events share what they reach. Analyst first."""
    return _named(solved.game, (_Seeing, Same(solved.crisis), _key(events)), lambda: _sights(solved, events))


def _sights(solved: Solved, events: Timeline) -> _Sights:
    groups: dict[bytes, tuple[Reached, list[tuple[str, _Seeing]]]] = {}
    for observer in _observers(solved.crisis):
        reached = _events_reached(solved, observer, events)
        group = groups.setdefault(reached.tobytes(), (Reached.of(reached), []))
        group[1].append((observer, _seeing(solved, observer, reached, len(events) + 1)))
    return tuple((reached, tuple(observers)) for reached, observers in groups.values())


def _seeing(solved: Solved, observer: str, reached: NDArray[np.int32], depths: int) -> _Seeing:
    subjects = list(subjects_of(solved, observer))
    still = [holds for _, holds in subjects if holds.ndim == 1]
    masks = [np.ones(len(reached), bool), *still, *(~holds for holds in still)]
    return _Seeing(tuple((subject, holds.ndim > 1) for subject, holds in subjects), _table(masks, reached, depths))


def _table(masks: Sequence[NDArray[np.bool_]], reached: NDArray[np.int32], depths: int) -> Any:
    from scipy.sparse import csr_array

    rows = [depths * k + reached[mask].astype(np.intp) for k, mask in enumerate(masks)]
    columns = [np.flatnonzero(mask) for mask in masks]
    row, column = np.concatenate(rows), np.concatenate(columns)
    return csr_array((np.ones(len(row)), (row, column)), shape=(depths * len(masks), len(reached)))


@dataclass(frozen=True, eq=False)
class Depths:
    """Probabilities of leaves by how many first events were met on their way, each depth in units of its largest.

    weight [draw, leaf]; unit [draw, event]: logarithm of the unit of the leaves on whose way so many events, but no
    more, were met.
    """

    reached: Reached
    weight: Floats
    unit: Floats

    @staticmethod
    def of(logs: Floats, reached: Reached, events: int) -> Depths:
        """Depths of leaves with log reach [draw, leaf]."""
        unit = np.zeros((len(logs), events + 1))
        if logs.shape[1]:
            top = np.maximum.reduceat(logs[:, reached.order], reached.starts, axis=1)
            unit[:, reached.depths] = np.where(np.isfinite(top), top, 0.0)
        return Depths(reached, np.exp(logs - unit[:, reached.reached]), unit)

    def split(self, table: Any) -> tuple[Floats, Floats]:
        """Logarithms of the probability that the first 0, 1, … events were met: of everything, and of each belief.

        table: everything first. Returns [draw, event] and [belief, draw, event].
        """
        found = np.asarray(table @ self.weight.T).reshape(-1, self.unit.shape[1], len(self.weight))
        logs = self._at_least(found.transpose(0, 2, 1))
        return logs[0], logs[1:]

    def masked(self, holds: NDArray[np.bool_]) -> Floats:
        """Logarithms [draw, event] of the same probability for leaves [draw, leaf] at which something holds."""
        weight = self.weight * holds
        found = np.zeros(self.unit.shape)
        if weight.shape[1]:
            found[:, self.reached.depths] = np.add.reduceat(weight[:, self.reached.order], self.reached.starts, axis=1)
        return self._at_least(found[None])[0]

    def _at_least(self, found: Floats) -> Floats:
        # Summed from the last event backwards: who has met three events has met the first two.
        with np.errstate(divide="ignore"):
            logs = np.log(found) + self.unit
        return np.logaddexp.accumulate(logs[..., ::-1], axis=-1)[..., ::-1]


def _events_reached(solved: Solved, observer: str, events: Timeline) -> NDArray[np.int32]:
    """[leaf]: how many of the first events were met on its way, as far as the observer could see."""
    met = events_met(solved.game, solved.crisis, events, None if observer == ANALYST else observer)
    met = met[solved.game.leaf_node]
    reached = np.zeros(len(met), np.int32)
    for number in range(1, len(events) + 1):
        prefix = (1 << number) - 1
        reached[(met & prefix) == prefix] = number
    return reached


def _with_moving(
    solved: Solved, observer: str, seeing: _Seeing, depths: Depths, still: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """Held and other [belief, draw, event] with the subjects that have to be found anew in their places."""
    anew = {subject: holds for subject, holds in subjects_of(solved, observer) if holds.ndim > 1}
    held, other = iter(still[0]), iter(still[1])
    both = [
        (depths.masked(anew[subject]), depths.masked(~anew[subject])) if moving else (next(held), next(other))
        for subject, moving in seeing.about
    ]
    return np.stack([each[0] for each in both]), np.stack([each[1] for each in both])


def _paths(
    observer: str, subjects: Sequence[Subject], total: Floats, held: Floats, other: Floats
) -> Iterator[BeliefPath]:
    """Belief paths of subjects, from the log probability of meeting the events [draw, event].

    held, other [subject, draw, event]: the same probability with each subject, and with its complement.
    """
    possible = np.isfinite(total)
    with np.errstate(all="ignore"):
        posterior = np.where(possible, np.clip(np.exp(held - total), 0, 1), np.nan)
        log_odds = held - other
        # Certainty, which no evidence takes back, counts as odds beyond all that are met on the way to it.
        known = np.isfinite(log_odds)
        if not known.all():
            far = np.where(known, np.abs(log_odds), 0.0).max(axis=-1, keepdims=True) - np.log(_TINY)
            log_odds = np.where(np.isinf(log_odds), np.copysign(far, log_odds), log_odds)
        step = np.full_like(posterior, np.nan)
        step[..., 1:] = np.diff(log_odds, axis=-1)
        step = np.where(possible, np.where(np.abs(step) < _ROUNDING, 0.0, step), np.nan)
        likelihood = np.full_like(total, np.nan)
        likelihood[:, 1:] = np.where(possible[:, :-1], np.exp(total[:, 1:] - total[:, :-1]), np.nan)
    for number, subject in enumerate(subjects):
        yield BeliefPath(observer, subject, posterior[number], step[number], likelihood)


def subjects_of(solved: Solved, observer: str) -> Iterator[tuple[Subject, NDArray[np.bool_]]]:
    """Subjects on which an observer may hold beliefs, each with the truth of the subject at every leaf, [leaf] or
    [draw, leaf].
    """
    crisis = solved.crisis
    for reading in crisis.readings:
        mentioned = (node for node in walk(reading.when) if isinstance(node, PrivateValue))
        about = {
            knower for node in mentioned for knower in crisis.private(node.actor, node.variable).knowers(node.actor)
        }
        if observer in about:
            continue
        context = RowContext(crisis, leaf_columns(solved.game, keys_in(reading.when)), draws=solved.draws)
        holds = np.asarray(evaluate(reading.when, context), bool)
        everywhere = holds if holds.ndim else np.full(solved.game.leaves, bool(holds))
        yield Subject(reading.id, "", reading.label), everywhere
    for actor, variable in crisis.private_variables():
        if observer in variable.knowers(actor.id):
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


def event_label(crisis: Crisis, event: Observation) -> str:
    """An event for a reader: who did what."""
    if event.name:
        return event.name
    stage = crisis.stage(event.stage)
    who = next((actor.label for actor in crisis.actors if actor.id == stage.mover(event.round)), "")
    where = f"{stage.label}, round {event.round}" if event.round else stage.label
    what = f"{where}: {event.seen or stage.moves[event.move].label}"
    return f"{who}, {what}" if who else what
