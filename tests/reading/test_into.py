"""Into a case: sources, actors and drafts, each unverified; then a review, one decision after another."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from benchmarks.reading.random_texts import random_text

from detente.case.read import read_case
from detente.errors import CaseError, RequestError
from detente.reading.actors.gazetteer import shipped_gazetteer
from detente.reading.actors.linking import actors_of
from detente.reading.coverage import coverage
from detente.reading.into import ReadText, write_into
from detente.reading.marking import mark
from detente.reading.proposals.proposing import proposals
from detente.reading.review import Review
from detente.reading.texts import read_text_file

NOTE = """A Letter

Washington struck Yemen on Monday. The minister said that Iran may talk if sanctions end.

The campaign could strain ties with Russia: no payoff, a probability of 0.3, a range of 1 to 2.
"""
NAMES = {"usa": "United States", "yem": "Yemen", "irn": "Iran", "rus": "Russia"}
WHOLE = Path(__file__).parents[1] / "case" / "whole.yaml"


def note(folder: Path, name: str = "note.txt") -> ReadText:
    path = folder / name
    path.write_text(NOTE, "utf-8")
    text = read_text_file(path)
    actors = actors_of(text, shipped_gazetteer())
    return ReadText(text, actors, proposals(mark(text), actors))


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    path = tmp_path / "new.yaml"
    write_into(path, [note(tmp_path)], shipped_gazetteer())
    return path


def test_a_new_file_has_sources_actors_and_drafts_and_nothing_that_holds_a_number_of_the_game(begun: Path):
    written = yaml.safe_load(begun.read_text("utf-8"))
    assert list(written) == ["detente", "title", "sources", "actors", "drafts"]
    assert {id: each["name"] for id, each in written["actors"].items()} == NAMES
    assert all(set(each) <= {"kind", "says", "by", "date", "because"} for each in written["drafts"])
    assert all(cited["unverified"] is True for each in written["drafts"] for cited in each["because"])
    assert {each["kind"] for each in written["drafts"]} == {"event", "statement", "claim"}


def test_what_is_missing_is_the_analyst_s(begun: Path):
    with pytest.raises(CaseError) as refused:
        read_case(begun)
    assert [each.what for each in refused.value.problems] == ["`stages` is missing", "`outcomes` is missing"]


def test_a_case_keeps_every_byte_and_its_answers(tmp_path: Path):
    path = tmp_path / "whole.yaml"
    path.write_bytes(WHOLE.read_bytes())
    before = read_case(path)
    added = write_into(path, [note(tmp_path)], shipped_gazetteer())
    assert added.drafts > 3
    after, text = read_case(path), path.read_text("utf-8")
    assert [line for line in WHOLE.read_text("utf-8").splitlines() if line not in text.splitlines()] == []
    assert (after.stages and after.outcomes, after.quantities) == (before.stages and before.outcomes, before.quantities)
    assert after.actors == before.actors
    assert {each.says for each in after.drafts if each.kind == "actor"} == {"United States", "Yemen", "Iran", "Russia"}


def test_a_second_time_adds_nothing(begun: Path, tmp_path: Path):
    before = begun.read_bytes()
    again = write_into(begun, [note(tmp_path)], shipped_gazetteer())
    assert (again.drafts, again.sources, again.known > 2) == (0, [], True)
    assert begun.read_bytes() == before


def test_a_text_that_a_case_cannot_cite_is_refused(tmp_path: Path):
    path = tmp_path / "latin.txt"
    path.write_bytes("Téhéran".encode("latin-1"))
    text = read_text_file(path, "latin-1")
    read = ReadText(text, actors_of(text, shipped_gazetteer()), [])
    with pytest.raises(CaseError, match="save it as UTF-8"):
        write_into(tmp_path / "new.yaml", [read], shipped_gazetteer())
    assert not (tmp_path / "new.yaml").exists()


def test_a_file_that_is_no_yaml_is_refused_and_left_alone(tmp_path: Path):
    path = tmp_path / "bad.yaml"
    path.write_text("a: [", "utf-8")
    with pytest.raises(CaseError):
        write_into(path, [note(tmp_path)], shipped_gazetteer())
    assert path.read_text("utf-8") == "a: ["


def test_a_draft_is_accepted_mended_or_refused_and_each_decision_is_written_at_once(begun: Path, tmp_path: Path):
    many = len(Review(begun).items())
    review = Review(begun)
    first = review.items()[0]
    assert first.text.startswith("Washington struck Yemen")
    review.accept(first)
    assert len(Review(begun).items()) == many - 1
    review.accept(review.items()[0], "In my own words")
    refused = review.items()[0]
    review.refuse(refused)
    assert len(Review(begun).items()) == many - 3
    says = [each["says"] for each in yaml.safe_load(begun.read_text("utf-8"))["drafts"]]
    assert "In my own words" in says
    assert refused.entry["says"] not in says
    again = write_into(begun, [note(tmp_path)], shipped_gazetteer())
    assert (again.drafts, again.reviewed) == (0, 2)


def test_the_last_draft_can_be_refused(begun: Path):
    review = Review(begun)
    while items := review.items():
        review.refuse(items[0])
    assert "drafts" not in yaml.safe_load(begun.read_text("utf-8"))


def test_a_record_of_refusals_that_does_not_read_is_told(begun: Path, tmp_path: Path):
    (tmp_path / "new.yaml.reviewed.json").write_text("[1]", "utf-8")
    with pytest.raises(RequestError, match="mend it, or delete it"):
        write_into(begun, [note(tmp_path)], shipped_gazetteer())


def test_a_source_outside_the_folder_is_not_opened(begun: Path):
    text = begun.read_text("utf-8").replace("file: note.txt", "file: ../../etc/passwd")
    begun.write_text(text, "utf-8")
    assert {each.text for each in Review(begun).items()} == {""}


def test_an_unverified_citation_is_no_coverage(tmp_path: Path):
    path = tmp_path / "whole.yaml"
    path.write_bytes(WHOLE.read_bytes())
    read = note(tmp_path)
    write_into(path, [read], shipped_gazetteer())
    assert coverage(mark(read.text), read_case(path)).cited == ()
    review = Review(path)
    review.accept(next(each for each in review.items() if each.source == "note" and each.entry["kind"] == "event"))
    assert coverage(mark(read.text), read_case(path)).cited == (2,)


@pytest.mark.parametrize("seed", range(0, 60, 5))
def test_drafts_of_any_text_read_again_as_they_were_written(tmp_path: Path, seed: int):
    path = tmp_path / "any.txt"
    path.write_bytes(random_text(seed, "utf-8"))
    text = read_text_file(path)
    actors = actors_of(text, shipped_gazetteer())
    found = proposals(mark(text), actors)
    case = tmp_path / "whole.yaml"
    case.write_bytes(WHOLE.read_bytes())
    added = write_into(case, [ReadText(text, actors, found)], shipped_gazetteer())
    drafts = read_case(case).drafts
    assert len(drafts) == added.drafts + 2
    assert all(each.says.isprintable() for each in drafts)
