"""From a bare Python to a result, in one command.

    python3.11 start.py report               the report on the founding case, in reports/iran-2025
    python3.11 start.py report CASE [...]    the same for another case; further options go to `detente run`
    python3.11 start.py open [CASE]          the laboratory in the browser, on CASE or the list of cases
    python3.11 start.py test                 the whole check of the project, ending with the tests

Everything is installed into .venv beside this file, from the lock file, every package checked by its hash: by uv,
itself a package with a locked hash, or by pip where uv cannot be had. A second call finds that done and starts at
once. Needs nothing but Python's standard library, and is written so that an old Python can still read it and say that
it is too old.
"""

import ast
import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE / ".venv"
PROGRAMS = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
STAMP = ENVIRONMENT / "installed-from-lock"
AHEAD = ENVIRONMENT / "compiled-ahead"
OLDEST = (3, 11)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OWN_BROWSER = (
    "import os, sys; from playwright.sync_api import sync_playwright as begin\n"
    "with begin() as it: sys.exit(not os.path.exists(it.chromium.executable_path))"
)
CHECKS = (
    ("style", ["ruff", "check", "."]),
    ("layout", ["ruff", "format", "--check", "."]),
    ("types", ["pyright"]),
    ("layers", ["lint-imports", "--no-logo"]),
)


def main(arguments: list) -> int:
    """Do what was asked; returns the exit code."""
    if sys.version_info < OLDEST:
        return complain(
            f"Détente needs Python 3.11 or newer; this is {sys.version.split()[0]} ({sys.executable}).",
            "Call this script with a newer one, such as: python3.11 start.py report",
        )
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # in .venv bytecode is kept: each start without it takes seconds
    command, rest = arguments[:1], arguments[1:]
    if command == ["report"]:
        return install("run") or report(rest)
    if command == ["open"]:
        return install("run") or open_laboratory(rest)
    if command == ["test"]:
        return install("test") or bring_browser() or test(rest)
    asked = command in (["-h"], ["--help"])
    print(__doc__, file=sys.stdout if asked else sys.stderr)
    return 0 if asked else 2


def complain(*lines: str) -> int:
    """Say what is wrong and what to do about it; returns the exit code 1."""
    print("", *lines, sep="\n", file=sys.stderr)
    return 1


def install(lock: str) -> int:
    """Create .venv and install a lock file and the project, unless a stamp says that it is done."""
    stamps = {name: stamp(name) for name in ("run", "test")}
    sufficient = {stamps["test"], stamps[lock]}  # what the tests need includes what a run needs
    stamped = STAMP.read_text("utf-8").splitlines() if STAMP.exists() else []
    usable = runs(ENVIRONMENT)
    if usable and sufficient.intersection(stamped):
        return 0
    if not usable:
        stamped = []
        print(f"Creating {shown(ENVIRONMENT)} with Python {sys.version.split()[0]}", flush=True)
        try:
            venv.EnvBuilder(with_pip=False, clear=True, symlinks=os.name != "nt").create(str(ENVIRONMENT))
        except (OSError, subprocess.CalledProcessError) as error:
            return complain(f"No virtual environment could be made: {error}")
    locked = HERE / "locks" / f"{lock}.txt"
    print(f"Installing the packages of {shown(locked)}; what is not on this machine is downloaded first", flush=True)
    if not (with_uv(locked) or with_pip(locked)):
        return complain(
            "The installation did not finish; the reason stands above.",
            "A connection error means that the package index was out of reach: check the network or proxy.",
            "A hash that does not match means that a download is not the file that was locked: do not use it.",
            "Where pip itself is missing: on Debian and Ubuntu it is a package of its own: apt install python3-venv",
            "Then call the same command again.",
        )
    kept = [line for line in stamped if line in stamps.values()]
    STAMP.write_text("\n".join([*kept, stamps[lock]]) + "\n", "utf-8")
    return 0


def stamp(lock: str) -> str:
    """The identity of an installation: the lock, the package's metadata, and the folder it points at."""
    content = (HERE / "locks" / f"{lock}.txt").read_bytes() + (HERE / "pyproject.toml").read_bytes()
    return f"{lock} {hashlib.sha256(content).hexdigest()} {HERE}"


def with_uv(locked: Path) -> bool:
    """Install with uv; where that does not work, say so and return False."""
    uv = PROGRAMS / ("uv.exe" if os.name == "nt" else "uv")
    if not uv.exists() and importlib.util.find_spec("pip"):  # the pip beside this Python, to spare making another
        pip = [sys.executable, "-m", "pip", "--python", str(python()), "--disable-pip-version-check"]
        fetched = HERE / "locks" / "uv.txt"
        done([*pip, "install", "--quiet", "--only-binary=:all:", "--require-hashes", "-r", str(fetched)])
    if not uv.exists():
        print("uv could not be had; pip installs instead, which takes a minute or two", flush=True)
        return False
    told = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], check=False, stdout=subprocess.PIPE, text=True
    )
    settings = uv_settings(told.stdout)
    settings.update(os.environ)  # what the user told uv outweighs what he told pip
    install = [str(uv), "pip", "install", "--quiet", "--python", str(python())]
    if all(done([*install, *what], settings) for what in wanted(locked)):
        return True
    print("uv did not finish, for the reason above; pip tries the same, which takes a minute or two", flush=True)
    return False


def with_pip(locked: Path) -> bool:
    """Install with the virtual environment's own pip, made first where it is missing."""
    if not done([str(python()), "-m", "ensurepip", "--default-pip"], output=subprocess.DEVNULL):
        return False
    pip = [str(python()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    return all(done([*pip, *what]) for what in wanted(locked))


def wanted(locked: Path) -> list:
    """The arguments that install the locked packages, and then the project itself as it stands in this folder."""
    return [["--require-hashes", "-r", str(locked)], ["--no-deps", "--no-build-isolation", "-e", str(HERE)]]


def uv_settings(told: str) -> dict:
    """Settings of pip, as `pip config list` prints them, as environment variables of uv: the same indexes and keys.

    uv reads none of them. It takes the first index that knows a package, where pip takes the best match of all: with
    every hash locked, both come to the same file, and pip's way finds it.
    """
    names = {
        "index-url": ["UV_DEFAULT_INDEX"],
        "extra-index-url": ["UV_INDEX"],
        "find-links": ["UV_FIND_LINKS"],
        "trusted-host": ["UV_INSECURE_HOST"],
        "no-index": ["UV_NO_INDEX"],
        "cert": ["SSL_CERT_FILE"],
        "proxy": ["HTTP_PROXY", "HTTPS_PROXY"],
    }
    found = {"UV_INDEX_STRATEGY": "unsafe-best-match"}
    for line in told.splitlines():
        key, _, value = line.partition("=")
        section, _, option = key.rpartition(".")
        if section not in ("global", "install", ":env:") or option not in names:
            continue
        try:
            words = str(ast.literal_eval(value)).split()
        except (SyntaxError, ValueError):
            continue
        separator = "," if option == "find-links" else " "
        for name in names[option]:
            found[name] = separator.join(words)
    return found


def done(command: list, environment=None, output=None) -> bool:
    """Run a command; True where it succeeded."""
    try:
        return subprocess.run(command, check=False, env=environment, stdout=output).returncode == 0
    except OSError as error:
        print(f"{command[0]}: {error}", file=sys.stderr)
        return False


def python() -> Path:
    """The Python of the virtual environment."""
    return PROGRAMS / ("python.exe" if os.name == "nt" else "python")


def runs(environment: Path) -> bool:
    """True where a virtual environment is there with a Python that Détente runs on."""
    question = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    try:
        answer = subprocess.run([str(python()), "-c", question], check=False)
        return (environment / "pyvenv.cfg").exists() and answer.returncode == 0
    except OSError:
        return False


def report(rest: list) -> int:
    """Run a case, by default the founding one, into reports/."""
    case, *options = rest if rest and not rest[0].startswith("-") else ["iran-2025", *rest]
    out = HERE / "reports" / Path(case).stem
    command = [str(PROGRAMS / "detente"), "run", case, "--out", str(out), *options]
    with compiling_ahead():
        return subprocess.run(command, check=False).returncode


@contextlib.contextmanager
def compiling_ahead():
    """Let a second process compile what solves games while the first does; where all is there, it ends at once.

    What is compiled is kept for all clones and environments on this machine. Nobody waits for the second process, and
    whatever becomes of it, the first compiles what is missing.
    """
    ahead = None
    if (os.cpu_count() or 1) > 1 and not AHEAD.exists():
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with contextlib.suppress(OSError):
            ahead = subprocess.Popen([str(python()), "-m", "detente.study.ahead"], cwd=str(HERE), **quiet)
    try:
        yield
    finally:
        if ahead is not None and ahead.poll() is None:
            ahead.terminate()
            ahead.wait()
        elif ahead is not None and ahead.returncode == 0:
            AHEAD.touch()


def open_laboratory(rest: list) -> int:
    """Open the laboratory; the cases that a user writes in it are kept in cases/, unless an option says otherwise."""
    folder = []
    if not any(word.split("=")[0] == "--folder" or word.endswith((".yaml", ".yml")) for word in rest):
        cases = HERE / "cases"
        cases.mkdir(exist_ok=True)
        folder = ["--folder", str(cases)]
    try:
        return subprocess.run([str(PROGRAMS / "detente"), "open", *folder, *rest], check=False).returncode
    except KeyboardInterrupt:
        return 0


def bring_browser() -> int:
    """Have a browser for the tests of the pages: the one that is there, Playwright's own, or Debian's package."""
    if any(map(shutil.which, BROWSERS)) or done([str(python()), "-c", OWN_BROWSER], output=subprocess.DEVNULL):
        return 0
    print("The pages are tested in Chromium, which is brought now", flush=True)
    if done([str(python()), "-m", "playwright", "install", "chromium"]):
        return 0
    debian = ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"]
    if shutil.which("apt-get") and done(["apt-get", "update"]) and done(debian):
        return 0
    return complain(
        "The pages are tested in a real browser, and none could be brought; the reason stands above.",
        "Install Chromium: on Debian and Ubuntu as root, apt install chromium; elsewhere Chrome or Chromium from its",
        "makers, so that one of these is found: " + ", ".join(BROWSERS),
        "Then call the same command again.",
    )


def test(rest: list) -> int:
    """Every check of the project, the tests last and on all processors; all run even where an early one fails."""
    failed = [name for name, command in CHECKS if not passes(name, command)]
    code = subprocess.run([str(PROGRAMS / "pytest"), "-n", "auto", *rest], cwd=HERE, check=False).returncode
    if failed:
        return complain(f"Before the tests, these checks failed (see above): {', '.join(failed)}")
    return code


def passes(name: str, command: list) -> bool:
    """Run one check and say how it went."""
    print(f"[{name}] {' '.join(command)}", flush=True)
    return subprocess.run([str(PROGRAMS / command[0]), *command[1:]], cwd=HERE, check=False).returncode == 0


def shown(path: Path) -> str:
    """A path as a person in this folder would write it."""
    return str(path.relative_to(HERE))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
