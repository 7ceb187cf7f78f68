"""Proposals: statements, events by PLOVER root type, readings and claims; nothing is taken for more than it is."""

from __future__ import annotations

from datetime import date

import pytest

from detente.reading.actors.gazetteer import shipped_gazetteer
from detente.reading.actors.linking import actors_of
from detente.reading.marking import mark
from detente.reading.marks.events import PLOVER_ROOTS
from detente.reading.measured import MEASURED_RULES
from detente.reading.proposals.proposing import proposals
from detente.reading.proposals.records import Proposal
from detente.reading.texts import plain_text


def proposed(words: str, kind: str) -> list[Proposal]:
    text = plain_text(words)
    found = proposals(mark(text, date(2025, 3, 24)), actors_of(text, shipped_gazetteer()))
    assert all(words[each.start : each.end] == each.quote for each in found)
    return [each for each in found if each.kind == kind]


@pytest.mark.parametrize(
    ("words", "root", "by", "to"),
    [
        ("American aircraft struck Yemen.", "ASSAULT", "USA", "YEM"),
        ("U.S. strikes on Houthi rebels went on.", "ASSAULT", "USA", "HTH"),
        ("Iran threatened to attack Israel.", "THREATEN", "IRN", "ISR"),
        ("Iran refused to release the Russians.", "REJECT", "IRN", "RUS"),
        ("France called on Iran to release the prisoners.", "REQUEST", "FRA", "IRN"),
        ("Russia suspended aid to Syria.", "SANCTION", "RUS", "SYR"),
        ("China will send doctors to Iran.", "AGREE", "CHN", "IRN"),
        ("Germany lifted sanctions on Iran.", "YIELD", "DEU", "IRN"),
        ("Tehran’s dismissal of the American letter surprised nobody.", "REJECT", "IRN", "USA"),
    ],
)
def test_an_event_has_its_root_type_its_source_and_its_target(words: str, root: str, by: str, to: str):
    [event] = proposed(words, "event")
    assert (event.details["root"], event.by, event.to) == (root, by, to)


def test_to_warn_that_officials_may_stall_is_no_threat():
    words = "He warned that Iranian officials may stall."
    assert not [each for each in proposed(words, "event") if each.details["root"] == "THREATEN"]
    [statement] = proposed(words, "statement")
    assert (statement.mode, statement.details["hedge"]) == ("hypothetical", "may")


def test_demonstrating_a_willingness_is_no_protest():
    words = "Washington is demonstrating a willingness to talk with Iran."
    assert not [each for each in proposed(words, "event") if each.details["root"] == "PROTEST"]


@pytest.mark.parametrize(
    ("words", "mode"),
    [
        ("Israel bombed Syria.", "actual"),
        ("If Iran refuses, Israel will attack Syria.", "conditional"),
        ("Israel may bomb Syria.", "hypothetical"),
        ("In 2007 Israel bombed Syria.", "historical"),
        ("The minister said that Israel bombed Syria.", "reported"),
    ],
)
def test_an_event_has_a_mode(words: str, mode: str):
    assert [each.mode for each in proposed(words, "event")] == [mode]


def test_a_statement_has_its_speaker_its_polarity_and_its_day():
    [statement] = proposed("Mike Waltz said yesterday that Iran will not bend.", "statement")
    assert (statement.by, statement.details["polarity"], statement.date) == ("Mike Waltz", "negative", "2025-03-23")


def test_a_pronoun_speaks_for_whom_it_takes_up():
    found = proposed("Behnam Taleblu left. He warned that talks may fail.", "statement")
    assert [each.by for each in found] == ["Behnam Taleblu"]


def test_readings_are_the_sides_of_a_frame():
    found = proposed("There are two readings. The first is a trap. The second reading is a bluff.", "reading")
    assert [each.quote for each in found] == ["first is a trap", "second reading is a bluff"]


@pytest.mark.parametrize(
    ("words", "expect"),
    [
        ("The winter offensive could strain ties with the neighbours.", "falls"),
        ("Poor harvests could make Iran more willing to talk.", "rises"),
        ("Poor harvests could make Iran less willing to talk.", "falls"),
        ("The costlier war is for them, the less likely it becomes.", "falls"),
        ("The new blockade risks escalating tensions at sea.", "rises"),
    ],
)
def test_a_claim_says_which_way_it_goes(words: str, expect: str):
    assert [each.details["expect"] for each in proposed(words, "claim")] == [expect]


def test_to_make_a_decision_is_no_claim():
    assert proposed("The minister could make a decision on Monday.", "claim") == []


def test_the_same_proposal_of_the_same_text_has_the_same_id():
    one, other = (proposed("The minister said that Israel bombed Syria.", "event")[0].id for _ in range(2))
    assert one == other


def test_every_measured_rule_was_right_at_most_as_often_as_it_was_tried():
    assert all(0 <= each.right <= each.tried for each in MEASURED_RULES.values())
    assert len(set(PLOVER_ROOTS)) == 15
