"""Laws of editing, held on every case of the catalogue and on a case that uses every key of the language."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import fields, is_dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from detente.case.catalogue import catalogue
from detente.case.editing.file import CaseFile
from detente.errors import RequestError

HERE = Path(__file__).parent
TEXTS = {path.stem: path.read_text("utf-8") for path in (HERE / "whole.yaml", HERE / "example.yaml")} | {
    each.name: each.path.read_text("utf-8") for each in catalogue()
}


def tried(name: str) -> int:
    """Number of places at which each kind of edit is tried in a case: fewer in one that takes long to read."""
    return 20 if name == "whole" else 5 if len(TEXTS[name]) < 9_000 else 2


cases = pytest.mark.parametrize("name", sorted(TEXTS))
NASTY = [
    "plain words",
    "a: b # c",
    "one\ntwo\n  three",
    "[x",
    "yes",
    "1e5",
    'it\'s "so"',
    "'quoted'",
    "- dash",
    "x, y} z",
    "",
]
VALUES: list[Any] = [*NASTY, 0.25, 7, True, [], {}, [1, {"a": "b"}], {"k": "v", "l": [1, 2], "m": {"n": "a\nb"}}]


def opened(name: str) -> CaseFile:
    return CaseFile(TEXTS[name], name)


def paths(part: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything that is written."""
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in inner:
        yield (*above, key)
        yield from paths(value, (*above, key))


def some(name: str, seed: str) -> list[tuple[Any, ...]]:
    everything = list(paths(opened(name).get()))
    return random.Random(f"{name} {seed}").sample(everything, min(tried(name), len(everything)))


def at(document: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


def lines_kept(before: str, after: str) -> int:
    """Number of lines of one text that are lines of the other, as often as they are there."""
    return (Counter(before.split("\n")) & Counter(after.split("\n"))).total()


def touched(file: CaseFile, before: str) -> int:
    """Number of lines in which the pieces of the latest edit lie."""
    return sum(piece.before.count("\n") + 1 for piece in file.edits[-1].splices)


def undone(file: CaseFile, name: str) -> None:
    while file.undo():
        pass
    assert file.text == TEXTS[name]


@cases
def test_a_changed_value_is_read_back_and_nothing_else_is_touched(name):
    file, original = opened(name), opened(name).get()
    for n, path in enumerate(some(name, "change")):
        value = VALUES[n % len(VALUES)]
        file.change(path, value)
        expected = deepcopy(original)
        at(expected, path[:-1])[path[-1]] = value
        assert file.get() == expected, path
        assert lines_kept(TEXTS[name], file.text) >= TEXTS[name].count("\n") + 1 - touched(file, TEXTS[name])
        undone(file, name)


@cases
def test_a_removed_entry_is_gone_and_nothing_else(name):
    file, original = opened(name), opened(name).get()
    for path in some(name, "remove"):
        file.remove(path)
        expected = deepcopy(original)
        del at(expected, path[:-1])[path[-1]]
        found = file.get()
        while not at(expected, path[:-1]):  # a holder that nothing requires goes with its last entry
            path = path[:-1]
            if at_or_none(found, path) is not None:
                break
            del at(expected, path[:-1])[path[-1]]
        assert found == expected, path
        undone(file, name)


def at_or_none(document: Any, path: tuple[Any, ...]) -> Any:
    try:
        return at(document, path)
    except (KeyError, IndexError, TypeError):
        return None


@cases
def test_an_added_entry_stands_in_its_place_and_nothing_else_changes(name):
    file, original = opened(name), opened(name).get()
    holders = [path for path in paths(original) if isinstance(at(original, path), dict | list)]
    rng = random.Random(name)
    for n, path in enumerate(rng.sample(holders, min(tried(name), len(holders)))):
        value, holder = VALUES[n % len(VALUES)], at(original, path)
        expected = deepcopy(original)
        if isinstance(holder, list):
            place = rng.randint(0, len(holder))
            file.add((*path, place), value)
            at(expected, path).insert(place, value)
        else:
            before = rng.choice([None, *holder])
            file.add((*path, "new one"), value, before)
            items = list(holder.items())
            items.insert(len(items) if before is None else list(holder).index(before), ("new one", value))
            at(expected, path[:-1])[path[-1]] = dict(items)
        assert file.get() == expected, path
        assert list(at(file.get(), path)) == list(at(expected, path))
        assert all(not splice.before for splice in file.edits[-1].splices)
        undone(file, name)


@cases
def test_a_moved_entry_changes_the_order_alone_and_no_line(name):
    file, original = opened(name), opened(name).get()
    movable = [path for path in paths(original) if len(at(original, path[:-1])) > 1]
    rng = random.Random(name)
    for path in rng.sample(movable, min(tried(name), len(movable))):
        holder = at(original, path[:-1])
        place = rng.randrange(len(holder))
        file.move(path, place)
        items = list(holder.items()) if isinstance(holder, dict) else list(enumerate(holder))
        item = next(each for each in items if each[0] == path[-1])
        items.remove(item)
        items.insert(place, item)
        moved = at(file.get(), path[:-1])
        assert (list(moved.items()) if isinstance(holder, dict) else moved) == (
            items if isinstance(holder, dict) else [each for _, each in items]
        )
        kept, other = deepcopy(original), file.get()
        for each in (kept, other):
            if len(path) > 1:
                at(each, path[:-2])[path[-2]] = None
        if len(path) > 1:
            assert kept == other
        undone(file, name)


def test_an_entry_can_be_moved_into_another_list_or_mapping():
    file = opened("whole")
    repeat = next(n for n, each in enumerate(file.get(("stages",))) if "repeat" in each)
    stage = file.get(("stages", 0))
    file.move(("stages", 0), 1, ("stages", repeat, "stages"))
    assert file.get(("stages", repeat - 1, "stages", 1)) == stage
    file.move(("stages", repeat - 1, "stages", 1), 0, ("stages",))
    assert file.get(("stages", 0)) == stage
    with pytest.raises(RequestError, match="into itself"):
        file.move(("stages", repeat), 0, ("stages", repeat, "stages"))
    undone(file, "whole")


def test_a_bare_value_opens_where_something_is_added_to_it():
    file = CaseFile(
        "quantities: {p: 0.5, q: 1 - p}\nstages:\n  - {id: s, chance: {hit: rest}, seen_by: a}\nfinally: war\n"
    )
    file.add(("quantities", "p", "note"), "ours")
    file.add(("quantities", "q", "note"), "ours")
    file.add(("stages", 0, "chance", "hit", "end"), "war")
    file.add(("stages", 0, "seen_by", 1), "b")
    file.add(("finally", 0), {"when": "s = hit", "outcome": "war"})
    assert file.get() == {
        "quantities": {"p": {"value": 0.5, "note": "ours"}, "q": {"equals": "1 - p", "note": "ours"}},
        "stages": [{"id": "s", "chance": {"hit": {"probability": "rest", "end": "war"}}, "seen_by": ["a", "b"]}],
        "finally": [{"outcome": "war"}, {"when": "s = hit", "outcome": "war"}],
    }


def leaves(one: Any, two: Any) -> Iterator[tuple[Any, Any]]:
    """Leaves of two crises side by side; a difference of structure is a pair as well."""
    if type(one) is not type(two):
        yield one, two
    elif is_dataclass(one):
        for each in fields(one):
            if each.name not in ("place", "digest"):
                yield from leaves(getattr(one, each.name), getattr(two, each.name))
    elif isinstance(one, tuple):
        for left, right in zip_longest(one, two):
            yield from leaves(left, right)
    else:
        yield one, two


@cases
@pytest.mark.parametrize("new", ["x9", "new name"])
def test_a_rename_changes_names_alone_wherever_they_are_mentioned(name, new):
    file = opened(name)
    before, declared = file.crisis(), list(file._reading().register.declared.values())
    rng = random.Random(name + new)
    for each in rng.sample(declared, min(tried(name), len(declared))):
        old = each.name[-1]
        file.rename(each.path, new)
        after = file.crisis()
        changed = [(one, two) for one, two in leaves(before, after) if one != two]
        assert changed
        assert all(isinstance(one, str) and old in one and new in two for one, two in changed)
        moved = file._reading().declared_at(tuple(new if step == old else step for step in each.path))
        file.rename(moved.path, old)
        assert file.crisis().digest == before.digest
        undone(file, name)


@cases
def test_any_sequence_of_edits_can_be_undone_to_the_first_byte_and_made_again(name):
    file, rng = opened(name), random.Random(name)
    for _ in range(tried(name)):
        document = file.get()
        path = rng.choice(list(paths(document)))
        try:
            match rng.randrange(5):
                case 0:
                    file.change(path, rng.choice(VALUES))
                case 1:
                    file.remove(path)
                case 2:
                    file.add((*path[:-1], "zz" if isinstance(path[-1], str) else path[-1]), rng.choice(VALUES))
                case 3:
                    file.move(path, rng.randrange(len(at(document, path[:-1]))))
                case _:
                    file.write(file.text.replace("a", "aa", 3))
        except RequestError:
            continue
        assert all(problem.where for problem in file.problems)
        assert bool(file.problems) != (file._reading().crisis is not None)
    last = file.text
    undone(file, name)
    while file.redo():
        pass
    assert file.text == last
