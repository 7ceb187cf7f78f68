"""One laboratory and one browser for all tests of the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.web.opened import Laboratory, Visit, begin_browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        begun = begin_browser(playwright)
        yield begun
        begun.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory) -> Iterator[Laboratory]:
    opened = Laboratory(tmp_path_factory.mktemp("lab"))
    yield opened
    opened.close()


@pytest.fixture
def visit(browser, lab) -> Iterator[Callable[[str], Visit]]:
    """Makes a visit; at the end nothing may have gone wrong in any."""
    visits: list[Visit] = []

    def begin(view: str = "desk") -> Visit:
        visits.append(Visit(browser, lab, view))
        return visits[-1]

    yield begin
    faults = [fault for each in visits for fault in each.close()]
    assert faults == []
