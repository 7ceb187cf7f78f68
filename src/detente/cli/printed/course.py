"""The likely course of play in the terminal: an outline of the ways it can go, or their picture in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from detente.cli.terminal import screen

LEAST_IN_OUTLINE = 0.05
"""Share of the beginning below which the outline sums branches."""

_OBSERVERS = {None: "an outside analyst, who sees every move", "everybody": "everybody alike"}


def print_course(
    case: str, asked: dict[str, Any], view: dict[str, Any], picture: Path | None, *, as_json: bool
) -> None:
    """Solve a case and tell, or draw, the ways play can go.

    asked: settings of `solve`. view: observer, beginning and least share, as `SolvedGame.histories` takes them; None
    for the usual.
    """
    import detente as dt
    from detente.report.charts.game_picture import GamePicture, drawable, least_for

    if picture is not None:
        drawable(picture)  # what cannot be written is refused before anything is solved
    solved = dt.solve(dt.load(case), **asked)
    least = view["least"]
    if least is None:
        least = LEAST_IN_OUTLINE if picture is None else least_for(GamePicture.height)
    tree = solved.histories(view["seen_by"], view["root"], least)
    drawn = GamePicture(tree, solved.solved.crisis)
    if picture is not None:
        drawn.save(picture)
    if as_json:
        screen.emit(tree.to_dict())
        return
    if picture is not None:
        screen.say(f"The ways play can go are drawn in {picture}.")
        return
    seen_by = view["seen_by"]
    screen.heading(f"The ways play can go, as seen by {_OBSERVERS.get(seen_by, seen_by)}")
    if tree.address:
        screen.say(f"After {tree.address}:")
    for line in drawn.outline().splitlines():
        screen.say(line.lstrip(), indent=len(line) - len(line.lstrip()) + 2)
    screen.note(
        "Of a move its probability where it is made, of an ending its probability in all. Rarer ways are summed: "
        "--least 0.01 tells more of them, --after 'STAGE: MOVE / …' goes on from a history."
    )
    screen.solved(solved.how_solved.to_dict())
