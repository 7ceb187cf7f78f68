"""Worth of knowing, as a table: private values of others, moves unseen, uncertain quantities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.analysis.over_draws.intervals import interval, mean
from detente.analysis.over_draws.partial_information import Foreknowledge, of_each, of_everything
from detente.analysis.over_draws.ranking import Estimates, leaders
from detente.analysis.worth import MOVE, Worth, WorthOfKnowing, decision_at
from detente.crisis.inquiry import EVENTS, OUTSET
from detente.crisis.model import Crisis
from detente.crisis.play import Stage
from detente.game.drawn.draws import Draws
from detente.game.paths import story_of
from detente.study.inputs.uncertain import uncertain
from detente.study.request import Prepared
from detente.study.running.ensemble import Ensemble
from detente.study.running.weights import draw_weights

Floats = NDArray[np.float64]
Row = dict[str, Any]

QUANTITY, EVERYTHING = "quantity", "everything"
LOW_END, HIGH_END = "low", "high"

WORTH = (
    "actor actor_name stage stage_name round when own likely now now_name now_share kind id name value chance "
    "best best_name best_share worth worth_low worth_high share share_low share_high changes told draws"
)
"""Columns of the table of what knowledge would be worth.

actor, stage, round: whose decision it is, and which. own: what the actor itself is, empty for all together; likely: how
    likely that is. now: the move that is best without the knowledge in most draws, or those of which draws do not tell
    which it is, with a blank between; now_share: in how many.
kind: `private` (a private value of another), `move` (one that the actor did not see), `quantity`, `everything` (all
    quantities at once). id, name: what would be known.
worth: expected payoff of the best choice with the knowledge less that without, in the actor's own unit; for quantities
    an estimate from the draws with its bootstrap interval, else mean and 90 % interval over draws. Draws count by what
    they gave to the events (`when`). share: the same over the actor's payoff range. changes: probability that another
    move is then best. told: whether a worth of a quantity is beyond what chance would show.
value: empty, or what it would turn out to be (`low`, `high` for a quantity: the middle of its lowest and highest
    quarter); chance: how likely that is as the actor sees it, best: what would then be best, one move or several as for
    `now`; best_share: in what share of draws.
"""


def worth_table(prepared: Prepared, ensemble: Ensemble, steps: tuple[tuple[str, int], ...]) -> pd.DataFrame:
    """Worth of knowing at the decisions of a task, by actors and steps; see `WORTH` for the columns."""

    def rows() -> Iterator[Row]:
        for number, (actor, position) in enumerate(steps):
            decision = decision_at(prepared.compiled.game, prepared.crisis, actor, position)
            if decision is not None and f"worth {number} weight" in ensemble.columns.fields:
                yield from _rows(prepared, ensemble, ensemble.worth(number, decision))

    return pd.DataFrame(list(rows()), columns=WORTH.split())


def _rows(prepared: Prepared, ensemble: Ensemble, found: Worth) -> Iterator[Row]:
    crisis, decision, draws = prepared.crisis, found.decision, ensemble.draws
    weights = draw_weights(ensemble)
    step = story_of(prepared.compiled.game).steps[decision.position]
    stage = crisis.stage(step.stage)
    head = {
        "actor": decision.actor,
        "actor_name": crisis.actor(decision.actor).label,
        "stage": stage.id,
        "stage_name": stage.label,
        "round": step.round,
        "when": EVENTS if crisis.timeline else OUTSET,
        "draws": int((~np.isnan(found.weight).any(axis=1)).sum()),
    }
    weight = found.by_group(found.weight)
    groups = [(name, decision.group == number, [number]) for number, name in enumerate(decision.groups)]
    if len(groups) > 1:
        groups.insert(0, ("", np.ones(len(decision.group), bool), list(range(len(decision.groups)))))
    for own, situations, members in groups:
        table = _Part(found, situations, members, weight, weights)
        now, now_share = table.best_now()
        about = {"own": own, "likely": mean(weight[:, members].sum(axis=1), weights), "now_share": now_share}
        about |= _named("now", now, stage)
        for row in (*table.unknowns(crisis), *table.quantities(crisis, draws)):
            yield {**head, **about, **row, **_named("best", row.pop("best", ()), stage)}


def _named(column: str, moves: Sequence[int], stage: Stage) -> Row:
    """Moves by their ids and by their names."""
    told = [stage.moves[move] for move in moves]
    return {column: " ".join(each.id for each in told), f"{column}_name": " or ".join(each.label for each in told)}


def _most_often(table: Floats, weights: Floats) -> tuple[list[int], float]:
    """The moves that are best most often, of a table [draw, move] of how often each is, and how often one of them is.

    Several where draws do not tell which; none where nothing is known.
    """
    found = Estimates.known_means(table, weights)
    first = leaders(found)
    return first, float(found.values[first].sum()) if first else np.nan


class _Part:
    """A decision where the actor itself is one thing, or whatever it is."""

    def __init__(
        self, found: Worth, situations: NDArray[np.bool_], members: list[int], weight: Floats, draws: Floats
    ) -> None:
        """Weight [draw, group]: how likely the actor is each of these; draws [draw]: how much each draw counts."""
        self._weights = draws
        self._found = found
        self._members = members
        self._open = found.decision.moves[situations]
        with np.errstate(all="ignore"):
            whole = weight[:, members].sum(axis=1, keepdims=True)
            self._group = weight[:, members] / whole  # [draw, member]
            self._share = found.weight[:, situations] / whole  # [draw, situation]
        self._choices = found.choices[:, situations]

    def best_now(self) -> tuple[list[int], float]:
        """The moves that are best without further knowledge, and how often; see `_most_often`."""
        best = np.where(self._open, self._choices, -np.inf).argmax(axis=2)
        often = [(self._share * (best == move)).sum(axis=1) for move in range(self._open.shape[1])]
        return _most_often(np.stack(often, axis=1), self._weights)

    def unknowns(self, crisis: Crisis) -> Iterator[Row]:
        """Worth of knowing each private value of others and each unseen move."""
        for known in self._found.known:
            about = {"kind": known.unknown.kind, "id": known.unknown.id, "name": _name(known, crisis), "told": True}
            gain = self._mean(known.gain)
            yield {
                **about,
                "value": "",
                **self._spread(gain),
                "changes": mean(self._mean(known.changes), self._weights),
            }
            if len(self._members) == 1:
                yield from ({**about, **row} for row in self._values(known, crisis))

    def _values(self, known: WorthOfKnowing, crisis: Crisis) -> Iterator[Row]:
        member = self._members[0]
        for value in range(known.chance.shape[2]):
            chance = mean(known.chance[:, member, value], self._weights)
            if not chance > 0:
                continue
            best, share = _most_often(known.best[:, member, value], self._weights)
            settled = value < len(known.unknown.labels)
            label = _label(known, value, crisis) if settled else "not played"
            yield {"value": label, "chance": chance, "best": best, "best_share": share}

    def quantities(self, crisis: Crisis, draws: Draws) -> Iterator[Row]:
        """Worth of knowing each uncertain quantity, and all of them at once."""
        columns = list(uncertain(crisis, draws))
        if not columns or np.isnan(self._share).all() or draws.count < 2:
            return
        stake = mean(self._found.stake, self._weights)
        every = of_everything(self._share, self._choices, self._open, self._weights)
        about = {"kind": EVERYTHING, "id": "", "name": "every uncertain quantity at once", "value": ""}
        yield {**about, **_estimate(every, stake)}
        inputs = {column.id: column.values for column in columns}
        each = of_each(inputs, self._share, self._choices, self._open, self._weights)
        for column in columns if each else ():
            found = each[column.id]
            about = {"kind": QUANTITY, "id": column.id, "name": column.name}
            yield {**about, "value": "", **_estimate(found, stake)}
            if found.told and len(self._members) == 1:
                yield {**about, "value": LOW_END, "chance": 0.25, "best": found.at_low, "told": True}
                yield {**about, "value": HIGH_END, "chance": 0.25, "best": found.at_high, "told": True}

    def _mean(self, values: Floats) -> Floats:
        """[draw]: over the groups of the part."""
        return (values[:, self._members] * self._group).sum(axis=1)

    def _spread(self, gain: Floats) -> Row:
        with np.errstate(all="ignore"):
            share = np.where(self._found.stake > 0, gain / self._found.stake, 0.0)
        told = (interval(each, self._weights) for each in (gain, np.where(np.isnan(gain), np.nan, share)))
        return {
            f"{name}{end}": getattr(found, which)
            for name, found in zip(("worth", "share"), told, strict=True)
            for end, which in (("", "mean"), ("_low", "low"), ("_high", "high"))
        }


def _estimate(found: Foreknowledge, stake: float) -> Row:
    share = {
        name: value / stake if stake > 0 else 0.0
        for name, value in (("share", found.worth), ("share_low", found.low), ("share_high", found.high))
    }
    ends = {"worth": found.worth, "worth_low": found.low, "worth_high": found.high}
    return {**ends, **share, "changes": found.changes, "told": found.told}


def _name(known: WorthOfKnowing, crisis: Crisis) -> str:
    unknown = known.unknown
    if unknown.kind == MOVE:
        turn = f", round {unknown.round}" if unknown.round else ""
        return f"{crisis.stage(unknown.id).label}{turn}"
    actor, variable = unknown.id.split(".", 1)
    return f"{crisis.actor(actor).label}: {variable.replace('_', ' ')}"


def _label(known: WorthOfKnowing, value: int, crisis: Crisis) -> str:
    if known.unknown.kind == MOVE:
        return crisis.stage(known.unknown.id).moves[value].label
    return known.unknown.labels[value].replace("_", " ")
