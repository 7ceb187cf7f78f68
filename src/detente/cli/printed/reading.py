"""Texts that were read, as the terminal shows them: marks, actors, coverage, proposals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from detente.cli.terminal import screen
from detente.plurals import counted

if TYPE_CHECKING:
    from detente.reading.actors.gazetteer import Gazetteer
    from detente.reading.actors.linking import ActorList
    from detente.reading.coverage import Coverage
    from detente.reading.into import Added
    from detente.reading.marking import Marked
    from detente.reading.proposals.records import Proposal
    from detente.reading.spans import TextMark

_MOST_FORMS = 6
_HIDDEN = ("cue", "source", "content", "quotation")


def print_marked(marked: Marked, day: date | None) -> None:
    """The sentences of a text with their marks."""
    from detente.reading.marking import counted_by_sort

    text = marked.text
    screen.heading(text.name)
    screen.say(f"sha256: {text.sha256}", indent=2)
    if not text.citable:
        screen.say(f"Read as {text.encoding}; a case can cite it once it is saved as UTF-8.", indent=2)
    if text.looks_like_markup:
        screen.say("Tags of a web page are read as words: save the page as plain text first.", indent=2)
    for each in text.sentences:
        role = "" if each.role == "body" else f" [{each.role}]"
        screen.say(f"{each.number}{role}  {text.of(each)}")
        for line in _told(marked.of(each)):
            screen.say(line, indent=4)
    counts = counted_by_sort(marked.marks).items()
    told = ", ".join(counted(count, sort) for sort, count in counts if count and sort not in ("source", "content"))
    screen.note(f"{counted(len(text.sentences), 'sentence')}: {told or 'nothing to mark'}.")
    undated = sum(mark.sort == "date" and not mark.value for mark in marked.marks)
    if undated and day is None:
        screen.say(f"{counted(undated, 'date')} cannot be placed: give --published, the day of publication.")


def _told(marks: Sequence[TextMark]) -> list[str]:
    """The marks of a sentence: one line for each cue with its source, one for all the rest."""
    sources = {mark.about: mark for mark in marks if mark.sort == "source"}
    lines: list[str] = []
    for mark in marks:
        if mark.sort == "cue":
            source = sources.get(mark.start)
            lines.append(f"cue “{mark.text}”, source: {f'“{source.text}”' if source else 'none found'}")
    others = [mark for mark in marks if mark.sort not in _HIDDEN]
    told = [f"{mark.sort} “{mark.text}”{f' ({mark.value})' if mark.value else ''}" for mark in others]
    return [*lines, ", ".join(told)] if told else lines


def print_actors(marked: Marked, actors: ActorList, gazetteer: Gazetteer) -> None:
    """The actors of a text, most often mentioned first, and the persons whom nothing places."""
    rows = [
        (
            code.lower(),
            gazetteer.actors[code].name,
            str(len(mentions)),
            ", ".join(list(dict.fromkeys(each.text for each in mentions))[:_MOST_FORMS]),
        )
        for code, mentions in actors.by_actor().items()
    ]
    if rows:
        screen.heading(f"{marked.text.name}: actors")
        screen.table(("code", "name", ">mentions", "called"), rows)
    if actors.unplaced():
        screen.say(f"Placed with no actor: {', '.join(actors.unplaced())}.")


def print_coverage(marked: Marked, covered: Coverage, case: str) -> None:
    """The sentences of a text that a case does not cite."""
    name = marked.text.name
    if not covered.source:
        screen.heading(f"{name}: no source of {case} is this text")
        return
    screen.heading(f"{name}: {len(covered.cited)} of {counted(covered.sentences, 'sentence')} cited by {case}")
    if covered.stale:
        screen.say("The text has changed since the case cited it: its sentence numbers may mean other sentences.")
    for each in covered.uncited:
        carries = f" ({', '.join(each.carries)})" if each.carries else ""
        screen.say(f"{each.sentence.number}{carries}  {marked.text.of(each.sentence)}", indent=2)


def print_proposals(marked: Marked, proposed: Sequence[Proposal], gazetteer: Gazetteer) -> None:
    """The proposals of a text, each with its sentence, its rule and how often the rule is right."""
    from detente.reading.measured import measured

    names = {code: actor.name for code, actor in gazetteer.actors.items()}
    screen.heading(f"{marked.text.name}: {counted(len(proposed), 'proposal')}, for an analyst to decide")
    for each in proposed:
        by, to = names.get(each.by, each.by), names.get(each.to, each.to)
        who = f"{by}{f' to {to}' if to else ''}: " if by else ""
        when = f" [{each.date}]" if each.date else ""
        screen.say(f"{each.sentence} {each.kind}, {each.mode}{when}  {who}{each.what}", indent=2)
        beside = [f"{key} {word}" for key, word in each.details.items() if key not in ("root", "side", "expect")]
        quality = measured(each)
        screen.say("; ".join([*beside, f"rule {each.rule}, {quality or 'not measured'}"]), indent=6)


def print_added(added: Added) -> None:
    """Things that were written into a case, and what to do next."""
    told = [counted(len(added.sources), "source"), counted(len(added.actors), "actor"), counted(added.drafts, "draft")]
    screen.heading(f"{added.file}: {', '.join(told)} added")
    if added.known:
        screen.say(f"{counted(added.known, 'draft')} of the texts stood there already.")
    if added.reviewed:
        screen.say(f"{counted(added.reviewed, 'proposal')} had been refused or mended before.")
    screen.say(f"Each is unverified until you confirm it. Next: detente read --review {added.file}")
