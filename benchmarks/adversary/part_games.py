"""Gambit game files: read, solved, judged and written, against a tree of one's own and against pygambit."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Any

from benchmarks.adversary.efg import ODD, GameFile, game_file, numbers_of_sets
from benchmarks.adversary.part_cases import GOOD, number
from benchmarks.adversary.product import Product, broken, refused, unplaced
from benchmarks.adversary.tree import Infoset, Node, hold, logit_errors, restore_vanished, sequential_faults
from benchmarks.adversary.verdict import REFUSED, Verdict, broke, fine, passed, wrong

NAME = "game.efg"
SCALES = ("1e308", "1e-310", "1e200", "1e-250", "1e15", "1e-12")
Fault = tuple[str, str] | None


def trials(product: Product, count: int, seed: int) -> Iterator[Verdict]:
    for k in range(count):
        random = Random(seed * 1_000_003 + k)
        made = random.randrange(10**9)
        if k % 8 == 0:
            yield scaled(product, game_file(made, scale=random.choice(SCALES)))
            continue
        odd = frozenset(random.sample(ODD, random.choice([0, 0, 1, 1, 2])))
        game = game_file(made, odd)
        if len(game.tree.nodes) < 2:
            yield passed("a game without a move")
            continue
        yield judged(product, game, random, k % 4)


def as_pygambit_reads(text: str) -> Any:
    """pygambit's game; the error where it refuses."""
    import pygambit

    try:
        return pygambit.read_efg(io.BytesIO(text.encode()))
    except Exception as error:
        return error


def judged(product: Product, game: GameFile, random: Random, turn: int) -> Verdict:
    files = {NAME: game.text}
    rationality = 10 ** random.uniform(-1.5, 1.0)
    command = f"detente solve {NAME} --rationality {rationality!r} --json"
    told = product.call("solve", text=game.text, name=NAME, rationality=rationality)
    if what := broken(told):
        return broke("a game breaks the program", what, files, command)
    if refused(told):
        return refusal(told, game, files)
    if told["warnings"]:
        return wrong("a warning of a library reaches the user", str(told["warnings"]), files, command)
    found = solved_fault(game, told["value"], rationality)
    if found:
        return wrong(*found, files, command)
    if turn == 1:
        return written(product, game, files)
    if turn == 3:
        return profiled(product, game, random, files)
    return fine()


def refusal(told: dict[str, Any], game: GameFile, files: dict[str, str]) -> Verdict:
    """A refusal is wrong where pygambit reads the file, for the games made here have perfect recall."""
    theirs = as_pygambit_reads(game.text)
    what = str(told.get("problems", told.get("refused")))
    if unplaced(told):
        return wrong("a problem of a game without a place", what, files, f"detente solve {NAME}")
    if isinstance(theirs, Exception):
        return Verdict(REFUSED, "a game that pygambit refuses too", what, files)
    return wrong("a game is refused that pygambit reads", what, files, f"detente solve {NAME}")


def entries(game: GameFile, profile: list[dict[str, Any]]) -> list[Infoset] | str:
    """[entry] the information set that the entry's player and number mean; or what does not fit."""
    players, known = game.tree.players, {}
    odd = len(set(players)) < len(players) or "" in players  # the program gives such players names of its own
    for infoset, own in zip(game.tree.infosets, game.numbers, strict=True):
        known.setdefault((players[infoset.player], own), []).append(infoset)
    found = []
    for entry in profile:
        options = known.get((entry["actor"], entry["information_set"]), [])
        if odd:
            options = [each for (_, own), sets in known.items() if own == entry["information_set"] for each in sets]
            options = [each for each in options if len(each.moves) == len(odds_of(entry["moves"]))]
        options = [each for each in options if not any(each is other for other in found)]
        if not options:
            return f"no information set {entry['information_set']} of {entry['actor']} stands in the file"
        found.append(options[0])
    return found if len(found) == len(game.tree.infosets) else "information sets are missing"


def odds_of(moves: Any) -> list[float]:
    """The probabilities of an entry's moves in the order told."""
    if isinstance(moves, dict):
        return [float(each) for each in moves.values()]
    return [float(each.get("p", each.get("probability"))) for each in moves]


def solved_fault(game: GameFile, solved: dict[str, Any], rationality: float) -> Fault:
    tree = game.tree
    sets = entries(game, solved["profile"])
    if isinstance(sets, str):
        return "numbers of information sets", sets
    odds = {}
    for infoset, entry in zip(sets, solved["profile"], strict=True):
        told = odds_of(entry["moves"])
        if len(told) != len(infoset.moves):
            return "moves of one name are thrown together", f"{entry['moves']} for {infoset.moves}"
        odds[id(infoset)] = told
    if len(set(tree.players)) < len(tree.players) or "" in tree.players:
        return None  # which of them is which was not told apart above
    restore_vanished(tree, rationality, odds)
    if math.isfinite(rationality) and any(good in solved["status"] for good in GOOD):
        error, worst = max(logit_errors(tree, rationality), key=lambda each: each[0], default=(0.0, None))
        if error > 1e-6:
            return "not a logit equilibrium", f"by {error:.3g} at set {game.numbers[tree.infosets.index(worst)]}"
    for name, true in zip(tree.players, tree.utilities(), strict=True):
        if not abs(number(solved["utilities"][name]) - true) <= 1e-9 * (tree.span + abs(true)):
            return "a utility", f"{name}: told {solved['utilities'][name]}, right {true}"
    if not abs(number(solved["nash_conv"]) - tree.nash_conv()) <= 1e-8 * tree.span:
        return "NashConv", f"told {solved['nash_conv']}, right {tree.nash_conv()}"
    return None


def scaled(product: Product, game: GameFile) -> Verdict:
    """Payoffs that are huge or tiny throughout: the answer at that scale in the limit, or a refusal."""
    files, command = {NAME: game.text}, f"detente solve {NAME} --json"
    told = product.call("cli", words=["solve", "{folder}/" + NAME, "--json"], files=files)
    if what := broken(told):
        return broke("payoffs of a scale break the program", what, files, command)
    value = told["value"]
    if "Traceback" in value["err"] or "Warning" in value["err"]:
        return wrong("payoffs of a scale end in a warning", value["err"][-300:], files, command)
    if value["code"]:
        return Verdict(REFUSED, "payoffs of a scale that is refused", value["err"], files)
    solved = json.loads(value["out"])
    if solved["reached"] is None or "no answer" in solved["status"]:
        return wrong("no answer, and exit code 0", solved["status"], files, command)
    sets = entries(game, solved["profile"])
    if isinstance(sets, str) or not game.tree.infosets or game.tree.span == 0:
        return passed("cannot be compared")
    odds = {id(each): odds_of(entry["moves"]) for each, entry in zip(sets, solved["profile"], strict=True)}
    restore_vanished(game.tree, 1e8 / game.tree.span, odds)
    for infoset, entry in zip(sets, solved["profile"], strict=True):
        told_beliefs = list(entry.get("belief", {}).values())
        # Histories of one length stand in the same order in the file and in the program.
        if infoset.unsure and told_beliefs and len({_length(node) for node in infoset.nodes}) == 1:
            hold(infoset, [float(each) for each in told_beliefs])
    if any(good in solved["status"] for good in GOOD) and (faults := sequential_faults(game.tree)):
        return wrong("a worse move is made at a scale", f"loses {faults[0][0]:.3g} of what is at stake", files, command)
    return fine()


def _length(node: Node) -> int:
    """Number of moves that lead to a history."""
    return 0 if node.parent is None else 1 + _length(node.parent)


def written(product: Product, game: GameFile, files: dict[str, str]) -> Verdict:
    """Files that `export` writes: pygambit reads it, numbers are kept, chances and payoffs are what they were."""
    command = f"detente export {NAME} written.efg"
    told = product.call("exported", text=game.text, name=NAME)
    if what := broken(told):
        return broke("export breaks", what, files, command)
    if refused(told):
        return Verdict(REFUSED, "export refuses", str(told)[:200], files)
    text = told["value"]
    files = {**files, "written.efg": text}
    if sorted(numbers_of_sets(text)) != sorted(numbers_of_sets(game.text)):
        return wrong("export changes numbers of sets", f"{numbers_of_sets(text)}", files, command)
    theirs = as_pygambit_reads(text)
    if isinstance(theirs, Exception):
        return wrong("pygambit does not read an export", str(theirs), files, command)
    return same_tree(theirs, game, files, command)


def same_tree(theirs: Any, game: GameFile, files: dict[str, str], command: str) -> Verdict:
    """Compares pygambit's leaves, with their chances, to the tree's, from left to right."""
    from pygambit import H

    def walk(path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        moves = theirs.get_actions(H.path(*path))
        for move in moves:
            yield from walk((*path, move))
        if not moves:
            yield path

    leaves = game.tree.leaves
    paths = list(walk(()))
    if len(paths) != len(leaves):
        return wrong("an export has another tree", f"{len(paths)} leaves for {len(leaves)}", files, command)
    for path, worth in zip(paths, game.exact, strict=True):
        outcome = theirs.get_outcome(H.path(*path))
        told = theirs.get_outcome_payoffs(outcome)
        found = [Fraction(told[player]) for player in theirs.players]
        if any(abs(a - b) > Fraction(1, 10**12) * (1 + abs(b)) for a, b in zip(found, worth, strict=True)):
            return wrong("an export pays otherwise", f"{found} for {worth}", files, command)
    return fine()


def profiled(product: Product, game: GameFile, random: Random, files: dict[str, str]) -> Verdict:
    """A pure profile by the file's numbers, judged: everybody's payoff is what the reference says."""
    tree = game.tree
    if "players" in game.odd or any(len(set(each.moves)) < len(each.moves) for each in tree.infosets):
        return fine()
    if any("" in each.moves for each in tree.infosets):
        return fine()
    told = []
    for infoset, own in zip(tree.infosets, game.numbers, strict=True):
        pick = random.randrange(len(infoset.moves))
        infoset.logs = [0.0 if k == pick else -math.inf for k in range(len(infoset.moves))]
        name = tree.players[infoset.player]
        told.append({"actor": name, "information_set": own, "moves": infoset.moves[pick]})
    tree.play()
    command = f"detente judge {NAME} profile.json"
    found = product.call("judge", text=game.text, name=NAME, profile={"default": "uniform", "profile": told})
    if what := broken(found):
        return broke("judge breaks", what, files, command)
    if refused(found):
        return wrong("judge refuses the file's numbers", str(found)[:300], files, command)
    for name, true in zip(tree.players, tree.utilities(), strict=True):
        value = number(found["value"]["utilities"][name])
        if not abs(value - true) <= 1e-9 * (1 + tree.span):
            return wrong("judge applies a profile elsewhere", f"{name}: told {value}, right {true}", files, command)
    return fine()
