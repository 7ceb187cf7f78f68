"""The command line as tests call it: in this process, or as a program of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

TINY = """\
detente: 1
title: A demand backed by force
quantities:
  p: {uniform: [0.4, 0.6], name: chance that the challenger wins}
  cost: {uniform: [0.05, 0.15], note: a guess}
actors:
  challenger: {name: Challenger}
  defender: {name: Defender, private: {kind: {tough: 0.4, soft: rest}}}
stages:
  - id: demand
    by: challenger
    choose: {low: , high: }
  - id: answer
    by: defender
    choose: {accept: {end: settlement}, fight: {end: war}}
outcomes:
  settlement:
    name: Settlement
    payoffs: {challenger: "if(demand = high, 0.7, 0.4)", defender: "if(demand = high, 0.3, 0.6)"}
  war: {name: War, payoffs: {challenger: p - cost, defender: "1 - p - if(defender.kind = tough, 0.1, 0.4)"}}
readings:
  tough: {name: The defender is tough, when: defender.kind = tough}
timeline:
  - {date: 2025-03-07, stage: demand, move: high}
  - {date: 2025-03-14, stage: answer, move: fight}
claims:
  - {id: pain, says: Pain restrains, by: Desk, raise: cost, expect: falls, of: P(war)}
scenarios:
  painless: {set: {cost: 0}}
questions:
  - {id: war_and_cost, vary: cost, from: 0, to: 0.3, steps: 3, show: [P(war)]}
"""


class Door:
    """Calls `detente` in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str) -> Any:
        from detente.cli.main import app

        return CliRunner().invoke(app, list(arguments), prog_name="detente")

    def typed(self, text: str, *arguments: str) -> Any:
        """The call of somebody who types a text."""
        from detente.cli.main import app

        return CliRunner().invoke(app, list(arguments), prog_name="detente", input=text)

    def json(self, *arguments: str) -> Any:
        done = self(*arguments, "--json")
        assert done.exit_code == 0, done.stderr
        return json.loads(done.stdout)

    def program(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(Path(sys.executable).parent / "detente"), *arguments],
            cwd=self.folder,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )


@pytest.fixture
def door(tmp_path, tmp_path_factory, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("DETENTE_LIBRARY", str(tmp_path_factory.mktemp("library") / "library.sqlite"))
    return Door(tmp_path)


@pytest.fixture
def tiny(tmp_path):
    path = tmp_path / "tiny.yaml"
    path.write_text(TINY, "utf-8")
    return "tiny.yaml"
