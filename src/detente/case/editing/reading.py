"""A text as far as it can be read: its tree, the crisis that it says or the problems, and the register of its names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path as FilePath

from detente.case.form.ledger import Ledger, aligned, written_as_read
from detente.case.form.register import MentionedAt, Name, Path, Register
from detente.case.meaning.assemble import assemble
from detente.case.yaml.nodes import Document, Mapping, Scalar, node_at, plain
from detente.case.yaml.tree import parse_tree
from detente.crisis.model import Crisis
from detente.errors import CaseError, Problem


@dataclass(frozen=True, slots=True)
class CaseRead:
    """A text that was read. document: None where it is no YAML mapping; crisis: None where there are problems."""

    document: Document | None
    crisis: Crisis | None
    problems: tuple[Problem, ...]
    register: Register

    def declared_at(self, path: Path) -> MentionedAt | None:
        """The declaration of a name at a path, or at its `id`; None where nothing with a name stands there."""
        for each in self.register.declared.values():
            if each.path == path or (each.path[:-1] == path and each.path[-1] == "id"):
                return each
        return None

    def places_of(self, path: Path) -> list[int]:
        """Positions in the text of every mention of what is declared at a path, its declaration first."""
        declared = self.declared_at(path)
        if declared is None or self.document is None:
            return []
        found = [position_of_mention(self.document, each) for each in (declared, *self.mentions(declared.name))]
        return list(dict.fromkeys(at for at in found if at is not None))

    def mentions(self, name: Name) -> list[MentionedAt]:
        """Every place that mentions a name, without its declaration."""
        return [each for each in self.register.mentions if each.name == name and self._stands(each)]

    def _stands(self, mention: MentionedAt) -> bool:
        """True where the name is written where its reader says; a text of several names may be told as a whole."""
        scalar = scalar_of(self.document, mention) if self.document is not None else None
        word, at = mention.name[-1], mention.at
        return scalar is not None and any(scalar.text.startswith(f"{quote}{word}", at) for quote in ("", "'", '"'))


def reading_of(text: str, name: str) -> CaseRead:
    """A text as far as it can be read; never raises CaseError."""
    try:
        document = parse_tree(text, name)
    except CaseError as error:
        return CaseRead(None, None, error.problems, Register())
    ledger = Ledger(document)
    try:
        crisis = assemble(plain(document.root), ledger, FilePath(name).stem)
    except CaseError as error:
        return CaseRead(document, None, error.problems, ledger.register)
    return CaseRead(document, crisis, (), ledger.register)


def scalar_of(document: Document, mention: MentionedAt) -> Scalar | None:
    """The scalar in which a name is mentioned: a value, or a key."""
    if mention.key:
        holder = node_at(document.root, mention.path[:-1])
        return holder.keys.get(str(mention.path[-1])) if isinstance(holder, Mapping) else None
    node = node_at(document.root, mention.path)
    return node if isinstance(node, Scalar) else None


def position_of_mention(document: Document, mention: MentionedAt) -> int | None:
    """Position in the text at which a name is mentioned."""
    scalar = scalar_of(document, mention)
    if scalar is None:
        return None
    if written_as_read(document.text, scalar):
        return scalar.start.at + mention.at
    marks = list(aligned(document.text, scalar))
    return marks[min(mention.at, len(marks) - 1)].at
