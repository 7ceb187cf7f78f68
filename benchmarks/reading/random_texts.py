"""Random texts of every kind, and the law that they must keep: each span reads in the text what its mark says."""

from __future__ import annotations

from random import Random

from detente.reading.marking import mark
from detente.reading.texts import text_of_bytes

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "windows-1252", "koi8-r")
_PIECES = (
    "said", "warned that", "“We will", "act,”", '"', "may", "if", "unless", "not", "not unprecedented", "two readings",
    "The first is", "some", "Others", "either", "or", "on Monday", "24 March 2025", "2025-03-24", "yesterday", "Gen.",
    "U.S.", "Trump", "the minister", "he", "according to", "strikes on", "threatened", ".", "…", "?", "!", ",", "\n",
    "\n\n", "\r\n", "\t", " ", "  ", "\u2028", "\x85", "\x1b[2J", "\x07", "<b>", "</p>", "&amp;", "été", "Иран заявил",
    "дал", "שלום", "\u202e", "مرحبا", "。", "中文说", "🙂", "e\u0301", "\ufeff", "\u200b", "’s", "—", "x" * 300,
    "Should it", "Were they to", "(R-Fla.)", "1,000", "0x1f", "@", "http://a.b/c?d=e",
)  # fmt: skip


def random_text(seed: int, encoding: str) -> bytes:
    """A text of up to 60 pieces in an encoding; pieces that the encoding lacks are left out."""
    random = Random(seed)
    pieces = [random.choice(_PIECES) + random.choice(("", " ", " ")) for _ in range(random.randint(0, 60))]
    kept: list[str] = []
    for piece in pieces:
        try:
            piece.encode(encoding)
        except UnicodeEncodeError:
            continue
        kept.append(piece)
    return "".join(kept).encode(encoding)


def broken_spans(data: bytes, encoding: str) -> list[str]:
    """Every way in which the marks of a text break the law; empty where they keep it."""
    marked = mark(text_of_bytes(data, "random", encoding))
    words, found = marked.text.words, list[str]()
    # A byte-order mark is dropped by the codecs that know it; plain UTF-8 and the others keep every character.
    if words != data.decode(marked.text.encoding):
        found.append("the words are not those of the bytes")
    for each in marked.marks:
        if words[each.start : each.end] != each.text or not 0 <= each.start < each.end <= len(words):
            found.append(f"{each.sort} {each.text!r} is not at {each.start}")
    ends = 0
    for number, sentence in enumerate(marked.text.sentences, 1):
        if sentence.number != number or sentence.start < ends or not words[sentence.start : sentence.end].strip():
            found.append(f"sentence {number} is out of place")
        if "".join(words[ends : sentence.start].split()).replace("\ufeff", ""):
            found.append(f"words before sentence {number} are in no sentence")
        ends = sentence.end
        if any(words[token.start : token.end] != token.word for token in sentence.tokens):
            found.append(f"a token of sentence {number} is out of place")
    return found


def checked(count: int) -> list[str]:
    """Everything that is broken in so many random texts, taken in turn from the five encodings."""
    found: list[str] = []
    for seed in range(count):
        encoding = ENCODINGS[seed % len(ENCODINGS)]
        found += [f"{encoding}, seed {seed}: {each}" for each in broken_spans(random_text(seed, encoding), encoding)]
    return found
