"""A finished run: its tables, its certificate, and how it is saved."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from detente.analysis.scored.origins import last_day
from detente.case.spelling.suggest import did_you_mean
from detente.crisis.model import Crisis
from detente.errors import RequestError
from detente.files import disk, whole_folder, write_atomically
from detente.inert import inert
from detente.study.forecast.forecasts import Forecast, forecast_table, forecasts_of
from detente.study.forecast.hindsight import post_mortem
from detente.study.how_solved import HowSolved
from detente.study.plain import plain, records
from detente.study.request import Request, rationality_words
from detente.study.running.checked import Checked
from detente.study.running.multiplicity import equilibrium_table, multiplicity
from detente.study.running.plan import next_steps
from detente.study.running.run import Findings
from detente.study.running.weights import moments
from detente.study.tables import along, evidence, hinges, placing, sensitivity, trials, watching
from detente.study.tables import findings as tables
from detente.study.tables.beside.changed import changed
from detente.study.tables.beside.selections import selections
from detente.study.tables.conditional import where
from detente.study.tables.files import CSV, PARQUET, ROWS_AT_A_TIME, write_pieces
from detente.study.tables.gradients import outcome_table
from detente.study.tables.made_once import TablesMadeOnce, making_beside
from detente.study.tables.trust import certificate
from detente.study.tables.value_of_knowing import worth_table
from detente.study.tables.verdicts import verdict_table, verdicts
from detente.version import __version__

STOPPED = (
    "The run was stopped: what takes long to find was left out (other equilibria, gradients, rules of claims, shares "
    "of variance, what knowing is worth)."
)

MOST_AT_ONCE = 2**17
"""Tables that need many numbers of a draw at the same time (matrix, watch, worth) are read off no more draws than this:
their memory does not grow any further, and what 131,072 draws leave unsettled is beyond any assumption."""


class Study:
    """Everything one run found, as pandas data frames.

    Means come with their standard error, the 5th and 95th percentile over draws and the median. A row says since when
    it is told (`when`: outset or events); given the events draws count by the probability that they gave to them.
    """

    def __init__(
        self,
        findings: Findings,
        *,
        record: str = "",
        checked: Checked | None = None,
        taken_up: int = 0,
        solved: int = 0,
        twice: int = 0,
    ) -> None:
        self._findings = findings
        self._brief = False
        self._made = TablesMadeOnce()
        self.record = record
        """Id of the study in a library; empty for a study that is kept in none."""
        self.checked = checked
        """Extent of the check of a study from a file; None for a study that was solved here."""
        self.taken_up = taken_up
        """Number of solutions found in the library when the run began."""
        self.solved = solved
        """Number of solutions that this run added."""
        self.twice = twice
        """Number of this run's solutions that another program kept first, solving the same study at the same time."""

    def brief(self) -> Study:
        """The study without the tables that take long to find: all that can be told at once when a run is stopped.

        Rules, rivals, worth, shares of variance, gradients and other equilibria are then empty.
        """
        counts = {"taken_up": self.taken_up, "solved": self.solved, "twice": self.twice}
        found = Study(self._findings, record=self.record, checked=self.checked, **counts)
        found._brief = True
        return found

    @property
    def verified(self) -> bool:
        """True where every solution was found here, or a random sample of those from a file was solved again."""
        return self.checked is None or self.checked.verified

    @property
    def case(self) -> Crisis:
        """The case that was solved, with the scenario of the request applied."""
        return self._findings.prepared.crisis

    @property
    def base(self) -> Crisis:
        """The case as it is written, whatever the request changes in it."""
        return self._findings.prepared.base

    @property
    def request(self) -> Request:
        """The settings of the run in checked form."""
        return self._findings.request

    @property
    def settings(self) -> dict[str, Any]:
        """Settings with which the run can be repeated, and the day up to which events were used."""
        request, until = self._findings.request, last_day(self.case.timeline)
        return {
            "case": self.case.name,
            "digest": self.case.digest,
            "events_until": until.isoformat() if until else None,
            "draws": request.draws or 0,
            "finished": self._findings.ensemble.count,
            "seed": request.seed,
            "rationality": rationality_words(request.rationality),
            "scenario": request.scenario,
            "set": dict(request.set),
            "force": list(request.force),
            "forbid": list(request.forbid),
            "sampling": request.sampling,
            "inquiry_draws": asdict(request.inquiry),
            "study": self.record,
            "version": __version__,
            "interrupted": self._findings.interrupted,
        }

    @property
    def size(self) -> dict[str, int]:
        """Nodes, leaves, information sets and unknowns of the game."""
        game = self._findings.prepared.compiled.game
        return {
            "nodes": game.nodes,
            "leaves": game.leaves,
            "information_sets": game.infosets,
            "unknowns": self._findings.ensemble.unknowns,
        }

    def outcomes(self) -> pd.DataFrame:
        """Probability of each outcome: outcome, name, mean, mean_error, low, high, median, and the same as after_*.

        At the outset; after_*: given every event of the timeline. Means add up to one.
        """
        return self._table("outcomes", tables.outcomes)

    def outcomes_along(self) -> pd.DataFrame:
        """Outcomes through the events. See `detente.study.tables.along.outcomes_along`."""
        return self._table("outcomes_along", along.outcomes_along)

    def groups(self) -> pd.DataFrame:
        """Probability of each group of endings. See `detente.study.tables.findings.groups`."""
        return self._table("groups", tables.groups)

    def forecasts(self) -> pd.DataFrame:
        """Endings and groups on each day. See `detente.study.forecast.forecasts.COLUMNS`."""
        return self._table("forecasts", forecast_table)

    def post_mortem(self) -> pd.DataFrame:
        """Everything that would have helped. See `detente.study.forecast.hindsight.POST_MORTEM`."""
        return self._table("post_mortem", post_mortem)

    def told_at_each_date(self) -> tuple[Forecast, ...]:
        """The forecasts of `forecasts` as records, in the order of their days."""
        return forecasts_of(self._findings)

    def groups_along(self) -> pd.DataFrame:
        """Groups of endings through the events. See `detente.study.tables.along.groups_along`."""
        return self._table("groups_along", along.groups_along)

    def changed(self) -> pd.DataFrame:
        """Endings before the run's own change and then. See `detente.study.tables.beside.changed.changed`."""
        return self._table("changed", changed)

    def selections(self) -> pd.DataFrame:
        """Seeing beside doing. See `detente.study.tables.beside.selections.selections`."""
        return self._once("selections", selections)

    def moments(self) -> pd.DataFrame:
        """Moments from which numbers are told. See `detente.study.tables.findings.moment_table`."""
        return self._table("moments", tables.moment_table)

    def moves(self) -> pd.DataFrame:
        """Probability of each move where its stage is reached, and how probable that is.

        after_*: the same given every event of the timeline; seen: whether an event tells the move.
        """
        return self._table("moves", tables.moves)

    def utilities(self) -> pd.DataFrame:
        """Expected payoff of each actor; after_*: given every event of the timeline."""
        return self._table("utilities", tables.utilities)

    def beliefs(self) -> pd.DataFrame:
        """Posterior of every reading and private variable after every event. See `tables.findings.beliefs`."""
        return self._table("beliefs", tables.beliefs)

    def misreadings(self) -> pd.DataFrame:
        """Beliefs that actors expect of one another. See `detente.study.tables.along.misreadings`."""
        return self._table("misreadings", along.misreadings)

    def claims(self) -> pd.DataFrame:
        """Each claim: share of draws in which it holds, and the change when its quantity is raised."""
        return self._table("claims", tables.claims)

    def trials(self) -> pd.DataFrame:
        """Every draw of every claim: the quantity of interest at either end, and whether the claim holds there."""
        return self._table("trials", trials.trial_table)

    def rules(self) -> pd.DataFrame:
        """Rules for the draws in which each claim holds. See `detente.study.tables.trials.rules`."""
        return self._once("rules", trials.rules)

    def rivals(self) -> pd.DataFrame:
        """Shares of draws in which both, one or neither of two claims is right, over thirds of two quantities."""
        return self._once("rivals", trials.rivals)

    def matrix(self) -> pd.DataFrame:
        """Hypotheses against evidence, event by event. See `detente.study.tables.evidence.matrix`."""
        return self._table("matrix", lambda found: evidence.matrix(found.first(MOST_AT_ONCE)))

    def watch(self, of: str | None = None) -> pd.DataFrame:
        """Every move that may be seen next, and what it would tell. See `detente.study.tables.watching.watch`."""
        found = self._table("watch", lambda found: watching.watch(found.first(MOST_AT_ONCE)))
        if of is None:
            return found
        watching.require_subject(self.case, of)
        return found.loc[found["subject"] == of].reset_index(drop=True)

    def worth(self) -> pd.DataFrame:
        """Worth to each actor of knowing, before its next decision, each thing that it does not know.

        See `detente.study.tables.value_of_knowing.WORTH`; for other decisions `detente.study.asked.worth.worth`.
        """
        return self._once("worth", _worth)

    def questions(self) -> pd.DataFrame:
        """Quantities of interest along the range of each question."""
        return self._table("questions", tables.questions)

    def scenarios(self) -> pd.DataFrame:
        """Outcomes under each scenario, and the difference to the case as it stands, draw by draw.

        after_*: the same given every event of the timeline, NaN where the scenario makes them impossible.
        """
        return self._table("scenarios", tables.scenarios)

    def hinges(self) -> pd.DataFrame:
        """Change of endings as each input goes from low to high. See `detente.study.tables.hinges.HINGE_COLUMNS`."""
        return self._table("hinges", hinges.hinges)

    def where(self, outcome: str | None = None) -> pd.DataFrame:
        """Distribution of every uncertain quantity over the draws in which an outcome happens, beside the distribution
        drawn.

        See `detente.study.tables.conditional.where`. Raises RequestError for an outcome that the case does not have.
        """
        table = self._table("where", where)
        if outcome is None:
            return table
        known = [each.id for each in (*self.case.groups, *self.case.outcomes)]
        if outcome not in known:
            raise RequestError(f"the case has no outcome `{outcome}`. {did_you_mean(outcome, known, 'outcomes')}")
        return table.loc[table["outcome"] == outcome].reset_index(drop=True)

    def sensitivity(self) -> pd.DataFrame:
        """First-order Sobol indices of every outcome in every uncertain quantity, with intervals."""
        return self._once("sensitivity", sensitivity.sensitivity)

    def gradients(self) -> pd.DataFrame:
        """Derivatives of each outcome's probability by every assumption, all at their medians; see `outcome_table`."""
        return self._once("gradients", lambda found: outcome_table(found.prepared, found.request))

    def equilibria(self) -> pd.DataFrame:
        """Other equilibria at the medians and in draws whose path turned back; see `equilibrium_table`."""
        return self._once("equilibria", equilibrium_table)

    def verdicts(self) -> pd.DataFrame:
        """Claims and answers in other equilibria, at the draws of `equilibria`; see `verdict_table`."""
        return self._once("verdicts", verdict_table)

    def places(self) -> pd.DataFrame:
        """The place of everything listed among its like. See `detente.study.tables.placing.PLACES`."""
        return self._once("places", placing.place_table)

    def assumptions(self) -> pd.DataFrame:
        """Every assumption with what it rests on; its support is number, direction, judgement or unsupported."""
        return self._table("assumptions", lambda found: tables.assumption_table(found.prepared.crisis))

    def draws(self) -> pd.DataFrame:
        """The raw draws, a row each."""
        return tables.draw_table(self._findings)

    @property
    def how_solved(self) -> HowSolved:
        """Endings and certificate of all that was solved: the draws, and what claims, scenarios and questions rest on.

        `certificate()["how_solved"]` has them one by one.
        """
        return HowSolved.together([self._findings.ensemble.how_solved, *self._findings.solved.values()])

    def certificate(self) -> dict[str, Any]:
        """The evidence for trusting the result: the certificate, and the results of the search for other equilibria.

        See `detente.study.tables.trust.certificate`. equilibria: see `detente.study.running.multiplicity` and
        `detente.study.tables.verdicts`, whose sentences come last.
        """
        found = certificate(self._findings.ensemble, self._findings.solved)
        found |= {"verified": self.verified, "checked": None if self.checked is None else self.checked.plain()}
        if self.checked is not None:
            found["sentences"] = [self.checked.sentence, *found["sentences"]]
        if self._brief:
            return {**found, "sentences": [*found["sentences"], STOPPED]}
        others, elsewhere = multiplicity(self.equilibria()), verdicts(self.verdicts())
        sentences = [*found["sentences"], *others.pop("sentences"), *elsewhere.pop("sentences")]
        others |= elsewhere
        return {**found, "equilibria": others, "sentences": sentences}

    def _once(self, name: str, make: Callable[[Findings], pd.DataFrame]) -> pd.DataFrame:
        """A table that takes long to make, and is empty where a run was stopped."""
        return pd.DataFrame() if self._brief else self._table(name, make)

    def _table(self, name: str, make: Callable[[Findings], pd.DataFrame]) -> pd.DataFrame:
        """A table made once, for library, files, report and terminal alike, and handed out as a copy."""
        return self._made.get(name, lambda: make(self._findings))

    def _all_tables(self) -> dict[str, pd.DataFrame]:
        beside = () if self._brief else (self.verdicts, self.equilibria)
        with making_beside(*beside):
            return {name: table() for name, table in self._tables().items()}

    def to_frame(self) -> pd.DataFrame:
        """The headline table: the outcomes."""
        return self.outcomes()

    def to_dict(self) -> dict[str, Any]:
        """Everything but the raw draws, as plain values (NaN becomes None): what `study.json` holds."""
        return self._plainly(self._all_tables())

    def _plainly(self, frames: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
        return {
            "settings": self.settings,
            "size": self.size,
            "certificate": plain(self.certificate()),
            **{name: records(frame) for name, frame in frames.items()},
        }

    def _tables(self) -> dict[str, Callable[[], pd.DataFrame]]:
        return {
            "moments": self.moments,
            "changed": self.changed,
            "groups": self.groups,
            "groups_along": self.groups_along,
            "outcomes": self.outcomes,
            "outcomes_along": self.outcomes_along,
            "forecasts": self.forecasts,
            "post_mortem": self.post_mortem,
            "moves": self.moves,
            "utilities": self.utilities,
            "beliefs": self.beliefs,
            "misreadings": self.misreadings,
            "claims": self.claims,
            "rules": self.rules,
            "rivals": self.rivals,
            "matrix": self.matrix,
            "watch": self.watch,
            "worth": self.worth,
            "questions": self.questions,
            "scenarios": self.scenarios,
            "selections": self.selections,
            "hinges": self.hinges,
            "places": self.places,
            "where": self.where,
            "sensitivity": self.sensitivity,
            "gradients": self.gradients,
            "equilibria": self.equilibria,
            "verdicts": self.verdicts,
            "assumptions": self.assumptions,
        }

    def save(self, directory: str | Path) -> list[Path]:
        """Write `study.json` and every table as CSV and Parquet: all of them, or none. Raises DiskError."""
        folder = Path(directory)
        with disk(folder, "the results"), whole_folder(folder, self.files()) as staging:
            written = self._save(staging)
        return [folder / path.relative_to(staging) for path in written]

    def files(self) -> list[str]:
        """Every file that `save` may write, within its folder."""
        names = [*self._tables(), "trials", "draws"]
        return ["study.json", *(f"tables/{name}{kind}" for name in names for kind in (CSV, PARQUET))]

    def _save(self, folder: Path) -> list[Path]:
        frames = self._all_tables()
        text = json.dumps(self._plainly(frames), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        written = [write_atomically(folder / "study.json", text.encode())]
        for name, frame in {**frames, "trials": self.trials()}.items():
            if "citations" in frame.columns:
                frame["citations"] = [json.dumps(cited, ensure_ascii=False) for cited in frame["citations"]]
            if len(frame.columns):
                written += write_pieces(folder / "tables" / name, [frame])
        # At a pause the file that is read fastest is written, and not the one that takes a hundred times as long.
        kinds = (PARQUET,) if self._brief and self._findings.ensemble.count > ROWS_AT_A_TIME else (CSV, PARQUET)
        return written + write_pieces(
            folder / "tables" / "draws", tables.draw_pieces(self._findings, ROWS_AT_A_TIME), kinds
        )

    def __repr__(self) -> str:
        moment = moments(self._findings.ensemble, self._findings.parted)[-1]
        seen = "after_" if moment.events else ""
        rows = placing.by_place(self.outcomes(), self.places())
        lines = [
            f"Study of {self.case.title!r}: {moment.draws:,} draw{'s' if moment.draws != 1 else ''}, {moment.says}"
        ]
        for row in rows.to_dict("records"):
            mean, low, high = (row[f"{seen}{each}"] for each in ("mean", "low", "high"))
            span = "" if math.isnan(low) else f"  ({low:.0%} to {high:.0%})"
            lines.append(f"  {mean:>4.0%}  {row['name']}{span}")
        return "\n".join(map(inert, [*lines, *self._first_words()]))

    def _repr_html_(self) -> str:
        table = self.outcomes().to_html(index=False, float_format="{:z.3f}".format)
        verdict = " ".join(self._first_words())
        return f"<h3>{escape(self.case.title)}</h3>{table}<p>{escape(verdict)}</p>"

    def _first_words(self) -> list[str]:
        """First sentences on the numbers wherever they are shown: the certificate, and a warning for a file that nobody
        checked.
        """
        said = certificate(self._findings.ensemble)["sentences"][:1]
        return said if self.verified or self.checked is None else [*said, self.checked.sentence]


def _worth(findings: Findings) -> pd.DataFrame:
    prepared = findings.prepared
    return worth_table(prepared, findings.first(MOST_AT_ONCE).ensemble, next_steps(prepared))
