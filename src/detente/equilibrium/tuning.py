"""Tuning constants of the one call that solves a game, each with its unit and the effect of a change.

R is the payoff range. The constants that a user may change are fields of `detente.equilibrium.solve.Settings`; those of
each folder stand in its own `tuning`.
"""

from __future__ import annotations

NEARBY_STEPS, NEARBY_WORK = 2_000, 1_000_000_000
"""Steps along the path of a nearby game, and steps times unknowns squared, at the most, for a draw whose own path ended
early. Higher: more draws are answered, those that are not take longer.
"""
MOST_ADJUSTING = 1_000
"""Steps of play that adjusts in time, at the most, for a draw whose path to a finite rationality ended early. Higher:
more draws come to rest, those that do not take longer.
"""
PARTED_WORK, PARTED_STEPS = 4_000_000, 4_000
"""Steps times unknowns of all the paths along which parts of a game are followed, at the most; and steps of the whole
game. Higher: more trees are answered in parts, those that are not take longer.
"""
LONGEST_PATH, FEWEST_PATH_STEPS = 3_000_000, 200
"""Steps times unknowns of a path in a large game, at the most, and the steps that any path may take. Higher: more paths
arrive, those that do not take longer.
"""
CLOSER_FROM, CLOSEST = 30.0, 0.2
"""Unknowns up to which the tolerance of a step is the whole one, beyond which it falls in proportion, and its least
share. Higher: fewer steps, and more jumps to other branches.
"""

MOST_CONTINUED_STEPS = 10
"""Steps in the numbers beyond which a path from rationality zero is as cheap. Higher: more draws are continued, some at
more cost than a new path.
"""
CONTINUED_REGRET = 1e-6
"""Gain of one deviation, as a share of R, up to which a continued solution counts as the limit. Higher: less exact
limits.
"""

FRAGILE = 1e3
"""Ratio of a Jacobian's condition to the usual one from which derivatives are called fragile. Higher: fewer warnings.
"""
NORM_ROUNDS = 5
"""Rounds of the estimate of an inverse's norm, at the most (Hager 1984). Higher: seldom a better estimate."""

BLOCKS_A_THREAD, LARGEST_BLOCK = 8, 64
"""Blocks of draws that each thread takes at the least, and draws of a block at the most. More blocks: threads end
closer together; fewer: less handing over.
"""
