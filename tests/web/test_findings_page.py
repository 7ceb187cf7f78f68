"""Findings in a real browser: the report's sections, in its words, of a study made there, and a comparison."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from detente.case.catalogue import find

PAGE = "/case/two-readings/findings"


def test_every_section_is_told_in_the_report_s_words_and_two_cases_are_compared(visit, lab):
    text = find("two-readings").read_text("utf-8")
    (lab.cases / "costlier.yaml").write_text(text.replace("trap_cost: {value: 1,", "trap_cost: {value: 0.2,"), "utf-8")
    seen = visit()
    page = seen.page(PAGE)
    board, title = page.locator("#found-board"), page.locator("#part-title")
    expect(title).to_have_text("Every assumption, and what it rests on")
    for button in page.locator("[data-section]").all():
        key = button.get_attribute("data-section")
        if key == "compare":
            continue
        button.click()
        expect(button).to_have_attribute("aria-current", "true")
        expect(board).to_have_attribute("aria-busy", "false")
        assert page.locator("#trouble").is_hidden(), (key, page.inner_text("#trouble"))
        assert len(page.inner_text("#part")) > 20, key
    page.click("[data-section=endings]")
    expect(title).to_have_text("How it may end")
    expect(page.locator("#part figure svg").first).to_be_visible()
    seen.check(page)
    page.goto(f"{PAGE}#compare")
    page.select_option("#other", "costlier.yaml")
    expect(title).to_have_text("two-readings → costlier")
    told = page.inner_text("#part")
    assert "What changed in the assumptions" in told
    assert "How it may end" in told
    seen.check(page)


@pytest.mark.parametrize("view", ["dark", "phone"])
def test_nobody_is_kept_out_of_the_findings(visit, view):
    seen = visit(view)
    page = seen.page(f"{PAGE}#claims")
    expect(page.locator("#found-board")).to_have_attribute("aria-busy", "false")
    assert page.locator("#trouble").is_hidden()
    seen.check(page)
