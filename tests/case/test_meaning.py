"""The meaning of each construct of the language: the records that it reads as."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from detente.case.read import read_text
from detente.crisis.evidence import Citation, Support
from detente.crisis.expressions import Number, Operation, QuantityName, StageMove, StateValue
from detente.crisis.play import Repeat, Together
from detente.crisis.quantities import Distribution, Shape
from detente.errors import CaseError

EXAMPLE = (Path(__file__).parent / "example.yaml").read_text("utf-8")
CASE = read_text(EXAMPLE, "example.yaml")

ROUNDS = """
detente: 1
title: Rounds
quantities: {p: 0.5}
actors:
  us: {name: United States, private: {aim: {deal: p, show: rest}}}
  iran: {private: {aim: {bold: "if(us.aim = deal, 0.2, p)", meek: rest, because: [], note: guess}}}
  israel:
state:
  programme: {values: [frozen, running, racing], start: running}
  anger: {from: 0, to: 3, start: 1, name: anger in the street}
stages:
  - id: letter
    name: the letter
    by: us
    set: {anger: "min(anger + 1, 3)"}
    cost: {us: 0.1, iran: p}
    choose:
      offer: {name: talks, cost: 0}
      threat: {set: {anger: 3}}
      both:
    seen_as: {offer: words, both: words}
    note: in March
  - repeat: 3
    stages:
      - together:
          - {id: enrich, by: iran, choose: {pause: {set: {programme: frozen}}, go: }, seen_by: none}
          - {id: strike, by: israel, when: "before(strike) != hit or round = 1", choose: {hit: , hold: }, seen_by: [us]}
      - id: news
        by: nature
        when: enrich = go
        chance: {leak: {probability: "if(enrich = go, p, 0)", name: a leak, end: war}, quiet: rest}
      - {id: bid, by: us, choose: {from: -0.1, to: 0.3, step: 0.1}, when: "count(strike, hit) < 2", end: war}
outcomes:
  war: {payoffs: {us: "p - letter_cost", others: 0}}
  deal:
preferences:
  iran: {aim: {bold: war > deal, meek: {order: deal ~ war, note: a guess}}}
  israel: war > deal
  us: deal > war
finally:
  - {when: programme >= running, outcome: war}
  - {outcome: deal}
readings: {trap: {name: It is a trap, when: us.aim = show and programme = racing}}
timeline:
  - {stage: strike, round: 2, move: hit, name: the raid}
questions: [{id: q, vary: p, from: 0, to: 1, steps: 3, show: P(trap)}]
scenarios:
  calm: {name: Calm, forbid: {strike: hit}, force: {letter: both}, prior: {us.aim: {deal: 0.9, show: rest}}, note: x}
rationality: {uniform: [5, 50]}
""".replace(" - letter_cost", "")
GAME = read_text(ROUNDS)


def test_a_bare_number_is_a_certain_quantity():
    assert GAME.quantity("p").distribution == Distribution(Shape.VALUE, (Number(0.5),))


def test_a_distribution_keeps_its_parameters_name_and_evidence():
    cost = CASE.quantity("cost_a")
    assert cost.distribution == Distribution(Shape.UNIFORM, (Number(0.05), Number(0.15)))
    assert cost.label == "A's cost of war"
    assert cost.support == Support((Citation("brief", 4, 4, "A is tired"),))
    assert CASE.quantity("leak_rate").support == Support(note="analyst's judgement")


@pytest.mark.parametrize(
    "written",
    [
        "triangular: [0, 0.2, 1]",
        "pert: [0, p, 1]",
        "normal: [0, 1], within: [-1, 1]",
        "lognormal: [1, 2]",
        "beta: [2, p]",
        "equals: p ^ 2",
        "uniform: [0, p * 2]",
    ],
)
def test_every_kind_of_uncertainty_is_read(written):
    text = ROUNDS.replace("quantities: {p: 0.5}", f"quantities: {{p: 0.5, q: {{{written}}}}}")
    distribution = read_text(text).quantity("q").distribution
    assert distribution.shape.value == written.split(":")[0]
    assert (distribution.within is not None) == ("within" in written)


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("value: 1, uniform: [0, 1]", "`value`, `uniform` stand side by side"),
        ("name: nothing", "no number and no distribution is given"),
        ("pert: [0, 2, 1]", "the numbers of `pert` are out of order"),
        ("triangular: [0.5, 0, 1]", "the numbers of `triangular` are out of order"),
        ("normal: [0, 0]", "the sd of `normal` is 0"),
        ("lognormal: [-1, 2]", "the median of `lognormal` is -1"),
        ("lognormal: [1, 1]", "the factor of `lognormal` is 1"),
        ("beta: [0, 1]", "the a of `beta` is 0"),
        ("uniform: [0, 1], within: [2, 3]", "the distribution lies wholly outside `within`"),
        ("uniform: [0, 1], within: [1, 0]", "`within` needs two numbers, the smaller first"),
        ("value: 3, within: [0, 1]", "3 lies outside `within`"),
        ("equals: q", "`q` is not declared before the quantity `q`"),
        ("equals: us.aim", "`us.aim` cannot be mentioned in the quantity `q`"),
        ("equals: letter", "the move at `letter` cannot be mentioned in the quantity `q`"),
    ],
)
def test_a_number_that_cannot_be_is_told(written, what):
    with pytest.raises(CaseError) as error:
        read_text(ROUNDS.replace("quantities: {p: 0.5}", f"quantities: {{p: 0.5, q: {{{written}}}}}"))
    assert error.value.problems[0].what == what


def test_rest_is_kept_and_a_prior_may_rest_on_what_was_drawn_before():
    variable = GAME.private("iran", "aim")
    assert variable.values == ("bold", "meek")
    assert isinstance(variable.probabilities[0], Operation)
    assert variable.probabilities[1] is None
    assert variable.support == Support(note="guess")
    assert CASE.private("b", "cost").points == 4


def test_a_prior_cannot_rest_on_what_is_drawn_later():
    with pytest.raises(CaseError, match=r"`iran\.aim` is not declared before the prior of `us\.aim`"):
        read_text(ROUNDS.replace("{deal: p, show: rest}", '{deal: "if(iran.aim = bold, 0.1, 0.2)", show: rest}'))


def test_numbers_to_choose_are_exact_and_named_as_they_would_be_written():
    demand = CASE.stage("demand")
    assert [move.id for move in demand.moves] == [
        "0",
        "0.1",
        "0.2",
        "0.3",
        "0.4",
        "0.5",
        "0.6",
        "0.7",
        "0.8",
        "0.9",
        "1",
    ]
    assert [move.number for move in demand.moves] == [k / 10 for k in range(11)]
    assert [move.id for move in GAME.stage("bid").moves] == ["-0.1", "0", "0.1", "0.2", "0.3"]


def test_a_step_may_be_a_fraction_and_its_numbers_are_the_nearest_there_are():
    crisis = read_text(EXAMPLE.replace("step: 0.1", "step: 1/30").replace("[0.9, 1]", "[1]"))
    assert [move.number for move in crisis.stage("demand").moves] == [k / 30 for k in range(31)]


def test_state_starts_where_it_is_told_and_keeps_its_order():
    programme, anger = GAME.state
    assert (programme.values, programme.start, programme.numeric) == (("frozen", "running", "racing"), 1, False)
    assert (anger.values, anger.start, anger.numeric, anger.low) == (("0", "1", "2", "3"), 1, True, 0)


def test_what_a_stage_does_holds_for_every_move_that_does_not_say_otherwise():
    offer, threat, both = GAME.stage("letter").moves
    raised = Operation("min", (Operation("+", (StateValue("anger"), Number(1.0))), Number(3.0)))
    assert both.set == offer.set == (("anger", raised),)
    assert threat.set == (("anger", Number(3.0)),)
    assert offer.cost == (("us", Number(0.0)),)
    assert both.cost == threat.cost == (("us", Number(0.1)), ("iran", QuantityName("p")))
    assert all([end.outcome for end in move.ends] == ["war"] for move in GAME.stage("bid").moves)


def test_who_sees_a_move_and_as_what():
    letter, enrich, strike = GAME.stage("letter"), GAME.stage("enrich"), GAME.stage("strike")
    assert (letter.seen_by, enrich.seen_by, strike.seen_by) == (None, (), ("us",))
    assert letter.seen_as == ("words", "threat", "words")
    assert letter.support.note == "in March"


def test_blocks_nest_as_written():
    letter, repeat = GAME.steps
    assert isinstance(repeat, Repeat)
    assert repeat.times == 3
    together, news, bid = repeat.stages
    assert isinstance(together, Together)
    assert [stage.id for stage in together.stages] == ["enrich", "strike"]
    assert (news.by, bid.numeric, letter.label) == ("nature", True, "the letter")
    assert news.moves[0].label == "a leak"
    assert news.moves[1].probability is None


def test_before_is_the_move_of_the_round_before():
    first, _ = GAME.stage("strike").when.operands
    assert first.operands[0] == StageMove("strike", before=True)


def test_rankings_keep_tiers_types_and_evidence():
    bold, meek, israel, _ = GAME.preferences
    assert (bold.tiers, bold.variable, bold.value) == ((("war",), ("deal",)), "aim", 0)
    assert (meek.tiers, meek.value, meek.support.note) == ((("deal", "war"),), 1, "a guess")
    assert (israel.actor, israel.variable) == ("israel", None)


def test_others_fills_the_payoffs_of_the_rest():
    assert GAME.outcome("war").payoffs == (("us", QuantityName("p")), ("iran", Number(0.0)), ("israel", Number(0.0)))
    assert GAME.outcome("deal").payoffs == ()


def test_the_end_of_the_stages_is_tried_in_order():
    first, last = GAME.finally_
    assert (first.outcome, last.outcome, last.when) == ("war", "deal", None)
    assert CASE.finally_[0].outcome == "standoff"


def test_the_timeline_finds_moves_by_name_and_by_number():
    demand, answer = CASE.timeline
    assert (demand.move, demand.date, answer.move) == (6, date(2025, 3, 7), 2)
    raid = GAME.timeline[0]
    assert (raid.stage, raid.round, raid.move, raid.name) == ("strike", 2, 0, "the raid")


def test_scenarios_hold_positions_and_priors():
    calm = GAME.scenario("calm")
    assert calm.forbid == (("strike", (0,)),)
    assert calm.force == (("letter", 2),)
    assert calm.prior[0].probabilities == (Number(0.9), None)
    assert CASE.scenario("no_ultimatum").forbid == (("demand", (9, 10)),)


def test_rationality_is_a_limit_a_number_or_a_distribution():
    assert CASE.rationality == "limit"
    assert GAME.rationality == Distribution(Shape.UNIFORM, (Number(5.0), Number(50.0)))
    assert read_text(EXAMPLE + "\nrationality: 20\n").rationality == Distribution(Shape.VALUE, (Number(20.0),))


@pytest.mark.parametrize(
    ("right", "wrong", "what"),
    [
        ("us: deal > war", "us: deal", "the ranking leaves out `war`"),
        ("us: deal > war", "us: deal > war > deal", "`deal` is ranked twice"),
        ("us: deal > war", "us: deal > > war", "an outcome is missing in the ranking"),
        ("us: deal > war", "us: war < deal", "unknown outcome `war < deal`"),
        ("us: deal > war", "uk: deal > war", "unknown actor `uk`"),
        ("bold: war > deal, ", "", "no ranking is given for `bold`"),
        ("bold: war > deal", "brave: war > deal", "no ranking is given for `bold`"),
        ("iran: {aim:", "iran: {mood:", "`iran` has no private variable `mood` with named values"),
        ("  - {outcome: deal}\n", "", "the last entry of `finally` has a condition"),
        (
            "  - {when: programme >= running, outcome: war}",
            "  - {outcome: war}",
            "this entry of `finally` has no condition, so those after it are never reached",
        ),
        (
            "programme >= running",
            "p > 0.2",
            "`p` is an uncertain quantity, which the `when` of `finally` may not mention",
        ),
        ("us.aim = show and", "round = 1 and", "`round` cannot be mentioned in a reading"),
        ("round: 2, ", "", "in which round? stage `strike` is inside a `repeat`"),
        ("round: 2, ", "round: 4, ", "there is no round 4"),
        (
            "stage: strike, round: 2, move: hit",
            "stage: letter, round: 2, move: offer",
            "stage `letter` is not inside a `repeat`",
        ),
        (
            "before(strike) != hit or round = 1",
            "before(letter) = offer",
            "stage `letter` is not inside a `repeat`, so `before` has no rounds to look at",
        ),
        (
            "before(strike) != hit or round = 1",
            "enrich = go",
            "information leak: `israel` chooses at stage `strike` but cannot know the move at `enrich`, "
            "which it does not see",
        ),
        (
            "before(strike) != hit or round = 1",
            "us.aim = deal",
            "information leak: `israel` chooses at stage `strike` but cannot know `us.aim`, which is private to `us`",
        ),
        (
            "id: bid, by: us",
            "id: bid, by: iran",
            "information leak: `iran` chooses at stage `bid` but cannot know the move at `strike`, "
            "which it does not see",
        ),
        ("seen_as: {offer: words", "seen_as: {ofer: words", "`ofer` is not a move of stage `letter`"),
        ("{anger: 3}", "{anger: 4}", "4 is not a value of `anger`"),
        ("{anger: 3}", "{rage: 3}", "unknown state variable `rage`"),
        ("{anger: 3}", "{anger: p}", "`p` is an uncertain quantity, which `set` may not mention"),
        ("cost: {us: 0.1, iran: p}", "cost: {uk: 0.1}", "unknown actor `uk`"),
        ("chance: {leak", "cost: 1\n        chance: {leak", "nature pays no costs"),
        ("force: {letter: both}", "force: {strike: hit}", "this move is forbidden in the same scenario"),
        (
            "prior: {us.aim: {deal: 0.9, show: rest}}",
            "prior: {us.aim: {deal: 1}}",
            "no probability is given for `show`",
        ),
        ("prior: {us.aim:", "prior: {us.mood:", "unknown private variable `us.mood`"),
        (
            "prior: {us.aim: {deal: 0.9, show: rest}}",
            "prior: {us.aim: {uniform: [0, 1]}}",
            "`us.aim` has named values, and a distribution stands here",
        ),
        ("by: nature\n", "by: us\n", "`us` cannot move at a chance stage"),
        ("vary: p", "vary: q", "unknown quantity `q`"),
        ("to: 1, steps", "to: 0, steps", "`to: 0` does not lie above `from: 0`"),
        ("steps: 3", "steps: 1", "1 step"),
        ("show: P(trap)", "show: []", "nothing is shown"),
        ("- repeat: 3", "- repeat: 0", "0 rounds"),
        (
            "{values: [frozen, running, racing], start: running}",
            "{values: [frozen, frozen], start: frozen}",
            "duplicate value `frozen`",
        ),
        (
            "{values: [frozen, running, racing], start: running}",
            "{values: [frozen], to: 3, start: 3}",
            "the state variable `programme` needs either `values` or both `from` and `to`",
        ),
        ("uniform: [5, 50]}", "value: -1}", "a rationality of -1"),
        ("  israel:\n", "  letter:\n", "`letter` is already the name of an actor"),
        ("readings: {trap:", "readings: {war:", "`war` is already the name of an outcome"),
        ("iran: {private", "'ir.an': {private", "`ir.an` has a dot in it"),
        ("quantities: {p", "quantities: {'3': 1, p", "`3` is a number and cannot name a quantity"),
        ("quantities: {p", 'quantities: {"a\'b": 1, p', "`a'b` cannot be a name"),
    ],
)
def test_a_construct_that_cannot_be_is_told(right, wrong, what):
    assert right in ROUNDS
    with pytest.raises(CaseError) as error:
        read_text(ROUNDS.replace(right, wrong, 1))
    assert any(problem.what.startswith(what) for problem in error.value.problems), error.value


def test_stages_made_at_once_cannot_look_at_one_another():
    seen = ROUNDS.replace("go: }, seen_by: none}", "go: }}").replace(
        "before(strike) != hit or round = 1", "enrich = go"
    )
    with pytest.raises(CaseError, match="the move at `enrich`, which is made at the same time"):
        read_text(seen)
    read_text(seen.replace("enrich = go,", "before(enrich) = go,", 1).replace('"enrich = go"', '"before(enrich) = go"'))


def test_a_private_number_that_rests_on_a_quantity_stays_out_of_the_order_of_play():
    text = EXAMPLE.replace("uniform: [0, 0.3]", "uniform: [0, leak_rate]")
    with pytest.raises(CaseError, match=r"the numbers that `b\.cost` takes depend on `leak_rate`"):
        read_text(text)


def test_a_digest_is_of_what_is_said_and_not_of_how():
    commented = EXAMPLE.replace("# A case", "# The case").replace(
        "{a: demand, b: 1 - demand}", "{a: demand,   b: 1-demand}"
    )
    assert read_text(commented).digest == CASE.digest
    assert read_text(EXAMPLE.replace("0.15]", "0.16]")).digest != CASE.digest
