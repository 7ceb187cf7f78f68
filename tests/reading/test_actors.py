"""Actors: the gazetteer that an analyst edits, every mention linked, pronouns resolved by stated rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.errors import CaseError
from detente.reading.actors.gazetteer import Naming, gazetteer_of, shipped_gazetteer
from detente.reading.actors.linking import actors_of
from detente.reading.actors.written import gazetteer_text
from detente.reading.texts import plain_text


def linked(words: str) -> list[tuple[str, str]]:
    return [(each.text, each.code) for each in actors_of(plain_text(words), shipped_gazetteer()).mentions]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Tehran’s answer reached the White House.", [("Tehran", "IRN"), ("White House", "USA")]),
        ("U.S. strikes on Houthi rebels went on.", [("U.S.", "USA"), ("Houthi", "HTH")]),
        ("Iranians and South Koreans met.", [("Iranians", "IRN"), ("South Koreans", "KOR")]),
        ("It helped us to rest.", []),
        ("President Trump wrote.", [("Trump", "USA")]),
        (
            "Iranian General Qasem Soleimani left. Soleimani flew.",
            [("Iranian", "IRN"), ("Qasem Soleimani", "IRN"), ("Soleimani", "IRN")],
        ),
        ("Steve Witkoff, a U.S. envoy, spoke.", [("Steve Witkoff", "USA"), ("U.S.", "USA")]),
        ("The adviser Mike Waltz spoke.", [("Mike Waltz", "")]),
    ],
)
def test_every_mention_is_linked(words: str, expected: list[tuple[str, str]]):
    assert linked(words) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Trump wrote to Khamenei. His administration waits.", ("His administration", "USA")),
        ("Iran denies that it seeks a weapon.", ("it", "IRN")),
        ("Russia offered to help. The government waits.", ("The government", "RUS")),
        ("Iranian officials came. They left.", ("They", "IRN")),
    ],
)
def test_a_pronoun_takes_up_the_subject_of_its_paragraph(words: str, expected: tuple[str, str]):
    assert expected in linked(words)


@pytest.mark.parametrize(
    "words", ["Trump wrote.\n\nHe waits.", "It is clear that he left.", "Iran talks. It is likely to fail."]
)
def test_nothing_is_resolved_without_a_compatible_mention_in_the_paragraph(words: str):
    found = actors_of(plain_text(words), shipped_gazetteer()).mentions
    assert not [each for each in found if each.naming in (Naming.PRONOUN, Naming.DESCRIPTION)]


def test_the_move_takes_up_the_event_told_before():
    words = "Moscow extended an overture to Tehran. The move surprised Washington."
    [reference] = actors_of(plain_text(words), shipped_gazetteer()).events
    assert (reference.text, words[reference.refers_to :][:8]) == ("The move", "overture")


def test_entries_of_a_file_are_added_and_take_the_place_of_those_with_the_same_code(tmp_path: Path):
    path = tmp_path / "actors.yaml"
    path.write_text(
        "actors:\n  USA: {name: Washington, leaders: [Mike Waltz]}\n  ZZZ: {name: The Guard, kind: armed group}\n",
        "utf-8",
    )
    gazetteer = gazetteer_of(path)
    found = actors_of(plain_text("Waltz met The Guard in America."), gazetteer).mentions
    assert [(each.text, each.code) for each in found] == [("Waltz", "USA"), ("The Guard", "ZZZ")]
    assert gazetteer.actors["IRN"].name == "Iran"


def test_everything_wrong_with_a_gazetteer_is_told_at_once(tmp_path: Path):
    path = tmp_path / "actors.yaml"
    path.write_text("actors:\n  A: {name: 3}\n  B: [b]\n  C: {nam: c}\nmore: 1\n", "utf-8")
    with pytest.raises(CaseError) as refused:
        gazetteer_of(path)
    told = str(refused.value)
    for each in (
        "`name` is no text",
        "actor `B` is no mapping",
        "unknown key `nam`",
        "did you mean `name`",
        "unknown key `more`",
    ):
        assert each in told


def test_a_gazetteer_written_for_a_text_reads_as_the_same_actors(tmp_path: Path):
    known = shipped_gazetteer()
    actors = actors_of(plain_text("Trump wrote to Tehran; Mike Waltz waited."), known)
    path = tmp_path / "own.yaml"
    path.write_text(gazetteer_text([actors], known), "utf-8")
    assert '"Mike Waltz"' in path.read_text("utf-8")
    again = gazetteer_of(path)
    assert again.actors["IRN"] == known.actors["IRN"]
    assert again.actors["USA"] == known.actors["USA"]


def test_no_word_of_the_gazetteer_names_two_actors():
    seen: dict[str, str] = {}
    for actor in shipped_gazetteer().actors.values():
        for naming, words in actor.words:
            assert seen.setdefault(words, actor.code) == actor.code or naming is Naming.PEOPLE, words
