"""Names from a game file, kept so that they can be shown and written back; the solvers do not read them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from detente.errors import Place
from detente.game.efg_labels import told_apart


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
    chance_number [node]: number of the chance information set, None elsewhere. chance_label [node],
        chance_moves [node]: its label and its moves' names, no two alike; empty elsewhere. chance_odds [node]: its
        probabilities as written.
    place: the beginning of the file; None for a game that came from no file.
    """

    comment: str
    infoset_number: tuple[int, ...]
    node_label: tuple[str, ...]
    node_outcome: tuple[int, ...]
    outcomes: tuple[FileOutcome, ...]
    chance_number: tuple[int | None, ...]
    chance_label: tuple[str, ...]
    chance_moves: tuple[tuple[str, ...], ...]
    chance_odds: tuple[tuple[Fraction, ...], ...]
    place: Place | None = None

    @property
    def ending_names(self) -> tuple[str, ...]:
        """Names of the outcomes, no two alike, and last that of play that ends without one."""
        labels = [outcome.label or f"outcome {outcome.number}" for outcome in self.outcomes]
        return told_apart([*labels, "no outcome"])
