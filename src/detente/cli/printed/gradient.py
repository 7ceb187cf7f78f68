"""`detente ask --gradient`: how an answer moves with every assumption."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from detente.cli.terminal import screen

if TYPE_CHECKING:
    from detente.study.tables.gradients import Gradients

MOST_ASSUMPTIONS = 15
"""Number of assumptions that the terminal lists per answer; --json has all."""

NUMBERS_SHOWN = 5
"""Number of the unnamed numbers in formulas that the terminal lists per answer; --json has all."""

_LEAST = 5e-7


def show_gradients(found: Gradients, *, as_json: bool) -> None:
    """The assumptions that move each answer, the one that moves it most first, and how far to trust that."""
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
    spread = answer["draws"] is not None
    screen.table(
        ("assumption", "", ">across its range", ">per unit", ">90 % of draws")[: 5 if spread else 4],
        [_told(row, spread) for row in moving[:MOST_ASSUMPTIONS]],
    )
    left, still = len(moving) - MOST_ASSUMPTIONS, len(named) - len(moving)
    rest = [f"{left:,} more {'moves' if left == 1 else 'move'} it less"] if left > 0 else []
    rest += [f"{still:,} {'does' if still == 1 else 'do'} not move it at all"] if still else []
    if rest:
        screen.note("… " + ", ".join(rest) + "; --json prints all.")
    written = sorted((row for row in rows if row["kind"] == "number" and _moves(row)), key=_weight)
    if written:
        screen.say("", "Numbers without a name that move it most, per unit:")
        screen.table(
            ("number", ">per unit"), [(row["quantity"], _signed(row["derivative"])) for row in written[:NUMBERS_SHOWN]]
        )
    screen.say("", *answer["remarks"])


def _moves(row: dict[str, Any]) -> bool:
    return row["derivative"] is not None and abs(row["derivative"]) > _LEAST


def _weight(row: dict[str, Any]) -> tuple[bool, float]:
    """Sorts by the change across the range; what has no range comes after, by its derivative."""
    across = row["per_range"]
    return across is None, -abs(across if across is not None else row["derivative"] or 0.0)


def _told(row: dict[str, Any], spread: bool) -> tuple[str, ...]:
    across = "fixed" if row["per_range"] is None else _signed(row["per_range"])
    bare = " (rests on nothing)" if row["supported"] == "unsupported" else ""
    id = "" if row["kind"] == "preference" else row["quantity"]  # no option takes the id of a ranking
    cells = (id, row["name"] + bare, across, _signed(row["derivative"]))
    ends = (row["derivative_low"], row["derivative_high"])
    between = "" if None in ends else f"{_signed(ends[0])} to {_signed(ends[1])}"
    return (*cells, between) if spread else cells


def _signed(value: float | None) -> str:
    from detente.report.words import number

    if value is None:
        return "unknown"
    return f"+{number(value, 2)}" if value > 0 else number(value, 2)
