"""The section on the sights to watch for next: the chance of each, and the belief that each would move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from markupsafe import Markup

from detente.report.blocks import Block, Fold, Points, Prose, Section, Table, Text, figure
from detente.report.charts.watch import watch_chart
from detente.report.findings import StudyRows
from detente.report.learnt import Sighting
from detente.report.naming import Names
from detente.report.sections.hinges import shared_words
from detente.report.words import EXPECTED, Estimate, chance, contribution, factor, listed, percent, sentence

STAGES_DRAWN = 6
"""Number of stages that the chart shows, ties with the last apart."""

LEAST_SETTLED = 0.005
"""A stage expected to settle less of the question than this is not worth watching for it."""

STAGES_NAMED = 4
"""Number of stages that are named if draws do not tell them apart."""

SELDOM_SEEN = 0.005
"""A sight less likely than this is left to the table."""


def watch(findings: StudyRows, names: Names) -> Section:
    """The section's blocks: sights that would tell the readings apart, the most telling first; then each side's private
    type.
    """
    title = "What to watch next"
    sightings = findings.learnt.sightings
    if not sightings:
        return Section("watch", title, [Prose("Nothing is left to be seen in this case, or nothing private to tell.")])
    subject = _leading(findings)
    told = [each for each in sightings if (each.subject, each.value) == subject]
    stages = _placed(told)
    telling = [stage for stage in stages if stage[0].settles >= LEAST_SETTLED]
    worth = [stage for stage in telling if stage[0].place <= STAGES_DRAWN]
    early = [stage for stage in worth if not _late(stage)]
    what = _subject(told[0], names)
    blocks: list[Block] = [
        Prose(
            "What may be seen next is worth watching as far as it would tell apart what is still open. Below: how "
            "likely each sight is, given what was seen so far, and what an outside reader would then hold."
        )
    ]
    if worth:
        blocks.append(_figure(worth, what, names, bool(findings.case.timeline)))
        blocks.append(Points([_stage(stage, names) for stage in early]))
        late = [stage for stage in worth if stage not in early]
        if late:
            blocks.append(Prose("Telling as well, but too late to act on, because play ends with it:"))
            blocks.append(Points([_stage(stage, names) for stage in late]))
    else:
        blocks.append(Prose(f"Nothing that may be seen next would tell much about {what}."))
    left = [sentence(stage[0].stage_name) for stage in telling if stage not in worth]
    if left:
        blocks.append(Prose(f"Less would be learnt about it from: {'; '.join(left)}.", "aside"))
    idle = [sentence(stage[0].stage_name) for stage in stages if stage not in telling]
    if idle and worth:
        blocks.append(Prose(f"Next to nothing about it would be learnt from: {'; '.join(idle)}.", "aside"))
    blocks += _others(sightings, subject, names)
    return Section("watch", title, blocks)


def telling_words(findings: StudyRows, names: Names, most: int) -> tuple[str, ...]:
    """The stages that would tell most of the leading reading before play ends, each with its likeliest sight."""
    sightings = findings.learnt.sightings
    if not sightings:
        return ()
    subject = _leading(findings)
    told = [each for each in sightings if (each.subject, each.value) == subject]
    early = [stage for stage in _placed(told) if stage[0].settles >= LEAST_SETTLED and not _late(stage)]
    lines: list[str] = []
    for stage in early[:most]:
        likely = max((each for each in stage if _seen(each)), key=lambda each: each.chance.middle)
        where = stage_words(stage[0], names).replace(": ", ", ")
        lines.append(
            f"{where}: settles {percent(stage[0].settles)} of what is open about "
            f"{_subject(told[0], names)}; on seeing “{likely.move_name}” ({percent(likely.chance.middle)} likely) it "
            f"would stand at {percent(likely.after.middle)}, now {percent(likely.now)}"
        )
    if not lines:
        lines.append(f"Nothing that may be seen next would tell much about {_subject(told[0], names)}.")
    return tuple(lines)


def watch_rows(sightings: Sequence[Sighting], names: Names) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Every reading in the order of the case (the first private value where there are none), a row for each sight.

    A row: place of the stage, stage, sight, how likely it is, what is held now and then, and the share of the question
    that is settled.
    """
    readings = dict.fromkeys((each.subject, each.value) for each in sightings if not each.value)
    values = dict.fromkeys((each.subject, each.value) for each in sightings)
    alone = len({subject for subject, _ in values}) == 1
    for subject in readings or (values if alone else [(sightings[0].subject, sightings[0].value)]):
        told = [each for each in sightings if (each.subject, each.value) == subject]
        rows: list[tuple[str, ...]] = []
        stages = _placed(told)
        shared = Counter(stage[0].place for stage in stages)
        for stage in stages:
            place = shared_words(stage[0].place, shared[stage[0].place])
            for position, each in enumerate(each for each in stage if _seen(each)):
                stands = (place, stage_words(each, names), percent(each.settles)) if not position else ("", "", "")
                likely = (percent(each.chance.middle), percent(each.now), chance(each.after))
                rows.append((*stands[:2], sentence(each.move_name), *likely, stands[2]))
        yield _subject(told[0], names), rows


def _leading(findings: StudyRows) -> tuple[str, str]:
    """The reading held likeliest now, of several that are not told apart the first; else the first private value."""
    sightings = findings.learnt.sightings
    readings = [each for each in sightings if not each.value]
    if not readings:
        return sightings[0].subject, sightings[0].value
    placed = findings.placed("readings")
    top = min(readings, key=lambda each: placed[each.subject].place if each.subject in placed else len(placed) + 1)
    return top.subject, top.value


def _placed(sightings: Iterable[Sighting]) -> list[list[Sighting]]:
    """The sights of each stage, by the place of the stage; those that share one in the order of play."""
    return sorted(_by_stage(sightings).values(), key=lambda stage: stage[0].place)


def _by_stage(sightings: Iterable[Sighting]) -> dict[tuple[str, int], list[Sighting]]:
    stages: dict[tuple[str, int], list[Sighting]] = {}
    for each in sightings:
        stages.setdefault((each.stage, each.round), []).append(each)
    return stages


def _subject(sighting: Sighting, names: Names) -> str:
    if not sighting.value:
        return f"“{sighting.name}”"
    return f"{names.private(sighting.subject)} being “{names.thing(sighting.value)}”"


def stage_words(sighting: Sighting, names: Names) -> str:
    """A stage with whose choice it is and in which round."""
    who = "" if sighting.by == "nature" else f"{names.actor(sighting.by)}: "
    turn = f", round {sighting.round}" if sighting.round else ""
    return sentence(f"{who}{sighting.stage_name}{turn}")


def _figure(stages: Sequence[Sequence[Sighting]], what: str, names: Names, events: bool) -> Block:
    first = stages[0][0]
    finding = f"{_worth_most(stages, names)} of what is open about {what}"
    now = "now, after the events seen" if events else "now"
    how = (
        f"Each dot is how likely {what} would be held on seeing that, with the range of nine in ten draws; the dashed "
        f"line is where it stands {now}. At the right: how likely the sight itself is. Most telling stage first, as "
        "far as the draws tell stages apart; stages that only end play come last."
    )
    groups = [(stage_words(stage[0], names), [each for each in stage if _seen(each)]) for stage in stages]
    table = _table([each for stage in stages for each in stage], f"What would tell of {what}", names)
    return figure("watch", finding, partial(watch_chart, groups, first.now), how, table)


def _worth_most(stages: Sequence[Sequence[Sighting]], names: Names) -> str:
    """The stage that is worth most, or those that are not told apart, and how much of a question each would settle."""
    tied = [stage[0] for stage in stages if stage[0].place == stages[0][0].place]
    if len(tied) == 1:
        return f"{stage_words(tied[0], names)} is worth most: it is expected to settle {percent(tied[0].settles)}"
    low, high = (bound(each.settles for each in tied) for bound in (min, max))
    settled = percent(low) if percent(low) == percent(high) else f"{percent(low)} to {percent(high)}"
    named = listed([stage_words(each, names) for each in tied]) if len(tied) <= STAGES_NAMED else f"{len(tied)} stages"
    return f"{named} are worth most and are not told apart: each is expected to settle {settled}"


def _late(stage: Sequence[Sighting]) -> bool:
    """True where every likely sight of a stage ends play."""
    return all(each.final for each in stage if _seen(each))


def _seen(sighting: Sighting) -> bool:
    return sighting.chance.known and sighting.chance.middle >= SELDOM_SEEN and sighting.after.known


def _stage(stage: Sequence[Sighting], names: Names) -> tuple[Text, list[Text]]:
    head = Markup("<strong>{}</strong> is expected to settle {} of what is open.").format(
        stage_words(stage[0], names), percent(stage[0].settles)
    )
    if stage[0].seen_by:
        head += Markup(" In the case it is seen by {} only.").format(
            listed([names.actor(each) for each in stage[0].seen_by])
        )
    below: list[Text] = []
    for each in filter(_seen, stage):
        told = contribution(each.ratio, "it", "its opposite", EXPECTED)
        likely = f"{percent(each.chance.middle)} likely{', ends the crisis' if each.final else ''}"
        below.append(f"{sentence(each.move_name)} ({likely}): {told}; it would stand at {chance(each.after)}.")
    return head, below


def _table(sightings: Sequence[Sighting], caption: str, names: Names) -> Table:
    return Table(
        caption,
        ("Sight", "How likely (range)", "Odds it brings (range)", "Held then (range)", "Information expected, bits"),
        [
            row
            for stage in _by_stage(sightings).values()
            for row in [
                (stage_words(stage[0], names),),
                *(
                    (
                        sentence(each.move_name),
                        chance(each.chance),
                        factor(each.ratio) if each.chance.middle > 0 else "none",
                        chance(each.after),
                        _bits(each.bits),
                    )
                    for each in stage
                ),
            ]
        ],
        frozenset({1, 2, 3, 4}),
    )


def _bits(bits: Estimate) -> str:
    middle = f"{bits.middle:.3f}"
    return f"{middle} ({bits.low:.3f} to {bits.high:.3f})" if bits.ranged else middle


def _others(sightings: Sequence[Sighting], leading: tuple[str, str], names: Names) -> list[Block]:
    """Blocks for every other hidden thing, each with the stage that would tell most of it."""
    blocks: list[Block] = []
    subjects = dict.fromkeys((each.subject, each.value) for each in sightings)
    said: list[Text] = []
    for subject in subjects:
        if subject == leading:
            continue
        own = [each for each in sightings if (each.subject, each.value) == subject]
        blocks.append(_table(own, f"What would tell of {_subject(own[0], names)}", names))
    for id in dict.fromkeys(each.subject for each in sightings if each.value):
        first = next(each.value for each in sightings if each.subject == id)
        stages = _placed(each for each in sightings if (each.subject, each.value) == (id, first))
        telling = [stage for stage in stages if stage[0].settles >= LEAST_SETTLED]
        if telling:
            said.append(f"{names.private(id)}: {_worth_most(telling, names)} of what is open.")
    found: list[Block] = [Points([(each, ()) for each in said])] if said else []
    return [*found, Fold("What would tell of everything else that is hidden", blocks)] if blocks else found
