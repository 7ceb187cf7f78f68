"""`detente ask`: numbers read off the solution, as it stands or with moves forced and forbidden."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from detente.cli.options import (
    AsJson,
    AtProfile,
    CaseName,
    Changes,
    Draws,
    Events,
    Forbid,
    Force,
    FromFit,
    Given,
    Rationality,
    ScenarioName,
    Seed,
    estimated,
    settings,
)
from detente.cli.printed.gradient import show_gradients
from detente.cli.terminal import screen
from detente.errors import CaseError, RequestError

if TYPE_CHECKING:
    from detente.crisis.model import Crisis
    from detente.game.compiling.compiled import CompiledGame


def ask(
    case: CaseName,
    quantities: Annotated[
        list[str],
        typer.Argument(
            metavar="QUANTITY...",
            help="Such as 'P(war)', 'E(demand)', 'U(iran) given (reply = talk)'.",
            show_default=False,
        ),
    ],
    rationality: Rationality = None,
    changes: Changes = None,
    scenario: ScenarioName = None,
    force: Force = None,
    forbid: Forbid = None,
    given: Given = None,
    events: Events = False,
    draws: Draws = None,
    seed: Seed = 0,
    gradient: Annotated[
        bool,
        typer.Option(
            "--gradient", help="How each quantity moves with every assumption: derivatives, the largest first."
        ),
    ] = False,
    fit: FromFit = None,
    at: AtProfile = None,
    as_json: AsJson = False,
) -> None:
    """Ask for quantities of interest: probabilities, expectations, utilities.

    With --set, --scenario, --force or --forbid also for the difference to the case as it stands, on the same draws.
    """
    asked = settings(rationality, changes, scenario, draws, seed)
    if gradient and (force or forbid or given or events):
        raise RequestError("--gradient goes with none of --force, --forbid, --given and --events")
    import detente as dt

    named = estimated(case, fit, at)
    loaded = dt.load(named) if isinstance(named, str) else named
    bound: dict[str, Any] = {"force": force or (), "forbid": forbid or (), "given": given or (), "events": events}
    try:
        if gradient:
            show_gradients(dt.gradient(loaded, *quantities, **asked), as_json=as_json)
            return
        answers = dt.ask(loaded, *quantities, **asked, **bound).to_dict()
    except CaseError as error:
        if all(problem.where and problem.where.file == "quantity" for problem in error.problems):
            screen.problems(error.problems)
            raise typer.Exit(2) from error  # the case is good; what was asked of it is not
        raise
    if as_json:
        screen.emit(answers)
        return
    if changes or scenario or force or forbid:
        _print_differences(answers)
    else:
        _print_answers(answers)
    for each in answers.values():
        if "selection" in each:
            screen.say(each["selection"]["says"])
    if any(each["value"] is None for each in answers.values()):
        screen.note("None: what is given never happens, or the formula divides by zero.")
    screen.solved(next(iter(answers.values()))["how_solved"])
    screen.note(_since(loaded, next(iter(answers.values()))))
    if draws is None:
        screen.note("Every uncertain quantity is at its median; --draws N gives means and intervals.")


def _since(case: Crisis | CompiledGame, answer: dict[str, Any]) -> str:
    """Sentences on the moment from which the answers are told, and on the effective number of draws that the events
    leave.
    """
    from detente.analysis.over_draws.intervals import FEW_DRAWS
    from detente.crisis.inquiry import OUTSET
    from detente.crisis.model import Crisis
    from detente.report.words import counted, sentence
    from detente.study.running.weights import weighed

    crisis = case if isinstance(case, Crisis) else case.crisis
    said = f"{sentence(answer['says'])}."
    if answer["when"] == OUTSET:
        events = len(crisis.timeline) if crisis is not None else 0
        return (
            f"{said} The case has seen {counted(events, 'event')}: --events tells it given these." if events else said
        )
    if not answer["draws"]:
        return said
    return f"{said} {weighed(answer['draws'], answer['effective_draws'], answer['effective_draws'] < FEW_DRAWS)}"


def _print_answers(answers: dict[str, Any]) -> None:
    rows = [(name, _number(each["value"]), *_span(each["low"], each["high"])) for name, each in answers.items()]
    screen.table(("quantity", ">value", ">90 % of draws")[: max(map(len, rows), default=2)], rows)


def _print_differences(answers: dict[str, Any]) -> None:
    from detente.report.words import percent

    rows = [
        (
            name,
            _number(each["baseline"]),
            _number(each["value"]),
            _number(each["difference"]),
            *_span(each["difference_low"], each["difference_high"], 2),
            *([percent(each["sign_share"])] if each["sign_share"] is not None else []),
        )
        for name, each in answers.items()
    ]
    columns = ("quantity", ">as it stands", ">then", ">difference", ">90 % of draws", ">same sign")
    screen.table(columns[: max(map(len, rows), default=4)], rows)
    screen.note(
        "Then: with what is set, forced or forbidden, which everybody knows. Differences are on the same draws, one by "
        "one."
    )


def _number(value: float | None, digits: int = 3) -> str:
    from detente.report.words import number

    return "none" if value is None else number(value, digits)


def _span(low: float | None, high: float | None, digits: int = 3) -> tuple[str, ...]:
    return () if low is None or high is None else (f"{_number(low, digits)} to {_number(high, digits)}",)
