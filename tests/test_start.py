"""Installing by one script: uv with pip's settings, pip where uv fails, and neither without hashes."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def start(tmp_path, monkeypatch) -> ModuleType:
    """The script, in a folder of its own."""
    spec = importlib.util.spec_from_file_location("start", ROOT / "start.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "HERE", tmp_path)
    monkeypatch.setattr(module, "ENVIRONMENT", tmp_path / ".venv")
    monkeypatch.setattr(module, "PROGRAMS", tmp_path / ".venv" / "bin")
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / "installed-from-lock")
    (tmp_path / "locks").mkdir()
    for name in ("locks/run.txt", "locks/test.txt", "locks/uv.txt", "pyproject.toml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    return module


class Programs:
    """Calls of the script, noted and not run; `failing` names the one that fails."""

    def __init__(self, start: ModuleType, failing: str = "") -> None:
        self.start, self.failing = start, failing
        self.calls: list[tuple[list[str], dict[str, str]]] = []

    def run(self, command, env=None, **options):
        self.calls.append(([str(word) for word in command], env or {}))
        words = " ".join(map(str, command))
        if "uv.txt" in words and self.failing != "fetching uv":
            (self.start.PROGRAMS / "uv").touch()
        told = "global.index-url='https://mirror/simple'\n" if "config" in command else ""
        failed = (self.failing == "uv" and "/uv pip install" in words) or self.failing in words.split()
        return SimpleNamespace(returncode=int(failed), stdout=told)

    def with_word(self, word: str) -> list[list[str]]:
        return [call for call, _ in self.calls if word in call]


def installed(start, monkeypatch, failing: str = "") -> tuple[int, Programs]:
    programs = Programs(start, failing)
    monkeypatch.setattr(start.subprocess, "run", programs.run)
    monkeypatch.setattr(start.venv.EnvBuilder, "create", lambda self, folder: start.PROGRAMS.mkdir(parents=True))
    return start.install("run"), programs


def test_uv_installs_with_hashes_from_the_index_that_pip_was_told(start, monkeypatch):
    code, programs = installed(start, monkeypatch)
    assert code == 0
    by_uv = [(call, env) for call, env in programs.calls if call[0].endswith("/uv")]
    assert [("--require-hashes" in call, "-e" in call) for call, _ in by_uv] == [(True, False), (False, True)]
    assert all(env["UV_DEFAULT_INDEX"] == "https://mirror/simple" for _, env in by_uv)
    [fetching] = [call for call, _ in programs.calls if call[-1].endswith("uv.txt")]
    assert "--require-hashes" in fetching
    assert start.STAMP.exists()


@pytest.mark.parametrize(("failing", "words"), [("uv", "uv did not finish"), ("fetching uv", "uv could not be had")])
def test_pip_installs_with_hashes_where_uv_fails_and_says_so(start, monkeypatch, capsys, failing, words):
    code, programs = installed(start, monkeypatch, failing)
    assert code == 0
    assert words in capsys.readouterr().out
    assert len(programs.with_word("ensurepip")) == 1
    by_pip = [call for call, _ in programs.calls if call[:3] == [str(start.python()), "-m", "pip"]]
    assert [("--require-hashes" in call, "-e" in call) for call in by_pip] == [(True, False), (False, True)]
    assert start.STAMP.exists()


def test_an_installation_that_fails_says_what_to_do_and_leaves_no_stamp(start, monkeypatch, capsys):
    code, _ = installed(start, monkeypatch, "--require-hashes")
    assert code == 1
    assert "check the network or proxy" in capsys.readouterr().err
    assert not start.STAMP.exists()


def test_settings_of_pip_become_those_of_uv(start):
    told = "\n".join(
        [
            ":env:.cert='/etc/own.crt'",
            ":env:.default-timeout='180'",
            "global.extra-index-url='https://a/simple https://b/simple'",
            "install.find-links='/wheels\\n/more'",
            "freeze.timeout='10'",
            "global.index-url='unclosed",
        ]
    )
    assert start.uv_settings(told) == {
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "SSL_CERT_FILE": "/etc/own.crt",
        "UV_INDEX": "https://a/simple https://b/simple",
        "UV_FIND_LINKS": "/wheels,/more",
    }


def test_a_python_that_is_too_old_is_told_so():
    told = subprocess.run(
        [sys.executable, "-c", f"import runpy, sys; sys.version_info = (3, 9); sys.argv = ['start.py', 'report'];"
         f"runpy.run_path({str(ROOT / 'start.py')!r}, run_name='__main__')"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 1
    assert "needs Python 3.11 or newer" in told.stderr


@pytest.mark.parametrize(
    ("there", "failing", "wanted", "code"),
    [
        (["chromium"], "", [], 0),
        ([], "-c", ["playwright"], 0),
        (["apt-get"], "-c playwright", ["playwright", "update", "install"], 0),
        (["apt-get"], "-c playwright apt-get", ["playwright", "update"], 1),
        ([], "-c playwright", ["playwright"], 1),
    ],
    ids=["the one that is there", "Playwright's own", "Debian's package", "none on Debian", "none elsewhere"],
)
def test_the_tests_bring_a_browser_or_say_what_to_install(start, monkeypatch, capsys, there, failing, wanted, code):
    called: list[list[str]] = []

    def run(command, **_):
        called.append([str(word) for word in command])
        return SimpleNamespace(returncode=int(any(word in failing.split() for word in called[-1])))

    monkeypatch.setattr(start.subprocess, "run", run)
    monkeypatch.setattr(start.shutil, "which", lambda name: name if name in there else None)
    assert start.bring_browser() == code
    told = [words for words in called if "-c" not in words]
    assert [next(word for word in each if word in ("playwright", "update", "install")) for each in told] == wanted
    assert ("apt install chromium" in capsys.readouterr().err) == bool(code)


def test_the_laboratory_keeps_a_user_s_cases_beside_the_script(start, monkeypatch):
    called = []
    monkeypatch.setattr(
        start.subprocess, "run", lambda words, **_: called.append(words) or SimpleNamespace(returncode=0)
    )
    assert start.open_laboratory(["--no-browser"]) == 0
    assert called[0][1:] == ["open", "--folder", str(start.HERE / "cases"), "--no-browser"]
    assert start.open_laboratory(["mine.yaml"]) == 0
    assert called[1][1:] == ["open", "mine.yaml"]
