"""Candidate claims: X holds that more of A brings more, or less, of B; found by the verbs that say so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from detente.reading.texts import Sentence, Text

_MORE = (
    r"mak(?:e|es|ing)|increas(?:e|es|ing)|rais(?:e|es|ing)|deepen(?:s|ing)?|escalat(?:e|es|ing)|fuel(?:s|ling)?"
    r"|encourag(?:e|es|ing)|strengthen(?:s|ing)?|lead(?:s|ing)? to|result(?:s|ing)? in|bring(?:s|ing)? about|caus(?:e"
    r"|es|ing)|push(?:es|ing)?|provok(?:e|es|ing)|invit(?:e|es|ing)|secur(?:e|es|ing)|help(?:s|ing)?|foster(?:s|ing)?"
    r"|promot(?:e|es|ing)|enabl(?:e|es|ing)"
)
_LESS = (
    r"reduc(?:e|es|ing)|lower(?:s|ing)?|strain(?:s|ing)?|weaken(?:s|ing)?|undermin(?:e|es|ing)|damag(?:e|es|ing)"
    r"|deter(?:s|ring)?|prevent(?:s|ing)?|restrain(?:s|ing)?|limit(?:s|ing)?|hurt(?:s|ing)?|eas(?:e|es|ing)|slow(?:s"
    r"|ing)?|discourag(?:e|es|ing)|harm(?:s|ing)?|erod(?:e|es|ing)|complicat(?:e|es|ing)|block(?:s|ing)?"
    r"|jeopardi[sz](?:e|es|ing)"
)
_LINK = re.compile(
    rf"(?<![\w’'-])(?:(?:could|may|might|would|will|can|risks?|only|further|thereby)\s+)*(?:(?P<more>{_MORE})|(?P<less>{_LESS})"
    r"|(?P<key>(?:remains?|is)\s+(?:key|essential|necessary|vital|crucial)\s+(?:to|for))|(?P<hurt>(?:could|may|might"
    r"|would|will)\s+be\s+"
    r"(?:\w+ly\s+)?(?:damaging|costly|harmful)))(?![\w’'-])",
    re.IGNORECASE,
)
_MORE_OF = re.compile(r"^\W*(?:\w+[’']?s?\s+){1,4}(?:more|less)\s", re.IGNORECASE)
_THE_MORE = re.compile(
    r"\bthe\s+(?P<first>more|less|greater|costlier|\w+ier|\w+er)\b(?P<a>[^,.;]{3,120}),\s*the\s+(?P<second>more|less|\w+er)\b(?P<b>[^.;]{3,120})",
    re.IGNORECASE,
)
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class CausalLink:
    """A causal link in a sentence: cause, effect, direction, and the span that says so."""

    cause: str
    effect: str
    rises: bool
    start: int
    end: int
    rule: str


def links(text: Text, sentence: Sentence) -> Iterator[CausalLink]:
    """Causal links that a sentence states; at most one by each verb, with its clause as the span."""
    words = text.words
    for found in _THE_MORE.finditer(words, sentence.start, sentence.end):
        rises = (found["first"].lower() == "less") == (found["second"].lower() == "less")
        yield CausalLink(found["a"].strip(), found["b"].strip(), rises, found.start(), found.end(), "the-more-the-more")
    for found in _LINK.finditer(words, sentence.start, sentence.end):
        start, end = _clause(words, sentence, found.start(), found.end())
        cause, effect = words[start : found.start()].strip(" ,"), words[found.end() : end].strip(" ,")
        cause = re.sub(r"^(?:and|but|while|that)\s+", "", cause, flags=re.IGNORECASE)
        if (
            cause.lower().startswith("whether")
            or len(cause.split()) < _FEWEST
            or (len(effect.split()) < _FEWEST and not found["hurt"])
        ):
            continue
        if found["more"] and found["more"].lower().startswith("mak") and not _MORE_OF.match(effect):
            continue  # “make a decision” is no cause of more or less
        falls = bool(found["less"] or found["hurt"]) != bool(re.search(r"\bless\b", effect[:40], re.IGNORECASE))
        yield CausalLink(cause, effect, not falls, start, end, "causal-verb")


def _clause(words: str, sentence: Sentence, start: int, end: int) -> tuple[int, int]:
    """The clause around a verb: back to the last sign or “that”, on to the next sign."""
    before = [found.end() for found in re.finditer(r"[,;:—]\s|\bthat\s|\bif\s", words[sentence.start : start])]
    first = sentence.start + (
        before[-1] if before and start - sentence.start - before[-1] > 8 else before[-2] if len(before) > 1 else 0
    )
    after = re.search(r"[,;:—](?=\s)", words[end : sentence.end])
    last = end + after.start() if after else sentence.end
    while last > end and words[last - 1] in ".!?…":
        last -= 1
    return first, last
