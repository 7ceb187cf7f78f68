"""`detente solve` and `detente ask`."""

from __future__ import annotations

import pytest

KEYS = {
    "case",
    "rationality",
    "reached",
    "status",
    "nash_conv",
    "conditional_regret",
    "payoff_range",
    "size",
    "turning_points",
    "outcomes",
    "utilities",
    "profile",
}


def test_solve_answers_with_every_promised_key(door, tiny):
    found = door.json("solve", tiny)
    assert found.keys() >= KEYS
    assert found["size"].keys() >= {"nodes", "information_sets", "unknowns"}
    assert found["profile"][0].keys() >= {"actor", "stage", "round", "private", "knows", "belief", "moves"}


def test_probabilities_that_solve_prints_sum_to_one(door, tiny):
    found = door.json("solve", tiny, "--rationality", "5")
    assert sum(found["outcomes"].values()) == pytest.approx(1)
    assert all(sum(each["moves"].values()) == pytest.approx(1) for each in found["profile"])
    assert found["rationality"] == pytest.approx(5)


def test_a_person_sees_outcomes_choices_and_a_certificate_in_80_columns(door, tiny):
    done = door("solve", tiny)
    assert done.exit_code == 0
    assert max(len(line) for line in done.stdout.splitlines()) <= 80
    for words in ("Settlement", "Challenger", "NashConv"):
        assert words in done.stdout


def test_set_changes_the_answer_as_theory_says(door, tiny):
    cheap = door.json("ask", tiny, "U(challenger) given (answer = fight)", "--set", "cost=0")
    dear = door.json("ask", tiny, "U(challenger) given (answer = fight)", "--set", "cost=0.1")
    [low], [high] = dear.values(), cheap.values()
    assert high["value"] - low["value"] == pytest.approx(0.1)


def test_a_scenario_is_the_same_as_setting_what_it_sets(door, tiny):
    named = door.json("ask", tiny, "U(challenger)", "--scenario", "painless")
    by_hand = door.json("ask", tiny, "U(challenger)", "--set", "cost=0")
    assert named["U(challenger)"]["value"] == pytest.approx(by_hand["U(challenger)"]["value"])


def test_without_draws_there_is_no_interval(door, tiny):
    [answer] = door.json("ask", tiny, "P(war)").values()
    assert answer["low"] is None
    assert answer["high"] is None


def test_with_draws_the_median_lies_in_the_interval(door, tiny):
    [answer] = door.json("ask", tiny, "U(challenger)", "--draws", "20", "--rationality", "3").values()
    assert answer["draws"] == 20
    assert answer["low"] <= answer["value"] <= answer["high"]


def test_one_seed_gives_one_answer(door, tiny):
    words = ("ask", tiny, "U(challenger)", "--draws", "5", "--rationality", "3", "--seed")
    assert door.json(*words, "7") == door.json(*words, "7")
    assert door.json(*words, "7") != door.json(*words, "8")


def test_rationality_zero_is_a_coin_toss(door, tiny):
    found = door.json("ask", tiny, "P(demand = high)", "--rationality", "0")
    assert found["P(demand = high)"]["value"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("arguments", "suggestion"),
    [
        (("ask", "tiny.yaml", "P(wra)"), "war"),
        (("ask", "tiny.yaml", "U(chalenger)"), "challenger"),
        (("ask", "tiny.yaml", "P(war)", "--set", "csot=0"), "cost"),
        (("ask", "tiny.yaml", "P(war)", "--scenario", "painles"), "painless"),
        (("solve", "tiny.yaml", "--set", "csot=0"), "cost"),
    ],
)
def test_an_unknown_name_is_answered_with_a_like_one(door, tiny, arguments, suggestion):
    done = door(*arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "did you mean" in done.stderr.lower()
    assert suggestion in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("solve", "tiny.yaml", "--rationality", "much"),
        ("solve", "tiny.yaml", "--rationality", "-1"),
        ("solve", "tiny.yaml", "--rationality", "nan"),
        ("solve", "tiny.yaml", "--set", "cost"),
        ("solve", "tiny.yaml", "--set", "cost=cheap"),
        ("solve", "tiny.yaml", "--draws", "0"),
        ("solve", "tiny.yaml", "--nonsense"),
        ("solve",),
        ("nonsense",),
        ("ask", "tiny.yaml"),
        ("ask", "tiny.yaml", "P(war"),
    ],
)
def test_a_request_that_makes_no_sense_is_a_usage_error(door, tiny, arguments):
    done = door(*arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_game_survives_the_way_out_to_a_game_file_and_back(door, tiny):
    assert door("export", tiny, "tiny.efg").exit_code == 0
    case = door.json("solve", tiny, "--rationality", "4")
    game = door.json("solve", "tiny.efg", "--rationality", "4")
    assert game["size"]["nodes"] == case["size"]["nodes"]
    assert sorted(game["utilities"].values()) == pytest.approx(sorted(case["utilities"].values()), abs=1e-9)
    assert game["profile"][0].keys() >= {"actor", "information_set", "moves"}


def test_a_broken_game_file_is_a_bad_case(door):
    (door.folder / "broken.efg").write_text('EFG 2 R "broken" { "one" }\np "" 1 1', "utf-8")
    done = door("solve", "broken.efg")
    assert done.exit_code == 1
    assert "broken.efg" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_gradient_lists_what_moves_the_answer_most_first(door, tiny):
    done = door("ask", tiny, "U(challenger)", "--gradient", "--rationality", "5")
    assert done.exit_code == 0
    assert max(len(line) for line in done.stdout.splitlines()) <= 80
    assert 0 < done.stdout.index("chance that the challenger wins") < done.stdout.index("condition of the equations")


def test_a_gradient_in_json_has_every_promised_key(door, tiny):
    [answer] = door.json("ask", tiny, "P(war)", "--gradient", "--rationality", "5").values()
    assert answer.keys() == {"value", "condition", "rationality", "draws", "remarks", "how_solved", "derivatives"}
    assert answer["derivatives"][0].keys() >= {
        "quantity",
        "name",
        "kind",
        "derivative",
        "per_range",
        "low",
        "high",
        "at",
    }
    assert {each["quantity"] for each in answer["derivatives"]} >= {"p", "cost", "rationality"}


def test_a_gradient_of_something_unknown_is_a_bad_request(door, tiny):
    done = door("ask", tiny, "P(pax)", "--gradient")
    assert done.exit_code == 2
    assert "pax" in done.stderr


def test_a_value_that_rounds_to_zero_is_printed_without_a_sign(door):
    game = 'EFG 2 R "small" { "one" }\np "" 1 1 "" { "a" "b" } 0\nt "" 1 "" { -1e-9 }\nt "" 2 "" { -1e-9 }\n'
    (door.folder / "small.efg").write_text(game, "utf-8")
    printed = door("solve", "small.efg").stdout
    assert "0.0000" in printed
    assert "-0.0000" not in printed


def test_a_change_is_told_beside_the_case_as_it_stands(door, tiny):
    changed = ("--set", "cost=0.3", "--draws", "8")
    assert "What the change does" in door("solve", tiny, *changed).output
    (war,) = (each for each in door.json("solve", tiny, *changed)["changed"] if each["id"] == "war")
    asked = door.json("ask", tiny, "P(war)", *changed)["P(war)"]
    for name in ("baseline", "value", "difference", "difference_error"):
        assert war[name] == pytest.approx(asked[name], abs=1e-9)
    assert "changed" not in door.json("solve", tiny)
