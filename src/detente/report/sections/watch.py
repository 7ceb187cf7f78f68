"""What to watch: what may be seen next, how likely that is, and what it would tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from markupsafe import Markup

from detente.report.blocks import Block, Fold, Points, Prose, Section, Table, Text, figure
from detente.report.findings import Findings
from detente.report.learnt import Sighting
from detente.report.naming import Names
from detente.report.watch_chart import watch_chart
from detente.report.words import EXPECTED, Estimate, chance, contribution, factor, listed, percent, sentence

STAGES = 6
"""How many stages the chart shows."""

LEAST = 0.005
"""A stage expected to settle less of the question than this is not worth watching for it."""

SELDOM = 0.005
"""What is seen less often than this is left to the table."""


def watch(findings: Findings, names: Names) -> Section:
    """What would tell the readings apart, the most telling first; then what each side privately is."""
    title = "What to watch next"
    sightings = findings.learnt.sightings
    if not sightings:
        return Section("watch", title, [Prose("Nothing is left to be seen in this case, or nothing private to tell.")])
    subject = _leading(sightings)
    told = [each for each in sightings if (each.subject, each.value) == subject]
    stages = list(_by_stage(told).values())
    worth = [stage for stage in stages if stage[0].settles >= LEAST][:STAGES]
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
    idle = [sentence(stage[0].stage_name) for stage in stages if stage not in worth]
    if idle and worth:
        blocks.append(Prose(f"Next to nothing about it would be learnt from: {'; '.join(idle)}.", "aside"))
    blocks += _others(sightings, subject, names)
    return Section("watch", title, blocks)


def watch_rows(sightings: Sequence[Sighting], names: Names) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Every reading, the leading one first (where there are none the first private value), with a row for each sight.

    A row: stage, sight, how likely it is, what is held now and then, and the share of the question that is settled.
    """
    leading = _leading(sightings)
    readings = {(each.subject, each.value) for each in sightings if not each.value} or {leading}
    for subject in sorted(readings, key=lambda each: (each != leading, each)):
        told = [each for each in sightings if (each.subject, each.value) == subject]
        rows: list[tuple[str, ...]] = []
        for stage in _by_stage(told).values():
            for position, each in enumerate(each for each in stage if _seen(each)):
                stands = (stage_words(each, names), percent(each.settles)) if not position else ("", "")
                likely = (percent(each.chance.middle), percent(each.now), chance(each.after))
                rows.append((stands[0], sentence(each.move_name), *likely, stands[1]))
        yield _subject(told[0], names), rows


def _leading(sightings: Sequence[Sighting]) -> tuple[str, str]:
    """The reading held likeliest now; the first private value where the case has no readings."""
    readings = [each for each in sightings if not each.value]
    if not readings:
        return sightings[0].subject, sightings[0].value
    top = max(readings, key=lambda each: each.now)
    return top.subject, top.value


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
    finding = (
        f"{stage_words(first, names)} is worth most: it is expected to settle {percent(first.settles)} of what is open "
        f"about {what}"
    )
    now = "now, after the events seen" if events else "now"
    how = (
        f"Each dot is how likely {what} would be held on seeing that, with the range of nine in ten draws; the dashed "
        f"line is where it stands {now}. At the right: how likely the sight itself is. Most telling stage first; "
        "stages that only end play come last."
    )
    groups = [(stage_words(stage[0], names), [each for each in stage if _seen(each)]) for stage in stages]
    table = _table([each for stage in stages for each in stage], f"What would tell of {what}", names)
    return figure("watch", finding, partial(watch_chart, groups, first.now), how, table)


def _late(stage: Sequence[Sighting]) -> bool:
    """Whether whatever is likely to be seen at a stage ends play."""
    return all(each.final for each in stage if _seen(each))


def _seen(sighting: Sighting) -> bool:
    return sighting.chance.known and sighting.chance.middle >= SELDOM and sighting.after.known


def _stage(stage: Sequence[Sighting], names: Names) -> tuple[Text, list[Text]]:
    head = Markup("<strong>{}</strong> is expected to settle {} of what is open.").format(
        stage_words(stage[0], names), percent(stage[0].settles)
    )
    if stage[0].seen_by:
        head += Markup(" In the case it is seen by {} only.").format(
            listed([names.actor(each) for each in stage[0].seen_by])
        )
    below: list[Text] = []
    for each in sorted((each for each in stage if _seen(each)), key=lambda each: -each.chance.middle):
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
    """The same for everything else that is hidden, each with the stage that would tell most."""
    blocks: list[Block] = []
    subjects = dict.fromkeys((each.subject, each.value) for each in sightings)
    said: list[Text] = []
    for subject in subjects:
        if subject == leading:
            continue
        own = [each for each in sightings if (each.subject, each.value) == subject]
        blocks.append(_table(own, f"What would tell of {_subject(own[0], names)}", names))
    for id in dict.fromkeys(each.subject for each in sightings if each.value):
        best = max((each for each in sightings if each.subject == id), key=lambda each: each.bits.middle)
        if best.settles >= LEAST:
            said.append(
                f"{names.private(id)}: most would be told by {stage_words(best, names)}, expected to settle "
                f"{percent(best.settles)} of what is open."
            )
    found: list[Block] = [Points([(each, ()) for each in said])] if said else []
    return [*found, Fold("What would tell of everything else that is hidden", blocks)] if blocks else found
