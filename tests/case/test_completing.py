"""Completion offers what may stand at each place, with a sentence, also while the text cannot be read."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from detente.case.catalogue import catalogue
from detente.case.editing.completing import completion
from detente.case.editing.reading import position_of_mention, reading_of, scalar_of
from detente.case.editing.records import standing
from detente.case.form.schema import case_schema
from detente.case.formula.calls import CALLS
from detente.case.formula.resolve import Resolver
from detente.case.formula.scope import INTEREST, Scope, Vocabulary
from detente.case.yaml.nodes import Mapping, node_at

HERE = Path(__file__).parent
TEXTS = {path.stem: path.read_text("utf-8") for path in (HERE / "whole.yaml", HERE / "example.yaml")} | {
    each.name: each.path.read_text("utf-8") for each in catalogue()
}
cases = pytest.mark.parametrize("name", sorted(TEXTS))
TRIED = 5


def offered(text: str, cursor: str = "‸") -> list[str]:
    """Texts offered at the cursor's sign, which is taken out."""
    before, _, after = text.partition(cursor)
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    found = completion(before + after, line, column)
    assert all(offer.kind for offer in found.offers)
    return [offer.text for offer in found.offers]


def at_mentions(name: str) -> list[tuple[int, int, str]]:
    """Mentions of names: the place of each, the number of its characters, and the name."""
    text = TEXTS[name]
    reading = reading_of(text, name)
    found: list[tuple[int, int, str]] = []
    for each in reading.register.mentions:
        if reading.register.declared[each.name].path == each.path:
            continue  # a label, which is declared where it is first used
        at, scalar = position_of_mention(reading.document, each), scalar_of(reading.document, each)
        word = each.name[-1]
        if at is None or scalar is None or not text.startswith(word, at):
            continue  # in quotes
        if not each.formula and scalar.text != word:
            continue  # one half of `actor.variable`
        found.append((at, at + len(word), word))
    return list(dict.fromkeys(found))


@cases
def test_every_name_that_is_mentioned_is_offered_where_it_stands(name):
    text, rng = TEXTS[name], random.Random(name)
    mentioned = at_mentions(name)
    for start, end, word in rng.sample(mentioned, min(TRIED if name != "whole" else 400, len(mentioned))):
        found = offered(f"{text[:start]}‸{text[end:]}")
        assert word in [each.removesuffix(": ") for each in found] or f"'{word}'" in found, (
            word,
            text[start - 40 : end],
        )


@cases
def test_every_key_of_the_language_is_offered_from_its_first_letter(name):
    text, rng = TEXTS[name], random.Random(name)
    document = reading_of(text, name).document
    keys = []
    waiting = [()]
    while waiting:
        path = waiting.pop()
        node = node_at(document.root, path)
        known = standing(path).keys
        if isinstance(node, Mapping):
            keys += [(each.start.at, each.end.at, word) for word, each in node.keys.items() if word in known]
            waiting += [(*path, word) for word in node.keys]
        elif hasattr(node, "items"):
            waiting += [(*path, n) for n in range(len(node.items))]
    assert keys
    for start, end, word in rng.sample(keys, min(TRIED if name != "whole" else 150, len(keys))):
        if start < end:
            assert f"{word}: " in offered(f"{text[: start + 1]}‸{text[end:]}"), (word, text[start - 40 : end + 10])


CASE = """\
detente: 1
title: A case to type in
quantities: {p: 0.5, cost_a: 0.1}
actors:
  a: {name: Challenger}
  b: {name: Defender, private: {cost: {uniform: [0, 1], points: 3}}}
state:
  programme: {values: [frozen, running, racing], start: running}
  strikes: {from: 0, to: 3, start: 0}
stages:
  - {id: leak, chance: {seen: 0.5, unseen: rest}, seen_by: [a, b]}
  - id: answer
    by: b
    when: strikes > 0
    choose: {accept: {end: settlement}, fight: {end: war}}
    note: a guess
outcomes:
  settlement: {payoffs: {a: 1, b: 0}}
  war: {name: War, payoffs: {a: p - cost_a, b: 0}, support: judgement}
questions:
  - {id: q, vary: p, from: 0, to: 1, steps: 3, show: P(war), given: outset}
claims:
  - {id: c, says: so, raise: p, expect: falls, of: P(war)}
rationality: 3
"""


@pytest.mark.parametrize(
    ("before", "after", "offer"),
    [
        ("when: strikes > 0", "when: stri‸", "strikes"),
        ("when: strikes > 0", "when: programme = ‸", "racing"),
        ("payoffs: {a: p - cost_a, b", "payoffs: {a: max(p, co‸, b", "cost_a"),
        ("payoffs: {a: p - cost_a, b", "payoffs: {a: p - b.‸, b", "cost"),
        ("show: P(war), given: outset}", "show: P(w‸", "war"),
        ("show: P(war)", "show: ‸", "P("),
        ("show: P(war)", "show: B(‸, war)", "b"),
        ("seen_by: [a, b]", "seen_by: [a, ‸", "b"),
        ("expect: falls", "expect: ‸", "rises"),
        ("given: outset", "given: ‸", "events"),
        ("support: judgement", "support: ‸", "judgement"),
        ("rationality: 3", "rationality: ‸", "limit"),
        ("rationality: 3", "‸", "rationality: "),
        ("    note: a guess\n", "    note: a guess\n    s‸\n", "seen_by: "),
        ("    note: a guess\n", "    note: a guess\n  - ‸\n", "together: "),
    ],
)
def test_names_functions_words_and_keys_are_offered_as_one_types(before, after, offer):
    assert before in CASE
    assert offer in offered(CASE.replace(before, after, 1))


@pytest.mark.parametrize(
    ("text", "offer"),
    [
        ("‸", "detente: "),
        ("detente: 1\nact‸", "actors: "),
        ("actors:\n  a: {name: A}\nstages:\n  - id: x\n    by: ‸", "a"),
        ("actors:\n  a:\n    ‸", "private: "),
        ("actors:\n  a: {name: A}\nquantities:\n  - [broken\nstages:\n  - id: x\n    cho‸", "choose: "),
        ("outcomes:\n  war: {name: 'War\nstages:\n  - id: x\n    ch‸", "chance: "),
        ("actors: {a: , b: }\nstages:\n  - {id: x, by: a, seen_by: [‸", "b"),
    ],
)
def test_a_text_that_cannot_be_read_yet_is_completed_all_the_same(text, offer):
    assert offer in offered(text)


def test_a_name_says_what_it_is_and_a_key_what_it_does():
    line = "    choose: {accept: {end: "
    text = CASE.replace("{accept: {end: settlement}", "{accept: {end: }")
    found = completion(text, text[: text.index(line)].count("\n") + 1, len(line) + 1)
    assert ("war", "outcome", "War") in [(each.text, each.kind, each.about) for each in found.offers]
    keys = completion("actors:\n  a:\n    ", 3, 5).offers
    assert ("name: ", "What to call the actor in front of a reader.") in [(each.text, each.about) for each in keys]


def test_a_name_that_was_begun_is_replaced_as_a_whole():
    text = "actors: {the west: , the east: }\nstages:\n  - id: x\n    by: the w"
    found = completion(text, 4, len("    by: the w") + 1)
    assert (found.start, found.end) == ((4, 9), (4, 14))
    assert [each.text for each in found.offers] == ["the west"]


def test_every_function_of_the_language_has_a_sentence_and_is_known_to_formulas():
    scope = Scope(Vocabulary(), "a test", INTEREST)
    for name, call in CALLS.items():
        assert call.about
        assert call.usage.startswith(f"{name}(")
        resolver = Resolver(scope, lambda _: None)
        resolver.call(__import__("detente.case.formula.grammar", fromlist=["x"]).parse_syntax(call.usage), None)
        assert not any("unknown function" in error.what for error in resolver.errors)


def test_every_key_of_the_schema_has_a_sentence():
    schema = case_schema()
    for record in [schema, *schema["definitions"].values()]:
        for key, each in record.get("properties", {}).items():
            assert each.get("description"), key
