"""Waits of a user: importing, building a large game, checking a case, running one. Wall time, kernels on disk."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.race import Row, Timing

LARGE_TYPES, LARGE_DEMANDS = 2000, 167
DETENTE = (sys.executable, "-c", "from detente.cli.main import main; main()")
GROUP = "what a user waits for"


def ultimatum(types: int) -> str:
    """A case of 1 + types (1 + 3 * 167) nodes."""
    return f"""
detente: 1
title: An ultimatum of many types
quantities:
  p: {{value: 0.5}}
actors:
  a: {{name: A}}
  b: {{name: B, private: {{cost: {{uniform: [0, 0.3], points: {types}}}}}}}
stages:
  - {{id: demand, by: a, choose: {{from: 0, to: 0.996, step: 0.006}}}}
  - {{id: answer, by: b, choose: {{accept: {{end: settlement}}, fight: {{end: war}}}}}}
outcomes:
  settlement: {{payoffs: {{a: demand, b: 1 - demand}}}}
  war: {{payoffs: {{a: p - 0.1, b: 1 - p - b.cost}}}}
"""


def rows(slow: bool, quick: bool) -> Iterator[Row]:
    """A fresh interpreter first, a whole run last."""
    yield start_up()
    yield check()
    if not quick:
        yield compilation()
    if slow:
        yield run()


def start_up() -> Row:
    """Import and first solve in a fresh interpreter, kernels cached."""
    code = (
        "from detente.equilibrium.solve import solve_game\n"
        "from tests.engine.random_games import beer_quiche\n"
        "print(solve_game(*beer_quiche(), 1.0).endings[0].good)"
    )
    took, answers = repeated((sys.executable, "-c", code))
    right = all(answer.strip() == "True" for answer in answers)
    return Row(GROUP, "Python started, engine imported, first solve", Timing("Détente", took), right=right)


def compilation() -> Row:
    """The game and its numbers from a case of 10^6 nodes; checked by counting and by the value of random play."""
    from detente.case.read import read_text
    from detente.game.compiling.build import compile_crisis
    from detente.game.drawn.draws import median_draw
    from detente.strategy.behaviour import values

    crisis = read_text(ultimatum(LARGE_TYPES))
    start = time.process_time()
    compiled = compile_crisis(crisis)
    numbers = compiled.numbers(median_draw(crisis))
    took = time.process_time() - start
    game = compiled.game
    behaviour = (1.0 / np.diff(game.action_start))[game.infoset_of_action][None]
    worth = values(game, numbers, behaviour)[0, 0]
    expected = (0.5 * 0.498 + 0.5 * 0.4, 0.5 * 0.502 + 0.5 * (0.5 - 0.15))
    nodes = 1 + LARGE_TYPES * (1 + 3 * LARGE_DEMANDS)
    right = game.nodes == nodes and np.allclose(worth, expected, rtol=0.0, atol=1e-9)
    task = f"a case of {game.nodes:,} nodes built, CPU time"
    return Row(GROUP, task, Timing("Détente", [took]), right=bool(right), told="nodes counted, value of random play")


def check() -> Row:
    """`detente check iran-2025` in a fresh interpreter."""
    took, answers = repeated((*DETENTE, "check", "iran-2025", "--json"))
    right = all(json.loads(answer)["ok"] for answer in answers)
    return Row(GROUP, "`detente check iran-2025`", Timing("Détente", took), right=right, told="the case is sound")


def run() -> Row:
    """`detente run iran-2025 --draws 200`."""
    with tempfile.TemporaryDirectory() as folder:
        order = (*DETENTE, "run", "iran-2025", "--draws", "200", "--out", folder)
        took, answer = waited(lambda: subprocess.run(order, capture_output=True, check=False, env=library(folder)))
        found = Path(folder) / "study.json"
        certified = json.loads(found.read_text())["certificate"]["certified"] if found.exists() else 0
        right = answer.returncode == 0 and certified == 200
    task = "`detente run iran-2025 --draws 200`"
    return Row(GROUP, task, Timing("Détente", [took]), right=right, told=f"{certified} of 200 draws certified")


def library(folder: str) -> dict[str, str]:
    """The environment with a library of studies of its own, so that nothing is kept."""
    import os

    return {**os.environ, "DETENTE_LIBRARY": f"{folder}/library.db"}


def repeated(order: tuple[str, ...], times: int = 3) -> tuple[list[float], list[str]]:
    """Wall seconds and output of a command."""
    took: list[float] = []
    answers: list[str] = []
    for _ in range(times):
        seconds, done = waited(lambda: subprocess.run(order, capture_output=True, text=True, check=False))
        took.append(seconds)
        answers.append(done.stdout)
    return took, answers


def waited(
    task: Callable[[], subprocess.CompletedProcess[str]],
) -> tuple[float, subprocess.CompletedProcess[str]]:
    start = time.perf_counter()
    done = task()
    return time.perf_counter() - start, done
