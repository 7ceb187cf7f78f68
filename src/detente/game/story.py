"""Origin of a game's nodes in a case: the step that made each edge, and the edge's name for people."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente.errors import Place

Codes = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Step:
    """One unrolled step of play: nature drawing a private variable, or a stage in one round (0: no repeat).

    `stage` is the stage's id, or "" where nature draws `variable` of `actor`. `labels` are the move or value names.
    """

    actor: str
    stage: str = ""
    round: int = 0
    variable: str = ""
    labels: tuple[str, ...] = ()
    knowers: tuple[str, ...] = ()

    @property
    def draws_private(self) -> bool:
        """True where nature draws a private variable at this step."""
        return not self.stage


@dataclass(frozen=True, eq=False)
class Story:
    """Per-node and per-leaf facts in the case's words.

    steps: the unrolled order of play.
    step [node]: position in `steps` of the step that made the edge into the node; -1 at the root.
    move [node]: position among the step's labels of what was done or drawn; -1 at the root.
    outcome [leaf]: position of the outcome in the case.
    state [leaf] by variable: the state variable's code when play ends.
    infoset_step [infoset]: the step at which the information set's player is to move.
    outcome_place [outcome]: its line in the case, or None where no file has it.
    closed [leaf]: position in `steps` of the step with which play ended, the last one where the stages ran out.
    """

    steps: tuple[Step, ...]
    step: Codes
    move: Codes
    outcome: Codes
    state: dict[str, Codes] = field(default_factory=dict)
    infoset_step: Codes = field(default_factory=lambda: np.zeros(0, np.int32))
    outcome_place: tuple[Place | None, ...] = ()
    closed: Codes = field(default_factory=lambda: np.zeros(0, np.int32))
