"""`detente sentences`: texts as numbered sentences, by the rule that citations count them."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import typer

from detente.cli.options import AsJson
from detente.cli.terminal import screen
from detente.errors import CaseError, Problem


def sentences(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Text files, UTF-8.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Number the sentences of texts, as citations count them."""
    told, problems = list[dict[str, Any]](), list[Problem]()
    for file in files:
        try:
            told.append(_numbered(file))
        except CaseError as error:
            problems += error.problems
    if problems:
        raise CaseError(problems)
    if as_json:
        screen.emit(told)
        return
    for text in told:
        screen.heading(text["file"])
        screen.say(f"sha256: {text['sha256']}", indent=2)
        width = len(str(len(text["sentences"])))
        for each in text["sentences"]:
            screen.say(f"{each['number']:>{width}}  {each['text']}")


def _numbered(file: Path) -> dict[str, Any]:
    """A text with its digest and its sentences, each with its place in the file."""
    from detente.case.sentences import located_sentences
    from detente.case.sources import text_of

    data = text_of(file)
    found = [
        {"number": number, "start": each.start, "end": each.end, "text": each.text}
        for number, each in enumerate(located_sentences(data.decode("utf-8")), 1)
    ]
    return {"file": str(file), "sha256": sha256(data).hexdigest(), "sentences": found}
