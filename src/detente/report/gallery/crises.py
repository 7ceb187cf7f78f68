"""The gallery: crises of the catalogue with their pictures and scores, models with their results, on one page.

Everything comes from the record of the catalogue, as it was computed: nothing is solved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from detente.case.catalogue import catalogue
from detente.case.catalogue_record import read_record
from detente.files import write_atomically
from detente.inert import inert_lines
from detente.report.blocks import Block, Figure, Prose, Section, Table, figure
from detente.report.charts.desk import drawing_elsewhere
from detente.report.charts.drawing import Canvas, accent
from detente.report.charts.events import EventMark, Panel, event_panels
from detente.report.page import page_of
from detente.report.words import Estimate, counted, listed, percent, sentence
from detente.version import __version__

_ROOM = Canvas(width=900, label=330, note=0, columns=4)

_CAUTION = (
    "These crises were chosen for how they ended, and the authors of the cases knew it: the scores show fit, and no "
    "skill at forecasting."
)
_HOW_TO_READ = (
    "Read down the page, date by date: what the case says with only what was known then. The dot is the mean over "
    "draws, the shade two standard errors of it to either side."
)


def write_gallery(path: str | Path) -> None:
    """Write the gallery as one HTML page that needs no other file, whole or not at all."""
    write_atomically(Path(path), render_gallery().encode())


def render_gallery() -> str:
    """The page: a table of all scores first, then each crisis, then the models."""
    record, titles = read_record(), {each.name: each.title for each in catalogue()}
    crises: Mapping[str, Any] = {name: told for name, told in record["crises"].items() if name in titles}
    with drawing_elsewhere():
        parts = [_crisis(name, titles[name], told) for name, told in crises.items()]
        parts.append(Section("models", "Published models", [_models(record["models"], titles)]))
        first = Section("gallery", "The crises, worst score first", [Prose(_sentence(crises)), _scores(crises, titles)])
        draws = record.get("draws", 0)
        made = f"Made with Détente {__version__}, {draws} draws a case."
        page = page_of("The catalogue of Détente", _CAUTION, first, parts, made)
    return inert_lines(page)


def _sentence(crises: Mapping[str, Any]) -> str:
    beaten = [name for name, told in crises.items() if _log(told, "model") > _log(told, "base rate")]
    if not crises:
        return "No crisis of the catalogue has been scored."
    return (
        f"Of {counted(len(crises), 'crisis', 'crises')} the base rate of the kind of crisis would have been the better "
        f"forecast in {len(beaten)}{': ' + listed(beaten) if beaten else ''}."
    )


def _log(told: Mapping[str, Any], forecaster: str) -> float:
    found = told["scores"].get(forecaster, {}).get("log")
    return float("nan") if found is None else found


def _scores(crises: Mapping[str, Any], titles: Mapping[str, str]) -> Table:
    columns = ("Crisis", "Ended", "Nodes", "Dates", "Log, case", "Log, base rate", "Log, uniform", "Log, pool")
    ordered = sorted(crises.items(), key=lambda item: -_log(item[1], "model"))
    rows = [
        (
            Markup('<a href="#{0}-body">{1}</a>').format(name, titles[name]),
            f"{told['ended'] or ''}",
            f"{told['nodes']:,}",
            f"{len(told['path'])}",
            *(f"{_log(told, each):.2f}" for each in ("model", "base rate", "uniform", "pool")),
        )
        for name, told in ordered
    ]
    return Table(
        "Mean logarithmic score over dates, in nats: 0 is best, and a smaller one better",
        columns,
        rows,
        frozenset({2, 3, 4, 5, 6, 7}),
    )


def _crisis(name: str, title: str, told: Mapping[str, Any]) -> Section:
    came = [group for group, true in zip(told["groups"], told["came"], strict=True) if true]
    last = told["path"][-1]
    given = sum(chance for chance, true in zip(last["chances"], told["came"], strict=True) if true)
    blocks: list[Block] = [
        Prose(
            f"It ended on {told['ended']}: {told['ending']}. On the last date before that the case gave "
            f"{percent(given)} to {listed(came)}."
        ),
        _picture(name, told, came),
        Prose(
            f"Logarithmic score {_log(told, 'model'):.2f}, where its base rate has {_log(told, 'base rate'):.2f} and a "
            f"uniform forecast {_log(told, 'uniform'):.2f}. Run it with: detente run {name}",
            "aside",
        ),
    ]
    return Section(name, title, blocks)


def _picture(name: str, told: Mapping[str, Any], came: Sequence[str]) -> Figure:
    events = [(_when(step), step["on"] or "start") for step in told["path"]]
    panels = [
        Panel(
            sentence(group) + (" (what came)" if group in came else ""),
            tuple(_mark(step["chances"][place], step["errors"][place]) for step in told["path"]),
            accent(place),
        )
        for place, group in enumerate(told["groups"])
    ]
    table = Table(
        "Chances on each date",
        ("Date", *told["groups"]),
        [(_when(step), *(percent(each) for each in step["chances"])) for step in told["path"]],
        frozenset(range(1, len(told["groups"]) + 1)),
    )
    finding = f"How it may end, on the axis “{told['axis']}”"
    return figure(name, finding, partial(_drawn, events, panels), _HOW_TO_READ, table, _ROOM)


def _drawn(events: Sequence[tuple[str, str]], panels: Sequence[Panel], canvas: Canvas) -> Any:
    return event_panels(events, panels, canvas)


def _when(step: Mapping[str, Any]) -> str:
    return f"{step['on']}: {step['event']}" if step["on"] else "start"


def _mark(chance: float, error: float | None) -> EventMark:
    room = 2 * error if error is not None else 0.0
    return EventMark(Estimate(chance, max(0.0, chance - room), min(1.0, chance + room)), percent(chance))


def _models(models: Mapping[str, Any], titles: Mapping[str, str]) -> Table:
    rows = [(titles[name], told["source"], sentence(told["result"])) for name, told in models.items() if name in titles]
    caption = "Models of the literature, each held to its published result by a test"
    return Table(caption, ("Model", "Source", "Result"), rows)
