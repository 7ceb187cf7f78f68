"""Two versions of a case compared, in words and rows for a reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from detente.analysis.over_draws.intervals import FEW_DRAWS, Interval, interval, mean, sign_share
from detente.crisis.inquiry import EVENTS, OUTSET
from detente.report.blocks import Block, Fold, Heading, Points, Prose, Section, Table
from detente.report.sections.changes import SURE
from detente.report.sections.hinges import shared_words
from detente.report.words import Estimate, change, counted, listed, number, percent, plain, points, sentence
from detente.study.compared.alterations import AlterationKind, CrisisPart, Edit
from detente.study.compared.answer import Answer
from detente.study.compared.attribution import Method
from detente.study.compared.diff import ClaimVerdicts, Diff, effect, holds
from detente.study.compared.paired import ASKED, ENDING, GROUP, READING, Key

Row = tuple[str, ...]

_SHOWN = 3
_LONG = 70
_NOTICEABLE = 0.005


def opening(found: Diff) -> str:
    """Sentences on the draws behind a comparison and on the reading of its intervals."""
    draws = (
        f"{counted(found.draws, 'draw')} common to both versions, seed {found.seed}: what both have is drawn alike. "
        "Points are the mean difference, with the range of nine in ten draws."
        if found.draws > 1
        else "Nothing is uncertain in either version, so there are no intervals."
    )
    rough = f" With fewer than {FEW_DRAWS} draws intervals are rough." if 1 < found.draws < FEW_DRAWS else ""
    return draws + rough


def written(found: Diff, kind: AlterationKind, part: CrisisPart | None = None) -> Iterator[tuple[str, Sequence[str]]]:
    """Lines for every edit of one kind, or of one part of the crisis as well: the edited thing and its place, then its
    old and its new text, each on a line of its own if the text is long.
    """
    for each in found.edits:
        if part not in (None, each.part):
            continue
        if each.kind is kind and each.short not in found.renamed and each.short not in found.renamed.values():
            name = f": {plain(each.name)}" if each.name else ""
            yield f"{each.short}{name} ({_where(each)})", _from_to(each)
    if kind is AlterationKind.ANSWERS and part in (None, CrisisPart.NUMBERS):
        for old, new in found.renamed.items():
            yield f"{old} is now called {new}", ["it says the same, and is drawn alike in both"]


def _where(edit: Edit) -> str:
    if edit.at and edit.to:
        return f"line {edit.at.line}" if edit.at.line == edit.to.line else f"line {edit.at.line}, now {edit.to.line}"
    if edit.at or edit.to:
        place = edit.at or edit.to
        assert place is not None
        state = "was in" if edit.after is None else "new in" if edit.before is None else "in"
        return f"{state} line {place.line}"
    return "new" if edit.before is None else "gone" if edit.after is None else "in no file"


def _from_to(edit: Edit) -> list[str]:
    if edit.before is None:
        return [edit.after] if edit.after else []
    if edit.after is None:
        return [f"gone: {edit.before}"] if edit.before else []
    if len(edit.before) + len(edit.after) <= _LONG:
        return [f"{edit.before} → {edit.after}"]
    return [f"was: {edit.before}", f"now: {edit.after}"]


def when_told(found: Diff) -> str:
    """The point in time that is told first: given the events where a version has seen any."""
    return EVENTS if found.events else OUTSET


def answers(found: Diff, kind: str, when: str) -> list[Answer]:
    """The answers of one kind at one time, in the order of the cases."""
    return [each for each in found.answers if each.key.kind == kind and each.key.when == when]


def answer_row(answer: Answer) -> Row:
    """An answer: before, after, the difference in points with its interval, and how sure its sign is."""
    middle, span = points_cells(estimate(answer.difference))
    before, after = answer.sides
    return (
        sentence(plain(answer.name)),
        percent(before.mean),
        percent(after.mean),
        middle,
        span,
        certainty(answer),
    )


def asked_row(answer: Answer) -> Row:
    """A quantity of interest that was asked for: as it is, in its own unit."""
    found = estimate(answer.difference)
    span = f"{number(found.low)} to {number(found.high)}" if found.ranged else "none"
    middles = (number(each) for each in (*(each.mean for each in answer.sides), found.middle))
    return (answer.name, *middles, span, certainty(answer))


def certainty(answer: Answer) -> str:
    """Share of the draws in which a difference has the sign of its mean; empty for no difference."""
    share = answer.sign_share
    return "" if np.isnan(share) or not np.any(np.nan_to_num(answer.differences)) else percent(share)


def estimate(found: Interval) -> Estimate:
    """A mean with its interval."""
    return Estimate(found.mean, found.low, found.high)


def points_cells(found: Estimate) -> Row:
    """A difference in points and its interval, for two columns."""
    if not found.known:
        return "unknown", ""
    middle, low, high = (
        f"{round(100 * each):+d}" if round(100 * each) else "0" for each in (found.middle, *found.ends)
    )
    return middle, f"{low} to {high}" if found.ranged else "none"


def moved(found: Diff) -> list[Answer]:
    """The endings and readings that moved most, in the order of the cases, at the time told first; what was asked.

    Those that draws do not tell apart from the last of them are among them.
    """
    when = when_told(found)
    known = [(place, each) for place, each in found.changed(when) if place and _reach(each) >= _NOTICEABLE]
    chosen = [each for place, each in known if sum(other < place for other, _ in known) < _SHOWN]
    return chosen + [each for each in found.answers if each.key.kind == ASKED and each.key.when == when]


def _reach(answer: Answer) -> float:
    """Size of an answer's movement: its mean, or a quarter of the width of the interval of nine draws in ten if
    that is larger.
    """
    found = answer.difference
    if np.isnan(found.mean):
        return -1.0
    return abs(found.mean) if np.isnan(found.low) else max(abs(found.mean), (found.high - found.low) / 4)


def said(answer: Answer) -> str:
    """Sentence on the movement of an answer, with the share of draws that agree on its direction."""
    what = {
        ENDING: f"the chance of {plain(answer.name)}",
        GROUP: f"the chance of “{plain(answer.name)}”",
        READING: f"what an outside reader holds of “{plain(answer.name)}”",
    }.get(answer.key.kind, answer.name)
    if answer.key.kind == ASKED:
        found = estimate(answer.difference)
        span = f" ({number(found.low)} to {number(found.high)})" if found.ranged else ""
        return f"{answer.name} moves by {number(found.middle)}{span}{_unsure(answer)}."
    clause = change(estimate(answer.difference), what)
    return f"The second version {clause}{_unsure(answer)}."


def _unsure(answer: Answer) -> str:
    share = answer.sign_share
    if np.isnan(share) or share >= SURE or abs(answer.difference.mean) < _NOTICEABLE:
        return ""
    return f"; the direction holds in {percent(share)} of draws"


def verdict(claim: ClaimVerdicts, found: Diff) -> str:
    """Sentence on a claim's verdict in either version, with the moment (outset or events) from which the verdict is
    told.
    """
    before, after = claim.before, claim.after
    was, now = holds(before), holds(after)
    since = f"{sentence(MOMENTS[claim.when])}: " if found.events else ""
    if before is None or after is None or (np.isnan(was) and np.isnan(now)):
        if np.isnan(was) and np.isnan(now):
            return "Cannot be tried in either version."
        which = "second" if np.isnan(was) else "first"
        share = percent(now if np.isnan(was) else was)
        return f"{since}{'only' if since else 'Only'} in the {which} version, where it holds in {share} of draws."
    both = before.known & after.known
    turned = mean(np.where(both, before.right != after.right, np.nan), before.weights + after.weights)
    effects = f"{points(estimate(effect(before)))}, now {points(estimate(effect(after)))}"
    shares = f"olds in {percent(was)} of draws, now in {percent(now)}; in {percent(turned)} the verdict turned."
    return f"{since}{'h' if since else 'H'}{shares} Effect {effects}."


MOMENTS = {EVENTS: "given the events seen", OUTSET: "at the outset"}


@dataclass(frozen=True)
class Share:
    """Contribution of one group of changes to an answer.

    place: the rank of the group by the size of its contribution, `2 to 5` if draws do not tell four groups apart.
    """

    changes: str
    row: Row
    place: str


def shares(found: Diff, key: Key) -> list[Share]:
    """Contributions of all groups of changes to an answer, the largest first as far as draws tell them apart."""
    table = found.attribution.effect.get(key)
    if table is None:
        return []
    means = found.attribution.means[key]
    place = found.places(key)
    order = sorted(range(len(table)), key=lambda group: (not place[group], place[group]))
    shared = Counter(place)
    told: list[Share] = []
    for group in order:
        values = np.where(np.abs(table[group]) < 1e-9, 0.0, table[group])
        drawn = interval(values)
        each = Estimate(float(means[group]), drawn.low, drawn.high)
        if key.kind == ASKED:
            row = (number(each.middle), f"{number(each.low)} to {number(each.high)}" if each.ranged else "none")
        else:
            row = points_cells(each)
        agree = sign_share(values)
        sure = "" if np.isnan(agree) or not np.any(np.nan_to_num(values)) else percent(agree)
        stands = shared_words(place[group], shared[place[group]]) if place[group] else ""
        told.append(Share(_together(found.names(group)), (*row, sure), stands))
    return told


def _together(names: Sequence[str]) -> str:
    shown = list(names[:3])
    if len(names) > 3:
        shown.append(f"{len(names) - 3} more")
    return f"together: {listed(shown)}" if len(names) > 1 else names[0]


def how_shared(found: Diff) -> str:
    """Sentences on the method that found the contributions and on the limits of the method."""
    method, groups = found.attribution.method, found.attribution.groups
    said = f"{sentence(method.value)}, on {counted(found.attribution.draws, 'draw')}."
    if method is Method.SINGLE:
        said += " With this many changes contributions need not add up to the difference."
    elif len(groups) > 1:
        said += " Draw by draw they add up to the difference, and so do their means."
    grouped = [group for group in groups if len(group) > 1]
    if grouped and len(found.paths) <= 40:
        said += " Changes told together make no case one without the other, such as a new name and what mentions it."
    elif grouped:
        said += " There are so many changes that they are grouped by what they change."
    return said


_LISTED = 8
"""Most changes of one kind that stand on the page unfolded."""

_KINDS = (
    (AlterationKind.ANSWERS, "What changed in the assumptions"),
    (AlterationKind.ASKED, "What is asked differently"),
    (AlterationKind.WORDS, "What is worded or supported differently"),
)


def compared(found: Diff) -> Section:
    """A comparison as a section of a page: what is written differently, what that did, and which change did it."""
    title = f"{found.before.label} → {found.after.label}"
    if not found.edits and not found.settings:
        return Section("compared", title, [Prose("The two say the same: no assumption, question or word differs.")])
    blocks: list[Block] = [*_settings(found), *_written(found), Heading("What changed in the answers")]
    if found.same:
        blocks.append(Prose("Nothing: no assumption differs."))
        return Section("compared", title, blocks)
    blocks += [Prose(opening(found)), *_answer_tables(found)]
    blocks.append(Points([(said(each), ()) for each in moved(found)]))
    if found.claims:
        blocks += [Heading("Whose theory holds"), Points([_claim(each, found) for each in found.claims])]
    return Section("compared", title, [*blocks, *_shared_out(found)])


def _settings(found: Diff) -> list[Block]:
    if not found.settings:
        return []
    return [Table("What differs between the studies", ("Setting", "First", "Second"), found.settings)]


def _written(found: Diff) -> Iterator[Block]:
    for kind, title in _KINDS:
        told = list(written(found, kind))
        if len(told) > _LISTED:
            yield Fold(f"{title}: {counted(len(told), 'change')}", [Points(told)])
        elif told:
            yield Heading(title)
            yield Points(told)


def _answer_tables(found: Diff) -> Iterator[Block]:
    when = when_told(found)
    columns = ("", "First", "Second", "Points", "Nine of ten draws", "Same sign")
    titles = (GROUP, "How it may end, by groups of endings"), (ENDING, "How it may end"), (READING, "What is believed")
    for kind, title in titles:
        rows = [answer_row(each) for each in answers(found, kind, when)]
        if rows:
            given = ", given the events seen" if when == EVENTS else ""
            yield Table(f"{title}{given}", columns, rows, frozenset(range(1, 6)))


def _claim(claim: ClaimVerdicts, found: Diff) -> tuple[str, Sequence[str]]:
    by = f" ({claim.claim.by})" if claim.claim.by else ""
    return f"{claim.claim.says}{by}", [verdict(claim, found)]


def _shared_out(found: Diff) -> Iterator[Block]:
    if not found.attribution.groups:
        return
    yield Heading("Which change did it")
    yield Prose(how_shared(found))
    for each in moved(found):
        rows = [(str(one.place), one.changes, *one.row) for one in shares(found, each.key)]
        columns = ("Place", "Change", "Points", "Nine of ten draws", "Same sign")
        yield Table(sentence(plain(each.name)), columns, rows, frozenset(range(2, 5)))
