"""Two versions of a case compared: common draws, contributions that add up, changes that need one another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.data import FIRST_EDITION

import detente as dt
from detente.case.catalogue import catalogue
from detente.case.read import read_text
from detente.crisis.inquiry import OUTSET
from detente.game.compiling.build import compile_crisis
from detente.study.compared.alterations import AlterationKind, edits
from detente.study.compared.attribution import ORDERS, Method
from detente.study.compared.intermediate import Between, Grouping
from detente.study.compared.laid_out import form_of
from detente.study.compared.paired import ENDING, Key
from detente.study.request import Request

WAR = Key(ENDING, "war", OUTSET)

CHANCES = """\
detente: 1
title: Two chances
quantities:
  first: {uniform: [0.2, 0.4], name: chance of a clash}
  second: {uniform: [0.5, 0.7], name: chance that a clash spreads}
actors: {a: {name: A}}
stages:
  - {id: clash, chance: {yes: first, no: {probability: rest, end: peace}}}
  - {id: spread, chance: {yes: {probability: second, end: war}, no: {probability: rest, end: peace}}}
outcomes:
  peace: {payoffs: {a: 1}}
  war: {payoffs: {a: 0}}
rationality: 1
"""

DEMAND = """\
detente: 1
title: A demand
quantities:
  p: {uniform: [0.4, 0.6]}
  cost: {uniform: [0.05, 0.15]}
actors:
  a: {name: A}
  b: {name: B, private: {kind: {tough: 0.4, soft: rest}}}
stages:
  - {id: demand, by: a, choose: {low: , high: }}
  - {id: answer, by: b, choose: {accept: {end: deal}, fight: {end: war}}}
outcomes:
  deal: {payoffs: {a: "if(demand = high, 0.7, 0.4)", b: "if(demand = high, 0.3, 0.6)"}}
  war: {payoffs: {a: p - cost, b: "1 - p - if(b.kind = tough, 0.1, 0.4)"}}
readings:
  tough: {when: b.kind = tough}
timeline:
  - {stage: demand, move: high}
claims:
  - {id: pain, says: Pain restrains, raise: cost, expect: falls, of: P(war)}
rationality: 8
"""


def case(text: str, *changes: tuple[str, str]):
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return read_text(text, "case.yaml")


def drawn(found, key=WAR):
    return next(each for each in found.answers if each.key == key)


def test_contributions_are_shapley_values_of_a_product():
    after = case(CHANCES, ("[0.2, 0.4]", "[0.3, 0.8]"), ("[0.5, 0.7]", "[0.1, 0.2]"))
    found = dt.diff(case(CHANCES), after, draws=16)
    answer = drawn(found)
    table = found.attribution.effect[WAR]
    assert found.attribution.method is Method.EXACT
    x = (answer.before, answer.after)
    u = Between.of(form_of(case(CHANCES)), form_of(after))
    assert u.paths == (("quantities", "first"), ("quantities", "second"))
    alone = dt.diff(case(CHANCES), case(CHANCES, ("[0.2, 0.4]", "[0.3, 0.8]")), draws=16)
    other = dt.diff(case(CHANCES), case(CHANCES, ("[0.5, 0.7]", "[0.1, 0.2]")), draws=16)
    first, second = drawn(alone).after, drawn(other).after
    assert np.allclose(table[0], ((first - x[0]) + (x[1] - second)) / 2, atol=1e-12)
    assert np.allclose(table.sum(axis=0), x[1] - x[0], atol=1e-12)


def test_the_first_version_has_the_draws_of_a_run_with_the_same_seed():
    study = dt.run(case(DEMAND), draws=16, seed=5)
    found = dt.diff(case(DEMAND), case(DEMAND, ("[0.4, 0.6]", "[0.5, 0.6]")), draws=16, seed=5)
    assert np.array_equal(drawn(found).before, study.draws()["P(war)"])


def test_a_version_differs_from_itself_in_nothing():
    found = dt.diff(case(DEMAND), case(DEMAND), draws=8)
    assert found.same
    assert not found.edits
    assert all(not np.nan_to_num(each.differences).any() for each in found.answers)
    assert found.attribution.method is Method.NONE


def test_words_and_evidence_move_no_answer():
    found = dt.diff(case(CHANCES), case(CHANCES, ("chance of a clash", "how likely a clash is")), draws=8)
    assert found.same
    assert [(each.kind, each.short, each.at.line) for each in found.edits] == [(AlterationKind.WORDS, "first: name", 4)]
    assert np.array_equal(drawn(found).before, drawn(found).after)


def test_differences_turn_their_sign_with_the_order_of_the_versions():
    one, two = case(DEMAND), case(DEMAND, ("[0.4, 0.6]", "[0.45, 0.7]"), ("tough: 0.4", "tough: 0.6"))
    there, back = dt.diff(one, two, draws=8), dt.diff(two, one, draws=8)
    assert np.allclose(drawn(there).differences, -drawn(back).differences, atol=1e-12)
    key = WAR
    assert np.allclose(there.attribution.effect[key], -back.attribution.effect[key], atol=1e-12)


def test_a_quantity_that_only_changed_its_name_is_drawn_alike():
    found = dt.diff(
        case(DEMAND), case(DEMAND, ("cost:", "pain:"), ("- cost", "- pain"), ("raise: cost", "raise: pain"))
    )
    assert found.renamed == {"cost": "pain"}
    assert not drawn(found).differences.any()


def test_a_quantity_that_nothing_mentions_is_told_and_moves_nothing():
    found = dt.diff(case(DEMAND), case(DEMAND, ("  p:", "  idle: {uniform: [0, 1]}\n  p:")), draws=8)
    assert [each.short for each in found.edits] == ["idle"]
    assert not found.paths
    assert not drawn(found).differences.any()


def test_a_renamed_move_is_grouped_with_what_mentions_it():
    after = case(DEMAND, ("high", "much"), ("[0.4, 0.6]", "[0.5, 0.6]"))
    found = dt.diff(case(DEMAND), after, draws=8)
    names = [set(found.names(group)) for group in range(len(found.attribution.groups))]
    assert {"p"} in names
    (together,) = [each for each in names if len(each) > 1]
    assert {"demand, high", "demand, much", "deal: payoff of a", "event demand"} <= together
    group = names.index(together)
    assert np.allclose(found.attribution.effect[WAR][group], 0, atol=1e-9)


def test_an_ending_that_only_one_version_has_has_no_chance_in_the_other():
    after = case(
        CHANCES,
        (
            "spread, chance: {yes: {probability: second, end: war}",
            "spread, chance: {yes: {probability: second, end: clash}",
        ),
        ("  war:", "  clash:"),
    )
    found = dt.diff(case(CHANCES), after, draws=8)
    assert not drawn(found).after.any()
    new = drawn(found, Key(ENDING, "clash", OUTSET))
    assert not new.before.any()
    assert np.array_equal(new.after, drawn(found).before)


def test_events_and_readings_are_read_off_the_same_solution():
    after = case(
        DEMAND,
        ("stage: demand, move: high", "stage: demand, move: low"),
        ("when: b.kind = tough", "when: b.kind = soft"),
    )
    found = dt.diff(case(DEMAND), after, draws=8)
    assert not drawn(found).differences.any()
    assert found.attribution.solutions == 8
    tough = drawn(found, Key("reading", "tough", "outset"))
    assert np.allclose(tough.before + tough.after, 1)


def test_many_changes_are_shared_out_over_sampled_orders_and_still_add_up():
    chain = "".join(
        f"  - {{id: s{k}, chance: {{yes: q{k}, no: {{probability: rest, end: peace}}}}}}\n" for k in range(6)
    )
    text = CHANCES.replace("stages:\n", "stages:\n" + chain)

    def version(value: float):
        quantities = "".join(f"  q{k}: {value + 0.01 * k}\n" for k in range(6))
        return case(text.replace("quantities:\n", "quantities:\n" + quantities))

    found = dt.diff(version(0.9), version(0.8), draws=4)
    assert found.attribution.method is Method.SAMPLED
    assert ORDERS % 2 == 0
    assert np.allclose(found.attribution.effect[WAR].sum(axis=0), drawn(found).differences, atol=1e-12)


def test_very_many_changes_are_made_alone_and_left_out_alone():
    def version(shift: float):
        quantities = "".join(f"  q{k}: {0.01 * k + shift}\n" for k in range(11))
        total = " + ".join(f"q{k}" for k in range(11))
        return case(CHANCES, ("quantities:\n", "quantities:\n" + quantities), ("{yes: first", f"{{yes: ({total}) / 4"))

    found = dt.diff(version(0.01), version(0.02), draws=4)
    assert found.attribution.method is Method.SINGLE
    # The chance of war is linear in each, so that alone and last agree and contributions add up.
    assert np.allclose(found.attribution.alone[WAR], found.attribution.last[WAR], atol=1e-12)
    assert np.allclose(found.attribution.effect[WAR].sum(axis=0), drawn(found).differences, atol=1e-12)


@pytest.mark.parametrize("name", [each.name for each in catalogue()])
def test_a_case_laid_out_for_comparison_is_the_same_game(name):
    crisis = dt.load(name)
    again = Between.of(form_of(crisis), form_of(crisis)).crisis(())
    one, two = compile_crisis(crisis).game, compile_crisis(again).game
    assert (one.nodes, one.infosets, one.payoff_classes) == (two.nodes, two.infosets, two.payoff_classes)
    assert np.array_equal(one.parent, two.parent)
    assert np.array_equal(one.infoset, two.infoset)


def test_all_changes_together_make_the_second_version():
    before, after = dt.load("two-readings"), dt.load("demand")
    between = Between.of(form_of(before), form_of(after))
    whole = between.crisis(range(len(between.paths)))
    assert compile_crisis(whole).game.nodes == compile_crisis(after).game.nodes


def test_the_settings_of_a_request_are_changes_like_any_other():
    crisis = dt.load(FIRST_EDITION)
    told = edits((crisis, Request()), (crisis, Request(scenario="no_force", set={"good_faith": 0.5}, rationality=9.0)))
    assert [(each.short, each.after) for each in told] == [
        ("good_faith", "0.5"),
        ("rationality", "9.0"),
        ("table: moves forced or forbidden", "forbid: attack"),
        ("showdown: moves forced or forbidden", "forbid: attack"),
    ]


def test_a_study_is_compared_with_its_settings():
    study = dt.run(case(DEMAND), draws=8, set={"cost": 0.1})
    found = dt.diff(case(DEMAND), study, draws=8)
    assert [each.short for each in found.edits] == ["cost"]
    assert np.array_equal(drawn(found).after, study.draws()["P(war)"])


def test_groups_are_the_smallest_that_can_be_made_and_left_out_alone():
    # 0 needs 1; 2 must not be missing while 3 is made; 4 is free.
    def valid(chosen):
        return not (0 in chosen and 1 not in chosen) and not (3 in chosen and 2 not in chosen)

    assert sorted(map(sorted, Grouping(5, valid).groups())) == [[0, 1], [2, 3], [4]]


def test_studies_of_a_library_tell_how_they_were_made(tmp_path: Path):
    with dt.Library(tmp_path / "library.sqlite") as library:
        one = dt.run(case(DEMAND), draws=8, seed=1, library=library)
        two = dt.run(case(DEMAND), draws=16, seed=2, library=library, set={"p": 0.5})
        found = dt.diff(one.record[:8], two.record, library=library)
    told = {what: (was, now) for what, was, now in found.settings}
    assert told["seed"] == ("1", "2")
    assert told["draws"] == ("8", "16")
    assert found.draws == 8
    assert found.seed == 1
    assert [each.short for each in found.edits] == ["p"]


def test_what_names_neither_a_case_nor_a_study_is_refused(tmp_path: Path):
    with pytest.raises(dt.RequestError, match=r"no case `iran-2052`.*iran-2025(.|\n)*Nor is it a study"):
        dt.diff("iran-2052", "iran-2025", library=tmp_path / "library.sqlite")
    with pytest.raises(dt.RequestError, match="no assumptions to compare"):
        dt.diff("game.efg", "iran-2025")
    with pytest.raises(dt.CaseError, match="peace"):
        dt.diff(case(DEMAND), case(DEMAND, ("[0.4, 0.6]", "[0.5, 0.6]")), ask=["P(peace)"], draws=2)
