"""The findings of a run as tables: median and 90 % interval over draws, never one bare number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.analysis.intervals import Interval, interval
from detente.analysis.updating import event_label
from detente.crisis.model import Crisis
from detente.study.assumptions import assumptions
from detente.study.files import cut
from detente.study.run import Findings
from detente.study.uncertain import uncertain

Floats = NDArray[np.float64]
Row = dict[str, Any]

_MATTERS = 1e-9


def _spread(found: Interval, prefix: str = "") -> Row:
    names = ("median", "low", "high") if not prefix else tuple(f"{prefix}_{name}" for name in ("median", "low", "high"))
    return dict(zip(names, (found.median, found.low, found.high), strict=True))


def _frame(rows: Iterator[Row], columns: str) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=columns.split())


def outcomes(findings: Findings) -> pd.DataFrame:
    """Probability of each outcome at the outset, and given every event of the timeline (NaN without one).

    mean_error: standard error of the mean, as of independent draws; those of a Sobol sequence miss by less.
    """
    crisis = findings.prepared.crisis

    def rows() -> Iterator[Row]:
        for number, outcome in enumerate(crisis.outcomes):
            column = findings.ensemble.outcomes[:, number]
            after = findings.ensemble.outcomes_after[:, number] if crisis.timeline else np.array([np.nan])
            yield {
                "outcome": outcome.id,
                "name": outcome.label,
                **_spread(interval(column)),
                "mean": float(column.mean()),
                "mean_error": float(column.std(ddof=1) / np.sqrt(len(column))) if len(column) > 1 else np.nan,
                **_spread(interval(after), "after"),
            }

    return _frame(rows(), "outcome name median low high mean mean_error after_median after_low after_high")


def moves(findings: Findings) -> pd.DataFrame:
    """Probability of each move where its stage is reached, and how probable that is.

    At the outset, and after_* given the events: NaN without a timeline. seen: whether an event tells the move.
    """

    def rows() -> Iterator[Row]:
        crisis = findings.prepared.crisis
        story = findings.prepared.compiled.game.story
        assert story is not None
        later = findings.ensemble.moves_after
        told = {(event.stage, event.round): event.move for event in crisis.timeline if not event.seen}
        for position, (step, table) in enumerate(zip(story.steps, findings.ensemble.moves, strict=True)):
            if step.draws_private:
                continue
            stage = crisis.stage(step.stage)
            after = later[position] if len(later) else np.full_like(table[:1], np.nan)
            share, share_after = _where_reached(table), _where_reached(after)
            seen = told.get((step.stage, step.round))
            for number, move in enumerate(stage.moves):
                yield {
                    "stage": stage.id,
                    "stage_name": stage.label,
                    "round": step.round,
                    "actor": stage.by,
                    "move": move.id,
                    "move_name": move.label,
                    **_spread(interval(share[:, number])),
                    "reached": float(np.median(table.sum(axis=1))),
                    **_spread(interval(share_after[:, number]), "after"),
                    "after_reached": interval(after.sum(axis=1)).median,
                    "seen": seen == number,
                }

    return _frame(
        rows(),
        "stage stage_name round actor move move_name median low high reached "
        "after_median after_low after_high after_reached seen",
    )


def _where_reached(table: Floats) -> Floats:
    """[draw, move]: how often each move is made where its stage is reached; NaN where it is not."""
    reached = table.sum(axis=1, keepdims=True)
    return np.divide(table, reached, out=np.full_like(table, np.nan), where=reached > 1e-12)


def utilities(findings: Findings) -> pd.DataFrame:
    """Expected payoff of each actor."""

    def rows() -> Iterator[Row]:
        for number, actor in enumerate(findings.prepared.crisis.actors):
            column = findings.ensemble.utilities[:, number]
            yield {"actor": actor.id, "name": actor.label, **_spread(interval(column))}

    return _frame(rows(), "actor name median low high")


def beliefs(findings: Findings) -> pd.DataFrame:
    """What each observer believes after every event of the timeline, and what the event contributed."""
    crisis = findings.prepared.crisis

    def rows() -> Iterator[Row]:
        for path in findings.ensemble.beliefs:
            for number in range(path.posterior.shape[1]):
                yield {
                    **_event(crisis, number),
                    "observer": path.observer,
                    "subject": path.subject.id,
                    "value": path.subject.value,
                    "name": path.subject.name,
                    **_spread(interval(path.posterior[:, number])),
                    **_spread(interval(path.log_ratio[:, number]), "llr"),
                    "surprise_median": interval(path.likelihood[:, number]).median,
                }

    return _frame(
        rows(),
        "event date stage round move label observer subject value name median low high "
        "llr_median llr_low llr_high surprise_median",
    )


def _event(crisis: Crisis, number: int) -> Row:
    if not number:
        return {"event": 0, "date": None, "stage": "", "round": 0, "move": "", "label": "Before any event"}
    event = crisis.timeline[number - 1]
    return {
        "event": number,
        "date": event.date,
        "stage": event.stage,
        "round": event.round,
        "move": event.seen or crisis.stage(event.stage).moves[event.move].id,
        "label": event_label(crisis, number),
    }


def claims(findings: Findings) -> pd.DataFrame:
    """Each claim over the draws: where it holds, and how large the effect is."""

    def rows() -> Iterator[Row]:
        for trial in findings.claims:
            change = trial.at_high - trial.at_low
            known = change[~np.isnan(change)]
            flat = np.abs(known) <= 1e-6
            right = (known > 0) if trial.claim.rises else (known < 0)
            yield {
                "claim": trial.claim.id,
                "says": trial.claim.says,
                "by": trial.claim.by,
                "raises": trial.claim.raises,
                "expect": "rises" if trial.claim.rises else "falls",
                "of": trial.claim.of[0],
                "holds": float((right & ~flat).mean()) if len(known) else np.nan,
                "ties": float(flat.mean()) if len(known) else np.nan,
                "low_value": trial.low,
                "high_value": trial.high,
                **_spread(interval(change)),
                "draws": len(known),
            }

    return _frame(rows(), "claim says by raises expect of holds ties low_value high_value median low high draws")


def questions(findings: Findings) -> pd.DataFrame:
    """Each question's quantities of interest along its range."""

    def rows() -> Iterator[Row]:
        for sweep in findings.sweeps:
            for text, table in sweep.shown.items():
                for value, column in zip(sweep.values, table, strict=True):
                    yield {
                        "question": sweep.question.id,
                        "name": sweep.question.name,
                        "vary": sweep.question.vary,
                        "value": float(value),
                        "show": text,
                        **_spread(interval(column)),
                        "draws": len(column),
                    }

    return _frame(rows(), "question name vary value show median low high draws")


def scenarios(findings: Findings) -> pd.DataFrame:
    """Outcomes under each scenario, and their difference to the case as it stands, draw by draw.

    At the outset, and after_* given every event of the timeline: NaN without one, and where the scenario makes the
    events impossible.
    """

    def rows() -> Iterator[Row]:
        crisis = findings.prepared.crisis
        for alternative in findings.alternatives:
            count = len(alternative.outcomes)
            for number, outcome in enumerate(crisis.outcomes):
                there = alternative.outcomes[:, number]
                after, change_after = np.array([np.nan]), np.array([np.nan])
                if crisis.timeline:
                    after = alternative.after[:, number]
                    change_after = after - findings.ensemble.outcomes_after[:count, number]
                yield {
                    "scenario": alternative.scenario.id,
                    "name": alternative.scenario.label,
                    "outcome": outcome.id,
                    "outcome_name": outcome.label,
                    **_spread(interval(there)),
                    **_difference(there - findings.ensemble.outcomes[:count, number]),
                    **_spread(interval(after), "after"),
                    **{f"after_{name}": each for name, each in _difference(change_after).items()},
                    "draws": count,
                }

    changed = "difference difference_low difference_high sign_share"
    after = " ".join(f"after_{name}" for name in f"median low high {changed}".split())
    return _frame(rows(), f"scenario name outcome outcome_name median low high {changed} {after} draws")


def _difference(change: Floats) -> Row:
    """A difference with its interval, and in what share of the draws it has the sign of its median."""
    change = np.where(np.abs(change) < _MATTERS, 0.0, change)
    found, known = interval(change), change[~np.isnan(change)]
    return {
        "difference": found.median,
        "difference_low": found.low,
        "difference_high": found.high,
        "sign_share": float((np.sign(known) == np.sign(found.median)).mean()) if len(known) else np.nan,
    }


def assumption_table(crisis: Crisis) -> pd.DataFrame:
    """Every assumption with what it rests on."""
    return _frame((each.row() for each in assumptions(crisis)), "kind id name value support citations note")


def draw_table(findings: Findings) -> pd.DataFrame:
    """The raw draws: every quantity, every outcome's probability, and the certificate, a row a draw."""
    return next(draw_pieces(findings, max(findings.ensemble.count, 1)))


def draw_pieces(findings: Findings, size: int) -> Iterator[pd.DataFrame]:
    """The raw draws, that many rows at a time."""
    ensemble, crisis = findings.ensemble, findings.prepared.crisis
    columns: dict[str, Any] = {f"quantity {id}": values for id, values in ensemble.draws.quantities.items()}
    for each in uncertain(crisis, ensemble.draws):
        if each.id.startswith("preferences."):
            columns[each.id] = each.values
    for number, outcome in enumerate(crisis.outcomes):
        columns[f"P({outcome.id})"] = ensemble.outcomes[:, number]
        if crisis.timeline:
            columns[f"P({outcome.id}) after the events"] = ensemble.outcomes_after[:, number]
    columns["ending"] = ensemble.endings
    columns |= {name: getattr(ensemble, read) for name, read in _CERTIFICATE.items()}
    columns["turning_points"] = ensemble.folds
    for start, stop in cut(ensemble.count, size):
        piece = {name: values[start:stop] for name, values in columns.items()}
        piece["ending"] = [ending.name.lower() for ending in piece["ending"]]
        yield pd.DataFrame({"draw": np.arange(start + 1, stop + 1), **piece})


_CERTIFICATE = {"rationality": "reached"} | {name: name for name in ("nash_conv", "conditional_regret", "payoff_range")}
