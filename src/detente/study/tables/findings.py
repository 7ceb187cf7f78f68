"""The findings of a run as tables: mean and 90 % interval over draws, never one bare number.

Every row says since when its numbers are told: `when` is `outset` or `events`. Given the events draws are weighed by
the probability that they gave to them (`detente.study.running.weights`). mean_error: standard error of the mean, as of
independent draws; those of a Sobol sequence miss by less.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.analysis.over_draws.ends import Ends
from detente.analysis.over_draws.intervals import NO_CHANGE, Interval, interval, mean, sign_share
from detente.analysis.profile import where_reached
from detente.analysis.updating import event_label
from detente.case.written_back.outline import course_text, expected_word
from detente.crisis.inquiry import EVENTS, OUTSET
from detente.crisis.model import Crisis
from detente.study.assumptions import assumptions
from detente.study.inputs.uncertain import uncertain
from detente.study.running.run import Findings
from detente.study.running.telling import FLAT, ClaimTrial, Sweep
from detente.study.running.weights import draw_weights, moments
from detente.study.tables.files import cut

Floats = NDArray[np.float64]
Row = dict[str, Any]

SPREAD_COLUMNS = ("mean", "mean_error", "low", "high", "median")
_TOLD = " ".join(SPREAD_COLUMNS)
_TOLD_AFTER = "after_when " + " ".join(f"after_{name}" for name in SPREAD_COLUMNS)
_NOTHING = np.array([np.nan])


def spread(found: Interval, prefix: str = "") -> Row:
    """Mean, error, range and median as entries of a row."""
    names = (f"{prefix}_{name}" if prefix else name for name in SPREAD_COLUMNS)
    return dict(zip(names, (found.mean, found.error, found.low, found.high, found.median), strict=True))


def _moment(crisis: Crisis) -> Row:
    """The moments of a row that tells the outset, and beside it what is so given the events."""
    return {"when": OUTSET, "after_when": EVENTS if crisis.timeline else ""}


def frame(rows: Iterator[Row], columns: str) -> pd.DataFrame:
    """Rows as a table with these columns, with blanks between their names."""
    return pd.DataFrame(list(rows), columns=columns.split())


def outcomes(findings: Findings) -> pd.DataFrame:
    """Probability of each outcome at the outset, and after_* given every event of the timeline (NaN without one)."""
    crisis = findings.prepared.crisis

    def rows() -> Iterator[Row]:
        for number, outcome in enumerate(crisis.outcomes):
            yield {
                "outcome": outcome.id,
                "name": outcome.label,
                **_moment(crisis),
                **spread(interval(findings.ensemble.outcomes[:, number])),
                **_after(findings, findings.ensemble.outcomes_after[:, number] if crisis.timeline else _NOTHING),
            }

    return frame(rows(), f"outcome name when {_TOLD} {_TOLD_AFTER}")


def groups(findings: Findings) -> pd.DataFrame:
    """Probability of each group of endings, and the axis it belongs to; otherwise as `outcomes`. They may overlap."""
    crisis, ends = findings.prepared.crisis, Ends.of(findings.prepared.crisis)

    def rows() -> Iterator[Row]:
        chances, ensemble = ends.chances(findings.ensemble.outcomes), findings.ensemble
        later = ends.chances(ensemble.outcomes_after) if crisis.timeline else np.full((1, len(ends.ids)), np.nan)
        for number, group in enumerate(crisis.groups):
            yield {
                "group": group.id,
                "name": group.label,
                "axis": group.axis,
                "endings": " ".join(group.endings),
                **_moment(crisis),
                **spread(interval(chances[:, number])),
                **_after(findings, later[:, number]),
            }

    return frame(rows(), f"group name axis endings when {_TOLD} {_TOLD_AFTER}")


def _after(findings: Findings, values: Floats) -> Row:
    """A number given the events, over the first draws of the run by their weights."""
    weights = findings.weights[: len(values)] if findings.prepared.crisis.timeline else None
    return spread(interval(values, weights), "after")


def moves(findings: Findings) -> pd.DataFrame:
    """Probability of each move where its stage is reached, and how probable that is.

    At the outset, and after_* given the events: NaN without a timeline. seen: whether an event tells the move. Draws
    count by the probability that the stage is reached in them: the shares are of plays in which it is.
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
            share, share_after = where_reached(table), where_reached(after)
            comes, comes_after = table.sum(axis=1), after.sum(axis=1)
            weights = findings.weights if len(later) else np.ones(1)
            coming = weights * np.nan_to_num(comes_after)
            seen = told.get((step.stage, step.round))
            for number, move in enumerate(stage.moves):
                yield {
                    "stage": stage.id,
                    "stage_name": stage.label,
                    "round": step.round,
                    "actor": step.actor,
                    "move": move.id,
                    "move_name": move.label,
                    **_moment(crisis),
                    **spread(interval(share[:, number], comes)),
                    "reached": mean(comes),
                    **spread(interval(share_after[:, number], coming), "after"),
                    "after_reached": mean(comes_after, weights),
                    "seen": seen == number,
                }

    return frame(
        rows(),
        f"stage stage_name round actor move move_name when {_TOLD} reached {_TOLD_AFTER} after_reached seen",
    )


def utilities(findings: Findings) -> pd.DataFrame:
    """Expected payoff of each actor, at the outset and after_* given the events (NaN without a timeline)."""
    crisis = findings.prepared.crisis

    def rows() -> Iterator[Row]:
        for number, actor in enumerate(crisis.actors):
            yield {
                "actor": actor.id,
                "name": actor.label,
                **_moment(crisis),
                **spread(interval(findings.ensemble.utilities[:, number])),
                **_after(findings, findings.ensemble.utilities_after[:, number] if crisis.timeline else _NOTHING),
            }

    return frame(rows(), f"actor name when {_TOLD} {_TOLD_AFTER}")


def beliefs(findings: Findings) -> pd.DataFrame:
    """Belief of each observer after every event of the timeline, and the contribution of the event.

    Draws are weighed by the events up to that one, the surprise of an event by the events before it. llr_*:
    log-likelihood ratio of the event, its median and range over draws: one draw that rules something out would carry a
    mean to infinity. The mean belief moves by that ratio, and because the event makes some draws more believable than
    others.
    """
    crisis = findings.prepared.crisis
    weights = [draw_weights(findings.ensemble, number) for number in range(len(crisis.timeline) + 1)]

    def rows() -> Iterator[Row]:
        for path in findings.ensemble.beliefs:
            for number in range(path.posterior.shape[1]):
                ratio = interval(path.log_ratio[:, number], weights[number])
                yield {
                    **event_row(crisis, number),
                    "observer": path.observer,
                    "subject": path.subject.id,
                    "value": path.subject.value,
                    "name": path.subject.name,
                    "when": EVENTS if number else OUTSET,
                    **spread(interval(path.posterior[:, number], weights[number])),
                    "llr_median": ratio.median,
                    "llr_low": ratio.low,
                    "llr_high": ratio.high,
                    "surprise": mean(path.likelihood[:, number], weights[number - 1]) if number else np.nan,
                }

    return frame(
        rows(),
        f"{EVENT} observer subject value name when {_TOLD} llr_median llr_low llr_high surprise",
    )


EVENT = "event date stage round move label"


def event_row(crisis: Crisis, number: int) -> Row:
    """An event of the timeline as entries of a row, counted from 1; 0 for before any of them."""
    if not number:
        return {"event": 0, "date": None, "stage": "", "round": 0, "move": "", "label": "Before any event"}
    event = crisis.timeline[number - 1]
    return {
        "event": number,
        "date": event.date,
        "stage": event.stage,
        "round": event.round,
        "move": event.seen or crisis.stage(event.stage).moves[event.move].id,
        "label": event_label(crisis, crisis.timeline[number - 1]),
    }


def claims(findings: Findings) -> pd.DataFrame:
    """Each claim over the draws: where it holds, and how large the effect is, given the events and at the outset.

    first: whether this moment is the one told first; why: `impossible` or `settled` where that is the outset because
    the events leave nothing to tell. by_rule: True where the answer is so however everybody plays, and no finding.
    low_value, high_value: ends of the one quantity raised; NaN for several, or for courses. holds, ties: shares of the
    draws by their weight; tried: the share of those in which the events are possible at both ends.
    """
    crisis = findings.prepared.base

    def rows() -> Iterator[Row]:
        beside = {trial.claim.id: trial for trial in findings.beside}
        for first in findings.claims:
            for trial in (first, beside.get(first.claim.id)):
                if trial is not None:
                    yield _claim(trial, crisis, findings.by_rule(trial))

    return frame(
        rows(),
        "claim says by raises compares expect of when events first why by_rule holds ties tried low_value high_value "
        + _TOLD
        + " draws",
    )


def _claim(trial: ClaimTrial, crisis: Crisis, by_rule: bool) -> Row:
    change = trial.change
    flat, right = np.abs(change) <= FLAT, trial.right
    told = interval(change, trial.weights)
    known = trial.known
    return {
        "claim": trial.claim.id,
        "says": trial.claim.says,
        "by": trial.claim.by,
        "raises": ", ".join(name if up else f"{name} down" for name, up in trial.claim.moved),
        "compares": " with ".join(course_text(each, crisis) for each in trial.claim.courses),
        "expect": expected_word(trial.claim),
        "of": trial.claim.of[0],
        "when": trial.when,
        "first": trial.first,
        "why": trial.why,
        "holds": mean(np.where(known, right, np.nan), trial.weights),
        "ties": mean(np.where(known, flat, np.nan), trial.weights),
        "tried": float(trial.weights[known].sum() / max(trial.weights.sum(), np.finfo(float).tiny)),
        "events": trial.given(len(crisis.timeline)),
        "by_rule": by_rule,
        "low_value": trial.end_value(trial.low),
        "high_value": trial.end_value(trial.high),
        **spread(told),
        "draws": int(known.sum()),
    }


def questions(findings: Findings) -> pd.DataFrame:
    """Each question's quantities of interest along its range, given the events and at the outset.

    first, why: as for claims. NaN where no draw leaves what is asked possible at a value.
    """

    def rows() -> Iterator[Row]:
        for sweep in findings.sweeps:
            for text, telling in sweep.tellings.items():
                for when in sorted(sweep.shown, key=lambda each: each != telling.when):
                    yield from _curve(sweep, text, when)

    return frame(rows(), f"question name vary value show when first why {_TOLD} draws")


def _curve(sweep: Sweep, text: str, when: str) -> Iterator[Row]:
    telling, weights = sweep.tellings[text], sweep.weights[when]
    for value, column in zip(sweep.values, sweep.shown[when][text], strict=True):
        yield {
            "question": sweep.question.id,
            "name": sweep.question.name,
            "vary": sweep.question.vary,
            "value": float(value),
            "show": text,
            "when": when,
            "first": when == telling.when,
            "why": telling.why if when == telling.when else "",
            **spread(interval(column, weights)),
            "draws": int((~np.isnan(column) & (weights > 0.0)).sum()),
        }


def scenarios(findings: Findings) -> pd.DataFrame:
    """Groups and outcomes under each scenario, and their difference to the case as it stands, draw by draw.

    settled: True where the scenario by itself, however everybody plays, makes the outcome impossible or sure.
    At the outset, and after_* given the events of the timeline: NaN without one, and where the scenario makes the
    events impossible. Where it contradicts one of them, it is told given those before that one, and so is the case it
    is set beside; after_events: how many. Draws count by what they gave to the events as the case stands, with the
    scenario and without.
    """

    def rows() -> Iterator[Row]:
        crisis = findings.prepared.crisis
        ends = Ends.of(crisis)
        here = ends.chances(findings.ensemble.outcomes)
        for alternative in findings.alternatives:
            count = len(alternative.outcomes)
            others, others_after = ends.chances(alternative.outcomes), ends.chances(alternative.after)
            settled, events = findings.settled_by(alternative), alternative.events
            here_after = ends.chances(findings.after(events)) if events else here
            for number, (outcome, label) in enumerate(zip(ends.ids, ends.labels, strict=True)):
                there = others[:, number]
                after, change_after, weights = _NOTHING, _NOTHING, None
                if events:
                    after = others_after[:, number]
                    change_after = after - here_after[:count, number]
                    weights = findings.weights_after(events)[:count]
                yield {
                    "scenario": alternative.scenario.id,
                    "name": alternative.scenario.label,
                    "outcome": outcome,
                    "outcome_name": label,
                    **_moment(crisis),
                    **spread(interval(there)),
                    **_difference(there - here[:count, number]),
                    **spread(interval(after, weights), "after"),
                    **{f"after_{name}": each for name, each in _difference(change_after, weights).items()},
                    "after_events": events,
                    "settled": outcome in settled,
                    "draws": count,
                }

    changed = "difference difference_error difference_low difference_high sign_share"
    after = " ".join(f"after_{name}" for name in changed.split())
    columns = (
        f"scenario name outcome outcome_name when {_TOLD} {changed} {_TOLD_AFTER} {after} after_events settled draws"
    )
    return frame(rows(), columns)


def _difference(change: Floats, weights: Floats | None = None) -> Row:
    """A mean difference with its error and interval, and in what share of the draws it has the sign of the mean."""
    found = interval(np.where(np.abs(change) < NO_CHANGE, 0.0, change), weights)
    return {
        "difference": found.mean,
        "difference_error": found.error,
        "difference_low": found.low,
        "difference_high": found.high,
        "sign_share": sign_share(change, weights),
    }


def moment_table(findings: Findings) -> pd.DataFrame:
    """Moments from which numbers are told: each in words, with its draws and their effective number.

    few: True where the effective number is too small for the ends of a range.
    """
    rows = (
        {
            "when": each.when,
            "says": each.says,
            "events": each.events,
            "draws": each.draws,
            "effective_draws": each.effective,
            "few": each.few,
        }
        for each in moments(findings.ensemble, findings.parted)
    )
    return frame(rows, "when says events draws effective_draws few")


def assumption_table(crisis: Crisis) -> pd.DataFrame:
    """Every assumption with what it rests on."""
    return frame((each.row() for each in assumptions(crisis)), "kind id name value support citations note")


def draw_table(findings: Findings) -> pd.DataFrame:
    """The raw draws: every quantity, every outcome's probability, and the certificate, a row a draw."""
    return next(draw_pieces(findings, max(findings.ensemble.count, 1)))


def draw_pieces(findings: Findings, size: int) -> Iterator[pd.DataFrame]:
    """The raw draws, that many rows at a time: no more than that is read of what was found at once."""
    ensemble, crisis = findings.ensemble, findings.prepared.crisis
    drawn = {f"quantity {id}": values for id, values in ensemble.draws.quantities.items()}
    drawn |= {each.id: each.values for each in uncertain(crisis, ensemble.draws) if each.id.startswith("preferences.")}
    for start, stop in cut(ensemble.count, size):
        columns: dict[str, Any] = {name: values[start:stop] for name, values in drawn.items()}
        ends = ensemble.piece("outcomes", start, stop)
        after = ensemble.piece("outcomes_after", start, stop) if crisis.timeline else ends
        for number, outcome in enumerate(crisis.outcomes):
            columns[f"P({outcome.id})"] = ends[:, number]
            if crisis.timeline:
                columns[f"P({outcome.id}) after the events"] = after[:, number]
        if crisis.timeline:
            columns["log P(events)"] = ensemble.piece("log_events", start, stop)[:, -1]
        columns["ending"] = ensemble.ending_names(start, stop)
        columns |= {name: ensemble.piece(read, start, stop) for name, read in _CERTIFICATE.items()}
        columns["turning_points"] = ensemble.piece("folds", start, stop).astype(np.int64)
        yield pd.DataFrame({"draw": np.arange(start + 1, stop + 1), **columns})


_CERTIFICATE = {
    "rationality": "reached",
    **{name: name for name in ("nash_conv", "conditional_regret", "departure", "payoff_range")},
}
