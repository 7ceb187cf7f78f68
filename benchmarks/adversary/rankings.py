"""Orders over seeds: what is told first at every seed, and whether two seeds tell any pair in opposite orders.

`python -m benchmarks.adversary.rankings --seeds 10` runs the founding case; a tool that ranks nothing fails as well.
`benchmarks.adversary.close` runs small cases, with report and terminal.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Any

from tests.data import FIRST_EDITION

import detente as dt
from benchmarks.adversary.superlatives import Named, contradictions
from detente.study.compared.diff import Diff

CASE, DRAWS, SEEDS, FIRST = FIRST_EDITION, 200, 10, "good_faith"

Places = Mapping[str, Mapping[str, int]]
"""Of every list that a study tells, the place of each member."""


@dataclass(frozen=True)
class Verdict:
    """Answers told over seeds.

    opposite: list, and the pair that two seeds tell in opposite orders. first: by list, at every seed the members with
    the first place. told: by list, how many pairs were told in an order, over all seeds.
    """

    opposite: tuple[tuple[str, str, str], ...]
    first: Mapping[str, Sequence[frozenset[str]]]
    told: Mapping[str, int]


def places(study: dt.Study) -> Places:
    """Every list of a study with the place of each member: inputs by what hinges on them, endings, moves, …"""
    return _gathered(_listed(study))


def _gathered(told: Iterable[tuple[str, str, int]]) -> Places:
    """List, member and place, by list; a place of 0 is none."""
    found: dict[str, dict[str, int]] = {}
    for name, member, place in told:
        if place > 0:
            found.setdefault(name, {})[member] = place
    return found


def _listed(study: dt.Study) -> Iterator[tuple[str, str, int]]:
    for row in study.hinges().to_dict("records"):
        yield f"hinges, {row['when']}", row["quantity"], row["place"]
    for row in study.places().to_dict("records"):
        yield f"{row['list']} {row['of']}".strip(), row["id"], row["place"]
    for row in study.sensitivity().to_dict("records"):
        yield f"shares {row['outcome']}, {row['when']}", row["quantity"], row["place"]
    for row in study.watch().to_dict("records"):
        yield f"watch {row['subject']} {row['value']}".strip(), f"{row['stage']} {row['round']}", row["place"]
    for row in study.matrix().to_dict("records"):
        yield f"evidence {row['group']}", str(row["event"]), row["place"]
    for row in study.rivals().to_dict("records"):
        yield f"rivals {row['first']} {row['second']} {row['x']} {row['y']}", _part(row), row["place"]
    for row in study.worth().to_dict("records"):
        at = f"{row['actor']} {row['stage']} {row['round']} {row['own']}"
        moves = {move.id for move in study.case.stage(row["stage"]).moves}
        best = {f"worth now {at}": row["now"]}
        if row["value"]:
            best[f"worth {row['id']} {row['value']} {at}"] = row["best"]
        for name, first in best.items():
            yield from ((name, move, 1 if move in str(first).split() else 2) for move in moves)


def _part(row: Mapping[str, Any]) -> str:
    """A part of the draws by whether it lies at the low end, at the high end or between them."""
    return " ".join(
        "" if not row[axis] else "low" if isnan(row[f"{axis}_from"]) else "high" if isnan(row[f"{axis}_to"]) else "mid"
        for axis in ("x", "y")
    )


def changed(found: Diff) -> Places:
    """Every list that a comparison of two versions tells: what moved most, and which change did most of it."""
    told = found.to_dict()
    answers = ((f"moved, {row['when']}", row["id"], row["place"] or 0) for row in told["answers"])
    effects = told["attribution"]["effects"]
    done = ((f"changes {row['id']}, {row['when']}", " ".join(row["changes"]), row["place"]) for row in effects)
    return _gathered((*answers, *done))


def judge(seeds: Sequence[Places], texts: Sequence[Named] = ()) -> Verdict:
    """Compare what seeds tell, in lists and in sentences (see `most`)."""
    lists = list(dict.fromkeys(name for each in seeds for name in each))
    orders = {name: [_order(each.get(name, {})) for each in seeds] for name in lists}
    opposite = [
        (name, one, other)
        for name in lists
        for one, other in sorted(_any(orders[name]))
        if one < other and (other, one) in _any(orders[name])
    ]
    first = {name: [_first(each.get(name, {})) for each in seeds] for name in lists}
    return Verdict((*opposite, *contradictions(texts)), first, {name: sum(map(len, orders[name])) for name in lists})


def run(case: str | Path, seeds: Iterable[int], draws: int, *, scenarios: int = 0) -> Verdict:
    """Solve a case at every seed and judge the orders that it tells."""
    asked = {"claims": 0, "questions": 0, "scenarios": scenarios}
    return judge([places(dt.run(case, draws=draws, seed=seed, inquiry_draws=asked)) for seed in seeds])


def faults(verdict: Verdict, first: str, name: str) -> list[str]:
    """Faults of what was told, in sentences; `first` must lead alone in the list of that name at every seed."""
    said = both_ways(verdict)
    leaders = verdict.first.get(name, ())
    said += [
        f"{name}, seed {seed}: first come {', '.join(sorted(each)) or 'none'}"
        for seed, each in enumerate(leaders)
        if each != frozenset({first})
    ]
    return said if leaders else [*said, f"nothing is told of {name}"]


def both_ways(verdict: Verdict) -> list[str]:
    """Pairs that two seeds tell in opposite orders, in sentences."""
    return [f"{where}: {one} and {other} are told in both orders" for where, one, other in verdict.opposite]


def _order(place: Mapping[str, int]) -> set[tuple[str, str]]:
    return {(one, other) for one in place for other in place if place[one] < place[other]}


def _any(orders: Iterable[set[tuple[str, str]]]) -> set[tuple[str, str]]:
    return set().union(*orders)


def _first(place: Mapping[str, int]) -> frozenset[str]:
    return frozenset(id for id, own in place.items() if own == 1)


def main() -> int:
    """Print what was told; exit code 1 where anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.adversary.rankings", description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many seeds, from 0")
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--scenarios", type=int, default=0, help="draws of every scenario; 0 leaves them out")
    asked = parser.parse_args()
    verdict = run(CASE, range(asked.seeds), asked.draws, scenarios=asked.scenarios)
    for name, told in verdict.told.items():
        leaders = sorted({" = ".join(sorted(each)) or "none" for each in verdict.first[name]})
        print(f"{name}: {told} pairs told over {asked.seeds} seeds; first: {'; '.join(leaders)}")
    wrong = faults(verdict, FIRST, "hinges, events")
    print(*(wrong or ["Nothing is told in opposite orders."]), sep="\n")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
