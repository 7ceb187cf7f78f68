"""`detente watch`, `worth` and `require`: what may be seen next, what to know, what would have to be true."""

from __future__ import annotations

from typing import Annotated

import typer

from detente.cli.options import AsJson, CaseName, Changes, Rationality, ScenarioName, Seed, settings
from detente.cli.terminal import screen
from detente.cli.terminal.progress import progress_bar

SampleDraws = Annotated[int, typer.Option(min=1, metavar="N", help="Draw the uncertain quantities N times.")]


def watch(
    case: CaseName,
    draws: SampleDraws = 100,
    seed: Seed = 0,
    rationality: Rationality = None,
    changes: Changes = None,
    scenario: ScenarioName = None,
    of: Annotated[
        str | None,
        typer.Option(
            "--of",
            metavar="READING",
            help="What sights would tell of this reading, or private variable ACTOR.VARIABLE, alone.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tells the moves that may be seen next, the chance of each, and the weight that each would have for each
    reading.
    """
    asked = settings(rationality, changes, scenario, draws, seed)
    import detente as dt
    from detente.report.cells import read
    from detente.report.learnt import Sighting
    from detente.report.naming import Names
    from detente.report.sections.watch import watch_rows
    from detente.study.plain import records
    from detente.study.tables.watching import require_subject

    loaded = dt.load(case)
    if of is not None:
        require_subject(loaded, of)
    none = {"claims": 0, "scenarios": 0, "questions": 0, "hinges": 0}
    with progress_bar() as progress:
        study = dt.run(loaded, **asked, inquiry_draws=none, progress=progress)
    found = study.watch(of)
    if as_json:
        screen.emit({"case": case, "how_solved": study.how_solved.to_dict(), "watch": records(found)})
        return
    screen.heading(f"What to watch: {study.case.title}")
    sightings = read(Sighting, found)
    if not sightings:
        screen.say("Nothing is left to be seen in this case, or nothing private to tell.")
    for what, rows in watch_rows(sightings, Names(study.case)) if sightings else ():
        screen.say(f"What each sight would tell of {what}; stages that draws do not tell apart share a place.")
        screen.table((">place", "stage", "sight", ">likely", ">held now", ">held then", ">settles"), rows)
    screen.solved(study.how_solved.to_dict())


def worth(
    case: CaseName,
    actor: Annotated[str, typer.Argument(metavar="ACTOR", help="Whose decision it is.", show_default=False)],
    move: Annotated[
        str | None,
        typer.Option(metavar="STAGE", help="Which decision; the next one open to it if left out.", show_default=False),
    ] = None,
    round: Annotated[int, typer.Option(min=0, metavar="N", help="Which round, of a repeated stage.")] = 0,
    draws: SampleDraws = 100,
    seed: Seed = 0,
    rationality: Rationality = None,
    changes: Changes = None,
    scenario: ScenarioName = None,
    as_json: AsJson = False,
) -> None:
    """Values knowing others' aims, unseen moves or quantities before an actor decides."""
    asked = settings(rationality, changes, scenario, draws, seed)
    import detente as dt
    from detente.report.cells import read
    from detente.report.learnt import Knowledge
    from detente.report.sections.worth import MEANING, decisions, headline, worth_rows, worth_sentences
    from detente.study.asked import worth as knowledge
    from detente.study.plain import records

    found = knowledge.worth(dt.load(case), actor, move=move, round=round, **asked)
    if as_json:
        screen.emit({"case": case, "how_solved": found.attrs["how_solved"], "worth": records(found)})
        return
    for decision in decisions(read(Knowledge, found)):
        screen.heading("What it would be worth to know")
        screen.say(headline(decision))
        screen.table(("to know", ">worth, of what is at stake", ">changes the choice"), worth_rows(decision))
        screen.say("", *worth_sentences(decision))
        screen.note(MEANING)
    screen.solved(found.attrs["how_solved"])


def require(
    case: CaseName,
    wish: Annotated[str, typer.Argument(metavar="WISH", help="Such as 'P(deal) >= 0.6'.", show_default=False)],
    events: Annotated[
        bool | None,
        typer.Option(
            "--events/--outset",
            help="Tell it given all events of the case's timeline, or before any of them; given them where there are "
            "any if left out.",
            show_default=False,
        ),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="ACTOR",
            help="Try the levers that this actor holds, its own moves, apart from facts that nobody chooses.",
            show_default=False,
        ),
    ] = None,
    draws: SampleDraws = 200,
    seed: Seed = 0,
    rationality: Rationality = None,
    changes: Changes = None,
    scenario: ScenarioName = None,
    as_json: AsJson = False,
) -> None:
    """Finds the conditions under which a wish holds, and the smallest change to the case that brings it about."""
    asked = settings(rationality, changes, scenario, draws, seed)
    import detente as dt
    from detente.study.asked import require as inverse

    found = inverse.require(dt.load(case), wish, events=events, by=by, **asked)
    if as_json:
        screen.emit({"case": case, **found.to_dict()})
        return
    screen.heading(f"What would have to be true: {found.wish.text}")
    screen.say(*inverse.sentences(found))
    screen.solved(found.how_solved.to_dict())
