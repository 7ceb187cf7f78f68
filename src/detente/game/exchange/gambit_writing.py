"""Writing a game as a Gambit file (.efg, version 2), so that it reads back with the very same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np

from detente.files import write_atomically
from detente.game.arrays import CHANCE, LEAF, Game, Numbers
from detente.game.efg_labels import Distinct, distinct, quoted, tidy
from detente.game.histories import set_numbers

MOST_DENOMINATOR = 10_000


def write_efg(
    game: Game, numbers: Numbers, path: str | Path, *, draw: int = 0, outcome_names: Sequence[str] = ()
) -> None:
    """Writes one draw of a game. `outcome_names` name the outcomes of a case, by their position in it.

    Every payoff reads back as the same float. Gambit wants chance probabilities that add up to exactly one: the
    largest of a node is written as what the others leave.
    """
    text = efg_text(game, numbers, draw=draw, outcome_names=outcome_names)
    write_atomically(Path(path), text.encode())


def efg_text(game: Game, numbers: Numbers, *, draw: int = 0, outcome_names: Sequence[str] = ()) -> str:
    """The text of the file that `write_efg` writes."""
    return _Writer(game, numbers, draw, outcome_names).text()


def number_text(value: float | Fraction) -> str:
    """A number that reads back as the same float: a short fraction where there is one, else the shortest decimal."""
    if isinstance(value, float):
        near = Fraction(value).limit_denominator(MOST_DENOMINATOR)
        if float(near) != value or _is_decimal(near.denominator):
            return repr(value).removesuffix(".0")
        value = near
    if value.denominator > 1 and _is_decimal(value.denominator):
        decimal = Decimal(value.numerator) / Decimal(value.denominator)
        if Fraction(decimal) == value:
            return str(decimal)
    return str(value)


def _is_decimal(denominator: int) -> bool:
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    return denominator == 1


def chance_texts(chances: Sequence[float] | Sequence[Fraction]) -> list[str]:
    """Probabilities of one chance node that add up to exactly one, each as short as it reads back to its float."""
    return [number_text(odds) for odds in adding_up([Fraction(number_text(chance)) for chance in chances])]


def adding_up(odds: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """The probabilities, with the largest replaced by what the others leave of one."""
    largest = odds.index(max(odds))
    rest = Fraction(1) - sum(odds, Fraction(0)) + odds[largest]
    return (*odds[:largest], rest, *odds[largest + 1 :])


@dataclass
class _Writer:
    game: Game
    numbers: Numbers
    draw: int
    outcome_names: Sequence[str]
    infoset_numbers: tuple[int, ...] = ()
    infoset_names: list[str] = field(default_factory=list[str])
    chance_nodes: int = 0
    leaf_at: dict[int, int] = field(default_factory=dict[int, int])
    node_names: Distinct = field(default_factory=Distinct)
    chance_names: dict[int | None, str] = field(default_factory=dict[int | None, str])

    def text(self) -> str:
        game = self.game
        self._number_infosets()
        self.leaf_at = {int(node): k for k, node in enumerate(game.leaf_node)}
        names = " ".join(quoted(tidy(player)) for player in game.players)
        comment = game.file.comment if game.file else ""
        lines = [f"EFG 2 R {quoted(game.title)} {{ {names} }}", quoted(comment), ""]
        keep = self._outcomes_still_hold()
        waiting = [0]
        while waiting:
            node = waiting.pop()
            lines.append(self._node(node, keep))
            first, count = int(game.first_child[node]), int(game.child_count[node])
            waiting.extend(range(first + count - 1, first - 1, -1))
        return "\n".join(lines) + "\n"

    def _number_infosets(self) -> None:
        """Numbers (the file's own, or 1, 2, ...) and distinct labels of information sets, player by player."""
        game = self.game
        self.infoset_numbers = set_numbers(game)
        labels = [self._infoset_label(k) for k in range(game.infosets)]
        self.infoset_names = [""] * game.infosets
        for player in range(len(game.players)):
            own = np.flatnonzero(game.infoset_player == player).tolist()
            told = [k for k in own if tidy(labels[k]) or not game.file]
            for k, name in zip(told, distinct(labels[k] for k in told), strict=True):
                self.infoset_names[k] = name

        if game.file:
            told = dict(zip(game.file.chance_number, game.file.chance_label, strict=True))
            names = Distinct()
            self.chance_names = {number: names.name(label) if tidy(label) else "" for number, label in told.items()}

    def _node_name(self, node: int) -> str:
        label = tidy(self.game.file.node_label[node]) if self.game.file else ""
        return self.node_names.name(label) if label else ""

    def _infoset_label(self, infoset: int) -> str:
        game = self.game
        if game.story is not None and len(game.story.infoset_step):
            step = game.story.steps[game.story.infoset_step[infoset]]
            return f"{step.stage} {step.round}" if step.round else step.stage
        return game.infoset_label[infoset] if game.infoset_label else ""

    def _moves(self, node: int) -> list[str]:
        """Labels of a node's branches."""
        game = self.game
        first, count = int(game.first_child[node]), int(game.child_count[node])
        infoset = int(game.infoset[node])
        if game.story is not None:
            steps, move = game.story.steps, game.story.move
            pairs = [(steps[game.story.step[c]].labels, int(move[c])) for c in range(first, first + count)]
            return distinct(labels[k] if k < len(labels) else "" for labels, k in pairs)
        if infoset >= 0 and game.action_label:
            return list(game.action_label[game.action_start[infoset] : game.action_start[infoset + 1]])
        if infoset == CHANCE and game.file:
            return list(game.file.chance_moves[node])
        return [str(k + 1) for k in range(count)]

    def _node(self, node: int, keep: bool) -> str:
        game = self.game
        label = quoted(self._node_name(node))
        infoset = int(game.infoset[node])
        if infoset == LEAF:
            return f"t {label} {self._leaf_outcome(node, keep)}"
        outcome = self._file_outcome(node) if keep else "0"
        moves = [quoted(tidy(move)) for move in self._moves(node)]
        if infoset == CHANCE:
            return f"c {label} {self._chance(node, moves)} {outcome}"
        player = int(game.infoset_player[infoset])
        name = quoted(self.infoset_names[infoset])
        return f"p {label} {player + 1} {self.infoset_numbers[infoset]} {name} {{ {' '.join(moves)} }} {outcome}"

    def _chance(self, node: int, moves: list[str]) -> str:
        game = self.game
        first = int(game.first_child[node])
        classes = game.chance[first : first + int(game.child_count[node])]
        chances = [float(x) for x in self.numbers.chance[self.draw, classes]]
        label = '""'
        if game.file:
            label = quoted(self.chance_names[game.file.chance_number[node]])
            told = game.file.chance_odds[node]
            texts = chance_texts(told if [float(p) for p in told] == chances else chances)
            number = game.file.chance_number[node]
        else:
            texts = chance_texts(chances)
            self.chance_nodes += 1  # each its own: to Gambit, nodes of one set at different depths lack perfect recall
            number = self.chance_nodes
        pairs = " ".join(f"{move} {text}" for move, text in zip(moves, texts, strict=True))
        return f"{number} {label} {{ {pairs} }}"

    def _outcomes_still_hold(self) -> bool:
        """True where the file's own outcomes add up to the payoffs of this draw."""
        game = self.game
        if game.file is None:
            return False
        width = len(game.players)
        paid = np.array([[float(x) for x in outcome.payoff] for outcome in game.file.outcomes] or [[0.0] * width])
        own = np.array(game.file.node_outcome)
        total = np.where((own >= 0)[:, None], paid[own], 0.0)
        for level in game.levels():
            above = game.parent[level]
            if above[0] >= 0:
                total[level] += total[above]
        now = self.numbers.payoff[self.draw][game.leaf_class]
        return bool(np.allclose(total[game.leaf_node], now, rtol=1e-14, atol=1e-14))

    def _file_outcome(self, node: int) -> str:
        assert self.game.file is not None
        position = self.game.file.node_outcome[node]
        if position < 0:
            return "0"
        outcome = self.game.file.outcomes[position]
        payoffs = ", ".join(number_text(x) for x in outcome.payoff)
        return f"{outcome.number} {quoted(tidy(outcome.label))} {{ {payoffs} }}"

    def _leaf_outcome(self, node: int, keep: bool) -> str:
        if keep:
            return self._file_outcome(node)
        game = self.game
        leaf = self.leaf_at[node]
        number = int(game.leaf_class[leaf]) + 1
        label = f"Outcome {number}"
        if game.story is not None and self.outcome_names:
            label = f"{self.outcome_names[int(game.story.outcome[leaf])]} ({number})"
        payoffs = ", ".join(number_text(float(x)) for x in self.numbers.payoff[self.draw, number - 1])
        return f"{number} {quoted(tidy(label))} {{ {payoffs} }}"
