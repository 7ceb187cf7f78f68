"""A study's findings as a person reads them on a terminal, in the order of the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from detente.cli.printed.hindsight import print_hindsight
from detente.cli.terminal.screen import heading, say, table
from detente.crisis.evidence import RESTS_ON
from detente.crisis.inquiry import ANALYST, EVENTS
from detente.report.brief import brief_parts, headline
from detente.report.findings import BeliefRow, ClaimTest, OutcomeShare, Shift, Standing, StudyRows
from detente.report.groups import by_axis, leading_groups
from detente.report.naming import Names
from detente.report.rows import OutcomeStep
from detente.report.sections.changes import latest_change, settled_words
from detente.report.sections.claims import BY_RULE, beside
from detente.report.sections.course import by_ending, moved, silent_words
from detente.report.sections.hinges import place_words, ranked, shared_words, told_from, unranked
from detente.report.sections.misreadings import first_readings, misreads
from detente.report.sections.opening import effective, ranking
from detente.report.tables import changed_cells, event_words, points_only, swing, with_error
from detente.report.words import Estimate, change, counted, day, listed, percent, sentence
from detente.study.running.weights import parted_words

AT_THE_BOTTOM = 10**6
COURSES = 3
"""Endings whose way through the events the terminal shows: the likeliest; the report has them all."""

MOST_HINGES = 10
"""Most quantities that the terminal names; the report has them all."""


def summarise(findings: StudyRows) -> None:
    """Print what was found; a section without content is left out."""
    heading(findings.case.title)
    say(_setting(findings))
    sections: tuple[Callable[[StudyRows], None], ...] = (
        _endings,
        _own_change,
        _course,
        _readings,
        _misreadings,
        _claims,
        _selections,
        _scenarios,
        _hinges,
        print_hindsight,
        _certificate,
    )
    for section in sections:
        section(findings)


def brief_alone(findings: StudyRows) -> None:
    """Print the brief: the answer in a sentence, then each question with its lines."""
    heading(findings.case.title)
    say(headline(findings))
    for part in brief_parts(findings, Names(findings.case)):
        heading(part.title)
        say(*part.lines, indent=2)


def _setting(findings: StudyRows) -> str:
    size, draws = findings.size, findings.draws
    drawn = (
        f"{counted(draws, 'draw')} of everything uncertain, seed {findings.settings.get('seed', 0)}."
        if draws
        else "Nothing in the case is uncertain: every draw would be the same, so it is solved once."
    )
    size_words = (counted(size.get("nodes", 0), "node"), counted(size.get("information_sets", 0), "information set"))
    game = f"The game has {listed(size_words)}."
    return " ".join(each for each in (drawn, game, effective(findings)) if each)


def _cells(estimate: Estimate) -> tuple[str, str]:
    """A probability and its interval, for two columns."""
    low, high = (percent(each) for each in estimate.ends)
    return percent(estimate.middle), f"{low} to {high}" if estimate.ranged else "none"


def _endings(findings: StudyRows) -> None:
    heading("How it may end")
    ordered = ranking(findings)
    if findings.case.timeline:
        say("At the outset, and given the events seen since.")
    seen = bool(findings.case.timeline)
    for axis, groups in by_axis(findings).items():
        _shares(axis or "group of endings", groups, seen)
    _shares("outcome", ordered, seen)


def _shares(what: str, told: Sequence[OutcomeShare], seen: bool) -> None:
    """Prints chances: at first and given the events, or once."""
    if seen:
        rows = [(each.name, percent(each.outset.middle), *_cells(each.share)) for each in told]
        table((what, ">at first", ">now", ">90 % of draws"), rows)
    else:
        table((what, ">chance", ">90 % of draws"), [(each.name, *_cells(each.share)) for each in told])


def _own_change(findings: StudyRows) -> None:
    if not (told := latest_change(findings)):
        return
    heading("What the change does")
    say(
        f"The case as it stands, and then, {findings.since(told[0].when)}; in points with the standard error of the "
        f"difference, on {counted(told[0].draws, 'draw')} alike. Everybody knows of the change."
    )
    table(("outcome", ">as it stands", ">then", ">points", ">90 % of draws"), changed_cells(told))


def _selections(findings: StudyRows) -> None:
    if not findings.selections:
        return
    heading("Seeing a move, and doing it")
    for each in findings.selections:
        say(each.says)


def _course(findings: StudyRows) -> None:
    if not findings.course:
        return
    heading("What the events did")
    paths = by_ending(findings)
    groups = {each.outcome for each in leading_groups(findings)}
    endings = [path for path in paths if path[0].outcome not in {each.outcome for each in findings.groups}]
    leading = [path for path in paths if path[0].outcome in groups][:COURSES]
    shown = [*leading, *endings[: max(1, COURSES - len(leading))]]
    say("The chance after each event, and by how many points it moved, with the standard error of that.")
    rows = [
        (event_words(steps[0]), *(cell for step in steps for cell in _step_cells(step)))
        for steps in zip(*shown, strict=True)
    ]
    columns = [column for path in shown for column in (f">{path[0].name}", ">by")]
    table(("event", *columns), rows)
    if left := [path[0].name for path in endings if path not in shown]:
        say(f"Not shown, and not told to be likelier now than these: {listed(left)}.")
    if quiet := silent_words(findings):
        say(quiet)


def _step_cells(step: OutcomeStep) -> tuple[str, str]:
    """A chance, and by how much an event moved it; nothing beside it where that is within its error."""
    return percent(step.share.middle), with_error(step.change.middle, step.change_error) if moved(step) else ""


def _misreadings(findings: StudyRows) -> None:
    told = first_readings(findings)
    last = max((each.event for each in told), default=0)
    wrong = [each for each in told if each.event == last and misreads(each)]
    if not wrong:
        return
    heading("Who misreads whom")
    say("What one side expects another to believe now, and what that one does believe.")
    names = Names(findings.case)
    rows = [
        (
            names.actor(each.observer),
            names.actor(each.of),
            each.name,
            percent(each.expected.middle),
            percent(each.held.middle),
            with_error(each.wrong.middle, each.error),
        )
        for each in wrong
    ]
    table(("who", "of whom", "reading", ">expects", ">is", ">points"), rows)


def _readings(findings: StudyRows) -> None:
    held = [each for each in findings.beliefs if "." not in each.subject]
    if not held:
        return
    last = max(each.event for each in held)
    names = Names(findings.case)
    order = [each.subject for each in held]
    event = next(each for each in held if each.event == last)
    after = "Before any event" if last == 0 else f"After the last event: {event.label}"
    heading("What is believed")
    say(f"{after}{f' ({day(event.date)})' if event.date else ''}")

    def before(belief: BeliefRow) -> str:
        key = (belief.observer, belief.subject)
        return next((percent(each.share.middle) for each in held if (each.observer, each.subject) == key), "")

    rows: list[tuple[str, ...]] = []
    named = ""
    for each in sorted((one for one in held if one.event == last), key=lambda one: order.index(one.subject)):
        holder = "outside reader" if each.observer == ANALYST else names.observer(each.observer)
        rows.append((each.name if each.name != named else "", holder, before(each), *_cells(each.share)))
        named = each.name
    table(("reading", "held by", ">at first", ">now", ">90 % of draws"), rows)


def _claims(findings: StudyRows) -> None:
    if not findings.claims:
        return
    heading("Whose theory holds")
    for claim in findings.claims:
        say(f"{claim.says}{f' ({claim.by})' if claim.by else ''}")
        say(_verdict(claim, findings), indent=2)
        if findings.case.timeline and (more := beside(claim, findings)):
            say(more, indent=2)
        if elsewhere := findings.elsewhere(claim.claim):
            say(elsewhere, indent=2)


def _verdict(claim: ClaimTest, findings: StudyRows) -> str:
    names = Names(findings.case)
    since = f"{sentence(findings.since(claim.when, claim.events))}: " if findings.case.timeline else ""
    of = next((each.of[1] for each in findings.case.claims if each.id == claim.claim), None)
    what = names.quantity_of_interest(of) if of else claim.of
    if claim.by_rule:
        return since + (BY_RULE if not since else BY_RULE[:1].lower() + BY_RULE[1:])
    shares = [f"holds in {percent(claim.holds)} of draws"]
    if claim.ties > 0:
        shares.append(f"makes no difference in {percent(claim.ties)}")
    if claim.fails > 0:
        shares.append(f"fails in {percent(claim.fails)}")
    verdict = since + (listed(shares) if since else listed(shares).capitalize())
    if of is not None and names.is_probability(of):
        return f"{verdict}: {names.claim_test(claim.claim)} {change(claim.effect, what)}."
    return f"{verdict}, for {names.claim_test(claim.claim)} and {what}."


def _scenarios(findings: StudyRows) -> None:
    if not findings.shifts:
        return
    heading("What would change it most")
    placed = findings.placed("scenarios")
    largest = [each for each in findings.shifts if each.outcome in _changed_most(each.scenario, findings)]
    ordered = sorted(largest, key=lambda one: placed[one.scenario].place if one.scenario in placed else AT_THE_BOTTOM)
    if any(each.shared > 1 for each in placed.values()):
        say("Scenarios that the draws do not tell apart share a place, and stand in the order of the case.")
    most = (
        "group of endings that each changes most, or the ending where it moves none"
        if findings.groups
        else ("ending that each changes most")
    )
    what = f"The {most}, or those of which draws do not tell which, in points with the standard error of the difference"
    if not findings.case.timeline:
        say(f"{what}.")
        rows = [(*_scenario_cells(each, ordered, placed), each.outcome_name, *_effect_cells(each)) for each in ordered]
        table(("place", "scenario", "outcome", ">points", ">90 % of draws"), rows)
        _settled(findings)
        return
    say(f"{what}, given the events seen; at first: the same before any of them.")
    rows = [
        (
            *_scenario_cells(each, ordered, placed, _mark(each, findings)),
            each.outcome_name,
            *(_effect_cells(each) if each.when == EVENTS else ("", "")),
            points_only(each.outset.middle),
        )
        for each in ordered
    ]
    table(("place", "scenario", "outcome", ">points", ">90 % of draws", ">at first"), rows)
    if any(_mark(each, findings) == " *" for each in ordered):
        say("* The events seen could not have happened so: told from the outset alone.")
    for scenario in dict.fromkeys((each.name, each.events) for each in ordered if _mark(each, findings) == " †"):
        say(f"† {sentence(scenario[0])}: told {parted_words(scenario[1])}.")
    _settled(findings)


def _mark(shift: Shift, findings: StudyRows) -> str:
    """The sign for a scenario that is told from another moment than the rest."""
    return " †" if shift.events < len(findings.case.timeline) else "" if shift.when == EVENTS else " *"


def _settled(findings: StudyRows) -> None:
    """Prints what scenarios say by themselves."""
    for scenario in dict.fromkeys(each.scenario for each in findings.shifts):
        own = [each for each in findings.shifts if each.scenario == scenario]
        if said := settled_words(own):
            say(f"{sentence(own[0].name)}. {said}")


def _changed_most(scenario: str, findings: StudyRows) -> tuple[str, ...]:
    """The ending that a scenario changes most, or several: told from the outset where it leaves no room for events."""
    placed = findings.placed("scenarios")
    if scenario in placed:
        return placed[scenario].outcome
    return tuple(id for id, each in findings.placed("changes", scenario).items() if each.place == 1)


def _scenario_cells(
    shift: Shift, rows: Sequence[Shift], placed: Mapping[str, Standing], mark: str = ""
) -> tuple[str, str]:
    """Standing and name of a scenario, in the first of its rows only."""
    if next(each for each in rows if each.scenario == shift.scenario) is not shift:
        return "", ""
    own = placed.get(shift.scenario)
    return shared_words(own.place, own.shared) if own else "", f"{shift.name}{mark}"


def _effect_cells(shift: Shift) -> tuple[str, str]:
    """A scenario's effect in points with its standard error, and the effect's interval, for two columns."""
    ends = (points_only(each) for each in shift.difference.ends)
    return with_error(shift.difference.middle, shift.error), " to ".join(ends) if shift.difference.ranged else "none"


def _hinges(findings: StudyRows) -> None:
    if not findings.hinges:
        return
    groups = ranked(findings)
    found = [each for group in groups for each in group][:MOST_HINGES]
    heading("What it hinges on, given the events seen" if findings.case.timeline else "What it hinges on")
    for text in unranked(told_from(findings), len(found)) if not found else ():
        say(text)
    if not found:
        return
    say(
        "Each moved by itself from its 5th to its 95th percentile in the same draws; mean chances, and the difference "
        "in points with its standard error. What shares a place is not told apart."
    )
    table(
        ("place", "assumption", "outcome", ">low", ">high", ">points", "rests on"),
        [
            (
                place_words(groups, each),
                each.name,
                each.outcome_name,
                percent(each.at_low),
                percent(each.at_high),
                swing(each),
                RESTS_ON[each.support],
            )
            for each in found
        ],
    )
    left = sum(map(len, groups)) - len(found)
    if left:
        say(f"{counted(left, 'more assumption')} in the report, none of them above those named.")


def _certificate(findings: StudyRows) -> None:
    heading("How far to trust the computation")
    say(*findings.certificate.sentences)
