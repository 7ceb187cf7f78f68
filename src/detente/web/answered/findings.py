"""Answers in the report's own words: one section of a study, and two cases compared."""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from detente.web.answered.served import Asked

if TYPE_CHECKING:
    from detente.report.blocks import Section
    from detente.report.findings import StudyRows
    from detente.study.how_solved import HowSolved
    from detente.study.study import Study

Told = dict[str, Any]

QUICK_DRAWS = 40
"""Draws of a study that the page makes itself."""

_INQUIRIES = {"claims": 40, "scenarios": 40, "questions": 10, "hinges": 12}
_HELD = 2
_SHARE = re.compile(r' style="(--share):([0-9.]+%)"')


def section(asked: Asked) -> Told:
    """One section of a study. body: `section`, and `study`: its id in the library, or empty for one made here."""
    from detente.report.page import SECTIONS, section_of

    wanted = str(asked.body["section"])
    if wanted not in SECTIONS:
        from detente.errors import RequestError

        raise RequestError(f"there is no section `{wanted}`")
    findings, how = _findings(asked, str(asked.body.get("study") or ""))
    return _told(section_of(findings, wanted), how)


def compare(asked: Asked) -> Told:
    """The case at its settings against another text. body: `other` with `name` and `text`."""
    from detente.case.read import read_text
    from detente.report.comparing import compared
    from detente.study.compared.diff import diff

    other = asked.body["other"]
    name = str(other["name"]).removesuffix(".yaml").removesuffix(".yml")
    found = diff(asked.session().case, read_text(str(other["text"]), f"{name}.yaml"), draws=QUICK_DRAWS)
    return _told(compared(found), found.how_solved)


def report_style(_: Asked) -> Told:
    """The style sheet of the report, for its sections within a page that has styles of its own."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    from detente.report.charts.palette import PALETTE

    environment = Environment(loader=PackageLoader("detente.report"), autoescape=True, undefined=StrictUndefined)
    style = environment.get_template("page.css").render(palette=PALETTE)
    return {"style": f"@scope (.of-report) {{\n{style}\n}}\n"}


def _told(section: Section, how: HowSolved) -> Told:
    from detente.report.page import fragment

    # The page's policy lets no element carry a style of its own; the page's script sets it instead.
    html = _SHARE.sub(r' data-style="\1" data-value="\2"', fragment(section))
    return {"title": section.title, "html": html, "says": how.sentence, "warnings": list(how.warnings)}


def _findings(asked: Asked, id: str) -> tuple[StudyRows, HowSolved]:
    """Findings of the study of an id, or of one on a few draws with the settings of the page; the last are held."""
    from detente.report.findings import read_findings

    held: OrderedDict[str, tuple[StudyRows, HowSolved]] = asked.remembered("studies of findings", OrderedDict)
    settings = asked.session().settings
    name = id or json.dumps(settings.plain(), sort_keys=True, default=str)
    if name not in held:
        study = _opened(id) if id else _run(asked)
        held[name] = (read_findings(study), study.how_solved)
        while len(held) > _HELD:
            held.popitem(last=False)
    held.move_to_end(name)
    return held[name]


def _opened(id: str) -> Study:
    from detente.study.kept.library import Library

    with Library() as library:
        return library.open(id)


def _run(asked: Asked) -> Study:
    from detente.study.verbs import run

    session = asked.session()
    now = session.settings
    return run(
        session.case,
        draws=QUICK_DRAWS,
        rationality=now.rationality,
        set=now.set,
        scenario=now.scenario,
        force=now.force,
        forbid=now.forbid,
        inquiry_draws=_INQUIRIES,
    )
