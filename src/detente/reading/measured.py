"""Frequencies with which the rules were right on public data, as a user is told beside a proposal.

`python -m benchmarks.reading --rules --final` measures them again; no rule was tuned on these parts. A statement is
right where both cue and source are; an event where root type, source and target are.
"""

from __future__ import annotations

from collections.abc import Mapping

from detente.reading.proposals.records import Measured, Proposal

_POLNEAR = "PolNeAR’s test part"
_GOLD = "PLOVER’s gold records, odd places"
MEASURED_RULES: Mapping[tuple[str, str], Measured] = {
    ("statement", "subject"): Measured(957, 1325, _POLNEAR),
    ("statement", "inverted"): Measured(72, 74, _POLNEAR),
    ("statement", "according-to"): Measured(42, 44, _POLNEAR),
    ("statement", "same-subject"): Measured(36, 68, _POLNEAR),
    ("statement", "main-subject"): Measured(12, 35, _POLNEAR),
    ("statement", "participle"): Measured(38, 64, _POLNEAR),
    ("statement", "apposition"): Measured(86, 121, _POLNEAR),
    ("statement", "passive"): Measured(4, 6, _POLNEAR),
    ("statement", "opening-participle"): Measured(2, 3, _POLNEAR),
    ("event", "event-word"): Measured(51, 104, _GOLD),
}
"""By kind and rule. No public data measure the rules of readings and claims."""


def measured(proposal: Proposal) -> Measured | None:
    """The frequency with which the rule of a proposal was right; None where no public data measure it."""
    return MEASURED_RULES.get((str(proposal.kind), proposal.rule))
