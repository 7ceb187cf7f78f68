"""Simultaneous moves that end play in different outcomes, where nothing but the order of the stages decides."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from detente.crisis.model import Crisis
from detente.crisis.play import Move, Repeat, Stage, Step, Together
from detente.errors import Problem


def clashing_ends(crisis: Crisis) -> Iterator[Problem]:
    """Warnings, one for each two stages of a `together` of which moves end play in different outcomes.

    A move whose `end` has a condition says in which outcome play ends, so nothing is said about it.
    """
    for together in _blocks(crisis.steps):
        for first, second in combinations(together.stages, 2):
            pair = next(_clashes(first, second), None)
            if pair is not None:
                one, other = pair
                what = (
                    f"`{one.id}` at `{first.id}` ends play in `{one.ends[0].outcome}`, and `{other.id}` at "
                    f"`{second.id}`, made at the same time, in `{other.ends[0].outcome}`: where both are made, the "
                    "stage listed first decides"
                )
                remedy = (
                    f"say in which: `end: [{{when: {second.id} = {other.id}, outcome: …}}, "
                    f"{{outcome: {one.ends[0].outcome}}}]` at `{one.id}`"
                )
                yield Problem(what, remedy, one.place or first.place, severity="warning")


def _blocks(steps: tuple[Step, ...]) -> Iterator[Together]:
    for step in steps:
        if isinstance(step, Together):
            yield step
        elif isinstance(step, Repeat):
            yield from _blocks(step.stages)


def _clashes(first: Stage, second: Stage) -> Iterator[tuple[Move, Move]]:
    """Moves of the two that end play for certain, and in different outcomes."""
    for one in first.moves:
        for other in second.moves:
            certain = all(len(each.ends) == 1 and each.ends[0].when is None for each in (one, other))
            if certain and one.ends[0].outcome != other.ends[0].outcome:
                yield one, other
