"""From proposals to a case file: sources, actors and drafts, each citation unverified; no number of the game.

The file keeps every comment and every byte that is not touched. A file that does not exist yet is begun with the
sources, the actors and the drafts: stages, endings and payoffs are the analyst's, so it is no whole case before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from detente.case.editing.file import CaseFile
from detente.errors import CaseError, Problem, RequestError
from detente.files import write_atomically
from detente.reading.actors.gazetteer import Gazetteer, KnownActor
from detente.reading.actors.linking import ActorList
from detente.reading.proposals.records import Mode, Proposal, ProposalKind
from detente.reading.texts import Role, Text

_TOLD_MODES = (Mode.ACTUAL, Mode.REPORTED, Mode.HISTORICAL)
"""Modes of an event that becomes a draft: what may happen, or would, is no event."""
_DATED = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
Key = tuple[str, str, str, str]
"""Kind, source, cited sentence and words of a draft, by which it is known again."""


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text with its actors and its proposals; published: the day that the user gave."""

    text: Text
    actors: ActorList
    proposals: Sequence[Proposal]
    published: date | None = None


@dataclass(slots=True)
class Added:
    """Counts of what was written into a case, and of what was there, or had been refused or mended, before."""

    file: str
    sources: list[str] = field(default_factory=list[str])
    actors: list[str] = field(default_factory=list[str])
    drafts: int = 0
    known: int = 0
    reviewed: int = 0


def write_into(path: Path, texts: Sequence[ReadText], gazetteer: Gazetteer) -> Added:
    """Write sources, actors and drafts of texts into a case file, whole or not at all.

    Raises CaseError where a text cannot be cited, or the file is no YAML or would no longer read as the case it was.
    """
    remedy = "save it as UTF-8: a case cites UTF-8 files only"
    read = [each.text for each in texts]
    wrong = [Problem(f"{each.name} is read as {each.encoding}", remedy) for each in read if not each.citable]
    if wrong:
        raise CaseError(wrong)
    new = not path.exists()
    file = CaseFile(_begun(texts), str(path)) if new else CaseFile.open(path)
    whole = not new and not file.problems
    added = Added(str(path))
    for each in texts:
        _add_text(file, path.parent, each, gazetteer, new, added)
    if whole and (problems := file.problems):
        raise CaseError(problems)
    if added.sources or added.actors or added.drafts:
        write_atomically(path, file.text.encode())
    return added


def _begun(texts: Sequence[ReadText]) -> str:
    """The beginning of a case that does not exist yet."""
    title = " and ".join(_title(each.text) for each in texts) or "A draft"
    line = json.dumps(f"Draft from {title}", ensure_ascii=False)
    return f"detente: 1\ntitle: {line}\n"


def _title(text: Text) -> str:
    first = next((each for each in text.sentences if each.role is Role.TITLE), None)
    words = " ".join(text.of(first).split()) if first else Path(text.name).stem
    return words if words.isprintable() else Path(text.name).stem


def _add_text(file: CaseFile, folder: Path, read: ReadText, gazetteer: Gazetteer, new: bool, added: Added) -> None:
    source = _source(file, folder, read, added)
    names = {code: gazetteer.actors[code] for code in read.actors.by_actor() if code in gazetteer.actors}
    entries = [_entry(each, source, names) for each in _worth_drafting(read.proposals)]
    missing = [actor for actor in names.values() if not _has_actor(file, actor, gazetteer)]
    for actor in missing:
        if new:
            file.add(("actors", actor.code.lower()), {"name": actor.name})
            added.actors.append(actor.name)
        else:
            entries.insert(0, _actor_draft(actor, source, read))
    known, settled, fresh = _known(file), reviewed(Path(file.name)), list[dict[str, Any]]()
    for entry in entries:
        key = key_of(entry)
        added.known += key in known
        added.reviewed += key in settled and key not in known
        if key not in known and key not in settled:
            known.add(key)
            fresh.append(entry)
    _add_drafts(file, fresh)
    added.drafts += len(fresh)


def _add_drafts(file: CaseFile, entries: Sequence[dict[str, Any]]) -> None:
    """Add drafts at the end of those that are there; all at once where there are none."""
    there = file.get(("drafts",))
    if entries and not there:
        file.put(("drafts",), list(entries))
        return
    for number, entry in enumerate(entries, len(there or ())):
        file.add(("drafts", number), entry)


def _source(file: CaseFile, folder: Path, read: ReadText, added: Added) -> str:
    """Name of the text among the sources of the case; written where it is not there."""
    written = file.get(("sources",)) or {}
    for id, entry in written.items() if isinstance(written, dict) else ():
        if isinstance(entry, dict) and entry.get("sha256") == read.text.sha256:
            return str(id)
    stem = re.sub(r"\W+", "_", Path(read.text.name).stem).strip("_").lower() or "text"
    id = next(name for name in _numbered(stem) if name not in written)
    try:
        below = Path(read.text.name).resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        below = Path(read.text.name).name
    entry = {"title": _title(read.text), "file": below, "sha256": read.text.sha256}
    if read.published:
        entry["published"] = read.published.isoformat()
    file.add(("sources", id), entry)
    added.sources.append(id)
    return id


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem}_{number}"
        number += 1


def _worth_drafting(proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    for each in proposals:
        if each.kind is not ProposalKind.EVENT or each.mode in _TOLD_MODES:
            yield each


def _entry(proposal: Proposal, source: str, names: dict[str, KnownActor]) -> dict[str, Any]:
    """A draft: in the text's own words, by whom, when, and the sentence it stands in."""
    says = proposal.what
    by = names[proposal.by].name if proposal.by in names else proposal.by
    if proposal.kind is ProposalKind.EVENT and proposal.to in names:
        says = f"{says} (towards {names[proposal.to].name})"
    elif proposal.kind is ProposalKind.STATEMENT:
        marks = [proposal.details["cue"], *(f"hedged: {each}" for each in [proposal.details.get("hedge")] if each)]
        marks += [word for word in (proposal.details["polarity"], proposal.mode) if word in ("negative", "conditional")]
        says = f"{', '.join(map(str, marks))}: {says}"
    entry: dict[str, Any] = {"kind": str(proposal.kind), "says": _plain(says)}
    if by:
        entry["by"] = _plain(by)
    if _DATED.fullmatch(proposal.date):
        entry["date"] = int(proposal.date) if len(proposal.date) == 4 else proposal.date
    return {**entry, "because": [{"source": source, "sentence": proposal.sentence, "unverified": True}]}


def _actor_draft(actor: KnownActor, source: str, read: ReadText) -> dict[str, Any]:
    mention = read.actors.by_actor()[actor.code][0]
    sentence = read.text.sentence_at(mention.start)
    cited = {"source": source, "sentence": sentence.number if sentence else 1, "unverified": True}
    return {"kind": "actor", "says": actor.name, "because": [cited]}


def _plain(words: str) -> str:
    """Words without a character that a case may not hold."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())


def _has_actor(file: CaseFile, actor: KnownActor, gazetteer: Gazetteer) -> bool:
    """True where the case has the actor, by its code or by any of its names."""
    written = file.get(("actors",)) or {}
    names = {actor.code.lower(), *(words.lower() for _, words in actor.words)}
    return any(
        str(id).lower() in names or (isinstance(entry, dict) and str(entry.get("name", "")).lower() in names)
        for id, entry in (written.items() if isinstance(written, dict) else ())
    )


def _known(file: CaseFile) -> set[Key]:
    return {key_of(each) for each in file.get(("drafts",)) or [] if isinstance(each, dict)}


def key_of(entry: dict[str, Any]) -> Key:
    """The key of a draft as written."""
    because = entry.get("because") or [{}]
    cited = because[0] if isinstance(because, list) and isinstance(because[0], dict) else {}
    words = (entry.get("kind", ""), cited.get("source", ""), cited.get("sentence", ""), entry.get("says", ""))
    return (str(words[0]), str(words[1]), str(words[2]), str(words[3]))


def reviewed_file(case: Path) -> Path:
    """The file beside a case that keeps what was refused or mended, so that it is not proposed again."""
    return case.with_name(f"{case.name}.reviewed.json")


def reviewed(case: Path) -> set[Key]:
    """Keys of what was refused or mended in a case. Raises RequestError where their file cannot be read."""
    path = reviewed_file(case)
    if not path.exists():
        return set()
    try:
        kept = json.loads(path.read_text("utf-8"))
        return {(str(a), str(b), str(c), str(d)) for a, b, c, d in kept["reviewed"]}
    except (ValueError, KeyError, TypeError, OSError):
        raise RequestError(f"{path} does not read as a list of what was reviewed: mend it, or delete it") from None


def keep_reviewed(case: Path, key: Key) -> None:
    """Add what was refused or mended to the file beside the case."""
    kept = sorted({*reviewed(case), key})
    write_atomically(
        reviewed_file(case), (json.dumps({"reviewed": kept}, ensure_ascii=False, indent=1) + "\n").encode()
    )
