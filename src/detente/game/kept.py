"""Results that hold for a game in every draw: worked out once, kept with the game, and gone with it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import RLock
from typing import Any, TypeVar, cast

import numpy as np

_Item = TypeVar("_Item")

RECENT, RECENT_BYTES = 64, 2**26
"""Most things, and bytes of them all, that are kept under names that users make up, such as a timeline."""


class Same:
    """A name that is one certain object, whatever others are equal to it."""

    __slots__ = ("of",)

    def __init__(self, of: object) -> None:
        self.of = of

    def __hash__(self) -> int:
        return id(self.of)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.of is self.of


class Kept:
    """Things by name, each made when it is first asked for; safe in threads.

    Things with one of a few names stay as long as the owner does. Of things that users can ask for without end, the
    latest stay, within `RECENT` and `RECENT_BYTES`. Nothing in it may be written to: everybody who asks shares it.
    """

    __slots__ = ("_lock", "_once", "_recent")

    def __init__(self) -> None:
        self._lock = RLock()
        self._once: dict[Hashable, Any] = {}
        self._recent: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    def once(self, name: Hashable, make: Callable[[], _Item]) -> _Item:
        """The thing of that name, made by whoever asks first, while others wait."""
        if name in self._once:
            return cast("_Item", self._once[name])
        with self._lock:
            if name not in self._once:
                self._once[name] = make()
            return cast("_Item", self._once[name])

    def recent(self, name: Hashable, make: Callable[[], _Item]) -> _Item:
        """A thing kept by name, and given up once enough other such things have been asked for since."""
        with self._lock:
            if name not in self._recent:
                made = make()
                self._recent[name] = made, size_of(made)
                while len(self._recent) > 1 and (
                    len(self._recent) > RECENT or sum(size for _, size in self._recent.values()) > RECENT_BYTES
                ):
                    self._recent.popitem(last=False)
            self._recent.move_to_end(name)
            return cast("_Item", self._recent[name][0])

    @property
    def size(self) -> int:
        """Bytes of all arrays in it, about."""
        with self._lock:
            return size_of(list(self._once.values())) + sum(size for _, size in self._recent.values())

    def forget(self) -> None:
        """Give everything back; it is made anew where it is asked for again."""
        with self._lock:
            self._once.clear()
            self._recent.clear()

    def __reduce__(self) -> tuple[Callable[[], Kept], tuple[()]]:
        """A copy, and what travels to another process, begins empty: everything can be made there."""
        return Kept, ()


def size_of(thing: object) -> int:
    """Bytes of the arrays that a thing is made of, about; what a kernel's record holds included."""
    seen, pending, total = set[int](), [thing], 0
    while pending:
        each = pending.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, np.ndarray):
            total += each.nbytes
        elif isinstance(each, list | tuple):
            pending.extend(cast("list[object]", each))
        elif isinstance(each, dict):
            pending.extend(cast("dict[object, object]", each).values())
        elif not isinstance(each, type):
            pending.extend(vars(each).values() if hasattr(each, "__dict__") else ())
            pending.extend(getattr(each, name, None) for name in getattr(type(each), "__slots__", ()))
    return total
