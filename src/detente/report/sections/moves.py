"""The section on each actor's behaviour, stage by stage."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from detente.crisis.inquiry import EVENTS
from detente.report.blocks import Block, Card, Fold, Points, Prose, Section, Table, Text
from detente.report.findings import MoveShare, StudyRows
from detente.report.naming import Names
from detente.report.tables import welfare_table
from detente.report.words import chance, percent, sentence
from detente.study.tables.placing import stage_key

MANY_MOVES = 8
"""A stage with more moves than this is told by its most frequent ones, as far as draws tell which these are."""

_NAMED = 4
"""So many moves of a stage are told in words, and those that draws do not tell apart from the last of them."""

_SELDOM = 0.01
"""A move that is made less often than this is left to the table."""


def moves(findings: StudyRows, names: Names) -> Section:
    """A card for each actor: what it tends to do where, and its moves in full."""
    title = "What each side tends to do"
    actors = [each for each in dict.fromkeys(move.actor for move in findings.moves) if each != "nature"]
    if not actors:
        return Section("moves", title, [Prose("Nobody has a choice to make in this case.")])
    outset = " Given the events seen; what was so at the outset stands beside it." if findings.case.timeline else ""
    blocks: list[Block] = [
        Prose(
            "For every choice: how often each move is made where the choice comes up at all, whatever the actor "
            "privately is. Choices that seldom come up say little." + outset
        )
    ]
    rounds = {each.stage: each.round for each in sorted(findings.moves, key=lambda each: each.round)}
    for actor in actors:
        mine = [each for each in findings.moves if each.actor == actor]
        stages = _stages(mine)
        said = Points([_stage_words(_ranked(stage, findings), stage, rounds[stage[0].stage]) for stage in stages])
        table = Table(
            f"{names.actor(actor)}: every move",
            ("Move", "How often (range)", "", *(("At the outset (range)",) if findings.case.timeline else ())),
            [row for stage in stages for row in _stage_rows(stage, rounds[stage[0].stage], findings)],
            frozenset({1, 3}),
        )
        blocks.append(Card(names.actor(actor), [said, Fold("Every move in numbers", [table])]))
    if findings.welfare:
        blocks.append(
            Fold(
                "What each side can expect", [welfare_table(findings.welfare, events_seen=bool(findings.case.timeline))]
            )
        )
    return Section("moves", title, blocks)


def _stages(moves: Sequence[MoveShare]) -> list[list[MoveShare]]:
    stages: dict[tuple[str, int], list[MoveShare]] = {}
    for each in moves:
        stages.setdefault((each.stage, each.round), []).append(each)
    return list(stages.values())


def _stage_name(move: MoveShare, rounds: int) -> str:
    return f"{move.stage_name}, round {move.round} of {rounds}" if move.round else move.stage_name


def _ranked(stage: Sequence[MoveShare], findings: StudyRows) -> list[tuple[int, MoveShare]]:
    """The moves by their places, with these; what is not told apart stands in the order of the case."""
    placed = findings.placed("moves", stage_key(stage[0].stage, stage[0].round))
    known = [(placed[each.move].place if each.move in placed else 0, each) for each in stage if each.share.known]
    return sorted(known, key=lambda each: each[0])


def _stage_words(
    ranked: Sequence[tuple[int, MoveShare]], stage: Sequence[MoveShare], rounds: int
) -> tuple[Text, list[Text]]:
    head = Markup("<strong>{}</strong>").format(sentence(_stage_name(stage[0], rounds)))
    reached, given = stage[0].reached, stage[0].when == EVENTS
    seen = next((each for each in stage if each.seen), None)
    if seen is not None:
        return head + f" was seen: {seen.name} (at the outset {chance(seen.outset)}).", []
    if not ranked or reached == 0:
        return head + (
            " cannot come up after the events." if given and stage[0].outset_reached else " never comes up."
        ), []
    often = "every play" if reached > 0.995 else f"{percent(reached)} of plays"
    told = [each for place, each in ranked if place <= _NAMED and (each.share.middle >= _SELDOM or place <= 1)]
    words = "; ".join(f"{each.name}, {chance(each.share)}{_before(each)}" for each in told)
    return head + f" (comes up in {often}): {words}.", []


def _before(move: MoveShare) -> str:
    """Share of a move at the outset, for a move whose share given the events is another; else empty."""
    if move.when != EVENTS or not move.outset.known or abs(move.outset.middle - move.share.middle) < 0.01:
        return ""
    return f", at the outset {percent(move.outset.middle)}"


def _stage_rows(stage: Sequence[MoveShare], rounds: int, findings: StudyRows) -> list[Sequence[Text]]:
    """A heading row for the stage, then a row for each move with a bar; the rare moves of a long list are left out."""
    shown = (
        stage if len(stage) <= MANY_MOVES else [each for place, each in _ranked(stage, findings) if place <= MANY_MOVES]
    )
    rows: list[Sequence[Text]] = [(sentence(_stage_name(stage[0], rounds)),)]
    for each in shown:
        share = 0.0 if not each.share.known else min(1.0, max(0.0, each.share.middle))
        bar = Markup('<span class="bar" aria-hidden="true" style="--share:{}%"></span>').format(f"{100 * share:.1f}")
        early = (chance(each.outset) if each.outset.known else "never comes up",) if each.when == EVENTS else ()
        often = chance(each.share) if each.share.known else "never comes up"
        rows.append((each.name, often, bar, *early))
    if len(shown) < len(stage):
        blank = ("",) if stage[0].when == EVENTS else ()
        rows.append((f"{len(stage) - len(shown)} other moves, each rarer", "", "", *blank))
    return rows
