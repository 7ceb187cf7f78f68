"""A live forecast: made with what is known today, frozen, and told again as events come in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import hypot
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from detente.analysis.over_draws.intervals import NO_CHANGE
from detente.analysis.scored.origins import origins
from detente.case.catalogue import find
from detente.case.meaning.digest import digest_of
from detente.case.read import read_text
from detente.case.written_back.write import case_text
from detente.crisis.model import Crisis
from detente.errors import RequestError
from detente.study.cases import load
from detente.study.forecast.forecasts import Chance, Forecast
from detente.study.forecast.frozen import Frozen, day_of, now, used
from detente.study.games import prepare
from detente.study.how_solved import HowSolved
from detente.study.plain import plain as finite
from detente.study.request import Request
from detente.study.scored.told import ToldDraws, tell
from detente.version import __version__

if TYPE_CHECKING:
    from detente.study.study import Study

Progress = Callable[[str, int, int], None]

LATER = "The case holds events that became known later: it was written with later knowledge than the forecast uses."


@dataclass(frozen=True)
class News:
    """A step from the frozen forecast to the one of now.

    cause: the event, or empty for changes of the case itself; on: its day. chances: probabilities of endings and
    groups after it, by id; changes: by how much it moved them, with the standard error of that.
    """

    cause: str
    on: date | None
    chances: dict[str, float]
    changes: dict[str, Chance]


@dataclass(frozen=True)
class Since:
    """A frozen forecast beside the same case as it stands now.

    before, after: the last forecast that was frozen, and the last one of now. news: the steps between the two, whose
    changes add up to the whole. names: of endings and groups by id, groups first.
    """

    frozen: Frozen
    before: Forecast
    after: Forecast
    news: tuple[News, ...]
    names: dict[str, str]
    says: tuple[str, ...]
    how_solved: HowSolved

    def to_frame(self) -> pd.DataFrame:
        """A row for every step and ending or group; cause is empty for edits of the case."""
        return pd.DataFrame(list(self._rows()), columns="cause on ending name after change error".split())

    def _rows(self) -> Iterator[dict[str, Any]]:
        for each in self.news:
            for id, name in self.names.items():
                change = each.changes[id]
                about = {"cause": each.cause, "on": each.on.isoformat() if each.on else "", "ending": id, "name": name}
                yield {**about, "after": each.chances[id], "change": change.mean, "error": change.error}

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        from detente.study.plain import records

        return {
            "frozen": {"made": self.frozen.made, "digest": self.frozen.digest, "case_digest": self.frozen.case_digest},
            "before": self.before.plain(),
            "after": self.after.plain(),
            "news": records(self.to_frame()),
            "says": list(self.says),
            "how_solved": self.how_solved.to_dict(),
        }


def forecast(
    case: Crisis | Study | str | Path,
    *,
    on: date | str | None = None,
    draws: int | None = 200,
    seed: int = 0,
    rationality: float | str | None = None,
    progress: Progress | None = None,
) -> Frozen:
    """Make the forecast of a case with what was known by a day (None: everything), to be frozen by its `write`.

    A study's forecast is read off, and its own settings are kept. Raises RequestError and CaseError.
    """
    from detente.study.study import Study

    day = day_of(on)
    if isinstance(case, Study):
        request = case.request
        if request.changed:
            raise RequestError("a study with numbers set, a scenario or moves forced is no forecast of its case")
        told, says, crisis, text = case.told_at_each_date(), case.how_solved, case.case, ""
    else:
        crisis, text = _case(case)
        request = Request.of(rationality, None, None, draws, seed)
        found = _told(crisis, request, day, progress)
        told, says = found.forecasts, found.how_solved
    kept = used(told, day)
    later = len(kept) < len(origins(crisis))
    return Frozen(
        name=crisis.name,
        title=crisis.title,
        case_digest=digest_of(crisis),
        text=text or _written(crisis),
        settings=request.plain(),
        made=now(),
        until=kept[-1].on,
        forecasts=kept,
        how_solved=finite(says.to_dict()),
        says=(says.sentence, *says.warnings, *([LATER] if later else [])),
        version=__version__,
    )


def since(
    frozen: Frozen | str | Path,
    case: Crisis | str | Path,
    *,
    on: date | str | None = None,
    progress: Progress | None = None,
) -> Since:
    """Steps that moved a frozen forecast: the case as it stands now, solved with the settings of then, event by event.

    on: the day up to which events are used (None: all). Raises RequestError where the case has other endings.
    """
    known = Frozen.read(frozen) if isinstance(frozen, str | Path) else frozen
    crisis, _ = _case(case)
    before = known.forecasts[-1]
    if {each.id for each in crisis.outcomes} != set(before.endings):
        raise RequestError(f"`{crisis.name}` has other endings than the frozen forecast: compare the cases with `diff`")
    told = _told(crisis, known.request, day_of(on), progress)
    made = told.forecasts
    first = max(number for number, each in enumerate(told.origins) if _by(each.on, before.on))
    members = {each.id: each.endings for each in crisis.groups} | {each.id: (each.id,) for each in crisis.outcomes}
    steps = [_edits(before, made[first], members)]
    steps += [_step(told, made, number, members) for number in range(first + 1, len(made))]
    return Since(
        known,
        before,
        made[-1],
        tuple(steps if _moved(steps[0]) else steps[1:]),
        {each.id: each.label for each in (*crisis.groups, *crisis.outcomes)},
        _says(known, crisis, steps[0], told),
        told.how_solved,
    )


def _by(day: date | None, until: date | None) -> bool:
    return day is None or (until is not None and day <= until)


def _edits(before: Forecast, after: Forecast, members: dict[str, tuple[str, ...]]) -> News:
    """The change that is not of events: what the case says otherwise of what was known by then.

    The two are solved apart, so that the error of the change is that of two means which know nothing of each other.
    """

    def change(id: str, endings: Sequence[str]) -> Chance:
        by = sum(after.endings[each].mean - before.endings[each].mean for each in endings)
        if abs(by) < NO_CHANGE:
            return Chance(0.0, 0.0)
        known = [{**each.endings, **each.groups}.get(id) for each in (before, after)]
        return Chance(by, hypot(*(float("nan") if each is None else each.error for each in known)))

    return News("", None, _chances(after, members), {id: change(id, endings) for id, endings in members.items()})


def _step(told: ToldDraws, made: Sequence[Forecast], number: int, members: dict[str, tuple[str, ...]]) -> News:
    new = [each for each in made[number].events if each not in made[number - 1].events]
    found = {id: told.change(number - 1, number, endings) for id, endings in members.items()}
    changes = {id: Chance(each.mean, each.error) for id, each in found.items()}
    return News("; ".join(new), made[number].on, _chances(made[number], members), changes)


def _chances(told: Forecast, members: dict[str, tuple[str, ...]]) -> dict[str, float]:
    return {id: sum(told.endings[each].mean for each in endings) for id, endings in members.items()}


def _moved(edits: News) -> bool:
    return any(each.mean != 0.0 for each in edits.changes.values())


def _says(frozen: Frozen, crisis: Crisis, edits: News, told: ToldDraws) -> tuple[str, ...]:
    until = f" with events up to {frozen.until.isoformat()}" if frozen.until else ""
    said = [f"Frozen on {frozen.made[:10]}{until}, digest {frozen.digest[:12]}."]
    if _moved(edits):
        said.append("The case itself was changed since: see `detente diff` for what each change does.")
    elif digest_of(crisis) != frozen.case_digest:
        said.append("Only what was seen is new: with the events of then the case says what it said.")
    else:
        said.append("The case is the one that was frozen.")
    if frozen.version != __version__:
        said.append(f"It was frozen by Détente {frozen.version}, and this is {__version__}.")
    return (*said, told.how_solved.sentence, *told.how_solved.warnings)


def _told(crisis: Crisis, request: Request, day: date | None, progress: Progress | None) -> ToldDraws:
    prepared = prepare(crisis, request)
    chosen = [each for each in origins(crisis) if day is None or each.on is None or each.on <= day]
    total, finished = request.draws or 1, [0]

    def done(draws: int) -> None:
        finished[0] += draws
        if progress is not None:
            progress(crisis.name, finished[0], total)

    return tell(prepared, request, chosen, done=done)


def _case(case: Crisis | str | Path) -> tuple[Crisis, str]:
    """A case, and its text where it comes from a file. Raises RequestError for a game file."""
    loaded = load(case) if isinstance(case, str | Path) else case
    if not isinstance(loaded, Crisis):
        raise RequestError("a game file has no events: only a case makes forecasts")
    return loaded, find(case).read_text("utf-8") if isinstance(case, str | Path) else ""


def _written(crisis: Crisis) -> str:
    text = case_text(crisis)
    if read_text(text, f"{crisis.name}.yaml").digest != digest_of(crisis):
        raise RequestError("the case cannot be written down so that it reads back the same, and so not be frozen")
    return text
