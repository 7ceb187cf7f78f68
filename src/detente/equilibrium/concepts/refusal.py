"""Extensive-form coarse correlated play (EFCCE) for any number of players and any payoffs.

A mediator recommends a move at every information set. A player who comes to one decides, before hearing what is
recommended there, whether to go on following; who refuses hears nothing any more. Nobody gains by refusing anywhere.
Every such play is normal-form coarse correlated (`detente.equilibrium.concepts.coarse`) as well.

Source: Farina, Bianchi and Sandholm 2020, Coarse correlation in extensive-form games.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.concepts.coarse import Correlated, at_entries, correlated_by, marginal
from detente.equilibrium.concepts.concept import Concept
from detente.equilibrium.concepts.refusal_kernels import Refusals, refuse
from detente.equilibrium.concepts.regret_matching import Watch, pieces, stopping, stretches
from detente.equilibrium.concepts.tuning import ACCURACY, ITERATIONS, MOST_JOINT
from detente.errors import RequestError
from detente.game.arrays import Game, Numbers
from detente.kernels.stopping import stop_asked
from detente.strategy.coarse import refusing_gains
from detente.strategy.sequence_form import SequenceForm, behaviour_of, chance_reach, sequence_form, uniform

Floats = NDArray[np.float64]


def concepts() -> tuple[Concept, ...]:
    """The concept that this file finds."""
    return (
        Concept(
            "extensive-form-coarse-correlated",
            "the play that a mediator correlates, where a player may refuse at every information set, any players",
            correlated_by(extensive_form_coarse_correlated, refusing_gains),
            iterated=True,
            leaving="Refusing, from one information set on, to be told more",
            form="an extensive-form",
        ),
    )


def extensive_form_coarse_correlated(
    game: Game,
    payoff: Floats,
    chance: Floats,
    *,
    iterations: int = ITERATIONS,
    accuracy: float = ACCURACY,
    watch: Watch | None = None,
) -> Correlated:
    """Minimise regret until refusing gains nobody more than `accuracy` of the payoff range, or all iterations are done.

    payoff [payoff class, player], chance [chance class]: one draw. `Correlated.others` is what
    `detente.strategy.coarse.refusing_gains` takes. Raises RequestError for games too large for it.
    """
    form = sequence_form(game)
    _, enough = stopping(payoff, accuracy)
    weights = form.weights(payoff, chance)
    numbers = Numbers(payoff[None], chance[None])
    it = _begin(form)
    done, gain = 0, np.inf
    joint, refused = np.zeros(0), np.zeros(0)
    for count in stretches(max(iterations, 1)):
        for part in pieces(count, form.treeplex.row_start[-1]):
            if not stop_asked():
                refuse(form.treeplex, weights, it, done, part)
                done += part
        if stop_asked():
            break
        joint, refused = _at_leaves(form, it, chance)
        gain = float(refusing_gains(game, numbers, 0, joint, refused).max())
        if watch:
            watch(done, gain)
        if gain <= enough:
            break
    last = behaviour_of(form, it.plan, uniform(form))
    return Correlated(joint, refused, marginal(form, joint, last), gain, done, gain <= enough)


def _begin(form: SequenceForm) -> Refusals:
    """Records at the first iteration: no regrets, uniform plans."""
    tree = form.treeplex
    counts = (tree.end - tree.first).astype(np.int64)
    sets, sequences = len(tree.first), len(form.action)
    way = np.full(sequences, -1, np.int32)
    way[form.action >= 0] = np.repeat(np.arange(sets), counts)
    depth = np.ones(sets, np.int32)
    before = way[tree.above]
    for k in range(sets):
        if before[k] >= 0:
            depth[k] += depth[before[k]]
    deepest = int(depth.max(initial=1))
    rows = len(tree.place)
    if rows * deepest > MOST_JOINT:
        raise RequestError(
            f"extensive-form coarse correlated play of this game keeps {rows * deepest:,} numbers, and at most "
            f"{MOST_JOINT:,} fit; `coarse-correlated` takes larger games"
        )
    chain = np.full((sets, deepest), -1, np.int32)
    for k in range(sets):
        if before[k] >= 0:
            chain[k] = chain[before[k]]
        chain[k, depth[k] - 1] = k
    start = uniform(form)[:, None] * np.ones(deepest)
    regret, worth, own = np.zeros((3, sequences, deepest))
    follow, plan, gradient = np.zeros((3, sequences))
    trigger, share = np.zeros(sets), np.ones(sets)
    joint, mass = np.zeros(form.entries), np.zeros((rows, deepest))
    return Refusals(
        chain, depth, way, start, regret, worth, own, trigger, share, follow, plan, gradient, joint, mass, np.zeros(1)
    )


def _at_leaves(form: SequenceForm, it: Refusals, chance: Floats) -> tuple[Floats, Floats]:
    """Joint play [leaf] and what is left of it where the player refuses [player, leaf, c], chance included."""
    luck = chance_reach(form.game, chance)
    refused = np.array([rows[form.entry] for rows in at_entries(form, it.mass / it.weight[0])])
    return it.joint[form.entry] / it.weight[0] * luck, refused * luck[:, None]
