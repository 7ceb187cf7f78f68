"""A session answers as single calls do, disturbs nobody, and gives back what it holds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import detente as dt
from detente.analysis.solved import Solved
from detente.game import paths
from detente.study import session as sessions

CASE = "schultz-1999-crisis"
EVENTS = ["letter: silence", "deed: restraint"]


def leaves(solved: Solved) -> list[tuple[float, dict[str, str], str]]:
    """Every way play can go, node by node from the leaf up: its probability, what happened by stage, how it ended."""
    game, story = solved.game, paths.story_of(solved.game)
    found = []
    for leaf, node in enumerate(game.leaf_node.tolist()):
        chance, made, at = 1.0, dict[str, str](), node
        while at:
            step = story.steps[int(story.step[at])]
            made[step.stage or f"{step.actor}.{step.variable}"] = step.labels[int(story.move[at])]
            own = solved.solution.behaviour[0, game.action[at]] if game.action[at] >= 0 else None
            chance *= solved.numbers.chance[0, game.chance[at]] if own is None else own
            at = int(game.parent[at])
        found.append((chance, made, solved.crisis.outcomes[int(story.outcome[leaf])].id))
    return found


def share(ways, holds, given) -> float:
    total = sum(p for p, made, end in ways if given(made, end))
    return sum(p for p, made, end in ways if given(made, end) and holds(made, end)) / total


@pytest.mark.parametrize("events", [None, EVENTS])
def test_endings_beliefs_and_moves_after_events_are_those_counted_way_by_way(events):
    solved = dt.solve("two-readings", set={"trap_cost": 0.4})
    ways = leaves(solved.solved)
    seen = [each.split(": ") for each in events or ["letter: offer", "deed: strike", "sanctions: ease"]]
    along, beliefs = solved.after(events), solved.beliefs(events)
    assert len(along.events) == len(seen) + 1
    for number in range(len(seen) + 1):

        def given(made, end, number=number):
            return all(made.get(stage) == move for stage, move in seen[:number])

        assert np.exp(along.log_chance[0, number]) == pytest.approx(sum(p for p, m, e in ways if given(m, e)))
        for name in ("talks", "refusal"):
            assert along.mean(name)[number] == pytest.approx(share(ways, lambda m, e, name=name: e == name, given))
        for observer in ("analyst", "observer"):
            truth = share(ways, lambda m, e: m["sender.aim"] == "genuine", given)
            assert beliefs.of("genuine", observer=observer)[number] == pytest.approx(truth)
    for row in solved.moves(events).to_dict():
        made = share(ways, lambda m, e, row=row: m.get(row["stage"]) == row["move"], lambda m, e: given(m, e))
        assert row["given_events"] == pytest.approx(made, abs=1e-12)
        assert row["probability"] == pytest.approx(sum(p for p, m, e in ways if m.get(row["stage"]) == row["move"]))


def test_what_is_continued_is_settled_to_what_a_single_call_finds():
    with dt.Session(CASE) as session:
        session.solve()
        for value in (0.3, 0.31, 0.32):
            session.set({"audience_cost": value}).solve()
        settled = session.settle()
        alone = dt.solve(CASE, set={"audience_cost": 0.32})
        assert settled.moved is not None
        np.testing.assert_array_equal(settled.solved.leaf_reach, alone.solved.leaf_reach)
        question = f"P({next(iter(alone.outcomes))})"
        assert session.ask(question).to_dict() == dt.ask(CASE, question, set={"audience_cost": 0.32}).to_dict()
        assert (
            session.gradient(question).to_dict() == dt.gradient(CASE, question, set={"audience_cost": 0.32}).to_dict()
        )


def test_every_setting_is_that_of_a_single_call():
    scenario = dt.load(CASE).scenarios[0].id
    with dt.Session(CASE) as session:
        session.set({"audience_cost": 0.2}, scenario=scenario, rationality=12, draws=3, seed=5)
        alone = dt.solve(CASE, set={"audience_cost": 0.2}, scenario=scenario, rationality=12, draws=3, seed=5)
        np.testing.assert_array_equal(session.settle().solved.leaf_reach, alone.solved.leaf_reach)
        session.set({"audience_cost": None}, scenario=None, rationality=None, draws=None)
        np.testing.assert_array_equal(session.settle().solved.leaf_reach, dt.solve(CASE).solved.leaf_reach)
        assert session.reset().settings == dt.Session(CASE).settings


def test_a_setting_that_the_case_does_not_have_is_refused_and_changes_nothing():
    session = dt.Session(CASE)
    before = session.settings
    for wrong in ({"quantities": {"nobody": 1.0}}, {"scenario": "never"}, {"rationality": -1}, {"draws": 0}):
        with pytest.raises(dt.RequestError):
            session.set(**wrong)
    assert session.settings == before


def test_sessions_side_by_side_and_threads_in_one_do_not_disturb_each_other():
    values = [0.1, 0.2, 0.3, 0.4]
    alone = {value: dt.solve(CASE, set={"audience_cost": value}).solved.leaf_reach for value in values}
    first = dt.Session(CASE)
    beside = {value: first.beside().set({"audience_cost": value}) for value in values}

    def ask(value: float) -> bool:
        found = [beside[value].settle().solved.leaf_reach for _ in range(3)]
        beside[value].beside().set({"audience_cost": 0.5}).solve()
        first.settle()
        return all(np.array_equal(each, alone[value]) for each in found)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, values * 2))
    np.testing.assert_array_equal(first.settle().solved.leaf_reach, dt.solve(CASE).solved.leaf_reach)


def test_what_a_session_holds_is_bounded_and_given_back():
    session = dt.Session(CASE)
    for value in np.linspace(0.1, 0.5, sessions.KEPT_SOLUTIONS + 4):
        session.set({"audience_cost": float(value)}).solve()
    held = session.size
    for value in np.linspace(0.11, 0.51, 2 * sessions.KEPT_SOLUTIONS):
        session.set({"audience_cost": float(value)}).solve()
    assert 0 < session.size <= 1.1 * held
    session.close()
    assert session.size == 0
    assert session.settle().outcomes


def test_a_game_file_has_a_session_and_no_events(tmp_path):
    file = dt.export(CASE, tmp_path / "game.efg")
    session = dt.Session(file)
    np.testing.assert_allclose(session.settle().solved.utilities, dt.solve(file).solved.utilities)
    for question in (session.solve().after, session.solve().beliefs, session.solve().moves):
        with pytest.raises(dt.RequestError, match="game file"):
            question()
    with pytest.raises(dt.RequestError, match="game file"):
        session.set({"audience_cost": 1})


def test_the_story_of_play_is_climbed_for_once_however_much_is_asked(monkeypatch):
    climbs = []
    told, inherit = paths._told, paths.inherit
    monkeypatch.setattr(paths, "_told", lambda game: climbs.append(1) or told(game))
    monkeypatch.setattr(paths, "inherit", lambda *args: climbs.append(1) or inherit(*args))
    with dt.Session("demand") as session:
        for value in (0.1, 0.15):
            solved = session.set({"cost_a": value}).settle()
            solved.after(), solved.beliefs(), solved.moves(), solved.to_dict()
            session.ask("P(war)", events=True)
    assert len(climbs) == 1


def test_no_module_keeps_what_belongs_to_a_game():
    source = "\n".join(path.read_text("utf-8") for path in Path(dt.__file__).parent.rglob("*.py"))
    assert "WeakKeyDictionary" not in source
