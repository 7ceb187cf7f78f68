"""Answers of a fit: probabilities of endings, first differences and curves, with errors by the delta method.

Slopes of probabilities in the coefficients are exact, so that an error is one product with the covariance. Intervals
of probabilities are normal on the scale of log-odds, which keeps them between 0 and 1; those of differences are normal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from detente.case.spelling.suggest import did_you_mean
from detente.errors import RequestError
from detente.estimation.fitted.found import FoundEstimates
from detente.estimation.fitting.fitting import model_of
from detente.estimation.model import AskedEntries, Seen, sums
from detente.estimation.observed.design import make_rows
from detente.estimation.observed.terms import Covariate

Floats = NDArray[np.float64]

AVERAGE = "average"
"""In place of profiles: the mean over all episodes as they were observed."""

POINTS = 21
"""Values of a covariate along a curve, where none are given."""

_WIDTH = float(norm.ppf(0.975))


def probabilities(fit: FoundEstimates, profiles: Any = None) -> pd.DataFrame:
    """A row for every profile and ending: probability, error, low, high (95 %), and the covariates.

    profiles: a dictionary of covariates, or a list or data frame of them; what is left out stands at its typical value
    (the median, or the most frequent of categories); None: one such profile. "average": the mean over all episodes.
    """
    columns, count, weight, told = _profiles(fit, profiles)
    chance, slopes = _chances(fit, columns, count)
    if weight is not None:
        chance, slopes = np.tensordot(weight, chance, 1)[None], np.tensordot(weight, slopes, 1)[None]
    errors = _errors(fit, slopes)
    low, high = _on_log_odds(chance, errors)
    return _frame(fit, told, {"probability": chance, "error": errors, "low": low, "high": high})


def differences(fit: FoundEstimates, change: Mapping[str, Sequence[Any]], profiles: Any = None) -> pd.DataFrame:
    """A row for every profile and ending: probability before and after the change, difference, error, low, high."""
    for name, ends in change.items():
        if isinstance(ends, str) or len(ends) != 2:
            raise RequestError(f"`{name}` moves from one value to another: give two, such as {{'{name}': [0, 1]}}")
    columns, count, weight, told = _profiles(fit, profiles)
    sides: list[tuple[Floats, Floats]] = []
    for side in (0, 1):
        moved = {**columns, **{name: _constant(fit, name, ends[side], count) for name, ends in change.items()}}
        chance, slopes = _chances(fit, moved, count)
        if weight is not None:
            chance, slopes = np.tensordot(weight, chance, 1)[None], np.tensordot(weight, slopes, 1)[None]
        sides.append((chance, slopes))
    (before, one), (after, two) = sides
    apart, errors = after - before, _errors(fit, two - one)
    return _frame(
        fit,
        told.drop(columns=[name for name in change if name in told]),
        {
            "before": before,
            "after": after,
            "difference": apart,
            "error": errors,
            "low": apart - _WIDTH * errors,
            "high": apart + _WIDTH * errors,
        },
    )


def curve(
    fit: FoundEstimates, covariate: str, values: Sequence[Any] | None = None, profiles: Any = None
) -> pd.DataFrame:
    """A row for every value of a covariate and ending: probability, error, low, high; everything else as in profiles.

    values: by default 21 between the smallest and the largest that were observed, or all categories.
    """
    column = _column(fit, covariate)
    if values is None:
        numbers = column.numbers
        values = list(column.values) or np.linspace(numbers.min(), numbers.max(), POINTS).tolist()
    base = profiles if profiles is not None else {}
    if not isinstance(base, Mapping) and not (isinstance(base, str) and base == AVERAGE):
        raise RequestError("a curve is drawn for one profile, or for the average of all episodes")
    if isinstance(base, Mapping):
        return probabilities(fit, [{**base, covariate: value} for value in values])
    parts = [_average_at(fit, covariate, value) for value in values]
    return pd.concat(parts, ignore_index=True)


def _average_at(fit: FoundEstimates, covariate: str, value: Any) -> pd.DataFrame:
    columns, count, weight, _ = _profiles(fit, AVERAGE)
    assert weight is not None
    chance, slopes = _chances(fit, {**columns, covariate: _constant(fit, covariate, value, count)}, count)
    mean, moved = np.tensordot(weight, chance, 1)[None], np.tensordot(weight, slopes, 1)[None]
    errors = _errors(fit, moved)
    low, high = _on_log_odds(mean, errors)
    told = pd.DataFrame({covariate: [value]})
    return _frame(fit, told, {"probability": mean, "error": errors, "low": low, "high": high})


def quantities_at(fit: FoundEstimates, profile: Mapping[str, Any] | None) -> tuple[Floats, Floats]:
    """Linear indices [quantity] of one profile, and their covariance [quantity, quantity]."""
    columns, _, _, _ = _profiles(fit, dict(profile or {}))
    design = make_rows(fit.fitted.specification, columns, 1, fit.fitted.likelihood.design)
    pull = np.zeros((len(design.parts), len(fit.names)))
    for k, part in enumerate(design.parts):
        np.add.at(pull[k], part.coefficient, part.x[0])
    return design.indices(fit.theta)[0], pull @ fit.covariance @ pull.T


def _chances(fit: FoundEstimates, columns: Mapping[str, Covariate], count: int) -> tuple[Floats, Floats]:
    """[profile, ending]: probabilities; [profile, ending, coefficient]: their slopes."""
    fitted = fit.fitted
    design = make_rows(fitted.specification, columns, count, fitted.likelihood.design)
    endings = [Seen(frozenset([outcome.id])) for outcome in fit.crisis.outcomes]
    model = model_of(fitted.compiled, design.quantities, endings, fitted.specification, fitted.rationality)
    cells = AskedEntries(np.repeat(np.arange(count), len(endings)), np.tile(np.arange(len(endings)), count))
    found = model.evaluate(design.values(fit.theta), cells)
    if not found.good.all():
        raise RequestError(f"no equilibrium was found for {int((~found.good).sum()):,} of {count:,} profiles")
    chance = np.exp(found.log_probability)
    slopes = design.pulled(fit.theta, found.slopes * chance[:, None], cells.row)
    return chance.reshape(count, -1), slopes.reshape(count, len(endings), -1)


def _errors(fit: FoundEstimates, slopes: Floats) -> Floats:
    return np.sqrt(np.maximum(np.einsum("pec,cd,ped->pe", slopes, fit.covariance, slopes), 0.0))


def _on_log_odds(chance: Floats, errors: Floats) -> tuple[Floats, Floats]:
    inside = np.clip(chance, 1e-12, 1.0 - 1e-12)
    middle = np.log(inside / (1.0 - inside))
    width = _WIDTH * errors / (inside * (1.0 - inside))
    return tuple(1.0 / (1.0 + np.exp(-(middle + sign * width))) for sign in (-1.0, 1.0))  # pyright: ignore[reportReturnType]


def _frame(fit: FoundEstimates, told: pd.DataFrame, numbers: Mapping[str, Floats]) -> pd.DataFrame:
    endings = [outcome.id for outcome in fit.crisis.outcomes]
    rows = [
        {**{str(key): value for key, value in profile.items()}, "ending": ending}
        | {name: float(table[p, e]) for name, table in numbers.items()}
        for p, profile in enumerate(told.to_dict("records") or [{}])
        for e, ending in enumerate(endings)
    ]
    return pd.DataFrame(rows)


def _column(fit: FoundEstimates, name: str) -> Covariate:
    known = fit.fitted.likelihood.episodes.columns
    if name not in known:
        raise RequestError(f"no link mentions the covariate `{name}`: {did_you_mean(name, known, 'covariates')}")
    return known[name]


def _constant(fit: FoundEstimates, name: str, value: Any, count: int) -> Covariate:
    """A covariate at one value in every profile. Raises RequestError for a value that it cannot have."""
    column = _column(fit, name)
    if column.values:
        if str(value) not in column.values:
            raise RequestError(
                f"`{value}` is no value of `{name}`: {did_you_mean(str(value), column.values, 'values')}"
            )
        number = float(column.values.index(str(value)))
    else:
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = np.nan
        if not np.isfinite(number):
            raise RequestError(f"`{name}` is a number, not {value!r}")
    return Covariate(np.full(count, number), column.values, column.base)


def _profiles(fit: FoundEstimates, profiles: Any) -> tuple[dict[str, Covariate], int, Floats | None, pd.DataFrame]:
    """Covariates of every profile, how many there are, weights of a mean over them or None, and what to show."""
    episodes = fit.fitted.likelihood.episodes
    if isinstance(profiles, str):
        if profiles != AVERAGE:
            raise RequestError(f"profiles are dictionaries of covariates, or the word `{AVERAGE}`; got {profiles!r}")
        times = sums(episodes.episode, episodes.count, episodes.number)
        return dict(episodes.columns), episodes.number, times / times.sum(), pd.DataFrame([{}])
    rows: list[Mapping[str, Any]]
    if isinstance(profiles, pd.DataFrame):
        rows = [{str(key): each for key, each in row.items()} for row in profiles.to_dict("records")]
    else:
        rows = [profiles or {}] if profiles is None or isinstance(profiles, Mapping) else list(profiles)
    found: dict[str, Covariate] = {}
    for name in dict.fromkeys(key for row in rows for key in row):
        _column(fit, name)
    shown: list[dict[str, Any]] = [dict[str, Any]() for _ in rows]
    for name, column in episodes.columns.items():
        usual = column.typical()
        parts: list[float] = []
        for row, told in zip(rows, shown, strict=True):
            number = float(_constant(fit, name, row[name], 1).numbers[0]) if name in row else usual
            parts.append(number)
            told[name] = column.values[int(number)] if column.values else number
        found[name] = Covariate(np.array(parts), column.values, column.base)
    return found, len(rows), None, pd.DataFrame(shown)
