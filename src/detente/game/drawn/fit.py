"""Parameters and numbers that the language forbids where they are written plainly, refused in the draws as well."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.crisis.quantities import FAMILIES, Distribution, outside
from detente.errors import CaseError, Problem

Floats = NDArray[np.float64]


def require_fit(distribution: Distribution, parameters: tuple[Floats, ...], what: str, first: int = 0) -> None:
    """Refuses parameters [draw] that make no distribution, or none that reaches into its `within`.

    what: whose they are; first: how many draws of the sample come before. Raises CaseError, which names the draw.
    """
    family = FAMILIES[distribution.shape]
    name = distribution.shape.value
    for rule in family.rules:
        own = [parameters[position] for position in rule.positions]
        wrong = ~np.asarray(rule.holds(*own), bool)
        if wrong.any():
            draw = int(np.argmax(wrong))
            told = [f"{float(each[draw]):g}" for each in own]
            said = f"the numbers of `{name}` are out of order: {', '.join(told)}"
            if len(own) == 1:
                said = f"the {family.parameters[rule.positions[0]]} of `{name}` is {told[0]}"
            raise _refusal(f"{what} has no value in draw {first + draw + 1}: {said}", rule.remedy, distribution)
    if distribution.within is None:
        return
    apart = np.broadcast_to(
        np.asarray(outside(distribution.shape, parameters, distribution.within)), parameters[0].shape
    )
    if apart.any():
        draw = int(np.argmax(apart))
        low, high = (float(np.broadcast_to(end, apart.shape)[draw]) for end in family.ends(*parameters))
        span = f"{low:g}" if low == high else f"{low:g} to {high:g}"
        bounds = f"{distribution.within[0]:g} to {distribution.within[1]:g}"
        said = f"{span} lies outside `within`, which is {bounds}"
        remedy = "widen `within`, or narrow what the numbers depend on"
        raise _refusal(f"{what} has no value in draw {first + draw + 1}: {said}", remedy, distribution)


def require_rationality(rationality: Floats, distribution: Distribution, first: int = 0) -> None:
    """Refuses a rationality [draw] below zero. Raises CaseError, which names the draw."""
    wrong = rationality < 0
    if wrong.any():
        draw = int(np.argmax(wrong))
        what = f"the rationality is {rationality[draw]:g} in draw {first + draw + 1}"
        raise _refusal(what, "it is 0 (random play) or more in every draw: use max(0, …) or `within`", distribution)


def _refusal(what: str, remedy: str, distribution: Distribution) -> CaseError:
    return CaseError([Problem(what, remedy, distribution.place)])
