"""Records: arrays and whole numbers that belong together, known to compiled code by one address.

Numba knows tuples of arrays as well, but takes them apart: each array becomes seven numbers, and the memory of a path
several hundred, which go through every call of every kernel. That takes minutes to compile and a tenth of a millisecond
to hand over. A record keeps a table of where its arrays are and how long, which never changes; kernels look them up.
"""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar, dataclass_transform

import numpy as np
from llvmlite import ir
from numba import from_dtype, types
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    models,
    register_model,
    unbox,
)
from numba.np.arrayobj import get_itemsize, populate_array
from numpy.typing import NDArray

_LONG = ir.IntType(64)


@dataclass_transform(frozen_default=True)
class Record:
    """Fields are what a subclass annotates: arrays in C order, whole numbers, or records. They are never set anew.

    Kernels may write to the arrays. address: of the table, as long as the record lives. kind: the type for compiled
    code, one for all records of a class whose arrays agree in data type and dimensions; Numba looks for it under the
    name `_numba_type_`, and finds it without running any Python, which would take it six times as long.
    """

    fields: ClassVar[tuple[str, ...]] = ()
    address: int
    kind: RecordType

    def __init_subclass__(cls) -> None:
        cls.fields = tuple(cls.__annotations__)

    def __init__(self, *values: Any, **named: Any) -> None:
        """Raises TypeError where a field is missing, unknown, or nothing that compiled code can be told of."""
        given = dict(zip(self.fields, values, strict=False)) | named
        if len(given) != len(values) + len(named) or given.keys() != set(self.fields):
            raise TypeError(f"{type(self).__name__} has the fields {', '.join(self.fields)}, each of them once")
        told = [_told(given[name]) for name in self.fields]
        table = np.array([word for words, _ in told for word in words], np.int64)
        kind = _kind_of(type(self), tuple(described for _, described in told))
        self.__dict__.update(given, address=table.ctypes.data, _table=table, kind=kind, _numba_type_=kind)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{name}: what a record holds is set once, for compiled code knows where it is")

    def __reduce__(self) -> Any:
        return type(self), tuple(getattr(self, name) for name in self.fields)


def plain(array: NDArray[np.float64]) -> NDArray[np.float64]:
    """The array, or a copy of it, of the one kind that kernels are compiled for: doubles in C order, writable."""
    if array.flags.carray and array.dtype.char == "d":
        return array
    return np.array(array, np.float64, order="C")


def indices(values: NDArray[Any]) -> NDArray[np.int32]:
    """A copy of whole numbers of the one kind that kernels are compiled for: int32 in C order, writable."""
    return np.array(values, np.int32, order="C")


class RecordType(types.Type):
    """A record as compiled code knows it. members: each field's type, and where its words begin in the table."""

    def __init__(self, name: str, members: dict[str, tuple[Any, int]]) -> None:
        self.members = members
        digest = hashlib.sha256(repr([(field, str(kind)) for field, (kind, _) in members.items()]).encode())
        super().__init__(name=f"{name}.{digest.hexdigest()[:16]}")


def _told(value: Any) -> tuple[tuple[int, ...], Any]:
    """The words of a field in the table, and what its type follows from."""
    if isinstance(value, Record):
        return (value.address,), value.kind
    if isinstance(value, np.ndarray):
        if not value.flags.carray:
            raise TypeError("arrays of a record are contiguous and writable")
        return (value.ctypes.data, *value.shape), (value.dtype, value.ndim)
    return (int(value),), None


_kinds: dict[tuple[type, tuple[Any, ...]], RecordType] = {}


def _kind_of(owner: type[Record], described: tuple[Any, ...]) -> RecordType:
    """The type of a record whose fields are described so: one for all that agree in data types and dimensions."""
    known = _kinds.get((owner, described))
    if known is None:
        members: dict[str, tuple[Any, int]] = {}
        place = 0
        for name, one in zip(owner.fields, described, strict=True):
            if isinstance(one, tuple):
                dtype, dimensions = one
                members[name] = types.Array(from_dtype(dtype), dimensions, "C"), place
                place += 1 + dimensions
            else:
                members[name] = one or types.int64, place
                place += 1
        known = _kinds[owner, described] = RecordType(owner.__name__, members)
    return known


@register_model(RecordType)
class _RecordModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _LONG.as_pointer())


@unbox(RecordType)
def _handed_over(_kind: Any, value: Any, context: Any) -> Any:
    number = context.pyapi.object_getattr_string(value, "address")
    address = context.pyapi.long_as_longlong(number)
    context.pyapi.decref(number)
    return NativeValue(context.builder.inttoptr(address, _LONG.as_pointer()))


@infer_getattr
class _Attribute(AttributeTemplate):
    key = RecordType

    def generic_resolve(self, record: Any, name: str) -> Any:  # pyright: ignore
        return record.members[name][0] if name in record.members else None


@lower_getattr_generic(RecordType)
def _looked_up(context: Any, builder: Any, record: Any, table: Any, name: str) -> Any:
    kind, place = record.members[name]
    never_changes = builder.module.add_metadata([])

    def word(number: int) -> Any:
        loaded = builder.load(builder.gep(table, [_LONG(number)]))
        loaded.set_metadata("invariant.load", never_changes)
        return loaded

    first = word(place)
    if isinstance(kind, RecordType):
        return builder.inttoptr(first, _LONG.as_pointer())
    if not isinstance(kind, types.Array):
        return first
    shape = [word(place + 1 + axis) for axis in range(kind.ndim)]
    size = get_itemsize(context, kind)
    strides = [_LONG(size)]
    for length in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], length))
    array = context.make_array(kind)(context, builder)
    data = builder.inttoptr(first, context.get_data_type(kind.dtype).as_pointer())
    populate_array(array, data, shape, strides, size, None)
    return array._getvalue()
