"""Hedges, negations and conditions: words and phrases that weaken, deny or condition what a sentence says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from detente.reading.spans import Sort, TextMark
from detente.reading.texts import Sentence, Text

_HEDGES = (
    ("modal", r"might|could|may(?! \d)|can(?=\s+be\s+(?:said|seen|read))|would(?=\s+(?:seem|appear|suggest|likely))"),
    (
        "adverb",
        r"perhaps|possibly|probably|presumably|apparently|allegedly|reportedly|seemingly|supposedly|arguably|maybe"
        r"|potentially|conceivably|ostensibly|likely|unlikely|largely|roughly|approximately|somewhat|relatively"
        r"|generally|usually|often|sometimes|partly|nearly|almost|virtually|fairly|rather(?!\s+than)|essentially",
    ),
    (
        "verb",
        r"(?:appears?|appeared|seems?|seemed)(?=\s+(?:to|that|as|like|increasingly|more|less|\w+ly)\b)"
        r"|suggest(?:s|ed|ing)?|hint(?:s|ed|ing)?(?=\s+(?:that|at)\b)"
        r"|indicat(?:e|es|ed|ing)|tend(?:s|ed)?(?=\s+to\b)|believ(?:e|es|ed)|think(?:s)?|thought(?=\s+(?:that|to)\b)"
        r"|suspect(?:s|ed)?(?=\s+(?:that|the|he|she|they|it)\b)|assum(?:e|es|ed|ing)|suppos(?:e|es)(?!\s+to)"
        r"|estimat(?:e|es|ed)|speculat(?:e|es|ed)|conjecture[sd]?|is\s+(?:said|thought|believed|understood)\s+to"
        r"|are\s+(?:said|thought|believed|understood)\s+to|impl(?:y|ies|ied)|doubt(?:s|ed)?",
    ),
    (
        "noun-or-adjective",
        r"possibilit(?:y|ies)|possible(?!\s+to\b)|probable|potential(?=\s+(?:to|for)\b)|plausible|uncertain(?:ty)?"
        r"|unclear|not\s+clear|not\s+certain|assumption|likelihood|speculation|indications?\s+(?:that|of)"
        r"|in\s+(?:my|our|his|her|their)\s+(?:view|opinion|judge?ment)|as\s+far\s+as\s+\w+\s+know|so\s+to\s+speak"
        r"|to\s+some\s+(?:extent|degree)|some(?=\s+(?:say|argue|believe|think|suggest|analysts|experts|observers))"
        r"|as\s+if|sort\s+of|kind\s+of(?=\s+(?:a|an)\b)",
    ),
)
_NEGATIONS = (
    (
        "negative-word",
        r"not|no|never|none|nobody|nothing|nowhere|neither|nor|cannot|without|\w+n[’']t|hardly|scarcely|barely",
    ),
    (
        "negative-verb",
        r"(?:fail(?:s|ed|ing)?|refus(?:e|es|ed|ing)|declin(?:e|es|ed|ing)|unable|unwilling|reluctant)(?=\s+to\b)",
    ),
    ("negative-verb", r"(?:den(?:y|ies|ied|ying)|reject(?:s|ed|ing)?|lack(?:s|ed|ing)?)(?=\s+\w)"),
)
_CONDITIONS = (
    (
        "condition-word",
        r"(?<!\bas\s)(?:even\s+|only\s+|what\s+)?if(?!\s+(?:any|ever|not\s+all)\b)|unless|otherwise"
        r"|provided(?=\s+(?:that|the|it|they|he|she)\b)|providing\s+that|(?:as|so)\s+long\s+as|in\s+case(?:\s+of)?"
        r"|in\s+the\s+event(?:\s+of|\s+that)?|on\s+(?:the\s+)?condition\s+that|assuming(?:\s+that)?|suppos(?:e|ing)\s+that"
        r"|depend(?:s|ed|ing)?\s+(?:on|upon)|conditional\s+on|contingent\s+(?:on|upon)|subject\s+to|until\s+and\s+unless"
        r"|in\s+(?:the\s+)?absence\s+of|except\s+(?:on|upon)\s+condition|lest|whenever|in\s+which\s+case|else(?=\s+we\b)"
        r"|short\s+of|but\s+for(?=\s+(?:the|this|that)\b)|without\s+which|only\s+(?:when|by|after)",
    ),
)
_INVERTED_CONDITION = re.compile(r"(?:Should|Were|Had)\s+(?!I\s+(?:not\s+)?\?)[\w’'-]+(?:\s+[\w’'-]+){1,40}[^.?]*,")


def _compiled(rules: Sequence[tuple[str, str]]) -> list[tuple[str, re.Pattern[str]]]:
    return [(name, re.compile(rf"(?<![\w’'-])(?:{pattern})(?![\w-])", re.IGNORECASE)) for name, pattern in rules]


_RULES = [
    (sort, name, pattern)
    for sort, rules in ((Sort.HEDGE, _HEDGES), (Sort.NEGATION, _NEGATIONS), (Sort.CONDITION, _CONDITIONS))
    for name, pattern in _compiled(rules)
]


def hedging(text: Text) -> Iterator[TextMark]:
    """Hedges, negations and conditions of a text."""
    for sentence in text.sentences:
        yield from _within(text, sentence)


def _within(text: Text, sentence: Sentence) -> Iterator[TextMark]:
    words = text.words
    for sort, name, pattern in _RULES:
        for found in pattern.finditer(words, sentence.start, sentence.end):
            if not _a_month(words, found, sentence):
                yield TextMark(sort, found.start(), found.end(), found[0], name)
    opening = _INVERTED_CONDITION.match(words, sentence.start, min(sentence.end, sentence.start + 400))
    if opening and not words[sentence.start : sentence.end].rstrip("\"'”’)").endswith("?"):
        end = sentence.start + len(opening[0].split()[0])
        yield TextMark(Sort.CONDITION, sentence.start, end, words[sentence.start : end], "inverted-condition")


def _a_month(words: str, found: re.Match[str], sentence: Sentence) -> bool:
    """True where “May” is the month: a capital within a sentence."""
    return found[0] == "May" and found.start() > sentence.start
