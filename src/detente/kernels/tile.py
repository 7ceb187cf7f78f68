"""The innermost part of every elimination: a small tile of a product, kept in vector registers.

Numba's own loops over a product of matrices reach a fifth of what the processor can do, since the compiler cannot know
that rows do not overlap; here the tile is written in the compiler's language, for any processor it knows.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

_LONG, _DOUBLE, _INT = ir.IntType(64), ir.DoubleType(), ir.IntType(32)


def _tile(rows: int, width: int) -> Any:
    """An intrinsic (matrix, i, j, k, stop): takes rows k to stop, weighed by columns k to stop, from a tile at i, j."""

    @intrinsic
    def subtract(_context: Any, matrix: Any, i: Any, j: Any, k: Any, stop: Any) -> Any:  # pyright: ignore
        return types.void(matrix, types.intp, types.intp, types.intp, types.intp), generate

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        matrix, i, j, k, stop = arguments
        array = context.make_array(signature.args[0])(context, builder, matrix)
        base, stride = builder.ptrtoint(array.data, _LONG), builder.extract_value(array.strides, 0)
        vector: Any = ir.VectorType(_DOUBLE, width) if width > 1 else _DOUBLE

        def address(row: Any, column: Any) -> Any:
            return builder.add(base, builder.add(builder.mul(row, stride), builder.mul(column, _LONG(8))))

        def load(place: Any, kind: Any) -> Any:
            loaded = builder.load(builder.inttoptr(place, kind.as_pointer()))
            loaded.align = 8
            return loaded

        def everywhere(number: Any) -> Any:
            if width == 1:
                return number
            empty = ir.Constant(vector, ir.Undefined)
            first = builder.insert_element(empty, number, _INT(0))
            return builder.shuffle_vector(first, empty, ir.Constant(ir.VectorType(_INT, width), [0] * width))

        at = [builder.add(i, _LONG(row)) for row in range(rows)]
        places = [address(row, j) for row in at]
        factors = [address(row, k) for row in at]
        before = [load(place, vector) for place in places]
        top, entered = address(k, j), builder.block
        loop, done = builder.append_basic_block(), builder.append_basic_block()
        builder.cbranch(builder.icmp_signed("<", k, stop), loop, done)
        builder.position_at_end(loop)
        count, above, offset = builder.phi(_LONG), builder.phi(_LONG), builder.phi(_LONG)
        sums = [builder.phi(vector) for _ in range(rows)]
        line = load(above, vector)
        after: list[Any] = []
        for row in range(rows):
            factor = everywhere(builder.fneg(load(builder.add(factors[row], offset), _DOUBLE)))
            product = builder.fmul(factor, line, flags=("contract",))
            after.append(builder.fadd(product, sums[row], flags=("contract",)))
        steps = (builder.add(count, _LONG(1)), builder.add(above, stride), builder.add(offset, _LONG(8)))
        starts = (k, top, _LONG(0))
        for phi, start, step in zip((count, above, offset, *sums), (*starts, *before), (*steps, *after), strict=True):
            phi.add_incoming(start, entered)
            phi.add_incoming(step, loop)
        builder.cbranch(builder.icmp_signed("<", steps[0], stop), loop, done)
        builder.position_at_end(done)
        results = [builder.phi(vector) for _ in range(rows)]
        for phi, start, step in zip(results, before, after, strict=True):
            phi.add_incoming(start, entered)
            phi.add_incoming(step, loop)
        for place, phi in zip(places, results, strict=True):
            builder.store(phi, builder.inttoptr(place, vector.as_pointer())).align = 8
        return context.get_dummy_value()

    return subtract


four_by_eight, four_by_one = _tile(4, 8), _tile(4, 1)
one_by_eight, one_by_one = _tile(1, 8), _tile(1, 1)
