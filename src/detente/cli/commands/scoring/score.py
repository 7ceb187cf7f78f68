"""`detente score` and `detente forecast`: what was said, frozen, and held against what happened."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from detente.cli.commands.studies import LibraryName
from detente.cli.options import AsJson, Rationality, Seed
from detente.cli.terminal import screen
from detente.cli.terminal.progress import progress_bar

ScoredDraws = Annotated[int, typer.Option(min=1, metavar="N", help="Draw the uncertain quantities N times.")]


def score(
    cases: Annotated[
        list[str],
        typer.Argument(
            metavar="CASE|STUDY|FORECAST…",
            help="Cases (solved now), studies (an id, `last` or a study file) and frozen forecasts (read off).",
            show_default=False,
        ),
    ],
    ended: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ENDING",
            help="The ending or group that came, in place of the case's `ended`. Repeat it where it is not known which "
            "of several came.",
            show_default=False,
        ),
    ] = None,
    ended_on: Annotated[
        str | None, typer.Option(metavar="DATE", help="The day on which it ended.", show_default=False)
    ] = None,
    resolution: Annotated[
        str | None,
        typer.Option(
            metavar="CASE",
            help="A later version of the case, from which `ended`, `groups` and `base_rate` are taken.",
            show_default=False,
        ),
    ] = None,
    horizon: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="DAYS",
            help="Score only what ended within so many days of the first event.",
            show_default=False,
        ),
    ] = None,
    dates: Annotated[
        str,
        typer.Option(
            metavar="known|rule",
            help="Forecasts at the outset and whenever more became known, or at the start and 25, 50 and 75 % of the "
            "horizon.",
        ),
    ] = "known",
    forecasts: Annotated[
        Path | None,
        typer.Option(
            metavar="CSV",
            help="Forecasts of others: columns forecaster, ending, probability, and perhaps case and on (a date).",
            show_default=False,
        ),
    ] = None,
    sensitivity: Annotated[
        bool,
        typer.Option("--sensitivity", help="Score also with ranges × ½ and × 2, and rationality × ½ and × 2.4."),
    ] = False,
    anew: Annotated[
        bool, typer.Option("--anew", help="Solve studies and frozen forecasts again instead of reading them off.")
    ] = False,
    draws: ScoredDraws = 200,
    seed: Seed = 0,
    rationality: Rationality = None,
    library: LibraryName = None,
    as_json: AsJson = False,
) -> None:
    """Score what was said at each date about how a crisis would end, with what was known then, against how it did."""
    import detente as dt

    with progress_bar() as progress:
        found = dt.score(
            *cases,
            ended=ended or (),
            ended_on=ended_on,
            resolution=resolution,
            horizon=horizon,
            dates=dates,
            forecasts=forecasts,
            sensitivity=sensitivity,
            anew=anew,
            draws=draws,
            seed=seed,
            rationality=rationality,
            library=library,
            progress=progress,
        )
    if as_json:
        screen.emit(found.to_dict())
        return
    from detente.cli.printed.scores import print_scores

    print_scores(found)
