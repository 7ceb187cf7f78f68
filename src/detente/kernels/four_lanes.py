"""Four numbers of a row at a time, in one vector register: what nodes are worth, to four players at once.

Numba's own loops over the players take them one by one, since the compiler cannot know that rows do not overlap; here
it is told. Products and sums are rounded one after the other, as in any other kernel. For kernels alone:

four(array, row, column): four numbers of a row from a column on; neither is checked.
put(array, row, column, numbers): sets them. even(number): the same number four times.
plus(total, weight, numbers): the sum of total and weight times numbers.
at(array, i), cell(array, i, j): a number, neither index being checked nor counted from the end where negative.
add(array, i, number), add_to(array, i, j, number): adds to it, likewise.
short(): within a loop, says that it has but a few turns: in vectors, it would take longer than without.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic, models, register_model

WIDTH = 4

_LONG, _INT, _DOUBLE = ir.IntType(64), ir.IntType(32), ir.DoubleType()
_VECTOR = ir.VectorType(_DOUBLE, WIDTH)


class _FourType(types.Type):
    def __init__(self) -> None:
        super().__init__(name="Four")


_FOUR = _FourType()


@register_model(_FourType)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _VECTOR)


def _address(context: Any, builder: Any, kind: Any, array: Any, row: Any, column: Any) -> Any:
    held = context.make_array(kind)(context, builder, array)
    start = builder.ptrtoint(held.data, _LONG)
    offset = builder.mul(row, builder.extract_value(held.strides, 0))
    place = builder.add(start, builder.add(offset, builder.mul(column, _LONG(8))))
    return builder.inttoptr(place, _VECTOR.as_pointer())


def _everywhere(builder: Any, number: Any) -> Any:
    empty = ir.Constant(_VECTOR, ir.Undefined)
    first = builder.insert_element(empty, number, _INT(0))
    return builder.shuffle_vector(first, empty, ir.Constant(ir.VectorType(_INT, WIDTH), [0] * WIDTH))


def _four(_context: Any, array: Any, row: Any, column: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        loaded = builder.load(_address(context, builder, signature.args[0], *arguments))
        loaded.align = 8
        return loaded

    return _FOUR(array, types.intp, types.intp), generate


def _put(_context: Any, array: Any, row: Any, column: Any, numbers: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        builder.store(arguments[3], _address(context, builder, signature.args[0], *arguments[:3])).align = 8
        return context.get_dummy_value()

    return types.void(array, types.intp, types.intp, _FOUR), generate


def _even(_context: Any, number: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return _everywhere(builder, arguments[0])

    return _FOUR(types.float64), generate


def _plus(_context: Any, total: Any, weight: Any, numbers: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.fadd(arguments[0], builder.fmul(_everywhere(builder, arguments[1]), arguments[2]))

    return _FOUR(_FOUR, types.float64, _FOUR), generate


def _place(context: Any, builder: Any, kind: Any, array: Any, *index: Any) -> Any:
    held = context.make_array(kind)(context, builder, array)
    if len(index) == 1:
        return builder.gep(held.data, [index[0]])
    across = builder.extract_value(held.shape, 1)
    return builder.gep(held.data, [builder.add(builder.mul(index[0], across), index[1])])


def _number(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    return builder.load(_place(context, builder, signature.args[0], *arguments))


def _added(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    place = _place(context, builder, signature.args[0], *arguments[:-1])
    builder.store(builder.fadd(builder.load(place), arguments[-1]), place)
    return context.get_dummy_value()


def _at(_context: Any, array: Any, i: Any) -> Any:
    return array.dtype(array, types.intp), _number


def _cell(_context: Any, array: Any, i: Any, j: Any) -> Any:
    return array.dtype(array, types.intp, types.intp), _number


def _add(_context: Any, array: Any, i: Any, number: Any) -> Any:
    return types.void(array, types.intp, types.float64), _added


def _add_to(_context: Any, array: Any, i: Any, j: Any, number: Any) -> Any:
    return types.void(array, types.intp, types.intp, types.float64), _added


def _short(_context: Any) -> Any:
    def generate(context: Any, builder: Any, _signature: Any, _arguments: Any) -> Any:
        builder.asm(ir.FunctionType(ir.VoidType(), []), "", "", [], True)  # nothing, but the compiler does not know it
        return context.get_dummy_value()

    return types.void(), generate


four: Any = intrinsic(_four)
put: Any = intrinsic(_put)
even: Any = intrinsic(_even)
plus: Any = intrinsic(_plus)
at: Any = intrinsic(_at)
cell: Any = intrinsic(_cell)
add: Any = intrinsic(_add)
add_to: Any = intrinsic(_add_to)
short: Any = intrinsic(_short)
