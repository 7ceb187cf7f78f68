"""Tuning constants of the solvers for other concepts, each with its unit and the effect of a change.

R is the payoff range. Whatever these constants are, the certificate says how good an answer is.
"""

from __future__ import annotations

import numpy as np

TIE = 16.0 * float(np.finfo(float).eps)
"""Share of their size up to which the values of two moves tie: sums over chance moves are rounded. Higher: moves that
differ count as equal; lower: ties are decided by rounding.
"""
SAME_VECTOR = 64.0
"""Multiple of their rounding up to which payoffs of two equilibria at one node count as one. Higher: fewer vectors."""
MOST_VECTORS = 20_000
"""Largest number of payoff vectors of equilibria kept at one node; a game with more is refused. Higher: more memory."""
ZERO_SUM = 1e-9
"""Share of R by which the sum of the payoffs may vary in a zero-sum game. Higher: games are taken whose answer is wrong
by as much.
"""
LEAST_RANGE = 1e-300
"""Payoff range that stands for none, so that a game in which nothing is at stake counts as zero-sum."""
PRECISION = 1e-10
"""Feasibility tolerance of the linear programme, the finest that HiGHS takes. Higher: less exact."""
MOST_JOINT = 200_000_000
"""Numbers that joint play may keep; a larger game is refused. Higher: more than 1.6 GB of memory."""
ITERATIONS, ACCURACY = 10_000, 1e-4
"""Iterations of regret minimisation, and NashConv as a share of R at which it ends, unless others are given."""
PROFILE_ACCURACY = 1e-6
"""NashConv, as a share of R, at which regret minimisation of a single game ends, unless another one is given."""
STAND_IN_ITERATIONS, STAND_IN_ACCURACY = 2_000, 1e-9
"""Iterations of regret minimisation, unless others are given, and NashConv as a share of R at which it ends, for a draw
whose path ended early. Higher iterations: smaller NashConv, more time.
"""
FIRST_LOOK, NEXT_LOOK = 8, 1.15
"""Iterations before the first look at NashConv, and the ratio of the next look's iterations to the last one's. A look
costs about as much as an iteration: with these, looks take less than a tenth of the time. Higher: more iterations than
needed.
"""
GAIN_ROUNDING = 1e-14
"""Share of the largest payoff below which a gain may be rounding. Higher: an answer is called converged too soon."""
