"""The game in a real browser: blocks that can be read and opened by click, search and keyboard, and events."""

from __future__ import annotations

import math
import re
from itertools import combinations

import pytest
from playwright.sync_api import Page, expect

import detente as dt

HOSTILE = """
detente: 1
title: "<img src=x onerror=alert(1)>"
actors:
  a: {name: "<b>bold</b>{{7*7}}", private: {kind: {"<i>x": 0.5, "datum.x": rest}}}
  b: {name: "=cmd|' /C calc'!A0"}
stages:
  - id: s
    by: a
    name: "</script><script>alert(2)</script>"
    choose: {go: {name: "alert(3)"}, stay: {name: "${alert(4)}"}}
  - {id: t, by: b, choose: {yes: {end: x}, no: {end: y}}}
outcomes:
  x: {name: "javascript:alert(5)", payoffs: {a: 1, b: 0.2}}
  y: {name: "<svg onload=alert(6)>", payoffs: {a: 0, b: 0.1}}
readings: {r: {name: "<u>r</u>", when: a.kind = datum.x}}
"""

PAGE = "/case/iran-2025/game"
EVENTS = "/case/iran-2025/events"

LINES = """() => [...document.querySelectorAll('#picture text')].flatMap(text => {
  const lines = text.querySelector('tspan') ? [...text.querySelectorAll('tspan')] : [text];
  return lines.filter(line => line.textContent.trim()).map(line => {
    const range = document.createRange();
    range.selectNodeContents(line);
    const box = range.getBoundingClientRect();
    return { words: line.textContent, size: parseFloat(getComputedStyle(text).fontSize),
             left: box.left, right: box.right, top: box.top, bottom: box.bottom };
  });
})"""


@pytest.fixture(scope="module")
def solved():
    return dt.solve("iran-2025")


def drawn(page: Page) -> None:
    expect(page.locator("#board")).to_have_attribute("aria-busy", "false")
    expect(page.locator("#picture")).not_to_have_class(re.compile("stale"))


def block(page: Page, words: str) -> None:
    """Click the block with these words."""
    box = page.evaluate(LINES)
    line = next(each for each in box if each["words"].startswith(words))
    page.mouse.click(line["left"] + 2, (line["top"] + line["bottom"]) / 2)


def test_no_two_labels_overlap_none_is_small_and_what_is_cut_has_its_whole_text(visit, lab):
    page = visit().page(PAGE)
    drawn(page)
    body = {"width": page.evaluate("document.getElementById('picture').clientWidth"), "height": 710}
    told = lab.call("/api/cases/iran-2025/game", body)["answer"]["specification"]["data"][0]["values"]
    full = " ".join(row["full"] for row in told).casefold()
    lines = page.evaluate(LINES)
    assert len(lines) > 60
    assert min(line["size"] for line in lines) >= 12
    for one, other in combinations(lines, 2):
        beside = one["right"] <= other["left"] + 0.5 or other["right"] <= one["left"] + 0.5
        apart = one["bottom"] <= other["top"] + 2 or other["bottom"] <= one["top"] + 2
        assert beside or apart, (one["words"], other["words"])
    for line in lines:
        if line["words"].endswith("…"):
            assert line["words"].removesuffix("…").strip().casefold() in full


def test_the_page_s_ends_and_grey_blocks_add_up_and_are_the_solution_s(lab, solved):
    told = lab.call("/api/cases/iran-2025/game", {"width": 1000, "height": 710})["answer"]
    rows = told["specification"]["data"][0]["values"]
    ends = [row for row in rows if row["kind"] in ("ending", "rest")]
    assert math.fsum(row["value"] for row in ends) == pytest.approx(1.0, abs=1e-9)
    for row in rows:
        if row["kind"] == "rest":
            opened = solved.histories(root=row["address"])
            inside = sum(each.in_all for each in opened.branches) + (opened.rest.in_all if opened.rest else 0.0)
            assert row["value"] == pytest.approx(inside, abs=1e-12)
        elif row["kind"] == "ending":
            history = solved.histories(root=row["address"])
            assert row["value"] == pytest.approx(history.ends[row["tone"].removeprefix("ending ")], abs=1e-12)


def test_a_block_is_entered_by_a_click_and_left_by_the_breadcrumb_and_the_address_comes_back(visit):
    page = visit().page(PAGE)
    drawn(page)
    page.evaluate("""
      window.dimmed = [];
      const picture = document.getElementById('picture');
      new MutationObserver(() => window.dimmed.push(picture.classList.contains('stale')))
        .observe(picture, {attributes: true, attributeFilter: ['class']});
    """)
    block(page, "threatens force")
    expect(page.locator("#trail [aria-current]")).to_contain_text("threatens force only")
    drawn(page)
    dimmed = page.evaluate("window.dimmed")
    assert dimmed[0]
    assert not dimmed[-1]
    expect(page.locator("#decision h3")).to_have_text("United States, the President's letter")
    worth = page.locator("#decision table").first
    expect(worth).to_contain_text("offers talks only")
    other = visit("dark").page(page.url)
    drawn(other)
    assert other.inner_text("#trail") == page.inner_text("#trail")
    page.click("#trail button")
    expect(page.locator("#trail [aria-current]")).to_have_text("Every way")
    page.go_back()
    expect(page.locator("#trail [aria-current]")).to_contain_text("threatens force only")


def test_a_move_is_found_by_its_words(visit):
    page = visit().page(PAGE)
    drawn(page)
    page.fill("#words", "Israel strikes")
    page.keyboard.press("Enter")
    page.locator("#found-list button").first.click()
    drawn(page)
    expect(page.locator("#trail [aria-current]")).to_contain_text("strikes")
    expect(page.locator("#decision h3")).to_contain_text("Israel")


def test_everybody_sees_less_than_the_analyst(visit, solved):
    page = visit().page(PAGE)
    drawn(page)
    page.select_option("#observer", "everybody")
    page.wait_for_url("**#seen=everybody")
    drawn(page)
    first = solved.histories("everybody").branches[0]
    name = solved.solved.crisis.stage(first.stage).label
    page.click("#outline-fold summary")
    assert page.locator("#outline > li").count() > 0
    expect(page.locator("#outline > li").first).to_have_attribute("title", re.compile(name, re.IGNORECASE))


def test_the_outline_is_walked_by_arrow_keys_alone(visit):
    page = visit().page(PAGE)
    drawn(page)
    page.locator("#outline-fold summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    items = page.locator("#outline [role=treeitem]")
    expect(items.first).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#outline > li ul > li").first).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(items.first).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(items.first).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("End")
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(page.locator("#trail [aria-current]")).to_contain_text("offers talks only")


def test_events_are_chosen_by_click_and_drag_and_what_they_tell_follows(visit, solved):
    page = visit().page(EVENTS)
    seeing = page.locator("#seeing")
    expect(seeing).to_have_attribute("aria-busy", "false")
    expect(page.locator("#timeline li")).to_have_count(6)
    page.click("#none")
    expect(page.locator("#beliefs tbody tr")).to_have_count(1)
    page.click("[data-event='letter: offer']")
    expect(page.locator("#beliefs tbody tr")).to_have_count(2)
    last = page.locator("#timeline li:last-child")
    low = {"x": 9, "y": last.bounding_box()["height"] - 4}
    page.drag_and_drop("[data-event='reply: open']", "#timeline li:last-child", target_position=low)
    page.drag_and_drop("[data-event='letter: offer_and_threat']", "#timeline li:last-child")
    expect(page.locator("#beliefs tbody tr")).to_have_count(3)
    expect(seeing).to_have_attribute("aria-busy", "false")
    events = ["letter: offer_and_threat", "reply: open"]
    war = solved.after(events).mean("war")
    cells = page.locator("#endings tbody tr").last.locator("td").all_inner_texts()
    names = page.locator("#endings thead th").all_inner_texts()[1:]
    told = cells[names.index("war with the United States")]
    assert told == f"{100 * war[-1]:.0f} %"
    page.locator("#timeline button:has-text('↓')").first.click()
    expect(page).to_have_url(re.compile(re.escape("event=reply%3A+open&event=letter%3A+offer_and_threat") + "$"))
    expect(seeing).to_have_attribute("aria-busy", "false")
    first = solved.watch(events)[0]
    expect(page.locator("#watch h3").first).to_contain_text(solved.solved.crisis.stage(first.stage).label)


@pytest.mark.parametrize("view", ["desk", "dark", "phone"])
def test_nobody_is_kept_out_of_the_game_and_its_events(visit, view):
    seen = visit(view)
    page = seen.page(PAGE)
    drawn(page)
    expect(page.locator("#movers li").first).to_be_attached()
    seen.check(page)
    assert page.locator("#picture").is_visible() != (view == "phone")
    assert page.locator("#outline").is_visible() == (view == "phone")
    page = seen.page(EVENTS)
    expect(page.locator("#seeing")).to_have_attribute("aria-busy", "false")
    seen.check(page)


def test_no_quantity_moves_an_ending_beyond_what_a_probability_can_be(lab, solved):
    told = lab.call("/api/cases/iran-2025/movers", {})["answer"]
    chances = {f"P({name})": float(values[0]) for name, values in solved.outcomes.items()}
    sizes = [max(map(abs, row["changes"].values())) for row in told["quantities"]]
    assert sizes == sorted(sizes, reverse=True)
    for row in told["quantities"]:
        for of, change in row["changes"].items():
            assert -1e-9 <= chances[of] + change <= 1 + 1e-9


def test_a_case_full_of_markup_stays_text_on_every_page(visit, lab):
    text = HOSTILE.replace("datum.x", "other")
    (lab.cases / "hostile.yaml").write_text(text, "utf-8")
    seen = visit()
    page = seen.page("/case/hostile.yaml/game")
    page.on("dialog", lambda dialog: seen.faults.append(f"dialog: {dialog.message}"))
    drawn(page)
    words = page.inner_text("#picture")
    assert "<b>bold</b>" in words
    assert "alert(3)" in words
    assert "javascript:alert(5)" in words.replace("Javascript", "javascript")
    for _ in range(2):
        page.mouse.move(200, 400)
        page.mouse.move(260, 300)
    assert page.locator("#picture img, #picture b, #board script, #outline b").count() == 0
    page.goto("/case/hostile.yaml/events")
    expect(page.locator("#seeing")).to_have_attribute("aria-busy", "false")
    assert "</script><script>alert(2)</script>" in page.inner_text("#palette")
    page.goto("/case/hostile.yaml/play")
    page.check("input[value=b]")
    page.click("#begin button")
    expect(page.locator("#seen")).to_contain_text("alert(2)")
