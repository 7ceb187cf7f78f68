"""An assessment that somebody supplies, brought onto a game: behaviour at every information set, and beliefs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente.analysis.knowledge import Known, known_at
from detente.case.profile_text import Entry, Named, ProfileText
from detente.case.spelling.suggest import did_you_mean
from detente.crisis.model import Crisis
from detente.errors import CaseError, Problem
from detente.game.arrays import Game
from detente.game.histories import set_numbers

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class NamedInfoset:
    """An information set as a profile can name it. conditions: names to values; moves: labels in the game's order."""

    infoset: int
    actor: str
    stage: str
    round: int
    number: int
    label: str
    private: dict[str, str]
    knows: dict[str, str]
    unknown: dict[str, tuple[tuple[str, ...], NDArray[np.int32]]]
    moves: tuple[str, ...]

    def __str__(self) -> str:
        where = f"`{self.stage}`" if self.stage else f"information set {self.number}"
        where += f" `{self.label}`" if self.label and not self.stage else ""
        where += f", round {self.round}" if self.round else ""
        known = ", ".join(f"{name}: {value}" for name, value in (*self.private.items(), *self.knows.items()))
        return f"{self.actor} at {where}{f' ({known})' if known else ''}"


@dataclass(eq=False)
class Assessment:
    """behaviour [action]; beliefs [position in infoset_nodes], NaN where none was told.

    entry [infoset]: number of the entry that decides there, 0 where none fits. notes: what could not be used, and why.
    """

    places: list[NamedInfoset]
    behaviour: Floats
    beliefs: Floats
    entry: list[int]
    notes: list[str] = field(default_factory=list[str])


def places_of(game: Game, crisis: Crisis | None) -> list[NamedInfoset]:
    """Every information set of a game, as a profile can name it."""
    if crisis is not None and game.story is not None:
        return [_told(game, crisis, known) for known in known_at(game, crisis)]
    numbers = set_numbers(game)
    found: list[NamedInfoset] = []
    for infoset in range(game.infosets):
        player = int(game.infoset_player[infoset])
        label = game.infoset_label[infoset] if game.infoset_label else ""
        own = range(int(game.action_start[infoset]), int(game.action_start[infoset + 1]))
        moves = tuple(game.action_label[a] if game.action_label else str(a - own.start + 1) for a in own)
        found.append(NamedInfoset(infoset, game.players[player], "", 0, numbers[infoset], label, {}, {}, {}, moves))
    return found


def _told(game: Game, crisis: Crisis, known: Known) -> NamedInfoset:
    assert game.story is not None
    node = int(game.infoset_nodes[game.infoset_node_start[known.infoset]])
    children = range(int(game.first_child[node]), int(game.first_child[node] + game.child_count[node]))
    stage = crisis.stage(known.stage)
    moves = tuple(stage.moves[int(game.story.move[child])].id for child in children)
    return NamedInfoset(
        known.infoset, known.actor, known.stage, known.round, 0, "", known.private, known.knows, known.unknown, moves
    )


def assess(text: ProfileText, game: Game, crisis: Crisis | None, default: Floats) -> Assessment:
    """The profile's behaviour on a game, `default` [action] where it says nothing; `told_beliefs` brings the beliefs.

    Raises CaseError with everything that names nothing in the game or does not fit it.
    """
    places = places_of(game, crisis)
    problems: list[Problem] = []
    best: list[Entry | None] = [None] * len(places)
    index = _Index(places)
    for entry in text.entries:
        fitting = index.fitting(entry)
        if not fitting:
            problems.append(_nowhere(entry, places))
        for place in fitting:
            now = best[place.infoset]
            if now is None or entry.weight >= now.weight:
                best[place.infoset] = entry
    behaviour = default.copy()
    for place, entry in zip(places, best, strict=True):
        if entry is not None:
            own = slice(int(game.action_start[place.infoset]), int(game.action_start[place.infoset + 1]))
            behaviour[own] = _chances(entry, place, problems)
    if problems:
        raise CaseError(problems)
    untold = np.full(len(game.infoset_nodes), np.nan)
    return Assessment(places, behaviour, untold, [entry.number if entry else 0 for entry in best])


def problem_in(entry: Entry, named: Named | None, what: str, remedy: str) -> Problem:
    """A problem at its place in the file, or naming the entry where there is no place."""
    where = (named.place if named else None) or entry.place
    return Problem(what if where else f"entry {entry.number} of `profile`: {what}", remedy, where)


class _Index:
    """Finds the information sets that an entry fits."""

    def __init__(self, places: list[NamedInfoset]) -> None:
        self._places = places
        self._by_stage: dict[tuple[str, int | None], list[NamedInfoset]] = {}
        for place in places:
            for round in (place.round, None):
                self._by_stage.setdefault((place.stage, round), []).append(place)

    def fitting(self, entry: Entry) -> list[NamedInfoset]:
        among = self._by_stage.get((entry.stage.text, entry.round), []) if entry.stage else self._places
        return [place for place in among if not any(_differences(entry, place))]


def _differences(entry: Entry, place: NamedInfoset) -> Iterator[str]:
    """Names of the conditions of an entry that do not hold at an information set."""
    if entry.actor and entry.actor.text != place.actor:
        yield "actor"
    if entry.stage and entry.stage.text != place.stage:
        yield "stage"
    if entry.round is not None and entry.round != place.round:
        yield "round"
    if entry.information_set is not None and entry.information_set != place.number:
        yield "information_set"
    if entry.label and entry.label.text != place.label:
        yield "label"
    own = place.private | {f"{place.actor}.{name}": value for name, value in place.private.items()}
    for name, value in entry.private.items():
        if own.get(name) != value.text:
            yield "private"
    for name, value in entry.knows.items():
        if place.knows.get(name) != value.text:
            yield "knows"


def _nowhere(entry: Entry, places: list[NamedInfoset]) -> Problem:
    """The problem with an entry that fits no information set: the first condition that rules out all that the others
    leave.
    """
    left = places
    for condition in ("actor", "stage", "round", "information_set", "label", "private", "knows"):
        still = [place for place in left if condition not in set(_differences(entry, place))]
        if still:
            left = still
            continue
        return _misfit(entry, condition, left)
    return problem_in(entry, None, "no information set fits this entry", "")


def _misfit(entry: Entry, condition: str, left: list[NamedInfoset]) -> Problem:
    match condition:
        case "actor" | "stage" | "label":
            named = getattr(entry, condition)
            known = [str(getattr(place, condition)) for place in left if getattr(place, condition)]
            nouns = {"actor": "actors that decide", "stage": "stages at which it decides", "label": "labels"}[condition]
            what = f"there is no {condition} `{named.text}` here"
            return problem_in(entry, named, what, did_you_mean(named.text, known, nouns))
        case "round" | "information_set":
            key = "number" if condition == "information_set" else "round"
            known = sorted({getattr(place, key) for place in left})
            what = f"there is no {condition.replace('_', ' ')} {getattr(entry, condition)} here"
            return problem_in(entry, None, what, f"there are {', '.join(map(str, known[:12]))}")
        case _:
            told: dict[str, Named] = getattr(entry, condition)
            own = [getattr(place, condition) for place in left]
            for name, value in told.items():
                plain = name.split(".")[-1] if condition == "private" else name
                values = [each[plain] for each in own if plain in each]
                if not values:
                    names = [key for each in own for key in each]
                    nouns = "private variables" if condition == "private" else "things it knows there"
                    alone = (
                        "nothing is private there"
                        if condition == "private"
                        else "nothing that others do is known there"
                    )
                    remedy = did_you_mean(name, names, nouns) if names else alone
                    return problem_in(entry, value, f"`{name}` is not known there", remedy)
                if value.text not in values:
                    what = f"`{name}` is never `{value.text}` there"
                    return problem_in(entry, value, what, did_you_mean(value.text, values, "values"))
            return problem_in(entry, None, f"no information set has all that `{condition}` says at once", "")


def _chances(entry: Entry, place: NamedInfoset, problems: list[Problem]) -> Floats:
    """[own action]: the entry's probabilities at an information set."""
    chances = np.zeros(len(place.moves))
    for move, (p, where) in entry.moves.items():
        if move in place.moves:
            chances[place.moves.index(move)] = p
        elif p != 0.0:
            remedy = did_you_mean(move, place.moves, "moves")
            problem = problem_in(entry, Named(move, where), f"there is no move `{move}` for {place}", remedy)
            if problem not in problems:
                problems.append(problem)
    rest = np.isnan(chances)
    chances[rest] = max(1.0 - float(np.nansum(chances)), 0.0)
    total = chances.sum()
    return chances / total if total > 0 else np.full(len(chances), 1.0 / len(chances))
