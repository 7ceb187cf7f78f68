"""A case from a few answers: who decides, what each might want, who moves when, how it can end, what was seen.

The answers are an analyst's first words and need not fit together: whatever they are, the case checks and solves. What
nobody has said yet stays open, above all the order in which each side ranks the endings.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from detente.case.form.keys import NUMBER_KEYS
from detente.case.form.numbers import NamedPrivate
from detente.case.formula.scope import RESERVED
from detente.case.spelling.letters import first_odd
from detente.case.written_back.write import pair_lines
from detente.errors import RequestError

MOST_PARTIES, MOST_WANTS, MOST_PARTY_TURNS, MOST_CHOICES, MOST_ENDINGS = 4, 3, 5, 4, 8
_LONGEST_ID = 30
_TAKEN = frozenset((*RESERVED, *NUMBER_KEYS, *NamedPrivate.model_fields, "support", "from", "to", "step"))


@dataclass(frozen=True, slots=True)
class Want:
    """Something that a side might want, with the ending that is then best for it, and the worst, if they are known."""

    name: str
    best: str = ""
    worst: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who decides. wants: everything that others think it might want; one or none: nothing is private."""

    name: str
    wants: tuple[Want, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that a side may do at its turn. ending: how it then ends; empty where the next turn follows."""

    name: str
    ending: str = ""


@dataclass(frozen=True, slots=True)
class PartyTurn:
    """A side's turn. about: what is decided. hidden_from: sides that do not see what was done."""

    side: str
    choices: tuple[Choice, ...]
    about: str = ""
    hidden_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Happened:
    """An event that was really seen: the turn, counted from 1, the choice made there, and the day, as in 2025-03-07."""

    turn: int
    choice: str
    date: str = ""


@dataclass(frozen=True, slots=True)
class FirstAnswers:
    """An analyst's answers. otherwise: how it ends when all turns are over."""

    title: str = ""
    sides: tuple[Party, ...] = ()
    endings: tuple[str, ...] = ()
    turns: tuple[PartyTurn, ...] = ()
    otherwise: str = ""
    happened: tuple[Happened, ...] = ()


def answers_of(plain: Mapping[str, Any]) -> FirstAnswers:
    """FirstAnswers from plain values, as a form or a JSON text has them. Raises RequestError for what is none."""
    try:
        return FirstAnswers(
            str(plain.get("title", "")),
            tuple(Party(str(each["name"]), _wants(each.get("wants", ()))) for each in plain.get("sides", ())),
            _texts(plain.get("endings", ())),
            tuple(
                PartyTurn(
                    str(each.get("side", "")),
                    tuple(Choice(str(one["name"]), str(one.get("ending", ""))) for one in each.get("choices", ())),
                    str(each.get("about", "")),
                    _texts(each.get("hidden_from", ())),
                )
                for each in plain.get("turns", ())
            ),
            str(plain.get("otherwise", "")),
            tuple(
                Happened(int(each["turn"]), str(each["choice"]), str(each.get("date", "")))
                for each in plain.get("happened", ())
            ),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise RequestError(f"these are no answers: {type(error).__name__} at {error}") from None


def _wants(wants: Any) -> tuple[Want, ...]:
    return tuple(Want(str(each["name"]), str(each.get("best", "")), str(each.get("worst", ""))) for each in wants)


def _texts(values: Any) -> tuple[str, ...]:
    if isinstance(values, str):
        raise TypeError(values)
    return tuple(map(str, values))


def case_from_answers(answers: FirstAnswers) -> str:
    """The text of a case that says the answers, with comments that ask what is still open.

    Raises RequestError where there are more sides, turns or moves than a first case should have.
    """
    _refuse_too_many(answers)
    sketch = _Sketch(answers)
    parts = [_HEAD + pair_lines("title", sketch.title, 0, 0)]
    for comment, key, value in sketch.sections():
        if value:
            parts.append("\n".join([*(f"# {line}" for line in comment), pair_lines(key, value, 0, 0)]))
    return "\n\n".join(parts) + "\n"


_HEAD = """\
# yaml-language-server: $schema=./case.schema.json
# Written from your answers. It runs as it is: detente check FILE, then detente run FILE.
detente: 1
"""


def _refuse_too_many(answers: FirstAnswers) -> None:
    counts = [
        (len(answers.sides), MOST_PARTIES, "sides"),
        (max((len(side.wants) for side in answers.sides), default=0), MOST_WANTS, "things that one side might want"),
        (len(answers.endings), MOST_ENDINGS, "endings"),
        (len(answers.turns), MOST_PARTY_TURNS, "turns"),
        (max((len(turn.choices) for turn in answers.turns), default=0), MOST_CHOICES, "choices at one turn"),
    ]
    told = [f"{count} {noun}, at most {most}" for count, most, noun in counts if count > most]
    if told:
        raise RequestError(f"begin with less and add to the case later: {'; '.join(told)}")


@dataclass
class _Names:
    """Names for the words of an analyst: short, of plain letters, and each given once."""

    taken: set[str] = field(default_factory=lambda: set(_TAKEN))

    def new(self, words: str, otherwise: str) -> str:
        """A name that nothing has yet."""
        folded = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
        stem = re.sub(r"[^a-z0-9]+", "_", folded).strip("_")[:_LONGEST_ID].strip("_") or otherwise
        stem = stem if stem[0].isalpha() else f"{otherwise}_{stem}"
        name, number = stem, 2
        while name in self.taken:
            name, number = f"{stem}_{number}", number + 1
        self.taken.add(name)
        return name


class _Sketch:
    """The answers with what was left out filled in, and names for everything."""

    def __init__(self, answers: FirstAnswers) -> None:
        self.title = _said(answers.title) or "A crisis to be described"
        variables, events = _Names(), _Names()
        sides = _once(answers.sides) or [Party("First side"), Party("Second side")]
        self.sides = {_said(each.name): (variables.new(each.name, "side"), each) for each in sides}
        endings = [words for words in map(_said, answers.endings) if words]
        mentioned = [choice.ending for turn in answers.turns for choice in turn.choices]
        mentioned += [ending for side in sides for want in side.wants for ending in (want.best, want.worst)]
        endings += [words for words in map(_said, [*mentioned, answers.otherwise]) if words]
        endings = list(dict.fromkeys(endings)) or ["An agreement", "No agreement"]
        self.endings = {words: events.new(words, "ending") for words in endings}
        self.otherwise = self.endings.get(_said(answers.otherwise), list(self.endings.values())[-1])
        self.quantities: dict[str, Any] = {}
        self.actors: dict[str, Any] = {}
        self.readings: dict[str, Any] = {}
        self.preferences: dict[str, Any] = {}
        for words, (id, side) in self.sides.items():
            self._add_side(words, id, side, variables, events)
        self.stages, self.moves = list[dict[str, Any]](), list[dict[str, str]]()
        first = next(iter(self.sides))
        for turn in answers.turns or (PartyTurn(first, (Choice("Gives way", endings[0]), Choice("Holds out"))),):
            self._add_turn(turn, variables)
        self.timeline = list(self._events(answers.happened))

    def _add_side(self, words: str, id: str, side: Party, variables: _Names, events: _Names) -> None:
        self.actors[id] = {"name": words}
        wants: list[Want] = _once(side.wants)
        if len(wants) < 2:
            note = f"what it wants: {_said(wants[0].name)}" if wants else "nobody has said yet what this side wants"
            self.preferences[id] = {"order": self._order(wants[0] if wants else Want("")), "note": note}
            return
        names = _Names()
        values = {_said(want.name): names.new(want.name, "want") for want in wants}
        shares: dict[str, Any] = {value: f"1/{len(values)}" for value in values.values()}
        if len(values) == 2:
            chance = variables.new(f"{id} {next(iter(values))}", "chance")
            self.quantities[chance] = {
                "uniform": [0.3, 0.7],
                "name": f"chance that {words} wants this: {next(iter(values))}",
                "note": "a guess to begin with",
            }
            shares[next(iter(values.values()))] = chance
        shares[list(values.values())[-1]] = "rest"
        self.actors[id]["private"] = {"aim": {**shares, "note": "what this side wants is not known to the others"}}
        self.preferences[id] = {
            "aim": {
                value: {"order": self._order(want), "note": f"if it wants this: {words}"}
                for want, (words, value) in zip(wants, values.items(), strict=True)
            }
        }
        for want, value in values.items():
            reading = events.new(f"{id} {value}", "reading")
            told, when = f"{words} wants this: {want}", f"{id}.aim = {value}"
            self.readings[reading] = {"name": told, "when": when, "note": "one of several theories"}

    def _order(self, want: Want) -> str:
        """Best, then all that is open, then worst."""
        best, worst = self.endings.get(_said(want.best)), self.endings.get(_said(want.worst))
        worst = None if worst == best else worst
        between = [name for name in self.endings.values() if name not in (best, worst)]
        middle = f"{{{', '.join(between)}}}" if len(between) > 1 else "".join(between)
        return " > ".join(each for each in (best, middle, worst) if each)

    def _add_turn(self, turn: PartyTurn, variables: _Names) -> None:
        words = _said(turn.side)
        by, _ = self.sides.get(words, next(iter(self.sides.values())))
        number = len(self.stages) + 1
        about = _said(turn.about) or f"Turn {number}"
        choices = _once(turn.choices)
        given = choices or [Choice("Gives way", next(iter(self.endings))), Choice("Holds out")]
        names, moves, written = _Names(), dict[str, str](), dict[str, Any]()
        for each in given:
            name = names.new(each.name, "move")
            moves[_said(each.name)] = name
            written[name] = {"name": _said(each.name)}
            if _said(each.ending) in self.endings:
                written[name]["end"] = self.endings[_said(each.ending)]
        stage: dict[str, Any] = {"id": variables.new(about, "turn"), "name": about, "by": by, "choose": written}
        hidden = {self.sides[words][0] for words in map(_said, turn.hidden_from) if words in self.sides} - {by}
        if hidden:
            stage["seen_by"] = [id for id in self.actors if id not in hidden and id != by] or "none"
        self.stages.append(stage)
        self.moves.append(moves)

    def _events(self, happened: Iterable[Happened]) -> Iterable[dict[str, Any]]:
        """Events turn by turn, up to the one that ended it; a day that goes back is left out."""
        latest, told = datetime.date.min, 0
        for each in sorted(happened, key=lambda event: event.turn):
            if not told < each.turn <= len(self.stages):
                continue
            move = self.moves[each.turn - 1].get(_said(each.choice))
            if move is None:
                continue
            stage = self.stages[each.turn - 1]
            event: dict[str, Any] = {"stage": stage["id"], "move": move}
            day = _day(each.date)
            if day is not None and day >= latest:
                event, latest = {"date": day.isoformat(), **event}, day
            yield event
            told = each.turn
            if "end" in stage["choose"][move]:
                return

    def sections(self) -> list[tuple[list[str], str, Any]]:
        """Comment, key and value of every section after the title, in the order of the language."""
        shown = [f"P({id})" for id in self.endings.values()][:MOST_ENDINGS]
        asked = [
            {"id": f"turns_on_{name}", "vary": name, "from": 0, "to": 1, "steps": 11, "show": shown}
            for name in self.quantities
        ]
        return [
            (["Every number that somebody had to assume. Which sentence of which text says so? Cite it: `because`."],
             "quantities", self.quantities),
            (["Who decides, and what only they know."], "actors", self.actors),
            (["What happens, in order. Does a choice cost something? Write `cost`. Is it open only after something",
              "else? Write `when`. Who does not see it? Write `seen_by`."], "stages", self.stages),
            (["How it can end."], "outcomes", {id: {"name": words} for words, id in self.endings.items()}),
            (["From best to worst. Inside { } the order is open: every draw takes another one. Write what you know,",
              'such as "a > {b, c}": what rests on an open order will show among the hinges.'],
             "preferences", self.preferences),
            (["How it ends when all turns are over."], "finally", self.otherwise),
            (["Hypotheses about what somebody privately wants."], "readings", self.readings),
            (["What was really seen, in order. What came next?"], "timeline", self.timeline),
            ([], "questions", asked),
            (["People take the better course more often the more there is at stake: 10 means that a course worse by a",
              "tenth of the way between best and worst ending is taken about a quarter of the time."],
             "rationality", {"uniform": [5, 15]}),
        ]  # fmt: skip


_Named = TypeVar("_Named", Party, Want, Choice)


def _once(things: Iterable[_Named]) -> list[_Named]:
    """Things that have words, the first of those with the same words."""
    found: dict[str, _Named] = {}
    for each in things:
        said = _said(each.name)
        if said:
            found.setdefault(said, each)
    return list(found.values())


def _said(words: str) -> str:
    """Words on one line, without signs that cannot be seen."""
    words = " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())
    while (at := first_odd(words)) is not None:
        words = words[:at] + words[at + 1 :]
    return words[:200].strip()


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text.strip()[:10]) if text.strip() else None
    except ValueError:
        return None
