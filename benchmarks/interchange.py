"""Every game file of a folder through Détente and pygambit: `python -m benchmarks.interchange FOLDER`.

For Gambit's own files: fetch its repository and name the folder. A file passes where both programs read the same tree,
the written game reads back equal in both, both find the same logit equilibrium at each finite precision (1e-8), and
the limit ends well and certified. A file whose game Gambit says to lack perfect recall has to be refused.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from tests.oracles.gambit import as_pygambit_reads, behaviour_of, difference, logit_error

from detente.equilibrium.solve import Settings, solve_game
from detente.errors import CaseError
from detente.game.arrays import Game, Numbers
from detente.game.efg_labels import tidy
from detente.game.exchange.gambit import parse_efg, read_efg
from detente.game.exchange.gambit_writing import efg_text

PRECISIONS = (1.0, 10.0)  # lambda times the payoff range
SMALLEST = 'EFG 2 R "" { "a" "b" } p "" 1 1 "" { "l" "r" } 0 t "" 1 "" { 1 0 } t "" 0'
AGREEMENT = 1e-8  # largest difference of any probability
ROUGH = 1e-6  # an answer further than this from its own logit reply is none
CERTIFIED = 1e-6  # NashConv as a share of the payoff range


@dataclass
class Verdict:
    """Results for one file.

    recall: pygambit's answer on perfect recall. relabelled: True where pygambit reads the file only with other labels.
    gaps: largest difference at each precision, None where pygambit did not answer in time. errors: distance of
    Détente's and of pygambit's answers from their own logit replies. regret: NashConv in the limit, as a share of the
    payoff range.
    """

    file: str
    read: bool = False
    recall: bool | None = None
    refused: str = ""
    relabelled: bool = False
    same_tree: bool = False
    written_equal: bool = False
    nodes: int = 0
    gaps: list[float | None] = field(default_factory=list[float | None])
    errors: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    regret: float = np.nan
    ending: str = ""
    trouble: str = ""


def equal(game: Game, numbers: Numbers, again: Game, same: Numbers) -> bool:
    """True where two games have the same tree, names and numbers."""
    arrays = ("parent", "infoset", "action", "chance", "leaf_class", "infoset_player", "action_start")
    return (
        all(np.array_equal(getattr(game, name), getattr(again, name)) for name in arrays)
        and np.array_equal(numbers.payoff, same.payoff)
        and np.array_equal(numbers.chance, same.chance)
        and game.title == again.title
        and [tidy(label) for label in (*game.players, *game.action_label)] == [*again.players, *again.action_label]
    )


def examine(path: Path, verdict: Verdict, report: Any) -> None:
    """Sends the verdict after every step, so that a step that takes too long loses nothing before it."""
    import pygambit

    text = path.read_text(encoding="utf-8-sig", errors="replace")
    theirs = as_pygambit_reads(text)
    try:
        pygambit.read_efg(io.BytesIO(text.encode()))
    except ValueError:
        verdict.relabelled = True
    verdict.recall = bool(theirs.is_perfect_recall)
    try:
        game, numbers = read_efg(path)
    except CaseError as error:
        verdict.refused = error.problems[0].what
        report(verdict)
        return
    verdict.read, verdict.nodes = True, game.nodes
    verdict.trouble = difference(game, numbers, theirs)
    verdict.same_tree = not verdict.trouble
    written = efg_text(game, numbers)
    reread = pygambit.read_efg(io.BytesIO(written.encode()))
    verdict.written_equal = equal(game, numbers, *parse_efg(written)) and not difference(game, numbers, reread)
    limit = solve_game(game, numbers, settings=Settings(threads=1))
    spread = float(limit.payoff_range[0])
    verdict.regret = float(limit.nash_conv[0]) / (spread or 1.0)
    verdict.ending = "" if limit.endings[0].good else limit.endings[0].value
    report(verdict)
    compare(game, numbers, theirs, spread or 1.0, verdict, report)


def compare(game: Game, numbers: Numbers, theirs: Any, spread: float, verdict: Verdict, report: Any) -> None:
    """Logit equilibria at equal precision."""
    from pygambit.qre import logit_solve_lambda

    for precision in PRECISIONS:
        verdict.gaps.append(None)
        ours = solve_game(game, numbers, precision / spread, settings=Settings(threads=1))
        other = behaviour_of(logit_solve_lambda(theirs, precision / spread)[0].profile, game)
        verdict.gaps[-1] = float(np.abs(ours.behaviour[0] - other).max(initial=0.0))
        found = (logit_error(game, numbers, each, precision / spread) for each in (ours.behaviour[0], other))
        verdict.errors.append((next(found), next(found)))
        report(verdict)


def in_time(path: Path, name: str, seconds: float) -> Verdict:
    """The verdict on one file, in a process of its own that is stopped when its time is up."""
    verdict = Verdict(name)
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=guarded, args=(path, verdict, there))
    process.start()
    there.close()
    end = time.monotonic() + seconds
    try:
        while here.poll(max(0.0, end - time.monotonic())):
            verdict = here.recv()
    except EOFError:
        process.join()
        return verdict
    process.kill()
    process.join()
    verdict.trouble = verdict.trouble or f"not finished within {seconds:g} s"
    return verdict


def warm() -> None:
    """Kernels and pygambit loaded once, before there are processes."""
    import pygambit  # noqa: F401

    solve_game(*parse_efg(SMALLEST), settings=Settings(threads=1))


def guarded(path: Path, verdict: Verdict, there: Any) -> None:
    try:
        examine(path, verdict, there.send)
    except Exception as error:
        verdict.trouble = f"{type(error).__name__}: {error}"
        there.send(verdict)


EQUAL = "read, solved and written back equal"
REFUSED = "refused: imperfect recall, as pygambit says too"


def outcome(verdict: Verdict) -> str:
    """The line of the table that a file counts in."""
    if verdict.refused:
        return REFUSED if verdict.recall is False else "WRONG: refused, though recall is perfect"
    if verdict.recall is False:
        return "WRONG: accepted, though recall is imperfect"
    if not (verdict.read and verdict.same_tree and verdict.written_equal):
        return "WRONG: not read or written alike"
    known = [gap for gap in verdict.gaps if gap is not None]
    if any(ours > AGREEMENT for ours, _ in verdict.errors):
        return "read and written alike; Détente's path ends before the precision asked for"
    if any(theirs > ROUGH for _, theirs in verdict.errors):
        return "read and written alike; pygambit's answer is no logit equilibrium, Détente's is"
    if any(gap > AGREEMENT for gap in known):
        return "read and written alike; both at logit equilibria, on different branches"
    if verdict.ending or verdict.regret > CERTIFIED:
        return "read and written alike, equal at finite precision; the limit is not certified"
    if len(known) < len(PRECISIONS):
        return "read and written alike; pygambit did not answer in time"
    return EQUAL


def table(found: list[Verdict]) -> str:
    """The counts as a Markdown table, with the names of files that are in neither of the two good lines."""
    lines = ["| what became of the file | files |", "|---|---:|"]
    counts = Counter(outcome(verdict) for verdict in found)
    lines += [f"| {line} | {count} |" for line, count in counts.most_common()]
    lines += [f"| all | {len(found)} |", ""]
    for line in counts:
        if line not in (EQUAL, REFUSED):
            named = [f"`{verdict.file}`" for verdict in found if outcome(verdict) == line]
            lines += [f"{line[0].upper()}{line[1:]}: {', '.join(named)}.", ""]
    relabelled = sum(verdict.relabelled for verdict in found)
    largest = max(verdict.nodes for verdict in found)
    gap = max((gap for verdict in found if outcome(verdict) == EQUAL for gap in verdict.gaps if gap), default=0.0)
    lines += [
        f"Largest tree: {largest:,} nodes. Largest difference of a probability among the equal: {gap:.0e}. "
        f"pygambit reads {relabelled} of the files only after repeated or badly spaced labels are changed; Détente "
        "reads them as they are, and writes labels that both accept."
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Reads the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="files whose path has this in it")
    parser.add_argument("--seconds", type=float, default=60.0, help="for each file")
    parser.add_argument("--json", type=Path, help="write all verdicts here")
    given = parser.parse_args()
    warm()
    found = [
        in_time(path, str(path.relative_to(given.folder)), given.seconds)
        for path in sorted(given.folder.rglob("*.efg"))
        if given.only in str(path)
    ]
    print(table(found))
    for verdict in found:
        if verdict.trouble:
            print(f"{verdict.file}: {verdict.trouble}")
    if given.json:
        given.json.write_text(json.dumps([asdict(verdict) for verdict in found], indent=1))


if __name__ == "__main__":
    main()
