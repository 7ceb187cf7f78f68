"""Release of players from a way to play: each start followed to an equilibrium at the rationality asked for, or in the
limit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.others.searching import Memory, Search, apart
from detente.equilibrium.others.starts import Start
from detente.equilibrium.others.tuning import CLOSE_LIMITS, EVENING, MET, RETURNS, SYSTEMS
from detente.equilibrium.threads import in_threads
from detente.strategy.behaviour import normalised

Floats = NDArray[np.float64]
Item = TypeVar("Item")


@dataclass
class Arrival:
    """End of one start.

    logs: log behaviour at the end, None for a start that did not arrive. index: as in `Branches`. systems: linear
    systems solved.

    logs: log behaviour there, None where it did not arrive. index: as in `Branches`. systems: linear systems solved.
    """

    logs: Floats | None
    index: int | None = None
    systems: int = 0


@dataclass
class Met:
    """A point, at a release rationality, through which one start has come, and the end of the path from there.

    release: the rationality, in units of the inverse payoff range, at which the start's bonuses had faded to nothing.
    leaves [leaf]: probability of every leaf at the point. arrival: the end of the path onward. A later start that errs
    alike and comes to the same point shares the arrival, and its path is not followed again.
    """

    release: float
    leaves: Floats
    arrival: Arrival


def release_all(search: Search, starts: Sequence[Start], met: list[Met]) -> list[list[Arrival]]:
    """Ends of all starts; on the way to the limit, starts that meet at their release share one path onward."""
    arrivals = _each(search, len(starts), lambda memory, number: _release(search, memory, starts[number]))
    search.systems += sum(arrival.systems for some in arrivals for arrival in some)
    if not search.limit:
        return arrivals
    onward: list[tuple[Start, Arrival]] = []
    for start, some in zip(starts, arrivals, strict=True):
        for place, arrival in enumerate(some):
            before = None if start.uneven or arrival.logs is None else _known(search, start, arrival, met)
            if before is not None:
                some[place] = before
            elif arrival.logs is not None:
                onward.append((start, arrival))

    def go_on(memory: Memory, number: int) -> Arrival:
        start, arrival = onward[number]
        return _to_the_limit(search, memory, start, arrival.logs)

    for (_, arrival), found in zip(onward, _each(search, len(onward), go_on), strict=True):
        arrival.logs, arrival.index = found.logs, found.index
        search.systems += found.systems
    return arrivals


def _each(search: Search, count: int, one: Callable[[Memory, int], Item]) -> list[Item]:
    found: dict[int, Item] = {}

    def some(part: range) -> int:
        with search.memory() as memory:
            for number in part:
                found[number] = one(memory, number)
        return len(part)

    in_threads(some, count, search.settings.threads, None)
    return [found[number] for number in range(count)]


def _known(search: Search, start: Start, arrival: Arrival, met: list[Met]) -> Arrival | None:
    """The start that came by here before, if one did; else this one is remembered."""
    assert arrival.logs is not None
    leaves = search.reaches(arrival.logs)
    for each in met:
        if each.release == start.release and apart(leaves, each.leaves) <= MET:
            return each.arrival
    met.append(Met(start.release, leaves, arrival))
    return None


def _release(search: Search, memory: Memory, start: Start) -> list[Arrival]:
    """Ends of one start at the rationality asked for; on the way to the limit, its state at its release.

    A walk goes on past the rationality at which the tilt has faded: the tilt then pulls the other way, and the walk may
    come back through that rationality at another equilibrium.
    """
    fade = start.release if search.limit else search.target
    if start.settles:
        logs, systems = search.settle(memory, fade * start.tilt, fade)
        if logs is None or search.limit:
            return [Arrival(logs, None, systems)]
        return [Arrival(logs, search.sign(memory, logs), systems + 1)]
    found, _ = search.walk(memory, (fade * start.tilt, start.care), 0.0, target=fade, most=RETURNS)
    systems = SYSTEMS * int(found.tally[2])
    count = int(found.tally[0])
    if not count:
        return [Arrival(None, None, systems)]
    logs = normalised(search.game, found.logs[:count])
    return [Arrival(logs[c], int(found.sign[c]), 0 if c else systems) for c in range(count)]


def _to_the_limit(search: Search, memory: Memory, start: Start, logs: Floats | None) -> Arrival:
    assert logs is not None
    found, _ = search.walk(memory, (logs, start.care), start.release, target=search.target)
    systems = SYSTEMS * int(found.tally[2])
    if not found.tally[0]:
        return Arrival(None, None, systems)
    reached = normalised(search.game, found.logs[:1])[0]
    if not start.uneven:
        return Arrival(reached, int(found.sign[0]), systems)
    even = search.exactly(memory, reached)
    if even is not None and apart(search.reaches(even[0]), search.reaches(reached)) < CLOSE_LIMITS:
        return Arrival(*even, systems + EVENING)
    if not search.borne_out(reached):
        # Who errs most readily errs more at the target than all do who err alike: further on no longer.
        further = search.target / float(start.care.min())
        found, _ = search.walk(memory, (reached, start.care), search.target, target=further)
        systems += SYSTEMS * int(found.tally[2])
        if found.tally[0]:
            reached = normalised(search.game, found.logs[:1])[0]
    return Arrival(reached, None, systems + EVENING)
