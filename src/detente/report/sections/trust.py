"""The section on trust: the checks made, the settings used, and the meaning of the few technical terms."""

from __future__ import annotations

from typing import Any

from detente.analysis.over_draws.intervals import FEW_DRAWS
from detente.crisis.quantities import LIMIT
from detente.report.blocks import Block, Fold, Heading, Points, Prose, Section, Table, Terms, Text
from detente.report.certificate import Certificate
from detente.report.findings import StudyRows
from detente.report.words import LADDER, SPACE, counted, listed, number, percent, plain
from detente.study.assumptions import distribution_text
from detente.study.running.weights import weighed

GLOSSARY: tuple[tuple[str, str], ...] = (
    (
        "Equilibrium",
        "A way for everybody to act in which nobody, given what they know and what the others do, would gain by acting "
        "otherwise. The model’s answer is one such way; there can be others, and real people may find none.",
    ),
    (
        "Precision",
        "How closely an actor picks what is best for it. At a finite precision, better moves are more frequent but "
        "worse ones still happen; “limit” means that mistakes have become vanishingly rare.",
    ),
    (
        "Regret",
        "How much an actor could still gain by acting otherwise. It is computed by other code than the solution, so "
        "that one checks the other.",
    ),
    (
        "Draw",
        "One possible set of values for everything uncertain, picked at random from the ranges that the case states. "
        "Each draw is solved on its own.",
    ),
    (
        "Odds",
        "The chance that something is so, over the chance that it is not. An event multiplies the odds by how much "
        "likelier it was if the thing is so than if it is not.",
    ),
    (
        "Reading",
        "A hypothesis about what somebody privately is or wants, which nobody else can see directly.",
    ),
)


IN_THE_LIMIT = (
    "To pass means: computed anew by other code, nobody could gain more than a millionth of what is at stake by acting "
    "otherwise."
)
AT_A_PRECISION = (
    "To pass means: the solver reached the precision of play that was asked for. Actors then err by assumption, so "
    "what they could still gain, below, measures how costly those errors are and is no check of the solution."
)


def caution(findings: StudyRows) -> str:
    """Warning that a reader must hear before any number; empty if every draw was solved and every solution passed its
    check.
    """
    said: list[str] = []
    if findings.certificate.unverified:
        said.append(findings.certificate.unverified)
    if findings.interrupted:
        asked = int(findings.settings.get("draws") or 0)
        said.append(f"This study was stopped after {findings.draws:,} of {counted(asked, 'draw')}.")
    if 0 < findings.draws < FEW_DRAWS:
        said.append(
            f"Only {counted(findings.draws, 'draw')} stand behind this page: the means are rough, and the ends of "
            f"the ranges are not to be relied on. Solve {FEW_DRAWS} draws or more before quoting one."
        )
    if findings.moment is not None and findings.moment.events and findings.moment.few:
        moment = findings.moment
        said.append(weighed(moment.draws, moment.effective, moment.few))
    certificate = findings.certificate
    failed = certificate.draws - certificate.certified
    if certificate.draws <= 0:
        said.append("No check of the solution is on record, so take every number below as provisional.")
    elif certificate.draws == 1 and failed:
        said.append(
            "The solution did not pass its own check: take every number as provisional; the last section says why."
        )
    elif failed:
        said.append(
            f"{failed:,} of {counted(certificate.draws, 'solution')} did not pass their own check. Take every number "
            "below as provisional; the last section says why."
        )
    return " ".join(said)


def trust(findings: StudyRows) -> Section:
    """The certificate in words, the settings, the words for probabilities, the glossary."""
    blocks: list[Block] = [
        Prose(
            "The numbers say what follows from the case’s assumptions if everybody acts as the model has it. They are "
            "no forecast: a wrong assumption, or a move that the case does not know, makes them wrong without any sign "
            "of it on this page."
        ),
        Heading("The check"),
        *_check(findings.certificate),
        Heading("The words for chances"),
        _ladder(),
        Heading("Terms"),
        Terms(GLOSSARY),
        Heading("How this page was made"),
        Table("Settings of this study", ("Setting", "Value"), _settings(findings)),
    ]
    return Section("trust", "How far to trust this", blocks)


def _check(certificate: Certificate) -> list[Block]:
    said: list[Text] = list(certificate.sentences)
    passed = "all" if certificate.certified >= certificate.draws else f"{certificate.certified:,}"
    means = IN_THE_LIMIT if certificate.in_the_limit else AT_A_PRECISION
    own = Prose(f"Of {counted(certificate.draws, 'solution')}, {passed} passed the check. {means}")
    blocks: list[Block] = [own] if certificate.draws else []
    if said:
        blocks.append(Points([(each, ()) for each in said]))
    rows: list[tuple[Text, Text]] = [
        (
            "What all could still gain together, over what is at stake, in the worst draw",
            number(certificate.worst_nash_conv),
        ),
        ("What a change at any one choice could gain, reached or not", number(certificate.worst_conditional_regret)),
        *(
            (("Largest difference of a probability from the logit reply to all play", number(departs)),)
            if (departs := certificate.worst_departure) == departs
            else ()
        ),
        ("Draws in which the path to the solution turned back on itself", percent(certificate.turning_points)),
        *((text, f"{count:,}") for text, count in certificate.endings),
    ]
    blocks.append(
        Fold("The check in numbers", [Table("The check in numbers", ("What", "Value"), rows, frozenset({1}))])
    )
    return blocks


def _ladder() -> Table:
    starts = [0.0, *(end for end, _ in LADDER)]
    rows = [
        (word, f"{100 * start:.0f} to {min(100 * end, 100):.0f}{SPACE}%")
        for start, (end, word) in zip(starts, LADDER, strict=False)
    ]
    return Table(
        "Words for chances, after the US Intelligence Community Directive 203 (2015)",
        ("Word", "Chance"),
        rows,
        frozenset({1}),
    )


_LABELS = {
    "draws": "Draws",
    "seed": "Seed of the draws",
    "rationality": "Precision of play",
    "scenario": "Scenario",
    "set": "Numbers set by hand",
    "version": "Version of Détente",
    "digest": "Digest of the case",
    "finished": "Draws solved",
    "interrupted": "Stopped early",
    "nodes": "Positions in the game",
    "information_sets": "Distinct situations of choice",
    "unknowns": "Unknowns solved for",
    "leaves": "Ways through to an ending",
}


def _settings(findings: StudyRows) -> list[tuple[Text, Text]]:
    found = {**findings.settings, **findings.size}
    found.pop("case", None)
    order = [*(key for key in _LABELS if key in found), *(key for key in found if key not in _LABELS)]
    name = findings.case.name
    found["rationality"] = _precision(findings)
    rows: list[tuple[Text, Text]] = [("Case", plain(name))] if name else []
    return rows + [(_LABELS.get(key, key), _value(found[key])) for key in order]


def _precision(findings: StudyRows) -> str:
    """Precision of play in words: the precision asked for, else that of the case."""
    asked, written = findings.settings.get("rationality"), findings.case.rationality
    if isinstance(asked, float | int):
        return _value(float(asked))
    if asked == LIMIT or isinstance(written, str):
        return LIMIT
    return f"{distribution_text(written, findings.case)} per unit of payoff (as in the case)"


def _value(value: Any) -> str:
    if value is None or value == {} or value == "":
        return "none"
    if isinstance(value, dict):
        return listed([f"{key} = {each}" for key, each in value.items()])
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return "limit" if value == float("inf") else number(value)
    return plain(str(value))
