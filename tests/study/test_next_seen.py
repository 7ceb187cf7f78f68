"""Sights that a solution tells after events of one's own choosing are those that a study tells after its timeline."""

from __future__ import annotations

import pytest

import detente as dt

EVENTS = ["letter: offer_and_threat", "reply: dismiss"]


@pytest.fixture(scope="module")
def solved():
    return dt.solve("iran-2025")


def test_a_study_of_one_solution_tells_the_same_sights(solved):
    none = {"claims": 0, "scenarios": 0, "questions": 0, "hinges": 0}
    table = dt.run("iran-2025", draws=None, inquiry_draws=none).watch()
    told = solved.watch()
    assert {(each.stage, each.look) for each in told} == set(
        table[table.chance > 0][["stage", "move"]].itertuples(index=False)
    )
    for each in told:
        rows = table[(table.stage == each.stage) & (table.move == each.look) & (table.group == "readings")]
        assert set(rows.subject) == set(each.after)
        for row in rows.itertuples():
            assert each.chance == pytest.approx(row.chance, abs=1e-12)
            assert each.after[row.subject] == pytest.approx(row.after, abs=1e-9)
            assert each.now[row.subject] == pytest.approx(row.now, abs=1e-12)
        assert each.bits == pytest.approx(rows.bits.max(), abs=1e-9)


def test_what_is_held_once_it_is_seen_is_the_belief_after_one_more_event(solved):
    crisis = solved.solved.crisis
    for each in solved.watch(EVENTS):
        word = "seen" if crisis.stage(each.stage).seen_as else ""
        event = f"{each.stage}: {word} {each.look}" if word else f"{each.stage}: {each.look}"
        beliefs = solved.beliefs([*EVENTS, event])
        for reading, share in each.after.items():
            assert beliefs.of(reading)[-1] == pytest.approx(share, abs=1e-9)
            assert beliefs.of(reading)[-2] == pytest.approx(each.now[reading], abs=1e-9)
        before, after = solved.after([*EVENTS, event]).to_dict()[-2:]
        assert after["chance"] / before["chance"] == pytest.approx(each.chance, abs=1e-9)


def test_the_most_telling_stage_comes_first(solved):
    bits = [each.bits for each in solved.watch(EVENTS)]
    assert bits == sorted(bits, reverse=True)
    assert bits[0] > 0


def test_several_draws_and_game_files_are_referred_to_a_study(tmp_path):
    with pytest.raises(dt.RequestError, match="study"):
        dt.solve("demand", draws=2).watch()
    with pytest.raises(dt.RequestError, match="game file"):
        dt.solve(dt.export("demand", tmp_path / "game.efg")).watch()
