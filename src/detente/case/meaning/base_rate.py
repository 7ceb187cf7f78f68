"""The base rate of a case: the shares of a reference class, checked axis by axis."""

from __future__ import annotations

from detente.case.form.document import CaseDocument
from detente.case.meaning.context import Desk
from detente.case.spelling.numbers import decimal
from detente.case.spelling.suggest import listed
from detente.crisis.base_rate import BaseRate

_ROUNDED = 0.015
"""Largest distance from one of the sum of shares that were rounded to two digits."""


def read_base_rate(document: CaseDocument, desk: Desk) -> BaseRate | None:
    """The shares of a reference class, if the case gives any; those of one axis, or of all endings, add up to one.

    Shares that were rounded miss that by up to `_ROUNDED` and are divided by their sum.
    """
    entry, path, words = document.base_rate, ("base_rate",), desk.vocabulary
    if entry is None:
        return None
    axes = {id: group.axis or id for id, group in document.groups.items()}
    shares: dict[str, dict[str, float]] = {}
    for name, written in entry.values.items():
        here = (*path, name)
        known = desk.known(here, name, (*words.outcomes, *words.groups), "ending", key=True)
        share = _share(written)
        if share is None:
            desk.ledger.error(here, f"`{written}` is no share", "write a number from 0 to 1, such as 0.45")
        elif known:
            shares.setdefault(axes.get(name, ""), {})[name] = share
    if not entry.values:
        desk.ledger.error(path, "there are no shares", "write endings or groups with shares: `war: 0.45`", key=True)
    for axis, own in shares.items():
        of_axis = (
            [id for id, group in document.groups.items() if (group.axis or id) == axis] if axis else words.outcomes
        )
        held = [each for id in of_axis for each in words.groups.get(id, (id,))]
        missing, total = [id for id in of_axis if id not in own], sum(own.values())
        whole = set(held) == set(words.outcomes)
        where = f"of the axis `{axis}`" if axis else "of the endings"
        if missing:
            remedy = f"give a share to {listed(missing)} as well (0 if there was none)"
            desk.ledger.error(path, f"the shares {where} are not complete", remedy, key=True)
        elif total > 1 + _ROUNDED or (whole and total < 1 - _ROUNDED):
            desk.ledger.error(
                path, f"the shares {where} add up to {total:g}", "those of one axis add up to 1", key=True
            )
        elif total > 1 or whole:
            own.update({id: share / total for id, share in own.items()})
    told = tuple((name, own[name]) for name in entry.values for own in shares.values() if name in own)
    return BaseRate(told, desk.support(path, entry), desk.place(path))


def _share(written: object) -> float | None:
    try:
        share = decimal(str(written))
    except ValueError:
        return None
    return share if 0 <= share <= 1 else None
