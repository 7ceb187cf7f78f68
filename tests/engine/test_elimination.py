"""Sparse elimination equals dense elimination: with hidden and simultaneous moves, and with three players."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.large import crisis
from tests.engine.calls import jacobian_at
from tests.engine.random_games import random_game, signalling

from detente.equilibrium.elimination.coupling import coupling_of
from detente.equilibrium.elimination.dense_or_sparse import elimination_of
from detente.equilibrium.elimination.fronts import PIVOTS, SIZE, fronts_of
from detente.equilibrium.elimination.merging import tree_of
from detente.equilibrium.elimination.ordering import minimum_degree, neighbours, upwards
from detente.equilibrium.path import newton
from detente.equilibrium.path.newton import Work, new_work
from detente.equilibrium.solution import Ending
from detente.equilibrium.solve import Settings, solve_game
from detente.errors import RequestError
from detente.game.arrays import Game, Numbers
from detente.kernels.compiled import entry
from detente.strategy.layout import Layout, layout_of
from detente.strategy.state import State, new_state
from detente.strategy.sweep import load, residual

DENSE, SPARSE = Settings(threads=1, elimination="dense"), Settings(threads=1, elimination="sparse")


@entry
def linearised(layout, state, work, point):  # type: ignore[no-untyped-def]
    return newton.linearise(layout, state, work, point)


@entry
def solved(work, right, adjoint):  # type: ignore[no-untyped-def]
    return newton.solve_adjoint(work, right) if adjoint else newton.solve_system(work, right)


@entry
def norm_at(layout, state, work, point):  # type: ignore[no-untyped-def]
    residual(layout, state, point, work.right)
    newton.assemble(layout, state, work, point, point[len(point) - 1])
    return newton.column_norm(work, work.guess)


def some_game(seed: int) -> tuple[Game, Numbers]:
    """Two or three players; every event is hidden from a random set of them, so that some moves are simultaneous."""
    return random_game(seed, players=2 + seed % 2, stages=4 + seed % 3)


def loaded(game: Game, numbers: Numbers, *, sparse: bool, eliminate: bool = True) -> tuple[Layout, State, Work]:
    layout = layout_of(game, eliminate=eliminate)
    state = new_state(layout, game.chance_classes, int(np.diff(game.action_start).max()))
    load(layout, state, numbers.payoff[0].copy(), numbers.chance[0].copy())
    plan = fronts_of(layout)
    assert plan is not None
    return layout, state, new_work(layout.unknowns, game.actions, plan[0] if sparse else None)


SYSTEMS = [seed for seed in range(40) if layout_of(some_game(seed)[0], eliminate=seed % 4 > 0).unknowns]


@pytest.mark.parametrize("rationality", [0.5, 20.0, 1000.0])
def test_sparse_factors_solve_the_bordered_system_and_its_transpose(rationality: float) -> None:
    for seed in SYSTEMS:
        game, numbers = some_game(seed)
        layout, state, work = loaded(game, numbers, sparse=True, eliminate=seed % 4 > 0)
        rng = np.random.default_rng(seed)
        n = layout.unknowns + 1
        for k in range(len(layout.unknown)):
            state.reference[k] = rng.integers(layout.action_start[k], layout.action_start[k + 1])
        point = rng.normal(size=n)
        point[-1] = rationality
        work.border[:] = rng.normal(size=n)
        matrix = np.zeros((n, n))
        jacobian_at(layout, state, point, np.zeros(n), matrix)
        columns = np.abs(matrix[:-1, :-1]).sum(axis=1).max()
        assert norm_at(layout, state, work, point) == pytest.approx(columns, rel=1e-12)
        matrix[:, -1] = work.border
        sign = linearised(layout, state, work, point)
        assert sign == np.linalg.slogdet(matrix)[0]
        right = rng.normal(size=n)
        for adjoint, system in ((False, matrix.T), (True, matrix)):
            answer = right.copy()
            assert solved(work, answer, adjoint)
            scale = np.abs(system).sum(axis=1).max() * np.abs(answer).max()
            assert np.abs(system @ answer - right).max() <= 1e-13 * scale
            if np.linalg.cond(system) < 1e6:
                assert np.allclose(answer, np.linalg.solve(system, right), rtol=1e-9, atol=1e-9 * np.abs(answer).max())


def test_dense_factors_solve_the_transpose_too() -> None:
    game, numbers = some_game(5)
    layout, state, work = loaded(game, numbers, sparse=False)
    rng = np.random.default_rng(0)
    point = rng.normal(size=layout.unknowns + 1)
    point[-1] = 3.0
    work.border[:] = rng.normal(size=len(point))
    matrix = np.zeros((len(point), len(point)))
    jacobian_at(layout, state, point, np.zeros(len(point)), matrix)
    matrix[:, -1] = work.border
    assert linearised(layout, state, work, point) == np.linalg.slogdet(matrix)[0]
    right = rng.normal(size=len(point))
    for adjoint, system in ((False, matrix.T), (True, matrix)):
        answer = right.copy()
        assert solved(work, answer, adjoint)
        assert np.allclose(system @ answer, right, atol=1e-9)


def test_a_front_whose_own_rows_are_singular_is_solved_all_the_same() -> None:
    """Far off the equilibrium and at high rationality, blocks of pivots are nearly singular while the whole is not."""
    patched = 0
    for seed in SYSTEMS:
        game, numbers = some_game(seed)
        layout, state, work = loaded(game, numbers, sparse=True, eliminate=seed % 4 > 0)
        rng = np.random.default_rng(seed)
        n = layout.unknowns + 1
        point = 3.0 * rng.normal(size=n)
        point[-1] = 1e6
        work.border[:] = rng.normal(size=n)
        matrix = np.zeros((n, n))
        jacobian_at(layout, state, point, np.zeros(n), matrix)
        matrix[:, -1] = work.border
        sign = linearised(layout, state, work, point)
        if work.factors.health[1] == 0 or np.linalg.cond(matrix) > 1e12:
            continue
        patched += 1
        assert sign == np.linalg.slogdet(matrix)[0]
        for adjoint, system in ((False, matrix.T), (True, matrix)):
            answer = np.ones(n)
            if solved(work, answer, adjoint):
                scale = np.abs(system).sum(axis=1).max() * np.abs(answer).max()
                assert np.abs(system @ answer - 1.0).max() <= 1e-12 * scale
    assert patched


@pytest.mark.parametrize("rationality", [5.0, 200.0])
def test_the_path_is_the_same_with_sparse_as_with_dense_elimination(rationality: float) -> None:
    for seed in range(30):
        game, numbers = some_game(seed)
        one, two = (solve_game(game, numbers, rationality, settings=how) for how in (DENSE, SPARSE))
        assert one.endings == two.endings
        assert np.allclose(one.behaviour, two.behaviour, rtol=0.0, atol=1e-9)
        assert np.allclose(one.turning_points[0], two.turning_points[0], rtol=1e-7)


def test_the_limit_is_the_same_with_sparse_as_with_dense_elimination() -> None:
    for seed in range(20):
        game, numbers = some_game(seed)
        one, two = (solve_game(game, numbers, settings=how) for how in (DENSE, SPARSE))
        assert one.endings == two.endings
        assert np.allclose(one.nash_conv, two.nash_conv, atol=1e-7)
        assert np.allclose(one.behaviour, two.behaviour, rtol=0.0, atol=1e-6)


def test_a_plan_eliminates_every_unknown_once_and_ends_with_the_rationality() -> None:
    for game in (crisis(2, 2, 4)[0], signalling(9)[0], *(some_game(seed)[0] for seed in range(10))):
        layout = layout_of(game, eliminate=False)
        plan = fronts_of(layout)
        assert plan is not None
        fronts, cost = plan
        table = fronts.table
        pivots = [
            fronts.variable[start : start + count]
            for start, count in zip(table[:-1, 4], table[:-1, PIVOTS], strict=True)
        ]
        assert sorted(np.concatenate(pivots)) == list(range(layout.unknowns + 1))
        assert pivots[-1][-1] == layout.unknowns
        assert (table[:-1, SIZE] >= table[:-1, PIVOTS]).all()
        assert 0.0 < cost < np.inf
        assert fronts.memory > 0


def test_minimum_degree_eliminates_many_types_before_the_few_who_watch_them() -> None:
    layout = layout_of(signalling(40)[0], eliminate=False)
    start, other = neighbours(coupling_of(layout))
    order = np.empty(len(layout.unknown), np.int32)
    assert minimum_degree(start, other, np.ones(len(order), np.int64), order)
    one, two = (tree_of(start, other, np.ones(len(order), np.int64), how) for how in (order, upwards(layout)))
    assert one is not None
    assert two is not None
    assert one.cost < two.cost
    assert np.diff(one.border_start).max() + np.diff(one.front_start).max() < 40


def test_public_moves_keep_fronts_small() -> None:
    """As large as the types' unknowns on one path through the tree, but for merging that saves overhead."""
    types, moves, rounds = 3, 2, 7
    layout = layout_of(crisis(types, moves, rounds)[0])
    plan = fronts_of(layout)
    assert plan is not None
    assert plan[0].table[:-1, SIZE].max() <= 2 * (types * (moves - 1) * rounds + 1)
    assert layout.unknowns == types * (moves - 1) * (2**rounds - 1)


def test_a_large_structured_tree_is_solved_sparsely_and_certified() -> None:
    game, numbers = crisis(3, 3, 4)
    assert elimination_of(game) is not None
    one = solve_game(game, numbers, 20.0, settings=Settings(threads=1))
    two = solve_game(game, numbers, 20.0, settings=DENSE)
    assert one.endings[0] is Ending.REACHED
    assert np.allclose(one.behaviour, two.behaviour, atol=1e-9)


def test_small_systems_are_dense_and_unknown_eliminations_refused() -> None:
    game, _ = signalling(4)
    assert elimination_of(game) is None
    assert elimination_of(game, how="sparse") is not None
    with pytest.raises(RequestError, match="dense or sparse"):
        elimination_of(game, how="thin")  # type: ignore[arg-type]
