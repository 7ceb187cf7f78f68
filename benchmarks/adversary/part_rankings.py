"""Orders over seeds: no pair is told in opposite orders, and the founding case's leader comes first at every seed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from benchmarks.adversary.product import Product
from benchmarks.adversary.verdict import Verdict, fine, wrong

HERE = Path(__file__).resolve().parents[2]
PATIENCE = 7_200.0


def trials(product: Product, count: int, seed: int) -> Iterator[Verdict]:
    """Two trials of as many seeds as `count`, from 0 on, whatever the seed of the other parts."""
    for module in ("rankings", "close"):
        words = [product.python, "-m", f"benchmarks.adversary.{module}", "--seeds", str(count)]
        done = subprocess.run(words, cwd=HERE, capture_output=True, text=True, timeout=PATIENCE, check=False)
        for _ in range(count - 1):
            yield fine()
        if done.returncode:
            told = (done.stdout + done.stderr)[-2000:]
            yield wrong("rankings change with the seed", told, {f"{module}.txt": told}, " ".join(words[1:]))
        else:
            yield fine()
