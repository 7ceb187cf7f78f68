"""A YAML parser's complaints, in the words of somebody who writes a briefing."""

from __future__ import annotations

_WORDS: tuple[tuple[str, str, str], ...] = (
    (
        "mapping values are not allowed",
        "a colon does not fit here: either the line is indented unlike its neighbours, or a text with `: ` in it "
        "stands without quotes",
        "line up the key with the keys beside it, or put the whole text in quotes",
    ),
    (
        "found unexpected end of stream",
        "this quote is never closed",
        "close it with the same quote; an apostrophe within '…' is written twice",
    ),
    (
        "cannot start any token",
        "this character cannot begin a value",
        "put a text that begins so in quotes",
    ),
    (
        "expected ',' or ']'",
        "this list is never closed, or a comma is missing in it",
        "close it with ], and separate its items with commas",
    ),
    (
        "expected ',' or '}'",
        "this mapping is never closed, or a comma is missing in it",
        "close it with }, separate its entries with commas, and put a text with { or , in quotes",
    ),
    (
        "did not find expected key",
        "a key was expected here: the line is indented unlike its neighbours, or a text ended too early",
        "line up the key with the keys beside it; a text with quotes inside needs quotes around it",
    ),
    (
        "expected <block end>",
        "this line is indented unlike its neighbours",
        "line it up with the keys or dashes beside it",
    ),
    (
        "did not find expected '-' indicator",
        "this line is indented unlike its neighbours",
        "line it up with the keys or dashes beside it",
    ),
    (
        "block sequence entries are not allowed",
        "a dash does not fit here",
        "begin the list on a line of its own, indented below its key",
    ),
    (
        "did not find expected node content",
        "a value was expected here",
        "write the value, or close the list or mapping",
    ),
    (
        "could not find expected ':'",
        "a colon was expected after this key",
        "write `key: value`, and indent the lines of a long text below its key",
    ),
    (
        "maximum nesting",
        "lists and mappings are nested beyond all reason",
        "a case needs no more than ten, one inside the other",
    ),
    (
        "found unknown escape character",
        "an unknown \\ escape in a text with double quotes",
        "use single quotes, which take a \\ as it is",
    ),
)


def plain_words(problem: str, context: str) -> tuple[str, str]:
    """Plain words for a complaint of the YAML parser: the mistake, and the remedy."""
    for theirs, what, remedy in _WORDS:
        if theirs in problem or theirs in context:
            return what, remedy
    return f"this is not YAML: {problem}", "see the example at the top of the language reference"
