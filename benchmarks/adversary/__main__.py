"""An adversary of the program: `python -m benchmarks.adversary --cases N --games N --mutants N --kills N --damaged N`.

Every part generates inputs from a seed and judges what the program tells of them by means that share nothing with it.
Each wrong one is kept in a folder with the command that repeats it, and each that is not answered in time; the exit
code is 1 where there is any.
`--against PYTHON` tries the version in another interpreter. `--kinds` tells which kinds of fault of 0.1.0 were found.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.adversary import (
    kinds,
    part_cases,
    part_games,
    part_laws,
    part_mutants,
    part_rankings,
    part_review,
    part_scales,
    part_sizes,
    part_studies,
    part_terminal,
)
from benchmarks.adversary.product import NoAnswerError, Product
from benchmarks.adversary.verdict import UNANSWERED, WRONG, Tally, Verdict, broke

Trials = Callable[[Product, int, int], Iterator[Verdict]]
PARTS: dict[str, tuple[str, float, Trials]] = {
    "cases": ("cases", 0.6, part_cases.trials),
    "far": ("cases", 0.15, part_cases.far),
    "integers": ("cases", 0.1, part_cases.integers),
    "names": ("cases", 0.15, part_cases.names),
    "draws": ("cases", 0.1, part_cases.draws),
    "limits": ("cases", 0.1, part_cases.limits),
    "scales": ("cases", 0.1, part_scales.trials),
    "laws": ("cases", 0.1, part_laws.trials),
    "terminal": ("cases", 0.1, part_terminal.trials),
    "review": ("cases", 0.06, part_review.trials),
    "games": ("games", 1.0, part_games.trials),
    "mutants": ("mutants", 1.0, part_mutants.trials),
    "damaged": ("damaged", 1.0, part_studies.trials),
    "kills": ("kills", 1.0, part_studies.kills),
    "sizes": ("sizes", 1.0, part_sizes.trials),
    "rankings": ("rankings", 1.0, part_rankings.trials),
}
"""By name: the option that says how many, the share of it that the part tries, and the part."""

DEFAULTS = {"cases": 100, "games": 50, "mutants": 200, "damaged": 20, "kills": 0, "sizes": 0, "rankings": 0}
"""Number of trials of each option: by itself, the command takes a minute or two."""


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.adversary", description=__doc__)
    for name, number in DEFAULTS.items():
        parser.add_argument(f"--{name}", type=int, default=number, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help=f"parts, with commas between them: {', '.join(PARTS)}")
    parser.add_argument("--against", default=sys.executable, metavar="PYTHON", help="interpreter of the version to try")
    parser.add_argument("--faults", type=Path, default=Path("adversary-faults"), help="where wrong ones are kept")
    parser.add_argument("--kinds", action="store_true", help="tell which kinds of fault of 0.1.0 were found, and where")
    return parser


def main(words: list[str] | None = None) -> int:
    given = arguments().parse_args(words)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    only = [each for each in given.only.split(",") if each] or list(PARTS)
    counted: dict[str, dict[str, int]] = {}
    wrong = unanswered = 0
    with Product(given.against) as product:
        for name in only:
            option, share, trials = PARTS[name]
            count = -(-round(getattr(given, option) * share * 1000) // 1000)
            if count <= 0:
                continue
            tally = run(name, trials(product, count, given.seed), given.faults)
            counted[name] = {
                each.removeprefix("wrong: "): n for each, n in tally.kinds.items() if each.startswith(WRONG)
            }
            wrong += tally.counts[WRONG]
            unanswered += tally.counts[UNANSWERED]
    print(f"{wrong:,} wrong." if wrong else "Nothing wrong.", f"{unanswered:,} without an answer." * (unanswered > 0))
    if given.kinds:
        tell_kinds(counted)
    return int(wrong + unanswered > 0)


def run(name: str, trials: Iterator[Verdict], folder: Path) -> Tally:
    began = time.monotonic()
    tally = Tally(name, folder)
    try:
        for verdict in trials:
            tally.take(verdict)
    except KeyboardInterrupt:
        print(f"{name} was stopped before its end:")
    except NoAnswerError as missing:
        tally.take(broke("what the part begins with fails", str(missing), {}, ""))
        print(f"{name} ended early:")
    print(f"{tally.line()} ({time.monotonic() - began:.0f} s)", flush=True)
    for each, count in tally.kinds.most_common(12):
        print(f"    {count:,} {each}", flush=True)
    return tally


def tell_kinds(counted: dict[str, dict[str, int]]) -> None:
    table = kinds.found(counted)
    print(f"{sum(map(bool, table.values()))} of {len(table)} kinds of fault found:")
    for each, where in table.items():
        print(f"  {each}: {'; '.join(where) or 'NOT FOUND'}")


if __name__ == "__main__":
    sys.exit(main())
