"""The laboratory measured in a real browser, from input to picture; every answer is checked beside its time.

    python -m benchmarks.laboratory            every row that a minute or two can measure
    python -m benchmarks.laboratory --crowd    20 tabs and 30 clients beside, during a study, ten of them dragging
    python -m benchmarks.laboratory --cold     without any compiled kernel: about a minute of computing

Times are those of a machine that does nothing else: the load before each row is told with it. An answer counts once
the charts are drawn. A row with a wrong answer says so and has no time.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright
from tests.web.opened import Laboratory, Visit, begin_browser
from tests.web.test_answer import children

import detente as dt

ANSWER = "/case/iran-2025/answer"
MEASURED = """async ([name, values, settle]) => {
  const slider = document.getElementById(`slider-${name}`);
  const found = [];
  for (const value of values) {
    performance.clearMeasures();
    slider.value = value;
    slider.dispatchEvent(new Event("input", {bubbles: true}));
    found.push(await new Promise((done) => {
      const look = setInterval(() => {
        const told = performance.getEntriesByName("answer").filter((each) => each.detail.settle === settle);
        if (told.length) { clearInterval(look); done(told[0].duration); }
      }, 2);
    }));
  }
  return found;
}"""
DRAGGED = """async () => {
  const slider = document.getElementById("slider-good_faith");
  const begun = performance.now();
  performance.clearMeasures();
  for (let k = 0; k < 60; k++) {
    slider.value = 0.35 + 0.4 * k / 59;
    slider.dispatchEvent(new Event("input", {bubbles: true}));
    await new Promise((done) => setTimeout(done, Math.max(0, begun + (k + 1) * 1000 / 60 - performance.now())));
  }
  const last = performance.now();
  return await new Promise((done) => {
    const look = setInterval(() => {
      const told = performance.getEntriesByName("answer").at(-1);
      const fresh = !document.getElementById("shown").classList.contains("stale");
      if (told && fresh) { clearInterval(look); done(Math.max(0, told.startTime + told.duration - last)); }
    }, 2);
  });
}"""


def main(only: str = "") -> None:
    """Measure every row, or those of one walk, and print the table."""
    print("| what | at most | measured | load | |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = begin_browser(playwright)
        if only == "--cold":
            for row in cold(browser, Path(folder)):
                told(*row)
            return
        for row in () if only else starting(browser, Path(folder)):
            told(*row)
        lab = Laboratory(Path(folder, "second"))
        try:
            lab.solved()
            visit = Visit(browser, lab)
            page = answer_page(visit)
            every = (sliders, limits, dragging, sizes, typing, forms, cancelling, memory)
            for rows in (crowd,) if only == "--crowd" else every:
                for row in rows(page, lab):
                    told(*row)
            for fault in visit.close():
                print("fault:", fault)
        finally:
            lab.close()


def told(what: str, most: str, value: float, bound: float, unit: str, right: bool = True) -> None:
    """One line of the table."""
    measured = f"{value:,.0f} {unit}" if right else "wrong answer"
    verdict = "" if right and value <= bound else "over"
    print(f"| {what} | {most} | {measured} | {os.getloadavg()[0]:.1f} | {verdict} |", flush=True)


def answer_page(visit: Visit) -> Page:
    page = visit.page(ANSWER)
    page.locator("#state:has-text('Followed')").wait_for()
    if page.locator("#since-choice").count():
        page.select_option("#since-choice", "start")
    return page


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def shown(page: Page) -> dict[str, float]:
    cells = page.locator("#endings-table td[data-p]")
    pairs = cells.evaluate_all("cells => cells.map(each => [each.dataset.ending, each.dataset.p])")
    return {name: float(p) for name, p in pairs}


def agree(page: Page, **settings: Any) -> bool:
    """True where the page shows what `dt.solve` finds."""
    wanted = dt.solve("iran-2025", **settings).outcomes
    page.locator("#state:has-text('Followed')").wait_for()
    return all(abs(shown(page)[name] - float(p[0])) < 1e-9 for name, p in wanted.items())


def starting(browser: Any, folder: Path) -> Iterator[tuple[Any, ...]]:
    found = []
    for number in range(3):
        begun = time.monotonic()
        lab = Laboratory(folder / f"first-{number}")
        visit = Visit(browser, lab)
        visit.page("/").locator("h1").wait_for()
        found.append(time.monotonic() - begun)
        visit.close()
        lab.solved()
        lab.close()
    yield "start of `detente open` to first page, warm", "2 s", 1000 * min(found), 2000.0, "ms"


def sliders(page: Page, lab: Laboratory) -> Iterator[tuple[Any, ...]]:
    values = [0.3 + 0.5 * k / 29 for k in range(30)]
    page.evaluate(MEASURED, ["good_faith", values[:3], False])
    found = page.evaluate(MEASURED, ["good_faith", values, False])
    right = agree(page, set={"good_faith": 0.8})
    yield "30 slider moves, p50", "50 ms", statistics.median(found), 50.0, "ms", right
    yield "30 slider moves, p95", "100 ms", quantile(found, 0.95), 100.0, "ms", right
    settled = page.evaluate(MEASURED, ["good_faith", values[::3], True])
    right = agree(page, set={"good_faith": round(values[27], 6)})
    yield "settled answer after the slider rests, p95", "250 ms", quantile(settled, 0.95), 250.0, "ms", right
    page.click("#reset")


def limits(page: Page, lab: Laboratory) -> Iterator[tuple[Any, ...]]:
    found = []
    for move in ("force table: verified", "forbid table: attack", "forbid letter: threat", "force reply: open"):
        page.evaluate("performance.clearMeasures()")
        page.select_option("#limit", move)
        page.locator("#shown:not(.stale)").wait_for()
        found.append(page.evaluate("performance.getEntriesByName('answer').at(-1).duration"))
        kind, words = move.split(" ", 1)
        right = agree(page, **{kind: words})
        page.locator("#chosen button").click()
        page.locator("#shown:not(.stale)").wait_for()
        if not right:
            yield f"force or forbid a move ({move})", "300 ms", 0.0, 0.0, "ms", False
    yield "force or forbid a move, the slowest of four", "300 ms", max(found), 300.0, "ms"


def dragging(page: Page, lab: Laboratory) -> Iterator[tuple[Any, ...]]:
    page.click("#reset")
    late = page.evaluate(DRAGGED)
    right = agree(page, set={"good_faith": 0.75})
    yield "drag of 60 inputs in a second: last input to its answer", "250 ms", late, 250.0, "ms", right


def sizes(page: Page, lab: Laboratory) -> Iterator[tuple[Any, ...]]:
    for what, path, most, bound in (
        ("first page, transferred", "/", "300 kB", 300.0),
        ("a page with charts, transferred", ANSWER, "1.3 MB", 1300.0),
    ):
        context = page.context.browser.new_context(base_url=lab.address)
        context.add_cookies([{"name": lab.cookie.name, "value": lab.cookie.value, "url": lab.address}])
        fresh = context.new_page()
        fresh.goto(path)
        fresh.wait_for_load_state("load")
        fresh.wait_for_timeout(1500)
        total = fresh.evaluate(
            "[...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')]"
            ".reduce((sum, each) => sum + each.transferSize, 0)"
        )
        context.close()
        yield what, most, total / 1000, bound, "kB"


def typing(page: Page, lab: Laboratory) -> Iterator[tuple[Any, ...]]:
    text = lab.call("/api/cases/iran-2025/text")["text"]
    (lab.cases / "typed.yaml").write_text(text, "utf-8")
    tab = page.context.new_page()
    tab.goto("/case/typed.yaml/text")
    tab.locator("#verdict:has-text('No problem')").wait_for()
    tab.locator(".ace_text-input").first.focus()
    tab.keyboard.press("Control+End")
    tab.keyboard.type("# ")
    found = []
    for _ in range(10):
        tab.evaluate("performance.clearMeasures()")
        tab.keyboard.type("#")
        tab.wait_for_timeout(20)
        tab.locator("#problems.dim").wait_for(state="detached")
        tab.wait_for_timeout(30)
        found += tab.evaluate("performance.getEntriesByName('check').map((each) => each.duration)")
    right = tab.locator("#verdict").inner_text().startswith("No problem")
    yield "last keystroke to problems underlined (37 kB), p95", "300 ms", quantile(found, 0.95), 300.0, "ms", right
    tab.close()


def forms(page: Page, lab: Laboratory) -> Iterator[tuple[Any, ...]]:
    text = lab.call("/api/cases/iran-2025/text")["text"]
    (lab.cases / "formed.yaml").write_text(text, "utf-8")
    tab = page.context.new_page()
    tab.goto("/case/formed.yaml/text")
    tab.locator("#forms .sections button:text-is('quantities')").click()
    tab.locator("#forms .entries button").first.click()
    tab.locator("#forms .entries button[aria-current]").first.wait_for()
    found = []
    for number in range(8):
        tab.evaluate("performance.clearMeasures()")
        tab.get_by_label("name", exact=True).fill(f"prior number {number}")
        begun = time.monotonic()
        tab.keyboard.press("Tab")
        while f"prior number {number}" not in tab.evaluate("ace.edit('editor').getValue()"):
            time.sleep(0.002)
        tab.locator("#problems.dim").wait_for(state="detached")
        tab.locator("#verdict:has-text('No problem')").wait_for()
        found.append(1000 * (time.monotonic() - begun))
    right = tab.evaluate("ace.edit('editor').getValue()").count("prior number") == 1
    yield "a form's edit in the text, checked, p95", "250 ms", quantile(found, 0.95), 250.0, "ms", right
    tab.close()


def cold(browser: Any, folder: Path) -> Iterator[tuple[Any, ...]]:
    """The first opening on a machine: pages, the check, word of how far it is, and the answer unasked."""
    os.environ["NUMBA_CACHE_DIR"] = str(folder / "kernels")
    begun = time.monotonic()
    lab = Laboratory(folder / "cold")
    try:
        visit = Visit(browser, lab)
        page = visit.page(ANSWER)
        page.locator("h1").wait_for()
        yield "no compiled kernels: first page", "2 s", 1000 * (time.monotonic() - begun), 2000.0, "ms"
        text = visit.page("/case/iran-2025/text")
        text.locator("#verdict:has-text('No problem')").wait_for()
        ready = lab.call("/api/solvers")["ready"]
        yield "no compiled kernels: checked", "first", 1000 * (time.monotonic() - begun), 1e9, "ms", not ready
        page.bring_to_front()
        page.locator("#news:has-text('parts compiled')").wait_for()
        page.locator("#state:has-text('Followed')").wait_for(timeout=600_000)
        yield "no compiled kernels: the answer, unasked", "", time.monotonic() - begun, 1e9, "s"
    finally:
        lab.close()


def crowd(page: Page, lab: Laboratory) -> Iterator[tuple[Any, ...]]:
    """20 tabs of one browser and 30 clients beside, during a study; ten of the fifty drag at once."""
    tabs = [page.context.new_page() for _ in range(19)]
    for tab in tabs:
        tab.goto(ANSWER)
    for tab in tabs:
        tab.bring_to_front()
        tab.locator("#state:has-text('Followed')").wait_for()
    run = lab.call("/api/cases/iran-2025/runs", {"draws": 400, "seed": 13})
    with ThreadPoolExecutor(30) as pool:
        clients = [pool.submit(client, lab, number, 40 if number < 9 else 2) for number in range(30)]
        page.bring_to_front()
        own = page.evaluate(MEASURED, ["good_faith", [0.3 + 0.5 * k / 39 for k in range(40)], False])
        found = [*own, *(each for done in clients for each in done.result())]
    lab.call(f"/api/runs/{run['id']}/cancel", {})
    alive = 0
    for tab in tabs:
        tab.bring_to_front()
        tab.evaluate(MEASURED, ["good_faith", [0.6], False])
        alive += 1
    yield "crowd of 50 during a study: slider moves, p95", "500 ms", quantile(found, 0.95), 500.0, "ms", alive == 19


def client(lab: Laboratory, number: int, moves: int) -> list[float]:
    """Milliseconds of each move of a client that drags."""
    found = []
    for move in range(moves):
        begun = time.monotonic()
        settings = {"set": {"good_faith": 0.3 + 0.5 * ((7 * number + move) % 40) / 39}}
        told = lab.call("/api/cases/iran-2025/answer", {"settings": settings, "page": f"client-{number}"})
        assert abs(sum(told["answer"]["endings"].values()) - 1.0) < 1e-9
        found.append(1000 * (time.monotonic() - begun))
    return found


def cancelling(page: Page, lab: Laboratory) -> Iterator[tuple[Any, ...]]:
    before = {pid for child in children(lab.process.pid) for pid in children(child)}
    run = lab.call("/api/cases/iran-2025/runs", {"draws": 400, "seed": 11})
    told = None
    while told is None:
        time.sleep(0.05)
        told = next(each for each in lab.call("/api/studies")["under_way"] if each["id"] == run["id"])["so_far"]
    (pid,) = {pid for child in children(lab.process.pid) for pid in children(child)} - before
    begun = time.monotonic()
    lab.call(f"/api/runs/{run['id']}/cancel", {})
    while Path(f"/proc/{pid}").exists():
        time.sleep(0.005)
    gone = time.monotonic() - begun
    kept = next(each for each in lab.call("/api/studies")["studies"] if each["settings"]["seed"] == 11)
    yield (
        "cancel: process gone; finished blocks kept",
        "0.5 s; all",
        1000 * gone,
        500.0,
        "ms",
        (kept["kept"] >= told["draws"]),
    )


def memory(page: Page, lab: Laboratory) -> Iterator[tuple[Any, ...]]:
    below = {child: children(child) for child in children(lab.process.pid)}
    quick = [pid for pids in below.values() for pid in pids]
    yield "web process, private", "80 MB", private(lab.process.pid), 80.0, "MB"
    yield "a quick solver of its own, private", "150 MB", max(map(private, quick)), 150.0, "MB"


def private(pid: int) -> float:
    """Megabytes that no other process shares."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    kilobytes = [int(line.split()[1]) for line in text.splitlines() if line.startswith("Private_")]
    return sum(kilobytes) / 1000


if __name__ == "__main__":
    main(*sys.argv[1:2])
