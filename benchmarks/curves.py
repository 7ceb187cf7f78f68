"""Scaling: CPU time against unknowns, nodes, draws and threads, as tables and as pictures."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tests.engine.random_games import signalling

from benchmarks.bulk_rows import signalling_draws
from benchmarks.race import in_this_process
from benchmarks.whole import ultimatum
from detente.case.read import read_text
from detente.equilibrium.solve import Settings, solve_game
from detente.game.compiling.build import compile_crisis
from detente.game.drawn.draws import median_draw


@dataclass
class Curve:
    """Points (size, seconds) of one thing that grows; slope of the logarithms: 1 where time is proportional."""

    name: str
    size: str
    measured: str
    points: list[tuple[float, float]]

    @property
    def slope(self) -> float:
        x, y = np.log(np.array(self.points)).T
        return float(np.polyfit(x[len(x) // 2 :], y[len(y) // 2 :], 1)[0]) if len(x) > 3 else float("nan")


def measure(quick: bool) -> list[Curve]:
    """All curves; a minute, or a few seconds where quick."""
    alone = Settings(threads=1)
    types = (2, 4, 8, 16, 32) if quick else (2, 4, 8, 16, 32, 64, 128, 256)
    unknowns = Curve("signalling games to λ=50", "types", "CPU seconds", [])
    for count in types:
        game, numbers = signalling(count)
        run = in_this_process(lambda g=game, n=numbers: solve_game(g, n, 50.0, settings=alone))
        unknowns.points.append((count, best(run, 3)))
    build = Curve("ultimatum games: building", "nodes", "CPU seconds", [])
    solve = Curve("ultimatum games: solving at λ=50", "nodes", "CPU seconds", [])
    for count in (20, 100, 500) if quick else (20, 100, 500, 2000):
        crisis = read_text(ultimatum(count))
        compile_crisis(crisis)
        compiled = compile_crisis(crisis)
        numbers = compiled.numbers(median_draw(crisis))
        build.points.append((compiled.game.nodes, best(in_this_process(lambda c=crisis: compile_crisis(c)), 1)))
        run = in_this_process(lambda g=compiled.game, n=numbers: solve_game(g, n, 50.0, settings=alone))
        solve.points.append((compiled.game.nodes, best(run, 1)))
    draws = Curve("draws of signalling K=8 to the limit", "draws", "CPU seconds", [])
    for count in (30, 100) if quick else (30, 100, 300, 1000, 3000):
        game, block = signalling_draws(8, count)
        draws.points.append((count, best(in_this_process(lambda g=game, b=block: solve_game(g, b, settings=alone)), 1)))
    threads = Curve("300 draws of signalling K=8 to the limit", "threads", "wall seconds", [])
    game, block = signalling_draws(8, 30 if quick else 300)
    for count in (1, 2):
        threads.points.append((count, wall(lambda k=count: solve_game(game, block, settings=Settings(threads=k)))))
    return [unknowns, build, solve, draws, threads]


def best(run: Callable[[], tuple[float, Any]], repeat: int) -> float:
    return min(run()[0] for _ in range(repeat))


def wall(task: Callable[[], Any]) -> float:
    start = time.perf_counter()
    task()
    return time.perf_counter() - start


def markdown(curves: list[Curve]) -> str:
    """A table of two lines for each curve."""
    out: list[str] = []
    for curve in curves:
        slope = f"; at the large end, as {curve.size} to the power {curve.slope:.2f}" if len(curve.points) > 3 else ""
        out += [f"**{curve.name[0].upper()}{curve.name[1:]}** ({curve.measured}{slope})", ""]
        out += ["| " + " | ".join([curve.size, *(f"{x:,.0f}" for x, _ in curve.points)]) + " |"]
        out += ["|---" + "|---:" * len(curve.points) + "|"]
        out += ["| seconds | " + " | ".join(f"{y:.3g}" for _, y in curve.points) + " |", ""]
    return "\n".join(out)


def draw(curves: list[Curve], path: Path) -> None:
    """One picture of all curves, SVG or PNG by the file's name."""
    import altair as alt
    import pandas as pd
    import vl_convert

    charts = []
    for curve in curves[:4]:
        frame = pd.DataFrame(curve.points, columns=["size", "seconds"])
        charts.append(
            alt.Chart(frame, title=curve.name, width=260, height=180)
            .mark_line(point=True, color="#1f5a94")
            .encode(
                x=alt.X("size:Q", title=curve.size, scale=alt.Scale(type="log")),
                y=alt.Y("seconds:Q", title=curve.measured, scale=alt.Scale(type="log")),
            )
        )
    chart = alt.vconcat(alt.hconcat(*charts[:2]), alt.hconcat(*charts[2:])).to_json()
    if path.suffix == ".png":
        path.write_bytes(vl_convert.vegalite_to_png(chart, scale=2))
    else:
        path.write_text(vl_convert.vegalite_to_svg(chart), encoding="utf-8")
