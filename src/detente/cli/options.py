"""The options that commands share, and how their words become arguments of the public functions."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any

import typer

from detente.case.spelling.numbers import decimal
from detente.cli.terminal import screen
from detente.crisis.model import Crisis
from detente.errors import RequestError

CaseName = Annotated[
    str,
    typer.Argument(metavar="CASE", help="A case file, or a name that `detente catalogue` lists.", show_default=False),
]
GameName = Annotated[
    str,
    typer.Argument(
        metavar="CASE|GAME",
        help="A case file, a catalogue name, a Gambit file GAME.efg, or a game of OpenSpiel such as "
        "openspiel:kuhn_poker.",
        show_default=False,
    ),
]
Rationality = Annotated[
    str | None,
    typer.Option(
        metavar="L|limit",
        help="How closely players best-respond, per unit of payoff; `limit` follows play to the sequential-equilibrium "
        "limit. Overrides the case.",
        show_default=False,
    ),
]
Changes = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Give a quantity this value. Repeatable.", show_default=False),
]
ScenarioName = Annotated[
    str | None, typer.Option("--scenario", metavar="NAME", help="Apply a scenario of the case.", show_default=False)
]
Force = Annotated[
    list[str] | None,
    typer.Option(
        metavar="'STAGE: MOVE'",
        help="This move is the only one wherever it is available; also 'STAGE, round 2: MOVE' or 'ACTOR: MOVE'. "
        "Repeatable.",
        show_default=False,
    ),
]
Forbid = Annotated[
    list[str] | None,
    typer.Option(
        metavar="'STAGE: MOVE'",
        help="This move is never available, and everybody knows; named as for --force. Repeatable.",
        show_default=False,
    ),
]
Given = Annotated[
    list[str] | None,
    typer.Option(
        metavar="'STAGE: MOVE'",
        help="Tell everything given that this was seen: a move, or how it looks, such as 'STAGE, round 2: MOVE'. "
        "Repeatable.",
        show_default=False,
    ),
]
Events = Annotated[bool, typer.Option("--events", help="Tell everything given all events of the case's timeline.")]
Draws = Annotated[
    int | None,
    typer.Option(
        min=1, metavar="N", help="Draw the uncertain quantities N times; without it, medians.", show_default=False
    ),
]
Seed = Annotated[int, typer.Option(min=0, metavar="S", help="Seed of the draws; one seed, one answer.")]
Sources = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        exists=True,
        file_okay=False,
        help="Folder with the texts that the case cites: checks their digests and shows the sentences.",
        show_default=False,
    ),
]
Concept = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="The solution concept, such as logit, backward-induction, zero-sum or cfr+; --concepts lists all.",
    ),
]


def _list_concepts(asked: bool) -> None:
    if asked:
        from detente.study.asked.concept import concept_words

        screen.table(("concept", "meaning"), list(concept_words().items()))
        raise typer.Exit


Concepts = Annotated[
    bool,
    typer.Option("--concepts", is_eager=True, callback=_list_concepts, help="List the solution concepts, and end."),
]
Iterations = Annotated[
    int | None,
    typer.Option(
        min=1, metavar="N", help="Most iterations of a concept that is found by iteration.", show_default="10000"
    ),
]
Accuracy = Annotated[
    float | None,
    typer.Option(
        min=0.0,
        metavar="SHARE",
        help="It stops where deviating gains at most this share of the payoff range.",
        show_default="1e-4",
    ),
]
Every = Annotated[
    bool,
    typer.Option(
        "--all", help="List the other equilibria that a search finds as well, in about 60 s of CPU at the most."
    ),
]
Starts = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="N",
        help="With --all: how many other ways to play to set out from, however long it takes.",
        show_default=False,
    ),
]
FromFit = Annotated[
    Path | None,
    typer.Option(
        "--from",
        metavar="FIT",
        help="Take quantities from an estimate (`detente estimate … --keep FIT`) in place of the case's own ranges.",
        show_default=False,
    ),
]
AtProfile = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="NAME=VALUE[,…]",
        help="With --from: the covariates to take it at; others at their typical values.",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def settings(
    rationality: str | None, changes: list[str] | None, scenario: str | None, draws: int | None, seed: int
) -> dict[str, Any]:
    """Keyword arguments that `solve`, `ask` and `run` share.

    Raises: typer.BadParameter where a word cannot be read.
    """
    return {
        "rationality": rationality,
        "set": dict(change(word) for word in changes or ()),
        "scenario": scenario,
        "draws": draws,
        "seed": seed,
    }


def change(word: str) -> tuple[str, float]:
    """One `name=value` of `--set`."""
    name, equals, number = (part.strip() for part in word.partition("="))
    try:
        value = decimal(number)
    except ValueError:
        value = math.nan
    if not name or not equals or not math.isfinite(value):
        raise typer.BadParameter(
            f"{word!r} does not say which quantity gets which number; such as --set cost_a=0.1", param_hint="--set"
        )
    return name, value


def profile(word: str | None) -> dict[str, str]:
    """Every `name=value` of `--at`, between commas."""
    found: dict[str, str] = {}
    for part in (word or "").split(",") if word else ():
        name, equals, value = (each.strip() for each in part.partition("="))
        if not name or not equals or not value:
            raise typer.BadParameter(
                f"{word!r} is no list of covariates; such as distance=2,regime=dem", param_hint="--at"
            )
        found[name] = value
    return found


def estimated(case: str, fit: Path | None, at: str | None) -> Any:
    """The case by its name; with a fit the case itself, in which its estimate stands for the ranges of quantities."""
    if fit is None:
        if at:
            raise typer.BadParameter("it goes with --from", param_hint="--at")
        return case
    import detente as dt
    from detente.study.kept.fits import estimate_from

    loaded = dt.load(case)
    if not isinstance(loaded, Crisis):
        raise RequestError("a game file has no quantities for an estimate")
    return estimate_from(fit)[0].case(loaded, profile(at))


def counts(words: list[str] | None) -> dict[str, int]:
    """Every `name=count` of `--inquiry-draws`."""
    found: dict[str, int] = {}
    for word in words or ():
        name, _, count = (part.strip() for part in word.partition("="))
        if not name or not (count.isascii() and count.isdecimal()):
            raise typer.BadParameter(f"{word!r} does not say how many draws; such as --inquiry-draws claims=500")
        found[name] = int(count)
    return found
