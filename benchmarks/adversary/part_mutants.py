"""Mutants of cases: each is read, or gives located problems; those that are read are solved without a stumble."""

from __future__ import annotations

import math
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from random import Random

from benchmarks.adversary.cases import written
from benchmarks.adversary.product import SMALL, Product, broken, refused, unplaced
from benchmarks.adversary.shrink import smaller_text
from benchmarks.adversary.verdict import FINE, REFUSED, Verdict, broke, wrong
from benchmarks.adversary.wounds import cut, wounded

CATALOGUE = Path(__file__).resolve().parents[2] / "src" / "detente" / "catalogue"
LONGEST, SHORT = 6_000, 1_500
"""Characters of a shipped and of a random text that is hurt: long ones take long and hold nothing new."""
HURT_TIMES = 20
"""Number of times that one text is hurt, each time from the whole."""
SHIPPED = 0.1
"""The share of shipped texts among those that are hurt."""


def originals() -> list[str]:
    shipped = sorted(CATALOGUE.glob("*.yaml"))
    texts = [path.read_text("utf-8") for path in shipped]
    return [text for text in texts if len(text) <= LONGEST and "repeat: 100" not in text]


def trials(product: Product, count: int, seed: int) -> Iterator[Verdict]:
    shipped, text = originals(), ""
    for k in range(count):
        random = Random(seed * 1_000_003 + k)
        if k % HURT_TIMES == 0:
            text = random.choice(shipped) if random.random() < SHIPPED else short(random)
        yield judged(product, hurt(text, random, k))


def short(random: Random) -> str:
    """A random case of few words."""
    texts = (written(random.randrange(10**9)).text for _ in range(20))
    return next((text for text in texts if len(text) <= SHORT), SMALL)


def hurt(text: str, random: Random, turn: int) -> str:
    """The text cut off, or hurt by one of the two mutators."""
    if turn % 5 == 0:
        return cut(text, random)
    if turn % 2 and find_spec("benchmarks.adversary.mutants"):
        from benchmarks.adversary.mutants import mutant

        return mutant(text, random)
    return wounded(text, random)


def fault(product: Product, text: str) -> str:
    """Fault in the way a text is read; empty where there is none."""
    told = product.call("read", text=text)
    if what := broken(told):
        return what
    if missing := unplaced(told):
        return f"no place: {missing[0]}"
    lines = text.count("\n") + text.count("\r") + text.count("\u2028") + text.count("\u2029") + text.count("\x85") + 2
    for problem in told.get("problems", ()):
        _, line, column = problem["place"]
        if not (1 <= line <= lines and column >= 1):
            return f"a place outside the file: {problem}"
    if told["warnings"]:
        return f"a warning: {told['warnings'][0]}"
    if "problems" in told:
        return "-" if told["problems"] else "refused without a problem"
    return ""


def judged(product: Product, text: str) -> Verdict:
    found = fault(product, text)
    if found and found != "-":
        kind = (
            "a text breaks the reader" if not found.startswith(("no place", "a place")) else "a problem without a place"
        )
        kind = "reading hangs" if found.startswith("hang") else kind
        head = found.split(":")[0]
        small = text
        if head != "hang":
            small = smaller_text(text, lambda each: fault(product, each).split(":")[0] == head)
        return wrong(kind, found, {"case.yaml": small}, "detente check case.yaml")
    if found:
        return Verdict(REFUSED, "located problems")
    return solved(product, text)


def solved(product: Product, text: str) -> Verdict:
    """A mutant that is a case is solved: sums are right, and nothing stumbles."""
    told = product.call("solve", text=text, rationality=1.0)
    files, command = {"case.yaml": text}, "detente solve case.yaml --rationality 1"
    if what := broken(told):
        return broke("a mutant breaks the solver", what, files, command)
    if told["warnings"]:
        return wrong("a warning of a library reaches the user", str(told["warnings"]), files, command)
    if refused(told):
        if unplaced(told):
            return wrong("a problem without a place", str(told), files, command)
        return Verdict(REFUSED, "refused when solved")
    total = sum(float(each) for each in told["value"]["outcomes"].values())
    if not math.isclose(total, 1.0, abs_tol=1e-9) and "no answer" not in told["value"]["status"]:
        return wrong("endings do not sum to one", f"{total}", files, command)
    return Verdict(FINE, "solved")
