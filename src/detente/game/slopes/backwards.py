"""The tape of a game's formulas run backwards: from derivatives by what they give to those by what they mention.

It is the chain rule, instruction by instruction. As far down as its factors are the same in every draw, which in most
cases is almost all the way, it is one sparse table, made once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.game.compiling.tape import Instruction, Luck, Places, Ranks, Root, Tape, one_each
from detente.game.evaluate import Values
from detente.game.slopes.formulas import DERIVATIVE_RULES, MINUS_ONE, ONE, Slopes

Floats = NDArray[np.float64]


def pull_tape(tape: Tape, flows: Flows, by: tuple[Floats, Floats, Floats], chance: Floats, slopes: Slopes) -> None:
    """Adds to `slopes` what derivatives by what `numbers` gives say of everything that formulas mention.

    by: derivatives by worth [draw, context, player], costs [draw, term, player] and chances [draw, class]. chance
    [draw, class]: the probabilities themselves.
    """
    by_worth, by_terms, by_chance = by
    _pull_ranks(tape.ranks, by_worth, slopes)
    draws = len(by_worth)
    seeds = [by_worth.reshape(draws, -1), by_terms.reshape(draws, -1)]
    start = 0
    for luck in tape.luck:
        shape, here = luck.plan.possible.shape, slice(start, start + luck.plan.size)
        start += luck.plan.size
        if luck.roots:
            share, own = (each[:, here].reshape(-1, *shape) for each in (chance, by_chance))
            seeds.append(_by_written(luck, share, own).reshape(draws, -1))
    _Back(tape.places, flows, slopes).run(np.concatenate(seeds, axis=1))


def _pull_ranks(ranks: Ranks, by: Floats, slopes: Slopes) -> None:
    """Adds the derivatives by tiers from those by the table."""
    if not ranks.rounds:
        return
    total = np.asarray(ranks.sums @ by.reshape(len(by), -1).T)
    for place, key in ranks.owners:
        slopes.tiers[key] = slopes.tiers.get(key, 0.0) + total[place]


def _by_written(luck: Luck, share: Floats, by: Floats) -> Floats:
    """[draw, context, branch]: derivatives by probabilities as written, which add up to one or are scaled so."""
    possible = luck.plan.possible
    by = np.where(possible, by - (by * share).sum(axis=2, keepdims=True), 0.0)
    if None in luck.roots:
        rest = luck.roots.index(None)
        by = np.where(possible, by - by[:, :, rest : rest + 1], 0.0)
    return by


def flows_of(tape: Tape) -> Flows:
    """The flows of a game's formulas.

    Seeds come in the order of `pull_tape`: payoffs, costs, and chances of turns whose probabilities are written.
    """
    players = len(tape.crisis.actors)
    flows, start = _Sorting(tape.places), 0
    for roots, size in ((tape.worth, tape.contexts), (tape.paid, tape.terms)):
        for root in roots:
            flows.follow(root, start + np.arange(root.rows.start, root.rows.stop) * players + root.column)
        start += size * players
    for luck in tape.luck:
        if luck.roots:
            contexts, branches = luck.plan.possible.shape
            for root in luck.roots:
                if root is not None:
                    flows.follow(root, start + np.arange(contexts) * branches + root.column)
            start += luck.plan.size
    return flows.sorted(start)


def _leads(tape: Places) -> list[bool]:
    """[place]: whether it depends on an assumption in a way that has a derivative."""
    found: list[bool] = []
    for at in range(len(tape.values)):
        operation = tape.operations.get(at)
        if operation is None:
            found.append(at in tape.quantities or at in tape.grids or at in tape.numbers)
        else:
            known = operation.operator in DERIVATIVE_RULES or operation.operator == "if"
            found.append(known and any(found[part] for part in operation.parts))
    return found


@dataclass(frozen=True, eq=False)
class Flows:
    """Derivatives by formulas' values carried down, as far down as factors are the same in every draw.

    table: sparse [entry, seed], the product of the factors on the way; met: the same with 1 wherever there is a way.
    ends: the places that are reached so, each with where its entries begin and how many it has: numbers, quantities,
    grids, and operations whose own factors differ between draws. needed: what these operations go by.
    leads [place]: whether it depends on an assumption in a way that has a derivative.
    """

    table: Any
    met: Any
    ends: tuple[tuple[int, int, int], ...]
    needed: list[Instruction]
    leads: list[bool]


class _Sorting:
    """Finds the flows, formula by formula."""

    def __init__(self, tape: Places) -> None:
        self._tape = tape
        self._leads = _leads(tape)
        self._found: dict[int, list[tuple[NDArray[np.intp], Floats]]] = {}

    def follow(self, root: Root, seeds: NDArray[np.intp]) -> None:
        """Follows one formula down; seeds [row]: where its derivatives stand."""
        if self._leads[root.at]:
            self._down(root.at, np.ones(len(seeds)), seeds)

    def _down(self, at: int, factor: Floats, seeds: NDArray[np.intp]) -> None:
        tape = self._tape
        operation = tape.operations.get(at)
        factors = None if operation is None else self._same_factors(operation)
        if operation is None or factors is None:
            self._found.setdefault(at, []).append((seeds, factor))
            return
        for part, own in zip(operation.parts, factors, strict=True):
            if self._leads[part] and own is not None:
                self._down(part, factor * own, seeds)

    def _same_factors(self, operation: Instruction) -> list[Values | None] | None:
        """Derivatives by each part, for parts that are numbers, the same in every draw; None for a part not chosen."""
        tape, parts = self._tape, operation.parts
        given: list[Any] = [tape.values[part] for part in parts]
        if operation.operator == "if":
            if given[0] is None:
                return None
            chosen = np.asarray(given[0], bool)
            then, otherwise = np.where(chosen, 1.0, 0.0), np.where(chosen, 0.0, 1.0)
            return [None, then if chosen.any() else None, otherwise if not chosen.all() else None]
        if operation.operator in ("+", "-", "neg"):
            given = [np.zeros(()) for _ in parts]  # whatever the operands are
        elif any(value is None for value in given):
            return None
        with np.errstate(all="ignore"):
            factors = [np.asarray(each) for each in DERIVATIVE_RULES[operation.operator](*given)]
        finite = all(np.isfinite(each).all() for part, each in zip(parts, factors, strict=True) if self._leads[part])
        return list(factors) if finite else None

    def sorted(self, seeds: int) -> Flows:
        """All of them; seeds: how many there are."""
        from scipy.sparse import csr_array

        rows, columns, factors = [np.zeros(0, np.intp)], [np.zeros(0, np.intp)], [np.zeros(0)]
        ends: list[tuple[int, int, int]] = []
        start = 0
        for at in sorted(self._found):
            width = self._tape.widths[at]
            for seed, factor in self._found[at]:
                rows.append(start + (np.arange(len(seed)) if width > 1 else np.zeros(len(seed), np.intp)))
                columns.append(seed)
                factors.append(np.broadcast_to(factor, seed.shape))
            ends.append((at, start, width))
            start += width
        places = np.concatenate(rows), np.concatenate(columns)
        shape = (start, seeds)
        table = csr_array((np.concatenate(factors), places), shape=shape)
        return Flows(table, one_each(*places, shape), tuple(ends), self._needed(), self._leads)

    def _needed(self) -> list[Instruction]:
        tape = self._tape
        needed, pending = set[int](), [at for at in self._found if at in tape.operations]
        while pending:
            for part in tape.operations[pending.pop()].parts:
                if part not in needed and part in tape.operations:
                    needed.add(part)
                    pending.append(part)
        return [each for each in tape.moving if each.out in needed]


class _Back:
    """One way back along the tape: derivatives by place, from the last to the first."""

    def __init__(self, tape: Places, flows: Flows, slopes: Slopes) -> None:
        self._tape = tape
        self._flows = flows
        self._slopes = slopes
        self._values: list[Values] = []
        self._by: dict[int, Floats] = {}

    def run(self, seeds: Floats) -> None:
        """Follows derivatives [draw, seed] back to numbers, quantities and private values."""
        tape, slopes, flows = self._tape, self._slopes, self._flows
        self._values = tape.run(slopes.draws, flows.needed)
        found = np.asarray(flows.table @ seeds.T).T
        met = (flows.met @ seeds.any(axis=0).astype(float) > 0.0).tolist()
        for at, start, width in flows.ends:
            if met[start] if width == 1 else any(met[start : start + width]):
                self._by[at] = found[:, start : start + width]
        with np.errstate(all="ignore"):
            while operations := [at for at in self._by if at in tape.operations]:
                last = max(operations)  # nothing that comes before it adds to it any more
                self._through(tape.operations[last], self._by.pop(last))
        for at in sorted(self._by):  # numbers in the order in which they are read
            by = self._by[at]
            if (written := tape.numbers.get(at)) is not None:
                slopes.written[written] = slopes.written.get(written, 0.0) + by[:, 0]
            elif (name := tape.quantities.get(at)) is not None:
                slopes.quantity(name, by[:, 0])
            else:
                grid = tape.grids[at]
                slopes.private(grid.actor, grid.variable, grid.codes, by)

    def _add(self, at: int, by: Floats) -> None:
        if by.shape[1] > self._tape.widths[at]:
            by = by.sum(axis=1, keepdims=True)
        before = self._by.get(at)
        self._by[at] = by if before is None else before + by

    def _through(self, operation: Instruction, by: Floats) -> None:
        leads, parts = self._flows.leads, operation.parts
        given = [self._values[part] for part in parts]
        if operation.operator == "if":
            chosen = np.asarray(given[0], bool)
            if leads[parts[1]] and chosen.any():
                self._add(parts[1], np.where(chosen, by, 0.0))
            if leads[parts[2]] and not chosen.all():
                self._add(parts[2], np.where(chosen, 0.0, by))
            return
        for part, factor in zip(parts, DERIVATIVE_RULES[operation.operator](*given), strict=True):
            if leads[part]:
                self._add(part, _times(by, factor))


def _times(by: Floats, factor: Values) -> Floats:
    """The product; zero where a branch was not taken, for its formula may have no value at all there."""
    if factor is ONE:
        return by
    return -by if factor is MINUS_ONE else np.where(by == 0.0, 0.0, by * factor)
