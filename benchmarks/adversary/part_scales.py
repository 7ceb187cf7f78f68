"""The limit where payoffs are on very different scales: between moves, between players, between decisions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from benchmarks.adversary.cases import Written
from benchmarks.adversary.part_cases import judged
from benchmarks.adversary.product import Product
from benchmarks.adversary.verdict import Verdict


def trials(product: Product, count: int, seed: int) -> Iterator[Verdict]:
    for k in range(count):
        random = Random(seed * 1_000_003 + k)
        document = random.choice([unthinkable, two_worlds, simultaneous])(random)
        text = json.dumps({"detente": 1, "title": "scales", **document}, indent=1)
        yield judged(product, Written(document, text, []))


def worth(random: Random, most: float) -> float:
    """A number of any size up to the most."""
    return float(f"{random.choice([-1, 1]) * most * 10 ** -random.uniform(0, 9):.4g}")


def unthinkable(random: Random) -> dict[str, Any]:
    """One actor; one move is far worse than all others."""
    moves = [f"m{k}" for k in range(random.choice([2, 3, 4]))]
    payoffs = {move: float(k) for k, move in enumerate(moves)} | {"doom": -(10.0 ** random.randint(3, 11))}
    order = random.sample(list(payoffs), len(payoffs))
    return {
        "actors": {"a": {}},
        "stages": [{"id": "act", "by": "a", "choose": {move: {"end": f"o {move}"} for move in order}}],
        "outcomes": {f"o {move}": {"payoffs": {"a": payoffs[move]}} for move in order},
    }


def two_worlds(random: Random) -> dict[str, Any]:
    """Two players in turn with private types, one paid a million times what the other is."""
    sizes = {"a": 10.0 ** random.randint(-3, 0), "b": 10.0 ** random.randint(3, 9)}
    outcomes = {
        f"o{i}{j}": {
            "payoffs": {
                actor: f"if(a.t = x, {worth1(random, size)}, {worth1(random, size)})" for actor, size in sizes.items()
            }
        }
        for i in range(2)
        for j in range(2)
    }
    finish = [{"when": f"m = m{i} and n = n{j}", "outcome": f"o{i}{j}"} for i in range(2) for j in range(2)]
    del finish[-1]["when"]
    return {
        "actors": {"a": {"private": {"t": {"x": 0.4, "y": "rest"}}}, "b": {}},
        "stages": [
            {"id": "m", "by": random.choice("ab"), "choose": {"m0": {}, "m1": {}}},
            {"id": "n", "by": random.choice("ab"), "choose": {"n0": {}, "n1": {}}},
        ],
        "outcomes": outcomes,
        "finally": finish,
    }


def worth1(random: Random, size: float) -> float:
    return float(f"{random.uniform(-1, 1) * size:.4g}")


def simultaneous(random: Random) -> dict[str, Any]:
    """Two at once, a third later whose stakes are small."""
    document = two_worlds(random)
    first, second = document["stages"]
    first["by"], second["by"] = "a", "b"
    document["stages"] = [{"together": [first, second]}]
    return document
