"""A job: work under way in a thread of its own, with an id, events as they happen, partial answers, and a stop.

The terminal, a page and a cluster can all follow one: whoever comes late reads its events from the beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import copy_context
from dataclasses import dataclass, field
from threading import Condition, Thread
from time import monotonic
from typing import Any, Generic, TypeVar
from uuid import uuid4

from detente.errors import StoppedError
from detente.kernels.stopping import Stop

_Result = TypeVar("_Result")

MOST_EVENTS = 10_000
"""Events of a job that are kept; of the progress told between the first and the last, every second one goes then."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The job has begun. at: seconds of a clock that only moves forward, as for every event."""

    at: float


@dataclass(frozen=True, slots=True)
class Progressed:
    """Part of the work is done: what is being worked on, how much of the whole is done, and how much there is."""

    at: float
    stage: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Told:
    """An answer from what is finished so far."""

    at: float
    answer: Any


@dataclass(frozen=True, slots=True)
class JobEnded:
    """The job has ended. how: `finished`, `stopped` or `failed`; says: why, where it failed."""

    at: float
    how: str
    says: str = ""


Event = Begun | Progressed | Told | JobEnded


class Job(Generic[_Result]):
    """Work that has been begun, and can be followed and stopped from any thread.

    work: called with the job, whose `progress` it may call, and whose stop compiled code looks at. partial: makes an
    answer from what is finished; called by the job's own thread, between two parts of the work.
    """

    def __init__(
        self,
        work: Callable[[Job[_Result]], _Result],
        partial: Callable[[], Any] | None = None,
        name: str = "",
    ) -> None:
        self.id = uuid4().hex
        self.name = name
        self.partial = partial
        self._stop = Stop()
        self._told: list[Event] = []
        self._count = 0
        self._changed = Condition()
        self._asked = 0
        self._outcome: _Outcome[_Result] = _Outcome()
        context = copy_context()
        # It ends with the process: what it is worth is kept in the library as it goes.
        self._thread = Thread(
            target=context.run, args=(self._run, work), name=f"detente-job-{self.id[:8]}", daemon=True
        )
        self._thread.start()

    def _run(self, work: Callable[[Job[_Result]], _Result]) -> None:
        self._tell(Begun(monotonic()))
        try:
            with self._stop.heeded():
                self._outcome.result = work(self)
            self._outcome.there = True
            how, says = ("stopped" if self._stop.asked else "finished"), ""
        except StoppedError as error:
            self._outcome.error, how, says = error, "stopped", str(error)
        except BaseException as error:
            self._outcome.error, how, says = error, "failed", str(error)
        self._tell(JobEnded(monotonic(), how, says))

    def _tell(self, event: Event) -> None:
        with self._changed:
            self._told.append(event)
            self._count += 1
            if len(self._told) > MOST_EVENTS:
                middle = self._told[1:-1]
                kept = [each for k, each in enumerate(middle) if k % 2 or not isinstance(each, Progressed)]
                self._told = [self._told[0], *kept, self._told[-1]]
            self._changed.notify_all()

    def progress(self, stage: str, done: int, total: int) -> None:
        """Tell how far the work is; called by the work itself, which answers here what was asked of it."""
        self._tell(Progressed(monotonic(), stage, done, total))
        with self._changed:
            asked, self._asked = self._asked, 0
        if asked and self.partial is not None:
            try:
                answer = self.partial()
            except StoppedError:  # nothing is finished yet: it is answered at the next pause
                with self._changed:
                    self._asked += asked
                return
            self._tell(Told(monotonic(), answer))

    def stop(self) -> None:
        """Ask for a stop; what is finished by then is the result."""
        self._stop.ask()

    @property
    def state(self) -> str:
        """`running`, `finished`, `stopped` or `failed`."""
        last = self._told[-1] if self._told else None
        return last.how if isinstance(last, JobEnded) else "running"

    def events(self, timeout: float | None = None) -> Iterator[Event]:
        """Every event from the first, until the job has ended, or nothing has happened for so many seconds."""
        told = 0
        while True:
            with self._changed:
                if not self._changed.wait_for(lambda told=told: self._count > told, timeout):
                    return
                # Events that were thinned out since are passed over.
                new, told = self._told[-(self._count - told) :], self._count
            yield from new
            if isinstance(new[-1], JobEnded):
                return

    def ask(self, timeout: float | None = None) -> Any:
        """An answer from what is finished, at the next pause of the work; None where it ends or takes longer first."""
        with self._changed:
            before = sum(isinstance(each, Told) for each in self._told)
            self._asked += 1

            def there() -> bool:
                return self.state != "running" or sum(isinstance(each, Told) for each in self._told) > before

            self._changed.wait_for(there, timeout)
            told = [each for each in self._told if isinstance(each, Told)]
        return told[-1].answer if len(told) > before else None

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the end; True where it has come."""
        with self._changed:
            return self._changed.wait_for(lambda: self.state != "running", timeout)

    def result(self, timeout: float | None = None) -> _Result:
        """The result, once there is one; of a job that was stopped, what was finished.

        Raises StoppedError where nothing was, TimeoutError where it takes longer, and whatever made the work fail.
        """
        if not self.wait(timeout):
            raise TimeoutError(f"job {self.id} is still running")
        if self._outcome.error is not None:
            raise self._outcome.error
        assert self._outcome.there
        return self._outcome.result  # pyright: ignore[reportReturnType]


@dataclass(eq=False)
class _Outcome(Generic[_Result]):
    result: _Result | None = None
    there: bool = False
    error: BaseException | None = field(default=None)
