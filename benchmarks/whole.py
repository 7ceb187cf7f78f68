"""What a user waits for: building a large game, checking a case, running one. Each row checks its own answer."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

LARGE_TYPES, LARGE_DEMANDS = 2000, 167
LARGE = """
detente: 1
title: An ultimatum of a million nodes
quantities:
  p: {value: 0.5}
actors:
  a: {name: A}
  b: {name: B, private: {cost: {uniform: [0, 0.3], points: 2000}}}
stages:
  - {id: demand, by: a, choose: {from: 0, to: 0.996, step: 0.006}}
  - {id: answer, by: b, choose: {accept: {end: settlement}, fight: {end: war}}}
outcomes:
  settlement: {payoffs: {a: demand, b: 1 - demand}}
  war: {payoffs: {a: p - 0.1, b: 1 - p - b.cost}}
"""
DETENTE = (sys.executable, "-c", "from detente.cli.main import main; main()")


def compilation() -> None:
    """The game and its numbers from a case of 10^6 nodes; checked by counting and by the value of random play."""
    from detente.case.read import read_text
    from detente.game.build import compile_crisis
    from detente.game.draws import median_draw
    from detente.strategy.behaviour import values

    crisis = read_text(LARGE)
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
    _row(
        f"compile a case of {game.nodes:,} nodes", f"{took:.2f} s of CPU", right, "nodes counted, value of random play"
    )


def check() -> None:
    """`detente check iran-2025` in a fresh interpreter, and that it leaves the numerical engine alone."""
    best = np.inf
    right = True
    for _ in range(3):
        start = time.perf_counter()
        done = subprocess.run((*DETENTE, "check", "iran-2025", "--json"), capture_output=True, text=True, check=False)
        best = min(best, time.perf_counter() - start)
        right = right and done.returncode == 0 and json.loads(done.stdout)["ok"]
    _row("detente check iran-2025, import included", f"{best:.2f} s wall", right, "the case is sound")


def run() -> None:
    """`detente run iran-2025 --draws 200`, kernels on disk."""
    with tempfile.TemporaryDirectory() as folder:
        order = (*DETENTE, "run", "iran-2025", "--draws", "200", "--out", folder)
        start = time.perf_counter()
        done = subprocess.run(order, capture_output=True, check=False)
        took = time.perf_counter() - start
        found = Path(folder) / "study.json"
        certificate = json.loads(found.read_text())["certificate"] if found.exists() else {"certified": 0}
        right = done.returncode == 0 and certificate["certified"] == 200
    _row("detente run iran-2025 --draws 200, warm", f"{took:.1f} s wall", right, "200 of 200 draws certified")


def _row(what: str, took: str, right: bool, checked: str) -> None:
    print(f"{what:<44} {took:>14}   {'right' if right else 'WRONG'} ({checked})", flush=True)
