"""Dates: those that a text writes out, and those that count from the day of publication."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from detente.reading.spans import Sort, TextMark
from detente.reading.texts import Text

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS = {word: n for n, word in enumerate("one two three four five six seven eight nine ten".split(), 1)} | {"a": 1}
_MONTH = r"(?P<month>January|February|March|April|May|June|July|August|September|October|November|December" + (
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\.?)"
)
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>1[5-9]\d\d|20\d\d)"
_WEEKDAY = "(?P<weekday>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"


def _full(found: re.Match[str], published: date | None) -> str:
    parts = found.groupdict()
    month, year, day = _month(parts["month"]), parts.get("year"), parts.get("day")
    if year is None and published is None:
        return f"--{month:02}-{int(day):02}" if day else f"--{month:02}"
    number = int(year) if year else _nearest_year(month, int(day or 1), published or date.today())
    if not day:
        return f"{number:04}-{month:02}"
    return f"{number:04}-{month:02}-{int(day):02}" if 1 <= int(day) <= monthrange(number, month)[1] else ""


def _month(name: str) -> int:
    return next(n for n, month in enumerate(_MONTHS, 1) if month.startswith(name.lower().rstrip(".")[:3]))


def _nearest_year(month: int, day: int, published: date) -> int:
    """Year of publication, or the one before where the day would lie more than half a year ahead."""
    ahead = (month - published.month) * 31 + day - published.day
    return published.year - (ahead > 183)


def _iso(found: re.Match[str], published: date | None) -> str:
    try:
        return date.fromisoformat(found[0]).isoformat()
    except ValueError:
        return ""


def _relative(days: int) -> Callable[[re.Match[str], date | None], str]:
    def value(found: re.Match[str], published: date | None) -> str:
        return _shifted(published, days)

    return value


def _shifted(published: date | None, days: int) -> str:
    if published is None:
        return ""
    try:
        return (published + timedelta(days=days)).isoformat()
    except OverflowError:
        return ""


def _weekday(found: re.Match[str], published: date | None) -> str:
    """The latest such day up to publication; with “next” the first one after it."""
    if published is None:
        return ""
    wanted = _DAYS.index(found["weekday"].lower())
    which = (found["which"] or "").lower()
    back = (published.weekday() - wanted) % 7
    if which == "next":
        return _shifted(published, 7 - back)
    return _shifted(published, -(back or (7 if which == "last" else 0)))


def _ago(found: re.Match[str], published: date | None) -> str:
    count = found["count"].lower()
    number = _NUMBERS.get(count) or int(count)
    unit = found["unit"].lower()
    if published is None or number > 9_999:
        return ""
    if unit == "day":
        return _shifted(published, -number)
    if unit == "week":
        return _shifted(published, -7 * number)
    months = published.year * 12 + published.month - 1 - number * (12 if unit == "year" else 1)
    if months < 12:
        return ""
    return f"{months // 12:04}" if unit == "year" else f"{months // 12:04}-{months % 12 + 1:02}"


def _span(found: re.Match[str], published: date | None) -> str:
    """Month or year of “last month”, “this year”; the week's Monday for weeks."""
    if published is None:
        return ""
    by = {"last": -1, "past": -1, "this": 0, "next": 1, "current": 0}[found["which"].lower()]
    match found["unit"].lower():
        case "year":
            return f"{published.year + by:04}"
        case "month":
            months = published.year * 12 + published.month - 1 + by
            return f"{months // 12:04}-{months % 12 + 1:02}"
        case _:
            return f"{_shifted(published, 7 * by - published.weekday())}/P7D"


def _year(found: re.Match[str], published: date | None) -> str:
    return found[0]


_RULES: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str], date | None], str]], ...] = tuple(
    (name, re.compile(rf"(?<![\w/-]){pattern}(?![\w/-])", re.IGNORECASE if loose else 0), value)
    for name, loose, pattern, value in (
        ("iso-date", False, r"\d{4}-\d\d-\d\d", _iso),
        ("full-date", False, rf"{_DAY}\s+{_MONTH},?\s+{_YEAR}", _full),
        ("full-date", False, rf"{_MONTH}\s+{_DAY},?\s+{_YEAR}", _full),
        ("month-and-year", False, rf"{_MONTH},?\s+{_YEAR}", _full),
        ("day-and-month", False, rf"{_MONTH}\s+{_DAY}", _full),
        ("day-and-month", False, rf"{_DAY}\s+{_MONTH}", _full),
        ("yesterday", True, r"yesterday", _relative(-1)),
        ("today", True, r"today|tonight|this\s+(?:morning|afternoon|evening)", _relative(0)),
        ("tomorrow", True, r"tomorrow", _relative(1)),
        ("weekday", False, rf"(?:(?P<which>[Ll]ast|[Nn]ext|[Tt]his)\s+)?{_WEEKDAY}", _weekday),
        (
            "ago",
            True,
            rf"(?P<count>{'|'.join(_NUMBERS)}|\d{{1,4}})\s+(?P<unit>day|week|month|year)s?\s+(?:ago|earlier)",
            _ago,
        ),
        (
            "this-or-last",
            True,
            r"(?:(?:earlier|later|late|early)\s+)?(?P<which>last|past|this|next|current)\s+(?P<unit>week|month|year)",
            _span,
        ),
        (
            "year",
            False,
            rf"(?<=\bin\s){_YEAR}|(?<=\bsince\s){_YEAR}|(?<=\bof\s){_YEAR}|(?<=\b[Tt]he\s){_YEAR}|(?<=\bIn\s){_YEAR}".replace(
                "(?P<year>", "(?:"
            ),
            _year,
        ),
    )
)


def dates(text: Text, published: date | None = None) -> Iterator[TextMark]:
    """Dates of a text. value: ISO 8601, as far as known; empty where it counts from a publication day that is not.

    A month alone has no day, a year alone no month, a week is its Monday with `/P7D`. Where rules overlap the earlier
    in the list wins.
    """
    for sentence in (each for each in text.sentences if each.tokens):
        taken: list[tuple[int, int]] = []
        for name, pattern, value in _RULES:
            for found in pattern.finditer(text.words, sentence.start, sentence.end):
                if any(found.start() < end and start < found.end() for start, end in taken):
                    continue
                taken.append(found.span())
                yield TextMark(Sort.DATE, found.start(), found.end(), found[0], name, value(found, published))
