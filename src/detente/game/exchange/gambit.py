"""Reading Gambit's extensive-form game files (.efg, version 2).

Payoffs of outcomes on the way are added to those at the end, as Gambit does. Trees may be of any depth.
Source: Gambit's documentation, "The extensive game (.efg) file format".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from detente.errors import CaseError, Place, Problem
from detente.game.arrays import CHANCE, LEAF, Game, Numbers
from detente.game.efg_labels import told_apart
from detente.game.exchange.efg_words import Word, Words
from detente.game.exchange.gambit_writing import adding_up, write_efg
from detente.game.exchange.prefix import PrefixTree, level_order
from detente.game.file_names import FileNames, FileOutcome
from detente.plurals import counted

__all__ = ["parse_efg", "read_efg", "write_efg"]

MOST_BYTES = 256 * 2**20
MOST_EFG_NODES = 5_000_000
MOST_PLAYERS = 100
CHANCE_SLACK = 1e-9
"""Largest distance from one of the sum of a chance move's probabilities, as decimals are rounded; the largest
probability is then the one that the others leave.
"""

END_OF_FILE = re.compile(r"\x1a[\s\x1a\0]*\Z")
"""DOS's end of file (^Z), with which a file may close, as Gambit's own reader allows."""


def read_efg(path: str | Path) -> tuple[Game, Numbers]:
    """The game in a Gambit file, and its payoffs and chances as one draw.

    Raises CaseError, with line and column, where the file is malformed, too large, or forgets what a player knew.
    """
    path = Path(path)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _about(path, f"the file is larger than {MOST_BYTES // 2**20} MiB")
        data = path.read_bytes()
    except OSError as trouble:
        raise _about(path, f"cannot read the file: {trouble.strerror or trouble}") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return parse_efg(text, str(path))


def parse_efg(text: str, file: str = "game.efg") -> tuple[Game, Numbers]:
    """Game in the text of a file; otherwise as `read_efg`."""
    return _EfgReader(Words(file, END_OF_FILE.sub("", text.replace("\r\n", "\n")))).game()


def _about(path: Path, what: str) -> CaseError:
    return CaseError([Problem(what, where=Place(str(path), 1, 1))])


@dataclass
class _Mover:
    """An information set of the file (of a player, or of chance) as first told."""

    label: str
    moves: tuple[str, ...]  # no two alike
    odds: tuple[Fraction, ...] = ()
    number: int = -1
    last: int = -1  # last action of the same player before it, for perfect recall


@dataclass
class _EfgReader:
    words: Words
    tree: PrefixTree = field(init=False)
    comment: str = ""
    movers: dict[tuple[int, int], _Mover] = field(default_factory=dict)
    outcomes: dict[int, FileOutcome] = field(default_factory=dict)
    outcome: list[int] = field(default_factory=list)
    label: list[str] = field(default_factory=list)
    chance: list[int | None] = field(default_factory=list)
    last: list[tuple[int, ...]] = field(default_factory=list)
    actions: int = 0
    offset: list[int] = field(default_factory=list)

    def game(self) -> tuple[Game, Numbers]:
        self.tree = self._prologue()
        self._body()
        self._pay()
        game, numbers, place = level_order(self.tree)
        return replace(game, file=self._names(place)), numbers

    def _prologue(self) -> PrefixTree:
        words = self.words
        first = words.next
        if first.value == "NFG":
            raise words.error(first, "this is a game in strategic form (.nfg)", "Save it as an extensive game (.efg).")
        words.expect("symbol", "'EFG', with which a Gambit game file begins", "EFG")
        version = words.expect("number", "the format's version")
        if version.value != "2":
            raise words.error(version, f"version {version.value} of the format is unknown", "Write EFG 2 R.")
        words.expect("symbol", "the letter R")
        title = words.expect("text", "the title of the game").value
        words.expect("mark", "'{' and the names of the players", "{")
        players: list[str] = []
        while not words.accept("}"):
            players.append(words.expect("text", "the name of a player, or '}'").value)
        if not 0 < len(players) <= MOST_PLAYERS:
            raise words.error(words.next, f"a game has 1 to {MOST_PLAYERS} players; this one has {len(players)}")
        if words.next.kind == "text":
            self.comment = words.take().value
        return PrefixTree(title, tuple(players))

    def _body(self) -> None:
        """Reads nodes until every branch has ended; `open` holds nodes with branches to come."""
        nobody = (-1,) * len(self.tree.players)
        moves = self._node(-1, 0, Fraction(0), nobody)
        open_nodes = [(0, moves, 0)] if moves else []
        while open_nodes:
            node, moves, rank = open_nodes.pop()
            if rank + 1 < moves:
                open_nodes.append((node, moves, rank + 1))
            seen, odds = self._after(node, rank)
            here = len(self.tree.parent)
            below = self._node(node, rank, odds, seen)
            if below:
                open_nodes.append((here, below, 0))
        if self.words.next.kind != "end":
            found = self.words.next
            raise self.words.error(found, f"every branch of the tree has ended, yet there follows {found}")

    def _after(self, node: int, rank: int) -> tuple[tuple[int, ...], Fraction]:
        """Everybody's last action after a branch of a node, and the branch's probability where chance moves."""
        infoset = self.tree.infoset[node]
        if infoset == CHANCE:
            number = self.chance[node]
            assert number is not None
            return self.last[node], self.movers[0, number].odds[rank]
        owner = self.tree.owner[infoset]
        seen = list(self.last[node])
        seen[owner] = self.offset[infoset] + rank
        return tuple(seen), Fraction(0)

    def _node(self, parent: int, rank: int, odds: Fraction, seen: tuple[int, ...]) -> int:
        """Reads one node; returns how many branches it has."""
        words = self.words
        letter = words.next
        if letter.kind == "end":
            raise words.error(letter, "the file ends before every branch of the tree has ended")
        if letter.kind != "symbol" or letter.value not in ("c", "p", "t"):
            what = f"expected a node, which begins with c, p or t, found {letter}"
            raise words.error(letter, what)
        if len(self.tree.parent) >= MOST_EFG_NODES:
            raise words.error(letter, f"the game has more than {MOST_EFG_NODES:,} nodes")
        words.take()
        self.label.append(words.expect("text", 'the label of the node, in double quotes ("" for none)').value)
        infoset, moves = LEAF, 0
        chance: int | None = None
        if letter.value == "c":
            infoset = CHANCE
            chance, moves = self._chance_mover()
        elif letter.value == "p":
            infoset, moves = self._mover(seen)
        self.tree.add(parent, rank, infoset, float(odds))
        self.chance.append(chance)
        self.last.append(seen)
        self.outcome.append(self._outcome())
        return moves

    def _chance_mover(self) -> tuple[int, int]:
        number, word = self.words.whole("the number of chance's information set")
        told = self._told(word, with_odds=True)
        if told:
            total = float(sum(told.odds))
            what = ""
            if any(p < 0 for p in told.odds):
                what = f"chance's information set {number} has a negative probability"
            elif abs(total - 1.0) > CHANCE_SLACK:
                what = f"the probabilities of chance's information set {number} add up to {total:.12g}"
            if what:
                remedy = "They must be at least 0 and add up to exactly 1; 1/3 may be written."
                raise self.words.error(word, what, remedy)
            told.odds = adding_up(told.odds)
        return number, len(self._same(0, number, word, told).moves)

    def _mover(self, seen: tuple[int, ...]) -> tuple[int, int]:
        words = self.words
        player, word = words.whole("the number of the player who moves")
        if not 1 <= player <= len(self.tree.players):
            raise words.error(word, f"there is no player {player}", f"Players are 1 to {len(self.tree.players)}.")
        number, word = words.whole("the number of the information set")
        mover = self._same(player, number, word, self._told(word, with_odds=False))
        if mover.number < 0:
            mover.number, mover.last = len(self.tree.owner), seen[player - 1]
            self.tree.owner.append(player - 1)
            self.tree.choices.append(len(mover.moves))
            self.tree.infoset_label.append(mover.label)
            self.tree.action_label.append(mover.moves)
            self.offset.append(self.actions)
            self.actions += len(mover.moves)
        elif mover.last != seen[player - 1]:
            name = self.tree.players[player - 1]
            what = f"imperfect recall: at information set {number}, player {player} ({name}) does not remember"
            what += " what the same player did or knew before"
            raise words.error(word, what, "Give histories that the player told apart before different numbers.")
        return mover.number, len(mover.moves)

    def _told(self, word: Word, *, with_odds: bool) -> _Mover | None:
        """The label and moves of an information set, where they are told here."""
        words = self.words
        label = words.take().value if words.next.kind == "text" else ""
        if not words.accept("{"):
            return None
        moves: list[str] = []
        odds: list[Fraction] = []
        while not words.accept("}"):
            moves.append(words.expect("text", "the label of a move, or '}'").value)
            if with_odds:
                odds.append(words.number("the probability of the move"))
            words.accept(",")
        if not moves:
            raise words.error(word, "this information set has no moves")
        return _Mover(label, told_apart(moves, "chance" if with_odds else ""), tuple(odds))

    def _same(self, player: int, number: int, word: Word, told: _Mover | None) -> _Mover:
        """The information set under this number; what is told again must be what was told first."""
        who = f"player {player}'s" if player else "chance's"
        known = self.movers.get((player, number))
        if known is None:
            if told is None:
                what = f"{who} information set {number} has not been told before"
                raise self.words.error(word, what, 'Give its label and moves: "label" { "move" "move" }.')
            self.movers[player, number] = told
            return told
        if told and (len(told.moves) != len(known.moves) or told.odds != known.odds):
            what = f"{who} information set {number} was told before with other moves or probabilities"
            raise self.words.error(word, what, "Say the same again, or give it another number.")
        return known

    def _outcome(self) -> int:
        words = self.words
        number, word = words.whole("the number of the outcome (0 for none)")
        label = words.take().value if words.next.kind == "text" else ""
        if not words.accept("{"):
            if number and number not in self.outcomes:
                what = f"outcome {number} has not been told before"
                raise words.error(word, what, 'Give its label and payoffs: "label" { 1, 2 }.')
            return number
        if not number:
            raise words.error(word, "outcome 0 stands for none and cannot have payoffs", "Give it another number.")
        payoff: list[Fraction] = []
        while not words.accept("}"):
            payoff.append(words.number("a payoff, or '}'"))
            words.accept(",")
        if len(payoff) != len(self.tree.players):
            what = (
                f"outcome {number} has {counted(len(payoff), 'payoff')} for {counted(len(self.tree.players), 'player')}"
            )
            raise words.error(word, what, "Give every player one payoff.")
        known = self.outcomes.setdefault(number, FileOutcome(number, label, tuple(payoff)))
        if known.payoff != tuple(payoff):
            what = f"outcome {number} was told before with other payoffs"
            raise words.error(word, what, "Say the same again, or give it another number.")
        return number

    def _pay(self) -> None:
        """Payoffs of the leaves: what all outcomes on the way add up to, exactly."""
        tree = self.tree
        nothing = (Fraction(0),) * len(tree.players)
        total: list[tuple[Fraction, ...]] = []
        for node, number in enumerate(self.outcome):
            before = total[tree.parent[node]] if node else nothing
            gain = self.outcomes[number].payoff if number else nothing
            if before is nothing or not any(before):
                now = gain
            else:
                now = tuple(a + b for a, b in zip(before, gain, strict=True)) if number else before
            total.append(now)
            if tree.infoset[node] == LEAF:
                tree.payoff[node] = tuple(float(x) for x in now)

    def _names(self, place: np.ndarray[tuple[int], np.dtype[np.int32]]) -> FileNames:
        order = np.argsort(place).tolist()
        numbers = list(self.outcomes)
        position = {number: k for k, number in enumerate(numbers)} | {0: -1}
        chance = [self.chance[node] for node in order]
        movers = [_Mover("", ()) if number is None else self.movers[0, number] for number in chance]
        told = sorted((mover.number, key[1]) for key, mover in self.movers.items() if key[0])
        return FileNames(
            comment=self.comment,
            infoset_number=tuple(number for _, number in told),
            node_label=tuple(self.label[node] for node in order),
            node_outcome=tuple(position[self.outcome[node]] for node in order),
            outcomes=tuple(self.outcomes[number] for number in numbers),
            chance_number=tuple(chance),
            chance_label=tuple(mover.label for mover in movers),
            chance_moves=tuple(mover.moves for mover in movers),
            chance_odds=tuple(mover.odds for mover in movers),
            place=Place(self.words.file, 1, 1),
        )
