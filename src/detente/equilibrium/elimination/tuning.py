"""Tuning constants of elimination, each with its unit and the effect of a change.

Costs are times on one core of an AMD EPYC; they choose between plans, and change no answer but by rounding.
"""

from __future__ import annotations

FEWEST_PLANNED = 48
"""Unknowns below which a dense system is taken without a plan. Higher: small games are planned less often, and solved
more slowly if they are sparse.
"""
MOST_DENSE = 20_000
"""Unknowns above which a dense matrix is refused. Higher: more than 3 GB of memory."""
DENSE_FLOPS, DENSE_TOUCH, DENSE_CALL = 25.0, 3.0, 2_000.0
"""Dense elimination: multiplications and additions in a nanosecond, nanoseconds an entry, nanoseconds a call. The
larger the cost, the more games are eliminated sparsely.
"""
ASSEMBLY, SWEEP = 1.5, 40.0
"""Cost of a linear system with its entries, as a multiple of elimination alone, and nanoseconds a node of the sweeps
that make them. Higher: a search foresees a longer time, and begins fewer starts.
"""
FLOP, TOUCH, FRONT = 0.12, 1.5, 800.0
"""Sparse elimination: nanoseconds an operation, an entry handed to the parent, a front. FRONT higher: fewer, larger
fronts that hold more zeros.
"""
OPEN = 8
"""Groups of siblings that one more may join. Higher: better merging, a longer plan."""
MOST_MEETINGS = 300_000_000
"""Entries in the lists of unknowns that meet, above which a plan is given up. Higher: gigabytes of memory for a plan.
"""
MOST_LOOKED_AT = 20_000_000
"""Entries that minimum degree may look at before it is given up. Higher: better orders of large games, longer plans."""
PANEL, BLOCK = 8, 48
"""Columns eliminated at once, and rows updated at once. Larger: rows leave the first cache; smaller: more passes over
the matrix.
"""
TINY = 1e-9
"""Share of its column below which a pivot is replaced by one as large as the column. Higher: more corrections; lower:
larger multipliers.
"""
MOST_PATCHES = 16
"""Pivots that may be replaced in one factorisation. Higher: memory of so many vectors more, fewer refused steps."""
LARGE = 1e4
"""Multiplier from which solutions are refined. Higher: fewer refinements, less exact solutions."""
REFINED, REFINEMENTS, ENOUGH = 1e-13, 6, 1e-6
"""Relative correction at which refinement ends, rounds of it at the most, and relative correction after which a
solution is used. ENOUGH higher: steps along directions that are wrong; lower: more steps are refused as at a singular
matrix.
"""
