"""`detente read`: texts marked, their actors, what a case cites of them, and what they may offer to a case."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from detente.cli.options import AsJson, Sources
from detente.cli.terminal import screen
from detente.errors import CaseError, Problem
from detente.plurals import counted

if TYPE_CHECKING:
    from detente.crisis.model import Crisis
    from detente.reading.actors.gazetteer import Gazetteer
    from detente.reading.asked.model import AnswersTaken
    from detente.reading.into import ReadText
    from detente.reading.marking import Marked
    from detente.reading.review import Review, Unverified
    from detente.reading.texts import Text

Texts = Annotated[list[Path] | None, typer.Argument(metavar="TEXT...", help="Text files.", show_default=False)]
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
Proposing = Annotated[
    bool,
    typer.Option("--propose", help="Show what the texts may offer to a case: statements, events, readings, claims."),
]
Into = Annotated[
    Path | None,
    typer.Option(
        metavar="CASE.yaml",
        help="Write sources, actors and drafts into this case, marked as unverified; begin the file if need be.",
        show_default=False,
    ),
]
Reviewed = Annotated[
    Path | None,
    typer.Option(
        "--review",
        metavar="CASE.yaml",
        help="Step through what is unverified in this case: accept, mend or refuse. Without TEXT.",
        show_default=False,
    ),
]
GazetteerFile = Annotated[
    Path | None,
    typer.Option(
        "--gazetteer", metavar="FILE", help="Actors and what names them, added to those known.", show_default=False
    ),
]
GazetteerOut = Annotated[
    Path | None,
    typer.Option(
        "--write-gazetteer",
        metavar="FILE",
        help="Write the entries of the texts' own actors, to edit.",
        show_default=False,
    ),
]
ModelAt = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="URL|COMMAND",
        help="Also ask this model, an OpenAI-compatible address or a command; off by default. Says what is sent.",
        show_default=False,
    ),
]
ModelName = Annotated[str, typer.Option("--model-name", metavar="NAME", help="Name of the model at that address.")]
AnswersFile = Annotated[
    Path | None,
    typer.Option(
        "--answers",
        metavar="FILE",
        help="Where every request and answer is kept; beside the case of --into by default.",
        show_default=False,
    ),
]


def read(
    texts: Texts = None,
    published: Published = None,
    encoding: Encoding = "",
    case: Covering = None,
    propose: Proposing = False,
    into: Into = None,
    review: Reviewed = None,
    sources: Sources = None,
    gazetteer: GazetteerFile = None,
    write_gazetteer: GazetteerOut = None,
    model: ModelAt = None,
    model_name: ModelName = "default",
    answers: AnswersFile = None,
    as_json: AsJson = False,
) -> None:
    """Mark texts: who says what, how guardedly, on what condition, when; and what they may offer to a case."""
    if review:
        if texts:
            raise typer.BadParameter("it takes no TEXT: the case names its sources", param_hint="--review")
        _review(review, sources, as_json)
        return
    if not texts:
        raise typer.BadParameter("name one text at least", param_hint="TEXT")
    from detente.reading.actors.gazetteer import gazetteer_of, shipped_gazetteer
    from detente.reading.actors.linking import actors_of
    from detente.reading.coverage import coverage
    from detente.reading.into import ReadText, write_into
    from detente.reading.marking import mark
    from detente.reading.proposals.proposing import proposals

    day = published.date() if published else None
    known = gazetteer_of(gazetteer) if gazetteer else shipped_gazetteer()
    marked = [mark(each, day) for each in _opened(texts, encoding)]
    actors = [actors_of(each.text, known) for each in marked]
    wanted = bool(propose or into)
    asked = _ask(model, model_name, [each.text for each in marked], _record(answers, into)) if model else None
    wanted = wanted or asked is not None
    proposed = [proposals(each, found) if wanted else [] for each, found in zip(marked, actors, strict=True)]
    for own, answered in zip(proposed, asked or (), strict=False):
        own += answered.proposals
    read = [ReadText(m.text, a, p, day) for m, a, p in zip(marked, actors, proposed, strict=True)]
    crisis = _case(case) if case else None
    covered = [coverage(each, crisis) for each in marked] if crisis else []
    added = write_into(into, read, known) if into else None
    if write_gazetteer:
        _write_gazetteer(write_gazetteer, read, known)
    if as_json:
        _emit(marked, read, covered, added, {"published": day.isoformat() if day else None, "case": case}, wanted)
        return
    from detente.cli.printed import reading

    for number, each in enumerate(marked):
        if not into:
            reading.print_marked(each, day)
            reading.print_actors(each, actors[number], known)
        if covered:
            reading.print_coverage(each, covered[number], case or "")
        if propose or asked:
            reading.print_proposals(each, proposed[number], known)
    if added:
        reading.print_added(added)


def _record(answers: Path | None, into: Path | None) -> Path:
    """The file that keeps what a model was asked and answered."""
    return answers or (into.with_name(f"{into.name}.answers.jsonl") if into else Path("detente.answers.jsonl"))


def _ask(model: str, name: str, texts: list[Text], record: Path) -> list[AnswersTaken]:
    from detente.reading.asked.model import ask_model, sent

    screen.remark(sent(texts, model))
    found = [ask_model(each, model, name, record) for each in texts]
    refused = sum((each.refused for each in found), Counter[str]())
    told = ", ".join(f"{count} ({reason})" for reason, count in refused.items())
    screen.remark(f"Kept in {record}. Items refused: {told or 'none'}.")
    return found


def _emit(
    marked: list[Marked], read: list[ReadText], covered: Any, added: Any, told: dict[str, Any], wanted: bool
) -> None:
    from dataclasses import asdict

    from detente.reading.plain import plain_actors, plain_coverage, plain_marked, plain_proposal

    plain = [plain_marked(each) for each in marked]
    for number, (each, one) in enumerate(zip(plain, read, strict=True)):
        each |= plain_actors(one.actors)
        if covered:
            each["coverage"] = plain_coverage(covered[number])
        if wanted:
            each["proposals"] = [plain_proposal(proposal) for proposal in one.proposals]
    screen.emit({**told, "texts": plain, **({"into": asdict(added)} if added else {})})


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


def _write_gazetteer(path: Path, read: list[ReadText], known: Gazetteer) -> None:
    from detente.files import write_atomically
    from detente.reading.actors.written import gazetteer_text

    write_atomically(path, gazetteer_text([each.actors for each in read], known).encode())


def _review(case: Path, sources: Path | None, as_json: bool) -> None:
    """Step through what is unverified; with --json list it."""
    from detente.reading.review import Review

    review = Review(case, sources)
    items = review.items()
    if as_json:
        screen.emit([_plain_item(each) for each in items])
        return
    if not items:
        screen.say(f"{case}: nothing is unverified.")
        return
    decided = _stepped(review)
    left = len(review.items())
    screen.note(f"{counted(decided, 'decision')} written; {counted(left, 'citation')} still unverified.")


def _plain_item(item: Unverified) -> dict[str, Any]:
    return {
        "path": list(item.path),
        "entry": item.entry,
        "source": item.source,
        "sentence": item.sentence,
        "text": item.text,
    }


def _stepped(review: Review) -> int:
    """The number of decisions that the user made before leaving."""
    decided = skipped = 0
    while skipped < len(items := review.items()):
        item = items[skipped]
        _show(item, len(items) - skipped)
        answer = _asked("accept, mend, refuse, skip or quit [a/m/r/s/q]? ")
        if answer in ("q", ""):
            break
        if answer == "a":
            review.accept(item)
        elif answer == "m":
            words = _asked("what does it say, in your words? ", lower=False)
            if not words:
                continue
            review.accept(item, words)
        elif answer == "r":
            review.refuse(item)
        elif answer == "s":
            skipped += 1
            continue
        else:
            screen.say("Answer with a, m, r, s or q.")
            continue
        decided += 1
    return decided


def _asked(question: str, lower: bool = True) -> str:
    """The first letter of the answer, or the whole of it; nothing at the end of the input."""
    try:
        answer = input(question).strip()
    except EOFError:
        return ""
    return (answer[:1].lower() or "s") if lower else answer


def _show(item: Unverified, left: int) -> None:
    entry = item.entry if isinstance(item.entry, dict) else {}
    kind, by, when = (str(entry.get(key, "")) for key in ("kind", "by", "date"))
    screen.heading(f"{counted(left, 'citation')} to decide: {kind or '.'.join(map(str, item.owner))}")
    said = str(entry.get("says", "")) or str(entry.get("name", ""))
    screen.say(f"{by + ': ' if by else ''}{said}{f' [{when}]' if when else ''}", indent=2)
    quoted = f"“{item.text}”" if item.text else "the text is not at hand"
    screen.say(f"{item.source}, sentence {item.sentence}: {quoted}", indent=4)
