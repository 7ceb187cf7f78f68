"""Runs killed at random moments, gone on with, and compared byte for byte with one that was left alone.

`python -m benchmarks.adversary.kills CASE --times N [--draws D]` kills N times: a run is begun, killed after a random
time, begun again, until it is done; then everything that it found is compared.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

_RUN = (
    "import sys, detente as dt; "
    "study = dt.run(sys.argv[1], draws=int(sys.argv[2]), seed=int(sys.argv[3]), library=sys.argv[4], workers=1); "
    "print(study.taken_up, study.solved)"
)


def kill_until_done(case: str, draws: int, seed: int, library: Path, random: Random, longest: float) -> int:
    """Kill a run at random moments until it gets through; returns how often it was killed."""
    kills = 0
    while True:
        command = [sys.executable, "-c", _RUN, case, str(draws), str(seed), str(library)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            _, said = process.communicate(timeout=random.uniform(0, longest))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            kills += 1
            continue
        if process.returncode:
            raise AssertionError(f"after {kills} kills the run failed: {said}")
        return kills


def same(library: Path, other: Path) -> list[str]:
    """Every array in which the last study of two libraries differs, byte for byte."""
    import detente as dt

    with dt.Library(library) as one, dt.Library(other) as two:
        was, now = one.open("last"), two.open("last")
    differing = [name for name in was.draws() if was.draws()[name].tobytes() != now.draws()[name].tobytes()]
    return differing + [name for name, told in was.to_dict().items() if told != now.to_dict()[name]]


def main() -> None:
    """Kill as often as asked; fails where anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case")
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--draws", type=int, default=4096)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    import detente as dt

    kills, rounds, random = 0, 0, Random(asked.seed)
    while kills < asked.times:
        with tempfile.TemporaryDirectory() as folder:
            alone, killed = Path(folder) / "alone.sqlite", Path(folder) / "killed.sqlite"
            since = time.monotonic()
            dt.run(asked.case, draws=asked.draws, seed=rounds, library=alone, workers=1)
            longest = 4.0 + 0.5 * (time.monotonic() - since)
            kills += kill_until_done(asked.case, asked.draws, rounds, killed, random, longest)
            if differing := same(alone, killed):
                sys.exit(f"round {rounds}: after {kills} kills these differ: {differing}")
        rounds += 1
        print(f"{kills} kills in {rounds} rounds: every number is the same", flush=True)


if __name__ == "__main__":
    main()
