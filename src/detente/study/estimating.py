"""Estimates of a case's quantities from episodes: the call that a user of the library makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.case.catalogue import find
from detente.case.read import read_case
from detente.crisis.changes import with_scenario
from detente.crisis.model import Crisis
from detente.errors import RequestError
from detente.estimation.fitted.fit import Fit
from detente.estimation.fitting.errors import BOOTSTRAP, CLUSTERED, INFORMATION, REPLICATIONS
from detente.estimation.fitting.fitting import FitEffort, fit
from detente.estimation.observed.reading import read_specification
from detente.estimation.observed.table import read_table
from detente.estimation.simulated import simulate as made_up
from detente.game.compiling.build import compile_crisis
from detente.game.compiling.compiled import CompiledGame
from detente.study.kept.fits import begun
from detente.study.request import precision

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[str, int, int], None]


def estimate(
    case: Crisis | CompiledGame | str | Path,
    data: str | Path | pd.DataFrame,
    links: str | Path | Mapping[str, Any],
    *,
    rationality: float | str | None = None,
    set: Mapping[str, float] | None = None,
    scenario: str | None = None,
    starts: int = 4,
    seed: int = 0,
    beside: Mapping[str, Any] | None = None,
    errors: str | None = None,
    replications: int = REPLICATIONS,
    equilibria: int = 0,
    keep: str | Path | None = None,
    progress: Progress | None = None,
) -> Fit:
    """Fit the quantities of a case to what was observed of many episodes, by maximum likelihood.

    data: a CSV or Parquet file or a data frame, one row an episode. links: a YAML file or a dictionary that says which
    columns show what was seen (`observed`) and what each quantity depends on (`estimate`); see
    docs/reference/estimation.md. rationality, set, scenario: as for `solve`; what is linked cannot be set.
    beside: entries that complete the links, or replace those of the same name.
    starts: climbs to the maximum, from different starts. errors: "information", "clustered" or "bootstrap"; clustered
    where the links name a cluster, else from the information. equilibria: at how many rows of covariates to look for
    other equilibria. keep: a file that holds the fit as a record; an interrupted one goes on from there.
    Raises CaseError with every mistake in data or links by row and column, and RequestError where the data could not
    tell the coefficients apart, or where play is followed to the limit and a decision hangs on no private number.
    """
    compiled = _compiled(case, scenario)
    assert compiled.crisis is not None
    more = {**(beside or {}), **({"fixed": dict(set)} if set else {})}
    read = read_specification(links, compiled.crisis, beside=more)
    way = errors or (CLUSTERED if read.cluster else INFORMATION)
    effort = FitEffort(starts, seed, way, replications if way == BOOTSTRAP else REPLICATIONS)
    table, known = read_table(data), precision(rationality)
    record = begun(compiled.crisis, read, table, known, effort, equilibria, keep)
    found = fit(
        compiled,
        read,
        table,
        rationality=known,
        effort=effort,
        done=record.climbs,
        kept=record.take if keep is not None else None,
        progress=progress,
    )
    whole = Fit(found)
    if equilibria:
        whole = whole.equilibria(equilibria, seed=seed)
    if keep is not None:
        record.finish(whole)
    return whole


def simulate(
    case: Crisis | CompiledGame | str | Path,
    covariates: str | Path | pd.DataFrame,
    links: str | Path | Mapping[str, Any],
    coefficients: Mapping[str, float],
    *,
    rationality: float | str | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Episodes as the case would have them: the covariates, and beside them what would be seen of each row.

    coefficients: by name, such as {"cost_war: constant": 0.2}. Other arguments as for `estimate`. What a fit to such
    data finds can be held against the numbers that made them.
    """
    compiled = _compiled(case, None)
    assert compiled.crisis is not None
    read = read_specification(links, compiled.crisis)
    table, known = read_table(covariates), precision(rationality)
    return made_up(compiled, read, table, coefficients, rationality=known, seed=seed)


def _compiled(case: Crisis | CompiledGame | str | Path, scenario: str | None) -> CompiledGame:
    if isinstance(case, str | Path):
        case = read_case(find(case))
    if isinstance(case, CompiledGame):
        if case.crisis is None:
            raise RequestError("a game file has no quantities to estimate: write it as a case")
        if not scenario:
            return case
        case = case.crisis
    if scenario:
        names = [each.id for each in case.scenarios]
        if scenario not in names:
            raise RequestError(f"the case has no scenario `{scenario}`; it has {', '.join(names) or 'none'}")
        case = with_scenario(case, scenario)
    return compile_crisis(case)
