"""What a game file calls things, kept so that it can be shown and written back; the solvers do not read it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, eq=False)
class FileOutcome:
    """An outcome of a game file: its number there, its label, and the payoffs that it adds, one per player."""

    number: int
    label: str
    payoff: tuple[Fraction, ...]


@dataclass(frozen=True, eq=False)
class FileNames:
    """Names and numbers of a Gambit game file.

    infoset_number [infoset]: its number in the file, which counts per player.
    node_label [node]. node_outcome [node]: position in `outcomes`, or -1 for none.
    chance_number [node]: number of the chance information set, or 0. chance_label [node], chance_moves [node]: its
        label and its moves' labels, empty elsewhere. chance_odds [node]: its probabilities.
    """

    comment: str
    infoset_number: tuple[int, ...]
    node_label: tuple[str, ...]
    node_outcome: tuple[int, ...]
    outcomes: tuple[FileOutcome, ...]
    chance_number: tuple[int, ...]
    chance_label: tuple[str, ...]
    chance_moves: tuple[tuple[str, ...], ...]
    chance_odds: tuple[tuple[Fraction, ...], ...]
