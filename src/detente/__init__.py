"""Détente: from an analyst's account of a crisis to a solved game and an honest answer.

    import detente as dt

    study = dt.run("iran-2025")
    study.outcomes()

A name is imported when it is first used, so that `import detente` and `detente check` stay light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detente.case.builder import Builder as Builder
    from detente.case.edit import CaseFile as CaseFile
    from detente.case.write import write_case as write_case
    from detente.crisis.model import Crisis as Crisis
    from detente.errors import CaseError as CaseError
    from detente.errors import DetenteError as DetenteError
    from detente.errors import Problem as Problem
    from detente.errors import RequestError as RequestError
    from detente.game.compiled import CompiledGame as CompiledGame
    from detente.report.page import write_report as write_report
    from detente.study.answers import Answers as Answers
    from detente.study.answers import SolvedGame as SolvedGame
    from detente.study.diff import diff as diff
    from detente.study.face import ask as ask
    from detente.study.face import compile as compile
    from detente.study.face import equilibria as equilibria
    from detente.study.face import export as export
    from detente.study.face import gradient as gradient
    from detente.study.face import judge as judge
    from detente.study.face import load as load
    from detente.study.face import run as run
    from detente.study.face import solve as solve
    from detente.study.library import Library as Library
    from detente.study.study import Study as Study

__version__ = "0.2.0"

_HOME = {
    "Answers": "detente.study.answers",
    "Builder": "detente.case.builder",
    "CaseError": "detente.errors",
    "CaseFile": "detente.case.edit",
    "CompiledGame": "detente.game.compiled",
    "Crisis": "detente.crisis.model",
    "DetenteError": "detente.errors",
    "Library": "detente.study.library",
    "Problem": "detente.errors",
    "RequestError": "detente.errors",
    "SolvedGame": "detente.study.answers",
    "Study": "detente.study.study",
    "ask": "detente.study.face",
    "compile": "detente.study.face",
    "diff": "detente.study.diff",
    "equilibria": "detente.study.face",
    "export": "detente.study.face",
    "gradient": "detente.study.face",
    "judge": "detente.study.face",
    "load": "detente.study.face",
    "run": "detente.study.face",
    "solve": "detente.study.face",
    "write_case": "detente.case.write",
    "write_report": "detente.report.page",
}

__all__ = [*_HOME, "__version__"]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    """The public name, imported from the module that holds it."""
    if name not in _HOME:
        raise AttributeError(f"module 'detente' has no attribute {name!r}")
    found = getattr(import_module(_HOME[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """What a reader at a prompt should see."""
    return sorted(__all__)
