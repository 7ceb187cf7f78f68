"""Attribution: the contribution of each change between two versions to the difference in an answer.

With few changes these are Shapley values: a change's contribution averaged over the orders in which the changes can be
made, so that contributions add up to the difference, draw by draw. With many, each change made alone and left out
alone.
Source: Shapley 1953; Castro, Gómez and Tejada 2009 (sampled orders).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import NDArray

from detente.analysis.over_draws.intervals import effective_number, mean
from detente.analysis.over_draws.ranking import Estimates
from detente.crisis.inquiry import EVENTS
from detente.crisis.model import Crisis
from detente.errors import CaseError, RequestError
from detente.game.compiling.build import compile_crisis
from detente.game.compiling.compiled import CompiledGame
from detente.game.drawn.draws import Draws
from detente.study.compared.intermediate import Between, Chosen, Grouping, coarser
from detente.study.compared.paired import ENDING, WEIGHT, Answers, CommonDraws, Key, answers_of, weights_of
from detente.study.how_solved import HowSolved

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]

MOST_EXACT = 4
"""Number of groups of changes up to which every choice of them is solved: 16 choices."""
MOST_SAMPLED = 9
"""Number of groups of changes up to which choices along some orders are solved."""
ORDERS = 6
MOST_SINGLE = 40
"""More changes than this are grouped by what they change, or by section, before anything is solved."""


class Method(Enum):
    """Method by which contributions were found."""

    NONE = "nothing to share out"
    EXACT = "Shapley values over every order of making the changes"
    SAMPLED = f"Shapley values over {ORDERS} orders of making the changes"
    SINGLE = "each change made alone and left out alone, the mean of the two"


@dataclass(frozen=True, eq=False)
class Attribution:
    """Contributions of all groups of changes.

    groups: positions among the changes. effect: answer -> [group, draw], draws alike. shares: answer -> [group], the
    contribution of each group to the difference of the means, for which every case weighs its draws itself. For
    Method.SINGLE, alone and last hold the effect of a group made alone and made last. draws: number of draws used, the
    first ones of the comparison. solutions: number of solutions taken.
    """

    method: Method
    groups: tuple[Chosen, ...]
    effect: Mapping[Key, Floats]
    shares: Mapping[Key, Estimates]
    alone: Mapping[Key, Floats]
    last: Mapping[Key, Floats]
    draws: int
    solutions: int
    how_solved: HowSolved

    @property
    def means(self) -> Mapping[Key, Floats]:
        """Answer -> [group]: the values of `shares`."""
        return {key: each.values for key, each in self.shares.items()}


@dataclass(eq=False)
class _Solving:
    """Cases between two versions, solved on common draws, each game once."""

    between: Between
    common: CommonDraws
    count: int
    asked: Sequence[str]

    def __post_init__(self) -> None:
        self.known: dict[Chosen, Answers] = {}
        self.solved: list[HowSolved] = []
        self.solutions = 0

    def made(self, chosen: Chosen) -> tuple[Crisis, CompiledGame, Draws]:
        """A case between with its game and draws. Raises CaseError and RequestError where it is none."""
        crisis = self.between.crisis(chosen)
        compiled = compile_crisis(crisis)
        return crisis, compiled, self.common.draws(crisis, self.count)

    def valid(self, chosen: Chosen) -> bool:
        """True where a choice of changes makes a case that can be solved in every draw."""
        try:
            _, compiled, draws = self.made(chosen)
            for _ in compiled.blocks(draws):
                pass
        except (CaseError, RequestError):
            return False
        return True

    def solve(self, wanted: Iterable[Chosen], progress: Progress | None) -> None:
        """Solve what is not known yet."""
        games: dict[Chosen, list[Chosen]] = {}
        for chosen in dict.fromkeys(wanted):
            if chosen not in self.known:
                shape = frozenset(each for each in chosen if not self.between.same_game(each))
                games.setdefault(shape, []).append(chosen)
        for number, alike in enumerate(games.values()):
            crises = [self.between.crisis(chosen) for chosen in alike]
            _, compiled, draws = self.made(alike[0])
            found = 0

            def done(more: int, number: int = number) -> None:
                nonlocal found
                found += more
                if progress:
                    progress("which change did it", number * self.count + found, len(games) * self.count)

            told = answers_of(compiled, crises, draws, asked=self.asked, done=done, solved_so=self.solved)
            self.known |= dict(zip(alike, told, strict=True))
            self.solutions += self.count


def attribute(
    between: Between, common: CommonDraws, count: int, asked: Sequence[str] = (), progress: Progress | None = None
) -> Attribution:
    """Share out the differences between two versions among the changes, on the first `count` draws."""
    changes = len(between.paths)
    if not changes:
        return Attribution(Method.NONE, (), {}, {}, {}, {}, count, 0, HowSolved())
    solving = _Solving(between, common, count, asked)
    grouping = Grouping(changes, solving.valid)
    groups = grouping.groups(_begin(between))
    while True:
        method, orders = _orders(groups)
        wanted = _wanted(method, groups, orders)
        refused = next((chosen for chosen in wanted if not grouping.is_case(chosen)), None)
        if refused is None:
            break
        groups = grouping.groups(grouping.together(groups, refused))
    solving.solve(wanted, progress)
    effect, alone, last = _shared(method, groups, orders, solving.known)
    averaged = {chosen: _averaged(found) for chosen, found in solving.known.items()}
    means, _, _ = _shared(method, groups, orders, averaged)
    # A contribution adds and subtracts means of cases, and so does what each draw adds to its error.
    errors, _, _ = _shared(method, groups, orders, {chosen: _errors(found) for chosen, found in solving.known.items()})
    behind = min(_effective(found) for found in solving.known.values())
    shares = {
        key: Estimates(table[:, 0], errors[key].T, np.full(len(groups), behind if key.when == EVENTS else float(count)))
        for key, table in means.items()
    }
    how = HowSolved.together(solving.solved)
    return Attribution(method, tuple(groups), effect, shares, alone, last, count, solving.solutions, how)


def _averaged(found: Answers) -> Answers:
    """Every answer of one case as its mean [1], given the events over draws weighed by them."""
    weights = weights_of(found)
    return {key: np.array([mean(values, weights if key.when == EVENTS else None)]) for key, values in found.items()}


def _errors(found: Answers) -> Answers:
    """[draw]: what each draw adds to the error of the mean of every answer of one case; see `Estimates`."""
    weights = weights_of(found)
    told: dict[Key, Floats] = {}
    for key, values in found.items():
        weight = weights if key.when == EVENTS else None
        told[key] = Estimates.known_means(values[:, None], weight).apart[:, 0]
    return told


def _effective(found: Answers) -> float:
    weights = weights_of(found)
    return effective_number(weights) if weights.any() else 0.0


def _begin(between: Between) -> list[Chosen] | None:
    """Each change by itself, or where there are too many, coarser groups."""
    if len(between.paths) <= MOST_SINGLE:
        return None
    by_thing = coarser(between.paths, 2)
    return by_thing if len(by_thing) <= MOST_SINGLE else coarser(between.paths, 1)


def _orders(groups: Sequence[Chosen]) -> tuple[Method, list[list[int]]]:
    """Method of sharing out, and the orders for a sampled one: each with its reverse, for early and late to balance."""
    count = len(groups)
    if count <= MOST_EXACT:
        return Method.EXACT, []
    if count > MOST_SAMPLED:
        return Method.SINGLE, []
    drawn = np.random.default_rng(count)
    orders: list[list[int]] = []
    for _ in range(ORDERS // 2):
        order = [int(each) for each in drawn.permutation(count)]
        orders += [order, order[::-1]]
    return Method.SAMPLED, orders


def _union(groups: Sequence[Chosen], members: Iterable[int]) -> Chosen:
    return frozenset[int]().union(*(groups[each] for each in members))


def _wanted(method: Method, groups: Sequence[Chosen], orders: Sequence[Sequence[int]]) -> list[Chosen]:
    """Every choice of changes that has to be solved."""
    every = range(len(groups))
    ends = [frozenset[int](), _union(groups, every)]
    if method is Method.EXACT:
        return [_union(groups, members) for size in range(len(groups) + 1) for members in combinations(every, size)]
    if method is Method.SAMPLED:
        return ends + [_union(groups, order[:size]) for order in orders for size in range(1, len(groups))]
    return ends + [_union(groups, members) for each in every for members in ([each], [o for o in every if o != each])]


def _shared(
    method: Method, groups: Sequence[Chosen], orders: Sequence[Sequence[int]], known: Mapping[Chosen, Answers]
) -> tuple[dict[Key, Floats], dict[Key, Floats], dict[Key, Floats]]:
    count = len(groups)
    first, final = known[frozenset()], known[_union(groups, range(count))]
    effect: dict[Key, Floats] = {}
    alone: dict[Key, Floats] = {}
    last: dict[Key, Floats] = {}
    for key in dict.fromkeys((*first, *final)):
        if key.kind == WEIGHT:
            continue
        # An ending that a version does not have has no chance there; of anything else nothing is known.
        missing = np.full_like(first.get(key, final.get(key)), 0.0 if key.kind == ENDING else np.nan)

        def worth(members: Iterable[int], key: Key = key, missing: Floats = missing) -> Floats:
            return known[_union(groups, members)].get(key, missing)

        if method is Method.EXACT:
            effect[key] = np.array([_shapley(each, count, worth) for each in range(count)])
        elif method is Method.SAMPLED:
            effect[key] = _along(orders, count, worth)
        else:
            others = [[one for one in range(count) if one != each] for each in range(count)]
            alone[key] = np.array([worth([each]) - worth([]) for each in range(count)])
            last[key] = np.array([worth(range(count)) - worth(others[each]) for each in range(count)])
            effect[key] = (alone[key] + last[key]) / 2
    return effect, alone, last


def _shapley(own: int, count: int, worth: Callable[[Iterable[int]], Floats]) -> Floats:
    """[draw]: the mean contribution of one player over all orders."""
    others = [each for each in range(count) if each != own]
    total = np.zeros_like(worth(()))
    for size in range(count):
        weight = factorial(size) * factorial(count - size - 1) / factorial(count)
        for members in combinations(others, size):
            total = total + weight * (worth((*members, own)) - worth(members))
    return total


def _along(orders: Sequence[Sequence[int]], count: int, worth: Callable[[Iterable[int]], Floats]) -> Floats:
    """[group, draw]: the mean contribution over some orders."""
    total = np.zeros((count, len(worth(()))))
    for order in orders:
        before = worth(())
        for size, each in enumerate(order, 1):
            after = worth(order[:size])
            total[each] += (after - before) / len(orders)
            before = after
    return total
