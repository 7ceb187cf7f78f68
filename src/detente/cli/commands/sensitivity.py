"""`detente sensitivity`: which uncertain quantity drives an answer, alone and together with others."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from detente.cli.options import (
    AsJson,
    AtProfile,
    CaseName,
    Changes,
    FromFit,
    Rationality,
    ScenarioName,
    Seed,
    estimated,
    settings,
)
from detente.cli.terminal import screen
from detente.cli.terminal.progress import progress_bar
from detente.plurals import counted

if TYPE_CHECKING:
    from detente.study.asked.sobol import Design


def sensitivity(
    case: CaseName,
    of: Annotated[
        list[str] | None,
        typer.Option(metavar="QUANTITY", help="Such as 'P(war)'; every ending if left out. Repeatable."),
    ] = None,
    inputs: Annotated[
        list[str] | None,
        typer.Option(
            "--quantity",
            metavar="NAME[,NAME]",
            help="What to vary by itself, or several as one: quantities, rationality, preferences.ACTOR. Repeatable; "
            "without it, what moves the answers most at the median.",
            show_default=False,
        ),
    ] = None,
    top: Annotated[int, typer.Option(min=1, metavar="K", help="How many to choose where none is named.")] = 8,
    solutions: Annotated[int, typer.Option(min=1, metavar="N", help="Solve at most so many times.")] = 1500,
    seed: Seed = 0,
    rationality: Rationality = None,
    changes: Changes = None,
    scenario: ScenarioName = None,
    fit: FromFit = None,
    at: AtProfile = None,
    as_json: AsJson = False,
) -> None:
    """Measures the influence of each uncertain quantity on an answer: first-order and total Sobol indices.

    At the outset and given the events. Says how many solutions that takes before it begins.
    """
    asked = settings(rationality, changes, scenario, None, seed)
    del asked["draws"]
    import detente as dt
    from detente.study.asked.sobol import plan_totals, totals
    from detente.study.plain import records

    named = estimated(case, fit, at)
    design = plan_totals(
        dt.load(named) if isinstance(named, str) else named,
        *(of or ()),
        inputs=inputs or (),
        top=top,
        solutions=solutions,
        **asked,
    )
    if not as_json:
        screen.heading(f"What drives the answer: {design.prepared.crisis.title}")
        screen.say(_cost(design))
    with progress_bar() as progress:
        found = totals(design, lambda done: progress("Sobol indices", done, design.solutions))
    rows = records(found.to_frame())
    if as_json:
        solved = {"solutions": design.solutions, "samples": design.samples, "how_solved": found.how_solved.to_dict()}
        screen.emit({"case": case, **solved, "indices": rows})
        return
    for text in design.interests:
        for when in ("events", "outset"):
            own = [row for row in rows if (row["of"], row["when"]) == (text, when)]
            if own:
                _show(text, when, own)
    screen.note(
        "alone: share of the differences between draws that it explains by itself; in all: with what it does together "
        "with the others (first-order and total Sobol indices, intervals of nine in ten). place: by what it explains "
        "in all; what resamples do not tell apart shares one, and stands in the order of the case or as named. "
        "Beside each name, its mean in the lowest and in the highest quarter of draws; the answer is the mean in "
        "either. Indices count draws alike, also given the events: their design needs quantities that are independent."
    )
    screen.solved(found.how_solved.to_dict())


def _cost(design: Design) -> str:
    varied = len(design.inputs) + bool(design.left)
    rest = ""
    if design.left:
        rest = f" and the {len(design.left):,} others as one; --quantity NAME or --top K chooses otherwise"
    return (
        f"{counted(design.samples, 'sample')} of {varied + 2:,} points are {counted(design.solutions, 'solution')}: "
        f"{len(design.inputs):,} varied one by one{rest}."
    )


def _show(text: str, when: str, rows: list[dict[str, Any]]) -> None:
    screen.heading(f"{text}, {'given the events seen' if when == 'events' else 'at the outset'}")
    known = [row for row in rows if row["total"] is not None]
    if not known:
        screen.say("It does not differ between the points that could be solved, so nothing drives it.")
        return
    ranked = sorted(known, key=lambda row: (row["input"] == "rest", row["place"]))
    shared = Counter(row["place"] for row in ranked)
    columns = (">place", "varied", ">answer", ">alone", ">in all")
    screen.table(columns, [(_place(row, shared), *_cells(row)) for row in ranked])
    alone = sum(max(row["first"], 0.0) for row in known)
    if alone < 0.9:
        screen.say(f"One by one they explain {alone:.0%} of the differences; the rest is what they do together.")


def _place(row: dict[str, Any], shared: Counter[int]) -> str:
    from detente.report.sections.hinges import shared_words

    return shared_words(row["place"], shared[row["place"]]) if row["place"] else ""


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    from detente.report.words import number

    name, answer = row["name"], ""
    if row["low_value"] is not None:
        name += f", {number(row['low_value'], 2)} → {number(row['high_value'], 2)}"
        answer = f"{number(row['at_low'], 2)} → {number(row['at_high'], 2)}"
    bare = " (rests on nothing)" if row["supported"] == "unsupported" else ""
    return name + bare, answer, _share(row, "first"), _share(row, "total")


def _share(row: dict[str, Any], which: str) -> str:
    """An index with its interval, neither outside 0 to 1."""
    middle, low, high = (min(1.0, max(0.0, row[f"{which}{end}"])) for end in ("", "_low", "_high"))
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"
