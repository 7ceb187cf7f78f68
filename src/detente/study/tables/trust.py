"""Trust in a result: the certificate of an ensemble, in numbers and in sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from detente.study.how_solved import CERTIFIED, HowSolved
from detente.study.running.ensemble import Ensemble


def certificate(ensemble: Ensemble, beside: Mapping[str, HowSolved] | None = None) -> dict[str, Any]:
    """The certificate over draws; `how_solved` has it for what was solved beside the draws as well.

    In the limit a draw is certified where nobody can gain more than CERTIFIED of the payoff range by any deviation,
    and by one change at a decision that play does not come to neither. At a finite rationality players err by
    assumption, so gains are no defect: a draw is then certified where separate code finds no probability farther than
    DEPARTS from that of the logit reply to all play.
    beside: how claims, scenarios and questions were solved, by these words.
    """
    how = ensemble.how_solved
    found: dict[str, Any] = {
        "draws": ensemble.count,
        "certified": how.certified,
        "failed": [number + 1 for number in np.flatnonzero(~ensemble.certified).tolist()],
        "endings": {ending.value: count for ending, count in how.endings.items()},
        "worst_nash_conv": how.worst_nash_conv,
        "worst_conditional_regret": how.worst_conditional_regret,
        "worst_departure": how.worst_departure,
        "turning_points": float((ensemble.folds > 0).mean()),
        "in_the_limit": how.limit,
    }
    others = {kind: each for kind, each in (beside or {}).items() if each.solutions}
    solved = {"draws": how, **others}
    return {
        **found,
        "how_solved": {kind: each.to_dict() for kind, each in solved.items()},
        "sentences": [*_sentences(found), *how.elsewhere, *_said_beside(others)],
    }


def _said_beside(others: Mapping[str, HowSolved]) -> list[str]:
    """Warnings on the solutions that claims, scenarios and questions rest on; empty if every solution is as asked."""
    return [f"Of what the {kind} rest on: {warning}" for kind, each in others.items() for warning in each.warnings]


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
        worst = found["worst_departure"]
        if not math.isnan(worst):
            apart = f"more than {worst:.1e}" if worst > 0.0 else "anything"
            sentences.append(
                f"Checked by separate code: no probability of a move is off the errors so assumed by {apart}."
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
