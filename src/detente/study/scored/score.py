"""The call that scores: cases, studies and frozen forecasts against what happened."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.analysis.scored.origins import Origin, origins
from detente.analysis.scored.proper import LEAST_SCORED
from detente.crisis.model import Crisis
from detente.errors import CaseError, RequestError
from detente.game.compiling.compiled import CompiledGame
from detente.study.cases import load
from detente.study.forecast.forecasts import Forecast
from detente.study.forecast.frozen import Frozen, day_of, is_frozen
from detente.study.games import prepare
from detente.study.request import Prepared, Request
from detente.study.scored.against import KNOWN, ON_QUARTERS, Case, Resolution, Scoring, resolution_of, score_case
from detente.study.scored.rivals import read_rivals
from detente.study.scored.scores import Scores
from detente.study.scored.told import VARIANTS, Done, Variant, certain_rationality, tell

if TYPE_CHECKING:
    from detente.study.kept.library import Library
    from detente.study.study import Study

Progress = Callable[[str, int, int], None]

FIT = "It was solved after it had ended, by somebody who could know how: its score shows fit, and no skill."
SOLVED_NOW = "Solved now, from the case as it stands, with what was known on each date."


@dataclass(frozen=True)
class _Scored:
    """Something to be scored: its case, and its forecasts unless these are still to be solved."""

    crisis: Crisis
    forecasts: tuple[Forecast, ...] = ()
    says: tuple[str, ...] = ()
    made: date | None = None
    request: Request | None = None
    how_solved: Mapping[str, Any] = field(default_factory=dict[str, Any])


def score(
    *cases: Crisis | Study | Frozen | str | Path,
    ended: str | Sequence[str] = (),
    ended_on: date | str | None = None,
    resolution: Crisis | str | Path | None = None,
    horizon: int | None = None,
    dates: str = KNOWN,
    forecasts: str | Path | None = None,
    draws: int | None = 200,
    seed: int = 0,
    rationality: float | str | None = None,
    sensitivity: bool = False,
    anew: bool = False,
    floor: float = LEAST_SCORED,
    library: Library | str | Path | None = None,
    progress: Progress | None = None,
) -> Scores:
    """Score what cases, studies or frozen forecasts said at each date about how a crisis would end.

    cases: a case is solved, with only what was known on each date; a study (or its id in `library`, or its file) and a
    frozen forecast are read off as they are, and solved again only with `anew`. ended: the ending or group that came
    (several where it is not known which), on the day ended_on, in place of the case's own `ended`; resolution: a later
    version of the case, whose `ended`, `groups` and `base_rate` are taken. horizon: days within which a crisis has to
    have ended to be scored. dates: "known" (the outset, and each day on which more became known) or "rule" (start, 25,
    50 and 75 % of the horizon). forecasts: a CSV file with forecasts of others. draws, seed, rationality: for what is
    solved. sensitivity: also with ranges × ½ and × 2, rationality × ½ and × 2.4 (four more solves of every case).
    floor: a smaller probability counts as this in the logarithmic score.
    Raises RequestError, CaseError and StudyError.
    """
    if not cases:
        raise RequestError("name at least one case, study or frozen forecast to score")
    if dates not in (KNOWN, ON_QUARTERS):
        raise RequestError(f"dates are `{KNOWN}` or `{ON_QUARTERS}`; got {dates!r}")
    if dates == ON_QUARTERS and horizon is None:
        raise RequestError("dates by rule are shares of a horizon: give its days")
    if horizon is not None and horizon < 1:
        raise RequestError(f"a horizon is a whole number of days from 1 up; got {horizon}")
    if not 0.0 <= floor < 1.0:
        raise RequestError(f"the floor of the logarithmic score is a probability below 1; got {floor}")
    names = (ended,) if isinstance(ended, str) else tuple(ended)
    day = day_of(ended_on)
    asked = Scoring(floor, horizon, dates, read_rivals(forecasts) if forecasts is not None else ())
    settings = Request.of(rationality, None, None, draws, seed)
    later = None if resolution is None else _case(resolution)
    scored = []
    for target in cases:
        found = _find(target, library)
        told = replace(found, crisis=_resolved(found.crisis, later)) if later is not None else found
        came = resolution_of(told.crisis, names, day)
        ready = _ready(told, found.crisis, came, settings, anew=anew, sensitivity=sensitivity, progress=progress)
        scored.append(score_case(ready, came, asked))
    return Scores(scored, floor, seed)


def _case(case: Crisis | str | Path) -> Crisis:
    loaded = load(case) if isinstance(case, str | Path) else case
    if isinstance(loaded, CompiledGame):
        if loaded.crisis is None:
            raise RequestError("a game file has no events and no ending: only a case can be scored")
        return loaded.crisis
    return loaded


def _resolved(crisis: Crisis, later: Crisis) -> Crisis:
    """A case with the ending, groups and base rate of a later version. Raises RequestError for other endings."""
    known, now = {each.id for each in crisis.outcomes}, {each.id for each in later.outcomes}
    if not now <= known:
        raise RequestError(
            f"the later version of `{crisis.name}` has the ending `{sorted(now - known)[0]}`, which the forecast does "
            "not know: what happened cannot be found among its endings"
        )
    return replace(crisis, ended=later.ended, groups=later.groups, base_rate=later.base_rate)


def _find(target: Crisis | Study | Frozen | str | Path, library: Library | str | Path | None) -> _Scored:
    """The case, study or frozen forecast that a name stands for. Raises RequestError and StudyError."""
    from detente.study.study import Study

    if isinstance(target, Crisis | CompiledGame):
        return _Scored(_case(target))
    if isinstance(target, Study):
        return _of_study(target, None)
    if isinstance(target, str | Path):
        if is_frozen(target):
            return _of_frozen(Frozen.read(target))
        if _is_case(target):
            return _Scored(_case(target))
        from detente.study.kept.library import is_file

        with _open(library) as shelf:
            started = None if is_file(target) else shelf.find(str(target)).started
            return _of_study(shelf.open(target), started)
    return _of_frozen(target)


def _is_case(target: str | Path) -> bool:
    """True for a file that is no study file, and for a name of the catalogue."""
    from detente.case.catalogue import catalogue

    path = Path(target)
    if path.is_file():
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) != _SQLITE
    looks_like_a_file = path.suffix != "" or len(path.parts) > 1
    return looks_like_a_file or str(target) in {each.name for each in catalogue()}


_SQLITE = b"SQLite format 3"


@contextmanager
def _open(library: Library | str | Path | None) -> Generator[Library]:
    from detente.study.kept.library import Library

    place = library if isinstance(library, Library) else Library(library)
    try:
        yield place
    finally:
        if place is not library:
            place.close()


def _of_study(study: Study, started: str | None) -> _Scored:
    made = None if started is None else date.fromisoformat(started[:10])
    named = f"study {study.record}" if study.record else "a study"
    when = f", begun on {made.isoformat()}" if made else ""
    says = [f"Read off {named}{when}, and not solved again."]
    if study.checked is not None and not study.checked.verified:
        says.append(study.checked.sentence)
    return _Scored(study.case, study.told_at_each_date(), tuple(says), made, study.request, study.how_solved.to_dict())


def _of_frozen(frozen: Frozen) -> _Scored:
    made = date.fromisoformat(frozen.made[:10])
    until = f", with events up to {frozen.until.isoformat()}" if frozen.until else ""
    says = f"Frozen on {made.isoformat()}{until}, digest {frozen.digest[:12]}; not solved again."
    return _Scored(frozen.case, frozen.forecasts, (says,), made, frozen.request, frozen.how_solved)


def _ready(
    told: _Scored,
    own: Crisis,
    came: Resolution | None,
    settings: Request,
    *,
    anew: bool,
    sensitivity: bool,
    progress: Progress | None,
) -> Case:
    """The case with its forecasts, solved where they are not there or are to be found anew; own: as it was solved."""
    solve = anew or not told.forecasts
    says = [SOLVED_NOW] if solve else list(told.says)
    made = date.today() if solve else told.made
    if came is not None and came.on is not None and (made is None or made >= came.on):
        says.append(FIT)
    how_solved = told.how_solved
    forecasts, variants = told.forecasts, dict[str, "tuple[Forecast, ...] | str"]()
    if came is None or not (solve or sensitivity):
        return Case(told.crisis, forecasts, tuple(says), how_solved, variants)
    request = settings if solve or told.request is None else told.request
    prepared = prepare(own, request)
    view = replace(prepared, crisis=replace(prepared.crisis, groups=told.crisis.groups))
    wanted = origins(own, came.on)
    work = _Work(progress, (solve + sensitivity * len(VARIANTS)) * (request.draws or 1))
    if solve:
        found = tell(view, request, wanted, done=work.told(own.name))
        forecasts, how_solved = found.forecasts, found.how_solved.to_dict()
        says += [found.how_solved.sentence, *found.how_solved.warnings]
    for variant in VARIANTS if sensitivity else ():
        variants[variant.name] = _variant(view, request, wanted, variant, work)
    return Case(told.crisis, forecasts, tuple(says), how_solved, variants)


def _variant(
    prepared: Prepared, request: Request, wanted: Sequence[Origin], variant: Variant, work: _Work
) -> tuple[Forecast, ...] | str:
    """The forecasts with one change of the case, or why there are none."""
    if variant.rationality != 1.0 and certain_rationality(prepared.crisis, request):
        return "play is followed to the limit, where there is no rationality to change"
    try:
        return tell(prepared, request, wanted, variant, work.told(variant.name)).forecasts
    except CaseError as error:
        return f"it has no value so: {error.problems[0].what}"


@dataclass
class _Work:
    """Progress over all that one case takes."""

    progress: Progress | None
    total: int
    finished: int = 0

    def told(self, what: str) -> Done | None:
        """Tells of draws that were solved for something."""
        if self.progress is None:
            return None
        progress = self.progress

        def done(draws: int) -> None:
            self.finished += draws
            progress(what, self.finished, self.total)

        return done
