"""Jobs and stops: whoever asks for a stop is answered at once, and keeps what is finished."""

from __future__ import annotations

import signal
import threading
import time

import numpy as np
import pytest
from tests.engine.random_games import random_game

import detente as dt
from detente.analysis.solved import solve_draws
from detente.equilibrium.elimination.dense_or_sparse import elimination_of
from detente.equilibrium.path import logit
from detente.equilibrium.path.draw import solve_draw
from detente.equilibrium.path.memory import memory
from detente.equilibrium.solution import Ending
from detente.equilibrium.solve import Settings, solve_game
from detente.errors import StoppedError
from detente.game.drawn.draws import sample_draws
from detente.kernels.stopping import Stop, heeding_signals, stop_asked
from detente.strategy.layout import layout_of
from detente.study.running.jobs import Begun, Job, JobEnded, Progressed
from detente.study.verbs import start


def test_a_stop_is_heard_by_all_below_it_and_by_flags_that_are_watched():
    above = Stop()
    below, flag = Stop(above), np.zeros(1, np.int64)
    below.watch(flag)
    assert not below.asked
    above.ask()
    assert (below.asked, int(flag[0]), Stop(above).asked) == (True, 1, True)
    below.leave(flag)
    assert int(flag[0]) == 0


def test_a_path_halts_at_its_next_step_where_its_flag_is_set():
    game, numbers = random_game(3)
    layout = layout_of(game)
    unit = float(numbers.payoff_range()[0])
    with memory(game, layout, elimination_of(game)) as (state, work):
        asked = (layout, state, work, tuple(Settings().rules(layout.unknowns)), np.inf, unit)
        given = (numbers.payoff[0], numbers.chance[0], np.zeros(game.actions))
        assert solve_draw(*asked, *given) == logit.AT_LIMIT
        work.halt[0] = 1
        assert solve_draw(*asked, *given) == logit.HALTED
        work.halt[0] = 0


def test_a_stop_leaves_draws_unsolved_and_says_so():
    game, numbers = random_game(3)
    stop = Stop()
    stop.ask()
    with stop.heeded():
        solution = solve_game(game, numbers)
    assert solution.endings == (Ending.INTERRUPTED,)
    assert np.isnan(solution.nash_conv).all()
    assert solve_game(game, numbers).endings == (Ending.LIMIT,)


def test_what_is_solved_before_the_stop_stays_solved():
    case = dt.compile("demand")
    stop = Stop()

    def progress(done: int, total: int) -> None:
        stop.ask()

    draws = sample_draws(case.crisis, 8)
    with stop.heeded():
        found = solve_draws(case, draws, settings=Settings(threads=1), progress=progress).solution
    whole = solve_draws(case, draws).solution
    ended = [ending is not Ending.INTERRUPTED for ending in found.endings]
    assert 0 < sum(ended) < 8
    np.testing.assert_array_equal(found.log_behaviour[ended], whole.log_behaviour[ended])


def test_ctrl_c_asks_for_a_stop_and_a_second_one_interrupts():
    with heeding_signals() as stop:
        signal.raise_signal(signal.SIGINT)
        assert stop.asked
        assert stop_asked()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert not stop_asked()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_a_single_solution_that_is_stopped_is_none():
    stop = Stop()
    stop.ask()
    with stop.heeded(), pytest.raises(StoppedError, match="before anything"):
        dt.solve("schultz-1999-crisis")


def test_a_study_run_as_a_job_tells_its_events_and_answers_while_it_runs():
    job = start("schultz-1999-crisis", draws=96, inquiry_draws={"hinges": 0})
    told = list(job.events())
    assert isinstance(told[0], Begun)
    assert isinstance(told[-1], JobEnded)
    assert (told[-1].how, job.state) == ("finished", "finished")
    steps = [each for each in told if isinstance(each, Progressed)]
    assert [each.done for each in steps] == sorted(each.done for each in steps)
    assert steps[-1].done == steps[-1].total
    alone = dt.run("schultz-1999-crisis", draws=96, inquiry_draws={"hinges": 0})
    assert job.result().outcomes().equals(alone.outcomes())
    assert list(job.events()) == told


def test_a_job_that_is_stopped_has_what_was_finished_as_its_result():
    def work(job: Job[int]) -> int:
        done = 0
        while not stop_asked():
            done += 1
            job.progress("counting", done, 1_000_000)
            time.sleep(0.001)
        return done

    job = Job(work, partial=lambda: "so far")
    assert job.ask(timeout=10) == "so far"
    job.stop()
    assert job.wait(10)
    assert job.state == "stopped"
    assert job.result() > 0


def test_a_job_that_fails_says_why_and_one_that_takes_longer_can_be_left():
    def fail(job: Job[None]) -> None:
        raise dt.RequestError("no such thing")

    job = Job(fail)
    with pytest.raises(dt.RequestError, match="no such thing"):
        job.result(10)
    last = list(job.events())[-1]
    assert isinstance(last, JobEnded)
    assert (last.how, last.says) == ("failed", "no such thing")
    gate = threading.Event()
    waiting = Job(lambda job: gate.wait(10))
    with pytest.raises(TimeoutError):
        waiting.result(0.01)
    assert next(iter(waiting.events(timeout=0.01))).at > 0
    gate.set()
    assert waiting.result(10)


def test_a_stopped_run_keeps_whole_blocks_and_can_be_asked_before():
    job = start("schultz-1999-crisis", draws=20_000, inquiry_draws={"hinges": 0})
    part = job.ask(timeout=60)
    job.stop()
    assert 0 < len(part.draws()) < 20_000
    study = job.result(60)
    assert study.settings["interrupted"]
    assert 0 < study.settings["finished"] < 20_000
