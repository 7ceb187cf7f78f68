"""The section on changes to the answer: scenarios against the case as it stands, and questions over a range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from markupsafe import Markup

from detente.crisis.expressions import Expression
from detente.crisis.inquiry import EVENTS
from detente.report.blocks import Block, Heading, Points, Prose, Section, Text, figure
from detente.report.charts.answers import Curve, curves_chart, shifts_chart
from detente.report.findings import Point, Shift, Standing, StudyRows
from detente.report.naming import Names
from detente.report.rows import ChangedEnd, SeenAndDone
from detente.report.tables import changed_table, curves_table, shifts_table
from detente.report.words import REASONS, amount, chance, change, listed, number, percent, plain, points, sentence
from detente.study.running.weights import parted_words

LONG = 80
"""A condition with more letters than this is told below the chart and not above each panel."""

_NAMED = 3
"""So many endings that a scenario changes, or curves of a question, are named, and those not told apart from them."""

SURE = 0.9
"""A difference whose sign is shared by fewer draws than this is said to depend on the assumptions."""


def changes(findings: StudyRows, names: Names) -> Section:
    """Scenarios, then questions."""
    blocks: list[Block] = list(own_change(findings))
    if findings.shifts:
        blocks += [Heading("If something were different"), *_scenarios(findings)]
    if findings.points:
        blocks += [Heading("If one thing were more, or less"), *_questions(findings, names)]
    if findings.selections:
        blocks += [Heading("Seeing a move, and doing it"), Prose(SELECTED), *map(_seen_and_done, findings.selections)]
    if not blocks:
        blocks = [Prose("The case asks no what-if.")]
    return Section("changes", "What would change it", blocks)


SELECTED = (
    "What is told given a move is told of those who make it of their own accord. Where the move is forced, and "
    "everybody knows, the answer is another:"
)


def _seen_and_done(each: SeenAndDone) -> Prose:
    return Prose(each.says)


def latest_change(findings: StudyRows) -> list[ChangedEnd]:
    """The effect of the run's own change, given the events seen where there are any, else at the outset."""
    return [each for each in findings.changed if each.when == EVENTS] or findings.changed


def own_change(findings: StudyRows) -> list[Block]:
    """Blocks on what the run's own change does, beside the case as it stands; none for a run of that."""
    told = latest_change(findings)
    if not told:
        return []
    since = f", {findings.since(told[0].when)}" if findings.case.timeline else ""
    how = f"Both solved on the same draws{since}; everybody knows of the change.{fewer(told[0].draws, findings.draws)}"
    return [Heading("What is changed here"), Prose(how), changed_table(told)]


def _scenarios(findings: StudyRows) -> list[Block]:
    groups: dict[str, list[Shift]] = {}
    for each in findings.shifts:
        groups.setdefault(each.scenario, []).append(each)
    named = [(members[0].name, members) for members in groups.values()]
    finding = _largest(findings)
    how = (
        "Differences in percentage points to the case as it stands, solved on the same draws. A bar that crosses the "
        "dashed line can go either way. All panels have one scale."
    )
    if findings.case.timeline:
        how += (
            " Given the events seen. A scenario that contradicts one of them is told given those before it, beside the "
            "case as it stood then; one that leaves no room for them, from the outset."
        )
    seen = len(findings.case.timeline)
    placed = {id: findings.placed("changes", id) for id in groups}
    said = Points([_scenario(members, placed[id], seen) for id, members in groups.items()])
    how += fewer(findings.shifts[0].draws, findings.draws)
    return [figure("scenarios", finding, partial(shifts_chart, named), how, shifts_table(findings.shifts)), said]


def _largest(findings: StudyRows) -> str:
    """The scenario that changes most, or several that draws do not tell apart; what it changes most likewise."""
    first = {id: each.outcome for id, each in findings.placed("scenarios").items() if each.place == 1}
    if not first:
        return "Under every scenario the events seen could not have happened so"
    told = [each for each in findings.shifts if each.outcome in first.get(each.scenario, ())]
    names = list(dict.fromkeys(f"“{each.name}”" for each in told))
    if len(names) > 1:
        return f"The largest changes, not told apart: {listed(names)}"
    if len(told) > _NAMED:
        return f"The largest changes: {names[0]}; of which ending is not told, for {len(told)} move about as far"
    return f"The largest change: {names[0]} {listed([_moves(each) for each in told])}"


def _moves(each: Shift) -> str:
    return change(each.difference, f"the chance of {each.outcome_name}")


def _scenario(shifts: Sequence[Shift], placed: Mapping[str, Standing], seen: int) -> tuple[Text, list[Text]]:
    """Sentences on the endings that a scenario changes most, and on those not told apart from the last of them."""
    when = ", given the events seen" if seen else ""
    if shifts[0].events < seen:
        when = f", {parted_words(shifts[0].events)}"
    elif seen and shifts[0].when != EVENTS:
        when = ", from the outset: it leaves no room for the events"
    name = shifts[0].name
    order = {id: each.place or len(placed) + 1 for id, each in placed.items()}
    open_ = [each for each in shifts if not each.settled and each.outcome in order] if placed else list(shifts)
    ranked = sorted(open_, key=lambda each: order.get(each.outcome, 0))
    moved = [each for each in ranked if abs(each.difference.middle) >= 0.01]
    told = [each for each in moved if order.get(each.outcome, 0) <= _NAMED]
    by_itself = settled_words(shifts)
    if not told:
        return Markup("<strong>{}</strong> moves no ending by a point or more on the mean{}.").format(
            sentence(name), when
        ), [by_itself] if by_itself else []
    below: list[Text] = []
    for each in told:
        clause = _moves(each)
        sure = each.sign_share != each.sign_share or each.sign_share >= SURE
        unsure = "" if sure else f"; the direction holds in {percent(each.sign_share)} of draws"
        early = f" (before any event: {points(each.outset)})" if each.when == EVENTS else ""
        below.append(f"{sentence(clause)}{early}{unsure}.")
    if by_itself:
        below.append(by_itself)
    return Markup("<strong>{}</strong>{}").format(sentence(name), when), below


def settled_words(shifts: Sequence[Shift]) -> str:
    """Sentence on the endings that a scenario itself makes impossible or sure: that is no finding; empty for none."""
    out = [each.outcome_name for each in shifts if each.settled and each.share.middle < 0.5]
    sure = [each.outcome_name for each in shifts if each.settled and each.share.middle >= 0.5]
    parts = [f"leaves no room for {listed(out, 'or')}"] if out else []
    parts += [f"leaves room for {listed(sure)} alone"] if sure else []
    return (
        f"By itself, however everybody plays, it {listed(parts)}: that is what it says, and no finding."
        if parts
        else ""
    )


def _questions(findings: StudyRows, names: Names) -> list[Block]:
    groups: dict[str, list[Point]] = {}
    for each in findings.points:
        groups.setdefault(each.question, []).append(each)
    return [block for id, points in groups.items() for block in _question(id, points, findings, names)]


def _question(id: str, points: Sequence[Point], findings: StudyRows, names: Names) -> list[Block]:
    written = {each.id: each for each in findings.case.questions}.get(id)
    curves, conditions = _curves(points, dict(written.show) if written else {}, names)
    vary, unit = names.quantity(points[0].vary), names.unit(points[0].vary)
    axis = f"{sentence(vary)} ({unit})" if unit else sentence(vary)
    how = "The line is the mean over draws, the shade the range of nine in ten draws."
    how += _since(points, curves, findings)
    how += "".join(f" {mark} is {text}." for text, mark in conditions.items())
    how += fewer(points[0].draws, findings.draws)
    others = [each for each in findings.points_beside if each.question == id]
    early, _ = _curves(others, dict(written.show) if written else {}, names) if others else ([], {})
    told = [(findings.since(each.points[0].when) if findings.case.timeline else "", each) for each in (*curves, *early)]
    table = curves_table(f"What follows from {vary}", axis, told)
    first = [show for show, place in findings.placed("curves", id).items() if place.place == 1]
    finding = sentence(_curve_words([each for each in curves if each.points[0].show in first] or curves, vary))
    drawn = figure(f"question-{id}", finding, partial(curves_chart, curves, axis), how, table)
    return [Heading(sentence(plain(written.name)), 4), drawn] if written and written.name else [drawn]


def _since(points: Sequence[Point], curves: Sequence[Curve], findings: StudyRows) -> str:
    """Sentence on the moment from which a question's curves are told, and on curves told from the outset instead."""
    if not findings.case.timeline:
        return ""
    moments = dict.fromkeys(each.when for each in points)
    if len(moments) == 1 and not points[0].why:
        other = " What is so at the other moment is in the table."
        return f" Told {findings.since(points[0].when)}.{other if findings.points_beside else ''}"
    said = ""
    for curve in curves:
        first = curve.points[0]
        reason = f", for {REASONS[first.why]}" if first.why else ""
        said += f" “{curve.title}” is told {findings.since(first.when)}{reason}."
    return said


def _curves(
    points: Sequence[Point], formulas: Mapping[str, Expression], names: Names
) -> tuple[list[Curve], dict[str, str]]:
    """The curves with their titles, and the long conditions that a title only names by a letter."""
    curves: list[Curve] = []
    marks: dict[str, str] = {}
    for show in dict.fromkeys(each.show for each in points):
        mine = tuple(each for each in points if each.show == show)
        formula = formulas.get(show)
        if formula is None:
            curves.append(Curve(show, mine, show.startswith("P(")))
            continue
        title, given = names.unconditional(formula), names.conditions(formula)
        if len(given) > LONG:
            given = f"given {marks.setdefault(given.removeprefix('given '), f'({chr(97 + len(marks) % 26)})')}"
        curves.append(Curve(sentence(f"{title}, {given}" if given else title), mine, names.is_probability(formula)))
    return curves, marks


def fewer(used: int, draws: int) -> str:
    """A word on answers that rest on fewer draws than the rest of the page."""
    return f" Solved on {used:,} of the {draws:,} draws." if 0 < used < draws else ""


def _curve_words(curves: Sequence[Curve], vary: str) -> str:
    """The curve that goes farthest from one end of the range to the other, or those that are not told apart."""
    if len(curves) > _NAMED:
        return f"what follows as “{vary}” changes: {len(curves)} answers, none told to move more than the others"
    first, last = curves[0].points[0].value, curves[0].points[-1].value
    ends = "; ".join(map(_ends, curves))
    if all(_span(each) < 0.01 for each in curves):
        return f"“{vary}” changes hardly anything: {ends}"
    return f"as “{vary}” goes from {number(first)} to {number(last)}, {ends}"


def _ends(curve: Curve) -> str:
    """Clause on the value of a curve at either end of the range."""
    words = chance if curve.in_percent else amount
    title = curve.title[:1].lower() + curve.title[1:]
    return f"{title} goes from {words(curve.points[0].answer)} to {words(curve.points[-1].answer)}"


def _span(curve: Curve) -> float:
    """Distance from the lowest to the highest point of a curve; of an amount as a share of its largest."""
    middles = [each.answer.middle for each in curve.points if each.answer.known]
    return (max(middles) - min(middles)) / (1 if curve.in_percent else max(map(abs, middles)) or 1) if middles else -1
