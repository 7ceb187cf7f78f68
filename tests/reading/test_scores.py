"""The scores of the reading rules: made-up sets in the public sets' form, on which a wrong answer counts as one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from benchmarks.reading import hedges, plover, plv, polnear
from benchmarks.reading.__main__ import main

ARTICLE = "The minister said no. He left. The king denied it."
STANDOFF = """T1\tSource 0 12\tThe minister
T2\tCue 13 17\tsaid
T3\tContent 18 20\tno
E1\tAttribution:T2 Cue:T2 Source:T1 Content:T3
T4\tSource 31 39\tThe king
T5\tCue 24 28\tleft
E2\tAttribution:T5 Cue:T5 Source:T4
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for folder, name, words in (("text", "a.txt", ARTICLE), ("attributions", "a_one.ann", STANDOFF)):
        path = tmp_path / "data" / "dev" / folder
        path.mkdir(parents=True)
        (path / name).write_text(words, "utf-8")
    return tmp_path


def test_cues_are_right_where_they_overlap_and_sources_where_they_share_a_word(corpus: Path):
    score = polnear.scored(corpus, "dev")
    assert (score.annotated, score.found, score.right) == (2, 2, 1)  # denied is no annotated cue, left is not found
    assert (score.f1, score.source_accuracy) == (0.5, 1.0)
    assert polnear.by_rule(corpus, "dev") == {"subject": (1, 2)}


def test_root_types_are_scored_over_all_fifteen(tmp_path: Path):
    (tmp_path / "datasets").mkdir()
    rows = [
        "marked_sentence\tgold_root",
        "<s>Iran</s> bombed <t>Iraq</t>.\tASSAULT",
        "<s>Iran</s> sued <t>Iraq</t>.\tAID",
    ]
    (tmp_path / "datasets" / "PLV_train.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    count, macro, share = plv.scored(tmp_path, "train")
    assert (count, macro, share) == (2, pytest.approx(1 / 15), 0.5)


def record(text: str, event: str, source: str, target: str) -> dict[str, object]:
    return {"text": text, "event": event, "source": [{"code": source}], "target": [{"code": target}]}


def test_an_event_is_whole_where_type_and_both_actors_are_right(tmp_path: Path, capsys, monkeypatch):
    (tmp_path / "gold_standard_records").mkdir()
    records = [
        record("Iran bombed Iraq.", "FIGHT", "IRN", "IRQ"),
        record("Israel bombed Syria.", "AID", "ISR", "SYR"),
        record("Russia bombed Georgia.", "ASSAULT", "RUS", "UKR"),
    ]
    (tmp_path / "gold_standard_records" / "PLOVER_GSR_CAMEO.txt").write_text(json.dumps(records), "utf-8")
    score = plover.scored(tmp_path)
    assert (score.annotated, score.found, score.typed, score.whole) == (3, 3, 2, 1)
    assert plover.proposed_right(tmp_path, 0) == (1, 2)
    monkeypatch.setattr("sys.argv", ["reading", "--plover", str(tmp_path), "--rules", "--spans", "5", "--final"])
    main()
    told = capsys.readouterr().out
    assert "odd places: 1 records, 1 found, type F1 0.000" in told
    assert "5 random texts in 5 encodings: 0 broken spans" in told


def test_the_annotated_hedges_stand_where_their_marks_say():
    sentences = hedges.annotated()
    assert len(sentences) == 66
    assert all(words[start:end].strip() for words, spans in sentences for _, start, end in spans)
    assert all("[" not in words for words, _ in sentences)
    assert all(found.right <= min(found.annotated, found.found) for found in hedges.scored().values())
