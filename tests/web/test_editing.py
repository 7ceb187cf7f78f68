"""A builder's walk: answers become a case, its forms and its text are one thing, and undone it is as it was."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from playwright.sync_api import Page, expect

GOOD = files("detente.catalogue").joinpath("demand.yaml").read_text("utf-8")
NO_PROBLEM = re.compile("^No problem")
TEXT = "ace.edit('editor').getValue()"


def as_forms(page: Page, section: str, entry: str = "") -> None:
    """Open a section, and an entry in it."""
    page.locator("#forms .sections button", has_text=re.compile(f"^{section}$")).click()
    expect(page.locator("#forms .sections button[aria-pressed=true]")).to_have_text(section)
    if entry:
        page.locator("#forms .entries button", has_text=re.compile(f"^{entry}$")).click()
        expect(page.locator("#forms .entries button[aria-current]")).to_have_text(entry)


def set_field(page: Page, label: str, value: str, nth: int = 0) -> None:
    field = page.locator("#forms .fields").get_by_label(label, exact=True).nth(nth)
    field.fill(value)
    field.press("Tab")


def until(page: Page, words: str) -> None:
    """Wait until the text holds some words."""
    page.wait_for_function(f"words => {TEXT}.includes(words)", arg=words)


def retyped(page: Page, old: str, new: str) -> None:
    """Type other words where some stand."""
    page.evaluate("words => ace.edit('editor').find(words)", old)
    page.locator(".ace_text-input").first.focus()
    page.keyboard.type(new)


@pytest.mark.parametrize("view", ["desk", "phone"])
def test_answers_become_a_case_and_a_mistake_is_mended_and_undone(visit, lab, view):
    seen = visit(view)
    page = seen.page("/new")
    page.locator("#title").fill(f"A strait {view}")
    page.locator("#endings").fill("Opened, Closed")
    for k, (name, wants, best) in enumerate([("Coast", "Tolls, Closure", "Opened, Closed"), ("Fleet", "", "")]):
        page.locator("#sides [data-end=name]").nth(k).fill(name)
        page.locator("#sides [data-end=wants]").nth(k).fill(wants)
        page.locator("#sides [data-end=best]").nth(k).fill(best)
    turn = page.locator("#turns .group").first
    for end, words in {"side": "Coast", "about": "The threat", "choices": "Gives way = Opened, Threatens"}.items():
        turn.locator(f"[data-end={end}]").fill(words)
    turn.locator("[data-end=seen]").fill("Threatens")
    page.get_by_role("button", name="Write the case").click()
    page.wait_for_url(re.compile(rf"/case/a-strait-{view}\.yaml/text"))
    expect(page.locator("#verdict")).to_have_text(NO_PROBLEM)
    first = (lab.cases / f"a-strait-{view}.yaml").read_text("utf-8")
    assert page.evaluate(TEXT) == first

    # a stage by form
    as_forms(page, "stages")
    page.get_by_label("New in stages").fill("answer")
    page.get_by_label("New in stages").press("Enter")
    expect(page.locator("#forms .fields").get_by_label("id", exact=True)).to_have_value("answer")
    expect(page.locator("#problems")).to_contain_text("needs either `choose` or `chance`")
    page.locator("#forms .entry > .more select").select_option("by")
    set_field(page, "by", "fleet")
    page.locator("#forms .entry > .more select").select_option("choose")
    page.get_by_label("New in choose").fill("escort")
    page.get_by_label("New in choose").press("Enter")
    until(page, "escort")
    expect(page.locator("#verdict")).to_have_text(NO_PROBLEM)
    assert re.search(r"- id: answer\n +by: fleet\n +choose:", page.evaluate(TEXT))
    expect(page.locator("#forms")).not_to_have_class(re.compile(r"\bdim\b"))
    seen.check(page)

    # a mistake in the text, mended by its hint; meanwhile the forms stay
    retyped(page, "by: fleet", "by: fleed")
    expect(page.locator("#problems")).to_contain_text("did you mean `fleet`?")
    expect(page.locator("#forms .fields").get_by_label("by", exact=True)).to_have_value("fleed")
    retyped(page, "by: fleed", "by: fleet")
    expect(page.locator("#verdict")).to_have_text(NO_PROBLEM)

    # undone to the beginning
    while page.locator("#undo").is_enabled():
        page.locator("#undo").click()
    assert page.evaluate(TEXT) == first


@pytest.fixture
def case(lab, request) -> str:
    name = re.sub(r"\W+", "-", request.node.name)[:60] + ".yaml"
    (lab.cases / name).write_text(GOOD, "utf-8")
    return name


def test_the_cursor_and_the_forms_show_one_another_and_a_name_changes_everywhere(visit, lab, case):
    seen = visit("dark")
    page = seen.page(f"/case/{case}/text")
    expect(page.locator("#verdict")).to_have_text(NO_PROBLEM)
    line = next(n for n, words in enumerate(GOOD.splitlines(), 1) if words.startswith("  war:"))
    page.locator(".ace_text-input").first.focus()
    page.evaluate("line => { const it = ace.edit('editor'); it.focus(); it.gotoLine(line, 10); }", line)
    expect(page.locator("#forms .entries button[aria-current]")).to_have_text("War")
    set_field(page, "Name in formulas", "open war")
    until(page, "open war")
    expect(page.locator("#verdict")).to_have_text(NO_PROBLEM)
    text = page.evaluate(TEXT)
    assert "end: war" not in text
    assert "P('open war')" in text
    as_forms(page, "quantities", "A's cost of war")
    place = page.evaluate("ace.edit('editor').getCursorPosition().row") + 1
    assert GOOD.splitlines()[place - 1].strip() == "cost_a:"
    set_field(page, "uniform", "[0.01, 0.2]")
    until(page, "[0.01, 0.2]")
    expect(page.locator("#verdict")).to_have_text(NO_PROBLEM)
    assert "    uniform: [0.01, 0.2]\n    name: A's cost of war\n" in page.evaluate(TEXT)
    set_field(page, "Name in formulas", "p")
    expect(page.locator("#forms [role=alert]")).to_contain_text("`cost_a` cannot be called `p`")
    while page.locator("#undo").is_enabled():
        page.locator("#undo").click()
    assert page.evaluate(TEXT) == GOOD
    expect(page.locator("#verdict")).to_have_text(NO_PROBLEM)
    expect(page.locator("#forms")).not_to_have_class(re.compile(r"\bdim\b"))
    seen.check(page)


def test_while_the_text_cannot_be_read_the_forms_stay_and_are_dimmed(visit, lab, case):
    page = visit().page(f"/case/{case}/text")
    expect(page.locator("#verdict")).to_have_text(NO_PROBLEM)
    as_forms(page, "actors", "Defender")
    retyped(page, "outcomes:", "outcomes: [")
    expect(page.locator("#problems li.error").first).to_be_visible()
    expect(page.locator("#forms")).to_have_class(re.compile(r"\bdim\b"))
    expect(page.locator("#forms .entries button[aria-current]")).to_have_text("Defender")
    while page.locator("#undo").is_enabled():
        page.locator("#undo").click()
    assert page.evaluate(TEXT) == GOOD
    expect(page.locator("#verdict")).to_have_text(NO_PROBLEM)
    expect(page.locator("#forms")).not_to_have_class(re.compile(r"\bdim\b"))


def test_a_name_that_was_begun_is_completed_as_a_whole(visit, lab, case):
    page = visit().page(f"/case/{case}/text")
    expect(page.locator("#verdict")).to_have_text(NO_PROBLEM)
    retyped(page, "1 - p - b.cost", "1 - p - b.c")
    page.keyboard.press("Control+Space")
    expect(page.locator(".ace_autocomplete")).to_contain_text("cost")
    page.keyboard.press("Enter")
    until(page, "1 - p - b.cost}")
