"""The brief on paper: a document for a word processor, and a PDF of the page's own print styles.

Both need packages that a page does not: python-docx and WeasyPrint, which the extra `paper` installs.
"""

from __future__ import annotations

from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.errors import RequestError
from detente.files import write_atomically
from detente.report.brief import brief_parts, headline
from detente.report.charts.drawing import picture
from detente.report.findings import StudyRows
from detente.report.naming import Names
from detente.report.sections.course import course_chart, course_finding, leading_path
from detente.report.words import plain

if TYPE_CHECKING:
    from docx.document import Document

_NEEDS = {".docx": ("docx", "python-docx"), ".pdf": ("weasyprint", "WeasyPrint")}

PAPER = tuple(_NEEDS)
"""Endings of the names of files that hold the brief alone."""


def require_paper(kind: str) -> None:
    """Raises RequestError where the package that writes this kind of file is missing or cannot be loaded."""
    module, package = _NEEDS[kind]
    if find_spec(module) is None:
        raise RequestError(f"{kind} needs {package}, which is not installed: pip install 'detente[paper]'")
    if kind == ".pdf":
        try:
            import weasyprint  # noqa: F401  # pyright: ignore[reportUnusedImport]
        except OSError as error:
            raise RequestError(
                f"{package} is installed, and a library that it loads is missing ({error}): install Pango, or print "
                "the page from a browser, which prints the brief"
            ) from error


def write_docx(findings: StudyRows, path: Path, colophon: str) -> None:
    """Write the brief as a document for a word processor."""
    import docx
    from docx.shared import Cm, Pt

    document: Any = docx.Document()
    for part in document.sections:
        part.left_margin = part.right_margin = Cm(2)
        part.top_margin = part.bottom_margin = Cm(1.6)
    document.styles["Normal"].font.size = Pt(10)
    document.core_properties.title = plain(findings.case.title)
    document.add_heading(plain(findings.case.title), level=1)
    document.add_paragraph(headline(findings)).runs[0].bold = True
    for part in brief_parts(findings, Names(findings.case)):
        document.add_heading(part.title, level=2)
        if part.id == "brief-events" and findings.course:
            _chart(document, findings, Cm(17))
        for line in part.lines:
            document.add_paragraph(line, style="List Bullet").paragraph_format.space_after = Pt(2)
    document.add_paragraph(colophon).runs[0].italic = True
    held = BytesIO()
    document.save(held)
    write_atomically(path, held.getvalue())


def _chart(document: Document, findings: StudyRows, width: Any) -> None:
    finding = course_finding(leading_path(findings))
    document.add_paragraph(finding)
    document.add_picture(BytesIO(picture(course_chart(findings))), width=width)
    # A reader who cannot see the chart hears what it shows.
    shapes: Any = document.inline_shapes
    shapes[-1]._inline.docPr.set("descr", finding)


def write_pdf(page: str, path: Path) -> None:
    """Write a page as a PDF; nothing outside the page is loaded."""
    from weasyprint import HTML

    def nothing(url: str, *_: Any, **__: Any) -> Any:
        raise ValueError(f"{url} is outside the page")

    document: Any = HTML(string=page, url_fetcher=nothing)
    write_atomically(path, document.write_pdf())
