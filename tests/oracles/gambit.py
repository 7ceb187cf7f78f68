"""What pygambit 17 says of a game, in Détente's arrays."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.game.arrays import Game


def gambit_game(text: str) -> Any:
    """pygambit's game from the text of an .efg file."""
    import pygambit

    return pygambit.read_efg(io.BytesIO(text.encode()))


def gambit_logit(text: str, rationality: float) -> Any:
    """pygambit's logit profile at a rationality."""
    from pygambit.qre import logit_solve_lambda

    return logit_solve_lambda(gambit_game(text), rationality)[0].profile


def behaviour_of(profile: Any, game: Game) -> NDArray[np.float64]:
    """[action] of a game that was read from the same text.

    Both number a player's information sets as they first appear in the file.
    """
    out = np.full(game.actions, np.nan)
    for player, name in enumerate(game.players):
        sets = np.flatnonzero(game.infoset_player == player)
        for infoset, (_, mixed) in zip(sets, list(profile[name]), strict=True):
            start, end = game.action_start[infoset], game.action_start[infoset + 1]
            out[start:end] = [float(mixed[label]) for label in game.action_label[start:end]]
    return out
