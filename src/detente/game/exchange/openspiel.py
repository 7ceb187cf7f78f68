"""Games of OpenSpiel, loaded through its Python package `pyspiel` (pip install 'detente[openspiel]').

Games with simultaneous moves are taken in OpenSpiel's own turn-based form: one moves after the other, unseen. Players
know what OpenSpiel's information states say; in a game of perfect information without them, the whole history.
Source: Lanctot et al. 2019, "OpenSpiel: A Framework for Reinforcement Learning in Games", arXiv:1908.09453.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

import numpy as np

from detente.errors import RequestError
from detente.game.arrays import CHANCE, LEAF, Game, Ints, Numbers
from detente.game.exchange.gambit_writing import chance_texts
from detente.game.exchange.prefix import PrefixTree, level_order
from detente.game.file_names import FileNames, FileOutcome
from detente.game.histories import counted

PREFIX = "openspiel:"
MOST_OPENSPIEL_NODES = 1_000_000
PROBES = 400
"""Random plays from which the size of a tree is estimated before it is built."""
HOPELESS = 10.0
"""An estimate so many times above the budget is refused without building anything; estimates are rough."""


def read_openspiel(name: str, *, most_nodes: int = MOST_OPENSPIEL_NODES) -> tuple[Game, Numbers]:
    """A game by OpenSpiel's name, such as "kuhn_poker" or "leduc_poker(players=2)", and its numbers as one draw.

    Raises RequestError where pyspiel is missing, the name or a parameter is unknown, the game has more nodes than
    `most_nodes`, its chance has no probabilities, or a player forgets.
    """
    name = name.removeprefix(PREFIX).strip()
    pyspiel = _pyspiel()
    game = _turn_based(pyspiel, _known(pyspiel, name), name)
    expected = _nodes_expected(game, most_nodes)
    if expected > HOPELESS * most_nodes:
        told = f"about {expected:.0e}" if expected < 1e100 else "over 1e100"
        raise _too_large(name, told, most_nodes)
    return _Grower(name, game, most_nodes).grow()


def _pyspiel() -> Any:
    try:
        import pyspiel  # pyright: ignore[reportMissingImports]
    except ModuleNotFoundError:
        what = "games of OpenSpiel need the package open-spiel: pip install 'detente[openspiel]'"
        raise RequestError(what) from None
    return pyspiel


def _known(pyspiel: Any, name: str) -> Any:
    """The game of a name whose words OpenSpiel knows; they are looked up first, for it prints what it does not know."""
    names: list[str] = pyspiel.registered_names()
    short = name.partition("(")[0]
    if short not in names:
        raise RequestError(f"OpenSpiel has no game `{short}`; {_meant(short, names, 'games')}")
    try:
        given: dict[str, Any] = pyspiel.game_parameters_from_string(name)
        kind = next(each for each in pyspiel.registered_games() if each.short_name == short)
        known = list(kind.parameter_specification)
        for word in given:
            if word != "name" and word not in known:
                raise RequestError(f"`{short}` has no parameter `{word}`; {_meant(word, known, 'parameters')}")
        return pyspiel.load_game(name)
    except pyspiel.SpielError as error:
        raise RequestError(f"OpenSpiel cannot load `{name}`: {str(error).strip().splitlines()[-1]}") from None


def _meant(word: str, names: Iterable[str], nouns: str) -> str:
    every = sorted(names)
    close = get_close_matches(word, every, n=1, cutoff=0.5)
    if close:
        return f"did you mean `{close[0]}`?"
    shown = ", ".join(every[:8]) + (f" and {len(every) - 8} more" if len(every) > 8 else "")
    return f"its {nouns}: {shown}" if every else f"it has no {nouns}"


def _turn_based(pyspiel: Any, game: Any, name: str) -> Any:
    """The game with moves one after the other, if it is one that a tree can hold."""
    kind = game.get_type()
    if kind.dynamics == kind.Dynamics.MEAN_FIELD:
        raise RequestError(f"`{name}` is a mean-field game: it has no tree of histories")
    if kind.chance_mode == kind.ChanceMode.SAMPLED_STOCHASTIC:
        raise RequestError(f"chance in `{name}` is only sampled: OpenSpiel does not tell its probabilities")
    told = kind.provides_information_state_string or kind.information == kind.Information.PERFECT_INFORMATION
    if not told:
        raise RequestError(f"OpenSpiel does not tell what players of `{name}` know (no information states)")
    return pyspiel.convert_to_turn_based(game) if kind.dynamics == kind.Dynamics.SIMULTANEOUS else game


def _too_large(name: str, nodes: str, most: int) -> RequestError:
    what = f"`{name}` has {nodes} nodes, and at most {most:,} can be loaded"
    return RequestError(f"{what}: choose smaller parameters, as in leduc_poker(players=2)")


def _nodes_expected(game: Any, most: int) -> float:
    """An unbiased estimate of the number of nodes: along random plays, the product of the numbers of branches.

    Source: Knuth 1975, "Estimating the efficiency of backtrack programs".
    """
    dice = random.Random(1)
    total = 0.0
    for _ in range(PROBES):
        state, weight, depth = game.new_initial_state(), 1.0, 0
        total += 1.0
        while not state.is_terminal() and weight < 1e150 and depth <= most:
            actions = state.legal_actions()
            weight *= len(actions)
            total += weight
            depth += 1
            state.apply_action(dice.choice(actions))
        if weight >= 1e150 or depth > most:
            return np.inf
    return total / PROBES


@dataclass
class _Set:
    """An information set: its number, the actions there, and its owner's last own move before it."""

    number: int
    actions: tuple[int, ...]
    last: int


@dataclass
class _Grower:
    """Grows the tree in prefix order; lists hold an entry per node."""

    name: str
    game: Any
    most: int
    sets: dict[tuple[int, str], _Set] = field(default_factory=dict[tuple[int, str], _Set])
    outcomes: dict[tuple[float, ...], int] = field(default_factory=dict[tuple[float, ...], int])
    node_outcome: list[int] = field(default_factory=list[int])
    chance: list[int] = field(default_factory=list[int])
    throws: list[tuple[tuple[str, ...], tuple[Fraction, ...]]] = field(
        default_factory=list[tuple[tuple[str, ...], tuple[Fraction, ...]]]
    )
    offset: list[int] = field(default_factory=list[int])
    actions: int = 0
    tree: PrefixTree = field(init=False)

    def grow(self) -> tuple[Game, Numbers]:
        players: int = self.game.num_players()
        self.tree = PrefixTree(self.name, tuple(f"Player {player}" for player in range(players)))
        waiting: list[tuple[Any, int, int, float, tuple[int, ...]]] = []
        waiting.append((self.game.new_initial_state(), -1, 0, 0.0, (-1,) * players))
        while waiting:
            state, parent, rank, odds, seen = waiting.pop()
            if len(self.tree.parent) >= self.most:
                raise _too_large(self.name, f"more than {self.most:,}", self.most)
            here = len(self.tree.parent)
            if state.is_terminal():
                self._leaf(state, parent, rank, odds)
            elif state.is_chance_node():
                moves, chances = self._throw(state, parent, rank, odds)
                below = zip(moves, chances, strict=True)
                waiting.extend(reversed([(state.child(a), here, k, float(p), seen) for k, (a, p) in enumerate(below)]))
            else:
                player, first, moves = self._decision(state, parent, rank, odds, seen)
                for k in reversed(range(len(moves))):
                    after = (*seen[:player], first + k, *seen[player + 1 :])
                    waiting.append((state.child(moves[k]), here, k, 0.0, after))
        game, numbers, place = level_order(self.tree)
        return replace(game, file=self._names(place)), numbers

    def _add(self, parent: int, rank: int, infoset: int, odds: float, payoff: tuple[float, ...] = ()) -> None:
        self.tree.add(parent, rank, infoset, odds, payoff)
        self.chance.append(0)
        self.node_outcome.append(-1)

    def _leaf(self, state: Any, parent: int, rank: int, odds: float) -> None:
        payoff = tuple(float(x) for x in state.returns())
        self._add(parent, rank, LEAF, odds, payoff)
        self.node_outcome[-1] = self.outcomes.setdefault(payoff, len(self.outcomes))

    def _throw(self, state: Any, parent: int, rank: int, odds: float) -> tuple[list[int], tuple[Fraction, ...]]:
        """A chance node: its moves, and chances that add up to exactly one."""
        told = state.chance_outcomes()
        moves = [int(action) for action, _ in told]
        chances = tuple(Fraction(text) for text in chance_texts([float(p) for _, p in told]))
        labels = tuple(str(state.action_to_string(state.current_player(), action)) for action in moves)
        self._add(parent, rank, CHANCE, odds)
        self.throws.append((labels, chances))
        self.chance[-1] = len(self.throws)
        return moves, chances

    def _decision(
        self, state: Any, parent: int, rank: int, odds: float, seen: tuple[int, ...]
    ) -> tuple[int, int, tuple[int, ...]]:
        """A decision node: who moves, the number of the first of the actions, and OpenSpiel's actions."""
        player = int(state.current_player())
        moves = tuple(int(action) for action in state.legal_actions())
        knows = self._knows(state, player)
        known = self.sets.get((player, knows))
        if known is None:
            known = self.sets[player, knows] = _Set(len(self.tree.owner), moves, seen[player])
            self.tree.owner.append(player)
            self.tree.choices.append(len(moves))
            self.tree.infoset_label.append(" ".join(knows.split()))
            self.tree.action_label.append(tuple(str(state.action_to_string(player, action)) for action in moves))
            self.offset.append(self.actions)
            self.actions += len(moves)
        elif known.last != seen[player] or known.actions != moves:
            what = "does not remember what that player did or knew before" if known.actions == moves else ""
            what = what or "has other moves at one history than at another that looks the same"
            raise RequestError(f"imperfect recall: in `{self.name}`, player {player} {what} (at `{knows.strip()}`)")
        self._add(parent, rank, known.number, odds)
        return player, self.offset[known.number], moves

    def _knows(self, state: Any, player: int) -> str:
        kind = self.game.get_type()
        return str(
            state.information_state_string(player) if kind.provides_information_state_string else state.history()
        )

    def _names(self, place: Ints) -> FileNames:
        order = np.argsort(place).tolist()
        chance = [self.chance[node] for node in order]
        throws = [self.throws[number - 1] if number else ((), ()) for number in chance]
        return FileNames(
            comment=f"OpenSpiel: {self.game}",
            infoset_number=counted(self.tree.owner),
            node_label=("",) * len(order),
            node_outcome=tuple(self.node_outcome[node] for node in order),
            outcomes=tuple(
                FileOutcome(k + 1, ", ".join(f"{x:g}" for x in payoff), tuple(Fraction(x) for x in payoff))
                for payoff, k in self.outcomes.items()
            ),
            chance_number=tuple(number or None for number in chance),
            chance_label=("",) * len(order),
            chance_moves=tuple(labels for labels, _ in throws),
            chance_odds=tuple(odds for _, odds in throws),
        )
