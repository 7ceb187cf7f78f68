"""The page as a reader and a browser meet it."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from detente.crisis.evidence import Source
from detente.crisis.expressions import Number
from detente.crisis.quantities import Distribution, Shape
from detente.errors import CaseError
from detente.report.page import OPEN_FOR_PRINT, render_report, write_report

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> \"'><svg/onload=alert(3)> javascript:alert(4) \x00\x1b"
VOID = {"meta", "br", "img", "link", "input", "hr"}


class Page(HTMLParser):
    """The elements, attributes and text of a page; every element must be closed where it was opened."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.parts: dict[str, str] = {}
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self.open):
            self.parts[tag] = self.parts.get(tag, "") + data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def page(whole) -> str:
    return render_report(whole)


def section(html: str, id: str) -> str:
    return re.search(rf'<section class="part" id="{id}".*?(?=<section class="part"|</main>)', html, re.S)[0]


def test_the_page_asks_for_nothing_from_outside(page):
    assert not re.search(r"(https?:)?//(?!www\.w3\.org/)[\w.]+", page.replace(OPEN_FOR_PRINT, ""))
    for tag, attributes in Page(page).elements:
        assert tag not in {"link", "img", "iframe", "object", "embed", "base", "form", "image", "use"}
        assert not {"src", "srcset", "xlink:href", "action", "background", "poster"} & set(attributes)
        assert (attributes.get("href") or "#").startswith("#")
    assert not re.search(r"url\(|@import", page)


def test_the_policy_of_the_page_lets_nothing_load_and_only_its_own_script_run(page):
    policy = next(each["content"] for each in Page(page).named("meta") if "http-equiv" in each)
    digest = base64.b64encode(hashlib.sha256(Page(page).parts["script"].encode()).digest()).decode()
    assert policy.startswith("default-src 'none';")
    assert f"script-src 'sha256-{digest}';" in policy


def test_every_chart_is_named_described_and_followed_by_a_table(page):
    parsed = Page(page)
    figures = page.split("<figure ")[1:]
    assert len(figures) >= 7
    for each in figures:
        assert each.count("<svg ") == 2
        assert re.search(r'</figure>\s*<details class="numbers">.*?<table', each, re.S)
    ids = [attributes["id"] for _, attributes in parsed.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for chart in parsed.named("svg"):
        assert chart["role"] == "img"
        assert set(chart["aria-labelledby"].split()) <= set(ids)


def test_every_table_has_a_caption_and_headed_columns_and_rows(page):
    for table in re.findall(r"<table.*?</table>", page, re.S):
        assert "<caption>" in table
        assert 'scope="col"' in table
        for row in re.findall(r"<tr>(.*?)</tr>", table.split("</thead>")[1], re.S):
            assert row.startswith('<th scope="row">')


def test_sections_come_in_the_order_in_which_a_reader_asks(page):
    assert [attributes["id"] for attributes in Page(page).named("section") if attributes.get("class") == "part"] == [
        *(
            "answer",
            "endings",
            "intent",
            "watch",
            "worth",
            "claims",
            "hinges",
            "changes",
            "moves",
            "assumptions",
            "trust",
        )
    ]


def test_only_the_last_section_speaks_of_equilibrium(page):
    before = page[: page.index('<section class="part" id="trust"')]
    assert "equilibri" not in before.lower()
    assert "equilibri" in section(page, "trust").lower()


def test_hostile_text_is_inert(invent):
    study = invent()
    crisis = study.case
    study.case = replace(
        crisis,
        title=HOSTILE,
        about=HOSTILE,
        name=HOSTILE,
        outcomes=tuple(replace(each, name=f"{each.id} {HOSTILE}") for each in crisis.outcomes),
        actors=tuple(replace(each, name=HOSTILE) for each in crisis.actors),
        readings=tuple(replace(each, name=HOSTILE) for each in crisis.readings),
        quantities=tuple(replace(each, name=f"{each.id} {HOSTILE}", unit=HOSTILE) for each in crisis.quantities),
        sources=tuple(replace(each, title=HOSTILE, publisher=HOSTILE) for each in crisis.sources),
        scenarios=tuple(replace(each, name=f"{each.id} {HOSTILE}") for each in crisis.scenarios),
        claims=tuple(replace(each, says=HOSTILE, by=HOSTILE) for each in crisis.claims),
        questions=tuple(replace(each, name=HOSTILE) for each in crisis.questions),
    )
    study.settings["set"] = {HOSTILE: 1.0}
    html = render_report(study)
    parsed = Page(html)
    assert len(parsed.named("script")) == 1
    assert parsed.parts["script"] == OPEN_FOR_PRINT
    assert not parsed.named("img")
    for _, attributes in parsed.elements:
        assert not any(name.startswith("on") for name in attributes)
        assert (attributes.get("href") or "#").startswith("#")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", html)
    assert "&lt;script&gt;" in html


def test_one_study_gives_one_page_byte_for_byte(page, whole):
    assert render_report(whole) == page


def test_an_event_is_said_to_be_unseen_by_whoever_could_not_see_it(invent):
    study = invent()
    letter, *others = study.case.steps
    study.case = replace(study.case, steps=(replace(letter, seen_by=("us", "iran")), *others))
    found = section(render_report(study), "intent")
    assert "Not seen by Israel." in found
    assert ">not seen</td>" in found


def test_a_single_solution_has_no_intervals_and_says_so(invent):
    html = render_report(invent(draws=0))
    assert not re.search(r"\bnan\b", html, re.I)
    assert "(no interval)" in html
    assert "The model was solved once" in html
    assert "Nothing was varied" in section(html, "hinges")


def test_a_case_in_which_nothing_is_uncertain_is_not_asked_for_draws(invent):
    study = invent(draws=0)
    certain = Distribution(Shape.VALUE, (Number(0.5),))
    study.assumptions = invent(bare=True).assumptions
    study.case = replace(study.case, quantities=tuple(replace(x, distribution=certain) for x in study.case.quantities))
    html = render_report(study)
    assert "Nothing in this case is uncertain" in html
    assert "run it with draws" not in html


def test_a_case_without_events_claims_or_questions_gives_a_page_that_says_so(invent):
    html = render_report(invent(bare=True))
    Page(html)
    assert "lists no events" in section(html, "intent")
    assert "tests nobody’s claim" in section(html, "claims")
    assert "asks no what-if" in section(html, "changes")
    assert "41\u00a0% (28 to 57)" in section(html, "endings")


def test_a_reader_is_warned_before_any_number_that_a_solution_failed_its_check(invent, page):
    html = render_report(invent(certified=193))
    warning = html.index("7 of 200\u00a0solutions did not pass their own check")
    assert warning < html.index("<main>")
    assert "did not pass" not in page


def test_a_reader_is_told_that_a_study_was_stopped_early(invent):
    html = render_report(invent(settings={"finished": 60, "interrupted": "stopped by the user"}))
    assert html.index("stopped after 60 of 200\u00a0draws") < html.index("<main>")
    assert "the model was solved 60 times" in html


def test_unsupported_assumptions_that_matter_come_first(page):
    hinges = section(page, "hinges")
    assert hinges.index("Matters, and rests on nothing") < hinges.index(
        "Matters, and a source gives its direction only"
    )
    assert "how credible the threat of force is" in hinges
    assert "unsupported" in section(page, "assumptions")


def test_a_rule_says_where_a_claim_turns_and_how_well_that_foretells(page):
    claims = section(page, "claims")
    cost = "“what it costs a leader at home to talk after a public threat”"
    assert f"Where it flips: it holds where {cost} is above 0.08 (91\u00a0% of those draws" in claims
    assert "calls 86\u00a0% right; the more frequent answer alone would call 69\u00a0% right" in claims


def test_a_rule_that_foretells_no_better_than_the_more_frequent_answer_says_so(page):
    assert "no more than the more frequent answer alone (69\u00a0%)" in section(page, "claims")


def test_rivals_are_set_side_by_side(page):
    claims = section(page, "claims")
    assert "Vaez alone in 10\u00a0%, Ben Taleblu alone in 60\u00a0%, both in 20\u00a0%" in claims
    assert 'id="figure-rivals-vaez-taleblu"' in claims


def test_what_to_watch_says_how_likely_a_sight_is_and_what_it_would_tell(page):
    found = section(page, "watch")
    assert "Iran: The reply is worth most: it is expected to settle 11\u00a0% of what is open" in found
    assert "Dismisss (60\u00a0% likely, ends the crisis): would make it" in found
    assert "seen by United States and Iran only" in found


def test_few_draws_are_owned_up_to_before_any_number(invent, page):
    html = render_report(invent(draws=20, certified=20))
    assert html.index("Only 20\u00a0draws stand behind this page") < html.index("<main>")
    assert "stand behind this page" not in page


def test_the_matrix_says_which_event_tells_most_and_which_surprises(page):
    intent = section(page, "intent")
    assert "Hypotheses against evidence: the readings" in intent
    assert "“United States: the envoy hints at verification” tells most about the readings: 2.1 times" in intent
    assert "“United States: the adviser insists on complete dismantlement” was surprising" in intent


def test_few_draws_say_nothing_about_where_a_claim_holds(invent):
    study = invent()
    rules, rivals = study.rules(), study.rivals()
    nothing = [{"claim": "vaez", "found": False, "why": "too few draws"}]
    unknown = [{"first": "vaez", "second": "taleblu", "found": False, "draws": 20}]
    study.rules = lambda: pd.DataFrame(nothing, columns=rules.columns)
    study.rivals = lambda: pd.DataFrame(unknown, columns=rivals.columns)
    claims = section(render_report(study), "claims")
    assert "fewer than 40 draws nothing is said about where it holds" in claims


def test_a_citation_names_the_source_the_sentence_and_the_paraphrase(page):
    found = section(page, "assumptions")
    assert "<cite>Mixed signals</cite>, sentence 8: trust is low after past conduct" in found


def test_with_the_texts_at_hand_the_cited_sentence_stands_beside_the_paraphrase(whole, tmp_path):
    for name in ("signals.txt", "gamble.txt"):
        (tmp_path / name).write_text("\n\n".join(f"Sentence {k} of <{name}>." for k in range(1, 31)), encoding="utf-8")
    found = section(render_report(whole, sources=tmp_path), "assumptions")
    assert "<q>Sentence 8 of &lt;signals.txt&gt;.</q>" in found


def test_a_citation_that_the_text_does_not_have_is_an_error(whole, tmp_path):
    for name in ("signals.txt", "gamble.txt"):
        (tmp_path / name).write_text("One sentence only.", encoding="utf-8")
    with pytest.raises(CaseError, match="has no sentence 8"):
        render_report(whole, sources=tmp_path)


def test_the_report_is_written_whole_and_leaves_no_draft(invent, tmp_path):
    target = tmp_path / "new" / "report.html"
    write_report(invent(bare=True), target)
    assert target.read_text(encoding="utf-8").endswith("</html>\n")
    assert list(target.parent.iterdir()) == [target]


def test_a_source_may_lack_everything_but_its_title(invent):
    study = invent()
    study.case = replace(study.case, sources=(Source("signals", "Only a title"),))
    assert "<cite>Only a title</cite></li>" in render_report(study)


def test_the_page_is_printed_from_styles_that_repeat_table_heads_and_open_the_folds_of_open_sections_only(page):
    printed = page[page.index("@media print") :]
    assert "thead { display: table-header-group; }" in printed
    assert ".whole[open] details::details-content" in printed
    assert ".part:has(> details.whole:not([open]))" in printed


def test_the_brief_comes_first_and_everything_else_is_folded_behind_it(page):
    brief = page[page.index('id="brief"') : page.index('<nav aria-label="Sections">')]
    asked = (
        "How it may end",
        "What decides it",
        "Who is right",
        "Who misreads whom",
        "What to watch",
        "How far to trust",
    )
    assert all(f"<h3>{each}" in brief for each in asked)
    assert brief.count("<figure") == 1
    assert "2\N{NO-BREAK SPACE}events moved no ending beyond its error" in brief
    words = len(re.sub(r"<svg.*?</svg>|<details.*?</details>|<[^>]+>", " ", brief, flags=re.S).split())
    assert words < 600
    behind = page[page.index('<nav aria-label="Sections">') :]
    assert behind.count('<section class="part"') == behind.count('<details class="whole"><summary><h2') == 11
    assert re.findall(r'href="#(\w+)-body"', behind) == re.findall(r'<div id="(\w+)-body"', behind)


def test_the_brief_alone_holds_nothing_else(whole):
    page = render_report(whole, brief=True)
    assert page.count('<section class="part') == 1
    assert "<nav" not in page
    assert "What decides it" in page


def contrast(one: str, other: str) -> float:
    """Source: WCAG 2.2, contrast ratio from relative luminance."""

    def luminance(colour: str) -> float:
        channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("page_side", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("tone", ["ink", "muted", "blue", "rust", "teal", "plum", "ochre"])
def test_every_tone_is_legible_on_its_page(tone, page_side):
    from detente.report.charts.palette import PALETTE

    assert contrast(PALETTE[tone][page_side], PALETTE["paper"][page_side]) >= 4.5


def test_the_report_needs_nothing_beside_its_own_file(page):
    assert "file:" not in page
    assert str(Path.cwd()) not in page
