"""Charts, tables, words: the page that a reader of a study meets."""

from detente.report.page import render_report as render_report
from detente.report.page import write_report as write_report
