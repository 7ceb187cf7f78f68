"""Rankings of the outcomes as they are written."""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator, Field, Tag

from detente.case.form.evidence import Backed
from detente.case.form.written import PRESENT, Number, Text, either

_ORDER = 'Outcomes from best to worst: "deal > standoff ~ talks > war"; inside { } the order is open: "a > {b, c} > d".'


class OrderEntry(Backed):
    """One of the orders that a ranking may be."""

    order: Text = Field(description=_ORDER)
    weight: Number = Field(1, description="How likely it is beside the others; weights count as shares of their sum.")
    name: Text = Field("", description="What to call the order in front of a reader.")


class RankingEntry(Backed):
    """A ranking with its evidence: one order, or several of which each draw takes one."""

    order: Annotated[Text | None, PRESENT] = Field(None, description=_ORDER)
    orders: Annotated[list[OrderEntry] | None, PRESENT] = Field(
        None, description="Orders of which each draw takes one: a list of {order, weight, name, because}."
    )


def by_type(ranking: dict[str, object]) -> bool:
    """True where what stands under an actor is rankings by private variable and value."""
    return "order" not in ranking and not isinstance(ranking.get("orders"), list)


def _ranking(value: object) -> str:
    if isinstance(value, dict):
        return "by_type" if by_type(value) else "ranking"  # pyright: ignore[reportUnknownArgumentType]
    return "order"


Ranking = Annotated[
    Annotated[Text, Tag("order")] | Annotated[RankingEntry, Tag("ranking")], either(ranking=dict, order=str)
]
PreferenceEntry = Annotated[
    Annotated[Text, Tag("order")]
    | Annotated[RankingEntry, Tag("ranking")]
    | Annotated[dict[str, dict[str, Ranking]], Tag("by_type")],
    Discriminator(_ranking),
]
