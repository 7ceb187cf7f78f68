"""A laboratory opened as a user opens it, and a browser that notices everything a page must not do."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

SWITCHES = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
expect.set_options(timeout=60_000)  # a machine may be busy; who waits for less is told sooner all the same
NOTED = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}`);
});
"""
VIEWS = {
    "desk": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
}


def begin_browser(playwright: Playwright) -> Browser:
    """The browser that is there, or Playwright's own; the test fails where there is none, and says what to install."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    own = playwright.chromium.executable_path
    if found is None and not Path(own).exists():
        pytest.fail(
            "the pages are tested in Chromium, and there is none: `python3.11 start.py test` brings it, or install it "
            "with `playwright install chromium` or `apt install chromium`"
        )
    return playwright.chromium.launch(executable_path=found or own, args=SWITCHES)


class Laboratory:
    """A laboratory in a process of its own, with a folder, a library and secrets of its own."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder
        self.cases = folder / "cases"
        self.cases.mkdir(parents=True, exist_ok=True)
        self.port = port or _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "DETENTE_LIBRARY": str(folder / "library.sqlite"),
            "XDG_STATE_HOME": str(folder / "state"),
        }
        self.begin()

    def begin(self) -> None:
        """Open it, and wait until it says where."""
        command = [
            str(Path(sys.executable).with_name("detente")),
            *("open", "--no-browser", "--port", str(self.port), "--folder", str(self.cases)),
        ]
        self.said = self.folder / "said.txt"
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, env=self.environment)
        for _ in range(600):
            time.sleep(0.05)
            found = re.search(r"http://\S+", self.said.read_text("utf-8"))
            if found:
                self.entrance = found[0]
                break
            assert self.process.poll() is None, self.said.read_text("utf-8")
        else:
            raise AssertionError("the laboratory never said where it is")
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        opener.open(self.entrance).read()
        (self.cookie,) = next(each for each in opener.handlers if hasattr(each, "cookiejar")).cookiejar

    def call(self, path: str, body: Any = None, method: str | None = None) -> Any:
        """The answer to a call, as a program makes it."""
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(f"{self.address}{path}", data, method=method)
        asked.add_header("Cookie", f"{self.cookie.name}={self.cookie.value}")
        asked.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(asked, timeout=120) as told:
            return json.loads(told.read())

    def solved(self) -> None:
        """Wait until solvers are prepared."""
        while not self.call("/api/solvers")["ready"]:
            time.sleep(0.1)

    def kill(self) -> None:
        """End the laboratory as a crash does, with everything that it began."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def close(self) -> None:
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self.process.kill()
        self.process.wait()


class Visit:
    """A browser of one user, in whose pages nothing may go wrong."""

    def __init__(self, browser: Browser, lab: Laboratory, view: str = "desk") -> None:
        self.lab = lab
        self.faults: list[str] = []
        self.context: BrowserContext = browser.new_context(**VIEWS[view], base_url=lab.address)
        self.context.set_default_timeout(60_000)
        self.context.add_init_script(NOTED)
        cookie = {"name": lab.cookie.name, "value": lab.cookie.value, "url": lab.address}
        self.context.add_cookies([{**cookie, "httpOnly": True, "sameSite": "Strict"}])

    def page(self, path: str = "") -> Page:
        """A new tab."""
        page = self.context.new_page()
        page.on(
            "console", lambda told: told.type in ("error", "warning") and self.faults.append(f"console: {told.text}")
        )
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("request", lambda asked: self._asked(asked.url))
        if path:
            page.goto(path)
        return page

    def _said(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.faults.append(f"console: {text}")

    def _asked(self, url: str) -> None:
        if not url.startswith((self.lab.address, "data:", "blob:")):
            self.faults.append(f"asked for {url}")

    def check(self, page: Page) -> None:
        """Nobody is kept out of the page as it is now, and nothing is cut off at its side."""
        expect(page.locator(".dim, .stale")).to_have_count(0)  # what is out of date is pale on purpose
        page.evaluate(AXE)
        told = page.evaluate("axe.run({resultTypes: ['violations']})")
        for each in told["violations"]:
            places = [node["target"] for node in each["nodes"]][:4]
            self.faults.append(f"axe: {each['id']}: {each['help']} at {places}")
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            self.faults.append(f"{page.url} is wider than its window")

    def close(self) -> list[str]:
        """Everything that went wrong."""
        for page in self.context.pages:
            if page.url.startswith("http"):
                self.faults += [f"policy: {each}" for each in page.evaluate("window.violations ?? []")]
        self.context.close()
        return self.faults


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]
