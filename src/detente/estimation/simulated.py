"""Episodes made up by a case itself: what would be observed if its quantities followed given coefficients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.crisis.quantities import RATIONALITY
from detente.errors import RequestError
from detente.estimation.game_model import GameModel
from detente.estimation.observed.design import LinkDesign, make_design
from detente.estimation.observed.episodes import Episodes
from detente.estimation.observed.specification import Shown, Specification
from detente.estimation.observed.table import ObservedTable
from detente.estimation.observed.terms import columns_in, covariates
from detente.estimation.smooth import smooth_model, wants_smooth
from detente.game.compiling.compiled import CompiledGame
from detente.game.paths import made_at, stage_positions, story_of

Floats = NDArray[np.float64]


def simulate(
    compiled: CompiledGame,
    specification: Specification,
    table: ObservedTable,
    coefficients: Mapping[str, float],
    *,
    rationality: float | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """The table with the columns of `specification.shown` filled in by play, one episode a row.

    Columns of moves stay empty where a stage was not reached. Raises CaseError for bad links or covariates, and
    RequestError where a coefficient is missing or unknown, or the links count endings instead of showing them.
    """
    if specification.counts or not specification.shown:
        raise RequestError("episodes are made up one a row: say with `observed` which columns show what was seen")
    design = _design(specification, table)
    unknown = [name for name in coefficients if name not in design.coefficients]
    lacking = [name for name in design.coefficients if name not in coefficients]
    if unknown or lacking:
        named = ", ".join(f"`{name}`" for name in [*lacking, *unknown][:8])
        raise RequestError(f"coefficients are those of the links, each once; missing or unknown: {named}")
    theta = np.array([float(coefficients[name]) for name in design.coefficients])
    crisis = compiled.crisis
    assert crisis is not None
    values, rng = design.values(theta), np.random.default_rng(seed)
    if RATIONALITY not in design.quantities and wants_smooth(crisis, rationality):
        smooth = smooth_model(crisis, design.quantities, (), fixed=specification.fixed)
        compiled = smooth.payoffs.tree.compiled
        ends = _drawn(smooth.reached(values), design.row, rng)
        leaves = smooth.payoffs.tree.copies[ends, 0]
        return table.frame.assign(**{each.column: _shown(each, compiled, leaves) for each in specification.shown})
    model = GameModel.of(
        crisis, design.quantities, (), fixed=specification.fixed, rationality=rationality, compiled=compiled
    )
    leaves = _played(model, values, design.row, rng)
    return table.frame.assign(**{each.column: _shown(each, compiled, leaves) for each in specification.shown})


def _design(specification: Specification, table: ObservedTable) -> LinkDesign:
    columns, present, problems = covariates(table, specification, columns_in(specification, table))
    if problems or not present.all():
        gone = int((~present).sum())
        raise RequestError(f"{gone:,} rows lack a covariate" if not problems else str(problems[0]))
    rows = table.rows
    nothing = np.zeros(0, np.int64)
    everyone = np.arange(rows)
    episodes = Episodes(table.file, columns, (), (), nothing, nothing, np.zeros(0), everyone, everyone, (), "")
    return make_design(replace(specification, restrictions={}), episodes)


def _played(model: GameModel, values: Floats, row: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """[episode]: the leaf at which it ended."""
    at = rng.random(len(row))
    leaves = np.zeros(len(row), np.int64)
    size = model.compiled.draws_per_block()
    for start in range(0, len(values), size):
        solved = model.solved(values[start : start + size])
        closed = np.cumsum(solved.leaf_reach, axis=1)
        here = np.flatnonzero((row >= start) & (row < start + size))
        for episode in here.tolist():
            share = closed[row[episode] - start]
            leaves[episode] = np.searchsorted(share, at[episode] * share[-1], side="right")
    return np.minimum(leaves, model.compiled.game.leaves - 1)


def _drawn(chance: Floats, row: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """[episode]: an ending drawn from the chances [row, ending] of its row."""
    closed = np.cumsum(chance, axis=1)[row]
    at = rng.random(len(row)) * closed[:, -1]
    return np.minimum((closed <= at[:, None]).sum(axis=1), chance.shape[1] - 1)


def _shown(shown: Shown, compiled: CompiledGame, leaves: NDArray[np.int64]) -> list[Any]:
    """The cells of a column that tells of episodes that ended at these leaves."""
    crisis, game = compiled.crisis, compiled.game
    assert crisis is not None
    words = {name: word for word, name in shown.means.items()}
    if not shown.stage:
        outcome = story_of(game).outcome[leaves]
        names = [crisis.outcomes[k].id for k in outcome]
        return [words.get(name, name) for name in names]
    story, stage = story_of(game), crisis.stage(shown.stage)
    places = [k for k in stage_positions(game, shown.stage) if shown.round in (0, story.steps[k].round)]
    moves = made_at(game, places)[game.leaf_node][leaves]
    labels = [stage.shown(number) for number in range(len(stage.moves))]
    return ["" if move < 0 else words.get(labels[move], labels[move]) for move in moves.tolist()]
