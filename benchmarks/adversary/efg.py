"""Random trees as Gambit game files, with the odd names and numbers that such files have; and a reader of its own."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random

from benchmarks.adversary.tree import Infoset, Node, Tree


@dataclass
class GameFile:
    """A tree with what its file calls things: numbers [infoset] as in the file; scale: what payoffs are told as
    multiples of. Payoffs of the tree are without the scale, so that they can be computed with."""

    text: str
    tree: Tree
    numbers: list[int]
    scale: Fraction
    exact: list[tuple[Fraction, ...]]
    odd: frozenset[str]


ODD = ("numbers", "negative", "moves", "players", "end")


@dataclass
class Maker:
    """odd: what of `ODD` is unusual in the file: numbers out of order, negative ones, equal or empty names of moves or
    players, and how it ends."""

    random: Random
    odd: frozenset[str] = frozenset()
    scale: str = ""
    lines: list[str] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    sets: dict[object, Infoset] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)
    exact: list[tuple[Fraction, ...]] = field(default_factory=list)
    outcomes: dict[tuple[str, ...], int] = field(default_factory=dict)

    def game(self) -> GameFile:
        random = self.random
        self.players = random.sample(["A", "B", "Admiral", "Pilot", "the west", "é"], random.choice([1, 2, 2, 3]))
        if "players" in self.odd:
            self.players = [random.choice(["", "A"])] * len(self.players)
        self.depth = random.choice([2, 3, 3, 4])
        self.free = {k: self._free() for k in range(-1, len(self.players))}
        root = Node(None)
        self._grow(root, 0, ((),) * len(self.players), Fraction(1))
        head = f'EFG 2 R "a random game" {{ {" ".join(text(name) for name in self.players)} }}\n""\n'
        body = head + "\n".join(self.lines) + "\n"
        if "end" in self.odd:
            body += random.choice(["\x1a", "\n\x1a\n", "   \n\n"])
        tree = Tree(tuple(self.players), self.nodes, list(self.sets.values()))
        numbers = [self.numbers[id(each)] for each in tree.infosets]
        return GameFile(body, tree, numbers, Fraction(self.scale or "1"), self.exact, self.odd)

    def _free(self) -> list[int]:
        """Numbers for information sets, the next one last: as they appear, or in any order."""
        if not self.odd & {"numbers", "negative"}:
            return list(range(400, 0, -1))
        numbers = list(range(1, 400))
        self.random.shuffle(numbers)
        negative = self.random.sample(range(-40, 0), 20) if "negative" in self.odd else []
        return [*numbers, *negative]

    def _grow(self, node: Node, depth: int, seen: tuple[tuple[object, ...], ...], odds: Fraction) -> None:
        random = self.random
        self.nodes.append(node)
        if depth == self.depth or (depth and random.random() < 0.15):
            self._leaf(node)
            return
        if random.random() < 0.2 and depth < 3:
            self._chance(node, depth, seen, odds)
            return
        player = depth % len(self.players) if random.random() < 0.7 else random.randrange(len(self.players))
        key = (player, depth, seen[player])
        fresh = key not in self.sets
        if fresh:
            count = random.choice([2, 2, 3])
            moves = tuple(random.sample(["l", "r", "hold", "fire"], count))
            if "moves" in self.odd and random.random() < 0.5:
                moves = tuple(random.choice([["l"] * count, [""] * count, ["l", "", "l"][:count]]))
            self.sets[key] = Infoset(player, moves, key=key)
            self.numbers[id(self.sets[key])] = self.free[player].pop()
        infoset = self.sets[key]
        node.player, node.infoset = player, infoset
        infoset.nodes.append(node)
        told = f' "" {{ {" ".join(text(move) for move in infoset.moves)} }}' if fresh or random.random() < 0.7 else ""
        self.lines.append(f'p "" {player + 1} {self.numbers[id(infoset)]}{told} 0')
        public = random.random() < 0.6
        for rank in range(len(infoset.moves)):
            child = Node(node, rank)
            node.children.append(child)
            after = list(seen)
            after[player] = (*seen[player], ("own", depth, rank, key))
            if public:
                after = [each if k == player else (*each, (depth, rank)) for k, each in enumerate(after)]
            else:
                after = [each if k == player else (*each, (depth, "?")) for k, each in enumerate(after)]
            self._grow(child, depth + 1, tuple(after), odds)

    def _chance(self, node: Node, depth: int, seen: tuple[tuple[object, ...], ...], odds: Fraction) -> None:
        random = self.random
        count = random.choice([2, 3])
        weights = [random.randint(1, 9) for _ in range(count)]
        shares = [Fraction(each, sum(weights)) for each in weights]
        names = [str(each) for each in shares]
        if random.random() < 0.5:
            digits = random.choice([6, 10, 12])
            names = [f"{float(each):.{digits}f}" for each in shares]
            if abs(float(sum(map(Fraction, names))) - 1) > 1e-9:
                names = [str(each) for each in shares]
        node.player = -1
        label = ["calm", "swell", "storm"]
        branches = " ".join(f'"{label[k]}" {names[k]}' for k in range(count))
        self.lines.append(f'c "" {self.free[-1].pop()} "" {{ {branches} }} 0')
        public = random.random() < 0.4
        for rank in range(count):
            child = Node(node, rank, way=math.log(Fraction(names[rank])))
            node.children.append(child)
            mark = (depth, rank) if public else (depth, "?")
            self._grow(child, depth + 1, tuple((*each, mark) for each in seen), odds * shares[rank])

    def _leaf(self, node: Node) -> None:
        random = self.random
        told, worth = [], []
        for _ in self.players:
            value = random.choice(
                [str(random.randint(-9, 9)), f"{random.uniform(-5, 5):.3f}", f"{random.randint(-9, 9)}/7"]
            )
            if self.scale:
                value = f"{random.randint(-9, 9)}{self.scale[1:]}"
            told.append(value)
            worth.append(Fraction(value))
        number = self.outcomes.get(tuple(told))
        if number is None:
            number = (-1 if "negative" in self.odd else 1) * (1000 + len(self.outcomes))
            self.outcomes[tuple(told)] = number
        separator = ", " if random.random() < 0.5 else " "
        self.lines.append(f't "" {number} "" {{ {separator.join(told)} }}')
        self.exact.append(tuple(worth))
        scale = Fraction(self.scale or "1")
        node.payoffs = tuple(float(each / scale) for each in worth)


def text(name: str) -> str:
    return '"' + name.replace('"', '\\"') + '"'


def numbers_of_sets(written: str) -> list[tuple[int, int]]:
    """(player, number) of the information sets in a file, as they first appear."""
    found = re.findall(r'^p "(?:[^"\\]|\\.)*" (\d+) (-?\d+)', written, re.MULTILINE)
    return list(dict.fromkeys((int(player), int(number)) for player, number in found))


def game_file(seed: int, odd: frozenset[str] = frozenset(), *, scale: str = "") -> GameFile:
    return Maker(Random(seed), odd, scale).game()
