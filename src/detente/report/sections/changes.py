"""What would change the answer: scenarios against the case as it stands, and questions over a range."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from markupsafe import Markup

from detente.report.blocks import Block, Figure, Heading, Points, Prose, Section, Text, figure
from detente.report.charts import Curve, curves_chart, shifts_chart
from detente.report.findings import Findings, Point, Shift
from detente.report.naming import Names
from detente.report.tables import curves_table, shifts_table
from detente.report.words import amount, chance, change, number, percent, plain, sentence

SURE = 0.9
"""A difference whose sign is shared by fewer draws than this is said to depend on the assumptions."""


def changes(findings: Findings, names: Names) -> Section:
    """Scenarios, then questions."""
    blocks: list[Block] = []
    if findings.shifts:
        blocks += [Heading("If something were different"), *_scenarios(findings)]
    if findings.points:
        blocks += [Heading("If one thing were more, or less"), *_questions(findings, names)]
    if not blocks:
        blocks = [Prose("The case asks no what-if.")]
    return Section("changes", "What would change it", blocks)


def _scenarios(findings: Findings) -> list[Block]:
    groups: dict[str, list[Shift]] = {}
    for each in findings.shifts:
        groups.setdefault(each.scenario, []).append(each)
    named = [(members[0].name, members) for members in groups.values()]
    largest = max(findings.shifts, key=lambda each: abs(each.difference.median))
    what = f"the chance of {largest.outcome_name}"
    finding = f"The largest change: “{largest.name}” {change(largest.difference, what)}"
    how = (
        "Differences in percentage points to the case as it stands, solved on the same draws. A bar that crosses the "
        "dashed line can go either way."
    )
    said = Points([_scenario(name, members) for name, members in named])
    how += fewer(findings.shifts[0].draws, findings.draws)
    return [figure("scenarios", finding, partial(shifts_chart, named), how, shifts_table(findings.shifts)), said]


def _scenario(name: str, shifts: Sequence[Shift]) -> tuple[Text, list[Text]]:
    ranked = sorted(shifts, key=lambda each: -abs(each.difference.median))
    told = [each for each in ranked[:3] if abs(each.difference.median) >= 0.01]
    if not told:
        return Markup("<strong>{}</strong> moves no ending by a point or more at the middle.").format(
            sentence(name)
        ), []
    below: list[Text] = []
    for each in told:
        clause = change(each.difference, f"the chance of {each.outcome_name}")
        sure = each.sign_share != each.sign_share or each.sign_share >= SURE
        below.append(
            f"{sentence(clause)}" + ("." if sure else f"; the direction holds in {percent(each.sign_share)} of draws.")
        )
    return Markup("<strong>{}</strong>").format(sentence(name)), below


def _questions(findings: Findings, names: Names) -> list[Block]:
    groups: dict[str, list[Point]] = {}
    for each in findings.points:
        groups.setdefault(each.question, []).append(each)
    return [_question(id, points, findings, names) for id, points in groups.items()]


def _question(id: str, points: Sequence[Point], findings: Findings, names: Names) -> Figure:
    written = {each.id: each for each in findings.case.questions}.get(id)
    formulas = dict(written.show) if written else {}
    curves: list[Curve] = []
    for show in dict.fromkeys(each.show for each in points):
        formula = formulas.get(show)
        mine = tuple(each for each in points if each.show == show)
        title = names.quantity_of_interest(formula) if formula is not None else show
        per_cent = names.is_probability(formula) if formula is not None else show.startswith("P(")
        curves.append(Curve(sentence(title), mine, per_cent))
    vary = names.quantity(points[0].vary)
    unit = names.unit(points[0].vary)
    axis = f"{sentence(vary)} ({unit})" if unit else sentence(vary)
    finding = sentence(_curve_words(curves, vary))
    if written and written.name:
        asked = sentence(plain(written.name))
        finding = f"{asked} {finding}" if asked.endswith((".", "?", "!")) else f"{asked}. {finding}"
    how = "The line is the middle answer, the shade the range of nine in ten answers."
    how += fewer(points[0].draws, findings.draws)
    table = curves_table(f"What follows from {vary}", axis, curves)
    return figure(f"question-{id}", finding, partial(curves_chart, curves, axis), how, table)


def fewer(used: int, draws: int) -> str:
    """A word on answers that rest on fewer draws than the rest of the page."""
    return f" Solved on {used:,} of the {draws:,} draws." if 0 < used < draws else ""


def _curve_words(curves: Sequence[Curve], vary: str) -> str:
    """What happens to the curve that moves most, from one end of the range to the other."""

    def span(curve: Curve) -> float:
        middles = [each.answer.median for each in curve.points if each.answer.known]
        return (
            (max(middles) - min(middles)) / (1 if curve.in_percent else max(map(abs, middles)) or 1) if middles else -1
        )

    curve = max(curves, key=span)
    first, last = curve.points[0], curve.points[-1]
    words = chance if curve.in_percent else amount
    title = curve.title[:1].lower() + curve.title[1:]
    ends = f"from {words(first.answer)} to {words(last.answer)}"
    if span(curve) < 0.01:
        return f"“{vary}” changes hardly anything: {title} goes {ends}"
    return f"as “{vary}” goes from {number(first.value)} to {number(last.value)}, {title} goes {ends}"
