"""Hypotheses against evidence: how likely each event was under each hypothesis, computed from the solved game.

Source: Heuer 1999, chapter 8 (analysis of competing hypotheses): evidence is worth what it tells apart, and the
hypothesis to prefer is the one that least evidence speaks against. There the cells are judged; here they follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.analysis.updating import BeliefPath, Subject
from detente.crisis.inquiry import ANALYST, READINGS

Floats = NDArray[np.float64]

_TINY = 1e-300
_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class HypothesisGroup:
    """Hypotheses that compete: all readings, or the values of one private variable.

    likelihood [hypothesis, draw, event]: probability of the event given the hypothesis and the events before it;
        the last entry is that of all events together. NaN where the hypothesis is already ruled out.
    gain [hypothesis, draw, event]: natural log of what the event multiplies the belief in the hypothesis by. It differs
        from the log likelihood by the same number for all hypotheses, and is known where likelihoods are too small.
    """

    id: str
    hypotheses: tuple[Subject, ...]
    likelihood: Floats
    gain: Floats

    @property
    def against(self) -> Floats:
        """[hypothesis, draw, event]: natural log of how much less likely than under the best hypothesis it was."""
        with np.errstate(all="ignore"):
            best = np.where(np.isnan(self.gain), -np.inf, self.gain).max(axis=0)
            short = best - self.gain
            return np.where(short < _ROUNDING, 0.0, short)

    @property
    def diagnosticity(self) -> Floats:
        """[draw, event]: natural log of the largest ratio between two hypotheses; 0 where the event tells nothing."""
        against = self.against
        return np.where(np.isnan(against), -np.inf, against).max(axis=0)


def groups(beliefs: Sequence[BeliefPath], observer: str = ANALYST) -> Iterator[HypothesisGroup]:
    """The groups of competing hypotheses with what the events say, for one observer (the analyst sees all)."""
    own = [path for path in beliefs if path.observer == observer]
    for name in dict.fromkeys(_group_of(path.subject) for path in own):
        paths = [path for path in own if _group_of(path.subject) == name]
        tables = (np.stack([table(path) for path in paths]) for table in (_likelihood, _gain))
        yield HypothesisGroup(name, tuple(path.subject for path in paths), *tables)


def _group_of(subject: Subject) -> str:
    return subject.id if subject.value else READINGS


def _likelihood(path: BeliefPath) -> Floats:
    """[draw, event + 1]: P(event | hypothesis, events before) for every event, and of all together."""
    with np.errstate(all="ignore"):
        before, after = path.posterior[:, :-1], path.posterior[:, 1:]
        each = np.where(before > 0, np.clip(after * path.likelihood[:, 1:] / before, 0, 1), np.nan)
    return np.concatenate([each, np.prod(each, axis=1, keepdims=True)], axis=1)


def _gain(path: BeliefPath) -> Floats:
    """[draw, event + 1]: log of posterior by prior for every event, and of all together; NaN where ruled out before."""
    with np.errstate(all="ignore"):
        before, after = path.posterior[:, :-1], path.posterior[:, 1:]
        each = np.log(np.maximum(after, _TINY)) - np.log(before)
        each = np.where((before > 0) & ~np.isnan(after), each, np.nan)
    return np.concatenate([each, each.sum(axis=1, keepdims=True)], axis=1)
