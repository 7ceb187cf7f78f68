"""Two versions of a case compared: what changed in the assumptions, what in the answers, and which change did it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.analysis.over_draws.intervals import NO_CHANGE, UNKNOWN, Interval, apart, interval, mean, sign_share
from detente.analysis.over_draws.ranking import Estimates, standing, unmirrored
from detente.case.formula.parsing import parse_interest
from detente.crisis.inquiry import EVENTS, OUTSET, Claim
from detente.crisis.model import Crisis
from detente.errors import CaseError
from detente.game.compiling.compiled import CompiledGame
from detente.inert import inert
from detente.study.compared.alterations import AlterationKind, Edit, edits
from detente.study.compared.answer import BOTH_VERSIONS, INTERVAL_ENDS, Answer, plain_interval
from detente.study.compared.attribution import Attribution, attribute
from detente.study.compared.intermediate import Between
from detente.study.compared.laid_out import form_of
from detente.study.compared.loading import Version, settings_differing, version_of
from detente.study.compared.paired import (
    ASKED,
    ENDING,
    GROUP,
    READING,
    WEIGHT,
    WEIGHT_KEY,
    Answers,
    CommonDraws,
    Key,
    answers_of,
    renamed,
)
from detente.study.how_solved import HowSolved
from detente.study.request import Request, precision
from detente.study.running.bench import prepared_for
from detente.study.running.plan import ClaimEnd, claim_ends
from detente.study.running.telling import ClaimTrial, trials_of
from detente.study.running.weights import normalised
from detente.study.study import Study

if TYPE_CHECKING:
    from detente.study.kept.library import Library

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]

COMMON_DRAWS = 100
"""Number of common draws at which two versions are compared, unless a study has more."""
CLAIM_DRAWS = 100
ATTRIBUTION_DRAWS = 40


@dataclass(frozen=True, eq=False)
class ClaimVerdicts:
    """Verdicts on a claim in both versions, from the same moment; None for a version that does not make the claim."""

    claim: Claim
    before: ClaimTrial | None
    after: ClaimTrial | None

    @property
    def when(self) -> str:
        """Moment from which the verdict is told."""
        trial = self.before or self.after
        return trial.when if trial is not None else OUTSET

    @property
    def difference(self) -> Interval:
        """Change of the effect from the first version to the second."""
        if self.before is None or self.after is None:
            return UNKNOWN
        return apart(self.before.change, self.after.change, (self.before.weights, self.after.weights))

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        claim = self.claim
        told: dict[str, Any] = {"claim": claim.id, "says": claim.says, "by": claim.by, "when": self.when}
        for name, trial in (("before", self.before), ("after", self.after)):
            told[name] = {"holds": holds(trial), "effect": plain_interval(effect(trial))}
        return {**told, "difference": plain_interval(self.difference)}


def holds(trial: ClaimTrial | None) -> float:
    """The share of the draws in which a claim goes as claimed; NaN where it is unknown."""
    return mean(np.where(trial.known, trial.right, np.nan), trial.weights) if trial is not None else float("nan")


def effect(trial: ClaimTrial | None) -> Interval:
    """Effect of raising the claim's quantity."""
    return interval(trial.change, trial.weights) if trial is not None else UNKNOWN


@dataclass(frozen=True, eq=False)
class Diff:
    """The difference between two versions of a case, on common draws.

    edits: what they say differently, what may move answers first. settings: what else differs between two studies, as
    (what, before, after). answers: endings, readings and what was asked, at the outset and given the events.
    renamed: quantities that seem to have another name only. attribution: which change did it.
    how_solved: endings and certificate of all that was solved, cases between the two versions included.
    """

    before: Version
    after: Version
    draws: int
    seed: int
    edits: tuple[Edit, ...]
    settings: tuple[tuple[str, str, str], ...]
    renamed: Mapping[str, str]
    answers: tuple[Answer, ...]
    claims: tuple[ClaimVerdicts, ...]
    attribution: Attribution
    paths: tuple[Edit, ...]
    how_solved: HowSolved

    @property
    def same(self) -> bool:
        """True where no difference may move an answer."""
        return not any(each.kind is AlterationKind.ANSWERS for each in self.edits)

    @property
    def events(self) -> bool:
        """True where a version has seen events, so that answers are told given the events as well."""
        return bool(self.before.crisis.timeline or self.after.crisis.timeline)

    def changed(self, when: str) -> list[tuple[int, Answer]]:
        """Groups, endings and readings at a moment with their places by how far they moved, in the order of the cases.

        Places count from 1 and are shared where draws do not tell apart; 0 where a version does not have an answer.
        Of two that mirror each other in every draw the first stands for both.
        """
        own = [each for each in self.answers if each.key.when == when and each.key.kind in (GROUP, ENDING, READING)]
        if not own:
            return []
        found = Estimates.beside([each.change for each in own])
        alone = unmirrored(found, range(found.count))
        place = standing(found.of(alone).sizes())
        return [(place[number], own[item]) for number, item in enumerate(alone)]

    def names(self, group: int) -> list[str]:
        """Short names of the changes of a group."""
        return [self.paths[position].short for position in sorted(self.attribution.groups[group])]

    def places(self, key: Key) -> list[int]:
        """[group]: the place of each by how far it moves an answer, from 1, shared where draws do not tell them apart.

        0 where nothing is known.
        """
        return standing(self.attribution.shares[key].sizes())

    def effects(self) -> Iterator[dict[str, Any]]:
        """Contribution of each group of changes to each answer, as plain rows."""
        for key, table in self.attribution.effect.items():
            place = self.places(key)
            for group, values in enumerate(table):
                yield {
                    "kind": key.kind,
                    "id": key.id,
                    "when": key.when,
                    "group": group + 1,
                    "changes": self.names(group),
                    "place": place[group],
                    **plain_interval(interval(_rounded(values))),
                    "mean": float(self.attribution.means[key][group]),
                    "sign_share": sign_share(_rounded(values)),
                    "alone": plain_interval(interval(self.attribution.alone[key][group]))
                    if self.attribution.alone
                    else None,
                    "last": plain_interval(interval(self.attribution.last[key][group]))
                    if self.attribution.last
                    else None,
                }

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as `detente diff --json` prints them."""
        found = self.attribution
        places = {each.key: place for when in (OUTSET, EVENTS) for place, each in self.changed(when)}
        return {
            "before": self.before.to_dict(),
            "after": self.after.to_dict(),
            "same": self.same,
            "draws": self.draws,
            "seed": self.seed,
            "how_solved": self.how_solved.to_dict(),
            "changes": [each.to_dict() for each in self.edits],
            "renamed": dict(self.renamed),
            "settings": [{"what": what, "before": was, "after": now} for what, was, now in self.settings],
            "answers": [{**each.to_dict(), "place": places.get(each.key)} for each in self.answers],
            "claims": [each.to_dict() for each in self.claims],
            "attribution": {
                "method": found.method.value,
                "draws": found.draws,
                "solutions": found.solutions,
                "groups": [self.names(group) for group in range(len(found.groups))],
                "effects": list(self.effects()),
            },
        }

    def to_frame(self) -> pd.DataFrame:
        """One row for every answer: before, after and the difference, each with its interval."""
        rows = [
            {
                **{name: told[name] for name in ("kind", "id", "name", "when")},
                **{f"{side}_{end}": told[side][end] for side in BOTH_VERSIONS for end in INTERVAL_ENDS},
                "sign_share": told["sign_share"],
            }
            for told in (each.to_dict() for each in self.answers)
        ]
        return pd.DataFrame(rows)

    def __repr__(self) -> str:
        said = sum(each.kind is AlterationKind.ANSWERS for each in self.edits)
        lines = [f"{self.before.label} and {self.after.label}: {said} differences that may move answers"]
        when = EVENTS if self.events else OUTSET
        for each in self.answers:
            if each.key.when == when:
                found = each.difference
                span = "" if np.isnan(found.low) else f"  ({found.low:+z.3f} to {found.high:+z.3f})"
                lines.append(f"  {found.mean:+z.3f}  {each.name}{span}")
        return "\n".join(map(inert, lines))

    def _repr_html_(self) -> str:
        return self.to_frame().to_html(index=False, float_format="{:z.3f}".format)


def diff(
    before: Crisis | CompiledGame | Study | str | Path,
    after: Crisis | CompiledGame | Study | str | Path,
    *,
    ask: Sequence[str] = (),
    rationality: float | str | None = None,
    draws: int | None = None,
    seed: int | None = None,
    library: Library | str | Path | None = None,
    progress: Progress | None = None,
) -> Diff:
    """Compares two versions of a case: their assumptions, their answers, and the contribution of each change.

    before, after: cases or studies; by name a case file, a catalogue case, a study file, or a study of the library by
    its id or as "last". A study is taken with its settings. ask: quantities of interest to compare as well.
    draws, seed: those common to both; the first study's unless given, else 100 and 0. rationality: for both.
    Raises RequestError for what names neither, CaseError for a bad case, StudyError for a study that cannot be read.
    """
    sides = [version_of(each, library, precision(rationality)) for each in (before, after)]
    first, second = sides
    study = next((each for each in sides if each.record is not None), None)
    count = draws or (study.request.draws if study is not None else None) or COMMON_DRAWS
    chosen = seed if seed is not None else study.request.seed if study is not None else 0
    request = Request.of(None, None, None, count, chosen)
    sampling = first.request.sampling
    common = CommonDraws.of(first.crisis, second.crisis, count, request.seed, sampling)
    if not common.axes:
        common = replace(common, cube=common.cube[:1])  # nothing is uncertain: every draw would be the same
    for text in ask:
        _require_known(text, first.crisis, second.crisis)
    changes = edits((first.crisis, first.request), (second.crisis, second.request))
    between = Between.of(form_of(first.crisis, first.request), form_of(second.crisis, second.request))
    by_path = {each.path: each for each in changes}
    paths = tuple(by_path[path] for path in between.paths)
    solver = _Comparison(first, second, common, tuple(ask), progress)
    answers = tuple(solver.answers(bool(paths)))
    claims = tuple(solver.claims(bool(paths)))
    shared = attribute(between, common, min(common.count, ATTRIBUTION_DRAWS), ask, progress)
    return Diff(
        first,
        second,
        common.count,
        request.seed,
        tuple(changes),
        tuple(settings_differing(first, second)),
        renamed(first.crisis, second.crisis),
        answers,
        claims,
        shared,
        paths,
        HowSolved.together([*solver.solved, shared.how_solved]),
    )


@dataclass(eq=False)
class _Comparison:
    """Both versions solved on common draws."""

    before: Version
    after: Version
    common: CommonDraws
    asked: tuple[str, ...]
    progress: Progress | None
    solved: list[HowSolved] = field(default_factory=list[HowSolved])
    log_events: dict[str, Floats] = field(default_factory=dict[str, Floats])

    def answers(self, differ: bool) -> Iterator[Answer]:
        """Every answer in both versions; the second is solved only where something may move answers."""
        was = self._solved(self.before, "the first version")
        now = self._solved(self.after, "the second version") if differ else was
        count = self.common.count
        self.log_events = {"before": was[WEIGHT_KEY], "after": now[WEIGHT_KEY]}
        weights = (normalised(was[WEIGHT_KEY]), normalised(now[WEIGHT_KEY]))
        for key in dict.fromkeys((*was, *now)):
            if key.when == EVENTS and not (self.before.crisis.timeline or self.after.crisis.timeline):
                continue
            if key.kind == WEIGHT:
                continue
            missing = np.full(count, 0.0 if key.kind == ENDING else np.nan)
            name = _name(key, self.before.crisis, self.after.crisis)
            weighed = weights if key.when == EVENTS else None
            yield Answer(key, name, was.get(key, missing), now.get(key, missing), weighed)

    def claims(self, differ: bool) -> Iterator[ClaimVerdicts]:
        """Every claim of either version; after `answers`, which find how draws are weighed."""
        count = min(self.common.count, CLAIM_DRAWS)
        was = self._trials(self.before, count, normalised(self.log_events["before"][:count]))
        weights = normalised(self.log_events["after"][:count])
        now = self._trials(self.after, count, weights) if differ or self._claims_differ else was
        known = {each.id: each for version in (self.before, self.after) for each in version.crisis.claims}
        for id, claim in known.items():
            yield _verdicts(claim, was.get(id, []), now.get(id, []))

    @property
    def _claims_differ(self) -> bool:
        return self.before.crisis.claims != self.after.crisis.claims

    def _solved(
        self,
        version: Version,
        what: str,
        *,
        count: int | None = None,
        end: ClaimEnd | None = None,
        asked: tuple[str, ...] | None = None,
    ) -> Answers:
        """A version solved on the first draws, all unless fewer are wanted; asked: in place of what was asked.

        end: what a claim changes in it.
        """
        prepared = version.prepared
        if end is not None and (end.made or end.scenario != version.request.scenario):
            prepared = prepared_for(prepared, version.request, end.scenario, end.made)
        crisis, fixed = prepared.crisis, {} if end is None else end.fixed
        draws = self.common.draws(crisis, count or self.common.count, {**prepared.fixed, **fixed})
        return answers_of(
            prepared.compiled,
            [crisis],
            draws,
            asked=self.asked if asked is None else asked,
            rationality=version.request.rationality,
            done=self._counting(what, draws.count),
            solved_so=self.solved,
        )[0]

    def _trials(self, version: Version, count: int, weights: Floats) -> dict[str, list[ClaimTrial]]:
        """Claim -> what raising its quantity does, the moment that is told first before the other."""
        prepared = version.prepared
        crisis = prepared.crisis
        found: dict[str, list[ClaimTrial]] = {}
        draws = self.common.draws(crisis, self.common.count, prepared.fixed)
        moments = (OUTSET, EVENTS) if crisis.timeline else (OUTSET,)
        ends = {claim.id: claim_ends(claim, draws, prepared, version.request) for claim in crisis.claims}
        asked: dict[str, list[str]] = {}
        for claim in crisis.claims:
            for end in ends[claim.id]:
                asked.setdefault(end.purpose, []).append(claim.of[0])
        known: dict[str, Answers] = {}
        for claim in crisis.claims:
            for end in ends[claim.id]:
                if end.purpose not in known:
                    texts = tuple(dict.fromkeys(asked[end.purpose]))
                    known[end.purpose] = self._solved(version, "claims", count=count, end=end, asked=texts)
            if ends[claim.id]:
                low, high = (known[end.purpose] for end in ends[claim.id])
                at = {when: (low[key], high[key]) for when in moments for key in [Key(ASKED, claim.of[0], when)]}
                found[claim.id] = trials_of(claim, ends[claim.id], at, weights)
        return found

    def _counting(self, what: str, total: int) -> Callable[[int], None]:
        finished = 0

        def done(more: int) -> None:
            nonlocal finished
            finished += more
            if self.progress:
                self.progress(what, finished, total)

        return done


def _require_known(text: str, before: Crisis, after: Crisis) -> None:
    """Raises CaseError for a formula that neither version knows."""
    try:
        parse_interest(text, before)
    except CaseError:
        parse_interest(text, after)


def _name(key: Key, *crises: Crisis) -> str:
    """Name of an answer for a reader, by the later version that knows the answer."""
    for crisis in reversed(crises):
        known = {GROUP: crisis.groups, ENDING: crisis.outcomes, READING: crisis.readings}.get(key.kind, ())
        for each in known:
            if each.id == key.id:
                return each.label
    return key.id


def _verdicts(claim: Claim, was: list[ClaimTrial], now: list[ClaimTrial]) -> ClaimVerdicts:
    """A claim in both versions at the moment that both tell first, else from the outset."""
    leading = {trials[0].when for trials in (was, now) if trials}
    when = leading.pop() if len(leading) == 1 else OUTSET
    first, second = (next((each for each in trials if each.when == when), None) for trials in (was, now))
    return ClaimVerdicts(claim, first, second)


def _rounded(values: Floats) -> Floats:
    return np.where(np.abs(values) < NO_CHANGE, 0.0, values)
