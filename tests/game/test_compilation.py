"""A case's words as a game: its movers, its observations, its memory, its costs."""

from __future__ import annotations

import numpy as np
import pytest

from detente.analysis.solved import solve_draws
from detente.case.read import read_text
from detente.errors import CaseError
from detente.game.compiling.build import compile_crisis
from detente.game.compiling.order import Play
from detente.game.compiling.size import measure
from detente.game.drawn.draws import median_draw

HEAD = """
detente: 1
title: A small crisis
actors: {a: {name: A}, b: {name: B}}
outcomes:
  quiet: {payoffs: {others: 0}}
  noisy: {payoffs: {a: 1, b: -1}}
finally: quiet
"""


def compiled(body: str, head: str = HEAD):
    return compile_crisis(read_text(head + body, "case.yaml"))


def sets_of(game, player: str, stage: str) -> int:
    story = game.story
    steps = [story.steps[k] for k in story.infoset_step]
    owners = [game.players[p] for p in game.infoset_player]
    return sum(owner == player and step.stage == stage for owner, step in zip(owners, steps, strict=True))


def test_a_move_that_is_seen_splits_the_information_set_of_the_observer():
    game = compiled("stages: [{id: one, by: a, choose: {x, y}}, {id: two, by: b, choose: {l, r}}]").game
    assert sets_of(game, "b", "two") == 2


def test_a_move_seen_by_none_is_not_known():
    body = "stages: [{id: one, by: a, choose: {x, y}, seen_by: none}, {id: two, by: b, choose: {l, r}}]"
    assert sets_of(compiled(body).game, "b", "two") == 1


def test_moves_with_one_label_look_alike_to_observers_and_not_to_the_mover():
    body = """
stages:
  - {id: one, by: a, choose: {x, y, z}, seen_as: {x: loud, y: loud, z: soft}}
  - {id: two, by: b, choose: {l, r}}
  - {id: three, by: a, choose: {p, q}}
"""
    game = compiled(body).game
    assert sets_of(game, "b", "two") == 2
    assert sets_of(game, "a", "three") == 3 * 2


def test_simultaneous_movers_do_not_see_each_other_and_later_movers_see_both():
    body = """
stages:
  - together:
      - {id: one, by: a, choose: {x, y}}
      - {id: two, by: b, choose: {l, r}}
  - {id: three, by: b, choose: {p, q}}
"""
    game = compiled(body).game
    assert sets_of(game, "b", "two") == 1
    assert sets_of(game, "b", "three") == 4


def test_a_skipped_stage_is_seen_by_nobody():
    body = """
stages:
  - {id: hidden, by: nature, chance: {yes: 0.5, no: 0.5}, seen_by: none}
  - {id: one, by: nature, when: hidden = yes, chance: {x: 0.5, y: 0.5}, seen_by: none}
  - {id: two, by: b, choose: {l, r}}
"""
    game = compiled(body).game
    assert sets_of(game, "b", "two") == 1
    assert game.nodes == 1 + 2 + 2 + 3 * 2


def test_private_values_are_known_to_their_actor_alone():
    head = HEAD.replace("a: {name: A}", "a: {name: A, private: {aim: {peace: 0.3, war: rest}}}")
    body = "stages: [{id: one, by: a, choose: {x, y}}, {id: two, by: b, choose: {l, r}}]"
    game = compiled(body, head).game
    assert sets_of(game, "a", "one") == 2
    assert sets_of(game, "b", "two") == 2


def test_the_size_of_a_game_is_known_exactly_without_building_it():
    body = """
state: {level: {from: 0, to: 2, start: 0}}
stages:
  - repeat: 3
    stages:
      - {id: build, by: a, choose: {wait, go: {when: level < 2, set: {level: level + 1}}}, seen_by: none}
      - {id: look, by: nature, when: level > 0, chance: {seen: 0.4, unseen: 0.6}}
      - {id: act, by: b, choose: {hold, hit: {end: noisy}}}
"""
    # Whether A may go on depends on what A itself has done, so nothing leaks.
    crisis = read_text(HEAD + body, "case.yaml")
    size = measure(Play(crisis))
    assert size.complete
    assert size.nodes == compile_crisis(crisis).game.nodes


def test_a_branch_of_probability_zero_is_not_there():
    game = compiled("stages: [{id: luck, by: nature, chance: {good: 1, bad: 0}}]").game
    assert game.nodes == 2


def outcome_shares(body: str, head: str = HEAD) -> dict[str, float]:
    game = compiled(body, head)
    solved = solve_draws(game, median_draw(game.crisis))
    return dict(zip((o.id for o in game.crisis.outcomes), solved.outcomes[0], strict=True))


def test_before_is_the_move_of_the_round_before_and_the_name_alone_the_latest():
    body = """
stages:
  - repeat: 3
    stages:
      - {id: coin, by: nature, chance: {heads: 0.5, tails: 0.5}}
      - id: echo
        by: nature
        when: before(coin) = heads and coin = tails
        chance: {stop: {probability: 1, end: noisy}}
"""
    # Stops in round 2 after HT (1/4), in round 3 after HHT, THT (2/8).
    assert outcome_shares(body)["noisy"] == pytest.approx(0.5)


def test_count_is_over_earlier_rounds_and_at_the_end_over_all():
    body = """
stages:
  - repeat: 3
    stages:
      - {id: coin, by: nature, chance: {heads: 0.5, tails: 0.5}}
      - id: check
        by: nature
        when: round = 3 and count(coin, heads) = 2
        chance: {stop: {probability: 1, end: noisy}}
"""
    assert outcome_shares(body)["noisy"] == pytest.approx(0.25)
    head = HEAD.replace(
        "finally: quiet", 'finally: [{when: "count(coin, heads) = 3", outcome: noisy}, {outcome: quiet}]'
    )
    body = "stages: [{repeat: 3, stages: [{id: coin, by: nature, chance: {heads: 0.5, tails: 0.5}}]}]"
    assert outcome_shares(body, head)["noisy"] == pytest.approx(0.125)


def test_costs_on_the_way_are_subtracted_once_for_each_time_they_are_paid():
    body = """
quantities: {price: 0.25}
stages:
  - repeat: 2
    stages: [{id: show, by: nature, chance: {yes: {probability: 1}}}]
  - {id: sink, by: a, choose: {pay: {cost: price}, spare: {cost: {a: 2 * price, b: price}}}}
"""
    game = compiled(body)
    solved = solve_draws(game, median_draw(game.crisis))
    assert solved.utilities[0] == pytest.approx([-0.25, 0.0])


def test_a_million_nodes_compile_within_the_budget_and_reach_sums_to_one():
    body = """
stages:
  - {id: one, by: a, choose: {from: 0, to: 1, step: 0.005}}
  - {id: two, by: b, choose: {from: 0, to: 1, step: 0.005}}
  - {id: three, by: nature, chance: {x: 0.2, y: 0.3, z: rest}}
  - {id: four, by: nature, chance: {x: 0.2, y: 0.3, z: 0.5}}
  - {id: five, by: nature, chance: {x: 0.2, y: 0.8}}
"""
    game = compiled(body)
    assert game.game.nodes > 1_000_000
    chance = game.numbers(median_draw(game.crisis)).chance[0]
    per_node = np.zeros(game.game.nodes)
    edges = np.flatnonzero(game.game.chance >= 0)
    np.add.at(per_node, game.game.parent[edges], chance[game.game.chance[edges]])
    assert np.allclose(per_node[game.game.infoset == -1], 1)


def test_a_game_beyond_the_budget_is_refused_before_it_takes_memory():
    body = """
stages:
  - repeat: 40
    stages:
      - {id: one, by: a, choose: {x, y, z}}
      - {id: two, by: b, choose: {x, y, z}}
"""
    with pytest.raises(CaseError) as error:
        compiled(body)
    text = str(error.value)
    assert "the game has more than" in text
    assert "`two`" in text
    assert "repeated 40 times" in text


def test_a_leak_through_a_hidden_state_is_named():
    body = """
state: {level: {from: 0, to: 1, start: 0}}
stages:
  - {id: build, by: a, choose: {wait, go: {set: {level: 1}}}, seen_by: none}
  - {id: act, by: b, choose: {hold, hit: {when: level = 1, end: noisy}}}
"""
    with pytest.raises(CaseError) as error:
        compiled(body)
    text = str(error.value)
    assert "information leak: whether `hit` is available to `b` at `act` depends on the state `level`" in text
    assert "let `b` see it (`seen_by`)" in text
    assert "case.yaml:" in text


def test_being_asked_at_all_must_not_tell_what_is_hidden():
    body = """
state: {level: {from: 0, to: 1, start: 0}}
stages:
  - {id: build, by: a, choose: {wait, go: {set: {level: 1}}}, seen_by: none}
  - {id: act, by: b, when: level = 1, choose: {hold, hit: {end: noisy}}}
"""
    with pytest.raises(CaseError, match="whether `b` gets to choose at `act` depends on the state `level`"):
        compiled(body)


def test_a_state_taken_out_of_its_domain_is_an_error_that_names_the_number():
    body = """
state: {level: {from: 0, to: 1, start: 0}}
stages: [{repeat: 2, stages: [{id: build, by: a, choose: {wait, go: {set: {level: level + 1}}}}]}]
"""
    with pytest.raises(CaseError, match="takes the state `level` to 2, outside its domain"):
        compiled(body)


def test_no_move_left_is_an_error():
    body = "stages: [{id: one, by: a, choose: {x, y}}, {id: two, by: b, choose: {l: {when: one = x}}}]"
    with pytest.raises(CaseError, match="no move is left at `two` in some histories"):
        compiled(body)


def test_play_that_runs_out_without_an_outcome_is_an_error():
    head = HEAD.replace("finally: quiet\n", "")
    with pytest.raises(CaseError, match="outcome"):
        compiled("stages: [{id: one, by: a, choose: {x: {end: quiet}, y}}]", head)


def simultaneous(first: str, second: str) -> str:
    return f"""
state: {{level: {{from: 0, to: 2, start: 0}}}}
quantities: {{price: 0.25}}
stages:
  - together:
      - {first}
      - {second}
"""


ONE = "{id: one, by: a, when: level = 0, choose: {stay, leave: {end: noisy, set: {level: level + 1}}}}"
TWO = "{id: two, by: b, when: level = 0, choose: {hold, push: {cost: price, set: {level: level + 1}}}}"


def test_the_order_in_which_simultaneous_stages_are_listed_makes_no_difference():
    listed = [compiled(simultaneous(ONE, TWO)), compiled(simultaneous(TWO, ONE))]
    solved = [solve_draws(each, median_draw(each.crisis), rationality=3) for each in listed]
    assert solved[0].game.nodes == solved[1].game.nodes == 1 + 2 + 4
    assert solved[0].outcomes == pytest.approx(solved[1].outcomes, abs=1e-12)
    assert solved[0].utilities == pytest.approx(solved[1].utilities, abs=1e-12)
    assert sorted(listed[0].game.story.state["level"]) == sorted(listed[1].game.story.state["level"]) == [0, 1, 1, 2]


def test_who_moves_at_the_same_time_as_an_end_still_moves_and_pays():
    game = compiled(simultaneous(ONE, TWO))
    solved = solve_draws(game, median_draw(game.crisis), rationality=0)
    # Half of the time b pushes, whether or not a leaves; a leaves half of the time, which costs b another 1.
    assert solved.utilities[0] == pytest.approx([0.5, -0.5 - 0.25 / 2])


def test_where_two_simultaneous_moves_end_play_the_first_listed_decides():
    first = "{id: one, by: a, choose: {stay, leave: {end: noisy}}}"
    second = "{id: two, by: b, choose: {hold, stop: {end: quiet}}}"
    game = compiled(simultaneous(first, second))
    solved = solve_draws(game, median_draw(game.crisis), rationality=0)
    assert solved.outcomes[0] == pytest.approx([0.5, 0.5])


def test_the_size_of_simultaneous_rounds_is_known_exactly():
    body = """
state: {level: {from: 0, to: 8, start: 0}}
stages:
  - repeat: 3
    stages:
      - together:
          - {id: one, by: a, choose: {wait, go: {set: {level: level + 1}}, quit: {end: quiet}}}
          - {id: two, by: b, when: level < 2, choose: {wait, go: {set: {level: level + 1}}, hit: {end: noisy}}}
"""
    crisis = read_text(HEAD + body, "case.yaml")
    assert measure(Play(crisis)).nodes == compile_crisis(crisis).game.nodes
