"""Frequencies with which the rules were right on public data, as a user is told beside a proposal.

`python -m benchmarks.reading --rules` measures them again. A statement is right where both cue and source are; an event
where root type, source and target are.
"""

from __future__ import annotations

from collections.abc import Mapping

from detente.reading.proposals.records import Measured, Proposal

_POLNEAR = "PolNeAR, development part"
_GOLD = "PLOVER’s gold records, even places"
MEASURED_RULES: Mapping[tuple[str, str], Measured] = {
    ("statement", "subject"): Measured(1094, 1454, _POLNEAR),
    ("statement", "inverted"): Measured(70, 76, _POLNEAR),
    ("statement", "according-to"): Measured(37, 40, _POLNEAR),
    ("statement", "same-subject"): Measured(35, 87, _POLNEAR),
    ("statement", "main-subject"): Measured(14, 33, _POLNEAR),
    ("statement", "participle"): Measured(26, 40, _POLNEAR),
    ("statement", "apposition"): Measured(71, 87, _POLNEAR),
    ("statement", "passive"): Measured(6, 9, _POLNEAR),
    ("statement", "opening-participle"): Measured(2, 2, _POLNEAR),
    ("event", "event-word"): Measured(60, 105, _GOLD),
}
"""By kind and rule. No public data measure the rules of readings and claims."""


def measured(proposal: Proposal) -> Measured | None:
    """The frequency with which the rule of a proposal was right; None where no public data measure it."""
    return MEASURED_RULES.get((str(proposal.kind), proposal.rule))
