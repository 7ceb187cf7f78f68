"""Sources of games: a case by its name or file, a game file, a game of OpenSpiel; read, and compiled where asked."""

from __future__ import annotations

from pathlib import Path

from detente.case.catalogue import find
from detente.case.read import read_case
from detente.case.sources import check_sources
from detente.crisis.model import Crisis
from detente.errors import CaseError
from detente.game.compiling.build import compile_crisis
from detente.game.compiling.compiled import CompiledGame
from detente.game.exchange.gambit import read_efg
from detente.game.exchange.openspiel import PREFIX, read_openspiel

Case = Crisis | CompiledGame
"""Anything that can be solved: a case, or a game compiled from a case or loaded from a game file."""


def load(case: str | Path, *, sources: str | Path | None = None) -> Case:
    """A case by path or catalogue name, a Gambit game file (`.efg`), or a game of OpenSpiel (`openspiel:kuhn_poker`).

    sources: a folder with the texts that the case cites; their digests and the cited sentences are then checked.
    Raises CaseError with every problem of a bad file, RequestError where there is no such case.
    """
    if str(case).startswith(PREFIX):
        game, numbers = read_openspiel(str(case))
        return CompiledGame(game, fixed=numbers)
    if str(case).endswith(".efg"):
        game, numbers = read_efg(case)
        return CompiledGame(game, fixed=numbers)
    crisis = read_case(find(case))
    if sources is not None and (problems := check_sources(crisis, sources)):
        raise CaseError(problems)
    return crisis


def case_of(case: Case | str | Path) -> Case:
    """The case itself, or the one that a path or name stands for."""
    return load(case) if isinstance(case, str | Path) else case


def game_of(case: Case) -> CompiledGame:
    """The game of a case, compiled unless it is one already."""
    return case if isinstance(case, CompiledGame) else compile_crisis(case)
