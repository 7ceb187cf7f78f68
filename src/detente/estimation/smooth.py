"""The likelihood's view of a game whose actors know numbers of their own, in the limit of perfect rationality.

Each actor's best reply is a set of cut-offs in its private numbers; the chances of moves are integrals between them,
smooth in every payoff. Play is an equilibrium of these chances, and its derivatives are those of its equations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from detente.crisis.model import Crisis
from detente.crisis.quantities import LIMIT
from detente.errors import RequestError
from detente.estimation.cutoffs.affine import numbers_of
from detente.estimation.cutoffs.payoffs import Paid, Payoffs
from detente.estimation.cutoffs.replies import CutoffReplies
from detente.estimation.cutoffs.system import System, SystemPoint, solved
from detente.estimation.cutoffs.tracing import KnownEquilibria, TracedEquilibria, nearby, newton, traced
from detente.estimation.cutoffs.tree import tree_of
from detente.estimation.model import AskedEntries, Bools, Evaluated, Floats, Ints, Seen, leaves_seen

ALIKE_EQUILIBRIA = 1e-6
"""Equilibria are one and the same where no chance of a sequence of moves differs by more than this."""

FEW_ROWS, SHARE = 20, 0.1
"""Rows that have no equilibrium next to where they set out are traced anew where they are no more than this many, or
this share; so many at once say that the numbers have moved too far for what was found before."""

LEAST_SMOOTH = 1e-290
"""Below this a probability has no derivative in double precision."""


def wants_smooth(crisis: Crisis, rationality: float | str | None = None) -> bool:
    """True where play is in the limit of perfect rationality and an actor knows a number of its own.

    rationality: in place of the case's own, unless None.
    """
    chosen = crisis.rationality if rationality is None else rationality
    limit = chosen == LIMIT or (isinstance(chosen, float) and np.isinf(chosen))
    return limit and bool(numbers_of(crisis))


def smooth_model(
    crisis: Crisis, quantities: Sequence[str], kinds: Sequence[Seen], *, fixed: Mapping[str, float] | None = None
) -> SmoothModel:
    """The model of a case with private numbers whose linked quantities differ from row to row.

    Everything else is at its median or as fixed; `points` of private numbers are not used. Raises CaseError where a
    private number enters other than as a multiple in payoffs and costs, and where a decision hangs on none.
    """
    tree = tree_of(crisis)
    payoffs = Payoffs(tree, crisis, quantities, fixed or {})
    replies = CutoffReplies(tree, payoffs.laws)
    game = tree.compiled.game
    masks = [leaves_seen(game, crisis, kind)[tree.copies[:, 0]] for kind in kinds]
    table = np.array(masks, bool).reshape(len(kinds), tree.leaves)
    return SmoothModel(payoffs, replies, tuple(quantities), tuple(kinds), table)


@dataclass(frozen=True, eq=False)
class SmoothEquilibria:
    """Equilibria of several rows. row [equilibrium]; traced: True for the one that the likelihood is that of.

    log_probability [equilibrium, kind]. steady: False where play that is moved a little does not come back, as best
    replies to what was expected last time go.
    """

    row: Ints
    log_probability: Floats
    traced: Bools
    steady: Bools


@dataclass(frozen=True, eq=False)
class SmoothModel:
    """Smooth probabilities of what may be seen, by the private numbers' laws in place of their points."""

    payoffs: Payoffs
    replies: CutoffReplies
    quantities: tuple[str, ...]
    kinds: tuple[Seen, ...]
    _masks: Bools = field(repr=False)

    @property
    def crisis(self) -> Crisis:
        """The case."""
        return self.payoffs.crisis

    @property
    def says(self) -> tuple[str, ...]:
        """Sentences on how play is found and to which error."""
        names = ", ".join(f"{actor}.{variable}" for actor, variable in self.payoffs.tree.names)
        return (
            f"Private numbers ({names}) are integrated over between cut-offs, to 1e-9 of each probability, in place of "
            "their points.",
            "Play is the equilibrium that the linear tracing procedure reaches from moves that are all equally likely.",
        )

    def impossible(self) -> Ints:
        """Numbers of the kinds that no history of the game fits."""
        return np.flatnonzero(~self._masks.any(axis=1))

    def evaluate(self, values: Floats, cells: AskedEntries, near: object = None, *, slopes: bool = True) -> Evaluated:
        """As `Model.evaluate`; near: play is sought next to that state, and traced where there is none."""
        paid = self.payoffs.at(values)
        found = self._found(paid, near)
        system = System(self.replies, paid.weighed)
        point = system.at(found.x, np.ones(len(values)))
        ending = self.replies.endings.add(np.ones_like(paid.chance), point.reply.play)
        chance = (self._masks[cells.kind] * (ending * paid.chance)[cells.row]).sum(axis=1)
        chance = np.where(found.good[cells.row] & (chance > 0), chance, 0.0)
        with np.errstate(divide="ignore"):
            log = np.minimum(np.log(chance), 0.0)
        out = np.zeros((len(cells.row), len(self.quantities)))
        if slopes and len(cells.row):
            self._slopes(paid, point, ending, cells, chance, out)
        state = KnownEquilibria(found.x, point) if found.good.any() else None
        return Evaluated(log, out, found.good & np.isfinite(point.error).all(axis=1), found.turns, state)

    def reached(self, values: Floats) -> Floats:
        """[row, ending of the tree]: the chances of all endings at values [row, quantity].

        Raises RequestError where the equilibrium of a row is not found.
        """
        paid = self.payoffs.at(values)
        system = System(self.replies, paid.weighed)
        found = traced(system)
        if not found.good.all():
            raise RequestError(f"no equilibrium was found for {int((~found.good).sum()):,} of {len(values):,} rows")
        point = system.at(found.x, np.ones(len(values)))
        return self.replies.endings.add(paid.chance, point.reply.play)

    def _found(self, paid: Paid, near: object) -> TracedEquilibria:
        system = System(self.replies, paid.weighed)
        if not isinstance(near, KnownEquilibria) or near.x.shape != (len(paid.terms), system.unknowns):
            return traced(system)
        close = nearby(system, near)
        lost = np.flatnonzero(~close.good)
        if 0 < len(lost) <= max(FEW_ROWS, SHARE * len(near.x)):
            again = traced(system.rows(lost))
            close.x[lost], close.good[lost], close.turns[lost] = again.x, again.good, again.turns
        return close

    def _slopes(
        self, paid: Paid, point: SystemPoint, ending: Floats, cells: AskedEntries, chance: Floats, out: Floats
    ) -> None:
        """Implicit differentiation: all cells of a row share one matrix, and each takes one way back."""
        place = np.arange(len(cells.row)) - np.searchsorted(cells.row, cells.row)
        rows, most = len(paid.terms), int(place.max()) + 1
        by_ending = np.zeros((rows, most, ending.shape[1]))
        scale = np.where(chance > LEAST_SMOOTH, 1.0 / np.maximum(chance, LEAST_SMOOTH), 0.0)
        by_ending[cells.row, place] = self._masks[cells.kind] * scale[:, None]
        play = point.reply.play
        by_play = by_ending @ self.replies.endings.slopes(paid.chance, play)
        # What is rare has large derivatives: everything is counted in shares of it.
        size = np.maximum(point.expected[:, self.replies.sequence], LEAST_SMOOTH)
        moved = point.by_play * size[:, None, :] / size[:, :, None]
        matrix = np.eye(self.replies.size) - np.swapaxes(moved, 1, 2)
        back = solved(matrix, np.swapaxes(by_play * size[:, None, :], 1, 2)) / size[:, :, None]
        for number in range(most):
            some = place == number
            by_paid = self.replies.pull(paid.weighed, point.expected, point.reply, back[:, :, number])
            found = self.payoffs.pull(paid, by_paid, by_ending[:, number] * ending)
            out[some] = np.where(chance[some, None] > LEAST_SMOOTH, found[cells.row[some]], 0.0)

    def equilibria(self, values: Floats, starts: int = 20, seed: int = 0) -> SmoothEquilibria:
        """Equilibria at values [row, quantity]: the traced one, and others that Newton's method finds from random play.

        There may be more than are found.
        """
        paid = self.payoffs.at(values)
        system = System(self.replies, paid.weighed)
        first = traced(system)
        random = np.random.default_rng(seed)
        rows = np.arange(len(values))
        known: list[tuple[int, Floats, bool, bool]] = []
        plays: dict[int, list[Floats]] = {int(row): [] for row in rows}
        for number in range(starts + 1):
            guess = first.x if not number else system.coordinates(self._any_play(random, len(values)))
            found = newton(system, guess, np.ones(len(values)))
            play = system.play(found.x)
            for row in np.flatnonzero(found.good & (first.good if not number else True)).tolist():
                if all(np.abs(play[row] - other).max() > ALIKE_EQUILIBRIA for other in plays[row]):
                    plays[row].append(play[row])
                    known.append((row, found.x[row], not number, bool(found.on[row])))
        known.sort(key=lambda each: (each[0], not each[2]))
        row = np.array([each[0] for each in known], np.int64)
        x = np.array([each[1] for each in known]).reshape(len(known), system.unknowns)
        point = system.rows(row).at(x, np.ones(len(row)))
        ending = self.replies.endings.add(paid.chance[row], point.reply.play)
        with np.errstate(divide="ignore"):
            log = np.log(ending @ self._masks.T)
        return SmoothEquilibria(
            row, log, np.array([each[2] for each in known], bool), np.array([each[3] for each in known], bool)
        )

    def _any_play(self, random: np.random.Generator, rows: int) -> Floats:
        """[row, entry]: play in which every actor mixes its plans at random, whatever it privately knows."""
        play = np.repeat(self.replies.random[None], rows, axis=0)
        for player, part in self.replies.parts:
            mixed = random.dirichlet(np.full(len(part.plans), 0.3), rows) @ part.plans
            for position, sequence in enumerate(part.sequences):
                own = self.replies.entries(player, int(sequence))
                means = self.replies.random[own] / self.replies.random[own][0]
                play[:, own] = np.maximum(mixed[:, position], 1e-9)[:, None] * means
        return play
