"""Sentences that name something as the most of its like, and whether two seeds name different things."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence

Named = Mapping[str, tuple[str, ...]]
"""Sentence without names and numbers -> the names in it."""

_MOST = re.compile(r"\b(most|least|largest|smallest|likeliest|loudest|best|worst|widest|rarest)\b", re.IGNORECASE)
_TAG = re.compile(r"<(style|script|svg)\b.*?</\1>|<(?=/?(p|li|h\d|td|th|tr|div|figcaption|summary)\b)[^>]*>", re.DOTALL)


def page_text(page: str) -> str:
    """The text of a page, a line for every block."""
    lines = html.unescape(re.sub(r"<[^>]*>", "", _TAG.sub("\n", page))).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())


def most(text: str, labels: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Sentences that name something as the most or the least of its like: each with what is named in it.

    The sentences are without numbers and names, so that those of two seeds can be laid side by side; what is said not
    to be told apart is left out. labels: names that stand without quotation marks.
    """
    known = sorted({each for each in labels if each}, key=lambda each: (-len(each), each))
    name = re.compile("“[^”]*”" + "".join(f"|{re.escape(each)}" for each in known), re.IGNORECASE)
    found: dict[str, tuple[str, ...]] = {}
    for sentence in re.split(r"(?<=[.!?;])\s+|\n", text):
        if not _MOST.search(name.sub("", sentence)) or "not told" in sentence or "not tell" in sentence:
            continue
        frame = re.sub(r"[-+−±]?\d[\d.,]*\d|[-+−±]?\d", "#", name.sub("□", sentence))
        found[re.sub(r"\(# to #\)", "", frame)] = tuple(each.lower().strip("“”") for each in name.findall(sentence))
    return found


def contradictions(seeds: Sequence[Named]) -> list[tuple[str, str, str]]:
    """Sentences in which two seeds name different things as the most: the sentence, and both names."""
    found: list[tuple[str, str, str]] = []
    for frame in dict.fromkeys(frame for each in seeds for frame in each):
        named = list(dict.fromkeys(each[frame] for each in seeds if frame in each))
        found += [(frame, ", ".join(named[0]), ", ".join(other)) for other in named[1:]]
    return found
