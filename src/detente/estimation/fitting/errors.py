"""The errors of estimates: from the observed information, clustered, or by the bootstrap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.errors import RequestError
from detente.estimation.fitting.climbing import climb
from detente.estimation.fitting.likelihood import Likelihood
from detente.estimation.fitting.maximum import Maximum

Floats = NDArray[np.float64]

INFORMATION, CLUSTERED, BOOTSTRAP = "information", "clustered", "bootstrap"
WAYS = (INFORMATION, CLUSTERED, BOOTSTRAP)
REPLICATIONS = 200
FEW_CLUSTERS = 30


@dataclass(frozen=True, eq=False)
class Covariance:
    """Covariance of the free coefficients, and how it was found.

    matrix [free, free]. way: one of `WAYS`. replications [replication, coefficient]: estimates of a bootstrap; failed:
    how many of its samples had no maximum. says: what to know about it.
    """

    matrix: Floats
    way: str
    replications: Floats | None = None
    failed: int = 0
    says: tuple[str, ...] = ()


def covariance(
    likelihood: Likelihood,
    maximum: Maximum,
    way: str = INFORMATION,
    *,
    replications: int = REPLICATIONS,
    seed: int = 0,
    progress: Callable[[str, int, int], None] | None = None,
) -> Covariance:
    """The covariance of what is free at a maximum. Raises RequestError for an unknown way."""
    if way not in WAYS:
        raise RequestError(f"standard errors come by {', '.join(WAYS[:-1])} or {WAYS[-1]}; got {way!r}")
    if way == BOOTSTRAP:
        return _bootstrap(likelihood, maximum, replications, seed, progress)
    inverse: Floats = np.linalg.inv(maximum.information).astype(float)
    if way == INFORMATION:
        return Covariance(inverse, way, says=("Standard errors come from the observed information.",))
    groups = likelihood.episodes.clusters
    if groups < 2:
        raise RequestError("clustered errors need two clusters at the least; name another column as `cluster`")
    by = scores_by_cluster(likelihood, maximum)[:, maximum.free]
    middle = by.T @ by * (groups / (groups - 1.0))
    named = likelihood.episodes.cluster_name
    said = f"Standard errors are clustered by {named or 'episode'} ({groups:,} clusters)."
    few = (f"With fewer than {FEW_CLUSTERS} clusters, clustered errors are too small as a rule.",)
    return Covariance(inverse @ middle @ inverse, way, says=(said, *(few if groups < FEW_CLUSTERS else ())))


def scores_by_cluster(likelihood: Likelihood, maximum: Maximum) -> Floats:
    """[cluster, coefficient]: derivatives of the log-likelihood of each cluster."""
    episodes = likelihood.episodes
    scores = likelihood.scores(maximum.point)[likelihood.of] * episodes.count[:, None]
    found = np.zeros((episodes.clusters, scores.shape[1]))
    np.add.at(found, episodes.cluster[episodes.episode], scores)
    return found


def _bootstrap(
    likelihood: Likelihood,
    maximum: Maximum,
    replications: int,
    seed: int,
    progress: Callable[[str, int, int], None] | None,
) -> Covariance:
    """Clusters are drawn with replacement, as many as there are; each sample is climbed from the estimate."""
    if replications < 2:
        raise RequestError(f"a bootstrap takes two samples at the least; got {replications}")
    rng = np.random.default_rng(seed)
    episodes, groups = likelihood.episodes, likelihood.episodes.clusters
    found: list[Floats] = []
    failed = 0
    for number in range(replications):
        times = np.bincount(rng.integers(groups, size=groups), minlength=groups)
        sample = likelihood.weighed(episodes.count * times[episodes.cluster[episodes.episode]])
        end = climb(sample, maximum.point.theta, near=maximum.point.evaluated.state, close=True)
        if end.arrived:
            found.append(end.theta)
        else:
            failed += 1
        if progress is not None:
            progress("bootstrap", number + 1, replications)
    if len(found) < 2:
        raise RequestError("hardly any sample of the bootstrap has a maximum: take errors from the information")
    thetas = np.array(found)
    said = [
        f"Standard errors are those of {len(found):,} bootstrap samples of "
        f"{f'clusters by {episodes.cluster_name}' if episodes.cluster_name else 'episodes'} (seed {seed})."
    ]
    if failed:
        said.append(f"{failed:,} further samples had no maximum and are left out, so that errors are too small.")
    return Covariance(
        np.cov(thetas[:, maximum.free].T).reshape(maximum.information.shape), BOOTSTRAP, thetas, failed, tuple(said)
    )
