"""Tasks over draws in threads: kernels hold no interpreter lock, and every draw is found the same on any of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context

from detente.equilibrium.tuning import BLOCKS_A_THREAD, LARGEST_BLOCK
from detente.kernels.stopping import Stop, heeded, stop_asked

Progress = Callable[[int, int], None]


def in_threads(
    task: Callable[[range], int], draws: int, threads: int, progress: Progress | None, size: int = 0
) -> None:
    """Runs the task on blocks of draws, in threads that look at the token that is heeded here.

    threads: 0 for one per processor. size: draws of a block, where they belong together; 0 leaves it to the load.
    """
    threads = threads or len(os.sched_getaffinity(0))
    done = 0
    if threads == 1 or draws <= max(size, 1):
        for block in _blocks(draws, 1, size):
            if stop_asked():
                return
            done += task(block)
            if progress:
                progress(done, draws)
        return
    stop = Stop(heeded())
    with ThreadPoolExecutor(threads) as pool, stop.heeded():
        waiting: set[Future[int]] = {
            pool.submit(copy_context().run, task, block) for block in _blocks(draws, threads, size)
        }
        try:
            while waiting:
                finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                done += sum(future.result() for future in finished)
                if progress:
                    progress(done, draws)
        finally:
            if waiting:  # something was thrown: what is under way is not waited for
                stop.ask()
            for future in waiting:
                future.cancel()


def _blocks(draws: int, threads: int, size: int) -> Iterator[range]:
    size = size or max(1, min(LARGEST_BLOCK, draws // (BLOCKS_A_THREAD * threads)))
    for start in range(0, draws, size):
        yield range(start, min(start + size, draws))
