"""The picture of the game adds up, tells the solution's probabilities, and lets every word be read."""

from __future__ import annotations

import json
import math
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

import detente as dt
from detente.report.charts.game_blocks import BlockKind
from detente.report.charts.game_picture import WORD_SIZE, GamePicture, column_width, least_for
from detente.report.charts.palette import FILLS, ON_FILLS, PALETTE, fill

CASES = ["iran-2025", "two-readings", "kreps-wilson-1982-chain-store", "cho-kreps-1987-beer-quiche"]


@pytest.fixture(scope="module")
def solutions():
    return {case: dt.solve(case) for case in CASES}


def observers(solved) -> list[str | None]:
    return [None, "everybody", *(actor.id for actor in solved.solved.crisis.actors)]


def pictured(solved, *where, least: float = 0.02) -> GamePicture:
    return GamePicture(solved.histories(*where, least=least), solved.solved.crisis)


@pytest.mark.parametrize("case", CASES)
def test_ends_and_grey_blocks_add_up_to_the_start_and_ends_to_the_endings(solutions, case):
    solved = solutions[case]
    for observer in observers(solved):
        picture = pictured(solved, observer)
        ends = [block for block in picture.blocks if block.kind in (BlockKind.ENDING, BlockKind.REST)]
        assert math.fsum(block.in_all for block in ends) == pytest.approx(1.0, abs=1e-9)
        assert all(block.value == (block.in_all if block in ends else 0.0) for block in picture.blocks)
        rests = [each.rest for each in picture.tree.walk() if each.rest is not None]
        for outcome, chance in solved.outcomes.items():
            own = math.fsum(block.in_all for block in ends if (block.kind, block.tone) == (BlockKind.ENDING, outcome))
            own += math.fsum(each.outcomes[outcome] * each.in_all for each in rests)
            assert own == pytest.approx(float(chance[0]), abs=1e-9)


@pytest.mark.parametrize("case", CASES)
def test_every_block_holds_blocks_as_high_as_itself_and_opens_where_it_says(solutions, case):
    solved = solutions[case]
    for observer in observers(solved)[:3]:
        blocks = pictured(solved, observer, least=0.1).blocks
        for k, block in enumerate(blocks):
            inside = [each.in_all for each in blocks if each.parent == k]
            assert not inside or math.fsum(inside) == pytest.approx(block.in_all, abs=1e-12)
            assert block.parent is None or block.parent < k
            if block.kind in (BlockKind.MOVE, BlockKind.REST) and k % 5 == 0:
                opened = pictured(solved, observer, block.address, least=0.1)
                assert opened.blocks[0].in_all == pytest.approx(block.in_all, abs=1e-12)
                assert math.fsum(each.value for each in opened.blocks) == pytest.approx(block.in_all, abs=1e-12)
            if block.decision and k % 5 == 0:
                decision = solved.decision(block.decision, observer)
                assert decision.actor == block.tone
                stage = solved.solved.crisis.stage(decision.stage)
                looks = [stage.shown(number) for number in range(len(stage.moves))]
                assert block.what in [*looks, *(move.label for move in stage.moves)]


def test_every_history_is_found_by_the_words_of_its_moves():
    solved = dt.solve("demand", rationality=6)
    for history in list(solved.histories(least=0).walk())[1:]:
        words = " ".join(re.sub(r"[:/]|, round \d+", " ", history.address).split())
        found = solved.search(words, most=10**6)
        assert history.address in [each.address for each in found]
        own = next(each for each in found if each.address == history.address)
        assert (own.in_all, own.move, own.stage) == (pytest.approx(history.in_all), history.move, history.stage)


def test_a_search_tells_the_likeliest_first_and_only_what_happens():
    solved = dt.solve("iran-2025")
    found = solved.search("ATTACKS talks")
    assert [each.in_all for each in found] == sorted((each.in_all for each in found), reverse=True)
    assert all(each.move == "attack" and "talk" in each.address + "offers talks" for each in found)
    assert solved.search("no such words at all") == ()
    with pytest.raises(dt.RequestError, match="look for"):
        solved.search("  ")


def test_the_trail_to_an_address_is_every_history_on_the_way():
    solved = dt.solve("iran-2025")
    for history in list(solved.histories(least=0.1).walk())[1:]:
        steps = solved.trail(history.address)
        assert steps[-1].address == history.address
        assert [each.in_all for each in steps] == sorted((each.in_all for each in steps), reverse=True)
        for step in steps:
            assert solved.histories(root=step.address, least=0.5).in_all == pytest.approx(step.in_all)
    assert solved.trail("") == ()


def texts(svg: str) -> list[tuple[float, float, list[str]]]:
    """Place and lines of every text of an SVG."""
    found = []
    for text in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
        assert text.get("font-size") == f"{WORD_SIZE}px"
        x, y = map(float, re.findall(r"-?[\d.]+", text.get("transform") or "")[:2])
        lines = ["".join(span.itertext()) for span in text] or [text.text or ""]
        if any(lines):
            found.append((x, y, lines))
    return found


@pytest.mark.parametrize("case", CASES[:2])
def test_words_are_12_pixels_high_and_what_is_cut_stands_whole_in_its_block(solutions, case):
    assert WORD_SIZE >= 12
    picture = GamePicture(solutions[case].histories(least=least_for(800)), solutions[case].solved.crisis, 1000, 800)
    full = " ".join(block.full for block in picture.blocks).casefold()
    shown = texts(picture.svg)
    cut = [line for _, _, lines in shown for line in lines if line.endswith("…")]
    assert len(shown) > 20
    for line in cut:
        assert line.removesuffix("…").strip().casefold() in full
    # No line of a column stands nearer to the next than its height.
    for edge in {round(x) for x, _, _ in shown}:
        lines = sorted(y + 15 * k for x, y, each in shown if round(x) == edge for k in range(len(each)))
        assert all(after - before >= 14.9 for before, after in pairwise(lines))


def test_a_deep_picture_grows_wider_and_never_narrows_its_columns_below_legibility():
    assert column_width(5, 1000) == 190
    assert column_width(8, 1000) == 125
    assert column_width(40, 1000) == 112


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    brighter, darker = sorted((light(one), light(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def test_words_are_legible_on_every_block():
    assert all(contrast(each, ON_FILLS) >= 4.5 for each in FILLS)
    assert contrast(PALETTE["muted"][0], PALETTE["faint"][0]) >= 4.5
    assert contrast(PALETTE["muted"][1], PALETTE["faint"][1]) >= 4.5
    tones = [tone for tone in PALETTE if tone not in ("faint", "paper")]
    assert all(contrast(PALETTE[tone][0], "#f4f6f8") >= 4.5 for tone in tones)
    assert all(contrast(PALETTE[tone][1], "#1d242b") >= 4.5 for tone in tones)


def test_few_endings_have_the_most_unlike_fills_and_many_begin_again():
    assert [fill(0, 2), fill(1, 2)] == [FILLS[0], FILLS[-1]]
    assert len({fill(k, len(FILLS)) for k in range(len(FILLS))}) == len(FILLS)
    assert fill(len(FILLS), 2 * len(FILLS)) == FILLS[0]


def test_words_of_a_case_stay_words_in_the_specification(tmp_path):
    words = "datum.x</script><b>\\u0022' + alert(1)"
    path = tmp_path / "case.yaml"
    path.write_text(
        "detente: 1\ntitle: t\nactors: {a: {name: '%s'}}\nstages:\n  - {id: s, by: a, choose: {go: {name: '%s', "
        "end: x}, stay: {end: y}}}\noutcomes:\n  x: {name: '%s', payoffs: {a: 1}}\n  y: {payoffs: {a: 0}}\n"
        % ((words.replace("'", "''"),) * 3)
    )
    solved = dt.solve(path, rationality=1)
    picture = pictured(solved)
    told = dict(picture.specification)
    rows = told["data"][0].pop("values")
    assert "alert" not in json.dumps(told)
    assert [row["what"] for row in rows if "alert" in row["what"]] == [words, "D" + words[1:]]
    parsed = ElementTree.fromstring(picture.svg)
    assert not [each for each in parsed.iter() if each.tag.rsplit("}", 1)[-1] in ("script", "b")]


def test_a_picture_is_written_as_what_its_name_says(solutions, tmp_path):
    picture = pictured(solutions["two-readings"])
    for name, begins in (("a.svg", b"<svg"), ("a.png", b"\x89PNG"), ("a.json", b'{"$schema"')):
        picture.save(tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(begins)
    with pytest.raises(dt.RequestError, match=r"\.svg"):
        picture.save(tmp_path / "a.txt")
    bundle = picture._repr_mimebundle_()
    assert bundle["text/plain"] == picture.outline()
    assert bundle["image/svg+xml"].startswith("<svg")
