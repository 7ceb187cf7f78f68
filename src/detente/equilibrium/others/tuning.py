"""Tuning constants of the search for other equilibria, each with its unit and the effect of a change.

R is the payoff range. A *drive* is the distance of play from its smoothed best response, in log-odds. Every equilibrium
that is listed exists, whatever these constants are; they decide how many of them are found, and in what time.
"""

from __future__ import annotations

SEARCH_EFFORT = 60.0
"""Seconds of CPU, as foreseen, after which no further start is begun unless their number is given. Higher: more starts.
"""
FEWEST_SEARCH_STARTS, MOST_SEARCH_STARTS, STARTS_TIMES_UNKNOWNS = 24, 96, 6_000
"""Fewest and most starts of a search, and the starts times unknowns between them. Higher: more equilibria, in more
time.
"""
MOST_START_ROUNDS = 3
"""Rounds, each with as many starts, of a search whose indices show that equilibria are missing. Higher: more starts."""
MOST_BATCH, FEWEST_BATCH, BATCH_SHARE, START_SYSTEMS = 16, 2, 0.2, 50
"""Starts between two looks at the effort spent: at most, at least, the share of the effort that they may take, and the
linear systems that a start takes, about. Higher: starts share more paths, and the effort is overrun by more.
"""
REPLYING_SHARE = 0.1
"""Share of the effort that replies may take. Higher: more scans, less effort for paths."""
STRICT_GAIN = 1e-9
"""Least gain of the best move of an information set over the second best, as a share of their values, for play that is
one equilibrium and no family of equilibria. Lower: members of a family are listed one by one.
"""
SAME_PLAY, SAME_PLAY_IN_THE_LIMIT = 1e-6, 1e-4
"""Difference of the probability of any event up to which two equilibria count as one. Higher: neighbours are merged;
lower: one equilibrium is listed twice.
"""
MOST_CROSSINGS = 16
"""Crossings of the target that one walk keeps. Higher: more memory, more equilibria of a long branch."""
WALK_TOLERANCES = (1.0, 0.2, 0.04, 0.008)
"""Shares of the tolerance with which a walk that came to rationality zero is repeated. More: fewer branches are given
up.
"""
MOST_EIGENVALUES = 600
"""Unknowns up to which the stability of an equilibrium is computed. Higher: it takes seconds for each equilibrium."""

MET = 1e-6
"""Difference of any probability up to which starts have met at their release. Higher: starts are merged that would
part.
"""
CLOSE_LIMITS = 1e-2
"""Difference of any event's probability between the limits of unequal and of equal errors, up to which they count as
one equilibrium: they differ by the distance of the rationality from the limit. Higher: distinct limits are merged.
"""
RETURNS = 4
"""Equilibria after which a walk ends. Higher: longer walks, equilibria that nobody is drawn to."""
EVENING = 5
"""Linear systems that it takes, about, to find that out; it is counted as effort and changes no answer by itself."""

WALK_FAR = 10.0
"""Ratio of the rationality to the target at which a walk ends. Higher: more turning points beyond the target are
passed.
"""
MOST_WALK_STEPS, MOST_TURNS, FEWEST_WALK_STEPS = 1_000, 300, 30
"""Steps of a walk, and steps in which play that adjusts in time must have come to rest; fewer in a large game, down to
the last. Higher: more starts arrive, in more time.
"""
EFFORT_SHARE = 0.1
"""Share of the effort that one walk may take, if that is more than its fewest steps. Higher: fewer, longer walks."""
AT_A_TIME = 5
"""Steps of adjustment between two looks at the drive. Higher: a few steps more than needed, fewer calls."""
AT_REST, DRIFT = 1e-9, 1e-13
"""Drive at rest, and the addition to it per unit of rationality. Higher: less exact; lower: rounding keeps play moving.
"""
EXACT_ODDS = 1e-12
"""Accuracy of the log-odds of a walk that takes no steps. Higher: equilibria that are less exact."""
BESIDE = 1e-2
"""Difference of any probability off the path from which two equilibria with one outcome count apart: in the limit such
play is not very exact. Lower: one of them is counted twice in the sum of the indices.
"""
SYSTEMS = 3
"""Linear systems that a step of a walk takes, about: a count of effort, which changes no answer by itself."""
NANOSECOND = 1e-9
"""Seconds; costs of elimination are foreseen in nanoseconds."""
REPLY, CALL = 1e-8, 2e-5
"""Seconds that a player's reply takes for each node of the tree, and for any tree, about. Higher: fewer replies."""

REPLY_ROUNDS = 40
"""Rounds of replies after which play that still moves is given up. Higher: fewer pure equilibria are missed."""
HALVINGS, ROUGHLY = 40, 8
"""Halvings of the interval that holds an equilibrium between two probabilities, for best replies and for logit replies:
Newton's method leads to the equilibrium from nearby. Lower: it may lead elsewhere.
"""
MOST_WAYS = 20_000
"""Ways to play without mixing up to which all of them are looked at. Higher: proofs for larger games, in more time."""
MOST_EXACT_SHARES = 4
"""Ratio of a group's members to the points of its scan up to which the group is scanned at every share of its members.
Higher: longer scans.
"""
ALIKE = 1e-12
"""Difference between the prescribed and the replied probability that counts as none. Higher: less exact equilibria."""
FEWEST_POINTS = 9
"""Fewest probabilities of a scan, however few the starts. Lower: equilibria between two points are missed."""
MOST_GROUPS = 24
"""Groups that are scanned, the largest first. Higher: longer searches."""
LOG_TREMBLE = -10_000.0
"""Log probability of a move that is not made: the more trembles a history takes, the less it is believed. Nearer to
zero: two trembles of one player may weigh as much as rounding.
"""
AS_GOOD = 1e-12
"""Difference of two moves' values, as a share of the value, up to which the move held is kept. Higher: replies rest at
play that is not best; lower: replies go in circles over rounding.
"""
REPLIES_AT_REST = 1e-10
"""Change of any probability in a round of logit replies that counts as rest. Higher: less exact."""

CARE = (1.0, 0.3, 0.03)
"""Precisions of the players that err more readily on the way to the limit, as shares of the others' rationality. Lower:
beliefs further from those of equal errors, and longer ways to the limit.
"""
RELEASES = (30.0, 300.0, 3_000.0, 30_000.0)
"""Rationalities at which the bonuses have faded on the way to the limit, in units of 1/R. Higher: equilibria that hang
on smaller differences are found, at the cost of more steps.
"""
STRENGTHS = (0.5, 1.0, 2.0)
"""Bonuses of the moves that players are drawn to, as shares of R. Higher: play is drawn further from any equilibrium.
"""
ADJUSTING_STARTS = 16
"""First starts at which play adjusts in time, which takes least, unless errors are unequal; afterwards every other
start does. Higher: more stable equilibria, fewer unstable ones.
"""
