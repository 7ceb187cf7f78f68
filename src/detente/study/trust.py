"""How far a result can be trusted: the certificate of an ensemble, in numbers and in sentences."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from detente.equilibrium.solution import Ending
from detente.study.ensemble import Ensemble

CERTIFIED = 1e-6
"""Largest NashConv, as a share of the payoff range, at which a draw in the limit counts as certified."""


def certificate(ensemble: Ensemble) -> dict[str, Any]:
    """The certificate over draws.

    In the limit a draw is certified where nobody can gain more than CERTIFIED of the payoff range by any deviation.
    At a finite rationality players err by assumption, so gains are no defect: a draw is then certified where the
    solver reached that rationality.
    """
    unit = np.where(ensemble.payoff_range > 0, ensemble.payoff_range, 1.0)
    gain, regret = ensemble.nash_conv / unit, ensemble.conditional_regret / unit
    ended = ensemble.endings
    passed = [
        ending is Ending.REACHED or (ending.good and bool(share <= CERTIFIED))
        for ending, share in zip(ended, gain, strict=True)
    ]
    known = np.isfinite(gain)
    found: dict[str, Any] = {
        "draws": ensemble.count,
        "certified": sum(passed),
        "failed": [number + 1 for number, good in enumerate(passed) if not good],
        "endings": dict(Counter(ending.value for ending in ended)),
        "worst_nash_conv": float(gain[known].max()) if known.any() else np.nan,
        "worst_conditional_regret": float(regret[known].max()) if known.any() else np.nan,
        "turning_points": float((ensemble.folds > 0).mean()),
        "in_the_limit": any(ending is not Ending.REACHED for ending in ended),
    }
    return {**found, "sentences": _sentences(found)}


def _share(gain: float) -> str:
    """A gain as a share of the payoff range, in words."""
    if gain < 1e-12:
        return "nothing"
    if gain < CERTIFIED:
        return "less than a millionth of the range of payoffs"
    return f"{gain:.1e} of the range of payoffs"


def _sentences(found: dict[str, Any]) -> list[str]:
    count, certified = found["draws"], found["certified"]
    draws = "The single solution" if count == 1 else f"{certified:,} of {count:,} draws"
    if count == 1:
        verdict = "is certified" if certified else "is not certified"
        sentences = [f"{draws} {verdict}."]
    else:
        sentences = [f"{draws} are certified."]
    if found["in_the_limit"]:
        sentences.append(
            "Checked by separate code: by playing differently all actors together could still gain "
            f"{_share(found['worst_nash_conv'])} in the worst draw, and any one change at a single decision, reached "
            f"or not, {_share(found['worst_conditional_regret'])}."
        )
    else:
        sentences.append(
            "Actors are assumed to err, more rarely the more an error costs; the answer is where everybody's errors "
            "are consistent with everybody else's."
        )
    if found["turning_points"]:
        sentences.append(
            f"In {found['turning_points']:.0%} of the draws the path to the answer bends back on the way: other "
            "consistent patterns of behaviour exist nearby, and the one reached first is reported."
        )
    if found["failed"]:
        some = ", ".join(str(number) for number in found["failed"][:10])
        more = f" and {len(found['failed']) - 10:,} more" if len(found["failed"]) > 10 else ""
        sentences.append(f"Not certified: draw {some}{more}. They are kept in all figures, and named here.")
    return sentences
