"""The section on the worth of knowing: for each actor's next decision, the facts that would change it."""

from __future__ import annotations

from collections.abc import Sequence

from detente.report.blocks import Block, Fold, Points, Prose, Section, Table
from detente.report.findings import StudyRows
from detente.report.learnt import Knowledge
from detente.report.words import Estimate, chance, listed, percent
from detente.study.tables.value_of_knowing import EVERYTHING, QUANTITY

LEAST_WORTH = 0.005
"""Worth, as a share of the stake, below which in nine draws of ten knowing something is called worth nothing."""

UNSEARCHED = "The study was stopped before this was looked for."

MEANING = (
    "Knowledge is worth what it adds to the expected payoff of an actor that learns it in private just before it "
    "decides, chooses what is best for it from there on, and is not noticed: the others play on as they do in the "
    "model. The worth of others’ aims and of unseen moves is found in each draw; that of a quantity is the worth to "
    "somebody who advises the actor and is as unsure as this study."
)


def worth(findings: StudyRows) -> Section:
    """The knowledge that would change each actor's next decision."""
    title = "What it would be worth to know"
    told = findings.learnt.knowledge
    if not told:
        why = "No actor has a decision left that more knowledge could change."
        return Section("worth", title, [Prose(UNSEARCHED if findings.interrupted else why)])
    blocks: list[Block] = [Prose(MEANING)]
    for decision in decisions(told):
        first = decision[0]
        blocks.append(Points([(headline(decision), worth_sentences(decision))]))
        table = _table(decision, f"{first.actor_name}, {first.stage_name}: what knowledge would be worth")
        blocks.append(Fold(f"{first.actor_name}: everything in numbers", [table]))
    return Section("worth", title, blocks)


def decisions(told: Sequence[Knowledge]) -> list[list[Knowledge]]:
    """The rows decision by decision."""
    found: dict[tuple[str, str, int], list[Knowledge]] = {}
    for each in told:
        found.setdefault((each.actor, each.stage, each.round), []).append(each)
    return list(found.values())


def headline(decision: Sequence[Knowledge]) -> str:
    """Sentence that names the decision and the move that is best without knowing more."""
    first = decision[0]
    turn = f", round {first.round}" if first.round else ""
    own = [each for each in _parts(decision) if each.own]
    by_move: dict[str, list[Knowledge]] = {}
    for each in own:
        by_move.setdefault(each.now_name, []).append(each)
    if len(by_move) < 2:
        tied = ", which are not told apart" if len(first.now) > 1 else ""
        often = f"“{first.now_name}”{tied}, in {percent(first.now_share)} of the draws"
        best = f"best without knowing more is most often {often}"
    else:
        best = "best without knowing more is, most often, " + listed(
            [f"“{name}” if {listed([_own(each) for each in members], 'or')}" for name, members in by_move.items()]
        )
    return f"{first.actor_name}, {first.stage_name}{turn}: {best}."


def worth_sentences(decision: Sequence[Knowledge]) -> list[str]:
    """Sentences on each unknown that is worth knowing, in the order of the case, and on the move that is then best."""
    whole = [each for each in decision if each.own == decision[0].own and not each.value]
    said: list[str] = []
    matter = [each for each in whole if each.kind != EVERYTHING and worthwhile(each)]
    if len(matter) > 1:
        said.append("In the order of the case, which says nothing of what is worth more:")
    for each in matter:
        alters = f", and would change the choice with a chance of {percent(each.changes)}"
        said.append(f"To know “{each.name}” would be worth {_share(each)}{alters}.{_then(each, decision)}")
    idle = [f"“{each.name}”" for each in whole if each.kind not in (EVERYTHING, QUANTITY) and not worthwhile(each)]
    if idle:
        said.append(f"Worth next to nothing: to know {listed(idle)}.")
    if not any(each.kind == QUANTITY for each in matter) and any(each.kind == QUANTITY for each in whole):
        said.append("No single uncertain quantity is worth more to know than these draws can tell from chance.")
    for each in whole:
        if each.kind == EVERYTHING:
            said.append(f"To know every uncertain quantity at once would be worth {_share(each)}.")
    return said


def worthwhile(each: Knowledge) -> bool:
    """True where a worth is large enough to speak of and beyond chance."""
    return each.told and (
        each.share.middle >= LEAST_WORTH or (each.kind != QUANTITY and each.share.ends[1] >= 2 * LEAST_WORTH)
    )


def _share(each: Knowledge) -> str:
    low, high = each.share.ends
    told = chance(Estimate(each.share.middle, low, high)) if each.share.ranged else percent(each.share.middle)
    return f"{told} of what is at stake for it"


def _parts(decision: Sequence[Knowledge]) -> list[Knowledge]:
    """One row for each thing that the actor itself may be."""
    return list({each.own: each for each in decision}.values())


def _own(each: Knowledge) -> str:
    """The actor's own private type in words, such as: its aim is “pragmatic”."""
    words = [f"its {name} is “{value}”" for name, _, value in (part.partition(" = ") for part in each.own.split(", "))]
    return listed(words).replace("_", " ")


def _then(known: Knowledge, decision: Sequence[Knowledge]) -> str:
    """Sentence on the best moves once it is known, where they are told to be others than without."""
    by_clause: dict[str, list[Knowledge]] = {}
    parts = [part for part in _parts(decision) if part.own or len(_parts(decision)) == 1]
    for part in parts:
        of = (known.kind, known.id, part.own)
        values = [each for each in decision if each.value and (each.kind, each.id, each.own) == of]
        other = [each for each in values if each.best and not {*each.best} & {*part.now}]
        then = listed([f"“{each.best_name}” if it is {each.value}" for each in other])
        if then:
            by_clause.setdefault(f"{then} (else “{part.now_name}”)", []).append(part)
    clauses = [
        clause if len(members) == len(parts) else f"if {listed([_own(each) for each in members], 'or')}, {clause}"
        for clause, members in by_clause.items()
    ]
    return f" Best would then be: {'; '.join(clauses)}." if clauses else ""


def _table(decision: Sequence[Knowledge], caption: str) -> Table:
    rows = [
        (
            f"If {_own(each)}" if each.own else "Whatever it is itself",
            each.name,
            chance(each.share),
            percent(each.changes),
        )
        for each in decision
        if not each.value and each.told
    ]
    columns = ("The actor", "To know", "Worth, of what is at stake", "Changes the choice")
    return Table(caption, columns, rows, frozenset({2, 3}))


def worth_rows(decision: Sequence[Knowledge]) -> list[tuple[str, ...]]:
    """A row for everything worth knowing, in the order of the case: what, its worth of what is at stake, changes."""
    found: list[tuple[str, ...]] = []
    for each in (each for each in decision if each.own == decision[0].own and not each.value):
        if worthwhile(each) or each.kind == EVERYTHING:
            found.append((each.name, chance(each.share), percent(each.changes)))
    return found
