"""`detente estimate`: a case and a table of episodes to coefficients, errors and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from detente.cli.options import AsJson, CaseName, Changes, Rationality, ScenarioName, Seed, change, profile
from detente.cli.terminal import screen
from detente.cli.terminal.progress import progress_bar
from detente.errors import RequestError
from detente.plurals import counted

if TYPE_CHECKING:
    from detente.estimation.fitted.fit import Fit

Links = Annotated[
    Path | None,
    typer.Option(
        "--links",
        metavar="FILE",
        help="YAML: which columns show what was seen, and what each quantity depends on.",
        show_default=False,
    ),
]
Profiles = Annotated[
    list[str] | None,
    typer.Option(
        "--at",
        metavar="NAME=VALUE[,…]",
        help="Foretell the endings at these covariates, others at their typical values. Repeatable.",
        show_default=False,
    ),
]


def estimate(
    case: CaseName,
    data: Annotated[
        Path, typer.Argument(metavar="DATA", help="CSV or Parquet, one row an episode.", show_default=False)
    ],
    links: Links = None,
    link: Annotated[
        list[str] | None,
        typer.Option(
            metavar="'QUANTITY ~ TERMS'",
            help="A quantity as a sum of terms, such as 'cost_war ~ 1 + distance'. Repeatable; replaces the file's.",
            show_default=False,
        ),
    ] = None,
    ending: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="The column that tells how episodes ended.", show_default=False)
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="Episodes alike in it may depend on one another.", show_default=False),
    ] = None,
    rationality: Rationality = None,
    changes: Changes = None,
    scenario: ScenarioName = None,
    starts: Annotated[int, typer.Option(min=1, metavar="N", help="Climb from so many starts.")] = 4,
    seed: Seed = 0,
    errors: Annotated[
        str | None,
        typer.Option(
            metavar="information|clustered|bootstrap",
            help="Where standard errors come from; clustered where a cluster is named.",
            show_default=False,
        ),
    ] = None,
    replications: Annotated[int, typer.Option(min=2, metavar="N", help="Samples of a bootstrap.")] = 200,
    profiles: Profiles = None,
    move: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=FROM:TO",
            help="First differences: what moving a covariate does, on average over the episodes. Repeatable.",
            show_default=False,
        ),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Other links for the same data: tests which of the two fits.", show_default=False
        ),
    ] = None,
    folds: Annotated[
        int, typer.Option(min=0, metavar="N", help="Score out of sample in N folds of clusters; 0: not at all.")
    ] = 0,
    equilibria: Annotated[
        int, typer.Option(min=0, metavar="N", help="Look for other equilibria at N rows of covariates.")
    ] = 0,
    keep: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Keep the fit as a record, for --from and `detente rerun`; goes on where it was interrupted.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write fit.json and the table as CSV and LaTeX.",
            file_okay=False,
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Estimate the quantities of a case from many episodes by maximum likelihood. Exit code 1 without a maximum."""
    from detente.study.estimating import estimate as find

    asked: dict[str, Any] = {
        "rationality": rationality,
        "set": dict(change(word) for word in changes or ()),
        "scenario": scenario,
        "starts": starts,
        "seed": seed,
        "errors": errors,
        "replications": replications,
    }
    beside = _beside(link, ending, cluster)
    record = keep or (out / "fit.json" if out is not None else None)
    with progress_bar() as progress:
        found = find(
            case, data, links or {}, **asked, beside=beside, equilibria=equilibria, keep=record, progress=progress
        )
        other = find(case, data, against, **asked, progress=progress) if against is not None else None
        scores = found.cross_validate(folds, seed, progress) if folds and found.good else None
    told: dict[str, Any] = {"fit": found.to_dict()}
    asked_at = [profile(word) for word in profiles or ()]
    moved = [_moved(word) for word in move or ()]
    if found.good:
        if asked_at:
            told["profiles"] = {
                word: found.predict(each).to_dict("records")
                for word, each in zip(profiles or (), asked_at, strict=True)
            }
        for each in moved:
            table = found.differences(each, "average").assign(moved=", ".join(each))
            told.setdefault("differences", []).extend(table.to_dict("records"))
    if other is not None:
        told["against"] = {"fit": other.to_dict(), "tests": _tests(found, other)}
    if scores is not None:
        told["out_of_sample"] = scores.to_dict()
    files = _write(found, out) if out is not None else []
    if as_json:
        screen.emit({**told, "files": [str(each) for each in files]})
    else:
        _show(found, told)
        if files or record is not None:
            screen.heading("Written")
            screen.say(*(str(each) for each in dict.fromkeys([*([record] if record else []), *files])), indent=2)
    if not found.good:
        raise typer.Exit(1)


def _beside(link: list[str] | None, ending: str | None, cluster: str | None) -> dict[str, Any]:
    beside: dict[str, Any] = {}
    for word in link or ():
        name, tilde, terms = (part.strip() for part in word.partition("~"))
        if not name or not tilde or not terms:
            raise typer.BadParameter(
                f"{word!r} does not say which quantity depends on what; such as 'cost_war ~ 1 + distance'",
                param_hint="--link",
            )
        beside.setdefault("estimate", {})[name] = terms
    if ending:
        beside["observed"] = {"ending": ending}
    if cluster:
        beside["cluster"] = cluster
    return beside


def _moved(word: str) -> dict[str, list[str]]:
    name, equals, ends = (each.strip() for each in word.partition("="))
    low, colon, high = (each.strip() for each in ends.partition(":"))
    if not name or not equals or not colon or not low or not high:
        raise typer.BadParameter(f"{word!r} moves nothing; such as distance=0:1", param_hint="--move")
    return {name: [low, high]}


def _tests(found: Fit, other: Fit) -> list[str]:
    said: list[str] = []
    larger, smaller = (found, other) if found.parameters >= other.parameters else (other, found)
    for test in (lambda: larger.likelihood_ratio(smaller), lambda: found.vuong(other)):
        try:
            said.append(test().says)
        except RequestError as error:
            said.append(str(error))
    return said


def _show(found: Fit, told: Mapping[str, Any]) -> None:
    from detente.estimation.fitted.tables import facts, rows

    screen.heading(found.crisis.title)
    if found.good:
        screen.table(("coefficient", ">estimate", ">error", ">z", ">p", ">95 % interval"), rows(found))
    screen.say(", ".join(f"{name} {value}" for name, value in facts(found)))
    screen.say("", *found.remarks())
    for at, table in told.get("profiles", {}).items():
        screen.heading(f"Foretold at {at}")
        screen.table(*_foretold(table, ("probability",)))
        screen.note(_others(table, at))
    if "differences" in told:
        screen.heading("First differences, on average over the episodes")
        screen.table(*_foretold(told["differences"], ("before", "after", "difference"), ("moved",)))
    if "against" in told:
        screen.heading("Against the other links")
        screen.say(f"log-likelihood {told['against']['fit']['log_likelihood']:.4f}", *told["against"]["tests"])
        screen.note("The likelihood ratio is a test only where the smaller fit is the larger one restricted.")
    if "out_of_sample" in told:
        _show_scores(told["out_of_sample"])


def _foretold(
    table: list[dict[str, Any]], numbers: tuple[str, ...], first: tuple[str, ...] = ()
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Columns and rows of a table with one row an ending."""
    columns = (*first, "ending", *(f">{name}" for name in numbers), ">error", ">95 % interval")
    rows = [
        (
            *(str(row[name]) for name in first),
            str(row["ending"]),
            *(f"{row[name]:z.4f}" for name in numbers),
            f"{row['error']:.4f}",
            f"{row['low']:z.3f} to {row['high']:z.3f}",
        )
        for row in table
    ]
    return columns, rows


def _others(table: list[dict[str, Any]], at: str) -> str:
    """A sentence with the values of the covariates that a profile leaves out."""
    named = {part.partition("=")[0].strip() for part in at.split(",")}
    known = {*named, "ending", "probability", "error", "low", "high"}
    rest = [f"{name} {_plain(value)}" for name, value in table[0].items() if name not in known]
    return f"Others at their typical values: {', '.join(rest)}." if rest else ""


def _plain(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _show_scores(scores: Mapping[str, Any]) -> None:
    screen.heading(f"Out of sample, {counted(scores['folds'], 'fold')}")
    rows = [
        (
            row["foretold_by"],
            f"{row['log_score']:.4f} ± {row['log_score_error']:.4f}",
            "" if row["brier"] is None else f"{row['brier']:.4f}",
            "" if row["foretold_by"] == "model" else f"{row['gain']:+.2f} ± {row['gain_error']:.2f}",
        )
        for row in scores["scores"]
    ]
    screen.table(("foretold by", ">log score", ">Brier score", ">the model's gain"), rows)
    screen.note(" ".join(scores["says"]))


def _write(found: Fit, folder: Path) -> list[Path]:
    from detente.files import disk, write_atomically

    with disk(folder, "the results"):
        folder.mkdir(parents=True, exist_ok=True)
        files = {
            "coefficients.csv": found.to_csv() or "",
            "coefficients.tex": found.to_latex(),
            "starts.csv": found.starts().to_csv(index=False),
        }
        if found.good:
            files["probabilities.csv"] = found.predict("average").to_csv(index=False)
        return [write_atomically(folder / name, text.encode()) for name, text in files.items()]
