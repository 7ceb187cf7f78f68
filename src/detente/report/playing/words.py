"""A game that a person plays, in words: the moment as its seat sees it, advice, and hindsight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detente.crisis.play import NATURE
from detente.report.naming import Names
from detente.report.words import number, percent, sentence

if TYPE_CHECKING:
    from detente.analysis.at_decision import Situation
    from detente.analysis.finding_histories import Passed
    from detente.analysis.playing.hindsight import Hindsight, LookedBack, Other
    from detente.analysis.playing.playing import SeatView
    from detente.analysis.playing.positions import SeenMove

_AS_GOOD = 1e-9
"""Payoff by which a move may be worth less than the best and still be as good."""


@dataclass(frozen=True, slots=True)
class OpenMove:
    """A move that is open: its name in the case, for a reader, and what the advice says of it (else empty)."""

    move: str
    name: str
    played: str = ""
    worth: str = ""


def seen_words(move: SeenMove | Passed, names: Names) -> str:
    """A move that was seen: "Iran, Tehran's first word: dismisses the letter"."""
    when = f", round {move.round}" if move.round else ""
    who = "" if move.actor == NATURE else f"{names.actor(move.actor)}, "
    return sentence(f"{who}{names.stage(move.stage)}{when}: {names.move(move.stage, move.move)}")


def private_words(view: SeatView, names: Names) -> str:
    """The private values of a seat, in a sentence; empty where it has none."""
    told = [f"{names.thing(variable)}: {names.thing(value)}" for variable, value in view.private]
    return f"What only you know: {'; '.join(told)}." if told else ""


def decision_words(view: SeatView, names: Names) -> str:
    """The decision before a seat, or that it waits, or how it ended."""
    if view.over:
        return f"It ends: {names.outcome(view.outcome)}."
    if not view.moves:
        return "Another seat is to move."
    when = f", round {view.round}" if view.round else ""
    return f"Your decision, {names.stage(view.stage)}{when}:"


def open_moves(view: SeatView, names: Names, advice: Situation | None = None) -> list[OpenMove]:
    """The moves of a seat's decision, with advice where it is wanted."""
    told = {each.move: each for each in advice.moves} if advice is not None else {}
    found: list[OpenMove] = []
    for move in view.moves:
        name = names.move(view.stage, move)
        if (own := told.get(move)) is None:
            found.append(OpenMove(move, name))
            continue
        found.append(OpenMove(move, name, percent(own.probability), number(own.worth)))
    return found


def belief_rows(beliefs: Mapping[str, Mapping[str, float]], names: Names) -> list[tuple[str, list[tuple[str, float]]]]:
    """Beliefs for bars or lines: by what is unknown the values with their probabilities."""
    return [
        (_unknown(name, names), [(_value(name, value, names), p) for value, p in belief.items()])
        for name, belief in beliefs.items()
    ]


def belief_lines(beliefs: Mapping[str, Mapping[str, float]], names: Names) -> list[str]:
    """Beliefs as lines: "United States: aim: leverage 60 %, pretext 40 %"."""
    return [
        f"{what}: {', '.join(f'{value} {percent(p)}' for value, p in told)}"
        for what, told in belief_rows(beliefs, names)
    ]


def known_words(known: Mapping[str, str], names: Names) -> str:
    """Private values, or what was seen by stage, in one line; empty for nothing."""
    told = [f"{_unknown(name, names)}: {_value(name, value, names)}" for name, value in known.items()]
    return "; ".join(told)


def hindsight_lines(told: Hindsight, names: Names) -> list[tuple[str, list[str]]]:
    """Hindsight as headed lines: the others, what was not seen, each decision, what it cost."""
    found = [("What the others were", [_other(each, names) for each in told.others])]
    unseen = [
        seen_words(each.move, names)
        + (f" (you saw: {names.move(each.move.stage, each.looked)})" if each.looked else "")
        for each in told.unseen
    ]
    found.append(("What you did not see", unseen))
    found.append(("Your decisions", list(_decisions(told.decisions, names))))
    found.append(("What it cost", _cost(told, names)))
    return [(title, lines) for title, lines in found if lines]


def _other(each: Other, names: Names) -> str:
    after = "" if each.after != each.after else f", and from what you saw by the end {percent(each.after)}"
    return (
        f"{sentence(names.private(f'{each.actor}.{each.variable}'))}: {names.thing(each.value)}. "
        f"You could have held that to be {percent(each.before)} likely at the outset{after}."
    )


def _decisions(decisions: Iterable[LookedBack], names: Names) -> Iterable[str]:
    for each in decisions:
        when = f", round {each.round}" if each.round else ""
        made, best = names.move(each.stage, each.made), names.move(each.stage, each.best)
        verdict = (
            "nothing was worth more, by what you knew"
            if each.loss <= _AS_GOOD
            else f"“{best}” was worth {number(each.loss)} more, by what you knew"
        )
        yield (
            f"{sentence(names.stage(each.stage))}{when}: “{made}”, which the solution does {percent(each.played)} of "
            f"the time; {verdict}."
        )


def _cost(told: Hindsight, names: Names) -> list[str]:
    return [
        f"This ending is worth {number(told.payoff)} to {names.actor(told.actor)}.",
        f"From the outset, as you played could expect {number(told.worth)}; the solution’s own play "
        f"{number(told.of_solution)}; the best reply to the others {number(told.cost)} more than yours.",
    ]


def _unknown(name: str, names: Names) -> str:
    """A thing by its name in beliefs: `actor.variable`, a private `variable`, `stage` or `stage (round 2)`."""
    if "." in name and name.partition(".")[0] in {actor.id for actor in names.crisis.actors}:
        return names.private(name)
    stage, mark, round = name.partition(" (")
    return names.thing(name) if names.stage(stage) == stage else f"{names.stage(stage)}{mark}{round}"


def _value(name: str, value: str, names: Names) -> str:
    stage = name.partition(" (")[0]
    return names.move(stage, value) if stage in {each.id for each in names.crisis.stages()} else names.thing(value)
