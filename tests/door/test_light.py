"""No command waits for a library that it does not need."""

from __future__ import annotations

import subprocess
import sys

import pytest

PAGE = ("altair", "jinja2", "vl_convert")
TABLES = ("pandas", "pyarrow", "sqlalchemy")
ENGINE = ("numba", "llvmlite", "scipy")


@pytest.mark.parametrize(
    ("command", "unneeded"),
    [
        (["--help"], ("numpy", "pydantic", "lark", *PAGE, *TABLES, *ENGINE)),
        (["check", "demand"], (*PAGE, *TABLES, *ENGINE)),
        (["show", "demand"], (*PAGE, *TABLES, *ENGINE)),
        (["solve", "demand", "--rationality", "1"], (*PAGE, *TABLES, "scipy.stats", "scipy.optimize")),
        (["ask", "demand", "P(war)"], (*PAGE, *TABLES, "scipy.stats", "scipy.optimize")),
    ],
    ids=lambda value: value[0],
)
def test_a_command_loads_only_what_it_needs(command, unneeded):
    script = (
        "import sys\n"
        "from detente.cli.main import app\n"
        f"try:\n    app({command!r})\nexcept SystemExit as done:\n    assert not done.code\n"
        f"print([name for name in {unneeded!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=1200)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
