"""The skill of a fit at episodes that it has not seen: grouped cross-validation beside simple rivals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.errors import RequestError
from detente.estimation.fitting.climbing import climb
from detente.estimation.fitting.fitting import Fitted, model_of
from detente.estimation.model import AskedEntries, Histories, Seen, sums
from detente.game.paths import story_of

Floats = NDArray[np.float64]

MODEL, RATES, MULTINOMIAL = "model", "base rates", "multinomial logit"
LEAST_CHANCE = 1e-12
"""A rival that gives what happened no chance is scored as if it had given this."""

BINS = 10


@dataclass(frozen=True, eq=False)
class Validation:
    """Scores out of sample.

    scores: a row for the model and every rival: `log_score` (mean log-probability of what happened, per observation),
    its `log_score_error` over clusters, `total`, `brier`; and `gain` of the model over it in total with `gain_error`.
    calibration: a row for every rival, ending and tenth of foretold probabilities: mean foretold, share that happened,
    its error, number. folds, clusters: how the episodes were parted. says: what to know.
    """

    scores: pd.DataFrame
    calibration: pd.DataFrame
    folds: int
    clusters: int
    says: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The tables as plain values."""
        return {
            "folds": self.folds,
            "clusters": self.clusters,
            "scores": self.scores.to_dict("records"),
            "calibration": self.calibration.to_dict("records"),
            "says": list(self.says),
        }

    def __repr__(self) -> str:
        return "\n".join([self.scores.to_string(index=False), *self.says])


@dataclass(frozen=True, eq=False)
class _Categories:
    """All that is foretold: names, kinds of observation, and whether each kind of the data holds it [kind, k]."""

    names: tuple[str, ...]
    kinds: tuple[Seen, ...]
    holds: NDArray[np.bool_]


def cross_validate(
    fitted: Fitted, folds: int = 10, seed: int = 0, progress: Callable[[str, int, int], None] | None = None
) -> Validation:
    """Fits anew without each fold of clusters in turn, and scores what the fit, base rates and a logit say of it.

    The multinomial logit takes every covariate of the links; it needs scikit-learn (`pip install detente[estimation]`)
    and is left out without. Raises RequestError where there are fewer clusters than folds, or where what was seen has
    no common categories.
    """
    likelihood, episodes = fitted.likelihood, fitted.likelihood.episodes
    if not 2 <= folds <= episodes.clusters:
        raise RequestError(f"the number of folds lies between 2 and the {episodes.clusters:,} clusters; got {folds}")
    categories = _categories(fitted)
    fold = np.random.default_rng(seed).permutation(np.arange(episodes.clusters) % folds)[episodes.cluster]
    with_logit = find_spec("sklearn") is not None and bool(episodes.columns)
    foretold = {name: np.zeros((episodes.number, len(categories.names))) for name in (MODEL, RATES, MULTINOMIAL)}
    x, lost = _covariates(fitted), 0
    for number in range(folds):
        held = fold == number
        inside = np.where(held[episodes.episode], 0.0, episodes.count)
        end = climb(
            likelihood.weighed(inside),
            fitted.maximum.point.theta,
            near=fitted.maximum.point.evaluated.state,
            close=True,
        )
        lost += not end.arrived
        foretold[MODEL][held] = _by_model(fitted, categories, end.theta, held)
        shares = _shares(fitted, categories, inside)
        foretold[RATES][held] = shares / shares.sum()
        if with_logit:
            foretold[MULTINOMIAL][held] = _by_logit(fitted, categories, inside, x, held)
        if progress is not None:
            progress("folds", number + 1, folds)
    if not with_logit:
        del foretold[MULTINOMIAL]
    groups = f"clusters by {episodes.cluster_name}" if episodes.cluster_name else "episodes"
    says = [
        f"{folds} folds of {episodes.clusters:,} {groups}; log scores are mean log-probabilities of what was seen, 0 "
        "at best; gains are of the model, in total log-probability."
    ]
    if lost:
        says.append(f"In {lost} of {folds} folds the climb did not arrive at a maximum.")
    if not with_logit:
        says.append("No multinomial logit: it needs covariates, and scikit-learn (pip install 'detente[estimation]').")
    return Validation(
        _scores(fitted, categories, foretold),
        _calibration(fitted, categories, foretold),
        folds,
        episodes.clusters,
        tuple(says),
    )


def _categories(fitted: Fitted) -> _Categories:
    """Endings, where everything that was seen is about endings alone; else the kinds, where no two hold one history."""
    crisis, game, kinds = fitted.compiled.crisis, fitted.compiled.game, fitted.likelihood.episodes.kinds
    assert crisis is not None
    histories = Histories(game, crisis)
    masks = np.array([histories.fit(kind) for kind in kinds])
    outcome = story_of(game).outcome
    by_ending = np.array(
        [[masks[k][outcome == o].any() for o in range(len(crisis.outcomes))] for k in range(len(kinds))]
    )
    whole = all((masks[k] == by_ending[k][outcome]).all() for k in range(len(kinds)))
    if whole:
        names = tuple(each.id for each in crisis.outcomes)
        return _Categories(names, tuple(Seen(frozenset([name])) for name in names), by_ending)
    if (masks.sum(axis=0) <= 1).all():
        return _Categories(fitted.likelihood.episodes.labels, kinds, np.eye(len(kinds), dtype=bool))
    raise RequestError(
        "what was seen of some episodes holds what was seen of others in part, so that there are no common categories "
        "to foretell; validate with endings alone"
    )


def _by_model(fitted: Fitted, categories: _Categories, theta: Floats, held: NDArray[np.bool_]) -> Floats:
    design = fitted.likelihood.design
    rows, back = np.unique(design.row[held], return_inverse=True)
    width = len(categories.kinds)
    model = model_of(fitted.compiled, design.quantities, categories.kinds, fitted.specification, fitted.rationality)
    cells = AskedEntries(np.repeat(np.arange(len(rows)), width), np.tile(np.arange(width), len(rows)))
    found = model.evaluate(design.values(theta)[rows], cells, slopes=False)
    return np.exp(found.log_probability).reshape(len(rows), width)[back]


def _shares(fitted: Fitted, categories: _Categories, count: Floats) -> Floats:
    """[category]: how often each was seen; a group of categories counts for each in equal parts."""
    holds = categories.holds[fitted.likelihood.episodes.kind].astype(float)
    return (count[:, None] * holds / holds.sum(axis=1, keepdims=True)).sum(axis=0)


def _covariates(fitted: Fitted) -> Floats:
    """[episode, covariate]: standardised, a dummy for every category but one."""
    columns: list[Floats] = []
    for column in fitted.likelihood.episodes.columns.values():
        if not column.values:
            columns.append(column.numbers)
            continue
        columns += [
            np.where(column.numbers == code, 1.0, 0.0)
            for code, value in enumerate(column.values)
            if value != column.base
        ]
    x = np.stack(columns, axis=1) if columns else np.zeros((fitted.likelihood.episodes.number, 0))
    spread = x.std(axis=0)
    return (x - x.mean(axis=0)) / np.where(spread > 0.0, spread, 1.0)


def _by_logit(fitted: Fitted, categories: _Categories, count: Floats, x: Floats, held: NDArray[np.bool_]) -> Floats:
    from sklearn.linear_model import LogisticRegression

    episodes = fitted.likelihood.episodes
    holds = categories.holds[episodes.kind].astype(float)
    weight = count[:, None] * holds / holds.sum(axis=1, keepdims=True)
    entry, category = np.nonzero(weight)
    shares = np.zeros((int(held.sum()), len(categories.names)))
    if len(np.unique(category)) < 2:
        shares[:, category[:1]] = 1.0
        return shares
    found = LogisticRegression(C=1e6, max_iter=2000)  # all but unpenalised: separation stays finite
    found.fit(x[episodes.episode[entry]], category, sample_weight=weight[entry, category])
    shares[:, found.classes_] = found.predict_proba(x[held])
    return shares


def _scores(fitted: Fitted, categories: _Categories, foretold: dict[str, Floats]) -> pd.DataFrame:
    episodes = fitted.likelihood.episodes
    holds = categories.holds[episodes.kind]
    total = float(episodes.count.sum())
    sizes = sums(episodes.cluster[episodes.episode], episodes.count, episodes.clusters)
    by_cluster: dict[str, Floats] = {}
    rows: list[dict[str, Any]] = []
    for name, chance in foretold.items():
        own = chance[episodes.episode]
        logs = np.log(np.maximum((own * holds).sum(axis=1), LEAST_CHANCE)) * episodes.count
        by_cluster[name] = sums(episodes.cluster[episodes.episode], logs, episodes.clusters)
        single = holds.sum(axis=1) == 1
        missed = ((own - holds) ** 2).sum(axis=1)
        known = float(episodes.count[single].sum())
        gain = by_cluster[MODEL] - by_cluster[name]
        rows.append(
            {
                "foretold_by": name,
                "log_score": float(logs.sum()) / total,
                "log_score_error": _error(by_cluster[name] - float(logs.sum()) / total * sizes) / total,
                "total": float(logs.sum()),
                "brier": float(missed[single] @ episodes.count[single]) / known if known else np.nan,
                "gain": float(gain.sum()),
                "gain_error": _error(gain),
            }
        )
    return pd.DataFrame(rows)


def _error(by_cluster: Floats) -> float:
    """Standard error of a sum over clusters."""
    return float(np.sqrt(len(by_cluster)) * by_cluster.std(ddof=1))


def _calibration(fitted: Fitted, categories: _Categories, foretold: dict[str, Floats]) -> pd.DataFrame:
    episodes = fitted.likelihood.episodes
    holds = categories.holds[episodes.kind]
    single = holds.sum(axis=1) == 1
    rows: list[dict[str, Any]] = []
    for name, chance in foretold.items():
        for k, category in enumerate(categories.names):
            own, came, count = chance[episodes.episode[single], k], holds[single, k], episodes.count[single]
            cuts = np.unique(np.quantile(own, np.linspace(0.0, 1.0, BINS + 1)[1:-1])) if len(own) else np.zeros(0)
            bin = np.searchsorted(cuts, own, side="right")
            for number in np.unique(bin):
                some = bin == number
                n = float(count[some].sum())
                if n <= 0.0:
                    continue
                share = float(came[some] @ count[some]) / n
                rows.append(
                    {
                        "foretold_by": name,
                        "ending": category,
                        "foretold": float(own[some] @ count[some]) / n,
                        "happened": share,
                        "error": float(np.sqrt(share * (1.0 - share) / n)),
                        "number": n,
                    }
                )
    return pd.DataFrame(rows)
