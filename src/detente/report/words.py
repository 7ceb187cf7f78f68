"""Numbers as hedged words: always a middle and an interval, never more than was computed.

An *estimate* is the mean over the study's draws with the 5th and 95th percentile; of what an event does to the odds it
is the median, which one draw cannot carry to infinity. Where nothing was drawn there is no interval, and the words say
so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from detente import plurals
from detente.crisis.evidence import PartialDate
from detente.inert import inert

SPACE = "\u00a0"
MINUS = "\u2212"

LADDER: tuple[tuple[float, str], ...] = (
    (0.05, "almost no chance"),
    (0.20, "very unlikely"),
    (0.45, "unlikely"),
    (0.55, "roughly even"),
    (0.80, "likely"),
    (0.95, "very likely"),
    (1.01, "almost certain"),
)
"""Upper ends of the probability words. Source: US Intelligence Community Directive 203 (2015), the seven bands."""

UNMOVED_RATIO = math.log(1.1)
"""A likelihood ratio within a tenth of one, across its whole interval, is said to leave a belief where it was."""

NOTHING = 0.025
"""Logarithm of a likelihood ratio below which the event is said to move nothing at all: no percentage shows less."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The middle over draws with the 5th and 95th percentile; the ends are NaN where nothing was drawn.

    middle: the mean, or the median of a log-likelihood ratio.
    """

    middle: float
    low: float = math.nan
    high: float = math.nan

    @property
    def known(self) -> bool:
        """True where the estimate has a number at all."""
        return not math.isnan(self.middle)

    @property
    def ranged(self) -> bool:
        """True where the estimate has an interval."""
        return not (math.isnan(self.low) or math.isnan(self.high))

    @property
    def ends(self) -> tuple[float, float]:
        """The interval, or the middle twice where there is none."""
        return (self.low, self.high) if self.ranged else (self.middle, self.middle)

    def scaled(self, factor: float) -> Estimate:
        """The estimate times a positive factor."""
        return Estimate(self.middle * factor, self.low * factor, self.high * factor)


def plain(text: str) -> str:
    """Text as one line without control characters, which neither HTML nor SVG can hold."""
    return inert(text).strip()


def sentence(text: str) -> str:
    """The text with a capital at its start."""
    return text[:1].upper() + text[1:]


def listed(items: Sequence[str], last: str = "and") -> str:
    """Items as people list them: "a", "a and b", "a, b and c"."""
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def counted(number: int, one: str, many: str = "") -> str:
    """A number of things: "1 event", "6 events", not to be parted at the end of a line."""
    return plurals.counted(number, one, many, SPACE)


def _share(share: float) -> str:
    """A share as a bare whole percentage, honest at its ends."""
    if math.isnan(share):
        return "unknown"
    whole = f"{100 * share:.0f}"
    if whole == "0" and share > 0:
        return "under 1"
    if whole == "100" and share < 1:
        return "over 99"
    return whole.removeprefix("-") if whole == "-0" else whole


def percent(share: float) -> str:
    """A share as a percentage: 41 %."""
    return "unknown" if math.isnan(share) else f"{_share(share)}{SPACE}%"


def chance(estimate: Estimate) -> str:
    """A probability with its interval: 41 % (28 to 57)."""
    if not estimate.ranged:
        return f"{percent(estimate.middle)} (no interval)"
    return f"{percent(estimate.middle)} ({_share(estimate.low)} to {_share(estimate.high)})"


def standard_error_of_share(share: float, draws: float) -> float:
    """The standard error of a share of so many equally weighted draws; NaN for none.

    The share is shrunk towards a half by one draw (Jeffreys 1946), so that what a few draws never saw is not certain.
    """
    shrunk = (share * draws + 0.5) / (draws + 1)
    return math.sqrt(shrunk * (1 - shrunk) / draws) if draws > 0 else math.nan


def likelihood(share: float) -> str:
    """The probability word for a share."""
    return next(word for end, word in LADDER if share < end)


def likely_words(estimate: Estimate) -> str:
    """The probability words that an interval spans: "between very unlikely and unlikely"."""
    low, high = (likelihood(min(max(each, 0.0), 1.0)) for each in estimate.ends)
    return low if low == high else f"between {low} and {high}"


def _points(points: float) -> str:
    rounded = f"{abs(points):.0f}"
    return rounded if rounded == "0" else f"{MINUS if points < 0 else '+'}{rounded}"


def _counted_points(signed: str) -> str:
    return f"{signed} {'point' if signed.strip(f'+{MINUS}') == '1' else 'points'}"


def points(difference: Estimate) -> str:
    """A difference of probabilities in percentage points with its interval: +12 points (+4 to +19)."""
    middle = _counted_points(_points(100 * difference.middle))
    if not difference.ranged:
        return f"{middle} (no interval)"
    return f"{middle} ({_points(100 * difference.low)} to {_points(100 * difference.high)})"


def number(value: float, digits: int = 3) -> str:
    """A plain number to some significant digits, with a true minus sign."""
    if math.isnan(value):
        return "unknown"
    if value != 0 and not 1e-4 <= abs(value) < 1e6:
        return f"{value:.2e}".replace("-", MINUS)
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.{digits}g}"
    return text.replace("-", MINUS)


def amount(estimate: Estimate) -> str:
    """A number that is not a probability, with its interval: 0.61 (0.55 to 0.70)."""
    if not estimate.ranged:
        return f"{number(estimate.middle)} (no interval)"
    return f"{number(estimate.middle)} ({number(estimate.low)} to {number(estimate.high)})"


def _times(log_factor: float) -> str:
    """The size of a likelihood ratio, whichever way it points: 2.1."""
    if abs(log_factor) > math.log(1000):
        return "1,000 or more"
    size = math.exp(abs(log_factor))
    return f"{size:.0f}" if size >= 9.95 else f"{size:.1f}"


def _odds(log_factor: float) -> str:
    size = _times(log_factor)
    return f"{'÷' if log_factor < 0 and size != '1.0' else '×'}{size}"


def factor(ratio: Estimate) -> str:
    """A log-likelihood ratio as what it does to the odds, with its interval: ×2.1 (×1.4 to ×3.0), or ÷1.7 (…)."""
    if not ratio.known:
        return "none"
    if not ratio.ranged:
        return f"{_odds(ratio.middle)} (no interval)"
    return f"{_odds(ratio.middle)} ({_odds(ratio.low)} to {_odds(ratio.high)})"


def moves_nothing(ratio: Estimate) -> bool:
    """True where an event leaves a belief as it was, in all but a tenth of the draws."""
    low, high = ratio.ends
    return low >= -UNMOVED_RATIO and high <= UNMOVED_RATIO


SEEN_WORDS = ("made", "moved nothing", "barely moved it")
EXPECTED = ("would make", "would move nothing", "would barely move it")
"""The verbs that tell of an event: one that was seen, one that may be."""


def contribution(ratio: Estimate, subject: str, against: str, tense: tuple[str, str, str] = SEEN_WORDS) -> str:
    """Clause, beginning with a verb, on the effect of a log-likelihood ratio on a belief."""
    if not ratio.known:
        return f"has no place in what is believed of {subject}"
    made, still, barely = tense
    low, high = ratio.ends
    if moves_nothing(ratio):
        how = still if max(abs(low), abs(high)) < NOTHING else barely
        return f"{how}: odds {factor(ratio)}"
    if low < -UNMOVED_RATIO and high > UNMOVED_RATIO:
        return f"points either way, depending on the assumptions: odds {factor(ratio)}"
    middle = _times(ratio.middle)
    if middle == "1.0":
        return f"{still} in most draws: odds {factor(ratio)}"
    word = "more" if ratio.middle > 0 else "less"
    low, high = sorted((low, high) if ratio.middle > 0 else (-low, -high))
    span = f"{_times(low)} to {_times(high)}" if ratio.ranged else "no interval"
    return f"{made} {subject} {middle} times {word} likely relative to {against} ({span})"


def change(difference: Estimate, what: str) -> str:
    """A difference of probabilities as a clause: "raises the chance of war by 12 points (4 to 19)"."""
    low, high = (100 * each for each in difference.ends)
    middle = 100 * difference.middle
    if max(abs(low), abs(high), abs(middle)) < 0.5:
        return f"leaves {what} where it was (less than a point either way)"
    if low < -0.5 and high > 0.5:
        span = f"{_points(low)} to {_points(high)}"
        return f"moves {what} either way, depending on the assumptions: {_counted_points(_points(middle))} ({span})"
    # The mean of a skewed difference may lie beyond an end of its range.
    verb, sign = ("raises", 1) if max(low + high, middle, key=abs) > 0 else ("lowers", -1)
    near, far = sorted(max(0.0, sign * each) for each in (low, high))
    span = f"{near:.0f} to {far:.0f}" if difference.ranged else "no interval"
    return f"{verb} {what} by {_counted_points(f'{max(0.0, sign * middle):.0f}')} ({span})"


REASONS = {
    "impossible": "the events leave no room for it",
    "settled": "the events settle what it is about, whatever is raised",
}
"""Reasons, in words, for telling a verdict from the outset although events were seen."""


def day(when: date | PartialDate | None, short: bool = False) -> str:
    """A date as people write it: 7 March 2025, or 7 Mar; a month or a year alone; empty where there is none."""
    if when is None:
        return ""
    if isinstance(when, PartialDate):
        return f"{when.last_day:%B}{SPACE}{when.year}" if when.month else str(when.year)
    return f"{when.day}{SPACE}{when:%b}" if short else f"{when.day}{SPACE}{when:%B}{SPACE}{when.year}"
