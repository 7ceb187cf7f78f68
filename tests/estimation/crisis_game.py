"""The crisis game of Lewis and Schultz by other means than ours: closed forms of SciPy, fixed points by iteration.

Source: Lewis and Schultz 2003; Whang, McLean and Kuberski 2013 for sanctions; Crisman-Cox and Gibilisco 2021 for what
counts as an equilibrium.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, owens_t

QUANTITIES = ("status_quo", "concession", "give_in", "stand", "resist", "back_down")
"""Columns of `values` below."""

ENDINGS = ("quiet", "conceded", "sanctions", "backed_down")
"""Columns of probabilities below."""


def both_below(h, k, r):
    """P(X < h, Y < k) of standard normal numbers with correlation r. Source: Owen 1956."""
    root = np.sqrt(1 - r * r)
    with np.errstate(all="ignore"):
        first, second = (k / h - r) / root, (h / k - r) / root
    apart = np.where((h * k < 0) | ((h * k == 0) & (h + k < 0)), 0.5, 0.0)
    return 0.5 * (ndtr(h) + ndtr(k)) - owens_t(h, first) - owens_t(k, second) - apart


def sender(values, resists):
    """[row]: the chance of a threat, and of standing firm after one, where the target resists with chance `resists`."""
    quo, concession, _, stand, _, back = values.T
    cut = (quo - (1 - resists) * concession) / resists
    threat = 1 - ndtr(cut - back) * ndtr(cut - stand)
    return threat, both_below((stand - back) / np.sqrt(2), stand - cut, np.sqrt(0.5)) / threat


def target(values, firm):
    """[row]: the chance that the target resists where the sender stands firm with chance `firm`."""
    _, _, give_in, _, resist, _ = values.T
    return ndtr((firm * resist - give_in) / firm)


def probabilities(values):
    """[row, ending]: at the equilibrium to which replies to replies lead from even chances."""
    resists = np.full(len(values), 0.5)
    for _ in range(2000):
        threat, firm = sender(values, resists)
        new = target(values, firm)
        moved, resists = np.abs(new - resists).max(), new
        if moved < 1e-15:
            break
    threat, firm = sender(values, resists)
    ends = [1 - threat, threat * (1 - resists), threat * resists * firm, threat * resists * (1 - firm)]
    return np.stack(ends, axis=1)


COVARIATES = {
    "status_quo": ("root_sender", "senderdemocracy", "contig", "ally"),
    "concession": ("one", "anticipatedsendercosts"),
    "give_in": ("one", "root_target", "anticipatedtargetcosts", "contig", "ally"),
    "stand": ("one", "root_sender", "senderdemocracy", "lncaprat"),
    "resist": ("one", "targetdemocracy", "lncaprat"),
    "back_down": ("one", "senderdemocracy"),
}
"""Covariates of each quantity in the published model of sanctions."""

PUBLISHED = (
    *(-0.5193, 0.0071, 0.0377, -0.1598, 1.3082, -0.1914, -4.5281, 2.8280, 0.1928, 0.0997, -0.0197),
    *(-2.4552, -0.0487, -0.0003, 0.0434, -4.4248, -0.0140, 0.2894, -2.7138, -0.0047),
)
"""Coefficients in the order of `COVARIATES`. Source: Crisman-Cox and Gibilisco 2021, constrained maximum likelihood."""


def designs(data):
    """By quantity: [row, coefficient], from the columns of the published data."""
    table = data.assign(one=1.0, root_sender=data.senderecondep**0.5, root_target=data.targetecondep**0.5)
    return {name: table[list(columns)].to_numpy(float) for name, columns in COVARIATES.items()}


def linear(design, coefficients):
    """[row, quantity]: the values of the quantities."""
    found, start = {}, 0
    for name in COVARIATES:
        width = design[name].shape[1]
        found[name] = design[name] @ np.asarray(coefficients)[start : start + width]
        start += width
    return np.stack([found[name] for name in QUANTITIES], axis=1)
