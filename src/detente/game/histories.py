"""How play came to a node, in words: for errors, and to tell the histories of an information set apart."""

from __future__ import annotations

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
    """What led to a node: `stage: move`, `actor.variable: value`, or a game file's label."""
    if game.story is not None:
        step = game.story.steps[int(game.story.step[node])]
        label = step.labels[int(game.story.move[node])]
        name = step.stage or f"{step.actor}.{step.variable}"
        return f"{name} {step.round}: {label}" if step.round else f"{name}: {label}"
    rank = node - int(game.first_child[game.parent[node]])
    if game.infoset[game.parent[node]] == CHANCE:
        labels = game.file.chance_moves[int(game.parent[node])] if game.file is not None else ()
        return labels[rank] if labels and labels[rank] else f"chance {rank + 1}"
    label = game.action_label[int(game.action[node])] if game.action_label else ""
    return label or str(rank + 1)


def set_words(game: Game, infoset: int) -> str:
    """Which information set, and whose."""
    player = game.players[int(game.infoset_player[infoset])]
    if game.story is not None:
        step = game.story.steps[int(game.story.infoset_step[infoset])]
        return f"`{step.stage}`, round {step.round} ({player})" if step.round else f"`{step.stage}` ({player})"
    label = game.infoset_label[infoset] if game.infoset_label else ""
    number = int((game.infoset_player[: infoset + 1] == game.infoset_player[infoset]).sum())
    return f"information set {number}{f' `{label}`' if label else ''} of {player}"
