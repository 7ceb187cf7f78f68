"""Games that people play, kept in the folder of the cases, so that they go on after the laboratory was ended."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from detente.errors import DetenteError
from detente.files import write_atomically
from detente.web.frame.workspace import CaseText

_KEY = re.compile(r"([0-9a-f]{16})-([0-9a-f]{16})")
_GAMES = Path(".detente", "games")
_SEEDS = 2**31


class NoGameError(DetenteError):
    """A key that opens no game."""


@dataclass(frozen=True, slots=True)
class PlayedGame:
    """A game as it is kept: everything that it follows from, secrets included.

    id: names the file. case, settings: of the solution, as they were when the game began. seats: the actors that people
    play, by the key that opens each. moves: those made, in the order of play. by: who made each.
    """

    id: str
    case: CaseText
    settings: Mapping[str, Any]
    seats: Mapping[str, str]
    seed: int
    moves: tuple[str, ...] = ()
    by: tuple[str, ...] = ()

    def body(self, seat: str) -> dict[str, Any]:
        """The game as a process that answers needs it."""
        return {"seats": list(self.seats.values()), "seed": self.seed, "moves": list(self.moves), "seat": seat}


class Tables:
    """The games of a folder. One change of a game waits for the other (`turn`)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / _GAMES
        self._turns: dict[str, asyncio.Lock] = {}

    def turn(self, key: str) -> asyncio.Lock:
        """The lock of the game that a key opens."""
        return self._turns.setdefault(_parts(key)[0], asyncio.Lock())

    def begin(self, case: CaseText, settings: Mapping[str, Any], seats: Sequence[str]) -> PlayedGame:
        """A new game with a seed that nobody knows. Raises OSError where it cannot be kept."""
        keys = {secrets.token_hex(8): seat for seat in seats}
        game = PlayedGame(secrets.token_hex(8), case, dict(settings), keys, secrets.randbelow(_SEEDS))
        self._keep(game)
        return game

    def open(self, key: str) -> tuple[PlayedGame, str]:
        """The game that a key opens, and the seat. Raises NoGameError."""
        name, mark = _parts(key)
        try:
            held: dict[str, Any] = json.loads((self._folder / f"{name}.json").read_text("utf-8"))
            case = CaseText(**held.pop("case"))
            held |= {"moves": tuple(held["moves"]), "by": tuple(held["by"])}
            game = PlayedGame(case=case, **held)
            return game, game.seats[mark]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NoGameError("there is no such game, or its key is another one") from error

    def moved(self, game: PlayedGame, seat: str, move: str) -> PlayedGame:
        """The game with a move that a seat made. Raises OSError where it cannot be kept."""
        after = replace(game, moves=(*game.moves, move), by=(*game.by, seat))
        self._keep(after)
        return after

    def _keep(self, game: PlayedGame) -> None:
        text = json.dumps(asdict(game), ensure_ascii=False)
        write_atomically(self._folder / f"{game.id}.json", text.encode("utf-8", "surrogatepass"))


def _parts(key: str) -> tuple[str, str]:
    found = _KEY.fullmatch(key)
    if found is None:
        raise NoGameError("that is no key of a game")
    return found[1], found[2]
