"""`detente show`, `new`, `schema`, `catalogue`, `export`, and the door itself."""

from __future__ import annotations

import json

import jsonschema
import pytest

COMMANDS = ("run", "check", "show", "solve", "ask", "export", "new", "schema", "catalogue")


def test_help_names_every_command(door):
    done = door("--help")
    assert done.exit_code == 0
    assert all(f" {command} " in done.stdout for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_and_offers_json(door, command):
    done = door(command, "--help")
    assert done.exit_code == 0
    assert "--json" in done.stdout


def test_the_version_is_printed(door):
    import detente

    assert detente.__version__ in door("--version").stdout


def test_show_lists_actors_stages_and_information_sets(door, tiny):
    found = door.json("show", tiny)
    actors = {each["actor"]: each for each in found["actors"]}
    assert actors["defender"]["private"] == {"kind": ["tough", "soft"]}
    assert actors["challenger"]["information_sets"] == 1
    assert actors["defender"]["information_sets"] == 4
    assert [each["stage"] for each in found["stages"]] == ["defender.kind", "demand", "answer"]
    assert sum(each["nodes"] for each in found["stages"]) + 1 == found["size"]["nodes"]
    done = door("show", tiny)
    assert max(len(line) for line in done.stdout.splitlines()) <= 80
    assert "Defender" in done.stdout


def test_show_lists_every_name_that_an_option_or_a_formula_takes(door, tiny):
    import detente as dt

    crisis = dt.load(str(door.folder / tiny))
    found = door.json("show", tiny)
    for kind in ("quantities", "readings", "scenarios", "claims", "questions"):
        assert list(found[kind]) == [each.id for each in getattr(crisis, kind)]
    shown = door("show", tiny).stdout
    assert all(each.id in shown for each in crisis.quantities)


def test_a_new_case_checks_and_solves_as_it_is(door):
    assert door("new", "mine.yaml").exit_code == 0
    assert door("check", "mine.yaml").exit_code == 0
    assert sum(door.json("solve", "mine.yaml")["outcomes"].values()) == pytest.approx(1)


def test_a_case_is_begun_from_a_kind_of_crisis_or_a_model_or_from_answers(door):
    said = door("new", "a.yaml", "--from", "deterrence").stdout
    assert "deterrence.txt and case.schema.json beside it" in " ".join(said.split())
    assert door("new", "b.yaml", "--from", "kydd-2005-trust").exit_code == 0
    assert "Talks under attack" in door("new", "x.yaml", "--from", "list").stdout
    first = "The strait\nOpened, Closed\nCoast, Fleet\nTolls, Closure\nOpened\nClosed\nClosed\n\n\n"
    answered = f"{first}Coast\nThe threat\nGives way, Threatens\nOpened\n\n\n\nClosed\nThreatens\n2025-03-07\n"
    done = door.typed(answered, "new", "c.yaml", "--ask")
    assert done.exit_code == 0, done.output
    for name in ("a", "b", "c"):
        assert door("check", f"{name}.yaml").exit_code == 0
    assert "Threatens" in (door.folder / "c.yaml").read_text("utf-8")
    assert "two ways to begin" in door("new", "d.yaml", "--ask", "--from", "spoiler").stderr
    assert not (door.folder / "d.yaml").exists()


def test_new_never_overwrites(door, tiny):
    before = (door.folder / tiny).read_text("utf-8")
    done = door("new", tiny)
    assert done.exit_code == 2
    assert "exists" in done.stderr
    assert (door.folder / tiny).read_text("utf-8") == before


def test_the_schema_is_a_json_schema_that_accepts_the_new_case(door):
    from ruamel.yaml import YAML

    schema = json.loads(door("schema").stdout)
    jsonschema.Draft7Validator.check_schema(schema)
    door("new", "mine.yaml")
    case = YAML(typ="safe", pure=True).load((door.folder / "mine.yaml").read_text("utf-8"))
    jsonschema.Draft7Validator(schema).validate(json.loads(json.dumps(case, default=str)))


def test_the_catalogue_names_the_founding_case(door):
    found = door.json("catalogue")
    assert "iran-2025" in {each["name"] for each in found}
    assert all(each["title"] for each in found)
    assert "iran-2025" in door("catalogue").stdout


def test_export_says_what_it_wrote(door, tiny):
    found = door.json("export", tiny, "tiny.efg")
    assert found["file"] == "tiny.efg"
    assert (door.folder / "tiny.efg").read_text("utf-8").startswith("EFG 2 R")


def test_the_installed_program_answers_like_the_function(door, tiny):
    assert json.loads(door.program("ask", tiny, "P(war)", "--json").stdout) == door.json("ask", tiny, "P(war)")
    assert door.program("solve", tiny, "--rationality", "much").returncode == 2
