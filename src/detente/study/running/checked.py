"""Extent of the check of a study that came from a file: the solutions solved again here, and the share left unseen."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from detente.study.running.plan import DRAWS

FORGED_SHARE = 0.1
"""The forged share of a part for which the chance to miss it is told."""

OPENED = "it was read straight from a file, and none of its solutions was solved again here"
TAKEN_IN = "it was taken in from a file, and none of its solutions was solved again here"


@dataclass(frozen=True)
class Checked:
    """The result of a check.

    parts: purpose -> (solutions solved again, solutions there). reason: why the check proves nothing, else empty.
    """

    parts: Mapping[str, tuple[int, int]]
    reason: str = ""

    @property
    def verified(self) -> bool:
        """True where a random sample of every part was solved again and came out the same."""
        return not self.reason and bool(self.parts) and all(solved for solved, _ in self.parts.values())

    @property
    def sentence(self) -> str:
        """Sentence for a reader on the extent of the check."""
        if not self.verified:
            return f"Unverified: {self.reason or TAKEN_IN}."
        again, there = (sum(counts[place] for counts in self.parts.values()) for place in (0, 1))
        if again == there:
            return f"The numbers came from a file: all {there:,} solutions were solved again and came out the same."
        solved, count = self.parts.get(DRAWS, (0, 0))
        others = [missed(*counts, FORGED_SHARE) for purpose, counts in self.parts.items() if purpose != DRAWS]
        rest = f", and one of any other part with a chance of up to {max(others):.1%}" if others else ""
        return (
            f"The numbers came from a file: {again:,} of its {there:,} solutions, picked at random here, were solved "
            f"again and came out the same. A forgery of {FORGED_SHARE:.0%} of the draws would have been missed with a "
            f"chance of {missed(solved, count, FORGED_SHARE):.1%}{rest}."
        )

    def plain(self) -> dict[str, Any]:
        """The check as plain values, for JSON."""
        parts = {purpose: {"solved_again": solved, "of": there} for purpose, (solved, there) in self.parts.items()}
        return {"verified": self.verified, "sentence": self.sentence, "parts": parts}

    def text(self) -> str:
        """The check as it is noted in a library."""
        return json.dumps({"parts": {name: list(counts) for name, counts in self.parts.items()}, "reason": self.reason})

    @staticmethod
    def of_text(text: str) -> Checked:
        """The check that `text` notes. Raises ValueError."""
        told = json.loads(text)
        return Checked({name: (int(a), int(b)) for name, (a, b) in told["parts"].items()}, str(told["reason"]))


def missed(solved: int, there: int, share: float) -> float:
    """Probability that no forged solution is among those solved again, where a share of them is forged.

    Of `there` solutions `solved` are picked at random without replacement: about (1 - share) ** solved.
    Source: hypergeometric distribution.
    """
    forged = math.ceil(share * there)
    sound = there - forged
    if solved > sound:
        return 0.0
    return math.prod((sound - each) / (there - each) for each in range(solved))
