"""The brief on paper: a document, a PDF, and a plain word where a package is missing."""

from __future__ import annotations

import re
import zlib

import pytest

from detente.errors import RequestError
from detente.report import paper
from detente.report.brief import brief_parts, headline
from detente.report.findings import read_findings
from detente.report.naming import Names
from detente.report.page import write_report


def test_the_document_holds_every_line_of_the_brief_and_its_chart(whole, tmp_path):
    docx = pytest.importorskip("docx")
    write_report(whole, tmp_path / "brief.docx")
    document = docx.Document(str(tmp_path / "brief.docx"))
    said = [each.text for each in document.paragraphs]
    found = read_findings(whole)
    parts = brief_parts(found, Names(found.case))
    assert headline(found) in said
    assert {part.title for part in parts} <= set(said)
    assert {line for part in parts for line in part.lines} <= set(said)
    [chart] = document.inline_shapes
    assert "went" in chart._inline.docPr.get("descr"), "a reader who cannot see the chart hears what it shows"


def test_the_pdf_has_at_most_two_pages(whole, tmp_path):
    pytest.importorskip("weasyprint")
    write_report(whole, tmp_path / "brief.pdf")
    data = (tmp_path / "brief.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.S)
    inside = [zlib.decompressobj().decompress(each) for each in streams if each[:1] == b"x"]
    pages = sum(len(re.findall(rb"/Type\s*/Page\b(?!s)", each)) for each in [data, *inside])
    assert 1 <= pages <= 2


@pytest.mark.parametrize(("kind", "package"), [(".docx", "python-docx"), (".pdf", "WeasyPrint")])
def test_a_missing_package_is_told_with_the_extra_that_brings_it(kind, package, monkeypatch, whole, tmp_path):
    monkeypatch.setattr(paper, "find_spec", lambda name: None)
    with pytest.raises(RequestError, match=rf"{kind} needs {package}, which is not installed: pip install"):
        write_report(whole, tmp_path / f"brief{kind}")
    assert list(tmp_path.iterdir()) == []
