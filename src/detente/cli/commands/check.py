"""`detente check`: every problem of a case at once, or how large it is and what it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from detente.cli.options import AsJson, CaseName, Sources
from detente.cli.terminal import screen
from detente.crisis.evidence import RESTS_ON, Grade
from detente.errors import CaseError, Problem
from detente.plurals import counted

if TYPE_CHECKING:
    from detente.crisis.model import Crisis


def check(case: CaseName, sources: Sources = None, as_json: AsJson = False) -> None:
    """Check a case: all problems at once, each with its line and what would be right."""
    from detente.case.catalogue import find
    from detente.case.read import read_case
    from detente.case.sources import check_sources, citations
    from detente.game.checked.checks import check_crisis
    from detente.study.assumptions import assumptions

    try:
        crisis = read_case(find(case))
        checked = check_crisis(crisis)
        problems = [*checked.problems, *(check_sources(crisis, sources) if sources else ())]
        if problems:
            raise CaseError(problems)
    except CaseError as error:
        unverified = _unverified(case)
        if not as_json:
            if unverified:
                screen.say(f"{counted(unverified, 'citation')} unverified: detente read --review {case}")
            raise
        screen.emit(
            {
                "case": case,
                "ok": False,
                "unverified": unverified,
                "problems": [_plain(problem) for problem in error.problems],
            }
        )
        raise typer.Exit(1) from error
    assert checked.compiled is not None
    game = checked.compiled.game
    rows = list(assumptions(crisis))
    grades = Counter(each.support.grade for each in rows)
    found: dict[str, Any] = {
        "case": case,
        "ok": True,
        "problems": [],
        "warnings": [_plain(each) for each in checked.warnings],
        "size": {"nodes": game.nodes, "information_sets": game.infosets},
        "assumptions": {str(grade): grades[grade] for grade in Grade},
        "unverified": sum(each.unverified for each in citations(crisis)),
        "drafts": len(crisis.drafts),
        "resting_on_nothing": [each.id for each in rows if each.support.unsupported],
    }
    if sources:
        found["citations"] = list(_citations(crisis, sources))
        found["uncited"] = list(_uncited(crisis, sources))
    if as_json:
        screen.emit(found)
    else:
        screen.problems(checked.warnings)
        _print(found)


def _unverified(case: str) -> int:
    """The number of unverified citations of a file that is no whole case; none where it is no YAML or no file."""
    from detente.reading.review import count_unverified

    path = Path(case)
    try:
        return count_unverified(path) if path.is_file() else 0
    except CaseError:
        return 0


def _citations(crisis: Crisis, sources: Path) -> Iterator[dict[str, Any]]:
    """Every citation with the cited sentence; `name` is the assumption's, empty for events and claims."""
    from detente.case.sources import citations, cited_text
    from detente.study.assumptions import assumptions, citation_row

    owner = {citation: each.name for each in assumptions(crisis) for citation in each.support.because}
    titles = {source.id: source.title for source in crisis.sources}
    for citation in citations(crisis):
        yield {
            "name": owner.get(citation, ""),
            "title": titles.get(citation.source, citation.source),
            **citation_row(citation),
            "part": citation.part,
            "sentence": cited_text(crisis, sources, citation),
        }


def _uncited(crisis: Crisis, sources: Path) -> Iterator[dict[str, Any]]:
    """Every sentence that no assumption cites; `elsewhere`: whether an event, claim or scenario does."""
    from detente.case.sources import citations, uncited
    from detente.study.assumptions import assumptions

    resting = [citation for each in assumptions(crisis) for citation in each.support.because]
    nowhere = {(source, number) for source, number, _ in uncited(crisis, sources, citations(crisis))}
    titles = {source.id: source.title for source in crisis.sources}
    for source, number, sentence in uncited(crisis, sources, resting):
        yield {
            "source": source,
            "title": titles[source],
            "sentence": number,
            "text": sentence,
            "elsewhere": (source, number) not in nowhere,
        }


def _plain(problem: Problem) -> dict[str, Any]:
    """A problem as data; file, line and column are null where it has no place."""
    where = problem.where
    return {
        "file": where.file if where else None,
        "line": where.line if where else None,
        "column": where.column if where else None,
        "what": problem.what,
        "remedy": problem.remedy,
    }


def _print(found: dict[str, Any]) -> None:
    size, grades = found["size"], found["assumptions"]
    warned = f", {counted(len(found['warnings']), 'warning')}" if found["warnings"] else ""
    screen.say(f"{found['case']}: no problems{warned}")
    sets = counted(size["information_sets"], "information set")
    screen.say(f"{counted(size['nodes'], 'node')}, {sets}.", indent=2)
    told = ", ".join(f"{count} on {RESTS_ON[grade]}" for grade, count in grades.items() if count)
    total = counted(sum(grades.values()), "assumption")
    screen.say(f"{total}{f', resting: {told}' if told else ''}.", indent=2)
    if found["resting_on_nothing"]:
        screen.say(f"Resting on nothing: {', '.join(found['resting_on_nothing'])}.", indent=2)
    if found["unverified"] or found["drafts"]:
        told = f"{counted(found['drafts'], 'draft')}, {counted(found['unverified'], 'citation')} unverified"
        screen.say(f"{told}: detente read --review {found['case']}", indent=2)
    for name, cited in groupby(found.get("citations", ()), key=itemgetter("name")):
        screen.heading(name or "Cited elsewhere")
        for each in cited:
            screen.say(f"{each['says']}", indent=2)
            quoted = f"“{each['sentence']}”" if each["sentence"] else "the text is not at hand"
            screen.say(f"{each['title']}, {each['part']}: {quoted}", indent=4)
    _print_uncited(found.get("uncited", ()))


def _print_uncited(uncited: Sequence[dict[str, Any]]) -> None:
    """Sentences that nothing rests on, source by source, and those that events and claims alone cite."""
    for title, group in groupby(uncited, key=itemgetter("title")):
        told = list(group)
        screen.heading(f"{title}: cited by no assumption")
        for each in told:
            if not each["elsewhere"]:
                screen.say(f"{each['sentence']}  {each['text']}", indent=2)
        if elsewhere := [str(each["sentence"]) for each in told if each["elsewhere"]]:
            screen.note(f"Cited by events, claims or scenarios only: {', '.join(elsewhere)}.")
