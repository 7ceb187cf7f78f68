"""Machine code made ahead, by doing once on small cases what the commands do.

python -m detente.study.ahead            for this machine, where every clone and every environment finds it
python -m detente.study.ahead FOLDER     the set that a wheel brings along, for a kind of processor
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path


def make_ahead() -> None:
    """Compiles for this machine everything that the commands need, what needs no solution first.

    While it does that, another process may compile the solver: each waits for what the other has begun.
    """
    from detente.equilibrium.concepts.registry import concepts
    from detente.equilibrium.elimination.dense_or_sparse import elimination_of
    from detente.errors import RequestError
    from detente.study import verbs

    elimination_of(verbs.compile("iran-2025").game)
    solved = verbs.solve("demand", rationality=1)
    verbs.solve("demand", rationality=1, set={"p": 0.51}, near=solved).settle()
    verbs.gradient("demand", "P(war)")
    verbs.judge("demand", solved)
    for case in ("demand", "kuhn-1950-poker"):
        for concept in concepts().values():
            with suppress(RequestError):
                verbs.solve(case, concept=concept.name, iterations=2 if concept.iterated else None)
    verbs.equilibria("cho-kreps-1987-beer-quiche")
    verbs.run("iran-2025", draws=2)


def make_set(folder: Path) -> str:
    """Fills a folder with a set for the best kind of processor that this one is of; the name of the set."""
    from detente.kernels import kept

    level = next(iter(kept.levels()), "")
    if not level:
        raise SystemExit("sets are made for x86-64 processors only; elsewhere kernels are compiled when first used")
    with tempfile.TemporaryDirectory() as made:
        environment = os.environ | {"NUMBA_CPU_NAME": level, "NUMBA_CPU_FEATURES": "", "NUMBA_CACHE_DIR": made}
        subprocess.run([sys.executable, "-m", "detente.study.ahead"], env=environment, check=True)
        target = folder / kept.set_name(level)
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for path in Path(made, "detente", kept.set_name(level)).glob("*.kernel"):
            shutil.copy(path, target)
    return target.name


def main(folder: str | None) -> None:
    """Makes machine code for this machine, or a set in a folder."""
    if folder is not None:
        print(make_set(Path(folder)))  # noqa: T201
        return
    make_ahead()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
