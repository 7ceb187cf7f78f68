"""`detente judge`: what a profile of somebody's own is worth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detente.case.spelling.numbers import DECIMAL
from detente.cli.options import AsJson, Changes, GameName, Rationality, ScenarioName, settings
from detente.cli.terminal import screen
from detente.plurals import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detente.study.asked.judgement import Failure, Judgement, Misbelief

MOST_LISTED = 12
"""Number of moves or beliefs of one kind that the terminal lists; --json has all."""


def judge(
    case: GameName,
    profile: Annotated[
        Path,
        typer.Argument(
            metavar="PROFILE",
            help="What everybody does, and believes: YAML, or JSON such as `detente solve --json` prints.",
            show_default=False,
        ),
    ],
    tolerance: Annotated[
        float,
        typer.Option(
            metavar="SHARE",
            help="Below it a probability is zero, and a gain, as a share of the payoff range, is none.",
        ),
    ] = 1e-6,
    rationality: Rationality = None,
    changes: Changes = None,
    scenario: ScenarioName = None,
    as_json: AsJson = False,
) -> None:
    """Judge a profile: best responses, exploitability, whether it is a sequential equilibrium."""
    asked = settings(rationality, changes, scenario, None, 0)
    import detente as dt

    judged = dt.judge(
        dt.load(case), profile, tolerance=tolerance, **{k: asked[k] for k in ("rationality", "set", "scenario")}
    )
    if as_json:
        screen.emit(judged.to_dict())
        return
    screen.heading(judged.title)
    screen.say(judged.verdict)
    if judged.untold:
        how = "everybody plays at random" if judged.default == "uniform" else "the logit equilibrium is played"
        screen.say(
            f"At {judged.untold:,} of {counted(judged.information_sets, 'information set')} no entry fits: there {how}."
        )
        if judged.how_solved.solutions:
            screen.solved(judged.how_solved.to_dict())
    screen.heading("What it is worth, and what a best response to the others would add")
    rows = [(name, f"{judged.utilities[name]:z.4f}", f"{gain:z.4g}") for name, gain in judged.gains.items()]
    screen.table(("actor", ">utility", ">gain"), rows)
    _print_changes(judged)
    _print_failures(judged.failures)
    _print_beliefs(judged)


def _print_changes(judged: Judgement) -> None:
    for name, changes in judged.changes.items():
        if judged.nash or not changes:
            continue
        screen.heading(f"What {name} would do instead")
        for each in changes[:MOST_LISTED]:
            screen.say(f"{each.where}: `{each.better}` ({each.gain:.4g}), not {_moves(each.plays)}", indent=2)
        _more(len(changes))


def _print_failures(failures: tuple[Failure, ...]) -> None:
    if not failures:
        return
    screen.heading("Where somebody is not rational, given its beliefs there")
    for each in failures[:MOST_LISTED]:
        further = each.continuation is not None and each.continuation > 1.001 * each.gain
        later = f", and {each.continuation:.4g} with better moves later on" if further else ""
        screen.say(f"{each.where}: `{each.better}` gains {each.gain:.4g}{later}, not {_moves(each.plays)}", indent=2)
    _more(len(failures))


def _print_beliefs(judged: Judgement) -> None:
    if judged.misbeliefs:
        screen.heading("Beliefs that are not consistent")
        for each in judged.misbeliefs[:MOST_LISTED]:
            screen.say(_belief(each), indent=2)
        _more(len(judged.misbeliefs))
    screen.heading("What is believed")
    screen.say(
        f"Beliefs were told at {counted(judged.told, 'information set')}. Elsewhere they follow from Bayes' rule; at "
        f"{judged.unpinned:,}, which it leaves open, they are those of errors that are all equally rare."
    )
    for remark in judged.notes[:MOST_LISTED]:
        screen.say(remark, indent=2)


def _belief(each: Misbelief) -> str:
    if each.right is None:
        return f"{each.where}: this belief contradicts the others: {_moves(each.told)}"
    return f"{each.where}: Bayes' rule gives {_moves(each.right)}; told was {_moves(each.told)}"


def _moves(chances: Mapping[str, float]) -> str:
    """Names with their probabilities, the likeliest first: `0.8 offer, 0.2 wait`, numbers as `0.8 on 0.6`."""
    from detente.analysis.over_draws.ranking import by_value

    told = list(chances.items())
    ordered = [told[number] for number in by_value(chances.values())]
    return ", ".join(f"{p:.3g} {'on ' if DECIMAL.match(name) else ''}{name}" for name, p in ordered if p >= 0.0005)


def _more(count: int) -> None:
    if count > MOST_LISTED:
        screen.note(f"… and {count - MOST_LISTED:,} more; --json has all.")
