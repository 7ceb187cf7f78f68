"""The page: every section in the order in which a policy reader asks, as one self-contained HTML file."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from detente.files import write_atomically
from detente.inert import inert_lines
from detente.report.blocks import Block, Section
from detente.report.brief import brief as opening_brief
from detente.report.charts.desk import drawing_elsewhere
from detente.report.charts.palette import PALETTE
from detente.report.evidence import Evidence
from detente.report.findings import Studied, StudyRows, read_findings
from detente.report.looking_back.hindsight import HINDSIGHT, hindsight
from detente.report.naming import Names
from detente.report.paper import PAPER, require_paper, write_docx, write_pdf
from detente.report.sections.assumptions import assumptions
from detente.report.sections.changes import changes
from detente.report.sections.claims import claims
from detente.report.sections.endings import endings
from detente.report.sections.hinges import hinges
from detente.report.sections.intent import intent
from detente.report.sections.moves import moves
from detente.report.sections.opening import opening
from detente.report.sections.trust import caution, trust
from detente.report.sections.watch import watch
from detente.report.sections.worth import worth
from detente.report.words import plain

OPEN_FOR_PRINT = (
    "const open=where=>document.querySelectorAll(where).forEach(each=>{each.open=true});"
    'addEventListener("beforeprint",()=>open("details.whole[open] details"));'
    'document.getElementById("open-all")?.addEventListener("click",()=>open("details.whole"));'
)
"""The page's only script; its digest is all the page may run.

It opens every section on demand, and, for browsers whose print styles cannot open a fold, the folds within the sections
that are open: what a reader left folded is not printed.
"""


def render_report(study: Studied, *, sources: Path | None = None, brief: bool = False) -> str:
    """A study as one HTML page that needs no other file and no network.

    brief: the first section alone, with its charts drawn once, for paper.

    With `sources`, a directory with the texts that the case cites, cited sentences are quoted beside the paraphrase
    (raises CaseError where a citation does not fit its text).
    The same study always gives the same page, byte for byte.
    """
    return begin_report(study, sources=sources, brief=brief)()


def begin_report(study: Studied, *, sources: Path | None = None, brief: bool = False) -> Callable[[], str]:
    """Begins the page of `render_report`, which takes the same settings; the function returned gives it.

    The charts are drawn by processes of their own meanwhile, where there is a processor for them.
    """
    with drawing_elsewhere():
        return _begun(study, sources, brief)


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("detente.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def section_of(findings: StudyRows, id: str) -> Section:
    """One section of a study's page by its key in `SECTIONS`; its charts may still be under way."""
    with drawing_elsewhere():
        names = Names(findings.case)
        return SECTIONS[id](findings, names, Evidence(names, None).checked())


def fragment(section: Section) -> str:
    """The blocks of a section as HTML without a head, for a page that has the styles of `page.css`."""
    macros: Any = _environment().get_template("blocks.html").module
    block: Callable[[Block], str] = macros.block
    return inert_lines("".join(block(each) for each in section.blocks))


def _begun(study: Studied, sources: Path | None, brief: bool) -> Callable[[], str]:
    findings = read_findings(study)
    names = Names(findings.case)
    evidence = Evidence(names, sources).checked()
    first = opening_brief(findings, names)
    sections = () if brief else _sections(findings, names, evidence)
    colophon = _colophon(findings)
    return partial(page_of, plain(findings.case.title), caution(findings), first, sections, colophon)


def page_of(title: str, caution: str, first: Section, sections: Sequence[Section], colophon: str) -> str:
    """The page of these parts: `first` stands open, every other section behind it."""
    environment = _environment()
    style = environment.get_template("page.css").render(palette=PALETTE)
    page = environment.get_template("page.html").render(
        title=title,
        caution=caution,
        brief=first,
        sections=sections,
        style=Markup(style),
        script=Markup(OPEN_FOR_PRINT),
        policy=_policy(),
        colophon=colophon,
    )
    return inert_lines(page)


def write_report(study: Studied, path: str | Path, sources: Path | None = None, *, brief: bool = False) -> None:
    """Write the report of a study to a file, whole or not at all.

    A name that ends in `.docx` or `.pdf` gets the brief as such a file, which needs the extra `paper`; any other the
    page, with `brief` its first section alone. Raises RequestError where a package is missing.
    """
    path = Path(path)
    if path.suffix in PAPER:
        require_paper(path.suffix)
    if path.suffix == ".docx":
        findings = read_findings(study)
        write_docx(findings, path, _colophon(findings))
    elif path.suffix == ".pdf":
        write_pdf(render_report(study, sources=sources, brief=True), path)
    else:
        write_atomically(path, render_report(study, sources=sources, brief=brief).encode())


SECTIONS: dict[str, Callable[[StudyRows, Names, Evidence], Section]] = {
    "opening": lambda findings, names, _: opening(findings, names),
    "endings": lambda findings, names, _: endings(findings),
    "intent": intent,
    "watch": lambda findings, names, _: watch(findings, names),
    "worth": lambda findings, names, _: worth(findings),
    "claims": claims,
    "hinges": lambda findings, names, _: hinges(findings),
    "changes": lambda findings, names, _: changes(findings, names),
    "moves": lambda findings, names, _: moves(findings, names),
    HINDSIGHT: lambda findings, names, _: hindsight(findings),
    "assumptions": lambda findings, names, evidence: assumptions(findings, evidence),
    "trust": lambda findings, names, _: trust(findings),
}
"""The sections of the page in their order, each with what makes it."""


def _sections(findings: StudyRows, names: Names, evidence: Evidence) -> Sequence[Section]:
    told = (id for id in SECTIONS if id != HINDSIGHT or findings.hindsight)
    return [SECTIONS[id](findings, names, evidence) for id in told]


def _policy() -> str:
    """A content security policy under which the page can load nothing and run only its own script."""
    digest = base64.b64encode(hashlib.sha256(OPEN_FOR_PRINT.encode()).digest()).decode()
    return (
        "default-src 'none'; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def _colophon(findings: StudyRows) -> str:
    version = plain(str(findings.settings.get("version") or ""))
    return f"Made with Détente {version}".strip() + (
        f" from the case {findings.case.name}." if findings.case.name else "."
    )
