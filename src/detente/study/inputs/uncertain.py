"""Everything that differs between the draws of a run of its own accord, as columns with names and support."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.crisis.evidence import Grade
from detente.crisis.model import Crisis
from detente.crisis.quantities import RATIONALITY, Distribution
from detente.game.drawn.draws import Draws
from detente.game.drawn.rankings import ranked_values
from detente.study.inputs.rankings import ranking_parts

Floats = NDArray[np.float64]

_MATTERS = 1e-9


@dataclass(frozen=True, eq=False)
class InputColumn:
    """One uncertain thing: its id, what to call it, what it rests on, and its value in each draw.

    supported: the grade of its support, such as `direction`. axis: the dimension of the draws that drives it, see
    `detente.game.drawn.draws.dimensions`.
    """

    id: str
    name: str
    supported: str
    values: Floats
    axis: str = ""


def uncertain(crisis: Crisis, draws: Draws) -> Iterator[InputColumn]:
    """The uncertain quantities, the worths of places between best and worst, orders of rankings, the rationality."""
    for quantity in crisis.quantities:
        values = draws.quantities[quantity.id]
        if quantity.distribution.uncertain and np.ptp(values) > _MATTERS:
            yield InputColumn(quantity.id, quantity.label, str(quantity.support.grade), values, quantity.id)
    for part in ranking_parts(crisis):
        values = ranked_values(crisis, draws.rankings, part.axis)
        if not part.axis.jumps or np.ptp(values) > _MATTERS:
            yield InputColumn(part.id, part.name, part.supported, values, part.axis.name)
    if isinstance(crisis.rationality, Distribution) and np.ptp(draws.rationality) > _MATTERS:
        # A case has nowhere to say what its rationality rests on.
        name = "how precisely everybody acts on what is best for them"
        yield InputColumn(RATIONALITY, name, str(Grade.JUDGEMENT), draws.rationality, RATIONALITY)
