"""Tuning constants of the followers of paths, each with its unit and the effect of a change.

R is the payoff range, lambda the rationality in units of 1/R. Lengths are in log-odds, those beyond LIKELY in
proportion to their size. The larger constants of the same kind are fields of `detente.equilibrium.solve.Settings`.
"""

from __future__ import annotations

LIKELY = 5.0
"""Log-odds from which on differences count in proportion to their size. Higher: rounding of large log-odds stops the
path; lower: steps grow too long for actions that still matter.
"""
MARGIN = 1.5
"""Log-odds by which another action must be likelier to become the reference. Higher: the reference may become unlikely,
and rounding eat differences of odds; lower: it changes to and fro.
"""

FIRST_STEP = 0.3
"""Length of the first step. Higher: one more refusal at the start; lower: a few more steps."""
SHORTENED, BARELY_SHORTENED, SHORTEST_STEP = 0.3, 0.5, 0.1
"""Factors on the length of a refused step: in general, where the tangent turns too sharply, and the least at all.
Higher: more refusals in a row; lower: more steps.
"""
CAUTION, GROWING_CAUTION = 0.8, 0.9
"""Factors on the length that would just meet the tolerance, after a refused and after an accepted step. Higher: more
refusals.
"""
OFF_TWICE, OFF_HALF, OFF_QUARTER = 2.0, 0.5, 0.25
"""Refusal of a step whose prediction errs by more than so many tolerances, or by more than this share of the step; and
the share at which the next one aims. Higher: fewer refusals, more jumps to other branches.
"""
LEAST_ERROR = 1e-12
"""Error of a prediction that counts as none when the next step's length is found."""
FINER = 1e-3
"""Accuracy of the points of a short step, as a share of its length. Higher: short steps whose points err by as much."""
SHARPEST_TURN = 0.6
"""Smallest cosine between the tangents at both ends of a step. Higher: more refusals; lower: jumps across narrow folds.
"""
NEAR_FOLD = 0.5
"""Ratio of lambda's share in the tangent after a step to that before, below which tangents are made exact. Higher: more
linear systems; lower: the wrong side of a fold.
"""
STEEP = 1e-3
"""Share of lambda in a tangent below which a step past arrived decisions is not looked through for folds. Higher: folds
are missed; lower: rounding looks like a fold.
"""
SETTLES = 10.0
"""Lambda above which the path may be foreseen by its logarithm. Lower: predictions that err."""
PATIENCE, NARROW_STEP, STRAIGHT_ENOUGH = 5, 0.03, 0.01
"""Steps refused for the determinant's sign before it is taken for a bifurcation; the length of the step that may pass
it, as a share of the first one refused; the error of its prediction, as a share of its length. Higher shares, or less
patience: a jump to another sheet of a fold is taken for a bifurcation.
"""
DOUBT_ENDS = 0.3
"""Share of the first refused step from which an accepted one ends the suspicion of a bifurcation."""
CLOSE, FIRM = 0.3, 1e3
"""Largest share of its first correction that a step's second one may have, and lambda up to which that holds: beyond,
and beside decisions that have arrived, players who mix bend the equations more. Higher share: more jumps; lower: more
refusals.
"""
EXACT_FROM = 1e4
"""Lambda above which tangents are made exact where the path is foreseen by its logarithm: they differ by little.
Higher: worse predictions; lower: more linear systems.
"""
SHARP, SHARP_SHARE, NO_FURTHER, POLISHED = 1e-11, 1e-14, 10.0, 1e-3
"""Accuracy of a point taken to rounding, absolute and as a share of lambda; the distance, in accuracies of points on
the way and in log-odds, beyond which the point found lies elsewhere and is not taken.
"""

MOST_CORRECTIONS = 12
"""Newton corrections of one point. Higher: steps that hardly converge are not refused."""
HALVED, STILL_DONE, DOUBLED = 0.5, 10.0, 2.0
"""Ratio to the last correction above which a correction is slow; accuracies within which a slow one is the last; ratio
above which one with new factors has failed. Higher: more corrections before a step is refused.
"""
MOST_FOLDS = 1024
"""Turning points that are kept; a path with more is given up. Higher: longer searches, more memory."""
SPACING = (32, 256)
"""Attempted steps between two checkpoints, slot by slot. Higher: a path that got stuck is followed again from further
back.
"""
SAME_TURN = 1e-4
"""Difference of two turning points, in log-odds and as a share of them, below which they are one. Higher: a path is
taken to go in circles that does not; lower: a circle is not noticed.
"""

FOLD_ACCURACY, FOLD_SHARE = 1e-10, 1e-14
"""Accuracy of the points among which a turning point is sought, absolute and as a share of lambda. Higher: turning
points are less exact.
"""
FORESEEN_HALVINGS = 60
"""Halvings of a step at whose end lambda is foreseen to be the target: to rounding, so that more change nothing."""
FOLD_ROUNDS, LANDING_ROUNDS, LANDING_HALVINGS = 60, 40, 50
"""Rounds in which a turning point, or the point at the target, is found or given up; halvings of a bracket's cubic."""
EXACT_FACTORS = 1e-6
"""Distance at which factors still tell the tangent. Higher: turning points on the wrong side; lower: more factors."""
NEAREST, QUICK, SAFE = 1e-4, 6, 0.02
"""Distance from the ends of the bracket at which to look, as a share of it: at first, for how many rounds, and
afterwards. Higher: slower convergence near an end; lower: rounds that leave the bracket as long as it was.
"""
FLAT_FOLD, FLAT_BRACKET = 0.1, 1e-9
"""Accuracies that lambda may miss at a turning point, and the length of a bracket, as a share of the point, that is one
point.
"""
LANDED, HALFWAY = 1e-6, 1e-8
"""Accuracy of the point at the target, before it is taken to rounding, and of points on the way to it."""

CAREFUL = 0.2
"""Share of the tolerance that is left each time a path that got stuck or lost is followed again. Higher: the same jump
again; lower: many more steps.
"""
TROUBLE = 3
"""Refusals in a row after which the point set out from is found more exactly. Higher: more refusals."""
CORNER = 1e-4
"""Length of a step from which on a turn that could not be pinned down is none. Higher: jumps between two sheets."""
TOLERABLE = 1e-6
"""Regret, as a share of R, at which rounding may keep behaviour moving at the cap. Higher: less exact limits."""
LOOKED_BELOW, LOOKED_AGAIN, FAR_IN = 100.0, 5.0, 0.01
"""Ratio of the lambda from which the limit may be declared to that of the first look at behaviour; ratio of the lambdas
of two looks; share of that lambda from which a path without regret that got stuck has been stopped by rounding.
"""

GROWS, MADE = 1e-5, -18.5
"""Elasticity of log-odds in the rationality below which they have settled, or differ by rounding; log probability from
which a move is made. Lower: rounding keeps decisions from having arrived.
"""
GROWING_SHARE = 0.5
"""Share of the log-odds themselves that their elasticity must exceed to count as proportional to the rationality."""
TAKEN_UP, TAKEN_UP_SHARE = 1e-6, 1e-8
"""Accuracy at which a known behaviour is taken up as a point of a path, absolute and as a share of the log-odds."""
RAISED_FROM, RAISED_TO = 1e7, 3e8
"""Rationality times the stake from which, and up to which, decisions that have not arrived are raised."""
ARRIVED = 1e5
"""Rationality times the stake from which a decision has arrived. Higher: more stages, moves that err less."""
GONE = -1_000.0
"""Log probability from which on a move is made no more: its precision rises no further."""
TIED = 1e-2
"""Log-odds that rounding may make of the difference between two moves before they are held to be worth the same."""
TOGETHER, NEAR = 3.0, 1e3
"""Multiple of the lowest precision of any undecided move, up to which moves are raised together with it; multiple of
the stakes of the moves above, up to which a move that is worse elsewhere is raised with them. Higher: fewer stages,
with more payoffs of different size in each.
"""
MOST_SCALES = 40
"""Scales at which a draw is raised, at the most."""
EASES = (1.0, 1e3, 1e4, 1e5)
"""Factors by which decisions that have arrived answer less sharply while the others rise, attempt by attempt, each five
times as careful: where play of the others brings back a move that was gone, the path has a corner, the narrower the
sharper the answer. The answer is made as sharp as it was afterwards.
"""

LEAP, STRAIGHT_ON = 3.0, 1.0
"""Log-odds by which play may leave its prediction when the numbers move: in the first step, which nothing foresees, and
in later ones. Higher: jumps to other branches.
"""
SHORTER, LONGER = 0.3, 3.0
"""Factors on the share of the way after a refused and after an accepted step in the numbers."""
ARRIVES = 0.999
"""Share of the way in the numbers from which a step goes to its end."""
CARRIED, CARRIED_ON_THE_WAY = 1e-14, 1e-5
"""Accuracy, as a share of the log-odds, of the answer at the new numbers, and of points on the way there."""
MOST_KEPT = 200_000
"""Nodes and entries of the dense matrix of a game from which its memory is given back and not kept. Higher: more
memory, faster repeated solves of large games.
"""

SAME_CROSSING = 1e-6
"""Difference of any probability up to which a walk is back at the crossing where it began. Higher: a walk ends too
early.
"""
REACH = 0.7
"""Share of itself by which the rationality changes in a step of a walk at the most. Higher: walks past rationality
zero.
"""
WALK_PATIENCE = 8
"""Refusals in a row after which a walk takes a change of the determinant's sign for a bifurcation. Higher: more
refusals; lower: jumps to another sheet of a fold.
"""
WALK_ACCURACY = 1e-14
"""Accuracy of a walk's points at the target, as a share of the log-odds. Higher: less exact equilibria."""
TURN_LENGTH = 1e-3
"""Length of a step from which on a turn beyond the target is looked for. Higher: two crossings are missed."""
STEP_SHARE = 1e-3
"""Length by which a walk's first and smallest steps grow for each unit of lambda. Higher: fewer steps at large lambda.
"""
LEAST_SQUARE = 1e-300
"""Squared length that stands for none, so that nothing is divided by zero."""
