"""The equations of an equilibrium, in coordinates in which rare play counts as much as common play.

At every decision others expect a mixture: with weight t what the actor's best reply does there, with weight 1 - t a
move by lot. At t = 0 there is one solution; at t = 1 play that is a best reply to itself. Coordinates are, for each
move, the logarithm of its chance given that the actor's earlier moves lead there, and the mean of a private number
given that it is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detente.estimation.cutoffs.replies import CutoffReplies, Reply

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Places = NDArray[np.intp]

CUTOFF_TREMBLE = 1e-100
"""The chance of a tremble by lot, from which beliefs come where no private number leads."""


@dataclass(eq=False)
class System:
    """The equations in several rows at once; paid [row, term]."""

    replies: CutoffReplies
    paid: Floats

    @cached_property
    def layout(self) -> CutoffLayout:
        """The coordinates and what ties them to play."""
        return CutoffLayout.of(self.replies)

    def rows(self, which: Places | Bools) -> System:
        """The equations of some rows."""
        part = System(self.replies, self.paid[which])
        part.layout = self.layout
        return part

    @property
    def unknowns(self) -> int:
        """The number of coordinates."""
        return len(self.layout.free)

    def by_lot(self) -> Floats:
        """[row, coordinate]: the solution at t = 0."""
        return np.repeat(self.layout.lot[None], len(self.paid), axis=0)

    def coordinates(self, play: Floats) -> Floats:
        """[row, coordinate] of play [row, entry]."""
        layout = self.layout
        near = play + CUTOFF_TREMBLE * self.replies.random
        own, mass, before = near[:, layout.free], near[:, layout.mass], near[:, layout.before]
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(layout.moves, np.log(own / before), own / mass)

    def play(self, x: Floats) -> Floats:
        """[row, entry] of coordinates."""
        layout = self.layout
        mass = np.exp(np.minimum(np.where(layout.moves, x, 0.0) @ layout.above.T, 1.0))
        out = np.repeat(self.replies.random[None], len(x), axis=0)
        out[:, layout.free] = np.where(layout.moves, mass, x * mass)
        return out

    def told(self, x: Floats) -> Floats:
        """[row, coordinate]: chances of moves as such, and means."""
        moves = self.layout.moves
        return np.where(moves, np.exp(np.minimum(np.where(moves, x, 0.0), 1.0)), x)

    def apart(self, one: Floats, other: Floats) -> Floats:
        """[row]: the largest difference in the chance of a move given what led there, or in a mean."""
        return np.abs(self.told(one) - self.told(other)).max(axis=1, initial=0.0)

    def at(self, x: Floats, t: Floats) -> SystemPoint:
        """The equations at coordinates x [row, coordinate] and weights t [row]."""
        expected = self.play(x)
        return SystemPoint(self, x, t, expected, self.replies.reply(self.paid, expected))


@dataclass(frozen=True, eq=False)
class CutoffLayout:
    """The coordinates and what ties them to play.

    free [coordinate]: its entry of play. mass, before: the entries of its chance, and of that one move earlier. moves:
    True for a chance, False for a mean. above [coordinate, coordinate]: 1 where the move of the second one is made on
    the way to the first one, itself included. lot [coordinate]: play by lot.
    """

    free: Places
    mass: Places
    before: Places
    moves: Bools
    above: Floats
    lot: Floats

    @staticmethod
    def of(replies: CutoffReplies) -> CutoffLayout:
        """That of the play of a tree."""
        free = np.flatnonzero(replies.free)
        mass = replies.sequence[free]
        moves = mass == free
        place = {int(entry): k for k, entry in enumerate(free)}
        above = np.zeros((len(free), len(free)))
        for number, entry in enumerate(mass.tolist()):
            while entry in place:
                above[number, place[entry]] = 1.0
                entry = int(replies.before[entry])
        before = replies.before[mass]
        random = replies.random
        lot = np.where(moves, np.log(random[mass] / random[before]), random[free] / random[mass])
        return CutoffLayout(free, mass, before, moves, above, lot)


@dataclass(frozen=True, eq=False)
class SystemPoint:
    """The equations at one place in every row. expected [row, entry]: play at x."""

    system: System
    x: Floats
    t: Floats
    expected: Floats
    reply: Reply

    @cached_property
    def own(self) -> Floats:
        """[row, coordinate]: those of the replies."""
        return self.system.coordinates(self.reply.play)

    @cached_property
    def _mixed(self) -> tuple[Floats, Floats]:
        """[row, coordinate]: what is expected of the replies, chances as such; and what is where play is by lot."""
        layout, t = self.system.layout, self.t[:, None]
        lot = np.where(layout.moves, np.exp(np.where(layout.moves, layout.lot, 0.0)), layout.lot)
        own = np.where(layout.moves, np.exp(np.where(layout.moves, self.own, 0.0)), self.own)
        return (1.0 - t) * lot + t * own, own - lot

    @cached_property
    def error(self) -> Floats:
        """[row, coordinate]: what the replies make of x, less x."""
        aim = self._mixed[0]
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.system.layout.moves, np.log(aim), aim) - self.x

    @cached_property
    def by_t(self) -> Floats:
        """[row, coordinate]: the derivative of `error` by t."""
        aim, apart = self._mixed
        return apart / np.where(self.system.layout.moves, aim, 1.0)

    @cached_property
    def by_play(self) -> Floats:
        """[row, entry, entry]: derivatives of replies by what is expected."""
        return self.system.replies.slopes(self.system.paid, self.expected, self.reply)

    @cached_property
    def matrix(self) -> Floats:
        """[row, coordinate, coordinate]: minus the derivative of `error` by x."""
        layout = self.system.layout
        near = self.reply.play + CUTOFF_TREMBLE * self.system.replies.random
        columns = self._by_coordinate(self.by_play)
        own, before = columns[:, layout.mass], columns[:, layout.before]
        own = own / near[:, layout.mass, None]
        chance = own - before / near[:, layout.before, None]
        mean = columns[:, layout.free] / near[:, layout.mass, None] - self.own[:, :, None] * own
        share = np.exp(np.where(layout.moves, self.own, 0.0)) / np.where(layout.moves, self._mixed[0], 1.0)
        moved = np.where(layout.moves[:, None], chance, mean) * (self.t[:, None] * share)[:, :, None]
        return np.eye(len(layout.free)) - moved

    def _by_coordinate(self, by: Floats) -> Floats:
        """[row, entry, coordinate]: derivatives by coordinates from those by play [row, entry, entry]."""
        layout = self.system.layout
        by_free = by[:, :, layout.free]
        chances = (by_free * self.expected[:, None, layout.free]) @ layout.above
        return np.where(layout.moves, chances, by_free * self.expected[:, None, layout.mass])


def solved(matrix: Floats, right: Floats) -> Floats:
    """[row, unknown, side]: solutions of linear equations, NaN where a matrix is singular or not finite."""
    fit = np.isfinite(matrix).all(axis=(1, 2)) & np.isfinite(right).all(axis=(1, 2))
    out = np.full(right.shape, np.nan)
    try:
        out[fit] = np.linalg.solve(matrix[fit], right[fit])
    except np.linalg.LinAlgError:
        for row in np.flatnonzero(fit):
            try:
                out[row] = np.linalg.solve(matrix[row], right[row])
            except np.linalg.LinAlgError:
                continue
    return out
