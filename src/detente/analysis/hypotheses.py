"""Hypotheses against evidence: how likely each event was under each hypothesis, computed from the solved game.

Source: Heuer 1999, chapter 8 (analysis of competing hypotheses): evidence is worth what it tells apart, and the
hypothesis to prefer is the one that least evidence speaks against. There the cells are judged; here they follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.analysis.updating import ANALYST, BeliefPath, Subject

Floats = NDArray[np.float64]

READINGS = "readings"
"""The group that all readings of a case form; every private variable forms one of its own."""

_TINY = 1e-300
_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Group:
    """Hypotheses that compete: all readings, or the values of one private variable.

    likelihood [hypothesis, draw, event]: probability of the event given the hypothesis and the events before it;
        the last entry is that of all events together. NaN where the hypothesis is already ruled out.
    """

    id: str
    hypotheses: tuple[Subject, ...]
    likelihood: Floats

    @property
    def against(self) -> Floats:
        """[hypothesis, draw, event]: natural log of how much less likely than under the best hypothesis it was."""
        with np.errstate(all="ignore"):
            logs = np.log(np.maximum(self.likelihood, _TINY))
            best = np.where(np.isnan(logs), -np.inf, logs).max(axis=0)
            short = np.where(best - logs < _ROUNDING, 0.0, best - logs)
            return np.where(np.isnan(self.likelihood), np.nan, short)

    @property
    def diagnosticity(self) -> Floats:
        """[draw, event]: natural log of the largest ratio between two hypotheses; 0 where the event tells nothing."""
        against = self.against
        return np.where(np.isnan(against), -np.inf, against).max(axis=0)


def groups(beliefs: Sequence[BeliefPath], observer: str = ANALYST) -> Iterator[Group]:
    """The groups of competing hypotheses with what the events say, for one observer (the analyst sees all)."""
    own = [path for path in beliefs if path.observer == observer]
    for name in dict.fromkeys(_group_of(path.subject) for path in own):
        paths = [path for path in own if _group_of(path.subject) == name]
        tables = [_likelihood(path) for path in paths]
        yield Group(name, tuple(path.subject for path in paths), np.stack(tables))


def _group_of(subject: Subject) -> str:
    return subject.id if subject.value else READINGS


def _likelihood(path: BeliefPath) -> Floats:
    """[draw, event + 1]: P(event | hypothesis, events before) for every event, and of all together."""
    with np.errstate(all="ignore"):
        before, after = path.posterior[:, :-1], path.posterior[:, 1:]
        each = np.where(before > 0, np.clip(after * path.likelihood[:, 1:] / before, 0, 1), np.nan)
    return np.concatenate([each, np.prod(each, axis=1, keepdims=True)], axis=1)
