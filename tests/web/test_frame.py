"""The frame of the laboratory: who is let in, what a page may load, which files are read and written."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from hashlib import sha256

import pytest
from fastapi.testclient import TestClient

from detente.report.charts.drawing import PALETTE
from detente.web.app import make_app
from detente.web.frame.door import Door
from detente.web.frame.gatekeeper import MOST_SENT
from detente.web.frame.showing import STATIC
from detente.web.frame.workspace import ChangedError, NoCaseError, Workspace
from detente.web.lab import Lab

VENDOR = STATIC / "vendor"
HERE = "http://127.0.0.1:8421"
PAGES = ("/", "/case/iran-2025/answer")


@pytest.fixture
def door():
    return Door(8421)


@pytest.fixture
def stranger(door, tmp_path):
    return TestClient(make_app(Lab(door, Workspace(tmp_path))), base_url=HERE, follow_redirects=False)


@pytest.fixture
def guest(door, stranger):
    stranger.cookies.set(door.cookie, door.mark)
    return stranger


@pytest.mark.parametrize("path", [*PAGES, "/api/cases", "/api/openapi.json", "/nothing"])
def test_nobody_comes_in_without_the_secret(stranger, path):
    assert stranger.get(path).status_code == 401


@pytest.mark.parametrize("path", PAGES)
def test_the_secret_is_exchanged_for_a_cookie_and_leaves_the_address(stranger, door, path):
    answer = stranger.get(path, params={"key": door.key, "set.good_faith": "0.6"})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{path}?set.good_faith=0.6"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"detente-8421={door.mark};")
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert stranger.get(answer.headers["location"]).status_code == 200


def test_a_wrong_secret_opens_nothing(stranger):
    assert stranger.get("/", params={"key": "guessed"}).status_code == 403


def test_the_secret_cannot_lead_to_another_site(stranger, door):
    location = stranger.get(f"{HERE}//evil.test/?key={door.key}").headers["location"]
    assert re.fullmatch(r"/[^/].*", location)


@pytest.mark.parametrize("host", ["evil.test", "evil.test:8421", "127.0.0.1", "127.0.0.1:80", "localhost:1", ""])
def test_a_laboratory_answers_under_its_own_name_only(guest, host):
    assert guest.get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1:8421", "localhost:8421", "[::1]:8421"])
def test_loopback_has_three_names(guest, door, host):
    assert guest.get("/", headers={"host": host, "cookie": f"{door.cookie}={door.mark}"}).status_code == 200


@pytest.mark.parametrize(
    "headers", [{"origin": "http://evil.test"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
)
def test_another_site_cannot_send_anything(guest, headers):
    assert guest.post("/api/cases/iran-2025/desk", headers=headers).status_code == 403


def test_a_request_has_an_end(guest):
    assert guest.post("/api/cases/iran-2025/answer", content=b"x" * (MOST_SENT + 1)).status_code == 413


@pytest.mark.parametrize("path", [*PAGES, "/static/lab.css", "/nothing", "/api/cases"])
def test_one_policy_is_on_everything(guest, path):
    headers = guest.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_script_or_style_of_its_own_or_names_another_site(guest, path):
    page = guest.get(path).text
    assert not re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|https?://", page)


def test_other_machines_need_a_password_and_the_secret_is_none(tmp_path):
    door = Door(8421, "0.0.0.0", "correct horse battery")
    client = TestClient(
        make_app(Lab(door, Workspace(tmp_path))), base_url="http://192.0.2.7:8421", follow_redirects=False
    )
    assert client.get("/").status_code == 401
    assert client.get("/", params={"key": door.key}).status_code == 403
    assert client.post("/enter", data={"password": "wrong"}).status_code == 401
    assert client.post("/enter", data={"password": "correct horse battery"}).status_code == 303
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "name", ["../secret.yaml", "a/b.yaml", ".hidden.yaml", "x.yaml\0", "/etc/passwd", "passwd", "link.yaml"]
)
def test_no_name_leads_out_of_the_folder(tmp_path, name):
    (tmp_path / "secret.yaml").write_text("title: secret")
    folder = tmp_path / "cases"
    folder.mkdir()
    (folder / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    workspace = Workspace(folder)
    with pytest.raises(NoCaseError):
        workspace.read(name)
    with pytest.raises(NoCaseError):
        workspace.save(name, "title: mine", "")
    assert [each.name for each in workspace.cases() if each.own] == []


def test_what_somebody_else_wrote_is_not_overwritten(tmp_path):
    workspace = Workspace(tmp_path)
    first = workspace.save("mine.yaml", "title: one\n", "")
    (tmp_path / "mine.yaml").write_text("title: theirs\n")
    with pytest.raises(ChangedError) as changed:
        workspace.save("mine.yaml", "title: two\n", first.digest)
    assert changed.value.now.text == "title: theirs\n"
    assert (tmp_path / "mine.yaml").read_text() == "title: theirs\n"
    workspace.save("mine.yaml", "title: two\n", changed.value.now.digest)
    assert (tmp_path / "mine.yaml").read_text() == "title: two\n"


def test_only_cases_are_listed_the_founding_one_first(tmp_path):
    for name, text in (("a.yaml", "detente: 1\ntitle: Mine\n"), (".b.yaml", "detente: 1\n"), ("c.yaml", "repos: []\n")):
        (tmp_path / name).write_text(text)
    cases = Workspace(tmp_path).cases()
    assert [(each.name, each.title) for each in cases if each.own] == [("a.yaml", "Mine")]
    crises = [each.name for each in cases if each.crisis]
    assert crises[0] == "iran-2025"
    assert "july-1914" in crises
    assert "powell-1999-risk-return" not in crises


def test_line_ends_and_letters_come_back_as_they_were(tmp_path):
    text = "title: Détente\r\nabout: ‘ايران’\n"
    Workspace(tmp_path).save("mine.yaml", text, "")
    assert Workspace(tmp_path).read("mine.yaml").text == text


@pytest.mark.parametrize(
    ("number", "says"),
    [(errno.ENOSPC, "the disk of .* is full.* The text is still in this page"), (errno.EROFS, "cannot be written: .*")],
)
def test_a_disk_that_takes_nothing_is_told_and_the_file_stays(guest, tmp_path, monkeypatch, number, says):
    (tmp_path / "mine.yaml").write_text("title: one\n")

    def fail(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("detente.web.frame.workspace.write_atomically", fail)
    began = guest.get("/api/cases/mine.yaml/text").json()["digest"]
    told = guest.put("/api/cases/mine.yaml/text", json={"text": "title: two\n", "began": began}).json()
    assert told["saved"] is None
    assert re.search(says, told["says"])
    assert (tmp_path / "mine.yaml").read_text() == "title: one\n"


def test_vendored_files_are_those_that_were_taken_up():
    listed = dict(reversed(line.split()) for line in (VENDOR / "digests.txt").read_text().splitlines())
    found = {
        str(path.relative_to(VENDOR)): sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name not in ("README.md", "digests.txt")
    }
    assert found == listed


def test_the_style_sheet_has_the_colours_of_the_report():
    style = (STATIC / "lab.css").read_text()
    light, dark = style.split("@media (prefers-color-scheme: dark)")[:2]
    for name, (day, night) in PALETTE.items():
        assert f"--{name}: {day};" in light
        assert f"--{name}: {night};" in dark


def test_the_laboratory_itself_loads_no_solver():
    script = (
        "import sys\n"
        "import detente.web.opening\n"
        "print([name for name in ('numpy', 'numba', 'scipy', 'pandas', 'altair', 'lark') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
