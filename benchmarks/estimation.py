"""Recovery and speed of estimation: `python -m benchmarks.estimation [recovery] [speed]`.

recovery: cases of the catalogue make up data sets from known coefficients; each is fitted, and a row a coefficient
tells the bias in standard errors of the mean, and how often a 90 % interval covers the truth. speed: a made-up crisis
with some 200 unknowns and ten coefficients, fitted to 10,000 episodes, CPU time and memory.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm

from detente.case.builder import Builder
from detente.case.catalogue import find
from detente.case.read import read_case
from detente.crisis.model import Crisis
from detente.estimation.fitting.fitting import FitEffort, fit, unknowns_of
from detente.estimation.fitting.maximum import MaximumState
from detente.estimation.observed.reading import read_specification
from detente.estimation.observed.table import read_table
from detente.estimation.simulated import simulate
from detente.game.compiling.build import compile_crisis

NINETY = float(norm.ppf(0.95))


@dataclass(frozen=True)
class Recovery:
    """One case, what it is an example of, its links, and the coefficients that make its data."""

    what: str
    case: str
    links: dict[str, Any]
    truth: Mapping[str, float]
    rationality: float | None = None
    also: dict[str, Any] = field(default_factory=dict[str, Any])


def _moves(*stages: str) -> dict[str, Any]:
    return {"moves": {stage: stage for stage in stages}}


RECOVERIES = (
    Recovery(
        "hidden types",
        "banks-camerer-porter-1994-game-3",
        {"prior": {"link": "logit", "of": ["1", "x"]}, "rationality": {"link": "exp", "of": ["1"]}},
        {"prior: constant": 0.3, "prior: x": 0.5, "rationality: constant": 0.0},
    ),
    Recovery(
        "simultaneous moves",
        "kydd-2005-trust",
        {"reward": ["1", "x"]},
        {"reward: constant": 1.2, "reward: x": 0.8},
        rationality=1.5,
    ),
    Recovery(
        "repeated rounds",
        "kreps-wilson-1982-chain-store",
        {"b": ["1", "x"], "a": ["1"]},
        {"b: constant": 0.5, "b: x": 0.2, "a: constant": 2.0},
        rationality=2.0,
        also=_moves(*(f"{stage}_{left}" for left in (6, 5, 4) for stage in ("entry", "reply"))),
    ),
    Recovery(
        "several actors",
        "iran-2025",
        {"us_audience_cost": ["1", "x"], "iran_audience_cost": ["1"]},
        {"us_audience_cost: constant": 0.2, "us_audience_cost: x": 0.1, "iran_audience_cost: constant": 0.2},
        rationality=12.0,
    ),
    Recovery(
        "two equilibria",
        "cho-kreps-1987-beer-quiche",
        {"breakfast_worth": ["1", "x"], "peace_worth": ["1"]},
        {"breakfast_worth: constant": 1.0, "breakfast_worth: x": 0.4, "peace_worth: constant": 2.0},
        rationality=2.0,
        also=_moves("breakfast", "answer"),
    ),
)


@dataclass(frozen=True)
class Found:
    """One fit to a made-up data set: estimate minus truth [coefficient], and the covariance it was given."""

    off: np.ndarray
    covariance: np.ndarray


def recovered(recovery: Recovery, sets: int, episodes: int, seed: int = 0) -> list[Found]:
    """The fits to so many made-up data sets that have a maximum."""
    compiled = compile_crisis(read_case(find(recovery.case)))
    assert compiled.crisis is not None
    observed = recovery.also or {"ending": "ending"}
    specification = read_specification({"estimate": recovery.links, "observed": observed}, compiled.crisis)
    found: list[Found] = []
    for number in range(sets):
        rng = np.random.default_rng([seed, number])
        covariates = pd.DataFrame({"x": rng.integers(-2, 3, size=episodes) / 2})
        data = simulate(
            compiled,
            specification,
            read_table(covariates),
            recovery.truth,
            rationality=recovery.rationality,
            seed=int(rng.integers(2**31)),
        )
        done = fit(
            compiled, specification, read_table(data), rationality=recovery.rationality, effort=FitEffort(starts=1)
        )
        if done.maximum.state is MaximumState.MAXIMUM and done.covariance is not None:
            names = done.likelihood.design.coefficients
            truth = np.array([recovery.truth[name] for name in names])
            found.append(Found(done.maximum.point.theta - truth, done.covariance.matrix))
    return found


def table_of(recovery: Recovery, found: list[Found], sets: int) -> pd.DataFrame:
    """A row for every coefficient: truth, bias, in its errors too, coverage, and sets without a maximum."""
    off = np.array([each.off for each in found])
    errors = np.array([np.sqrt(np.diag(each.covariance)) for each in found])
    return pd.DataFrame(
        {
            "coefficient": list(recovery.truth),
            "truth": list(recovery.truth.values()),
            "bias": off.mean(axis=0),
            "bias_in_errors": off.mean(axis=0) / (off.std(axis=0, ddof=1) / np.sqrt(len(off))),
            "covered": (np.abs(off) < NINETY * errors).mean(axis=0),
            "sets": len(off),
            "lost": sets - len(off),
        }
    )


def rivals(rounds: int) -> Crisis:
    """A crisis with a hidden type and many unknowns: a challenger presses round after round, a defender yields or not.

    Ten quantities, one for each coefficient: six costs and gains of either side, priors of two hidden types.
    """
    case = (
        Builder("Pressing round after round")
        .quantity("resolve", 0.5, note="made up")
        .quantity("gain", 1.0, note="made up")
        .quantity("loss", 0.8, note="made up")
        .quantity("press_cost", 0.2, note="made up")
        .quantity("hold_cost", 0.3, note="made up")
        .quantity("war_a", -0.5, note="made up")
        .quantity("war_b", -0.6, note="made up")
        .actor("a", private={"kind": {"strong": 0.5, "weak": "rest"}})
        .actor("b", private={"kind": {"strong": "resolve", "weak": "rest"}})
    )
    endings: list[str] = []
    for round in range(1, rounds + 1):
        case = case.stage(
            f"press_{round}",
            by="a",
            choose={"press": {"cost": "press_cost"}, "stop": {"end": f"stopped_{round}"}},
        ).stage(
            f"answer_{round}",
            by="b",
            choose={
                "hold": {"cost": "if(b.kind = strong, hold_cost / 2, hold_cost)"},
                "yield": {"end": f"yielded_{round}"},
                "strike": {"end": f"war_{round}"},
            },
        )
        endings += [f"stopped_{round}", f"yielded_{round}", f"war_{round}"]
    strong = "if({0}.kind = strong, 0.3, 0)"
    for ending in [*endings, "stalemate"]:
        if ending.startswith("yielded"):
            payoffs = {"a": "gain", "b": "-loss"}
        elif ending.startswith("war"):
            payoffs = {"a": f"war_a + {strong.format('a')}", "b": f"war_b + {strong.format('b')}"}
        else:
            payoffs = {"a": "0", "b": "0"}
        case = case.outcome(ending, payoffs=payoffs)
    return case.at_the_end("stalemate").build()


def speed(episodes: int, rounds: int, distinct: bool) -> dict[str, float]:
    """Seconds of wall and CPU, and memory in megabytes, of a fit with ten coefficients."""
    compiled = compile_crisis(rivals(rounds))
    assert compiled.crisis is not None
    links = {
        "gain": "1 + x", "loss": "1 + y", "press_cost": "1", "hold_cost": "1", "war_a": "1 + z", "war_b": "1 + x",
    }  # fmt: skip
    truth = {
        "gain: constant": 1.0, "gain: x": 0.2, "loss: constant": 0.8, "loss: y": 0.2, "press_cost: constant": 0.2,
        "hold_cost: constant": 0.3, "war_a: constant": -0.5, "war_a: z": 0.3, "war_b: constant": -0.6, "war_b: x": 0.2,
    }  # fmt: skip
    observed = _moves(*(f"{stage}_{round}" for round in range(1, rounds + 1) for stage in ("press", "answer")))
    specification = read_specification({"estimate": links, "observed": observed}, compiled.crisis)
    rng = np.random.default_rng(1)
    columns = {name: rng.normal(size=episodes) if distinct else rng.integers(0, 3, size=episodes) for name in "xyz"}
    table = read_table(pd.DataFrame(columns))
    data = read_table(simulate(compiled, specification, table, truth, rationality=3.0, seed=2))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    wall, cpu = time.perf_counter(), time.process_time()
    done = fit(compiled, specification, data, rationality=3.0, effort=FitEffort(starts=1))
    off = (done.maximum.point.theta - np.array(list(truth.values()))) if done.covariance else np.array([np.nan])
    errors = np.sqrt(np.diag(done.covariance.matrix)) if done.covariance else np.array([np.nan])
    return {
        "episodes": episodes,
        "rows of covariates": done.likelihood.design.rows,
        "nodes": compiled.game.nodes,
        "unknowns": unknowns_of(compiled),
        "coefficients": len(truth),
        "wall s": round(time.perf_counter() - wall, 1),
        "CPU s": round(time.process_time() - cpu, 1),
        "memory MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before),
        "largest error in standard errors": round(float(np.abs(off / errors).max()), 2),
    }


def _parts(sets: int, episodes: int, only: list[str]) -> Iterator[pd.DataFrame]:
    for recovery in [each for each in RECOVERIES if each.what in only or not only]:
        began = time.process_time()
        table = table_of(recovery, recovered(recovery, sets, episodes), sets).assign(case=recovery.what)
        print(f"{recovery.what} ({recovery.case}): {time.process_time() - began:.0f} s of CPU")
        print(table.to_string(index=False), flush=True)
        yield table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # pyright: ignore[reportOptionalMemberAccess]
    parser.add_argument("what", nargs="*", choices=["recovery", "speed"], default=["recovery", "speed"])
    parser.add_argument("--sets", type=int, default=200)
    parser.add_argument("--episodes", type=int, default=500)
    parser.add_argument("--only", action="append", default=[], choices=[each.what for each in RECOVERIES])
    parser.add_argument(
        "--rounds", type=int, default=38, help="rounds of the crisis under `speed`: 38 have 194 unknowns"
    )
    parser.add_argument("--most", type=int, default=10_000, help="episodes of the largest fit under `speed`")
    given = parser.parse_args()
    if "recovery" in given.what:
        every = pd.concat(_parts(given.sets, given.episodes, given.only))
        print(f"over all: {(every['covered'] * every['sets']).sum() / every['sets'].sum():.1%} of 90 % intervals cover")
    if "speed" in given.what:
        for distinct in (False, True):
            print(speed(given.most, given.rounds, distinct), flush=True)


if __name__ == "__main__":
    main()
