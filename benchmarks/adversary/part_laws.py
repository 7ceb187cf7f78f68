"""Distributions, truncated anywhere, against SciPy's logarithms of either tail; drawn numbers that are forbidden."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from random import Random
from typing import Any

from benchmarks.adversary import laws
from benchmarks.adversary.part_cases import refusal
from benchmarks.adversary.product import Product, broken, refused
from benchmarks.adversary.verdict import Verdict, broke, fine, wrong

ACCURACY = 1e-6
DRAWS = 32


def trials(product: Product, count: int, seed: int) -> Iterator[Verdict]:
    for k in range(count):
        random = Random(seed * 1_000_003 + k)
        yield rationality(product, random) if k % 4 == 0 else truncated(product, random)


def case_of(**sections: Any) -> str:
    return json.dumps(
        {
            "detente": 1,
            "title": "one law",
            **sections,
            "actors": {"a": {}},
            "stages": [{"id": "m", "by": "a", "choose": {"l": {"end": "o"}, "r": {"end": "z"}}}],
            "outcomes": {"o": {"payoffs": {"a": "q" if "quantities" in sections else 1}}, "z": {"payoffs": {"a": 0}}},
        },
        indent=1,
    )


def parameters(random: Random, shape: str) -> list[float]:
    low = random.choice([0.0, round(random.uniform(-3, 3), 3)])
    span = 10 ** random.uniform(-2, 2)
    if shape == "uniform":
        return [low, low + span]
    if shape in ("triangular", "pert"):
        return [low, low + span * random.uniform(0, 1), low + span]
    if shape == "normal":
        return [low, span]
    if shape == "lognormal":
        return [span, 1 + 10 ** random.uniform(-1.5, 0.7)]
    return [10 ** random.uniform(-0.5, 1.5), 10 ** random.uniform(-0.5, 1.5)]


def bounds(random: Random, shape: str, given: list[float]) -> list[float] | None:
    """Limits at which a law is cut: about its middle, far up or down a tail, or beside everything it can be."""
    law = laws.distribution(shape, given)
    kind = random.random()
    if kind < 0.15:
        return None
    if kind < 0.4:
        return sorted([float(law.ppf(random.uniform(0.01, 0.99))), float(law.ppf(random.uniform(0.01, 0.99)))])
    middle, spread = float(law.median()), float(law.std())
    bottom, top = laws.support(shape, given)
    if kind < 0.8:
        side = random.choice([-1, 1])
        near = middle + side * spread * random.uniform(2, 12)
        far = near + side * spread * random.uniform(0.5, 10)
        return sorted([max(min(near, far), -1e300), max(near, far)])
    if not math.isfinite(bottom) and not math.isfinite(top):
        return sorted([middle + 30 * spread, middle + 40 * spread])
    edge = top + spread if math.isfinite(top) and random.random() < 0.5 else bottom - 3 * spread
    return [edge, edge + spread] if edge > middle else [edge - spread, edge]


def truncated(product: Product, random: Random) -> Verdict:
    shape = random.choice(laws.SHAPES)
    given = [float(f"{each:.8g}") for each in parameters(random, shape)]
    cut = bounds(random, shape, given)
    cut = cut and [float(f"{each:.8g}") for each in cut]
    if cut and cut[0] >= cut[1]:
        cut = None
    entry = {shape: given, **({"within": cut} if cut else {})}
    text = case_of(quantities={"q": entry}, rationality=1)
    files, command = {"case.yaml": text}, f"detente ask case.yaml q --draws {DRAWS}"
    right = laws.quantile(shape, given, 0.5, tuple(cut) if cut else None)
    told = product.call("ask", text=text, quantities=["q"])
    if what := broken(told):
        return broke("a law breaks the program", what, files, command)
    if refused(told):
        if math.isfinite(right) and laws.mass(laws.distribution(shape, given), *(cut or (-math.inf, math.inf))) > -30:
            return wrong("a law is refused that can be drawn from", str(told), files, command)
        return refusal(told, files)
    value = float(told["value"]["q"][0])
    if math.isnan(right):
        return wrong("a law is cut where nothing of it lies", f"told {value}, right: an error", files, command)
    width = cut[1] - cut[0] if cut else float(laws.distribution(shape, given).std())
    if not abs(value - right) <= ACCURACY * width + 1e-12 * abs(right):
        return wrong("a truncated law's median", f"told {value}, right {right}", files, command)
    return spread(product, text, (shape, given, cut), files)


def spread(
    product: Product, text: str, law: tuple[str, list[float], list[float] | None], files: dict[str, str]
) -> Verdict:
    """True where draws are spread evenly over the law: the Kolmogorov distance of a low-discrepancy sample is small."""
    shape, given, cut = law
    command = f"detente ask case.yaml q --draws {DRAWS}"
    told = product.call("ask", text=text, quantities=["q"], draws=DRAWS)
    if broken(told) or refused(told):
        return broke("draws fail where the median does not", broken(told) or str(told)[:300], files, command)
    drawn = sorted(float(each) for each in told["value"]["q"])
    within = tuple(cut) if cut else None
    exact = [laws.quantile(shape, given, share, within) for share in (0.1, 0.5, 0.9)]
    shares = [sum(each <= edge for each in drawn) / DRAWS for edge in exact]
    if any(abs(share - right) > 0.1 for share, right in zip(shares, (0.1, 0.5, 0.9), strict=True)):
        return wrong("draws of a truncated law", f"below the 10, 50, 90 % quantiles lie {shares}", files, command)
    return fine()


def rationality(product: Product, random: Random) -> Verdict:
    """A rationality that may be drawn below zero: refused, at its place or in the draw."""
    shape = random.choice(["normal", "uniform", "triangular"])
    given = sorted(round(random.uniform(-4, 6), 2) for _ in range(3))
    entry: Any = {"triangular": given, "uniform": [given[0], given[0] + 3], "normal": [given[1], 3]}[shape]
    law = laws.distribution(shape, entry)
    text = case_of(rationality={shape: entry})
    files, command = {"case.yaml": text}, f"detente solve case.yaml --draws {DRAWS}"
    told = product.call("solve", text=text, draws=DRAWS)
    if what := broken(told):
        return broke("a rationality breaks the program", what, files, command)
    below = float(law.cdf(0))
    if refused(told):
        return refusal(told, files) if below > 0 else wrong("a good rationality is refused", str(told), files, command)
    if below > 0.05:
        return wrong(
            "a rationality below zero", f"{below:.0%} of draws lie below zero: right is an error", files, command
        )
    return fine()
