"""`detente ask --gradient`: how an answer moves with every assumption."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from detente.cli.terminal import screen

if TYPE_CHECKING:
    from detente.study.tables.gradients import Gradients

MOST_ASSUMPTIONS = 15
"""Number of assumptions that the terminal lists per answer; --json has all."""

NUMBERS_SHOWN = 5
"""Number of the unnamed numbers in formulas that the terminal lists per answer, ties with the last apart."""

_LEAST = 5e-7


def show_gradients(found: Gradients, *, as_json: bool) -> None:
    """The assumptions that move each answer by their places, and how far to trust that."""
    if as_json:
        screen.emit(found.to_dict())
        return
    for text, answer in found.to_dict().items():
        _print_one(text, answer)
    screen.solved(found.how_solved.to_dict())
    if found.draws is None:
        screen.note("Every uncertain quantity is at its median; --draws N shows how derivatives differ over draws.")


def _print_one(text: str, answer: dict[str, Any]) -> None:
    from detente.report.words import number

    screen.heading(f"{text} = {'none' if answer['value'] is None else number(answer['value'])}")
    rows = answer["derivatives"]
    named = sorted((row for row in rows if row["kind"] != "number"), key=_weight)
    moving = [row for row in named if _moves(row)]
    shared = Counter((row["per_range"] is None, row["place"]) for row in named)
    spread = answer["draws"] is not None
    columns = ("assumption", "", ">across its range", ">per unit")
    screen.table(
        (">place", *columns, ">90 % of draws") if spread else columns,
        [_told(row, shared, spread) for row in moving[:MOST_ASSUMPTIONS]],
    )
    left, still = len(moving) - MOST_ASSUMPTIONS, len(named) - len(moving)
    moves = "moves" if left == 1 else "move"
    rest = (
        [f"{left:,} more {moves} it {'but no farther, as far as draws tell' if spread else 'less'}"] if left > 0 else []
    )
    rest += [f"{still:,} {'does' if still == 1 else 'do'} not move it at all"] if still else []
    if rest:
        screen.note("… " + ", ".join(rest) + "; --json prints all.")
    written = sorted((row for row in rows if row["kind"] == "number" and _moves(row)), key=_weight)
    if written:
        screen.say("", "Numbers without a name that move it most, per unit:")
        screen.table(
            ("number", ">per unit"),
            [(row["quantity"], _signed(row["derivative"])) for row in written if row["place"] <= NUMBERS_SHOWN],
        )
    screen.say("", *answer["remarks"])


def _moves(row: dict[str, Any]) -> bool:
    return row["derivative"] is not None and abs(row["derivative"]) > _LEAST


def _weight(row: dict[str, Any]) -> tuple[bool, int]:
    """Sorts by the place; what has no range comes after."""
    return row["per_range"] is None, row["place"]


def _told(row: dict[str, Any], shared: Counter[tuple[bool, int]], spread: bool) -> tuple[str, ...]:
    from detente.report.sections.hinges import shared_words

    across = "fixed" if row["per_range"] is None else _signed(row["per_range"])
    bare = " (rests on nothing)" if row["supported"] == "unsupported" else ""
    id = "" if row["kind"] == "preference" else row["quantity"]  # no option takes the id of a ranking
    cells = (id, row["name"] + bare, across, _signed(row["derivative"]))
    ends = (row["derivative_low"], row["derivative_high"])
    between = "" if None in ends else f"{_signed(ends[0])} to {_signed(ends[1])}"
    place = "" if row["per_range"] is None else shared_words(row["place"], shared[False, row["place"]])
    return (place, *cells, between) if spread else cells


def _signed(value: float | None) -> str:
    from detente.report.words import number

    if value is None:
        return "unknown"
    return f"+{number(value, 2)}" if value > 0 else number(value, 2)
