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
        list[str] | None,
        typer.Argument(
            metavar="CASE|STUDY|FORECAST…",
            help="Cases (solved now), studies (an id, `last` or a study file) and frozen forecasts (read off).",
            show_default=False,
        ),
    ] = None,
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
    sheet: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.json",
            help="Solve nothing: write the question sheet of the cases (groups, rule, horizon, reference class, dates) "
            "with its digest, to be committed before a case is solved.",
            show_default=False,
        ),
    ] = None,
    rule: Annotated[
        str, typer.Option(metavar="TEXT", help="With --sheet: the rule by which anybody finds how it ended.")
    ] = "",
    icb: Annotated[
        Path | None,
        typer.Option(
            metavar="CSV",
            help="With --sheet: draw crises by lot from this crisis-level file of ICB (with --seed).",
            show_default=False,
        ),
    ] = None,
    number: Annotated[int, typer.Option(min=1, metavar="N", help="With --icb: how many crises.")] = 40,
    years: Annotated[
        str, typer.Option(metavar="FROM-TO", help="With --icb: only crises triggered in these years.")
    ] = "",
    draws: ScoredDraws = 200,
    seed: Seed = 0,
    rationality: Rationality = None,
    library: LibraryName = None,
    as_json: AsJson = False,
) -> None:
    """Score what was said at each date about how a crisis would end, with what was known then, against how it did."""
    import detente as dt

    if sheet is not None:
        _sheet(cases or [], sheet, rule, horizon, icb, number, seed, years, as_json)
        return
    with progress_bar() as progress:
        found = dt.score(
            *(cases or ()),
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


def _sheet(
    cases: list[str],
    file: Path,
    rule: str,
    horizon: int | None,
    icb: Path | None,
    number: int,
    seed: int,
    years: str,
    as_json: bool,
) -> None:
    """Writes a question sheet, for which nothing is solved."""
    import detente as dt
    from detente.crisis.model import Crisis
    from detente.study.scored.sheet import sheet_of

    loaded = [each for each in (dt.load(case) for case in cases) if isinstance(each, Crisis)]
    span = _years(years) if years else None
    made = sheet_of(loaded, rule=rule, horizon=horizon or 90, icb=icb, number=number, seed=seed, years=span)
    digest = made.write(file)
    if as_json:
        screen.emit({"file": str(file), **made.plain()})
        return
    screen.heading(f"A question sheet of {len(made.questions)}")
    rows = [
        (each.name, each.start.isoformat() if each.start else "", ", ".join(next(iter(each.axes.values()), {})))
        for each in made.questions
    ]
    screen.table(("crisis", "start", "groups"), rows)
    screen.say(f"Rule: {made.rule}", f"Horizon: {made.horizon} days; forecasts at its start, 25, 50 and 75 %.")
    screen.say(f"{file}", f"digest {digest}", indent=2)
    screen.note("Commit the file, or publish its digest, before a case is solved.")


def _years(words: str) -> tuple[int, int]:
    first, _, last = words.partition("-")
    if not (first.strip().isdecimal() and last.strip().isdecimal()):
        raise typer.BadParameter(f"{words!r} is no span of years; such as 1946-2015", param_hint="--years")
    return int(first), int(last)
