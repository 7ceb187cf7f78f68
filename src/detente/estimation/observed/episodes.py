"""Episodes as the likelihood reads them: covariates, what was seen of each, and which of them belong together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.case.meaning.spoken import read_events
from detente.case.spelling.suggest import did_you_mean
from detente.crisis.model import Crisis
from detente.errors import CaseError, Problem, RequestError
from detente.estimation.model import Histories, Seen
from detente.estimation.observed.reading import endings_in, named_in
from detente.estimation.observed.specification import ENDING_OBSERVED, Shown, Specification
from detente.estimation.observed.table import ObservedTable
from detente.estimation.observed.terms import Columns, columns_in, covariates
from detente.game.compiling.compiled import CompiledGame
from detente.game.paths import shown_alike
from detente.plurals import counted, were

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Episodes:
    """Observed episodes.

    columns: covariates [episode] by name. kinds: the kinds of observation, and `label` what to call each.
    episode, kind, count [entry]: episode `episode[k]` was seen to be of kind `kind[k]`, `count[k]` times.
    cluster [episode]: episodes with one number may depend on one another; row [episode]: row of the table, from 0.
    notes: what was left out, in sentences. digest: of every column that was used.
    """

    file: str
    columns: Columns
    kinds: tuple[Seen, ...]
    labels: tuple[str, ...]
    episode: Ints
    kind: Ints
    count: Floats
    cluster: Ints
    row: Ints
    notes: tuple[str, ...]
    digest: str
    cluster_name: str = ""

    @property
    def number(self) -> int:
        """Number of episodes."""
        return len(self.row)

    @property
    def clusters(self) -> int:
        """Number of groups of episodes that may depend on one another."""
        return int(self.cluster.max(initial=-1)) + 1


def read_episodes(table: ObservedTable, specification: Specification, compiled: CompiledGame) -> Episodes:
    """The episodes of a table. Raises CaseError with every cell that is wrong, by row and column."""
    crisis = compiled.crisis
    assert crisis is not None
    used = columns_in(specification, table)
    columns, present, problems = covariates(table, specification, used)
    reader = _Observations(table, specification, compiled, crisis)
    seen, count = reader.read()
    problems += reader.problems
    cluster = table.texts(specification.cluster) if specification.cluster else None
    wanted = [(name, "`complete` names", specification.places.get("complete")) for name in specification.complete]
    problems += table.require(wanted)
    if problems:
        raise CaseError(problems)
    for name in specification.complete:
        present &= ~table.missing(name)
    notes = list(_told_missing(table, [*used, *specification.complete], present))
    if cluster is not None:
        lacking = present & (cluster == "")
        if lacking.any():
            notes.append(f"{counted(int(lacking.sum()), 'row')} without a cluster left out.")
        present = present & (cluster != "")
    something = np.array([any(n > 0 for _, n in each) for each in seen], bool) if seen else np.zeros(0, bool)
    if (present & ~something).any():
        silent = int((present & ~something).sum())
        notes.append(f"{counted(silent, 'row')} of which nothing was seen {were(silent)} left out.")
    rows = np.flatnonzero(present & something)
    if not len(rows):
        raise CaseError([Problem(f"{table.file} has no row with all that is needed", " ".join(notes))])
    entries = [(place, kind, n * count[row]) for place, row in enumerate(rows) for kind, n in seen[row] if n > 0]
    groups = np.arange(len(rows)) if cluster is None else np.unique(cluster[rows].astype(str), return_inverse=True)[1]
    shown = [each.column for each in specification.shown] + list(specification.counts.values())
    extra = [name for name in (specification.count, specification.cluster) if name]
    return Episodes(
        file=table.file,
        columns={name: column.rows(rows) for name, column in columns.items()},
        kinds=tuple(reader.kinds),
        labels=tuple(reader.labels),
        episode=np.array([each[0] for each in entries], np.int64),
        kind=np.array([each[1] for each in entries], np.int64),
        count=np.array([each[2] for each in entries], float),
        cluster=np.asarray(groups, np.int64),
        row=rows.astype(np.int64),
        notes=tuple(notes),
        digest=table.digest([*used, *shown, *extra, *specification.complete]),
        cluster_name=specification.cluster,
    )


def _told_missing(table: ObservedTable, used: Iterable[str], present: NDArray[np.bool_]) -> list[str]:
    if present.all():
        return []
    gone = int((~present).sum())
    by = ", ".join(f"{name} {int(n):,}" for name in dict.fromkeys(used) if (n := table.missing(name).sum()))
    return [f"{gone:,} of {table.rows:,} rows {were(gone)} left out, for want of a value ({by})."]


class _Observations:
    """The observations that each row tells, with every mistake."""

    def __init__(
        self, table: ObservedTable, specification: Specification, compiled: CompiledGame, crisis: Crisis
    ) -> None:
        self._table, self._told, self._crisis = table, specification, crisis
        self._histories = Histories(compiled.game, crisis)
        self.kinds: dict[Seen, int] = {}
        self.labels: list[str] = []
        self.problems: list[Problem] = []

    def read(self) -> tuple[list[list[tuple[int, float]]], Floats]:
        """[row]: (kind, how often) for everything seen; and how many episodes each row stands for."""
        wanted = [(each.column, "shows what was seen", each.place) for each in self._told.shown]
        wanted += [(column, "counts an ending", None) for column in self._told.counts.values()]
        places = self._told.places
        for key in ("count", "cluster"):
            if name := getattr(self._told, key):
                wanted.append((name, f"`{key}` names", places.get(key)))
        if missing := self._table.require(wanted):
            self.problems += missing
            return [], np.zeros(0)
        count = np.ones(self._table.rows)
        if self._told.count:
            count = self._counts(self._told.count)
        return (self._counted() if self._told.counts else self._shown()), count

    def _counts(self, column: str) -> Floats:
        numbers, problems = self._table.numbers(column)
        numbers = np.nan_to_num(numbers)
        problems += self._table.complain(column, np.flatnonzero(numbers < 0).tolist(), "`{}` is less than nothing")
        self.problems += problems
        return numbers

    def _kind(self, seen: Seen, label: str) -> int:
        if seen not in self.kinds:
            self.kinds[seen] = len(self.labels)
            self.labels.append(label)
        return self.kinds[seen]

    def _counted(self) -> list[list[tuple[int, float]]]:
        kinds = [self._kind(Seen(frozenset(endings_in(name, self._crisis))), name) for name in self._told.counts]
        table = [self._counts(column) for column in self._told.counts.values()]
        return [list(zip(kinds, map(float, row), strict=True)) for row in zip(*table, strict=True)]

    def _shown(self) -> list[list[tuple[int, float]]]:
        columns = [self._table.texts(each.column) for each in self._told.shown]
        found: list[list[tuple[int, float]]] = []
        by_text: dict[tuple[str, ...], int | None] = {}
        wrong: dict[tuple[str, ...], list[int]] = {}
        bad = self._bad_words(columns)
        for row, texts in enumerate(zip(*columns, strict=True)):
            if any(text in bad[k] for k, text in enumerate(texts)):
                found.append([])
                continue
            if texts not in by_text:
                by_text[texts] = self._path(texts)
            kind = by_text[texts]
            if kind is not None and kind < 0:
                wrong.setdefault(texts, []).append(row)
            found.append([(kind, 1.0)] if kind is not None and kind >= 0 else [])
        for texts, rows in wrong.items():
            said = ", ".join(
                f"{each.column} = {text}" for each, text in zip(self._told.shown, texts, strict=True) if text
            )
            last = max(k for k, text in enumerate(texts) if text)
            what = f"no way of play leads to what was seen ({said})"
            remedy = "leave a move empty where its stage was not reached"
            self.problems += self._table.complain(self._told.shown[last].column, rows, what, remedy)
        return found

    def _bad_words(self, columns: list[NDArray[np.object_]]) -> list[set[str]]:
        """Words, column by column, that name nothing in the case; each cell that holds one is a problem."""
        bad: list[set[str]] = []
        for each, texts in zip(self._told.shown, columns, strict=True):
            words = {text: self._reads(each, text) for text in dict.fromkeys(texts) if text}
            bad.append({text for text, fault in words.items() if fault})
            for text in sorted(bad[-1]):
                rows = np.flatnonzero(texts == text).tolist()
                self.problems += self._table.complain(each.column, rows, *words[text])
        return bad

    def _reads(self, shown: Shown, text: str) -> tuple[str, str] | tuple[()]:
        said = shown.means.get(text, text)
        if shown.stage == ENDING_OBSERVED:
            known = [outcome.id for outcome in self._crisis.outcomes]
            for name in endings_in(said, self._crisis):
                if name not in known:
                    words = [*known, *shown.means]
                    return (f"the case has no ending `{name}`", did_you_mean(name, words, "endings"))
            return ()
        try:
            self._moves(shown, text)
        except RequestError as error:
            return (str(error), "")
        return ()

    def _moves(self, shown: Shown, text: str) -> tuple[str, int, frozenset[int]]:
        moves: set[int] = set()
        for said in named_in(shown.means.get(text, text)):
            where = f"{shown.stage}, round {shown.round}" if shown.round else shown.stage
            event = read_events(self._crisis, [f"{where}: {said}"])[0]
            moves.update(shown_alike(self._crisis, event, None) if event.seen else [event.move])
        return (shown.stage, shown.round, frozenset(moves))

    def _path(self, texts: tuple[str, ...]) -> int | None:
        """The kind of what was seen; None where nothing was, -1 where no history fits it."""
        outcomes: frozenset[str] = frozenset()
        moves: list[tuple[str, int, frozenset[int]]] = []
        for each, text in zip(self._told.shown, texts, strict=True):
            if not text:
                continue
            if each.stage == ENDING_OBSERVED:
                outcomes = frozenset(endings_in(each.means.get(text, text), self._crisis))
            else:
                moves.append(self._moves(each, text))
        if not outcomes and not moves:
            return None
        seen = Seen(outcomes, tuple(sorted(moves, key=lambda part: (part[0], part[1]))))
        if not self._histories.fit(seen).any():
            return -1
        label = ", ".join(
            f"{text if each.stage == ENDING_OBSERVED else f'{each.stage}: {each.means.get(text, text)}'}"
            for each, text in zip(self._told.shown, texts, strict=True)
            if text
        )
        return self._kind(seen, label)
