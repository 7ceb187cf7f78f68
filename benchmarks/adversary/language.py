"""The case language by brute force: from a case's text to the tree of its histories, one history after the other.

It shares nothing with the program: PyYAML reads the text with every scalar as text, `formula.py` its formulas. It knows
what `cases.py` writes, and takes for granted that the case is right: whether it is refused is for the trials to judge.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import yaml

from benchmarks.adversary import laws
from benchmarks.adversary.formula import Tree as Formula
from benchmarks.adversary.formula import World, read
from benchmarks.adversary.tree import NEVER, Infoset, Node, Tree

Document = dict[str, Any]
LIMIT = 20_000


class TooLargeError(Exception):
    """More histories than brute force is for."""


@dataclass
class History:
    """Everything that has happened. seen: by actor, what it has observed, in order. told: per event (name, by whom,
    value, label that observers saw, who saw it)."""

    private: dict[str, Any] = field(default_factory=dict)
    moves: dict[str, Any] = field(default_factory=dict)
    rounds: dict[tuple[str, int], Any] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    seen: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    paid: dict[str, float] = field(default_factory=dict)
    told: tuple[tuple[str, str, str, str, frozenset[str]], ...] = ()
    outcome: str = ""

    def copy(self) -> History:
        return replace(
            self,
            **{
                name: dict(getattr(self, name))
                for name in ("private", "moves", "rounds", "state", "counts", "seen", "paid")
            },
        )


@dataclass(frozen=True)
class Turn:
    """One step of play: a private variable that nature draws, or one or several stages that move at once."""

    stages: tuple[Document, ...] = ()
    round: int = 0
    actor: str = ""
    variable: str = ""


class Case:
    """A case as read; `settings` replaces quantities by numbers, everything else uncertain is at its median."""

    def __init__(self, text: str, settings: dict[str, float] | None = None) -> None:
        self.document: Document = yaml.load(text, yaml.BaseLoader)
        self.actors = list(self.document["actors"])
        self.private = {
            f"{actor}.{name}": entry
            for actor in self.actors
            for name, entry in ((self.document["actors"][actor] or {}).get("private") or {}).items()
        }
        self.turns = list(self._unrolled())
        self.stages = {stage["id"]: stage for turn in self.turns for stage in turn.stages}
        self.formulas: dict[str, Formula] = {}
        self.largest = 0.0
        self.quantities = self._quantities(settings or {})
        self.points = {name: self._points(entry) for name, entry in self.private.items() if self._numeric(entry)}
        self.domains = self._domains()

    def formula(self, text: Any) -> Formula:
        return self.formulas.setdefault(str(text), read(str(text)))

    def value(self, text: Any, world: World) -> Any:
        found = world.value(self.formula(text))
        self.largest = max(self.largest, world.largest)
        return found

    def holds(self, text: Any, world: World) -> bool:
        return world.holds(self.formula(text))

    def _unrolled(self) -> Any:
        for name in self.private:
            yield Turn((), 0, *name.split("."))
        for entry in self.document["stages"]:
            inner = entry["stages"] if "repeat" in entry else [entry]
            for number in range(1, int(entry.get("repeat", 1)) + 1):
                for each in inner:
                    stages = tuple(each["together"]) if "together" in each else (each,)
                    yield Turn(stages, number if "repeat" in entry else 0)

    def _quantities(self, settings: dict[str, float]) -> dict[str, float]:
        found: dict[str, float] = {}
        for name, entry in (self.document.get("quantities") or {}).items():
            found[name] = settings[name] if name in settings else self._median(entry, found)
        return found

    def _median(self, entry: Any, above: dict[str, float]) -> float:
        world = World(above, {})
        if not isinstance(entry, dict):
            return self.value(entry, world)
        for plain in ("value", "equals"):
            if plain in entry:
                return self.value(entry[plain], world)
        return self._quantile(entry, above, 0.5)

    def _quantile(self, entry: Document, above: dict[str, float], share: float) -> float:
        shape = next(each for each in laws.SHAPES if each in entry)
        parameters = [self.value(each, World(above, {})) for each in entry[shape]]
        within = tuple(float(each) for each in entry["within"]) if "within" in entry else None
        return laws.quantile(shape, parameters, share, within)

    @staticmethod
    def _numeric(entry: Any) -> bool:
        return isinstance(entry, dict) and "points" in entry

    def _points(self, entry: Document) -> list[float]:
        count = int(entry["points"])
        return [self._quantile(entry, self.quantities, (k + 0.5) / count) for k in range(count)]

    def rationality(self) -> float:
        told = self.document.get("rationality", "limit")
        return math.inf if told == "limit" else self._median(told, self.quantities)

    def _domains(self) -> dict[str, list[str]]:
        found = {
            name: [each for each in entry if each not in ("because", "note")]
            for name, entry in self.private.items()
            if name not in self.points
        }
        for name, entry in (self.document.get("state") or {}).items():
            if "values" in entry:
                found[name] = list(entry["values"])
        for name, stage in self.stages.items():
            if self.numbers(stage) is None:
                found[name] = self.moves(stage)
        return found

    @staticmethod
    def moves(stage: Document) -> list[str]:
        return list(stage["choose"] if "choose" in stage else stage["chance"])

    @staticmethod
    def numbers(stage: Document) -> list[Fraction] | None:
        """The numbers of a numeric stage."""
        choose = stage.get("choose")
        if not choose or set(choose) != {"from", "to", "step"}:
            return None
        low, high, step = (Fraction(choose[key]) for key in ("from", "to", "step"))
        return [low + k * step for k in range(int((high - low) / step) + 1)]

    def world(self, history: History, number: int = 0, *, inside: bool = False, calls: Any = None) -> World:
        """Meaning of names in a history; number: the round."""
        variables: dict[str, Any] = {**self.quantities, **dict.fromkeys(self.stages), "round": float(number)}
        variables.update(history.moves)
        variables.update(history.private)
        variables.update(history.state)
        ordered = frozenset(self.document.get("state") or {})

        def before(tree: Formula, world: World) -> Any:
            return history.rounds.get((tree[2][0][1], number - 1))

        def count(tree: Formula, world: World) -> float:
            stage, move = tree[2][0][1], str(tree[2][1][1])
            now = history.rounds.get((stage, number)) if inside else None
            return float(history.counts.get((stage, move), 0) - (now == move))

        functions = {"before": before, "count": count, **(calls or {})}
        return World(variables, self.domains, ordered=ordered, calls=functions)

    def tree(self) -> Tree:
        return _Builder(self).built()


class _Builder:
    def __init__(self, case: Case) -> None:
        self.case = case
        self.nodes: list[Node] = []
        self.sets: dict[Any, Infoset] = {}

    def built(self) -> Tree:
        start = History()
        for name, entry in (self.case.document.get("state") or {}).items():
            start.state[name] = entry["start"] if "values" in entry else float(entry["start"])
        root = self._node(None, 0, start)
        self._go(root, 0, 0, [])
        return Tree(tuple(self.case.actors), self.nodes, list(self.sets.values()))

    def _node(self, parent: Node | None, rank: int, history: History) -> Node:
        node = Node(parent, rank, facts=history)
        self.nodes.append(node)
        if len(self.nodes) > LIMIT:
            raise TooLargeError
        if parent is not None:
            parent.children.append(node)
        return node

    def _go(self, node: Node, at: int, within: int, made: list[tuple[Document, str]]) -> None:
        """Plays the turn from its stage number `within` on; made: simultaneous moves that have not yet had effect."""
        case, history = self.case, node.facts
        if at == len(case.turns):
            self._end(node, self._finally(history))
            return
        turn = case.turns[at]
        if turn.variable:
            self._draw(node, at, turn)
            return
        if within == len(turn.stages):
            if len(turn.stages) > 1 or made:
                history = self._conclude(history.copy(), turn, made)
                node.facts = history
                if history.outcome:
                    self._end(node, history.outcome)
                    return
            self._go(node, at + 1, 0, [])
            return
        stage = turn.stages[within]
        if "when" in stage and not case.holds(stage["when"], case.world(history, turn.round, inside=True)):
            self._go(node, at, within + 1, made)
            return
        self._move(node, at, within, made)

    def _draw(self, node: Node, at: int, turn: Turn) -> None:
        case, history, name = self.case, node.facts, f"{turn.actor}.{turn.variable}"
        node.player = -1
        if name in case.points:
            values: list[Any] = case.points[name]
            odds = [1.0 / len(values)] * len(values)
            labels = [str(k) for k in range(len(values))]
        else:
            values = labels = case.domains[name]
            odds = self._odds([case.private[name][each] for each in values], case.world(history))
        for k, (value, label, p) in enumerate(zip(values, labels, odds, strict=True)):
            after = history.copy()
            after.private[name] = value
            after.seen[turn.actor] = (*after.seen.get(turn.actor, ()), (name, label))
            after.told = (*after.told, (name, turn.actor, label, label, frozenset({turn.actor})))
            child = self._node(node, k, after)
            child.way = math.log(p) if p > 0 else NEVER
            self._go(child, at + 1, 0, [])

    def _odds(self, told: list[Any], world: World) -> list[float]:
        known = [None if each == "rest" else self.case.value(each, world) for each in told]
        left = 1.0 - math.fsum(each for each in known if each is not None)
        return [left if each is None else each for each in known]

    def _move(self, node: Node, at: int, within: int, made: list[tuple[Document, str]]) -> None:
        case, history, turn = self.case, node.facts, self.case.turns[at]
        stage = turn.stages[within]
        world = case.world(history, turn.round, inside=True)
        numbers, chance = case.numbers(stage), "chance" in stage
        names = [told_number(each) for each in numbers] if numbers else case.moves(stage)
        entries = [{}] * len(names) if numbers else [entry_of(stage, each) for each in names]
        open_to = [k for k, each in enumerate(entries) if "when" not in each or case.holds(each["when"], world)]
        odds = self._odds([each["probability"] for each in entries], world) if chance else []
        node.player = -1 if chance else case.actors.index(stage["by"])
        if not chance:
            key = (stage["id"], turn.round, history.seen.get(stage["by"], ()), tuple(open_to))
            node.infoset = self.sets.setdefault(key, Infoset(node.player, tuple(names[k] for k in open_to), key=key))
            node.infoset.nodes.append(node)
        together = len(turn.stages) > 1
        for rank, k in enumerate(open_to):
            after = history.copy()
            move: Any = float(numbers[k]) if numbers else names[k]
            effect = {key: entries[k].get(key, stage.get(key)) for key in ("set", "cost", "end")}
            self._pay(after, stage, effect["cost"], move, turn.round)
            if not together:
                made_now = [(stage, move, names[k], effect)]
                after = self._conclude(after, turn, made_now, only=False)
            else:
                made_now = [*made, (stage, move, names[k], effect)]
                by = stage.get("by", "nature")
                after.seen[by] = (*after.seen.get(by, ()), (stage["id"], turn.round, names[k]))
                after.told = (*after.told, (title_of(stage, turn), by, names[k], names[k], frozenset({by})))
            child = self._node(node, rank, after)
            if chance:
                child.way = math.log(odds[k]) if odds[k] > 0 else NEVER
            if not together and after.outcome:
                self._end(child, after.outcome)
            else:
                self._go(child, at, within + 1, made_now if together else [])

    def _pay(self, after: History, stage: Document, cost: Any, move: Any, number: int) -> None:
        if not cost and cost != 0:
            return
        before = after.moves.get(stage["id"])
        after.moves[stage["id"]] = move
        world = self.case.world(after, number, inside=True)
        told = cost if isinstance(cost, dict) else {stage["by"]: cost}
        for actor, formula in told.items():
            after.paid[actor] = after.paid.get(actor, 0.0) + self.case.value(formula, world)
        if before is None:
            del after.moves[stage["id"]]
        else:
            after.moves[stage["id"]] = before

    def _conclude(self, after: History, turn: Turn, made: list[Any], only: bool = True) -> History:
        """Moves take effect: they are known, states are set stage after stage, the first end listed decides."""
        for stage, move, name, _ in made:
            after.moves[stage["id"]] = move
            after.rounds[stage["id"], turn.round] = move
            after.counts[stage["id"], name] = after.counts.get((stage["id"], name), 0) + 1
            label = (stage.get("seen_as") or {}).get(name, name)
            by = stage.get("by", "nature")
            watching = observers(stage, self.case.actors)
            if not only:
                after.seen[by] = (*after.seen.get(by, ()), (stage["id"], turn.round, name))
            for actor in watching - {by}:
                after.seen[actor] = (*after.seen.get(actor, ()), (stage["id"], turn.round, label))
            title = title_of(stage, turn)
            before = tuple(each for each in after.told if each[0] != title)
            after.told = (*before, (title, by, name, label, frozenset(watching | {by})))
        for _, _, _, effect in made:
            world = self.case.world(after, turn.round, inside=True)
            told = effect["set"] or {}
            new = {name: self._new(name, self.case.formula(text), world) for name, text in told.items()}
            after.state.update(new)
        ends = [effect["end"] for _, _, _, effect in made if effect["end"]]
        after.outcome = ends[0] if ends else ""
        return after

    def _new(self, name: str, formula: Formula, world: World) -> Any:
        """A new value; names are values of the variable that is set, whatever else they name."""
        values = self.case.domains.get(name)
        if values is None:
            return world.value(formula)
        if formula[0] in ("name", "number") and told_name(formula) in values:
            return told_name(formula)
        if formula[:2] == ("call", "if"):
            return self._new(name, formula[2][1 if world.holds(formula[2][0]) else 2], world)
        return world.value(formula)

    def _finally(self, history: History) -> str:
        told = self.case.document["finally"]
        if isinstance(told, str):
            return told
        for each in told:
            if "when" not in each or self.case.holds(each["when"], self.case.world(history)):
                return each["outcome"]
        raise ValueError("play runs out of stages")

    def _end(self, node: Node, outcome: str) -> None:
        case, history = self.case, node.facts.copy()
        history.outcome = outcome
        node.facts = history
        told = (case.document["outcomes"][outcome] or {}).get("payoffs") or {}
        world = case.world(history)
        payoffs = []
        for actor in case.actors:
            text = told.get(actor, told.get("others", "0"))
            worth = case.value(text, world) + self._ranked(actor, outcome, history)
            payoffs.append(worth - history.paid.get(actor, 0.0))
            case.largest = max(case.largest, abs(payoffs[-1]))
        node.payoffs = tuple(payoffs)

    def _ranked(self, actor: str, outcome: str, history: History) -> float:
        told = (self.case.document.get("preferences") or {}).get(actor)
        if told is None:
            return 0.0
        if isinstance(told, dict) and "order" not in told:
            variable, table = next(iter(told.items()))
            told = table[history.private[f"{actor}.{variable}"]]
        order = told["order"] if isinstance(told, dict) else told
        tiers = [{each.strip(" '\"") for each in tier.split("~")} for tier in order.split(">")]
        place = next(k for k, tier in enumerate(tiers) if outcome in tier)
        return 1.0 - place / (len(tiers) - 1) if len(tiers) > 1 else 1.0


def entry_of(stage: Document, move: str) -> Document:
    """Entry of a move or branch, as a mapping."""
    found = (stage["choose"] if "choose" in stage else stage["chance"])[move]
    return found if isinstance(found, dict) else {"probability": found} if "chance" in stage else {}


def observers(stage: Document, actors: list[str]) -> set[str]:
    told = stage.get("seen_by", "all")
    if told == "all":
        return set(actors)
    if told == "none":
        return set()
    return {told} if isinstance(told, str) else set(told)


def title_of(stage: Document, turn: Turn) -> str:
    return f"{stage['id']} (round {turn.round})" if turn.round else stage["id"]


def told_name(formula: Formula) -> str:
    """A name, or a number that names a value."""
    return told_number(Fraction(formula[1])) if formula[0] == "number" else formula[1]


def told_number(number: Fraction) -> str:
    if number.denominator == 1:
        return str(number.numerator)
    return repr(float(number))
