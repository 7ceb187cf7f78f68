"""The endings of a crisis: outcomes with payoffs, groups of outcomes, the outcome for play that runs out of stages, and
what really came.
"""

from __future__ import annotations

from detente.case.form.document import CaseDocument, OutcomeEntry
from detente.case.form.ledger import Path
from detente.case.form.stages import EndingEntry
from detente.case.formula.scope import AT_THE_END, SHAPE_AT_THE_END
from detente.case.meaning.context import Desk
from detente.case.spelling.suggest import listed
from detente.crisis.endings import ActualEnding, EndingGroup
from detente.crisis.expressions import Expression
from detente.crisis.play import EndingRule, Outcome


def read_outcomes(document: CaseDocument, desk: Desk) -> tuple[Outcome, ...]:
    """The outcomes, with a payoff for every actor that has no ranking."""
    if not document.outcomes:
        desk.ledger.error(("outcomes",), "there are no outcomes", "name how the crisis can end", key=True)
    outcomes: list[Outcome] = []
    for id, entry in document.outcomes.items():
        path = ("outcomes", id)
        payoffs = _payoffs(entry or OutcomeEntry.model_construct(payoffs={}), id, path, desk)
        paid = {actor for actor, _ in payoffs}
        missing = [actor for actor in document.actors if actor not in paid and actor not in document.preferences]
        if missing:
            several = "payoffs of" if len(missing) > 1 else "payoff of"
            are = "are" if len(missing) > 1 else "is"
            desk.ledger.error(
                path,
                f"the {several} {listed(missing)} {are} missing in outcome `{id}`",
                f"add `{missing[0]}: …` (or `others: 0`) to its payoffs, or rank the outcomes under `preferences`",
                key=True,
            )
        outcomes.append(Outcome(id, entry.name if entry else "", payoffs, desk.support(path, entry), desk.place(path)))
    return tuple(outcomes)


def _payoffs(entry: OutcomeEntry, id: str, path: Path, desk: Desk) -> tuple[tuple[str, Expression], ...]:
    scope = desk.scope(f"a payoff of outcome `{id}`", AT_THE_END)
    payoffs: dict[str, Expression] = {}
    for actor, text in entry.payoffs.items():
        own_path = (*path, "payoffs", actor)
        if actor != "others" and not desk.known(own_path, actor, desk.vocabulary.actors, "actor", key=True):
            continue
        payoff = desk.formula(own_path, text, scope)
        if actor != "others":
            payoffs[actor] = payoff
            continue
        for other in desk.vocabulary.actors:
            if other not in entry.payoffs:
                payoffs[other] = payoff
    return tuple((actor, payoffs[actor]) for actor in desk.vocabulary.actors if actor in payoffs)


def read_groups(document: CaseDocument, desk: Desk) -> tuple[EndingGroup, ...]:
    """The groups of endings; those of one axis have no ending in common."""
    outcomes, groups = desk.vocabulary.outcomes, list[EndingGroup]()
    held: dict[tuple[str, str], str] = {}
    for id, entry in document.groups.items():
        path: Path = ("groups", id)
        if not entry.endings:
            desk.ledger.error((*path, "endings"), f"the group `{id}` has no endings", "list at least one", key=True)
        for position, ending in enumerate(entry.endings):
            here = (*path, "endings", position)
            desk.known(here, ending, outcomes, "outcome")
            if ending in entry.endings[:position]:
                desk.ledger.error(here, f"`{ending}` is listed twice", "name every ending once")
            elif entry.axis and held.setdefault((entry.axis, ending), id) != id:
                other = held[entry.axis, ending]
                what = f"`{ending}` is in two groups of the axis `{entry.axis}`, `{other}` and `{id}`"
                desk.ledger.error(here, what, "groups of one axis share no ending: give one of them another `axis`")
        groups.append(EndingGroup(id, tuple(entry.endings), entry.name, entry.axis, desk.place(path)))
    return tuple(groups)


def read_ended(document: CaseDocument, desk: Desk) -> ActualEnding | None:
    """The ending that really came, if the case says so."""
    entry, path, words = document.ended, ("ended",), desk.vocabulary
    if entry is None:
        return None
    desk.known((*path, "ending"), entry.ending, (*words.outcomes, *words.groups), "ending")
    endings = words.groups.get(entry.ending, (entry.ending,))
    return ActualEnding(entry.ending, endings, entry.date, entry.rule, desk.support(path, entry), desk.place(path))


def read_finally(document: CaseDocument, desk: Desk) -> tuple[EndingRule, ...]:
    """The outcomes when the stages run out, in the order in which they are tried."""
    entry, path = document.finally_, ("finally",)
    if entry is None:
        return ()
    if isinstance(entry, str):
        desk.known(path, entry, desk.vocabulary.outcomes, "outcome")
        return (EndingRule(entry, None, desk.place(path)),)
    if not entry:
        desk.ledger.error(path, "`finally` lists nothing", "name an outcome", key=True)
    return tuple(_finally(each, n, n == len(entry) - 1, desk) for n, each in enumerate(entry))


def _finally(entry: EndingEntry, position: int, last: bool, desk: Desk) -> EndingRule:
    path: Path = ("finally", position)
    scope = desk.scope("the `when` of `finally`", SHAPE_AT_THE_END, shape=True)
    desk.known((*path, "outcome"), entry.outcome, desk.vocabulary.outcomes, "outcome")
    if last and entry.when is not None:
        desk.ledger.error(
            (*path, "when"),
            "the last entry of `finally` has a condition",
            "leave `when` out there, or add a last `{outcome: …}` for all other cases",
        )
    if not last and entry.when is None:
        desk.ledger.error(
            path,
            "this entry of `finally` has no condition, so those after it are never reached",
            "give it a `when`, or move it to the end",
            key=True,
        )
    return EndingRule(entry.outcome, desk.condition((*path, "when"), entry.when, scope), desk.place(path))
