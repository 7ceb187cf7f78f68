"""Games that differ in size alone: with a few more types the answer is all but the same, or the program says why."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from benchmarks.adversary.product import Product, broken, refused
from benchmarks.adversary.verdict import REFUSED, Verdict, broke, fine, wrong

FAR = 0.03
SAYS = (
    "need not be",
    "other means",
    "another equilibrium",
    "not the principal",
    "not on the path",
    "parts of the game",
)


def costly_threat(random: Random, points: int) -> str:
    """A defender arms at a cost that is sunk and strengthens; a challenger who would face it concedes or resists."""
    p0, b, cost = (round(random.uniform(*each), 2) for each in ((0.28, 0.32), (0.48, 0.52), (0.24, 0.26)))
    r = round(random.uniform(0.78, 0.82), 2)
    return f"""detente: 1
title: a costly threat
quantities: {{p0: {p0}, b: {b}, cost: {cost}, r: {r}}}
actors:
  defender: {{private: {{value: {{uniform: [0, 1], points: {points}}}}}}}
  challenger: {{}}
stages:
  - {{id: arms, by: defender, cost: arms, choose: {{from: 0, to: 1, step: 0.02}}}}
  - {{id: reply, by: challenger, choose: {{concede: {{end: concession}}, resist: }}}}
  - {{id: last, by: defender, choose: {{fight: {{end: war}}, back_down: {{end: retreat}}}}}}
outcomes:
  concession: {{payoffs: {{defender: defender.value, challenger: 0}}}}
  war: {{payoffs: {{defender: (p0 + b * arms) * defender.value - cost, challenger: 1 - 1 / r}}}}
  retreat: {{payoffs: {{defender: 0, challenger: 1}}}}
"""


def trials(product: Product, count: int, seed: int) -> Iterator[Verdict]:
    before, product.patience = product.patience, 900.0
    try:
        for k in range(count):
            yield compared(product, seed * 1_000_003 + k)
    finally:
        product.patience = before


def compared(product: Product, seed: int) -> Verdict:
    """58 and 60 types: below and above the size from which large games are treated otherwise (3,000 unknowns)."""
    texts = [costly_threat(Random(seed), points) for points in (58, 60)]
    files = {f"points-{points}.yaml": text for points, text in zip((58, 60), texts, strict=True)}
    command = "detente ask points-60.yaml 'P(war)', and with 58 points"
    told: list[dict[str, Any]] = []
    for text in texts:
        words = ["ask", "{folder}/points.yaml", "P(war)", "P(concession)", "--json"]
        found = product.call("cli", words=words, files={"points.yaml": text})
        if what := broken(found):
            return broke("a size breaks the program", what, files, command)
        if refused(found) or found["value"]["code"]:
            return Verdict(REFUSED, "a size is refused", str(found)[:300])
        told.append(found["value"])
    import json

    answers = [json.loads(each["out"]) for each in told]
    values = [[float(each[name]["value"]) for name in ("P(war)", "P(concession)")] for each in answers]
    apart = max(abs(a - b) for a, b in zip(*values, strict=True))
    said = any(word in (each["out"] + each["err"]) for each in told for word in SAYS)
    if apart > FAR and not said:
        return wrong("another equilibrium by size alone, in silence", f"{values[0]} and {values[1]}", files, command)
    return fine()
