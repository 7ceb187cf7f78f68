"""The text of a case in a real browser: checked, kept, saved, and never overwritten unasked."""

from __future__ import annotations

import json
import re
import time
from importlib.resources import files

import pytest
from playwright.sync_api import Page, expect

import detente as dt

GOOD = files("detente.catalogue").joinpath("demand.yaml").read_text("utf-8")
BAD = GOOD.replace("end: war", "end: wra")
CHECKED = re.compile("^(No problem|One problem|[0-9]+ problems)")


@pytest.fixture
def case(lab, request) -> str:
    """A file of its own for a test."""
    name = re.sub(r"\W+", "-", request.node.name)[:60] + ".yaml"
    (lab.cases / name).write_text(GOOD, "utf-8")
    return name


def opened(page: Page) -> Page:
    expect(page.locator("#verdict")).to_have_text(CHECKED)
    return page


def type_over(page: Page, old: str, new: str) -> None:
    """Find words in the text and type others in their place."""
    page.locator(".ace_text-input").first.focus()
    page.keyboard.press("Control+f")
    page.locator(".ace_search_form .ace_search_field").fill(old)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator(".ace_search")).to_be_hidden()
    page.locator(".ace_text-input").first.focus()
    page.keyboard.type(new)


def test_a_mistake_is_underlined_as_it_is_typed_and_mended_by_its_hint(visit, lab, case):
    seen = visit()
    page = opened(seen.page(f"/case/{case}/text"))
    type_over(page, "end: war", "end: wra")
    expect(page.locator("#problems")).to_contain_text("did you mean `war`?")
    line = next(k for k, text in enumerate(BAD.splitlines(), 1) if "wra" in text)
    expect(page.locator("#problems button")).to_contain_text(f"Line {line}:")
    assert page.locator(".ace_marker-layer .problem").count() == 1
    seen.check(page)
    page.locator("#problems button").click()
    page.keyboard.press("Control+Shift+ArrowRight")
    page.keyboard.type("war")
    expect(page.locator("#verdict")).to_have_text(re.compile("^No problem"))
    assert (lab.cases / case).read_text("utf-8") == GOOD


def test_what_is_typed_is_saved_and_undone_to_the_first_byte(visit, lab, case):
    page = opened(visit().page(f"/case/{case}/text"))
    type_over(page, "A demand backed by force", "A demand")
    page.keyboard.press("Control+s")
    expect(page.locator("#state")).to_have_text("Saved.")
    assert (lab.cases / case).read_text("utf-8") == GOOD.replace("A demand backed by force", "A demand", 1)
    while page.locator("#undo").is_enabled():
        page.click("#undo")
    page.click("#save")
    expect(page.locator("#state")).to_have_text("Saved.")
    assert (lab.cases / case).read_text("utf-8") == GOOD


def test_what_may_stand_at_the_cursor_is_offered(visit, case):
    page = opened(visit().page(f"/case/{case}/text"))
    type_over(page, "end: war", "end: ")
    page.keyboard.press("Control+Space")
    offered = page.locator(".ace_autocomplete")
    expect(offered).to_contain_text("settlement")
    page.keyboard.type("wa")
    expect(offered).not_to_contain_text("settlement")
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_have_text(re.compile("^No problem"))


def test_a_file_that_somebody_else_changed_is_shown_and_the_user_chooses(visit, lab, case):
    page = opened(visit().page(f"/case/{case}/text"))
    theirs = GOOD.replace("A demand backed by force", "A demand of theirs", 1)
    type_over(page, "A demand backed by force", "A demand of mine")
    (lab.cases / case).write_text(theirs, "utf-8")
    page.click("#save")
    expect(page.locator("#trouble")).to_contain_text("title: A demand of theirs")
    assert (lab.cases / case).read_text("utf-8") == theirs
    page.click("text=Save mine over it")
    expect(page.locator("#state")).to_have_text("Saved.")
    assert "A demand of mine" in (lab.cases / case).read_text("utf-8")


def test_a_text_that_cannot_be_written_stays_in_the_page(visit, case):
    page = opened(visit().page(f"/case/{case}/text"))
    type_over(page, "A demand backed by force", "A demand of mine")
    full = {"saved": None, "changed": None, "says": "The disk is full."}
    page.route(
        "**/text", lambda route: route.fulfill(json=full) if route.request.method == "PUT" else route.continue_()
    )
    page.click("#save")
    expect(page.locator("#trouble")).to_have_text("The disk is full.")
    assert "A demand of mine" in page.locator(".ace_content").inner_text()
    page.unroute("**/text")
    page.click("#save")
    expect(page.locator("#state")).to_have_text("Saved.")
    expect(page.locator("#trouble")).to_be_hidden()


def test_a_file_that_was_deleted_meanwhile_is_written_again(lab, case):
    began = digest(lab, case)
    (lab.cases / case).unlink()
    assert lab.call(f"/api/cases/{case}/text", {"text": BAD, "began": began}, "PUT")["saved"]["text"] == BAD
    assert (lab.cases / case).read_text("utf-8") == BAD


def test_a_case_of_the_catalogue_is_saved_as_a_copy(visit, lab):
    page = opened(visit().page("/case/kuhn-1950-poker/text"))
    page.click("#save")
    page.wait_for_url("**/case/kuhn-1950-poker.yaml/text")
    opened(page)
    source = files("detente.catalogue").joinpath("kuhn-1950-poker.yaml").read_bytes()
    assert (lab.cases / "kuhn-1950-poker.yaml").read_bytes() == source


def test_a_crash_loses_at_most_half_a_second_of_typing_and_every_address_goes_on(visit, lab, case):
    seen = visit()
    page = opened(seen.page(f"/case/{case}/text"))
    type_over(page, "A demand backed by force", "A demand half typed")
    expect(page.locator("#verdict")).to_have_text(CHECKED)
    cookie = lab.cookie.value
    lab.kill()
    lab.begin()
    assert lab.cookie.value == cookie
    again = opened(visit().page(f"/case/{case}/text"))
    expect(again.locator("#state")).to_contain_text("What you typed last is here again")
    assert "A demand half typed" in again.locator(".ace_content").inner_text()
    assert (lab.cases / case).read_text("utf-8") == GOOD
    expect(page.locator("#news")).to_be_hidden()
    seen.faults = [fault for fault in seen.faults if "net::ERR_" not in fault]  # of the moment without a laboratory


HOSTILE = {
    "ten million positions": GOOD.replace("{from: 0, to: 1, step: 0.05}", "{from: 0, to: 1, step: 0.0000001}"),
    "no ending": GOOD.replace("{end: war}", "{}").replace("{end: settlement}", "{}"),
    "no YAML": "title: [\n",
    "markup": "title: '<script>alert(1)</script><img src=x onerror=alert(1)>'\n",
    "nothing": "",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_text_that_cannot_be_solved_is_told_at_its_place_and_other_pages_live_on(visit, lab, case, text):
    (lab.cases / case).write_text(text, "utf-8")
    seen = visit()
    page = opened(seen.page(f"/case/{case}/text"))
    told = lab.call(f"/api/cases/{case}/check", {"text": text})["answer"]["problems"]
    assert told
    assert page.locator("#problems li").count() == min(len(told), 100)
    answer = seen.page(f"/case/{case}/answer")
    expect(answer.locator("#trouble")).to_contain_text("The case has problems.")
    seen.check(answer)
    assert lab.call("/api/cases/demand/answer", {})["answer"]["endings"]


def test_a_change_in_one_tab_reaches_all_others_by_one_stream(visit, lab, case):
    seen = visit()
    pages = [opened(seen.page(f"/case/{case}/text")) for _ in range(8)]
    streams = [
        len(page.evaluate("performance.getEntriesByType('resource').filter(e => e.name.includes('/api/events'))"))
        for page in pages
    ]
    assert sum(streams) <= 1
    lab.call(f"/api/cases/{case}/text", {"text": GOOD + "# more\n", "began": digest(lab, case)}, "PUT")
    for page in pages:
        page.bring_to_front()
        expect(page.locator(".ace_content")).to_be_visible()
        page.locator(".ace_text-input").first.focus()
        page.keyboard.press("Control+End")
        expect(page.locator(".ace_content")).to_contain_text("# more")


def digest(lab, case: str) -> str:
    return lab.call(f"/api/cases/{case}/text")["digest"]


@pytest.mark.parametrize("view", ["desk", "dark", "phone"])
def test_nobody_is_kept_out_of_the_text(visit, view):
    seen = visit(view)
    seen.check(opened(seen.page("/case/iran-2025/text")))


def test_before_solvers_are_prepared_texts_are_checked_and_then_the_answer_comes_unasked(visit, lab):
    lab.kill()
    begun = time.monotonic()
    lab.begin()
    assert not lab.call("/api/solvers")["ready"]
    seen = visit()
    answer = seen.page("/case/demand/answer")
    expect(answer.locator("#news")).to_contain_text("The solver is being prepared")
    opened(seen.page("/case/demand/text"))
    assert not lab.call("/api/solvers")["ready"], time.monotonic() - begun
    expect(answer.locator("#state")).to_have_text(re.compile("^Followed"))
    expect(answer.locator("#news")).to_be_hidden()


def test_drafts_are_forgotten_once_saved(lab, case):
    began = digest(lab, case)
    lab.call(f"/api/cases/{case}/check", {"text": GOOD + "#", "began": began})
    assert lab.call(f"/api/cases/{case}/text")["draft"] == GOOD + "#"
    saved = lab.call(f"/api/cases/{case}/text", {"text": GOOD + "#", "began": began}, "PUT")
    assert json.dumps(saved["saved"]["text"]) == json.dumps(GOOD + "#")
    assert lab.call(f"/api/cases/{case}/text")["draft"] is None


def test_a_case_is_begun_from_answers_and_checks(visit, lab):
    seen = visit()
    page = seen.page("/")
    page.click("text=Begin a new case")
    page.fill("#title", "The strait in June")
    page.fill("#endings", "a deal, a standoff, war")
    page.fill("#otherwise", "a standoff")
    for k, (name, wants) in enumerate([("North", "gain, show"), ("South", "")]):
        page.locator("#sides [data-end=name]").nth(k).fill(name)
        page.locator("#sides [data-end=wants]").nth(k).fill(wants)
    for k, (side, choices) in enumerate(
        [("North", "demand, wait = a standoff"), ("South", "yield = a deal, refuse = war")]
    ):
        page.locator("#turns [data-end=side]").nth(k).fill(side)
        page.locator("#turns [data-end=choices]").nth(k).fill(choices)
    seen.check(page)
    page.click("text=Write the case")
    page.wait_for_url("**/case/the-strait-in-june.yaml/text")
    expect(page.locator("#verdict")).to_have_text(re.compile("^No problem"))
    solved = dt.solve(lab.cases / "the-strait-in-june.yaml")
    assert len(solved.outcomes) == 3


def test_a_case_is_begun_from_a_kind_of_crisis(visit, lab):
    page = visit("phone").page("/new")
    page.click("text=A threat on the frontier")
    page.wait_for_url("**/case/deterrence.yaml/text")
    expect(page.locator("#verdict")).to_have_text(re.compile("^No problem"))
