"""Tuning constants of the solvers that stand in for a path which ended early, each with its unit and its effect.

R is the payoff range. A *drive* is the distance of play from its smoothed best response, in log-odds. The certificate
of an answer is found by other code, and depends on none of these constants but CERTIFIED_SHARE and STANDS_FOR_LIMIT.
"""

from __future__ import annotations

CERTIFIED_SHARE = 1e-4
"""Share of the stake of an information set that one deviation may gain in a certified draw. Higher: decisions at which
little is at stake are answered less exactly and still called good.
"""
STANDS_FOR_LIMIT = 1e4
"""Rationality, in units of 1/R, from which a certified point of the path stands for its limit. Lower: more paths that
end early are answered, by play that errs more.
"""
NEARBY_SHARES = (1e-8, 1e-7, 1e-4)
"""Changes of the payoffs, in shares of R, whose paths are followed in turn. Larger: a path goes round more obstacles,
to an equilibrium that is further from one of the true game.
"""
NEARBY_SEED = 20251122
"""Seed of those changes; one draw has the same changes in every run. Another seed: other paths, none better in advance.
"""
RESCUE_VISITS, FEWEST_RESCUE_ITERATIONS, MOST_RESCUE_ITERATIONS = 2e8, 100, 5_000
"""Nodes that regret minimisation may visit for one draw, and bounds of its iterations. Higher: a smaller NashConv of
the last substitute, in proportionally more time.
"""
LEAST_CHANCE_OF_A_MOVE = 1e-12
"""Probability that stands for a smaller one in the logarithms of regret minimisation's answer. Higher: moves that are
never made count for more in beliefs.
"""

FURTHEST = 3.0
"""Log-odds of one step of adjustment; those beyond `steps.LIKELY` in proportion to their size. Higher: fewer steps, and
more of them refused.
"""
WRONG = 0.7
"""Share of the drive that an accepted step may leave unforeseen. Higher: fewer refusals, steps that may go in circles.
"""
NEARLY_FORESEEN, WELL_FORESEEN, FAIRLY_FORESEEN = 0.03, 0.1, 0.3
"""Shares of the drive left unforeseen below which the next step has less damping. Higher: steps lengthen sooner."""
TEN_TIMES_LONGER, FOUR_TIMES_LONGER, TWICE_LONGER, SOMEWHAT_SHORTER = 0.1, 0.25, 0.5, 1.5
"""Factors on the damping for those three shares, and above them. Lower: steps lengthen faster."""
REFUSED_DAMPING, LEAST_DAMPING = 4.0, 1e-3
"""Factor on the damping after a refused step, and the least damping then. Higher: fewer refusals in a row."""
ROOM = 1.3
"""The damping falls by no more than lets a step grow to FURTHEST times 1 / ROOM. Higher: steps lengthen more slowly."""
CALM = 0.1
"""Drive below which the rationality is raised. Lower: more steps at rationalities on the way."""
REST_AT_TARGET, ODDS_ROUNDING = 1e-9, 1e-14
"""Drive that counts as rest at the rationality asked for, and the drive that rounding leaves for each unit of it.
Higher: a less exact answer; lower: draws that never come to rest.
"""
FIRST, HIGHER = 100.0, 7.0
"""First rationality at which play adjusts, at most, in units of 1/R, and the largest ratio of the next one to it.
Higher: fewer rationalities, more steps at each, and more draws that rest elsewhere than the path leads.
"""
TURNS = 5
"""Attempts at a step between two looks at the drive. Higher: a few steps more than needed, fewer calls."""

TREMBLE = 1e-8
"""Least probability of every move in trembling play. Higher: parts that are seldom reached are judged by moves of more
players at once.
"""
FORGETTING = 1.5
"""Exponent of the iterations by which old regrets are kept (discounted regret minimisation: t^1.5 / (t^1.5 + 1)).
Higher: old regrets count longer.
"""
VISITS, FEWEST_ITERATIONS, MOST_ITERATIONS = 3.5e7, 100, 500
"""Nodes that trembling play visits before a game is parted, and bounds of its iterations. Higher: better first parts,
in more time.
"""

SELDOM_REACHED = 1e-4
"""Probability of reach below which an information set may belong to a part. Higher: larger parts, more of them entered.
"""
SMALL_PART, WHOLE_PART = 120, 220
"""Unknowns up to which a part is not parted further, and up to which a part that joins the rest stays whole. Higher:
longer paths, fewer parts.
"""
GOOD, BETTER = 1e-6, 0.01
"""Share of R that any deviation may gain, and the share of that gain from which players whom only their own mistakes
lead somewhere are corrected. Higher: an answer that the certificate of the whole game then refuses.
"""
TEMPTING = 1e-7
"""Share of R that entering a part may gain. Higher: parts that should join the rest stay out."""
ENTERED = 1e-6
"""Probability from which a part counts as entered, and a move as made on purpose. Higher: fewer parts join the rest."""
SLIP, SPREAD = -40.0, 20.0
"""SLIP: log probability of entering a part that nobody enters, by an entry that was certain before. SPREAD: the most
that a less probable entry falls below SLIP, by its log probability before. SLIP nearer to zero: trembles that payoffs
notice.
"""
RARER = -1_000.0
"""Log probability, on top of SLIP, of every entry but the one by which a part is believed to be entered. Nearer to
zero: the other entries still move beliefs.
"""
UNREACHED = -300.0
"""Log reach below which players at an information set carry no weight in anybody's beliefs: only their own mistakes
lead there. Nearer to zero: players are left out who matter, and the certificate refuses the answer.
"""
MISTAKEN = -60.0
"""Log probability, at most, of all but the best move of such players. Nearer to zero: moves that payoffs notice."""
MOST_TRIED = 6_000
"""Nodes of a part up to which beliefs are tried at which one entry alone trembles. Higher: more parts are kept out of
the rest, in more time.
"""
SEARCH_ROUNDS, QUIET_ROUNDS, MOST_ENTRIES = 30, 2, 2
"""Rounds of a search at the most; rounds in which nothing but beliefs changes; entries after which a part joins the
rest. Higher: more trees are found, and those that are not take longer.
"""
REST_ATTEMPTS = 4
"""Paths of the rest, each after more parts have left it, of which the last has as many steps as MANY_STEPS."""
FEW_STEPS, SOME_STEPS, MANY_STEPS = 300, 1_500, 3_000
"""Steps along a path at the most: of the rest, at first; of a game without parts; of a small part, and of the rest at
last. Higher: longer searches that fail, more paths that arrive.
"""
PART_RATIONALITY, PART_REGRET = 1e4, 3e-7
"""Rationality, in units of 1/R, and regret, as a share of R, at which the last point of a part's path will do. Lower
rationality or higher regret: sooner, and refused by the certificate more often.
"""
SAME_WEIGHTS = 1e-9
"""Difference of any root's weight up to which a part's known solution serves again. Higher: fewer solutions, less exact
beliefs.
"""
MUCH_LARGER = 4
"""Ratio of the sizes of two parts in a row at which the smaller ones are checked before the larger one is solved.
Higher: more parts solved for nothing; lower: more checks.
"""
