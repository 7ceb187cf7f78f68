"""A progress bar on the error stream; silent where nobody watches."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from detente.cli.screen import err

Report = Callable[[str, int, int], None]
WIDTH = 38


@contextmanager
def progress_bar() -> Generator[Report]:
    """Yield what `dt.run` calls with the name of a stage of work, how much is done and how much there is."""
    if not err.is_terminal:
        yield lambda stage, done, total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("")  # one line, however many questions a case asks

        def report(stage: str, done: int, total: int) -> None:
            bar.update(task, description=f"{stage[:WIDTH]:<{WIDTH}}", completed=done, total=total)

        yield report
