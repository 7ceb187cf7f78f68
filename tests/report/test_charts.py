"""Charts: valid Vega-Lite, the numbers of their tables, nothing but shapes in the SVG."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Any
from xml.etree import ElementTree

import altair as alt
import pytest

from detente.report.charts import desk, drawing
from detente.report.charts.answers import (
    Curve,
    claims_chart,
    curves_chart,
    endings_chart,
    hinges_chart,
    shifts_chart,
)
from detente.report.charts.drawing import NARROW, WIDE, render
from detente.report.charts.events import event_panels
from detente.report.charts.palette import PALETTE
from detente.report.charts.timelines import Track, timeline_chart
from detente.report.findings import read_findings
from detente.report.naming import Names
from detente.report.sections.course import by_ending, course_panel, course_table, silent_words
from detente.report.sections.misreadings import first_readings, misreading_panel, pairs_of
from detente.report.tables import (
    beliefs_table,
    claims_table,
    curves_table,
    endings_table,
    event_words,
    hinges_table,
    shifts_table,
    short_event,
)
from detente.report.words import Estimate, chance, percent


@pytest.fixture(scope="module")
def found(whole):
    return read_findings(whole)


@pytest.fixture(scope="module")
def charts(found):
    path = [each for each in found.beliefs if each.observer == "analyst" and each.subject == "leverage"]
    tracks = [Track("held", tuple(x.share for x in path)), Track("odds", tuple(x.ratio for x in path), True)]
    names, courses = Names(found.case), by_ending(found)[:3]
    labels = [(event_words(each), short_event(each)) for each in courses[0]]
    wrong = next(each for each in pairs_of(first_readings(found)) if each[0].observer == "israel")
    curve = Curve("War", tuple(x for x in found.points if x.show == "P(war)"), True)
    return {
        "endings": partial(endings_chart, found.endings),
        "timeline": partial(timeline_chart, [(x.label, str(x.event)) for x in path], tracks, "blue"),
        "claims": partial(claims_chart, [(x, x.says) for x in found.claims], True),
        "hinges": partial(hinges_chart, [("Matters", [(x, "small print") for x in found.hinges[:5]])]),
        "shifts": partial(shifts_chart, [("A scenario", found.shifts[:7]), ("Another", found.shifts[7:14])]),
        "curves": partial(curves_chart, [curve, curve], "Threat"),
        "course": partial(event_panels, labels, [course_panel(steps, k) for k, steps in enumerate(courses)]),
        "misreading": partial(event_panels, labels, [misreading_panel(wrong, names, "blue")]),
    }


SHAPES = {"svg", "g", "path", "line", "rect", "circle", "text", "tspan"}
NAMES = ["endings", "timeline", "claims", "hinges", "shifts", "curves", "course", "misreading"]


def values(chart, key: str) -> set[float]:
    """Every number drawn under a key."""
    datasets = chart.to_dict()["datasets"].values()
    return {round(row[key], 9) for rows in datasets for row in rows if row.get(key) is not None}


@pytest.mark.parametrize("canvas", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("name", NAMES)
def test_a_chart_is_valid_vega_lite(charts, name, canvas):
    alt.Chart.from_dict(json.loads(json.dumps(charts[name](canvas).to_dict())), validate=True)


@pytest.mark.parametrize("canvas", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("name", NAMES)
def test_a_chart_fits_the_column_of_a_desk_and_of_a_phone(charts, name, canvas):
    svg = str(render(partial(charts[name], canvas), name, "title", "description"))
    width = float(re.search(r'width="(\d+)"', svg)[1])
    assert width <= (368 if canvas.narrow else 744)


@pytest.mark.parametrize("name", NAMES)
def test_an_inline_chart_holds_only_shapes_and_its_two_ids(charts, name):
    svg = str(render(partial(charts[name], WIDE), "x", "<b>", '"quoted" & more'))
    root = ElementTree.fromstring(svg)
    assert {each.tag for each in root.iter()} <= {*SHAPES, "title", "desc"}
    assert [each.get("id") for each in root.iter() if each.get("id")] == ["x-title", "x-desc"]
    assert root.find("title").text == "<b>"
    assert "http" not in svg


def test_colours_on_the_page_are_those_of_the_palette(charts):
    svg = "".join(str(render(partial(each, WIDE), "x", "", "")) for each in charts.values())
    used = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]+)"', svg))
    assert used <= {light for light, _ in PALETTE.values()}


def test_the_endings_chart_and_its_table_show_the_same_numbers(found):
    table = endings_table(found.endings, events_seen=False)
    assert values(endings_chart(found.endings, WIDE), "mid") == {round(x.share.middle, 9) for x in found.endings}
    assert [row[1] for row in table.rows] == [chance(each.share) for each in found.endings]


def test_the_timeline_and_its_table_show_the_same_numbers(found, charts):
    path = [each for each in found.beliefs if each.observer == "analyst" and each.subject == "leverage"]
    drawn = values(charts["timeline"](WIDE), "mid")
    assert {round(each.share.middle, 9) for each in path} <= drawn
    table = beliefs_table("", path, Names(found.case))
    assert [row[1] for row in table.rows if len(row) > 1] == [chance(each.share) for each in path]


def test_the_course_of_the_endings_and_its_table_show_the_same_numbers(found, charts):
    first = by_ending(found)[0]
    assert {round(each.share.middle, 9) for each in first} <= values(charts["course"](WIDE), "mid")
    rows = [row for row in course_table([first]).rows if len(row) > 1]
    assert [row[1] for row in rows] == [chance(each.share) for each in first]
    assert [row[2] for row in rows[1:]] == ["−3 ± 0.4" if k not in (3, 6) else "0 ± 0.4" for k in range(1, 7)]


def test_events_that_move_no_ending_are_told_in_one_line(found):
    assert silent_words(found).startswith(
        "2\N{NO-BREAK SPACE}events moved no ending beyond its error: “United States: strikes"
    )


def test_a_misreading_is_drawn_from_what_is_expected_to_what_is_held_and_rivals_are_told_once(found, charts):
    told = first_readings(found)
    assert {each.subject for each in told} == {"leverage"}
    last = [each for each in told if each.observer == "israel"][-1]
    chart = charts["misreading"](WIDE)
    assert last.expected.middle == pytest.approx(last.held.middle - 0.12)
    assert round(last.expected.middle, 9) in values(chart, "mid")
    assert round(last.held.middle, 9) in values(chart, "beside")


def test_the_claims_chart_and_its_table_show_the_same_numbers(found, charts):
    assert {round(each.effect.middle, 9) for each in found.claims} <= values(charts["claims"](WIDE), "mid")
    table = claims_table([(x, x.says) for x in found.claims], Names(found.case), [True, True], found)
    assert [row[2:4] for row in table.rows] == [
        (found.since(each.when), percent(each.holds))
        for first in found.claims
        for each in (first, found.beside(first.claim))
    ]


def test_the_hinges_chart_and_its_table_show_the_same_numbers(found, charts):
    assert values(charts["hinges"](WIDE), "from") == {round(each.at_low, 9) for each in found.hinges[:5]}
    assert values(charts["hinges"](WIDE), "to") == {round(each.at_high, 9) for each in found.hinges[:5]}
    table = hinges_table("", found.hinges[:5])
    assert [(row[5], row[6]) for row in table.rows] == [
        (percent(each.at_low), percent(each.at_high)) for each in found.hinges[:5]
    ]


def test_the_scenario_chart_and_its_table_show_the_same_numbers(found, charts):
    shown = found.shifts[:14]
    assert values(charts["shifts"](WIDE), "mid") == {round(each.difference.middle, 9) for each in shown}
    rows = [row for row in shifts_table(shown).rows if len(row) > 1]
    assert [row[1] for row in rows] == [chance(each.share) for each in shown]


def test_the_question_chart_and_its_table_show_the_same_numbers(found, charts):
    mine = [each for each in found.points if each.show == "P(war)"]
    assert values(charts["curves"](WIDE), "mid") == {round(each.answer.middle, 9) for each in mine}
    table = curves_table("", "threat", [("at the outset", Curve("War", tuple(mine), True))])
    assert [row[1] for row in table.rows] == [chance(each.answer) for each in mine]


def test_infinite_odds_are_drawn_at_the_end_of_the_axis():
    tracks = [Track("odds", (Estimate(float("nan")), Estimate(float("-inf"), float("-inf"), 0.0)), True)]
    svg = str(render(partial(timeline_chart, [("a", "a"), ("b", "b")], tracks, "blue", WIDE), "x", "", ""))
    assert "NaN" not in svg
    assert "Infinity" not in svg


def chart_of_three() -> Any:
    return (
        alt.Chart(drawing.data([{"x": each, "y": each * each} for each in range(3)]))
        .mark_point()
        .encode(x="x:Q", y="y:Q")
    )


def test_a_chart_drawn_at_a_desk_is_the_one_drawn_here(monkeypatch):
    here = str(render(chart_of_three, "x", "a", "b"))
    monkeypatch.setattr(desk.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(desk, "_draw", None)
    with desk.drawing_elsewhere():
        drawings = [render(chart_of_three, "x", "a", "b") for _ in range(3)]
        assert {str(each) for each in drawings} == {here}


def test_what_a_desk_that_ends_has_not_drawn_is_drawn_here(monkeypatch):
    monkeypatch.setattr(desk.os, "cpu_count", lambda: 2)
    with desk.drawing_elsewhere():
        there = desk._desks.get()
        assert len(there) == 2
        for each in there:
            each._process.kill()
        assert "</svg>" in str(render(chart_of_three, "x", "a", "b"))
