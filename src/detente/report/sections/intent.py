"""The section on intent: beliefs event by event, and the contribution of each event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from markupsafe import Markup

from detente.crisis.evidence import Citation
from detente.crisis.inquiry import ANALYST
from detente.report.blocks import Block, Card, Figure, Fold, Points, Prose, Section, Table, Text, figure
from detente.report.charts.drawing import accent
from detente.report.charts.timelines import Track, timeline_chart
from detente.report.evidence import Evidence
from detente.report.findings import BeliefRow, StudyRows
from detente.report.naming import Names
from detente.report.sections.matrix import matrix
from detente.report.sections.misreadings import misreadings
from detente.report.sections.opening import first_observer
from detente.report.tables import alike, beliefs_table, event_words, short_event
from detente.report.words import (
    Estimate,
    chance,
    contribution,
    counted,
    day,
    factor,
    listed,
    moves_nothing,
    percent,
    plain,
    sentence,
)

FEW_VALUES = 6
"""Private variables with more values than this are shown as a table only."""

SURPRISE = 0.1
"""An event to which the model gave less than this is called a surprise."""


def intent(findings: StudyRows, names: Names, evidence: Evidence) -> Section:
    """Each reading, then each private variable, through the events."""
    title = "What the events say about intent"
    if not any(each.event for each in findings.beliefs):
        return Section("intent", title, [Prose(_before(findings.beliefs, names))])
    readings = group(each for each in findings.beliefs if not each.value)
    privates = group(each for each in findings.beliefs if each.value)
    blocks: list[Block] = [
        Prose(
            "An event speaks for a reading as far as somebody of whom the reading is true would sooner have acted that "
            "way. “2 times more likely” means that the odds double; an event that either kind of actor would have "
            "produced equally moves nothing, however loud it was.",
        )
    ]
    rival = len(readings) == 2
    shown: list[list[BeliefRow]] = []
    for position, (subject, beliefs) in enumerate(readings.items()):
        mirrored = next((each for each in shown if _mirrors(each, beliefs)), None)
        blocks += _reading(subject, beliefs, findings, names, evidence, accent(position), rival, mirrored)
        shown.append(beliefs)
    blocks += misreadings(findings, names)
    blocks += matrix(findings, names)
    if privates:
        blocks.append(_privates(privates, findings, names))
    return Section("intent", title, blocks)


def _before(beliefs: Sequence[BeliefRow], names: Names) -> str:
    """Sentences on the beliefs at the outset, for a case that lists no events."""
    held = [each for each in beliefs if not each.value and each.observer == first_observer(beliefs)]
    text = "The case lists no events, so there is nothing to read intent from."
    if held:
        shares = listed([f"“{each.name}” at {chance(each.share)}" for each in held])
        text += f" Before anything is seen, {names.observer(held[0].observer)} holds {shares}."
    return text


def group(beliefs: Iterable[BeliefRow]) -> dict[str, list[BeliefRow]]:
    """Beliefs by what they are about, in the study's order."""
    grouped: dict[str, list[BeliefRow]] = {}
    for each in beliefs:
        grouped.setdefault(each.subject, []).append(each)
    return grouped


def _mirrors(one: Sequence[BeliefRow], other: Sequence[BeliefRow]) -> bool:
    """True where two readings are complements of each other: at every event their beliefs sum to one."""
    held = {(each.event, each.observer): each.share.middle for each in one}
    return len(one) == len(other) and all(
        abs(held.get((each.event, each.observer), 2.0) + each.share.middle - 1) < 0.002 for each in other
    )


def _reading(
    subject: str,
    beliefs: list[BeliefRow],
    findings: StudyRows,
    names: Names,
    evidence: Evidence,
    tone: str,
    rival: bool,
    mirrored: list[BeliefRow] | None,
) -> list[Block]:
    path = [each for each in beliefs if each.observer == first_observer(beliefs)]
    drawn = _figure(f"belief-{subject}", _finding(path, names), beliefs, names, tone)
    if mirrored is not None:
        said: Block = Prose(
            f"This is the rival of “{mirrored[0].name}”: what made one more likely made the other less so, by the same "
            "factor. So each event contributed what is said above, the other way round."
        )
    else:
        against = "its rival" if rival else "everything else"
        said = Points([_event(each, beliefs, findings, names, evidence, against) for each in path if each.event], True)
    return [Card(f"The reading “{path[0].name}”", [drawn, said], tone)]


def _finding(path: Sequence[BeliefRow], names: Names) -> str:
    first, last = path[0], path[-1]
    who = sentence(names.observer(last.observer))
    if first is last:
        return f"{who} holds “{last.name}” at {chance(last.share)}"
    steps = counted(last.event, "event")
    if all(moves_nothing(each.ratio) for each in path[1:] if each.ratio.known):
        return f"{steps} left “{last.name}” where it was: {chance(last.share)}"
    return f"{who} went from {chance(first.share)} to {chance(last.share)} over {steps}"


def _figure(id: str, finding: str, beliefs: Sequence[BeliefRow], names: Names, tone: str) -> Figure:
    """The path of one reading for every group of observers that see it alike, and what the events contributed."""
    tracks = [
        Track(f"As held by {listed([names.observer(each) for each in observers])}", tuple(x.share for x in path))
        for observers, path in alike(beliefs)
    ]
    first = first_observer(beliefs)
    own = [each for each in beliefs if each.observer == first]
    tracks.append(Track(f"Odds from each event, for {names.observer(first)}", tuple(x.ratio for x in own), True))
    events = [(event_words(each), short_event(each)) for each in own]
    how = (
        "Read down the page, event by event. The line is the mean over draws, the shade the range of nine in ten. "
        "At the right: how many times more (×) or less (÷) likely each event made it."
    )
    table = beliefs_table(f"What is held of “{own[0].name}” after each event", beliefs, names)
    return figure(id, finding, partial(timeline_chart, events, tracks, tone), how, table)


def _event(
    belief: BeliefRow, beliefs: Sequence[BeliefRow], findings: StudyRows, names: Names, evidence: Evidence, against: str
) -> tuple[Text, list[Text]]:
    """One event: what happened, what it did to the reading, for whom it did otherwise, what it rests on."""
    when = day(belief.date)
    head = Markup("<strong>{}{}</strong> ").format(f"{when}: " if when else "", sentence(belief.label))
    text = head + contribution(belief.ratio, "it", against) + "."
    below: list[Text] = []
    others = [each for each in beliefs if each.event == belief.event and _differs(each.ratio, belief.ratio)]
    blind = [names.observer(each.observer) for each in others if not names.saw(each.observer, each.event)]
    if blind:
        below.append(f"Not seen by {listed(blind)}.")
    others = [each for each in others if names.saw(each.observer, each.event)]
    unmoved = [names.observer(each.observer) for each in others if moves_nothing(each.ratio)]
    if unmoved:
        below.append(f"For {listed(unmoved)} it moved nothing.")
    moved = [
        f"{names.observer(each.observer)}, {factor(each.ratio)}" for each in others if not moves_nothing(each.ratio)
    ]
    if moved:
        below.append(f"Otherwise for {'; '.join(moved)}.")
    if belief.surprise < SURPRISE:
        below.append(f"A surprise: the model gave it {percent(belief.surprise)} beforehand.")
    below += evidence.cite_all(_cited(findings, belief.event))
    note = _note(findings, belief.event)
    if note:
        below.append(f"Analyst’s note: {note}")
    return text, below


def _differs(one: Estimate, other: Estimate) -> bool:
    return one.known and (not other.known or abs(one.middle - other.middle) > 0.15)


def _cited(findings: StudyRows, event: int) -> list[Citation]:
    seen = findings.case.timeline
    if not 1 <= event <= len(seen):
        return []
    return list(seen[event - 1].support.because)


def _note(findings: StudyRows, event: int) -> str:
    seen = findings.case.timeline
    return plain(seen[event - 1].support.note) if 1 <= event <= len(seen) else ""


def _privates(privates: dict[str, list[BeliefRow]], findings: StudyRows, names: Names) -> Fold:
    blocks: list[Block] = []
    for position, (subject, beliefs) in enumerate(privates.items()):
        title, tone = names.private(subject), accent(position + 2)
        table = beliefs_table(f"What is held of {title} after each event", beliefs, names)
        few = len({each.value for each in beliefs}) <= FEW_VALUES
        placed = findings.placed("values")
        first = {each.value for each in beliefs if (own := placed.get(f"{subject}={each.value}")) and own.place == 1}
        inside = _private_figure(subject, beliefs, first, names, (table, tone)) if few else table
        blocks.append(Card(title, [inside], tone))
    return Fold("What each side privately is: the same events, variable by variable", blocks)


def _private_figure(
    subject: str, beliefs: Sequence[BeliefRow], first: set[str], names: Names, dress: tuple[Table, str]
) -> Figure:
    """One panel for each value, as held by the first observer; the table holds every observer.

    first: the value that an outside reader holds likeliest, or those that are not told apart. dress: table and tone.
    """
    table, tone = dress
    observer = first_observer(beliefs)
    values = dict.fromkeys(each.value for each in beliefs)
    paths = [[each for each in beliefs if each.observer == observer and each.value == value] for value in values]
    tracks = [Track(sentence(names.thing(path[0].value)), tuple(each.share for each in path)) for path in paths]
    tops = [path[-1] for path in paths if path[-1].value in first] if observer == ANALYST else []
    who = names.observer(observer)
    named = [f"“{names.thing(each.value)}”" for each in tops]
    if len(tops) == 1:
        finding = f"{sentence(who)} ends with {named[0]} as the likeliest: {chance(tops[0].share)}"
    elif tops:
        finding = f"{sentence(who)} ends with {listed(named)} as the likeliest, not told apart"
    else:
        finding = f"{sentence(names.private(subject))}: what {who} holds after each event"
    events = [(event_words(each), short_event(each)) for each in paths[0]]
    how = f"As held by {who}. Read down the page; the shade is the range of nine in ten answers."
    return figure(f"private-{subject}", finding, partial(timeline_chart, events, tracks, tone), how, table)
