"""`detente solve`: one solution, who does what in it, and how far to trust it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from detente.cli.options import (
    Accuracy,
    AsJson,
    Changes,
    Concept,
    Concepts,
    Draws,
    Every,
    Forbid,
    Force,
    GameName,
    Iterations,
    Rationality,
    ScenarioName,
    Seed,
    Starts,
    settings,
)
from detente.cli.printed.equilibria import print_all
from detente.cli.terminal import screen
from detente.errors import RequestError
from detente.plurals import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from detente.study.asked.answers import SolvedGame

    Floats = NDArray[np.float64]

ROWS_SHOWN = 24
"""Number of outcomes or information sets of a large game file that the terminal lists; --json has all."""


def solve(
    case: GameName,
    rationality: Rationality = None,
    changes: Changes = None,
    scenario: ScenarioName = None,
    force: Force = None,
    forbid: Forbid = None,
    draws: Draws = None,
    seed: Seed = 0,
    concept: Concept = "logit",
    list_concepts: Concepts = False,
    iterations: Iterations = None,
    accuracy: Accuracy = None,
    every: Every = False,
    starts: Starts = None,
    as_json: AsJson = False,
) -> None:
    """Solve a case or a Gambit game: outcomes, utilities, what everybody does where."""
    asked = settings(rationality, changes, scenario, draws, seed)
    if every:
        if draws is not None or concept != "logit":
            raise RequestError(
                "--all lists logit equilibria at the medians: it goes with neither --draws nor --concept"
            )
        if force or forbid:
            raise RequestError("--all knows no --force and --forbid: write them into a scenario of the case")
        print_all(case, asked, starts, as_json=as_json)
        return
    if starts is not None:
        raise RequestError("--starts belongs to --all")
    import detente as dt

    bound: dict[str, Any] = {"force": force or (), "forbid": forbid or ()}
    solved = dt.solve(dt.load(case), **asked, **bound, concept=concept, iterations=iterations, accuracy=accuracy)
    found = solved.to_dict()
    crisis = solved.solved.compiled.crisis
    beside: list[dict[str, Any]] = []
    if crisis is not None and (changes or scenario or force or forbid):
        plain: dict[str, Any] = {**asked, "set": None, "scenario": None}
        stands = dt.solve(dt.load(case), **plain, concept=concept, iterations=iterations, accuracy=accuracy)
        beside = list(_beside(stands, solved))
        found["changed"] = beside
    if as_json:
        screen.emit(found)
        return
    names = {each.id: each.label for each in (*crisis.outcomes, *crisis.actors)} if crisis else {}
    _print_answer(found, list(solved.outcomes.values()), names)
    if beside:
        _print_beside(beside)
    if crisis:
        _print_stages(solved)
    else:
        _print_choices(found["profile"])
    _print_certificate(found)


def _beside(stands: SolvedGame, solved: SolvedGame) -> Iterator[dict[str, Any]]:
    """Every group and outcome, and every actor's payoff, as the case stands and then, on the same draws."""
    import numpy as np

    from detente.analysis.over_draws.ends import Ends
    from detente.analysis.over_draws.intervals import NO_CHANGE, interval

    before, then = stands.solved, solved.solved
    ends = Ends.of(then.crisis)
    both = [ends.chances(each.outcomes) for each in (before, then)], [each.utilities for each in (before, then)]
    actors = then.crisis.actors
    names = [*zip(ends.ids, ends.labels, strict=True)], [(each.id, each.label) for each in actors]
    for kind, told, (was, now) in zip(("outcome", "utility"), names, both, strict=True):
        for number, (id, name) in enumerate(told):
            apart = now[:, number] - was[:, number]
            found = interval(np.where(np.abs(apart) < NO_CHANGE, 0.0, apart))
            yield {
                "kind": kind,
                "id": id,
                "name": name,
                "baseline": float(was[:, number].mean()),
                "value": float(now[:, number].mean()),
                "difference": found.mean,
                "difference_error": found.error if then.count > 1 else None,
                "difference_low": found.low if then.count > 1 else None,
                "difference_high": found.high if then.count > 1 else None,
            }


def _print_beside(beside: list[dict[str, Any]]) -> None:
    """Prints the case as it stands, then, and the difference."""
    screen.heading("What the change does")
    drawn = beside[0]["difference_error"] is not None
    rows: list[tuple[str, ...]] = []
    for each in beside:
        apart = f"{each['difference']:+z.4f}".replace("-", "−")
        error = f" ± {each['difference_error']:.4f}" if drawn else ""
        span = (f"{each['difference_low']:z.4f} to {each['difference_high']:z.4f}",) if drawn else ()
        what = each["name"] if each["kind"] == "outcome" else f"{each['name']}: utility"
        rows.append((what, f"{each['baseline']:z.4f}", f"{each['value']:z.4f}", f"{apart}{error}", *span))
    columns = ("", ">as it stands", ">then", ">difference", ">90 % of draws")
    screen.table(columns if drawn else columns[:4], rows)
    screen.note("Then: with what is set, forced or forbidden, which everybody knows; on the same draws, one by one.")


def _print_answer(found: dict[str, Any], outcomes: list[Floats], names: dict[str, str]) -> None:
    """Prints outcomes and utilities; outcomes [draw]: the probability of each, in the order of `found`."""
    import numpy as np

    from detente.analysis.over_draws.ranking import Estimates, in_places

    size = found["size"]
    screen.heading(found["case"])
    screen.say(
        f"{counted(size['nodes'], 'node')}, {counted(size['information_sets'], 'information set')}, "
        f"{counted(size['unknowns'], 'unknown')}.",
        found["status"],
    )
    spread = found.get("intervals", {})
    for title, column, kind in (("Outcomes", "outcome", "outcomes"), ("Expected utilities", "actor", "utilities")):
        screen.heading(title)
        values = list(found[kind].items())
        if kind == "outcomes":
            values = [values[number] for number in in_places(Estimates.known_means(np.stack(outcomes, axis=1)))]
        rows = [
            (str(names.get(each, each)), f"{value:z.4f}", *_interval(spread.get(kind, {}).get(each)))
            for each, value in values
        ]
        screen.table((column, ">mean", ">90 % of draws") if spread else (column, ">value"), rows[:ROWS_SHOWN])
        if len(rows) > ROWS_SHOWN:
            rest = "more outcomes, none of them told to be likelier" if spread else "less likely outcomes"
            screen.note(f"… and {len(rows) - ROWS_SHOWN:,} {rest}; --json prints all.")
    if spread:
        screen.note("The likeliest first; what draws do not tell apart stands in the order of the case.")


def _interval(ends: list[float] | None) -> tuple[str, ...]:
    return (f"{ends[0]:z.4f} to {ends[1]:z.4f}",) if ends else ()


def _print_choices(profile: list[dict[str, Any]]) -> None:
    """Prints the behaviour at each information set of a game file."""
    screen.heading("What they do at each information set")
    rows = [row for each in profile[:ROWS_SHOWN] for row in _choice(each)]
    screen.table(("player", ">set", "label", "move", ">played"), rows)
    if len(profile) > ROWS_SHOWN:
        screen.note(f"… and {counted(len(profile) - ROWS_SHOWN, 'more information set')}; --json prints all.")


def _choice(entry: dict[str, Any]) -> list[tuple[str, ...]]:
    """The moves of an information set, the likeliest first."""
    from detente.analysis.over_draws.ranking import by_value

    who = (entry["actor"], str(entry["information_set"]), entry.get("label", ""))
    moves = list(entry["moves"].items())
    return _played(who, [moves[number] for number in by_value(p for _, p in moves)])


def _played(who: tuple[str, ...], moves: Iterable[tuple[str, float]]) -> list[tuple[str, ...]]:
    """A row for every move with its probability, in this order; what is all but never played is left out."""
    rows = [(*who, str(move), f"{p:.3f}") for move, p in moves if p >= 0.0005]
    return [row if not number else ("",) * len(who) + row[len(who) :] for number, row in enumerate(rows or [who])]


def _print_stages(solved: SolvedGame) -> None:
    """Prints what is done at each stage of a case when it comes to that, over all private types and draws.

    The likeliest move comes first, as far as draws tell.
    """
    from detente.analysis.over_draws.ranking import Estimates, in_places
    from detente.analysis.profile import where_reached

    crisis, story = solved.solved.crisis, solved.solved.game.story
    assert story is not None
    names = {actor.id: actor.label for actor in crisis.actors} | {"nature": "chance"}
    rows: list[tuple[str, ...]] = []
    for step, table in zip(story.steps, solved.solved.moves, strict=True):
        joint = table.mean(axis=0)
        reached = float(joint.sum())
        if step.draws_private:
            continue
        stage = crisis.stage(step.stage)
        order = in_places(Estimates.known_means(where_reached(table), table.sum(axis=1)))
        shares = [(stage.moves[each].label, float(joint[each]) / reached) for each in order if reached]
        name = f"{stage.label}, round {step.round}" if step.round else stage.label
        rows += _played((name, names[step.actor], f"{reached:.3f}"), shares)
    screen.heading("What they do, when it comes to that")
    screen.table(("stage", "by", ">reached", "move", ">played"), rows)
    screen.note("Who does what knowing what: --json.")


def _print_certificate(found: dict[str, Any]) -> None:
    screen.heading("How far to trust it")
    screen.solved(found["how_solved"])
    screen.say(
        f"NashConv {found['nash_conv']:.1e}, largest conditional regret {found['conditional_regret']:.1e}, "
        f"where payoffs span {found['payoff_range']:.3g}."
    )
    if found["regret_share"] is not None:
        screen.say(f"No deviation gains more than {found['regret_share']:.1e} of what is at stake at its decision.")
    if found["departure"] is not None:
        screen.say(f"No probability is off that of the logit reply by more than {found['departure']:.1e}.")
    if "deviating_gains" in found:
        most = max(found["deviating_gains"].values())
        from detente.study.asked.concept import leaving_words

        leaving, form = leaving_words(found["concept"])
        screen.say(
            "Play is correlated: the choices above are averages, and NashConv is that of playing them apart. "
            f"{leaving} gains nobody more than {max(most, 0.0):.1e} ({form} coarse correlated equilibrium, as "
            "far as that is nothing)."
        )
    if "ties" in found:
        _print_ties(found["ties"])


def _print_ties(ties: list[dict[str, Any]]) -> None:
    if not ties:
        screen.say("No ties: this is the only subgame-perfect equilibrium.")
        return
    screen.say(f"Ties: several moves are subgame perfect at {counted(len(ties), 'information set')}.")
    for tie in ties[:ROWS_SHOWN]:
        where = tie.get("stage") or f"information set {tie['information_set']}"
        known = ", ".join(f"{name} {value}" for key in ("private", "knows") for name, value in tie.get(key, {}).items())
        screen.say(f"{tie['actor']} at {where}{f' ({known})' if known else ''}: {', '.join(tie['moves'])}", indent=2)
    if len(ties) > ROWS_SHOWN:
        screen.note(f"… and {len(ties) - ROWS_SHOWN:,} more; --json has all.")
