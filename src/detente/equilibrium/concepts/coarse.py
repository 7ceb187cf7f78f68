"""Coarse correlated play for any number of players and any payoffs.

All players minimise regret at once; the average of what they *jointly* did converges to the set of normal-form coarse
correlated equilibria (NFCCE): a mediator draws a profile, and nobody gains by deciding, before hearing its own part, to
play something else against the others' parts. It is a weaker notion than the extensive-form one (EFCCE), where a player
may also refuse each recommendation as it comes. Only its marginals are behaviour, and they are no Nash equilibrium.

Source: Celli, Marchesi, Bianchi and Gatti 2019, Learning to correlate in multi-player general-sum sequential games;
Farina, Bianchi and Sandholm 2020, Coarse correlation in extensive-form games.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.concepts.concept import Concept, ConceptAnswer, Effort
from detente.equilibrium.concepts.regret_kernels import Iterate, RegretRule, iterate, new_iterate, start_plans
from detente.equilibrium.concepts.regret_matching import Watch, pieces, stopping, stretches
from detente.equilibrium.concepts.tuning import ACCURACY, ITERATIONS
from detente.equilibrium.solution import Ending
from detente.game.arrays import Game, Numbers
from detente.kernels.stopping import stop_asked
from detente.strategy.coarse import coarse_gains, node_reach
from detente.strategy.sequence_form import SequenceForm, behaviour_of, chance_reach, sequence_form, uniform

Floats = NDArray[np.float64]


def concepts() -> tuple[Concept, ...]:
    """The concept that this file finds."""
    return (
        Concept(
            "coarse-correlated",
            "play that a mediator correlates (normal-form coarse correlated equilibrium), any players",
            correlated_by(coarse_correlated, coarse_gains),
            iterated=True,
            leaving="Deciding beforehand to leave the joint play",
            form="a normal-form",
        ),
    )


def correlated_by(
    find: Callable[..., Correlated], certify: Callable[[Game, Numbers, int, Floats, Floats], Floats]
) -> Callable[[Game, Numbers, Effort], Callable[[int], ConceptAnswer]]:
    """Joint play from a function that finds it and another that tells what anybody gains by leaving it."""

    def fits(game: Game, numbers: Numbers, effort: Effort) -> Callable[[int], ConceptAnswer]:
        def correlated(draw: int) -> ConceptAnswer:
            limits = {"iterations": effort.iterations, "accuracy": effort.accuracy}
            found = find(game, numbers.payoff[draw], numbers.chance[draw], **limits)
            return ConceptAnswer(
                found.behaviour,
                Ending.CONVERGED if found.converged else Ending.STOPPED,
                found.iterations,
                joint=found.joint,
                gain=certify(game, numbers, draw, found.joint, found.others),
            )

        return correlated

    return fits


RULE = RegretRule(np.inf, -np.inf, 1.0, True, False)
"""Predictive, all at once: so the plans of one iteration are played together."""


@dataclass(frozen=True, eq=False)
class Correlated:
    """Joint play as its certificate takes it: joint [leaf], others [player, leaf, ..]; see `detente.strategy.coarse`.

    gain: of deviating, over all players. behaviour [action]: what each does at an information set on average, given
    that play comes there. iterations: how many were done; converged: whether that was enough.
    """

    joint: Floats
    others: Floats
    behaviour: Floats
    gain: float
    iterations: int
    converged: bool


def coarse_correlated(
    game: Game,
    payoff: Floats,
    chance: Floats,
    *,
    iterations: int = ITERATIONS,
    accuracy: float = ACCURACY,
    watch: Watch | None = None,
) -> Correlated:
    """Minimise regret until deviating gains at most `accuracy` of the payoff range, or all iterations are done.

    payoff [payoff class, player], chance [chance class]: one draw.
    """
    form = sequence_form(game)
    weights = form.weights(payoff, chance)
    _, enough = stopping(payoff, accuracy)
    it = new_iterate(len(form.action), len(game.players), form.entries)
    it.behaviour[:] = uniform(form)
    start_plans(form.treeplex, it)
    done, gain = 0, np.inf
    for count in stretches(max(iterations, 1)):
        for part in pieces(count, form.treeplex.row_start[-1]):
            if not stop_asked():
                iterate(form.treeplex, weights, it, RULE, done, part)
                done += part
        if stop_asked():
            break
        gain = _gain(form, weights, it)
        if watch:
            watch(done, gain)
        if gain <= enough:
            break
    joint, others = _at_leaves(form, it, chance)
    alone = behaviour_of(form, it.total, it.behaviour)
    return Correlated(joint, others, marginal(form, joint, alone), gain, done, gain <= enough)


def _gain(form: SequenceForm, weights: Floats, it: Iterate) -> float:
    """Sum over players of what deviating gains."""
    tree = form.treeplex
    total = 0.0
    for player in range(len(tree.start) - 1):
        rows = slice(player * form.entries, (player + 1) * form.entries)
        staying = weights[rows] @ it.joint[tree.place[rows]] / it.weight[0]
        sequences = slice(int(tree.start[player]), int(tree.start[player + 1]))
        counts = np.diff(tree.row_start[sequences.start : sequences.stop + 1])
        which = np.repeat(np.arange(len(counts)), counts)
        worth = np.bincount(which, weights[rows] * it.others[rows] / it.weight[0], minlength=len(counts))
        for k in range(int(tree.set_start[player + 1]) - 1, int(tree.set_start[player]) - 1, -1):
            first, end = int(tree.first[k]) - sequences.start, int(tree.end[k]) - sequences.start
            worth[int(tree.above[k]) - sequences.start] += worth[first:end].max()
        total += max(float(worth[0] - staying), 0.0)
    return total


def _at_leaves(form: SequenceForm, it: Iterate, chance: Floats) -> tuple[Floats, Floats]:
    """Joint play and the others' share of it, chance included, leaf by leaf."""
    luck = chance_reach(form.game, chance)
    others = at_entries(form, it.others / it.weight[0])
    return it.joint[form.entry] / it.weight[0] * luck, others[:, form.entry] * luck


def at_entries(form: SequenceForm, rows: Floats) -> Floats:
    """[player, entry, ..]: what is kept by row [row, ..], in the order of entries."""
    players = len(form.treeplex.start) - 1
    ordered = np.empty((players, form.entries, *rows.shape[1:]))
    for player in range(players):
        own = slice(player * form.entries, (player + 1) * form.entries)
        ordered[player, form.treeplex.place[own]] = rows[own]
    return ordered


def marginal(form: SequenceForm, joint: Floats, elsewhere: Floats) -> Floats:
    """[action]: how often it is taken where joint play [leaf] comes to its information set; else `elsewhere`."""
    game = form.game
    reached = node_reach(game, joint)
    taken = np.bincount(game.action[1:] + 1, reached[1:], minlength=game.actions + 1)[1:]
    at_set = np.add.reduceat(taken, game.action_start[:-1])[game.infoset_of_action]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(at_set > 0.0, taken / at_set, elsewhere)
