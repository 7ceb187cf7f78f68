"""Keys of the language that name nothing: who finds one where a name stands has forgotten a level."""

from __future__ import annotations

from detente.case.form.numbers import SHAPES
from detente.case.form.stages import RANGE_KEYS, BranchEntry

NUMBER_KEYS = frozenset((*SHAPES, "within", "points"))
"""Keys of a private number: none of them is the name of a private value."""

NO_NUMBER_OF_CHANCE = NUMBER_KEYS | frozenset(RANGE_KEYS)
"""Keys that describe a number that nature draws, beside the list of parameters of its distribution."""

NO_BRANCH = NO_NUMBER_OF_CHANCE | frozenset(BranchEntry.model_fields)
"""Keys that name a branch of chance only where its probability stands in a mapping of its own."""
