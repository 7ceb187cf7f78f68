"""`detente diff`: two versions of a case, or two studies, compared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detente.cli.commands.studies import LibraryName
from detente.cli.options import AsJson, Rationality
from detente.cli.terminal import screen
from detente.cli.terminal.progress import progress_bar
from detente.errors import CaseError, RequestError
from detente.plurals import counted

if TYPE_CHECKING:
    from detente.study.compared.diff import Diff

LISTED = 12
"""Changes of words and of what is asked that the terminal lists; --json has them all."""


def _side(which: str) -> typer.models.ArgumentInfo:
    return typer.Argument(
        metavar=which,
        help="A case file, a catalogue name, a study file, or a study of the library by its id or as `last`.",
        show_default=False,
    )


def diff(
    before: Annotated[str, _side("A")],
    after: Annotated[str, _side("B")],
    ask: Annotated[
        list[str] | None,
        typer.Option(
            metavar="QUANTITY", help="Compare a quantity of interest as well. Repeatable.", show_default=False
        ),
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Draws common to both; the study's own, else 100.", show_default=False),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, metavar="S", help="Their seed; the study's own, else 0.", show_default=False)
    ] = None,
    rationality: Rationality = None,
    hull: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            dir_okay=False,
            help="Write a case in which everything on which the two part is open between them, and stop there.",
            show_default=False,
        ),
    ] = None,
    library: LibraryName = None,
    as_json: AsJson = False,
) -> None:
    """Compare two versions of a case, or two analysts' cases: where they part, and what each difference does."""
    if hull is not None:
        _write_hull(before, after, hull, library)
        return
    from detente.study.compared.diff import diff as compare

    try:
        with progress_bar() as progress:
            found = compare(
                before,
                after,
                ask=tuple(ask or ()),
                rationality=rationality,
                draws=draws,
                seed=seed,
                library=library,
                progress=progress,
            )
    except CaseError as error:
        if all(problem.where and problem.where.file == "quantity" for problem in error.problems):
            screen.problems(error.problems)
            raise typer.Exit(2) from error  # the cases are good; what was asked of them is not
        raise
    if as_json:
        screen.emit(found.to_dict())
        return
    _print(found)


def _write_hull(before: str, after: str, path: Path, library: str | None) -> None:
    """Writes the hull of two cases to a file that does not exist yet."""
    from detente.case.written_back.write import write_case
    from detente.study.compared.hull import hull
    from detente.study.compared.loading import version_of

    if path.exists():
        raise RequestError(f"{path} exists already: name a file that does not")
    first, second = (version_of(each, library, None).crisis for each in (before, after))
    made = hull(first, second)
    write_case(made, path)
    own = [each for each in made.quantities if each not in (*first.quantities, *second.quantities)]
    screen.say(
        f"{path}: {counted(len(own), 'quantity', 'quantities')} open between the two. What `detente run {path}` "
        "hinges on is which of their differences matter."
    )


def _print(found: Diff) -> None:
    from detente.report.comparing import opening
    from detente.study.compared.alterations import AlterationKind

    screen.heading(f"{found.before.label} → {found.after.label}")
    if found.before.crisis.title != found.after.crisis.title:
        screen.say(f"“{found.before.crisis.title}” → “{found.after.crisis.title}”")
    if not found.edits and not found.settings:
        screen.say("The two say the same: no assumption, question or word differs.")
        return
    _print_settings(found)
    _print_edits(found)
    if found.same:
        moved = any(each.kind is not AlterationKind.ANSWERS for each in found.edits)
        screen.heading("What changed in the answers")
        screen.say("Nothing: no assumption differs." + (" Claims may be others." if moved else ""))
    else:
        screen.heading("What changed in the answers")
        screen.say(opening(found))
        _print_answers(found)
    _print_claims(found)
    _print_shares(found)
    screen.solved(found.how_solved.to_dict())


def _print_settings(found: Diff) -> None:
    if found.settings:
        screen.heading("What differs between the studies")
        screen.table(("setting", "first", "second"), found.settings)


def _print_edits(found: Diff) -> None:
    from detente.report.comparing import written
    from detente.study.compared.alterations import AlterationKind, CrisisPart

    for part in CrisisPart:
        if told := list(written(found, AlterationKind.ANSWERS, part)):
            screen.heading(f"What changed in the assumptions: {part.value}")
            for what, how in told:
                screen.say(what)
                screen.say(*how, indent=4)
    headings = {
        AlterationKind.ASKED: "What is asked differently",
        AlterationKind.WORDS: "What is worded or supported differently",
    }
    for kind, title in headings.items():
        told = list(written(found, kind))
        if not told:
            continue
        screen.heading(title)
        shown = told[:LISTED]
        for what, how in shown:
            screen.say(what)
            screen.say(*how, indent=4)
        if len(shown) < len(told):
            screen.note(f"… and {len(told) - len(shown):,} more; --json has all.")


def _print_answers(found: Diff) -> None:
    from detente.crisis.inquiry import EVENTS, OUTSET
    from detente.report import comparing
    from detente.study.compared.paired import ASKED, ENDING, GROUP, READING

    when = comparing.when_told(found)
    outset = {each.key.id: each for each in found.answers if each.key.when == OUTSET}
    for kind, noun in ((GROUP, "group of endings"), (ENDING, "ending"), (READING, "reading")):
        told = comparing.answers(found, kind, when)
        if not told:
            continue
        rows = [comparing.answer_row(each) for each in told]
        columns = (noun, ">first", ">second", ">points", ">90 % of draws", ">same sign")
        heading = "What is believed" if kind == READING else "How it may end"
        if when == EVENTS:
            heading += ", given the events seen"
            columns = (*columns, ">at first")
            early = [comparing.points_cells(comparing.estimate(outset[each.key.id].difference))[0] for each in told]
            rows = [(*row, points) for row, points in zip(rows, early, strict=True)]
        screen.heading(heading)
        screen.table(columns, rows)
    if when == EVENTS:
        screen.note("At first: the points at the outset, before any event; --json has all of it.")
    for moment in dict.fromkeys((when, OUTSET)):
        asked = [comparing.asked_row(each) for each in comparing.answers(found, ASKED, moment)]
        if not asked:
            continue
        screen.heading(f"What was asked, {comparing.MOMENTS[moment]}" if found.events else "What was asked")
        screen.table(("quantity", ">first", ">second", ">difference", ">90 % of draws", ">same sign"), asked)
    screen.say("", *(comparing.said(each) for each in comparing.moved(found)))


def _print_claims(found: Diff) -> None:
    from detente.report.comparing import verdict

    if not found.claims:
        return
    screen.heading("Whose theory holds")
    for claim in found.claims:
        said = claim.claim
        screen.say(f"{said.says}{f' ({said.by})' if said.by else ''}")
        screen.say(verdict(claim, found), indent=2)


def _print_shares(found: Diff) -> None:
    from detente.report import comparing

    if not found.attribution.groups:
        return
    screen.heading("Which change did it")
    screen.say(comparing.how_shared(found))
    told = comparing.moved(found)
    if not told:
        screen.say("No ending or reading moved by half a point or more, so there is nothing to share out.")
    for each in told:
        rows = [(one.place, one.changes, *one.row) for one in comparing.shares(found, each.key)]
        name = comparing.sentence(comparing.plain(each.name))
        screen.say("")
        by = ">points" if each.key.kind != "asked" else ">by"
        screen.table((">place", name, by, ">90 % of draws", ">same sign"), rows)
    if any(len(found.attribution.shares[each.key].values) > 1 for each in told):
        screen.note("place: changes that share one are not told apart by these draws.")
