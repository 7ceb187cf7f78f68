"""The ways play can go as nested blocks: one for every move, every ending, and every sum of rarer branches."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from detente.crisis.play import NATURE
from detente.report.naming import Names
from detente.report.words import counted, percent, sentence

if TYPE_CHECKING:
    from detente.analysis.histories import History, Rest

_ALL = 1e-9
"""Shares that lack no more than this are all there is."""

_ENDINGS_TOLD = 3
"""Endings below a block that its full text names."""


class BlockKind(StrEnum):
    """Kinds of blocks: all ways, an actor's move, a chance event, an ending, rarer ways summed."""

    START = "start"
    MOVE = "move"
    CHANCE = "chance"
    ENDING = "ending"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class GameBlock:
    """One block. parent: position of the block that holds it; None for the start, which holds all.

    tone: the actor, the outcome, or "". who: the actor's name, or nothing. what: the move, ending or sum in words.
    share: of an ending its probability in all, otherwise that of the move where it is made. in_all: the height.
    value: `in_all` where the block holds no other, else 0, so that values add up to the start. full: everything that
    the block says, in one text. address: opens it. decision: address of the decision at which the move is made. ends:
    the likeliest endings from there on, with their probabilities there.
    """

    parent: int | None
    kind: BlockKind
    tone: str
    who: str
    what: str
    share: float
    in_all: float
    value: float
    full: str
    address: str = ""
    decision: str = ""
    ends: str = ""

    @property
    def chance(self) -> str:
        """The probability as a percentage; none for the start, and for a sum of all there is."""
        return "" if self.kind in (BlockKind.START, BlockKind.REST) and self.share > 1.0 - _ALL else percent(self.share)

    @property
    def words(self) -> str:
        """Actor and move with the probability, as an outline tells it."""
        told = f"{self.who}: {self.what}" if self.who else sentence(self.what)
        return f"{told} {self.chance}".strip() + (f" ({self.ends})" if self.kind == BlockKind.REST else "")


def blocks_of(tree: History, names: Names) -> list[GameBlock]:
    """The blocks of a tree of histories, every block after the one that holds it and the likeliest first.

    Ends and sums are laid in with the branches by their size. Values add up to the start's `in_all`.
    """
    found: list[GameBlock] = []
    whole = _sum(tree) if _is_part(tree) else tree.in_all
    found.append(_start(tree, whole, names))
    _below(tree, 0, found, names)
    return found


def _is_part(tree: History) -> bool:
    """True where only the rarer branches of a history are told."""
    return abs(_sum(tree) - tree.in_all) > 1e-12 * tree.in_all + 1e-300


def _sum(tree: History) -> float:
    rest = tree.rest.in_all if tree.rest is not None else 0.0
    return math.fsum([*(each.in_all for each in tree.branches), *tree.ends.values(), rest])


def _start(tree: History, whole: float, names: Names) -> GameBlock:
    if not tree.address:
        what = "every way it can go" if not _is_part(tree) else "the rarer ways it can begin"
        return GameBlock(None, BlockKind.START, "", "", what, 1.0, whole, 0.0, sentence(what))
    last = _move_words(tree, names)
    what = last if not _is_part(tree) else f"{last}; the rarer ways on"
    full = f"{sentence(names.actor(tree.actor))}: {what}; {percent(whole)} in all."
    return GameBlock(
        None, BlockKind.START, tree.actor, names.actor(tree.actor), what, tree.there, whole, 0.0, full, tree.address
    )


def _below(tree: History, at: int, found: list[GameBlock], names: Names) -> None:
    parts: list[tuple[float, History | str]] = [(each.in_all, each) for each in tree.branches]
    parts += [(chance, outcome) for outcome, chance in tree.ends.items()]
    for chance, part in sorted(parts, key=lambda each: -each[0]):
        if isinstance(part, str):
            found.append(_ending(tree, at, part, chance, names))
            continue
        found.append(_move(part, at, names))
        _below(part, len(found) - 1, found, names)
    if tree.rest is not None:
        found.append(_rest(tree.rest, at, names))


def _move(history: History, at: int, names: Names) -> GameBlock:
    chance = history.actor == NATURE
    who = names.stage(history.stage) if chance else names.actor(history.actor)
    what = _move_words(history, names)
    ends = _endings(history.outcomes, names)
    error = f" ± {_error(history.error)}" if not math.isnan(history.error) else ""
    full = (
        f"{sentence(names.stage(history.stage))}{f', round {history.round}' if history.round else ''}. "
        f"{names.actor(history.actor)}: {what}. {percent(history.there)} there, {percent(history.in_all)}{error} in "
        f"all. From there on: {ends}."
    )
    leaf = history.in_all if not (history.branches or history.ends or history.rest) else 0.0
    kind = BlockKind.CHANCE if chance else BlockKind.MOVE
    return GameBlock(
        at, kind, history.actor, who, what, history.there, history.in_all, leaf, full, history.address,
        history.decision, ends,
    )  # fmt: skip


def _error(error: float) -> str:
    return f"{100 * error:.1g}"


def _ending(tree: History, at: int, outcome: str, chance: float, names: Names) -> GameBlock:
    what = names.outcome(outcome)
    full = f"It ends: {what}. {percent(chance)} in all, {percent(chance / tree.in_all)} of the ways that come so far."
    return GameBlock(at, BlockKind.ENDING, outcome, "", what, chance, chance, chance, full, tree.address)


def _rest(rest: Rest, at: int, names: Names) -> GameBlock:
    # Where all ways on are rare, none is rarer than another that is shown.
    what = f"{rest.count:,} ways on" if rest.there > 1.0 - _ALL else f"{rest.count:,} rarer"
    ends = _endings(rest.outcomes, names)
    full = (
        f"{counted(rest.count, 'rarer way')} on together: {percent(rest.there)} there, {percent(rest.in_all)} in all. "
        f"From there on: {ends}."
    )
    return GameBlock(
        at, BlockKind.REST, "", "", what, rest.there, rest.in_all, rest.in_all, full, rest.address, ends=ends
    )


def _endings(outcomes: Mapping[str, float], names: Names) -> str:
    likely = sorted(outcomes.items(), key=lambda each: -each[1])[:_ENDINGS_TOLD]
    return ", ".join(f"{names.outcome(one)} {percent(p)}" for one, p in likely if p > 0.0)


def _move_words(history: History, names: Names) -> str:
    """A move as its observer sees it; a look of several moves stands for itself."""
    return names.move(history.stage, history.move)
