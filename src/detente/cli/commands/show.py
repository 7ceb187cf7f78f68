"""`detente show`: who decides, what they privately know, the order of play, and the names that can be asked about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from detente.cli.options import AsJson, Changes, GameName, Rationality, ScenarioName, settings
from detente.cli.printed.course import print_course
from detente.cli.terminal import screen
from detente.plurals import counted

if TYPE_CHECKING:
    from detente.crisis.model import Crisis
    from detente.crisis.play import PrivateVariable
    from detente.game.compiling.compiled import CompiledGame


def show(
    case: GameName,
    course: Annotated[
        bool, typer.Option("--course", help="Solve the case, and show the ways play can go as an outline instead.")
    ] = False,
    picture: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Solve the case, and draw the ways play can go as nested blocks: FILE.svg, .png or .json (Vega).",
            show_default=False,
        ),
    ] = None,
    seen_by: Annotated[
        str | None,
        typer.Option(
            metavar="ACTOR|everybody",
            help="With --course or --picture: tell only what an actor, or everybody, sees; else all moves.",
            show_default=False,
        ),
    ] = None,
    after: Annotated[
        str | None,
        typer.Option(
            metavar="'STAGE: MOVE / …'",
            help="With --course or --picture: begin after these moves, or open a sum of rarer ones.",
            show_default=False,
        ),
    ] = None,
    least: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            help="With --course or --picture: sum ways that are less likely than this share of the beginning.",
            show_default=False,
        ),
    ] = None,
    rationality: Rationality = None,
    changes: Changes = None,
    scenario: ScenarioName = None,
    as_json: AsJson = False,
) -> None:
    """Show actors, stages in order, size, and the quantities, readings and scenarios of a case by name.

    With --course or --picture: the ways play can go.
    """
    if course or picture is not None:
        asked = settings(rationality, changes, scenario, None, 0)
        view = {"seen_by": seen_by, "root": after, "least": least}
        print_course(case, asked, view, picture, as_json=as_json)
        return
    solving = {"--seen-by": seen_by, "--after": after, "--least": least, "--rationality": rationality}
    solving |= {"--set": changes, "--scenario": scenario}
    if (stray := next((name for name, value in solving.items() if value is not None), None)) is not None:
        raise typer.BadParameter("it goes with --course or --picture", param_hint=stray)
    import detente as dt

    compiled = dt.compile(dt.load(case))
    described = describe(compiled)
    if as_json:
        screen.emit(described)
    else:
        _print(described)


def describe(compiled: CompiledGame) -> dict[str, Any]:
    """Contents of the command's answer as plain data."""
    from detente.game.census import information_sets_by_player

    game, crisis = compiled.game, compiled.crisis
    sets = information_sets_by_player(game)
    if crisis is None:
        actors = [{"actor": name, "name": name, "private": {}, "information_sets": sets[name]} for name in sets]
    else:
        actors = [
            {
                "actor": actor.id,
                "name": actor.label,
                "private": {
                    each.id if owner == actor else f"{owner.id}.{each.id}": _values(each)
                    for owner, each in crisis.private_variables()
                    if actor.id in each.knowers(owner.id)
                },
                "information_sets": sets[actor.id],
            }
            for actor in crisis.actors
        ]
    return {
        "title": game.title,
        "actors": actors,
        "stages": _stages(compiled, crisis) if crisis else [],
        "outcomes": {each.id: each.label for each in crisis.outcomes} if crisis else {},
        **(_inquiry(crisis) if crisis else {}),
        "size": {
            "nodes": game.nodes,
            "leaves": game.leaves,
            "information_sets": game.infosets,
            "actions": game.actions,
        },
    }


def _inquiry(crisis: Crisis) -> dict[str, Any]:
    """Names of all that can be set, observed, tried and asked."""
    from detente.study.assumptions import distribution_text

    return {
        "quantities": {
            each.id: {"name": each.label, "value": distribution_text(each.distribution, crisis), "unit": each.unit}
            for each in crisis.quantities
        },
        "readings": {each.id: each.label for each in crisis.readings},
        "scenarios": {each.id: each.label for each in crisis.scenarios},
        "claims": {each.id: each.says for each in crisis.claims},
        "questions": {each.id: each.name or each.id for each in crisis.questions},
    }


def _values(variable: PrivateVariable) -> list[str] | str:
    """The named values, or how many points a numeric one has."""
    return counted(variable.points, "point") if variable.numeric else list(variable.values)


def _stages(compiled: CompiledGame, crisis: Crisis) -> list[dict[str, Any]]:
    """The steps of play in order; rounds of one stage are added up, and so stand where the stage is first played."""
    from detente.game.census import count_steps

    names = {actor.id: actor.label for actor in crisis.actors} | {"nature": "chance"}
    stages = {stage.id: stage for stage in crisis.stages()}
    found: dict[str, dict[str, Any]] = {}
    for each in count_steps(compiled.game):
        step = each.step
        stage = stages.get(step.stage)
        row = found.setdefault(
            step.stage or f"{step.actor}.{step.variable}",
            {
                "stage": step.stage or f"{step.actor}.{step.variable}",
                "name": stage.label if stage else f"{names[step.actor]}: {step.variable}",
                "by": " or ".join(names[each] for each in stage.movers) if stage else "chance",
                "rounds": 0,
                "moves": len(step.labels),
                "nodes": 0,
                "information_sets": 0,
            },
        )
        row["rounds"] += 1
        row["nodes"] += each.nodes
        row["information_sets"] += each.information_sets
    return list(found.values())


def _print(described: dict[str, Any]) -> None:
    size = described["size"]
    screen.heading(described["title"])
    endings = "an ending" if size["leaves"] == 1 else "endings"
    screen.say(
        f"{counted(size['nodes'], 'node')}, {size['leaves']:,} of them {endings}; "
        f"{counted(size['information_sets'], 'information set')} with {counted(size['actions'], 'move')}."
    )
    screen.heading("Who decides")
    knows = ("privately knows",) if described["stages"] else ()
    screen.table(
        ("actor", *knows, ">information sets"),
        [
            (each["name"], *(_private(each["private"]) for _ in knows), f"{each['information_sets']:,}")
            for each in described["actors"]
        ],
    )
    if described["stages"]:
        screen.heading("In this order")
        screen.table(
            ("stage", "by", ">rounds", ">moves", ">nodes", ">inf. sets"),
            [
                (
                    each["name"],
                    each["by"],
                    *(
                        f"{each[key]:,}" if each[key] else ""
                        for key in ("rounds", "moves", "nodes", "information_sets")
                    ),
                )
                for each in described["stages"]
            ],
        )
    if described["outcomes"]:
        screen.heading("How it can end")
        screen.say(", ".join(described["outcomes"].values()) + ".")
    _print_inquiry(described)


_NAMED = (
    ("readings", "What may lie behind it"),
    ("scenarios", "What may be tried: --scenario NAME"),
    ("claims", "What is claimed"),
    ("questions", "What the case asks"),
)


def _print_inquiry(described: dict[str, Any]) -> None:
    if described.get("quantities"):
        screen.heading("What is assumed: --set NAME=NUMBER")
        screen.table(
            ("name", "what it is", "value"),
            [
                (name, each["name"], f"{each['value']} {each['unit']}".strip())
                for name, each in described["quantities"].items()
            ],
        )
    for key, title in _NAMED:
        if described.get(key):
            screen.heading(title)
            screen.table(("name", "what it is"), list(described[key].items()))


def _private(variables: dict[str, Any]) -> str:
    """Private variables of an actor in words, each with its values."""
    told = [f"{name}: {each if isinstance(each, str) else ', '.join(each)}" for name, each in variables.items()]
    return "; ".join(told) or "nothing"
