"""The questions of `detente new --ask`, one after another in the terminal."""

from __future__ import annotations

from collections.abc import Iterator

import typer

from detente.case.beginnings.asked import MOST_PARTY_TURNS, Choice, FirstAnswers, Happened, Party, PartyTurn, Want
from detente.cli.terminal import screen


def ask() -> FirstAnswers:
    """The analyst's answers; an empty answer leaves a question open."""
    screen.say("An empty answer leaves a question open. Commas stand between several answers.")
    title = _one("What is the crisis called")
    endings = _several("How could it end")
    names = _several("Who decides")
    sides = tuple(_side(name, endings) for name in names)
    turns = tuple(_turns(names, endings))
    otherwise = _one("How does it end when nobody moves any more") if turns else ""
    return FirstAnswers(title, sides, endings, turns, otherwise, tuple(_happened(turns)))


def _side(name: str, endings: tuple[str, ...]) -> Party:
    wants = _several(f"What might {name} privately want")
    return Party(name, tuple(_want(name, want, endings) for want in wants))


def _want(name: str, want: str, endings: tuple[str, ...]) -> Want:
    shown = f" ({', '.join(endings)})" if endings else ""
    best = _one(f"If {name} wants “{want}”: which ending is best for it{shown}")
    return Want(want, best, _one("And which is worst") if best else "")


def _turns(names: tuple[str, ...], endings: tuple[str, ...]) -> Iterator[PartyTurn]:
    for number in range(1, MOST_PARTY_TURNS + 1):
        who = _one(f"Turn {number}: who moves (empty: nobody any more)")
        if not who:
            return
        about = _one("What is decided there")
        choices = tuple(_choice(name, endings) for name in _several(f"What can {who} do"))
        hidden = _several("Who does not see it") if len(names) > 1 else ()
        yield PartyTurn(who, choices, about, hidden)


def _choice(name: str, endings: tuple[str, ...]) -> Choice:
    shown = f" ({', '.join(endings)})" if endings else ""
    return Choice(name, _one(f"“{name}”: how does it end then{shown}; empty: it goes on"))


def _happened(turns: tuple[PartyTurn, ...]) -> Iterator[Happened]:
    for number, turn in enumerate(turns, 1):
        seen = _one(f"What was really seen at turn {number} ({turn.about or turn.side}; empty: nothing yet)")
        if not seen:
            return
        yield Happened(number, seen, _one("On which day, such as 2025-03-07"))


def _one(question: str) -> str:
    return str(typer.prompt(question, default="", show_default=False)).strip()


def _several(question: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in _one(question).split(",") if word.strip())
