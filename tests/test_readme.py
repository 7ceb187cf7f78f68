"""The README's answers are what the program gives, to the digit."""

from __future__ import annotations

from benchmarks import readme

from detente.report.findings import read_findings


def test_the_answers_in_the_readme_are_those_of_the_program():
    found = readme.table(list(readme.rows(read_findings(readme.study()))))
    assert readme.written(readme.README.read_text("utf-8")) == found
