"""Directions that no data could tell: those in which coefficients move and no probability does, explained in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from detente.crisis.quantities import RATIONALITY
from detente.estimation.fitting.likelihood import Likelihood
from detente.estimation.model import AskedEntries
from detente.estimation.observed.design import CONSTANT, LinkDesign
from detente.estimation.observed.specification import IDENTITY
from detente.plurals import counted

Floats = NDArray[np.float64]

NO_INFORMATION = 1e-9
"""Share of the largest eigenvalue, in units of each coefficient's own, below which information counts as none."""

TOUCHED = 1e-3
"""Share of the largest part of a direction below which a coefficient is none of it."""

PROBE_ROWS, PROBE_KINDS, TRIES, PROBE_SPREAD = 200, 40, 7, 0.5
"""Rows and kinds that are looked at, at how many points at most, and how far the furthest of these lie apart in units
of the scales: closer ones come first, for they are less likely to leave somebody without a choice."""


def unidentified(likelihood: Likelihood, theta: Floats, free: NDArray[np.bool_], seed: int = 0) -> tuple[str, ...]:
    """A sentence for every direction of the free coefficients that moves the probability of nothing that may be seen.

    Looked for at several points around theta, for a direction that is flat at one of them need not be so elsewhere.
    """
    found = _flattest(likelihood.thinned(PROBE_ROWS, seed), theta, free, seed)
    if found is None:
        return ()
    information, at = found
    names = [name for name, wanted in zip(likelihood.design.coefficients, free, strict=True) if wanted]
    unit = np.sqrt(np.diag(information))
    still = unit <= 1e-12 * max(float(unit.max(initial=0.0)), 1e-300)
    said = [_unmoved(name) for name, none in zip(names, still, strict=True) if none]
    if still.all():
        return tuple(said)
    moving = np.flatnonzero(~still)
    inner = information[np.ix_(moving, moving)] / np.outer(unit[moving], unit[moving])
    values, vectors = np.linalg.eigh(inner)
    flat = values < NO_INFORMATION * values.max()
    if not flat.any():
        return tuple(said)
    directions = _sparse((vectors[:, flat] / unit[moving][:, None]).T)
    places = np.flatnonzero(free)[moving]
    for direction in directions:
        whole = np.zeros(len(theta))
        whole[places] = direction
        said.append(_in_words(whole, likelihood.design, at))
    return tuple(said)


def _flattest(
    likelihood: Likelihood, theta: Floats, free: NDArray[np.bool_], seed: int
) -> tuple[Floats, Floats] | None:
    """The information of all possible observations on the free coefficients, where it is most, and the point."""
    rng, best = np.random.default_rng(seed), None
    for number in range(TRIES):
        spread = PROBE_SPREAD * 0.5 ** ((TRIES - 1 - number) // 2) if number else 0.0
        away = rng.normal(size=len(theta)) * spread / likelihood.design.scale
        at = theta + np.where(free, away, 0.0)
        told = _expected(likelihood, at)
        if told is None:
            continue
        told = told[np.ix_(free, free)]
        rank = _rank(told)
        if best is None or rank > best[0]:
            best = (rank, told, at)
        if rank == len(told):
            break
    return None if best is None else (best[1], best[2])


def _rank(information: Floats) -> int:
    unit = np.sqrt(np.diag(information))
    some = unit > 0.0
    if not some.any():
        return 0
    values = np.linalg.eigvalsh(information[np.ix_(some, some)] / np.outer(unit[some], unit[some]))
    return int((values >= NO_INFORMATION * values.max()).sum())


def _expected(likelihood: Likelihood, theta: Floats) -> Floats | None:
    """[coefficient, coefficient]: what every kind of observation would tell in every row, each by its probability."""
    kinds = np.arange(len(likelihood.model.kinds))[:PROBE_KINDS]
    rows = likelihood.design.rows
    cells = AskedEntries(np.repeat(np.arange(rows), len(kinds)), np.tile(kinds, rows))
    point = replace(likelihood, cells=cells, weight=np.ones(len(cells.row))).at(theta)
    chance = np.exp(point.evaluated.log_probability)
    if not point.evaluated.good.all() or not len(chance):
        return None
    scores = likelihood.design.pulled(theta, point.evaluated.slopes, cells.row)
    scores[chance < 1e-200] = 0.0
    priors = np.diag(likelihood.priors()[1])
    return (scores * chance[:, None]).T @ scores + priors


def _sparse(directions: Floats) -> list[Floats]:
    """Directions of the same span, each with as few coefficients as it can have (reduced row echelon form)."""
    rows = directions.copy()
    done = 0
    for column in range(rows.shape[1]):
        if done == len(rows):
            break
        pivot = done + int(np.argmax(np.abs(rows[done:, column])))
        if abs(rows[pivot, column]) < 1e-6 * np.abs(rows).max():
            continue
        rows[[done, pivot]] = rows[[pivot, done]]
        rows[done] /= rows[done, column]
        for other in range(len(rows)):
            if other != done:
                rows[other] -= rows[other, column] * rows[done]
        done += 1
    return list(rows)


def _unmoved(name: str) -> str:
    return (
        f"`{name}`: no observation moves it. What it stands for changes no probability of anything that was seen; fix "
        "it, or take it out."
    )


def _in_words(direction: Floats, design: LinkDesign, theta: Floats) -> str:
    weight = np.abs(direction) * design.scale
    members = np.flatnonzero(weight > TOUCHED * weight.max())
    names = [design.coefficients[k] for k in members]
    listed = ", ".join(f"`{name}`" for name in names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    if len(names) == 1:
        return _unmoved(names[0])
    if _collinear(direction, design):
        return (
            f"{listed}: their covariates move together (one is a sum of multiples of the others), so only a mixture of "
            "these coefficients is known; leave one out."
        )
    constants = all(name.endswith(f": {CONSTANT}") for name in names)
    parts = [part for part in design.parts if set(part.coefficient) & set(members)]
    if constants and all(part.link.shape == IDENTITY for part in parts) and RATIONALITY not in design.quantities:
        spread = direction[members]
        if np.allclose(spread, spread[0], rtol=1e-4):
            return (
                f"{listed}: the same number added to all of them changes no probability, for only differences between "
                "an actor's utilities count. Hold one of these quantities at a number (`fixed`), or leave its "
                "constant out."
            )
    if any(name.startswith(f"{RATIONALITY}:") for name in names):
        return (
            f"{listed}: larger utilities and a lower rationality come to the same, so the scale is open. Hold the "
            "rationality at a number, or one utility."
        )
    told = ", ".join(
        f"{direction[k] / np.abs(direction[members]).max():+.3g} of `{design.coefficients[k]}`" for k in members[:6]
    )
    return f"{listed}: moved together ({told}) they change no probability; fix or leave out one of them."


def _collinear(direction: Floats, design: LinkDesign) -> bool:
    for part in design.parts:
        moved = part.x @ direction[part.coefficient]
        size = np.abs(part.x) @ np.abs(direction[part.coefficient])
        if (np.abs(moved) > 1e-6 * np.maximum(size.max(initial=0.0), 1e-300)).any():
            return False
    return True


def summary(said: Sequence[str]) -> str:
    """All of it as one message."""
    head = f"{counted(len(said), 'thing')} that no data could tell:"
    return "\n".join([head, *(f"- {each}" for each in said)])
