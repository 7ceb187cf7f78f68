"""Small cases whose answers lie close together, solved at few draws: what a bare estimate would put in some order.

Endings, moves, scenarios, curves, readings, rivals and decisions of each lie within what so few draws can tell, with a
clear leader in some lists, so that something is told as well. Judged are every list of the tables, and every sentence
of report and terminal that names something as the most or the least.

`python -m benchmarks.adversary.close --seeds 10`
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from typer.testing import CliRunner

import detente as dt
from benchmarks.adversary.rankings import Places, Verdict, both_ways, changed, judge, places
from benchmarks.adversary.superlatives import Named, most, page_text
from detente.report.page import render_report

NEAR = """\
detente: 1
title: Four answers that lie close together
rationality: 4
quantities:
  push: {uniform: [0, 1], name: push}
  pull: {uniform: [0, 1], name: pull}
  calm: {uniform: [0, 1], name: calm}
  luck: {uniform: [0, 1], name: luck}
actors:
  ada: {name: Ada, private: {aim: {good: 0.5, bad: rest}}}
  bo: {name: Bo}
stages:
  - id: open
    name: The opening
    by: ada
    choose: {talk: {name: talks}, wait: {name: waits}, warn: {name: warns}, leave: {name: leaves, end: stand}}
  - id: reply
    name: The reply
    by: bo
    choose: {yield: {name: yields, end: deal}, hold: {name: holds}, push_on: {name: pushes on}}
  - id: weather
    chance:
      fair: {probability: "0.2 + 0.2 * calm + 0.1 * luck", end: peace}
      foul: {probability: "0.2 + 0.2 * push + 0.1 * luck", end: war}
      grey: {probability: rest, end: stand}
outcomes:
  war: {name: War, payoffs: {ada: "0.4 * push", bo: "0.4 * pull"}}
  peace: {name: Peace, payoffs: {ada: "0.4 * pull", bo: "0.4 * push"}}
  deal: {name: Deal, payoffs: {ada: "0.3 + if(ada.aim = good, 0.2, 0)", bo: "0.4 * calm"}}
  stand: {name: Standstill, payoffs: {ada: "0.4 * calm", bo: "0.4 * luck"}}
readings:
  good: {name: Ada means well, when: ada.aim = good}
claims:
  - {id: pushing, says: Pushing brings war, by: One, raise: push, expect: rises, of: P(war)}
  - {id: pulling, says: Pulling brings a deal, by: Two, raise: pull, expect: rises, of: P(deal)}
scenarios:
  pushed: {name: more push, set: {push: 0.9}}
  pulled: {name: more pull, set: {pull: 0.9}}
  calmed: {name: more calm, set: {calm: 0.9}}
questions:
  - {id: calming, vary: calm, from: 0, to: 1, steps: 3, show: [P(war), P(peace), P(deal), P(stand)]}
"""

SEEN = """\
detente: 1
title: Two readings after three events
quantities:
  loud: {uniform: [0.5, 0.8], name: loudness}
  soft: {uniform: [0.5, 0.8], name: softness}
  start: {uniform: [0.3, 0.7], name: first impression}
actors:
  state: {name: State, private: {aim: {force: start, talk: rest}}}
  other: {name: Other}
stages:
  - id: letter
    name: The letter
    chance:
      hard: {probability: "if(state.aim = force, loud, 1 - loud)"}
      mild: {probability: rest}
  - id: envoy
    name: The envoy
    chance:
      comes: {probability: "if(state.aim = force, 1 - soft, soft)"}
      stays: {probability: rest}
  - id: speech
    name: The speech
    chance:
      threat: {probability: "if(state.aim = force, loud, 1 - loud)"}
      offer: {probability: rest}
  - id: answer
    name: The answer
    by: other
    choose: {arm: {name: arms}, talk: {name: talks}, wait: {name: waits}}
  - id: last
    name: The last word
    by: state
    choose: {strike: {end: war}, sign: {end: deal}}
outcomes:
  war: {name: War, payoffs: {state: "if(state.aim = force, 0.6, 0.3)", other: "if(answer = arm, 0.4, 0.2)"}}
  deal: {name: Deal, payoffs: {state: 0.45, other: "if(answer = arm, 0.4, 0.5)"}}
readings:
  force: {name: The state wants force, when: state.aim = force}
  talk: {name: The state wants talks, when: state.aim = talk}
timeline:
  - {stage: letter, move: hard}
  - {stage: envoy, move: comes}
scenarios:
  louder: {set: {loud: 0.8}}
  softer: {set: {soft: 0.8}}
"""

CHANGED = (("uniform: [0, 1], name: push", "uniform: [0.1, 0.9], name: push"), ("0.4 * pull", "0.5 * pull"))
"""Changes that make the second version of the first case."""

DRAWS = 40


def run(seeds: Iterable[int], draws: int = DRAWS) -> dict[str, Verdict]:
    """By case: what is told at every seed, judged; of the first case with a comparison of two versions of it."""
    found: dict[str, Verdict] = {}
    with TemporaryDirectory() as folder:
        for name, text in {"near": NEAR, "seen": SEEN}.items():
            path = Path(folder) / f"{name}.yaml"
            path.write_text(text)
            told = [_told(path, seed, draws, versions=name == "near") for seed in seeds]
            found[name] = judge([lists for lists, _ in told], [sentences for _, sentences in told])
    return found


def faults(found: Mapping[str, Verdict]) -> list[str]:
    """Faults in sentences: orders told both ways, and cases of which nothing is told."""
    said = [f"{case}, {each}" for case, verdict in found.items() for each in both_ways(verdict)]
    return said + [f"nothing is told of {case}" for case, verdict in found.items() if not any(verdict.told.values())]


def main() -> int:
    """Prints what was told; exit code 1 where anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.adversary.close", description=__doc__)
    parser.add_argument("--seeds", type=int, default=10, help="how many seeds, from 0")
    found = run(range(parser.parse_args().seeds))
    for name, verdict in found.items():
        print(f"{name}: {sum(verdict.told.values())} pairs told in {len(verdict.told)} lists")
    wrong = faults(found)
    print(*(wrong or ["Nothing is told in opposite orders."]), sep="\n")
    return bool(wrong)


def _told(path: Path, seed: int, draws: int, *, versions: bool) -> tuple[Places, Named]:
    """Lists and sentences of one seed."""
    study = dt.run(path, draws=draws, seed=seed)
    lists = dict(places(study))
    case, sized = study.case, ["--draws", str(draws), "--seed", str(seed)]
    calls = [["ask", str(path), "P(war)", "--gradient"], ["watch", str(path)], ["solve", str(path)]]
    calls += [
        ["run", str(path), "--no-library", "--out", str(path.with_suffix(""))],
        ["worth", str(path), case.actors[-1].id],
    ]
    if versions:
        after = path.with_name("after.yaml")
        text = path.read_text()
        for old, new in CHANGED:
            text = text.replace(old, new)
        after.write_text(text)
        lists |= changed(dt.diff(path, after, draws=draws, seed=seed))
        calls.append(["diff", str(path), str(after)])
    texts = [page_text(render_report(study)), *(_printed([*call, *sized]) for call in calls)]
    labels = [each.label for each in (*case.outcomes, *case.quantities)]
    return lists, most("\n".join(texts), labels)


def _printed(words: list[str]) -> str:
    from detente.cli.main import app

    done = CliRunner().invoke(app, words, prog_name="detente")
    if done.exit_code:
        raise RuntimeError(f"detente {' '.join(words)}: {done.output}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
