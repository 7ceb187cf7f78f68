"""The section on rival theories: each claim's verdict, its effect, and the draws in which it holds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from detente.crisis.inquiry import Claim
from detente.report.blocks import Abreast, Block, Card, Figure, Prose, Section, figure
from detente.report.charts.answers import claims_chart
from detente.report.charts.drawing import accent
from detente.report.evidence import Evidence
from detente.report.findings import ClaimTest, StudyRows
from detente.report.naming import Names
from detente.report.sections.rivals import rivals, where
from detente.report.tables import claims_table, moved
from detente.report.words import REASONS, amount, change, listed, percent, sentence

LEFT_OUT = 0.005
"""A share of draws left out that is smaller than this is not told."""

VERB = {"rises": "rise", "falls": "fall", "above": "be higher in the first", "below": "be lower in the first"}

BY_RULE = "So by definition, however everybody plays: what the claim moves settles it by itself, and it is no finding."
"""Words on a claim that the rules of the case settle."""


def claims(findings: StudyRows, names: Names, evidence: Evidence) -> Section:
    """Rival claims side by side over the same uncertainty."""
    title = "Whose theory holds, and where"
    if not findings.claims:
        return Section("claims", title, [Prose("The case tests nobody’s claim.")])
    written = {each.id: each for each in findings.case.claims}
    blocks: list[Block] = [
        Prose(
            "Each claim says that more of one thing brings more, or less, of another, or that one course does beside "
            "another. Here that thing is moved across the middle nine tenths of its range, or one course put in place "
            "of the other, while everything else stays as it is, draw by draw, and what follows is compared with the "
            "claim."
            + (
                " Given the events seen, where the case does not say otherwise; the outset stands beside it."
                if findings.case.timeline
                else ""
            )
        ),
    ]
    for in_points in (True, False):
        chosen = [
            (each, sentence(each.says or each.claim))
            for each in findings.claims
            if _tested(each) and not each.by_rule and _in_points(written.get(each.claim), names) == in_points
        ]
        if chosen:
            blocks.append(_figure(chosen, in_points, findings, names))
    cards = [
        _card(each, written.get(each.claim), findings, names, evidence, accent(position))
        for position, each in enumerate(findings.claims)
    ]
    return Section("claims", title, [*blocks, Abreast(cards), *rivals(findings)])


def beside(claim: ClaimTest, findings: StudyRows) -> str:
    """Sentences on a claim's verdict at the moment that is not told first, and on the reason for the order."""
    if claim.by_rule:
        return ""
    other = findings.beside(claim.claim)
    reason = f"Told from the outset: {REASONS[claim.why]}. " if claim.why else ""
    left = ""
    if claim.tried < 1 - LEFT_OUT:
        left = f"In {percent(1 - claim.tried)} of the draws the events cannot happen at both ends; these are left out. "
    if other is None or not _tested(other) or claim.why:
        return f"{reason}{left}".strip()
    return f"{left}{sentence(findings.since(other.when, other.events))} it holds in {percent(other.holds)} of draws."


def _tested(claim: ClaimTest) -> bool:
    return claim.holds == claim.holds


def _in_points(written: Claim | None, names: Names) -> bool:
    """True where the quantity that a claim is about is a probability."""
    return written is None or names.is_probability(written.of[1])


def _figure(chosen: Sequence[tuple[ClaimTest, str]], in_points: bool, findings: StudyRows, names: Names) -> Figure:
    moments = list(dict.fromkeys(findings.since(claim.when, claim.events) for claim, _ in chosen))
    told = f" Told {moments[0]}." if len(moments) == 1 else " The table says since when each is told."
    how = (
        "Left: the dark part of each bar is the share of draws in which it goes as claimed, the middle part no change, "
        "the pale part the other way. Right: how far the outcome moves, with the range of nine in ten draws."
        + (told if findings.case.timeline else "")
    )
    return figure(
        "claims-points" if in_points else "claims-other",
        _finding([claim for claim, _ in chosen], findings.draws),
        partial(claims_chart, chosen, in_points),
        how,
        claims_table(chosen, names, [in_points] * len(chosen), findings),
    )


def _finding(claims: Sequence[ClaimTest], draws: int) -> str:
    """Share of draws in which each claim holds, in the order of the case: no claim is called the better one."""
    if not draws:
        return "In the one solution, each claim either holds or does not"
    first, *others = [(_whose(each), _how_often(each.holds, each.draws)) for each in claims[:4]]
    told = [f"{first[0]} holds in {first[1]}", *(f"{whose} in {often}" for whose, often in others)]
    return sentence(listed(told))


def _whose(claim: ClaimTest) -> str:
    return f"the claim of {claim.by.split(',')[0]}" if claim.by else f"“{sentence(claim.says or claim.claim)}”"


def _how_often(share: float, draws: int) -> str:
    # Draws count by their weight once events were seen, so that no number of them says how often.
    return f"{percent(share)} of draws" if draws else percent(share)


def _fates(claim: ClaimTest) -> str:
    """Number of draws for each fate of a claim that occurs."""
    fates = (
        ("goes as claimed", claim.holds),
        ("changes nothing", claim.ties),
        ("goes the other way", claim.fails),
    )
    return listed([f"{what} in {_how_often(share, claim.draws)}" for what, share in fates if share > 0])


def _verdict(claim: ClaimTest) -> str:
    """Verdict on a claim in words, read from its shares of draws; it is about this model alone."""
    if claim.ties > 0.5:
        return "makes no difference in most of this model"
    if claim.holds >= 0.95:
        return "holds almost everywhere in this model"
    if claim.holds >= 0.6:
        return "holds more often than not in this model"
    if claim.holds > 0.4:
        return "is undecided in this model"
    if claim.holds > 0.05:
        return "fails more often than not in this model"
    return "fails almost everywhere in this model"


def _card(
    claim: ClaimTest, written: Claim | None, findings: StudyRows, names: Names, evidence: Evidence, tone: str
) -> Card:
    draws, learnt = findings.draws, findings.learnt
    of = names.quantity_of_interest(written.of[1]) if written else claim.of
    unit = names.unit(claim.raises)
    test = f"The test: “{names.quantity(claim.raises)}” goes {moved(claim)}{f' {unit}' if unit else ''}; "
    if not moved(claim):
        how = "on the same draws" if claim.compares else "each across the middle nine tenths of its range"
        test = f"The test: {names.claim_test(claim.claim)}, {how}; "
    blocks: list[Block] = [Prose(f"{test}the claim expects {of} to {VERB.get(claim.expect, claim.expect)}.")]
    if claim.by:
        blocks.insert(0, Prose(f"Held by {claim.by}.", "aside"))
    if not _tested(claim):
        blocks.append(Prose("In no draw could it be tested."))
    elif claim.by_rule:
        blocks.append(Prose(BY_RULE))
    else:
        in_points = _in_points(written, names)
        size = change(claim.effect, "that chance") if in_points else f"changes that by {amount(claim.effect)}"
        since = f"{sentence(findings.since(claim.when, claim.events))}, " if findings.case.timeline else ""
        doing = "The first beside the second" if claim.compares else "Raising it" if moved(claim) else "Moving them"
        blocks += [Prose(_fate(claim, draws, since)), Prose(f"{doing} {size}.")]
        if findings.case.timeline and (more := beside(claim, findings)):
            blocks.append(Prose(more))
        blocks += [
            Prose(text) for text in (findings.elsewhere(claim.claim), *where(claim.claim, learnt, names)) if text
        ]
    if written:
        blocks += [Prose(each, "aside") for each in evidence.cite_all(written.support.because)]
    return Card(f"“{sentence(claim.says or claim.claim)}”", blocks, tone)


def _fate(claim: ClaimTest, draws: int, since: str) -> str:
    it = f"{since}it" if since else "It"
    if draws:
        return f"{it} {_fates(claim)}: it {_verdict(claim)}."
    word = "goes as claimed" if claim.holds > 0.5 else "changes nothing" if claim.ties > 0.5 else "goes the other way"
    return f"{since}{'in' if since else 'In'} the one solution it {word}."
