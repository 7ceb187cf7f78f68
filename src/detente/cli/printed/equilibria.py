"""`detente solve --all`: the equilibria that a search finds, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from detente.cli.terminal import screen
from detente.plurals import counted

if TYPE_CHECKING:
    from detente.study.asked.equilibria import Equilibria

OUTCOMES_SHOWN = 24


def print_all(case: str, asked: dict[str, Any], starts: int | None, *, as_json: bool) -> None:
    """Searches and prints. asked: the settings that all commands share."""
    import detente as dt

    found = dt.equilibria(
        dt.load(case),
        rationality=asked["rationality"],
        set=asked["set"],
        scenario=asked["scenario"],
        seed=asked["seed"],
        starts=starts,
    )
    if as_json:
        screen.emit(found.to_dict())
        return
    screen.heading(found.all.title)
    screen.say(found.summary)
    screen.solved(found[0].how_solved.to_dict(), "No. 1: ")
    _print_how(found)
    _print_outcomes(found)
    if found.several.solved.compiled.crisis is not None:
        _print_stages(found)


def _print_how(found: Equilibria) -> None:
    branches, solution = found.several.branches, found.several.solved.solution
    stable = {True: "yes", False: "no", None: ""}
    rows = [
        (str(number + 1), how, str(hits), stable[steady], f"{gain:.1e}", f"{regret:.1e}")
        for number, (how, hits, steady, gain, regret) in enumerate(
            zip(
                branches.how,
                branches.starts_here,
                branches.stable,
                solution.nash_conv,
                solution.conditional_regret,
                strict=True,
            )
        )
    ]
    screen.heading("How each was found, and its certificate")
    screen.table((">no.", "found by", ">starts", "stable", ">NashConv", ">regret"), rows)


def _print_outcomes(found: Equilibria) -> None:
    from detente.analysis.over_draws.ranking import by_value

    crisis = found.several.solved.compiled.crisis
    names = {each.id: each.label for each in crisis.outcomes} if crisis else {}
    columns = [f">no. {number + 1}" for number in range(len(found))]
    every = list(found.all.outcomes.items())
    ordered = [every[number] for number in by_value(float(values[0]) for _, values in every)]
    rows = [(str(names.get(name, name)), *(f"{value:z.4f}" for value in values)) for name, values in ordered]
    screen.heading("Outcomes, the likeliest in no. 1 first")
    screen.table(("outcome", *columns), rows[:OUTCOMES_SHOWN])
    if len(rows) > OUTCOMES_SHOWN:
        screen.note(f"… and {counted(len(rows) - OUTCOMES_SHOWN, 'more outcome')}; --json prints all.")


def _print_stages(found: Equilibria) -> None:
    """Prints the share of each move at its stage, given that the stage is reached, equilibrium by equilibrium."""
    solved = found.several.solved
    story = solved.game.story
    assert story is not None
    rows: list[tuple[str, ...]] = []
    for step, table in zip(story.steps, solved.moves, strict=True):
        if step.draws_private:
            continue
        stage = solved.crisis.stage(step.stage)
        if stage.by == "nature":
            continue
        reached = table.sum(axis=1)
        name = f"{stage.label}, round {step.round}" if step.round else stage.label
        for number, move in enumerate(stage.moves):
            cells = (f"{p / r:.3f}" if r > 1e-9 else "–" for p, r in zip(table[:, number], reached, strict=True))
            rows.append((name if not number else "", move.label, *cells))
    screen.heading("What they do, when it comes to that")
    screen.table(("stage", "move", *(f">no. {number + 1}" for number in range(len(found)))), rows)
