"""A small run of the adversary: whatever it generates, the program answers rightly or refuses in words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from benchmarks.adversary.__main__ import PARTS
from benchmarks.adversary.product import Product
from benchmarks.adversary.verdict import WRONG

SEED = 20_000
TRIED = {
    "cases": 12,
    "far": 5,
    "integers": 5,
    "names": 6,
    "draws": 4,
    "limits": 4,
    "scales": 8,
    "laws": 12,
    "terminal": 16,
    "review": 9,
    "games": 60,
    "mutants": 80,
    "damaged": 10,
}


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    with Product() as running:
        yield running


@pytest.mark.parametrize("part", TRIED)
def test_nothing_that_is_generated_is_answered_wrongly(product: Product, part: str) -> None:
    found = list(PARTS[part][2](product, TRIED[part], SEED))
    assert len(found) == TRIED[part]
    assert [f"{each.kind}: {each.message}" for each in found if each.status == WRONG] == []
