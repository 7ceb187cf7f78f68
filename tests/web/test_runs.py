"""Studies from a page: followed while they run, cancelled without loss, gone on with, and left with."""

from __future__ import annotations

import io
import os
import re
import signal
import time
import urllib.request
import zipfile

import pytest
from playwright.sync_api import expect
from tests.web.opened import Laboratory
from tests.web.test_answer import children

import detente as dt
from detente.web.frame.split_page import split


def ended(lab, id: str) -> dict:
    """A study once it has ended."""
    for _ in range(1200):
        (run,) = (each for each in lab.call("/api/studies")["under_way"] if each["id"] == id)
        if run["state"] not in ("waiting", "running"):
            return run
        time.sleep(0.1)
    raise AssertionError(run)


def fetched(lab, path: str) -> tuple[bytes, str]:
    asked = urllib.request.Request(f"{lab.address}{path}", headers={"Cookie": f"{lab.cookie.name}={lab.cookie.value}"})
    with urllib.request.urlopen(asked, timeout=120) as told:
        return told.read(), told.headers.get("Content-Disposition", "")


def test_a_study_is_run_followed_and_left_with_as_a_report(visit, lab):
    seen = visit()
    page = seen.page("/case/demand/runs?set.cost_b_max=0.25")
    expect(page.locator("#with")).to_have_text("with what you moved: cost_b_max = 0.25")
    page.fill("#draws", "16")
    page.click("text=Run the study")
    page.locator("article.run progress, article.run table").first.wait_for()
    page.locator("article.run >> text=Read the report").wait_for()
    expect(page.locator("#studies tbody tr")).to_have_count(1)
    seen.check(page)
    study = dt.run("demand", draws=16, set={"cost_b_max": 0.25})
    shown = page.locator("article.run tbody td:nth-child(2)").all_inner_texts()
    assert shown == [f"{100 * mean:.0f} %" for mean in study.outcomes()["mean"]]
    page.click("article.run >> text=Read the report")
    expect(page.locator("h1")).to_have_text("A demand backed by force")
    page.click("#open-all")
    assert page.locator("details.whole:not([open])").count() == 0
    first = seen.page("/")
    expect(first.locator("#studies")).to_contain_text("16 draws")

    id = page.url.rsplit("/", 1)[1]
    whole, name = fetched(lab, f"/api/studies/{id}/report")
    assert name == f'attachment; filename="demand-{id}.html"'
    assert b"<style>" in whole
    packed, _ = fetched(lab, f"/api/studies/{id}/everything")
    files = {path.split("/", 1)[1] for path in zipfile.ZipFile(io.BytesIO(packed)).namelist()}
    assert {"report.html", "study.json", "demand.yaml", f"{id}.study", "tables/outcomes.csv"} <= files


def test_a_cancelled_study_keeps_its_finished_blocks_and_goes_on(lab):
    run = lab.call("/api/cases/iran-2025/runs", {"draws": 400, "seed": 7})
    for _ in range(1200):
        (told,) = (each for each in lab.call("/api/studies")["under_way"] if each["id"] == run["id"])
        if told["so_far"]:
            break
        time.sleep(0.05)
    assert 0 < told["so_far"]["draws"] <= 400
    assert sum(each["mean"] for each in told["so_far"]["endings"]) == pytest.approx(1.0)
    assert lab.call(f"/api/runs/{run['id']}/cancel", {})["state"] == "cancelled"
    assert ended(lab, run["id"])["state"] == "cancelled"
    (kept,) = (each for each in lab.call("/api/studies")["studies"] if each["settings"]["seed"] == 7)
    assert kept["kept"] >= told["so_far"]["draws"]
    assert not kept["finished"]
    again = lab.call("/api/cases/iran-2025/runs", {"study": kept["id"]})
    for _ in range(1200):
        (told,) = (each for each in lab.call("/api/studies")["under_way"] if each["id"] == again["id"])
        if told["done"]:
            break
        time.sleep(0.05)
    assert told["done"] >= kept["kept"]
    lab.call(f"/api/runs/{again['id']}/cancel", {})


def test_a_study_of_a_case_with_problems_says_so(lab):
    (lab.cases / "bad.yaml").write_text("detente: 1\ntitle: no more than this\n")
    told = ended(lab, lab.call("/api/cases/bad.yaml/runs", {"draws": 1})["id"])
    assert told["state"] == "failed"
    assert "The case has problems." in told["says"]


def test_the_report_of_a_study_that_is_not_there_is_a_page_that_says_so(lab):
    with pytest.raises(urllib.error.HTTPError, match="404"):
        fetched(lab, "/study/abcdef123456")


def test_a_page_in_one_file_is_taken_apart_without_loss():
    whole = (
        '<html><head><meta http-equiv="Content-Security-Policy" content="x"><style>p { color: red; }</style></head>'
        '<body class="a"><p style="--share:3%">one</p><i style="--share:3%"></i><b style="top:0"></b>'
        "<script>open()</script></body></html>"
    )
    parts = split(whole, "case", "abcd")
    assert not re.search(r"<style|<script>|style=|http-equiv", parts.page)
    assert parts.page.count('data-look="0"') == 2
    assert parts.style.split("\n")[:3] == [
        "p { color: red; }",
        '[data-look="0"] { --share:3% }',
        '[data-look="1"] { top:0 }',
    ]
    assert parts.script == "open()"
    assert parts.whole == whole


def test_processes_end_with_the_laboratory(tmp_path):
    lab = Laboratory(tmp_path)
    try:
        lab.solved()
        below: list[int] = []
        while len(below) < 3:  # the one that reads, the warmed one, and solvers
            below = children(lab.process.pid)
            below += [each for child in below for each in children(child)]
    finally:
        lab.kill()
    for _ in range(200):
        if not any(os.path.exists(f"/proc/{pid}") for pid in below):
            return
        time.sleep(0.05)
    raise AssertionError("processes outlive the laboratory")


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_a_laboratory_that_is_stopped_says_so_and_nothing_of_its_processes(tmp_path, asked):
    lab = Laboratory(tmp_path)
    try:
        lab.call("/api/cases")  # the process that reads is there
        lab.process.send_signal(asked)
        assert lab.process.wait(30) == 0
    finally:
        lab.kill()
    said = " ".join(lab.said.read_text("utf-8").split())
    assert said.endswith("Stop it with Ctrl-C. The laboratory is closed.")
