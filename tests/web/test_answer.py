"""The live answer in a real browser: sliders, moves, addresses, and what is shown in which order."""

from __future__ import annotations

import os
import re
import signal
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

import detente as dt

PAGE = "/case/iran-2025/answer"
SETTLED = re.compile("^Followed from rationality zero")


@pytest.fixture(scope="module")
def session() -> dt.Session:
    return dt.Session("iran-2025")


def numbers(page: Page) -> dict[str, float]:
    """The chances in the page's table, to the last digit."""
    cells = page.locator("#endings-table td[data-p]")
    return {
        str(name): float(p)
        for name, p in cells.evaluate_all("cells => cells.map(each => [each.dataset.ending, each.dataset.p])")
    }


def drag(page: Page, name: str, value: float) -> None:
    page.locator(f"#slider-{name}").evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input', {bubbles: true})); }", value
    )


def at_the_outset(page: Page) -> None:
    """The numbers before anything was seen; given the events is what stands there first."""
    page.select_option("#since-choice", "start")


def settled(page: Page) -> None:
    expect(page.locator("#shown")).not_to_have_class(re.compile("stale"))
    expect(page.locator("#state")).to_have_text(SETTLED)


def test_a_slider_moves_the_answer_which_is_dimmed_until_it_is_there_and_then_settled(visit, session):
    page = visit().page(PAGE)
    settled(page)
    given = session.settle().after().last
    assert numbers(page) == pytest.approx(given, abs=1e-9)
    at_the_outset(page)
    before = numbers(page)
    assert before == pytest.approx({name: p[0] for name, p in session.settle().outcomes.items()}, abs=1e-9)
    page.evaluate("""
      window.seen = [];
      const shown = document.getElementById('shown');
      new MutationObserver(() => window.seen.push(shown.classList.contains('stale')))
        .observe(shown, {attributes: true});
    """)
    drag(page, "good_faith", 0.7)
    page.wait_for_url("**/answer?set.good_faith=0.7")
    settled(page)
    first, *_, last = page.evaluate("window.seen")
    assert first
    assert not last
    wanted = dt.solve("iran-2025", set={"good_faith": 0.7})
    assert numbers(page) == pytest.approx({name: p[0] for name, p in wanted.outcomes.items()}, abs=1e-9)
    assert page.locator("#endings svg text").filter(has_text=re.compile(r"\([+−]\d+\)")).count() > 0
    expect(page.locator(".lever.moved")).to_have_count(1)
    page.click("#reset")
    settled(page)
    assert numbers(page) == before
    page.wait_for_url(f"**{PAGE}")


def test_an_address_opened_in_another_browser_shows_the_same_numbers_to_the_last_digit(visit):
    page = visit().page(PAGE)
    settled(page)
    drag(page, "threat_level", 0.93)
    page.select_option("#limit", "force table: verified")
    expect(page.locator("#chosen button")).to_have_count(1)
    settled(page)
    other = visit("dark").page(page.url)
    settled(other)
    assert numbers(other) == numbers(page)
    assert other.locator("#chosen button").inner_text() == page.locator("#chosen button").inner_text()


def test_sliders_stand_in_the_order_of_what_they_move(visit, lab):
    told = lab.call("/api/cases/iran-2025/desk", {})["answer"]
    effects = [each["effect"] for each in told["movers"]]
    assert effects == sorted(effects, reverse=True)
    page = visit().page(PAGE)
    settled(page)
    assert page.locator(".lever label span").all_inner_texts() == [each["name"] for each in told["movers"]]


def test_everything_is_reached_by_keyboard_alone(visit):
    page = visit().page(PAGE)
    settled(page)
    first = page.locator(".lever input").first
    for _ in range(20):
        page.keyboard.press("Tab")
        if first.evaluate("slider => slider === document.activeElement"):
            break
    value = float(first.input_value())
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert float(first.input_value()) > value
    expect(page.locator(".lever").first).to_have_class(re.compile("moved"))
    settled(page)
    page.locator("#reset").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".lever.moved")).to_have_count(0)


def test_thirty_settled_numbers_are_those_of_a_solution_from_rationality_zero(lab, session):
    """Upwards from 0.3: at 0.697 the continued answer is another equilibrium, and settling says so."""
    moved = {}
    for value in np.linspace(0.3, 0.8, 30):
        settings = {"set": {"good_faith": float(value)}}
        lab.call("/api/cases/iran-2025/answer", {"settings": settings})
        told = lab.call("/api/cases/iran-2025/answer", {"settings": settings, "settle": True})["answer"]
        session.reset().set(settings["set"])
        wanted = session.settle().outcomes
        assert told["endings"] == pytest.approx({name: p[0] for name, p in wanted.items()}, abs=1e-9)
        moved[round(float(value), 3)] = told
    off = {value for value, told in moved.items() if told["moved"] is not None and told["moved"] > 1e-6}
    assert all("what was told before lies elsewhere" in moved[value]["settled"] for value in off)
    assert all("stays where it was" in told["settled"] for value, told in moved.items() if value not in off)


def test_a_solver_that_is_killed_is_told_and_replaced(visit, lab):
    page = visit().page(PAGE)
    settled(page)
    for pid in solver_pids(lab):
        os.kill(pid, signal.SIGKILL)
    drag(page, "good_faith", 0.41)
    retry = page.locator("#trouble button, #state:has-text('Followed')").first
    retry.wait_for()
    for _ in range(3):
        if page.locator("#trouble button").is_visible():
            assert "solver" in page.inner_text("#trouble")
            page.click("#trouble button")
        settled_or_told = page.locator("#trouble button:visible, #state:has-text('Followed')").first
        settled_or_told.wait_for()
    settled(page)


def solver_pids(lab) -> list[int]:
    """The quick solvers, which are children of the warmed process."""
    return [solver for child in children(lab.process.pid) for solver in children(child)]


def children(pid: int) -> list[int]:
    found = []
    for each in Path("/proc").iterdir():
        with suppress(OSError):
            if each.name.isdigit() and int((each / "stat").read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found.append(int(each.name))
    return found


@pytest.mark.parametrize("view", ["desk", "dark", "phone"])
def test_nobody_is_kept_out(visit, view):
    seen = visit(view)
    page = seen.page(PAGE)
    settled(page)
    page.locator("details summary").first.click()
    seen.check(page)
    first = seen.page("/")
    first.locator("#studies-state:has-text('None yet'), #studies li").first.wait_for()
    seen.check(first)
