"""`detente read`: texts marked sentence by sentence, with what of them a case cites."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from detente.cli.options import AsJson
from detente.cli.terminal import screen
from detente.errors import CaseError, Problem
from detente.plurals import counted

if TYPE_CHECKING:
    from detente.crisis.model import Crisis
    from detente.reading.coverage import Coverage
    from detente.reading.marking import Marked
    from detente.reading.texts import Text

Texts = Annotated[list[Path], typer.Argument(metavar="TEXT...", help="Text files.", show_default=False)]
Published = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        metavar="DATE",
        help="Day of publication, from which “yesterday” and “on Monday” count.",
        show_default=False,
    ),
]
Encoding = Annotated[
    str,
    typer.Option(metavar="NAME", help="Encoding of texts without a byte-order mark.", show_default="utf-8"),
]
Covering = Annotated[
    str | None,
    typer.Option("--case", metavar="CASE", help="Tell which sentences this case does not cite.", show_default=False),
]


def read(
    texts: Texts,
    published: Published = None,
    encoding: Encoding = "",
    case: Covering = None,
    as_json: AsJson = False,
) -> None:
    """Mark texts: who says what, how guardedly, on what condition, when; and what of them a case cites."""
    from detente.reading.coverage import coverage
    from detente.reading.marking import mark
    from detente.reading.plain import plain_coverage, plain_marked

    day = published.date() if published else None
    marked = [mark(each, day) for each in _opened(texts, encoding)]
    crisis = _case(case) if case else None
    covered = [coverage(each, crisis) for each in marked] if crisis else []
    if as_json:
        told = [plain_marked(each) for each in marked]
        for each, part in zip(told, covered, strict=False):
            each["coverage"] = plain_coverage(part)
        screen.emit({"published": day.isoformat() if day else None, "case": case, "texts": told})
        return
    for each in marked:
        _print_marked(each, day)
    for each, part in zip(marked, covered, strict=False):
        _print_coverage(each, part, case or "")


def _opened(files: list[Path], encoding: str) -> list[Text]:
    """Every text. Raises CaseError with the problems of all that cannot be read."""
    from detente.reading.texts import read_text_file

    found, problems = list[Any](), list[Problem]()
    for file in files:
        try:
            found.append(read_text_file(file, encoding))
        except CaseError as error:
            problems += error.problems
    if problems:
        raise CaseError(problems)
    return found


def _case(name: str) -> Crisis:
    from detente.case.catalogue import find
    from detente.case.read import read_case

    return read_case(find(name))


def _print_marked(marked: Marked, day: date | None) -> None:
    text = marked.text
    screen.heading(text.name)
    screen.say(f"sha256: {text.sha256}", indent=2)
    if text.encoding not in ("utf-8", "utf-8-sig"):
        screen.say(f"Read as {text.encoding}; a case can cite it once it is saved as UTF-8.", indent=2)
    if text.looks_like_markup:
        screen.say("Tags of a web page are read as words: save the page as plain text first.", indent=2)
    width = len(str(len(text.sentences)))
    for each in text.sentences:
        role = "" if each.role == "body" else f" [{each.role}]"
        screen.say(f"{each.number}{role}  {text.of(each)}")
        for line in _told(marked, marked.of(each)):
            screen.say(line, indent=width + 2)
    told = ", ".join(
        counted(count, sort) for sort, count in _counts(marked).items() if count and sort not in ("source", "content")
    )
    screen.note(f"{counted(len(text.sentences), 'sentence')}: {told or 'nothing to mark'}.")
    undated = sum(mark.sort == "date" and not mark.value for mark in marked.marks)
    if undated and day is None:
        screen.say(f"{counted(undated, 'date')} cannot be placed: give --published, the day of publication.")


def _counts(marked: Marked) -> dict[str, int]:
    from detente.reading.marking import counted_by_sort

    return counted_by_sort(marked.marks)


def _told(marked: Marked, marks: Any) -> list[str]:
    """The marks of a sentence: one line for each cue with its source, one for all the rest."""
    lines: list[str] = []
    sources = {mark.about: mark for mark in marks if mark.sort == "source"}
    for mark in marks:
        if mark.sort == "cue":
            source = sources.get(mark.start)
            lines.append(f"cue “{mark.text}”, source: {f'“{source.text}”' if source else 'none found'}")
    others = [mark for mark in marks if mark.sort not in ("cue", "source", "content", "quotation")]
    told = [f"{mark.sort} “{mark.text}”{f' ({mark.value})' if mark.value else ''}" for mark in others]
    if told:
        lines.append(", ".join(told))
    return lines


def _print_coverage(marked: Marked, covered: Coverage, case: str) -> None:
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
