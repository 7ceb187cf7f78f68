"""The question, and the answer in a few sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup

from detente.crisis.evidence import RESTS_ON, Grade
from detente.crisis.inquiry import ANALYST
from detente.report.blocks import Block, Card, Fold, Points, Prose, Section, Text
from detente.report.findings import BeliefRow, OutcomeShare, StudyRows
from detente.report.groups import groups_clause
from detente.report.naming import Names
from detente.report.sections.hinges import effect_words, leader_words
from detente.report.sections.hinges import ranked as ranked_hinges
from detente.report.words import chance, counted, factor, likely_words, listed, moves_nothing, plain, sentence
from detente.study.running.weights import weighed

_NAMED = 4
"""So many endings that follow the likeliest are named at the most."""


def opening(findings: StudyRows, names: Names) -> Section:
    """The section that opens the page: the question, the answer, and the reading of a number."""
    about = paragraphs(findings.case.about)
    blocks: list[Block] = [Prose(text, "lead") for text in about[:1]]
    if findings.case.readings:
        blocks.append(_readings(findings, names))
    said = [Prose(text) for text in answer(findings, names)]
    asides = [Prose(text, "aside") for text in (_how_to_read(findings), effective(findings)) if text]
    blocks.append(Card("The answer in short", [*said, *asides], "answer"))
    if about[1:]:
        blocks.append(Fold("More about this case", [Prose(text) for text in about[1:]]))
    return Section("answer", "The question and the answer", blocks)


def paragraphs(text: str) -> list[str]:
    """Free text in paragraphs."""
    return [plain(part) for part in text.split("\n\n") if plain(part)]


def _readings(findings: StudyRows, names: Names) -> Points:
    items: list[tuple[Text, Sequence[Text]]] = [
        (
            Markup("<strong>{}</strong>").format(sentence(plain(reading.label))),
            [f"In the case: {names.condition(reading.when)}."],
        )
        for reading in findings.case.readings
    ]
    return Points(items)


def answer(findings: StudyRows, names: Names) -> list[Text]:
    """The answer in a few sentences, each hedged as far as the study allows."""
    said = [_groups(findings), _ending(findings), _intent(findings, names), _hinge(findings), _standing(findings)]
    return [each for each in said if each]


def _groups(findings: StudyRows) -> Text:
    if not (told := groups_clause(findings)):
        return ""
    given = "Given the events seen: " if findings.case.timeline else ""
    return Markup("<strong>{}{}.</strong>").format(given, told)


def _ending(findings: StudyRows) -> Text:
    ranked = ranking(findings)
    if not ranked:
        return ""
    if len(tied := likeliest(findings)) > 1:
        given = "Given the events seen, the" if findings.case.timeline else "The"
        named = listed([f"{each.name}, {chance(each.share)}" for each in tied])
        return Markup("<strong>{} likeliest endings are not told apart: {}.</strong>").format(given, named)
    first, *others = ranked
    given = "Given the events seen, the" if findings.case.timeline else "The"
    text = Markup("<strong>{} likeliest ending is {}: {}</strong>, {}.").format(
        given, first.name, chance(first.share), likely_words(first.share)
    )
    if others:
        follow = _next(findings, others)
        text += Markup(" {} {}.").format("Next come" if len(follow) > 1 else "Next comes", "; ".join(follow))
        if overlap(first, others[0]):
            text += Markup(" The ranges of the first two overlap, so their order is not settled.")
    return text


def _next(findings: StudyRows, others: Sequence[OutcomeShare]) -> list[str]:
    """Two endings that come after the likeliest, or more where draws do not tell apart which these are."""
    placed = findings.placed("endings")
    places = [placed[each.outcome].place for each in others if each.outcome in placed]
    told = [each for each in others if each.outcome not in placed or placed[each.outcome].place <= 3]
    named = [f"{each.name}, {chance(each.share)}" for each in told[:_NAMED]]
    if len(told) > _NAMED:
        named.append(f"and {len(told) - _NAMED} more that are not told apart")
    elif len(told) > 1 and len(set(places[: len(told)])) == 1:
        named[-1] += ", not told apart"
    return named


def ranking(findings: StudyRows) -> list[OutcomeShare]:
    """The endings, the likeliest first; those that draws do not tell apart keep the case's order."""
    order = {id: place.place for id, place in findings.placed("endings").items()}
    return sorted(findings.endings, key=lambda each: order.get(each.outcome, len(order) + 1))


def likeliest(findings: StudyRows) -> list[OutcomeShare]:
    """The ending with the largest chance, or several that draws do not tell apart."""
    first = [id for id, place in findings.placed("endings").items() if place.place == 1]
    return [each for each in findings.endings if each.outcome in first]


def overlap(first: OutcomeShare, second: OutcomeShare) -> bool:
    """True where the interval of the likelier ending reaches into that of the other."""
    return first.share.ranged and second.share.ranged and first.share.low <= second.share.high


def _intent(findings: StudyRows, names: Names) -> Text:
    held = [each for each in findings.beliefs if not each.value and each.observer == first_observer(findings.beliefs)]
    last = max((each.event for each in held), default=0)
    if not last:
        return ""
    ends = [each for each in held if each.event == last]
    placed = findings.placed("readings") if held[0].observer == ANALYST else {}
    leading = [each for each in ends if each.subject in placed and placed[each.subject].place == 1] or ends[:1]
    top = leading[0]
    path = [each for each in held if each.subject == top.subject]
    seen = counted(last, "event")
    start = next((each for each in path if each.event == 0), None)
    who = names.observer(top.observer)
    others = [each for each in ends if each is not top]
    if len(leading) > 1:
        named = listed([f"“{each.name}” at {chance(each.share)}" for each in leading])
        text = f"On intent, the {seen} seen leave {who} with readings that are not told apart: {named}"
    elif others and top.share.ranged and any(top.share.low <= each.share.high for each in others):
        text = f"On intent, the {seen} seen leave {who} without a firm view: “{top.name}” stands at {chance(top.share)}"
    else:
        text = f"On intent, after the {seen} seen {who} holds “{top.name}” at {chance(top.share)}"
    if start is not None and len(leading) == 1:
        text += f", having started at {chance(start.share)}"
    loudest = max((each for each in path if each.ratio.known), key=lambda each: abs(each.ratio.middle), default=None)
    place = findings.placed("events").get(str(loudest.event)) if loudest is not None else None
    alone = place is not None and (place.place, place.shared) == (1, 1)
    if loudest is not None and alone and not moves_nothing(loudest.ratio):
        text += f". The event that spoke loudest was “{loudest.label}”: odds {factor(loudest.ratio)}"
    return Markup("{}.").format(text)


def first_observer(beliefs: Sequence[BeliefRow]) -> str:
    """The outside reader where the study has one, else whoever comes first."""
    observers = dict.fromkeys(each.observer for each in beliefs)
    return ANALYST if ANALYST in observers else next(iter(observers), "")


def _hinge(findings: StudyRows) -> Text:
    groups = ranked_hinges(findings)
    if not groups:
        return ""
    first = groups[0]
    if len(first) > 1:
        return f"{sentence(leader_words(first))}."
    return (
        f"What moves it most is “{first[0].name}”: {effect_words(first[0])}. That assumption "
        f"rests on {RESTS_ON[first[0].support]}."
    )


def _standing(findings: StudyRows) -> Text:
    if not findings.assumptions:
        return ""
    count = Counter(each.support for each in findings.assumptions)
    resting = listed([f"{count[grade]} on {RESTS_ON[grade]}" for grade in Grade if count[grade]])
    total = counted(count.total(), "assumption")
    return f"All of this follows from the case’s {total}, and is no better than they are. They rest: {resting}."


def effective(findings: StudyRows) -> str:
    """Sentence on the effective number of draws that the events leave; empty where nothing was seen or drawn."""
    moment = findings.moment
    if moment is None or not moment.events or moment.draws < 2:
        return ""
    return weighed(moment.draws, moment.effective, moment.few)


def _how_to_read(findings: StudyRows) -> Text:
    if findings.draws:
        return (
            f"How to read a number: 41 % (28 to 57) means that the model was solved {findings.draws:,} times, each "
            "time with other values of whatever is uncertain. The chance is 41 %, the mean of the answers, so that the "
            "chances of all endings add up to 100 %; nine in ten answers lay between 28 and 57 %. The range shows what "
            "the assumptions leave open, not what the model itself may have missed."
        )
    if not findings.uncertain:
        return "Nothing in this case is uncertain: it was solved once, exactly as written, so there are no ranges."
    return (
        "The model was solved once, with every uncertain number at its middle. So there are no ranges: run it with "
        "draws before relying on any number."
    )
