"""Scores as a person reads them in a terminal: case by case, then pooled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from detente.cli.terminal import screen
from detente.plurals import counted

if TYPE_CHECKING:
    from detente.study.scored.scores import CaseScore, ScoreRow, Scores

_FEW_CASES = 40


def print_scores(scores: Scores) -> None:
    """Print the scores of every case, of all together, and what is to be known of them."""
    for case in scores.cases:
        _case(scores, case)
    scored = [each for each in scores.cases if each.rows]
    if len(scored) > 1:
        _pooled(scores)
    if scored:
        screen.note(
            f"Losses: 0 is best. Log: minus the natural logarithm of the probability given to what happened, no less "
            f"than {scores.floor:g} (then {_number(_worst(scores.floor))}). Brier: from 0 to 2. Ranked: from 0 to 1, "
            "groups in the order in which the case lists them."
        )


def _worst(floor: float) -> float:
    import math

    return -math.log(floor) if floor > 0.0 else math.inf


def _case(scores: Scores, case: CaseScore) -> None:
    screen.heading(case.title)
    if case.skipped:
        screen.say(f"Not scored: {case.skipped}.")
        return
    names, came = case.axes[case.headline]
    happened = " or ".join(name for name, true in zip(names, came, strict=True) if true)
    when = f" on {case.ended_on.isoformat()}" if case.ended_on else ""
    screen.say(f"Ended{when}: {case.ended}.")
    if case.headline != "endings":
        screen.say(f"Scored on `{case.headline}`, {counted(len(names), 'group')}: {happened}.")
    else:
        screen.say(f"Scored on {counted(len(names), 'ending')}.")
    own = [row for row in case.rows if row.axis == case.headline]
    _dates(own)
    _means(scores, case)
    _sensitivity(case)
    screen.say(*case.says)


def _dates(rows: Sequence[ScoreRow]) -> None:
    """The model and its nearest rival at every date."""
    beside = {row.number: row for row in rows if row.forecaster == _rival(rows)}
    columns = ("on", "last known by then", ">given to what came", ">log", ">Brier", f">log, {_rival(rows)}")
    shown: list[tuple[str, ...]] = []
    for row in (row for row in rows if row.forecaster == "model"):
        other = beside.get(row.number)
        error = "" if row.error != row.error else f" ± {100 * row.error:.0f}"
        chance = "unknown" if row.chance != row.chance else f"{100 * row.chance:.0f} %{error}"
        on = row.on.isoformat() if row.on else "start" if not row.events else ""
        shown.append(
            (
                on,
                row.event or "nothing",
                chance,
                *map(_number, (row.log, row.brier)),
                _number(other.log if other else None),
            )
        )
    screen.table(columns, shown)


def _rival(rows: Sequence[ScoreRow]) -> str:
    return "base rate" if any(row.forecaster == "base rate" for row in rows) else "uniform"


def _means(scores: Scores, case: CaseScore) -> None:
    """Mean over dates of every forecaster, axis by axis; the axis told first comes first."""
    means = scores.by_case()
    means = means.loc[means["case"] == case.name]
    axes = [case.headline, *(axis for axis in case.axes if axis != case.headline)]
    rows = [
        (axis, row["forecaster"], str(row["dates"]), *(_number(row[score]) for score in ("log", "brier", "ranked")))
        for axis in axes
        for row in means.loc[means["axis"] == axis].to_dict("records")
    ]
    screen.table(("on average", "forecaster", ">dates", ">log", ">Brier", ">ranked"), rows)


def _sensitivity(case: CaseScore) -> None:
    own = [each for each in case.variants if each.axis == case.headline]
    if own:
        rows = [(each.variant, *map(_number, (each.log, each.brier)), each.why) for each in own]
        columns = ("with", ">log", ">Brier", "")
        screen.table(
            columns if any(each.why for each in own) else columns[:3], [row[: 4 if row[3] else 3] for row in rows]
        )


def _pooled(scores: Scores) -> None:
    """Means over cases, and gains with their intervals."""
    pooled = scores.pooled()
    screen.heading(f"Over {len([each for each in scores.cases if each.rows])} cases")
    log = pooled.loc[(pooled["score"] == "log") & (pooled["cases"] > 0)]
    rows = [
        (
            row["axis"],
            row["forecaster"] if not row["rival"] else f"{row['forecaster']}, gain over {row['rival']}",
            str(row["cases"]),
            _number(row["mean"]),
            "" if row["low"] != row["low"] else f"{_number(row['low'])} to {_number(row['high'])}",
        )
        for row in log.to_dict("records")
    ]
    screen.table(("axis", "mean log score over cases", ">cases", ">mean", ">90 % of cases drawn anew"), rows)
    screen.say(*_caution(scores))


def _caution(scores: Scores) -> Iterator[str]:
    scored = len([each for each in scores.cases if each.rows])
    if scored < _FEW_CASES:
        yield (
            f"{counted(scored, 'case')} cannot tell skill from luck: about {_FEW_CASES} drawn by lot would be needed "
            "for a moderate gain. A gain above 0 is better than the rival."
        )


def _number(value: float | None) -> str:
    return "" if value is None or value != value else f"{value:.2f}"
