"""Détente: from an analyst's account of a crisis to a solved game and an honest answer.

    import detente as dt

    study = dt.run("iran-2025")
    study.outcomes()

A name is imported when it is first used, so that `import detente` and `detente check` stay light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from detente.version import __version__ as __version__

if TYPE_CHECKING:
    from detente.case.builder import Builder as Builder
    from detente.case.editing.file import CaseFile as CaseFile
    from detente.case.written_back.write import write_case as write_case
    from detente.crisis.model import Crisis as Crisis
    from detente.errors import CaseError as CaseError
    from detente.errors import DetenteError as DetenteError
    from detente.errors import Problem as Problem
    from detente.errors import RequestError as RequestError
    from detente.report.page import write_report as write_report
    from detente.study.cases import load as load
    from detente.study.compared.diff import diff as diff
    from detente.study.estimating import estimate as estimate
    from detente.study.kept.library import Library as Library
    from detente.study.scored.score import score as score
    from detente.study.session import Session as Session
    from detente.study.study import Study as Study
    from detente.study.verbs import ask as ask
    from detente.study.verbs import compile as compile
    from detente.study.verbs import equilibria as equilibria
    from detente.study.verbs import export as export
    from detente.study.verbs import gradient as gradient
    from detente.study.verbs import judge as judge
    from detente.study.verbs import run as run
    from detente.study.verbs import solve as solve

_HOME = {
    "Builder": "detente.case.builder",
    "CaseError": "detente.errors",
    "CaseFile": "detente.case.editing.file",
    "Crisis": "detente.crisis.model",
    "DetenteError": "detente.errors",
    "Library": "detente.study.kept.library",
    "Problem": "detente.errors",
    "RequestError": "detente.errors",
    "Session": "detente.study.session",
    "Study": "detente.study.study",
    "ask": "detente.study.verbs",
    "compile": "detente.study.verbs",
    "diff": "detente.study.compared.diff",
    "equilibria": "detente.study.verbs",
    "estimate": "detente.study.estimating",
    "export": "detente.study.verbs",
    "gradient": "detente.study.verbs",
    "judge": "detente.study.verbs",
    "load": "detente.study.cases",
    "run": "detente.study.verbs",
    "score": "detente.study.scored.score",
    "solve": "detente.study.verbs",
    "write_case": "detente.case.written_back.write",
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
    """Names that a reader at a prompt should see."""
    return sorted(__all__)
