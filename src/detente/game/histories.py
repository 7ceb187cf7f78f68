"""Histories in words: for errors, and to tell the histories of an information set apart."""

from __future__ import annotations

from collections.abc import Sequence

from detente.game.arrays import CHANCE, Game


def path_to(game: Game, node: int) -> list[int]:
    """The nodes on the way, the node itself last, the root left out."""
    path: list[int] = []
    while node > 0:
        path.append(node)
        node = int(game.parent[node])
    return path[::-1]


def history_words(game: Game, node: int) -> str:
    """Everything that happened on the way there, such as `chance 1, bet, fold`; `the start` at the root."""
    return ", ".join(move_words(game, step) for step in path_to(game, node)) or "the start"


def move_words(game: Game, node: int) -> str:
    """Words for the move that led to a node: `stage: move`, `actor.variable: value`, or a game file's label."""
    if game.story is not None:
        step = game.story.steps[int(game.story.step[node])]
        label = step.labels[int(game.story.move[node])]
        name = step.stage or f"{step.actor}.{step.variable}"
        return f"{name} {step.round}: {label}" if step.round else f"{name}: {label}"
    rank = node - int(game.first_child[game.parent[node]])
    if game.infoset[game.parent[node]] == CHANCE:
        return game.file.chance_moves[int(game.parent[node])][rank] if game.file is not None else f"chance {rank + 1}"
    return game.action_label[int(game.action[node])] if game.action_label else str(rank + 1)


def set_numbers(game: Game) -> tuple[int, ...]:
    """[infoset]: its number among its player's own, which is that of the game file where the game came from one."""
    if game.file is not None:
        return game.file.infoset_number
    return counted(game.infoset_player.tolist())


def counted(owners: Sequence[int]) -> tuple[int, ...]:
    """[infoset]: its position among the information sets of the same owner, from 1."""
    count: dict[int, int] = {}
    numbers: list[int] = []
    for owner in owners:
        count[owner] = count.get(owner, 0) + 1
        numbers.append(count[owner])
    return tuple(numbers)


def set_words(game: Game, infoset: int) -> str:
    """An information set and whose it is, such as `reply`, round 2 (challenger)."""
    player = game.players[int(game.infoset_player[infoset])]
    if game.story is not None:
        step = game.story.steps[int(game.story.infoset_step[infoset])]
        return f"`{step.stage}`, round {step.round} ({player})" if step.round else f"`{step.stage}` ({player})"
    label = game.infoset_label[infoset] if game.infoset_label else ""
    return f"information set {set_numbers(game)[infoset]}{f' `{label}`' if label else ''} of {player}"
