"""Whose theory holds, and where."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from markupsafe import Markup

from detente.report.blocks import Abreast, Block, Card, Prose, Section, figure
from detente.report.charts import claims_chart
from detente.report.drawing import accent
from detente.report.evidence import Evidence
from detente.report.findings import ClaimTest, Findings
from detente.report.naming import Names
from detente.report.tables import claims_table, moved
from detente.report.words import amount, change, counted, listed, percent, sentence


def claims(findings: Findings, names: Names, evidence: Evidence) -> Section:
    """Rival claims side by side over the same uncertainty."""
    title = "Whose theory holds, and where"
    if not findings.claims:
        return Section("claims", title, [Prose("The case tests nobody’s claim.")])
    written = {each.id: each for each in findings.case.claims}
    in_points = [
        names.is_probability(written[each.claim].of[1]) if each.claim in written else True for each in findings.claims
    ]
    labelled = [(each, sentence(each.says or each.claim)) for each in findings.claims]
    blocks: list[Block] = [
        Prose(
            "Each claim says that more of one thing brings more, or less, of another. Here that thing is moved across "
            "its whole range while everything else stays as it is, draw by draw, and what follows is compared with the "
            "claim."
        ),
    ]
    alike = all(in_points) or not any(in_points)
    for same in [True] if alike else [True, False]:
        chosen = [pair for pair, points in zip(labelled, in_points, strict=True) if alike or points == same]
        points = all(in_points) if alike else same
        table = claims_table(chosen, names, [points] * len(chosen))
        how = (
            "Left: the dark part of each bar is the share of draws in which it goes as claimed, the middle part no "
            "change, the pale part the other way. Right: how far the outcome moves, with the range of nine in ten "
            "draws."
        )
        drawing = partial(claims_chart, chosen, points)
        finding = _finding([claim for claim, _ in chosen], findings.draws)
        blocks.append(figure(f"claims-{'points' if points else 'other'}", finding, drawing, how, table))
    cards = [_card(each, label, findings, names, evidence, k) for k, (each, label) in enumerate(labelled)]
    return Section("claims", title, [*blocks, Abreast(cards)])


def _finding(claims: Sequence[ClaimTest], draws: int) -> str:
    """The claims against each other, the one that holds most often first."""
    if not draws:
        return "In the one solution, each claim either holds or does not"
    ranked = sorted(claims, key=lambda each: -each.holds)
    first, *others = [(_whose(each), _how_often(each.holds, each.draws)) for each in ranked[:4]]
    told = [f"{first[0]} holds in {first[1]}", *(f"{whose} in {often}" for whose, often in others)]
    return sentence(listed(told))


def _whose(claim: ClaimTest) -> str:
    return f"the claim of {claim.by.split(',')[0]}" if claim.by else f"“{sentence(claim.says or claim.claim)}”"


def _how_often(share: float, draws: int) -> str:
    return f"{round(share * draws):,} of {counted(draws, 'draw')}" if draws else percent(share)


def _verdict(share: float) -> str:
    """What a share of draws says about a claim, within this model."""
    if share >= 0.95:
        return "holds almost everywhere in this model"
    if share >= 0.6:
        return "holds more often than not in this model"
    if share > 0.4:
        return "is undecided in this model"
    if share > 0.05:
        return "fails more often than not in this model"
    return "fails almost everywhere in this model"


def _card(claim: ClaimTest, says: str, findings: Findings, names: Names, evidence: Evidence, position: int) -> Card:
    written = {each.id: each for each in findings.case.claims}.get(claim.claim)
    of = names.quantity_of_interest(written.of[1]) if written else claim.of
    in_points = written is None or names.is_probability(written.of[1])
    unit = names.unit(claim.raises)
    test = Markup("The test: “{}” goes {}{}; the claim expects that {} {}.").format(
        names.quantity(claim.raises), moved(claim), f" {unit}" if unit else "", of, claim.expect
    )
    if findings.draws:
        fate = (
            f"It goes as claimed in {_how_often(claim.holds, claim.draws)}, changes nothing in "
            f"{_how_often(claim.ties, claim.draws)}, and goes the other way in "
            f"{_how_often(claim.fails, claim.draws)}: it {_verdict(claim.holds)}."
        )
    else:
        word = (
            "goes as claimed" if claim.holds > 0.5 else "changes nothing" if claim.ties > 0.5 else "goes the other way"
        )
        fate = f"In the one solution it {word}."
    size = (
        f"Raising it {change(claim.effect, of)}."
        if in_points
        else f"Raising it changes {of} by {amount(claim.effect)}."
    )
    cited = evidence.cite_all(written.support.because if written else ())
    by = [Prose(f"Held by {claim.by}.", "aside")] if claim.by else []
    return Card(
        f"“{says}”",
        [*by, Prose(test), Prose(fate), Prose(size), *[Prose(each, "aside") for each in cited]],
        accent(position),
    )
