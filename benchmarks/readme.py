"""The answers in the README as the program gives them: `python -m benchmarks.readme` writes them into it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import detente as dt
from detente.report.findings import BeliefRow, ClaimTest, Hinge, StudyRows, read_findings
from detente.report.sections.hinges import ranked
from detente.report.sections.opening import ranking
from detente.report.tables import span, swing
from detente.report.words import chance, counted, listed, percent, points, sentence

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- answers -->\n", "<!-- end of answers -->\n"
CASE, DRAWS, SEED = "iran-2025", 200, 0
MOST_NAMED = 5
CLAIMS = (
    ("Do threats keep Iran from the table? (Vaez)", "the chance of talks"),
    ("Or are they the key to any deal? (Ben Taleblu)", "the chance of a deal"),
)


def study() -> dt.Study:
    """Study that the answers are read from; what they do not mention is left out."""
    return dt.run(CASE, draws=DRAWS, seed=SEED, inquiry_draws={"scenarios": 0, "questions": 0})


def rows(findings: StudyRows) -> Iterator[tuple[str, str]]:
    """Question and answer, row by row."""
    yield "How may it end?", _endings(findings)
    yield "Is the letter leverage or a manoeuvre?", _intent(findings)
    for (question, what), claim in zip(CLAIMS, findings.claims, strict=True):
        yield question, _claim(claim, what, findings)
    yield "What does it hinge on?", _hinges(ranked(findings))


def table(found: Sequence[tuple[str, str]]) -> str:
    """The rows as a table in Markdown."""
    return "\n".join(["| question | answer |", "|---|---|", *(f"| {asked} | {said} |" for asked, said in found)]) + "\n"


def written(text: str) -> str:
    """Text between the marks."""
    return text.split(BEGIN)[1].split(END)[0]


def main() -> None:
    """Write the answers into the README."""
    text = README.read_text("utf-8")
    new = table(list(rows(read_findings(study()))))
    README.write_text(text.replace(BEGIN + written(text) + END, BEGIN + new + END), "utf-8")
    sys.stdout.write(new)


def _plain(text: str) -> str:
    """Without the blanks that do not break, which a reader of Markdown cannot see."""
    return text.replace("\u00a0", " ")


def _endings(findings: StudyRows) -> str:
    now = listed([f"{each.name} {_plain(chance(each.share))}" for each in ranking(findings)])
    start = max(findings.endings, key=lambda each: each.outset.middle)
    since = f"Given the {counted(len(findings.case.timeline), 'event')} seen"
    return _plain(f"{since}: {now}. At the outset {start.name} stood at {chance(start.outset)}")


def _intent(findings: StudyRows) -> str:
    last = len(findings.case.timeline)
    held = [each for each in findings.beliefs if not each.value and each.observer == "analyst"]
    now: BeliefRow = max((each for each in held if each.event == last), key=lambda each: each.share.middle)
    before = next(each for each in held if each.event == 0 and each.subject == now.subject)
    return _plain(
        f"After the {counted(last, 'event')} seen, an outside reader holds “{now.name}” at {chance(now.share)}, up "
        f"from {percent(before.share.middle)}."
    )


def _claim(claim: ClaimTest, what: str, findings: StudyRows) -> str:
    holds = f"{sentence(findings.since(claim.when))} it holds in {percent(claim.holds)} of the draws"
    return _plain(f"{holds}: a louder threat moves {what} by {points(claim.effect)}.")


def _hinges(groups: Sequence[Sequence[Hinge]]) -> str:
    if not groups:
        return "No assumption moves an ending beyond what the draws can tell from chance."
    first, *rest = groups
    said = [_hinge(each) for each in first]
    told = f"Most of all on {said[0]}." if len(first) == 1 else f"On {listed(said)}, which are not told apart."
    if rest and len(first) == 1:
        after = [each.name for each in rest[0]]
        named = (
            listed([f"“{each}”" for each in after]) if len(after) <= MOST_NAMED else counted(len(after), "assumption")
        )
        apart = ", not told apart from each other" if len(after) > 1 else ""
        low, high = (round(100 * end(abs(each.swing) for each in rest[0])) for end in (min, max))
        told += f" Then {'come' if len(after) > 1 else 'comes'} {named}{apart}, by {low} to {high} points."
    return _plain(told)


def _hinge(each: Hinge) -> str:
    return (
        f"“{each.name}”: with it going from {span(each)} and everything else as drawn, {each.outcome_name} goes from "
        f"{percent(each.at_low)} to {percent(each.at_high)} ({swing(each)} points)"
    )


if __name__ == "__main__":
    main()
