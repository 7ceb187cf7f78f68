"""A case with the games it compiles to: by scenario and by moves that are forced or forbidden, each compiled once."""

from __future__ import annotations

from collections import OrderedDict
from threading import RLock

from detente.crisis.changes import with_scenario, with_structure
from detente.crisis.model import Crisis
from detente.errors import RequestError
from detente.game.compiling.build import compile_crisis
from detente.game.compiling.compiled import CompiledGame
from detente.study.cases import Case
from detente.study.request import Prepared, Request, check_names, limited_game

GAMES, NODES = 8, 4_000_000
"""Most compiled games that are held of one case, and most nodes of them all."""

_Variant = tuple[str | None, tuple[str, ...], tuple[str, ...], tuple[tuple[str, float], ...]]


def prepare(case: Case, request: Request) -> Prepared:
    """The case with the game of one request. Raises RequestError and CaseError as `Games.prepared` does."""
    return Games(case).prepared(request)


class Games:
    """The compiled games of one case, safe in threads; those asked for last are held, within `GAMES` and `NODES`."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._lock = RLock()
        self._games: OrderedDict[_Variant, tuple[CompiledGame, Crisis]] = OrderedDict()

    @property
    def case(self) -> Case:
        """The case as it was given."""
        return self._case

    @property
    def crisis(self) -> Crisis:
        """The case as it is written. Raises RequestError for a game file."""
        crisis = self._case.crisis if isinstance(self._case, CompiledGame) else self._case
        if crisis is None:
            raise RequestError("a game file has no quantities, scenarios or draws: only `rationality` can be chosen")
        return crisis

    @property
    def file(self) -> CompiledGame | None:
        """The game of a game file, whose payoffs are the same in every draw; None for a case."""
        return self._case if isinstance(self._case, CompiledGame) and self._case.fixed is not None else None

    def prepared(self, request: Request) -> Prepared:
        """The game of a request. Raises RequestError for a name the case does not have, CaseError for a bad case."""
        self.check(request)
        game, crisis = self._game(request)
        return Prepared(game, self.crisis, crisis, request.set)

    def check(self, request: Request) -> None:
        """Raises RequestError for what the case does not have, or a game file cannot have."""
        if self.file is None:
            check_names(self.crisis, request)
        elif request.set or request.scenario or request.draws or request.limited:
            raise RequestError(
                "a game file has no quantities, stages, scenarios or draws: only `rationality` can be chosen"
            )

    def _game(self, request: Request) -> tuple[CompiledGame, Crisis]:
        shaping = {each.id for each in self.crisis.quantities if each.structural} & {*request.set}
        bound = (tuple(sorted(request.force)), tuple(sorted(request.forbid)))
        variant = (request.scenario, *bound, tuple(sorted((name, request.set[name]) for name in shaping)))
        with self._lock:
            if variant not in self._games:
                self._games[variant] = self._compiled(request)
                self._give_back()
            self._games.move_to_end(variant)
            return self._games[variant]

    def _compiled(self, request: Request) -> tuple[CompiledGame, Crisis]:
        base = with_structure(self.crisis, request.set)
        crisis = with_structure(with_scenario(base, request.scenario), request.set) if request.scenario else base
        if request.limited:
            return limited_game(crisis, request)
        own = not request.scenario and base is self.crisis
        known = self._case if isinstance(self._case, CompiledGame) and own else None
        return known or compile_crisis(crisis), crisis

    def _give_back(self) -> None:
        while len(self._games) > 1 and (
            len(self._games) > GAMES or sum(game.game.nodes for game, _ in self._games.values()) > NODES
        ):
            self._games.popitem(last=False)

    def forget(self) -> None:
        """Give all compiled games back; they are compiled again where they are asked for."""
        with self._lock:
            self._games.clear()

    @property
    def size(self) -> int:
        """Bytes that the games held keep, beside their own arrays, about."""
        with self._lock:
            return sum(game.game.kept.size for game, _ in self._games.values())
