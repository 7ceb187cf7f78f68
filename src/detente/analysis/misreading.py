"""Beliefs about beliefs along a timeline: what each actor expects another to believe, and what that one does believe.

Somebody misreads another where the two differ. With common priors nobody is wrong on average over what it cannot tell
apart; what differs is what each has seen of the events.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.analysis.believing import Partition, information, outset
from detente.analysis.solved import Solved, in_units_of_largest
from detente.analysis.updating import Subject, subjects_of
from detente.crisis.model import Crisis
from detente.game.arrays import Game
from detente.game.kept import Same
from detente.game.paths import events_met, step_of
from detente.game.rows import distinct

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Expected:
    """The belief that `observer` expects of `of`, event by event, as a reader who saw the events takes it.

    held [draw, event]: what `of` does believe. expected [draw, event]: what the observer expects it to believe.
    distance [draw, event]: how far the two lie apart on average, whichever is larger. All are means over what the
    reader cannot tell apart after the event; NaN where the events are impossible. Event 0 is before any of them.
    """

    observer: str
    of: str
    subject: Subject
    held: Floats
    expected: Floats
    distance: Floats


def pairs(crisis: Crisis) -> Iterator[tuple[str, str]]:
    """Every actor with every other one of whose beliefs it may think."""
    for observer in crisis.actors:
        for of in crisis.actors:
            if of is not observer:
                yield observer.id, of.id


def expected_beliefs(solved: Solved) -> list[Expected]:
    """The beliefs that everybody expects of everybody else: in each reading, and in what the observer privately is.

    What only `of` knows is left out, for it has no doubts about that.
    """
    crisis, layout = solved.crisis, _layout_of(solved)
    logs = layout.leaves.log_sums(solved.log_leaf_reach)
    subjects = {actor.id: list(subjects_of(solved, actor.id)) for actor in crisis.actors}
    shares: dict[Subject, Floats] = {}
    found: list[Expected] = []
    for observer, of in pairs(crisis):
        for subject, holds in subjects[of]:
            if subject.value and subject.id.split(".")[0] != observer:
                continue
            if subject not in shares:
                values = np.broadcast_to(holds.astype(float), solved.log_leaf_reach.shape)
                shares[subject] = layout.leaves.means(solved.log_leaf_reach, values)
            views = layout.views[observer, of]
            told = np.array([view.told(logs, shares[subject]) for view in views])
            found.append(Expected(observer, of, subject, *np.moveaxis(told, 0, 2)))
    return found


@dataclass(frozen=True, eq=False)
class _View:
    """Two partitions after an event, as far as they matter to the belief that one actor expects of another.

    near: classes of endings that the observer cannot rule out, or takes it that the other cannot. own, other: those
    that the observer and the other cannot tell apart. seen [class near]: where the events were met.
    """

    near: NDArray[np.intp]
    own: Partition
    other: Partition
    seen: NDArray[np.bool_]

    @staticmethod
    def of(own: NDArray[np.intp], other: NDArray[np.intp], seen: NDArray[np.bool_]) -> _View:
        """View of two actors' classes [class] of leaves that look alike, and of leaves that met the events."""
        thinkable = np.isin(own, own[seen])
        near = np.flatnonzero(np.isin(other, other[thinkable]))
        first, second = (np.unique(each[near], return_inverse=True)[1].reshape(-1) for each in (own, other))
        return _View(near, Partition.of(first), Partition.of(second), seen[near])

    def told(self, all_logs: Floats, share: Floats) -> Floats:
        """[what, draw]: what the other believes, what the observer expects of it, how far they lie apart."""
        logs = all_logs[:, self.near]
        held = self.other.means(logs, share[:, self.near])[:, self.other.cell]
        expected = self.own.means(logs, held)[:, self.own.cell]
        weight = in_units_of_largest(np.where(self.seen, logs, -np.inf))
        total = weight.sum(axis=1)
        parts = np.stack([held, expected, np.abs(expected - held)])
        sums = (weight * np.where(weight > 0.0, parts, 0.0)).sum(axis=2)
        return np.divide(sums, total, out=np.full_like(sums, np.nan), where=total > 0.0)


@dataclass(frozen=True, eq=False)
class _Layout:
    """Everything that is the same in every draw of a game and its timeline.

    leaves: the classes of endings that nobody tells apart as long as the events last, so that they count as one.
    views: by observer and whom it thinks of, one for each event.
    """

    leaves: Partition
    views: dict[tuple[str, str], list[_View]]

    @staticmethod
    def of(game: Game, crisis: Crisis) -> _Layout:
        moments = [outset(game)]
        for event in crisis.timeline:
            moments.append(max(moments[-1], step_of(game, event)))
        actors = [actor.id for actor in crisis.actors]
        known = {moment: {each: information(game, crisis, each, moment).cell for each in actors} for moment in moments}
        met = events_met(game, crisis, crisis.timeline)[game.leaf_node]
        depth = np.sum([(met & (1 << k) - 1) == (1 << k) - 1 for k in range(len(moments))], axis=0) - 1
        kept, cell = distinct([*known[moments[-1]].values(), depth], game.leaves)
        views = {
            (observer, of): [
                _View.of(known[moment][observer][kept], known[moment][of][kept], depth[kept] >= number)
                for number, moment in enumerate(moments)
            ]
            for observer, of in pairs(crisis)
        }
        return _Layout(Partition.of(cell), views)


def _layout_of(solved: Solved) -> _Layout:
    """Made once for a game and its timeline: blocks of its draws come one after another."""
    game, crisis = solved.game, solved.crisis
    return game.kept.recent((_Layout, Same(crisis)), lambda: _Layout.of(game, crisis))
