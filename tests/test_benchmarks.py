"""The benchmark checks its own answers: a wrong one is told and has no ratio, of whichever program it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from benchmarks.__main__ import main
from benchmarks.curves import Curve, draw
from benchmarks.curves import markdown as curve_table
from benchmarks.race import Entrant, Peer, PeerError, Row, Timing, in_this_process, race
from benchmarks.table import line, markdown, plain


def answers(value: float, seconds: float = 0.25) -> Callable[[], tuple[float, Any]]:
    return lambda: (seconds, value)


def differ(ours: float, theirs: float) -> str:
    return "" if ours == theirs else f"{theirs} instead of {ours}"


def small_race(*peers: Entrant, right: bool = True) -> Row:
    entrants = [Entrant("Détente", answers(1.0, 0.125)), *peers]
    return race("group", "task", entrants, differ, repeats=2, right=lambda _: right)


def test_a_peer_with_the_same_answer_has_a_ratio_of_cpu_times() -> None:
    row = small_race(Entrant("peer", answers(1.0)))
    assert row.ratio(0) == 2.0
    assert "2 ×, equal" in line(row)
    assert "| 2 × | equal |" in markdown([row])


def test_a_peer_with_another_answer_is_told_as_unequal_and_has_no_ratio() -> None:
    row = small_race(Entrant("peer", answers(7.0)), Entrant("honest", answers(1.0)))
    assert row.ratio(0) is None
    assert row.ratio(1) == 2.0
    assert "no ratio: 7.0 instead of 1.0" in line(row)
    assert "| none | 7.0 instead of 1.0 |" in markdown([row])
    assert plain(row)["peers"][0]["ratio"] is None


def test_when_detente_fails_its_own_check_there_is_no_ratio_for_anybody() -> None:
    row = small_race(Entrant("peer", answers(1.0)), right=False)
    assert row.ratio(0) is None
    assert "WRONG" in line(row)
    assert "fails its own check" in markdown([row])


def test_a_peer_that_fails_is_told_in_its_own_words() -> None:
    def fails() -> tuple[float, Any]:
        raise PeerError("no answer within 1 s")

    row = small_race(Entrant("peer", fails))
    assert row.ratio(0) is None
    assert "no answer within 1 s" in line(row)


def test_a_peer_s_process_says_what_went_wrong_and_goes_on() -> None:
    peer = Peer(patience=30.0)
    with pytest.raises(PeerError, match="KeyError"):
        peer.ask("no such task")
    assert peer.ask("versions", packages=["numpy", "no-such-package"])[1]["no-such-package"] == ""
    peer.stop()


def test_a_peer_that_takes_too_long_is_stopped() -> None:
    peer = Peer(patience=0.0)
    with pytest.raises(PeerError, match="no answer within 0 s"):
        peer.ask("versions", packages=[])


def test_a_task_of_detente_is_repeated_until_it_can_be_timed() -> None:
    calls: list[int] = []
    seconds, answer = in_this_process(lambda: calls.append(1) or len(calls))()
    assert answer == len(calls) > 1
    assert 0.0 < seconds < 0.02


def test_one_command_prints_a_table_and_writes_it_as_json_and_markdown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("pygambit", exc_type=ModuleNotFoundError)
    files = ["--json", str(tmp_path / "a.json"), "--markdown", str(tmp_path / "a.md")]
    (at_50, limit) = main(["--only", "logit", "--types", "2", "--repeats", "1", *files])
    told = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert told["machine"]["versions"]["pygambit"]
    assert [row["task"] for row in told["rows"]] == ["signalling K=2", "signalling K=2"]
    for row in (at_50, limit):
        assert row.right
        assert row.verdicts == [""], "the same equilibrium as pygambit's"
        assert row.ratio(0) is not None
    assert "equal" in capsys.readouterr().out
    assert "to λ=50" in (tmp_path / "a.md").read_text(encoding="utf-8")


def test_curves_are_told_as_a_table_and_drawn(tmp_path: Path) -> None:
    curve = Curve("squares", "size", "seconds", [(float(n), 1e-3 * n**2) for n in (1, 2, 4, 8, 16)])
    assert curve.slope == pytest.approx(2.0)
    assert "as size to the power 2.00" in curve_table([curve])
    draw([curve] * 4, tmp_path / "curves.svg")
    assert (tmp_path / "curves.svg").read_text(encoding="utf-8").startswith("<svg")


def test_times_are_written_with_their_units() -> None:
    row = Row("group", "task", Timing("Détente", [0.00025]), floor=0.0000025)
    assert "250 µs" in line(row)
    assert "100 × above it" in line(row)
