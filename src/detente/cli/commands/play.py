"""`detente play`: one actor played by a person against the solved others."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated

import typer

from detente.cli.options import AsJson, CaseName, Changes, Rationality, ScenarioName, settings
from detente.cli.terminal import screen
from detente.errors import RequestError

if TYPE_CHECKING:
    from detente.analysis.playing.playing import Playing
    from detente.report.naming import Names
    from detente.study.asked.answers import SolvedGame

_SEEDS = 2**31
"""Number of seeds of which one is taken where none is asked for."""


def play(
    case: CaseName,
    seat: Annotated[str, typer.Option("--seat", metavar="ACTOR", help="The actor that you play.", show_default=False)],
    seed: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="S",
            help="What luck holds, what the others privately are and what they do; without it, nobody knows.",
            show_default=False,
        ),
    ] = None,
    moves: Annotated[
        list[str] | None,
        typer.Option("--move", metavar="MOVE", help="Make this move, then the next. Repeatable.", show_default=False),
    ] = None,
    advice: Annotated[
        bool, typer.Option("--advice/--no-advice", help="Tell what each move is worth, and what to believe.")
    ] = True,
    rationality: Rationality = None,
    changes: Changes = None,
    scenario: ScenarioName = None,
    as_json: AsJson = False,
) -> None:
    """Play one actor against the solved others; at the end, what they were and what it cost."""
    asked = settings(rationality, changes, scenario, None, 0)
    import detente as dt
    from detente.report.naming import Names
    from detente.report.playing.words import private_words

    solved = dt.solve(dt.load(case), **asked)
    seed = secrets.randbelow(_SEEDS) if seed is None else seed
    playing = solved.play(seat, seed=seed, moves=moves or ())
    if as_json:
        _print_json(playing, solved, advice=advice)
        return
    names = Names(solved.solved.crisis)
    screen.heading(f"{solved.solved.crisis.title}: you are {names.actor(seat)}")
    screen.say(private_words(playing.view(), names) or "You know nothing that others do not.")
    told = 0
    while True:
        told = _print_moment(playing, names, told)
        if playing.over:
            break
        on = _moved(playing, names, advice=advice)
        if on is None:
            made = "".join(f" --move '{move}'" for move in playing.moves)
            screen.note(f"The game is taken up again with --seat {seat} --seed {seed}{made}")
            return
        playing = on
    _print_hindsight(playing, names)
    screen.note(f"The same game again: --seed {seed}.")
    screen.solved(solved.how_solved.to_dict())


def _print_json(playing: Playing, solved: SolvedGame, *, advice: bool) -> None:
    found: dict[str, object] = {"view": playing.view().to_dict(), "how_solved": solved.how_solved.to_dict()}
    if playing.over:
        found["hindsight"] = playing.hindsight().to_dict()
    elif advice:
        found["advice"] = playing.advice().to_dict()
    screen.emit(found)


def _print_moment(playing: Playing, names: Names, told: int) -> int:
    """Print what the seat has come to see since; returns how many moves it has seen by now."""
    from detente.report.playing.words import decision_words, seen_words

    view = playing.view()
    for each in view.seen[told:]:
        screen.say(f"· {seen_words(each, names)}", indent=2)
    screen.heading(decision_words(view, names))
    return len(view.seen)


def _moved(playing: Playing, names: Names, *, advice: bool) -> Playing | None:
    """The game with the move that the player chooses; None where no more is typed."""
    from detente.report.playing.words import belief_lines, open_moves

    situation = playing.advice() if advice else None
    if situation is not None:
        for line in belief_lines(situation.belief, names):
            screen.say(f"You may believe of {line}", indent=2)
    choices = open_moves(playing.view(), names, situation)
    head = (">", "move", *((">the solution does it", ">worth") if advice else ()))
    rows = [
        (str(k), each.name, *((each.played, each.worth) if advice else ())) for k, each in enumerate(choices, start=1)
    ]
    screen.table(head, rows)
    while (answer := screen.asked("Your move, by number or name")) is not None:
        chosen = choices[int(answer) - 1].move if answer.isdecimal() and 0 < int(answer) <= len(choices) else answer
        chosen = next((each.move for each in choices if each.name.casefold() == chosen.casefold()), chosen)
        try:
            return playing.make(chosen)
        except RequestError as error:
            screen.complain(str(error))
    return None


def _print_hindsight(playing: Playing, names: Names) -> None:
    from detente.report.playing.words import hindsight_lines

    for title, lines in hindsight_lines(playing.hindsight(), names):
        screen.heading(title)
        for line in lines:
            screen.say(line, indent=2)
