"""`detente forecast`: what a case says today, frozen under a digest, and what has moved it since."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detente.cli.options import AsJson, CaseName, Rationality, Seed
from detente.cli.terminal import screen
from detente.cli.terminal.progress import progress_bar
from detente.plurals import counted

if TYPE_CHECKING:
    from detente.study.forecast.frozen import Frozen
    from detente.study.scored.live import Since


def forecast(
    case: CaseName,
    on: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Use only what was known by this day; all without it.", show_default=False),
    ] = None,
    freeze: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.json",
            help="Freeze the forecast in a file: case, events used, probabilities, under one digest.",
            show_default=False,
        ),
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.json",
            help="Tell what moved a frozen forecast of this case, event by event.",
            show_default=False,
        ),
    ] = None,
    draws: Annotated[int, typer.Option(min=1, metavar="N", help="Draw the uncertain quantities N times.")] = 200,
    seed: Seed = 0,
    rationality: Rationality = None,
    as_json: AsJson = False,
) -> None:
    """Tell how a case may end from what is known by a day; freeze that, or tell what has moved a frozen forecast.

    With --since the settings are those of the frozen forecast. Score one later with: detente score FILE.json
    """
    from detente.study.scored import live

    if since is not None:
        with progress_bar() as progress:
            moved = live.since(since, case, on=on, progress=progress)
        if as_json:
            screen.emit(moved.to_dict())
        else:
            _print_since(moved)
        return
    with progress_bar() as progress:
        found = live.forecast(case, on=on, draws=draws, seed=seed, rationality=rationality, progress=progress)
    digest = found.write(freeze) if freeze is not None else ""
    if as_json:
        screen.emit({**found.plain(), "file": str(freeze) if freeze else None})
        return
    _print(found)
    if freeze is not None:
        screen.heading("Frozen")
        screen.say(str(freeze), f"digest {digest}", indent=2)
        screen.note(
            "Publish or commit the file, or its digest, where its date can be seen. When it has ended: "
            f"detente score {freeze} --ended ENDING --ended-on DATE"
        )


def _print(found: Frozen) -> None:
    screen.heading(found.title)
    told, case = found.forecasts[-1], found.case
    until = f" known by {found.until.isoformat()}" if found.until else ""
    screen.say(
        f"Given {counted(len(told.events), 'event')}{until}; {counted(len(found.forecasts), 'forecast')} in all."
    )
    groups = [(each.label, told.groups[each.id]) for each in case.groups]
    endings = [(each.label, told.endings[each.id]) for each in case.outcomes]
    for heading, rows in (("group of endings", groups), ("ending", endings)):
        if rows:
            shown = [(name, f"{100 * each.mean:.0f} %", _points(each.error)) for name, each in rows]
            screen.table((heading, ">chance", ">± points"), shown)
    screen.say(*found.says)


def _print_since(moved: Since) -> None:
    screen.heading(moved.frozen.title)
    screen.say(*moved.says)
    then = {**moved.before.endings, **moved.before.groups}
    now = {**moved.after.endings, **moved.after.groups}
    rows = [
        (name, f"{100 * then[id].mean:.0f} %" if id in then else "", f"{100 * now[id].mean:.0f} %")
        for id, name in moved.names.items()
    ]
    screen.table(("how it may end", ">frozen", ">now"), rows)
    for each in moved.news:
        when = f"{each.on.isoformat()}: " if each.on else ""
        screen.heading(when + (each.cause or "the case was changed"))
        told = sorted(each.changes.items(), key=lambda item: -abs(item[1].mean))
        firm = [(id, by) for id, by in told if abs(by.mean) > max(2 * by.error, _STILL)]
        if firm:
            screen.table(
                ("how it may end", ">change, points", ">± points"),
                [(moved.names[id], f"{100 * change.mean:+.0f}", _points(change.error)) for id, change in firm],
            )
        else:
            screen.say("It moved nothing by more than twice the standard error of the change.")


_STILL = 0.005
"""A change below half a point is none that a percentage shows."""


def _points(error: float) -> str:
    return "" if error != error else f"{100 * error:.1f}"
