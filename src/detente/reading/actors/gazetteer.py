"""Gazetteer: which words name which actor, in a file that the analyst edits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path

from detente.case.spelling.suggest import did_you_mean
from detente.case.yaml.nodes import Document, Listing, Node, Scalar
from detente.case.yaml.nodes import Mapping as Keyed
from detente.case.yaml.tree import decode, parse_tree
from detente.errors import CaseError, Problem


class Naming(StrEnum):
    """Ways in which words name an actor."""

    NAME = "name"
    PEOPLE = "people"
    CAPITAL = "capital"
    BODY = "body"
    LEADER = "leader"
    PERSON = "person"
    """Person whom the text itself places with an actor: “the Iranian general Qasem Soleimani”."""
    PRONOUN = "pronoun"
    DESCRIPTION = "description"
    """Words such as “his administration”, resolved to the actor last mentioned in the paragraph."""


_KEYS = {
    "also": Naming.NAME,
    "people": Naming.PEOPLE,
    "capital": Naming.CAPITAL,
    "bodies": Naming.BODY,
    "leaders": Naming.LEADER,
}
_TEXTS = ("name", "kind")


@dataclass(frozen=True, slots=True)
class KnownActor:
    """An actor of a gazetteer: its code, its name, and the words that name it by way of naming."""

    code: str
    name: str
    words: tuple[tuple[Naming, str], ...] = ()
    kind: str = ""

    def of(self, naming: Naming) -> tuple[str, ...]:
        """The words of one way of naming."""
        return tuple(word for way, word in self.words if way is naming)


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Actors by their codes; entries of a later file take the place of those with the same code."""

    actors: Mapping[str, KnownActor] = field(default_factory=dict[str, KnownActor])

    def with_entries(self, others: Iterable[KnownActor]) -> Gazetteer:
        """The gazetteer with further entries, which take the place of those with the same code."""
        return replace(self, actors={**self.actors, **{each.code: each for each in others}})


@cache
def shipped_gazetteer() -> Gazetteer:
    """The gazetteer that comes with Détente: states, some organisations and armed groups."""
    text = files("detente.reading.actors").joinpath("gazetteer.yaml").read_text("utf-8")
    return Gazetteer().with_entries(_entries(parse_tree(text, "gazetteer.yaml")))


def gazetteer_of(path: Path) -> Gazetteer:
    """The shipped gazetteer with the entries of a file. Raises CaseError with all that is wrong with it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CaseError([Problem(f"{path} cannot be read: {error.strerror}")]) from None
    return shipped_gazetteer().with_entries(_entries(parse_tree(decode(data, str(path)), str(path))))


def _entries(document: Document) -> list[KnownActor]:
    problems: list[Problem] = []
    section = document.root.values.get("actors")
    unknown = [key for key in document.root.keys if key != "actors"]
    problems += [
        _problem(document, document.root.keys[key], f"unknown key `{key}`", "write `actors:`") for key in unknown
    ]
    if not isinstance(section, Keyed):
        where = section or document.root
        problems.append(
            _problem(
                document, where, "no mapping of actors stands here", "write `actors: {USA: {name: United States}}`"
            )
        )
        raise CaseError(problems)
    found = [_entry(document, code, node, problems) for code, node in section.values.items()]
    if problems:
        raise CaseError(problems)
    return found


def _problem(document: Document, node: Node, what: str, remedy: str) -> Problem:
    return Problem(what, remedy, document.place(node.start))


def _entry(document: Document, code: str, node: Node, problems: list[Problem]) -> KnownActor:
    if not isinstance(node, Keyed):
        problems.append(_problem(document, node, f"actor `{code}` is no mapping", "write `{name: …, people: […]}`"))
        return KnownActor(code, code)
    words: list[tuple[Naming, str]] = []
    texts = dict.fromkeys(_TEXTS, "")
    for key, value in node.values.items():
        read = list(_texts(value))
        if key not in (*_KEYS, *_TEXTS):
            remedy = did_you_mean(key, (*_TEXTS, *_KEYS), "keys of an actor")
            problems.append(_problem(document, node.keys[key], f"unknown key `{key}`", remedy))
        elif read != [] and all(read) and (key in _KEYS or len(read) == 1):
            if key in _TEXTS:
                texts[key] = read[0]
            else:
                words += [(_KEYS[key], word) for word in read]
        else:
            problems.append(_problem(document, value, f"`{key}` is no text", "write a text, or a list of texts"))
    if not texts["name"]:
        problems.append(_problem(document, node, f"actor `{code}` has no name", "write `name: …`"))
    return KnownActor(code, texts["name"], ((Naming.NAME, texts["name"]), *words), texts["kind"])


def _texts(node: Node) -> Iterator[str]:
    """The texts of a value; an empty one for everything that is no text."""
    match node:
        case Scalar():
            yield node.value.strip() if isinstance(node.value, str) else ""
        case Listing():
            for each in node.items:
                yield each.value.strip() if isinstance(each, Scalar) and isinstance(each.value, str) else ""
        case Keyed():
            yield ""
