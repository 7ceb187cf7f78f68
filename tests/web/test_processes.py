"""Solvers that take too long, too much memory, or are overtaken: told in words, replaced, and never waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from detente.kernels.stopping import Stop
from detente.web.answered.served import Asked, Sessions, answered
from detente.web.frame.hub import Hub
from detente.web.frame.workspace import CaseText, Workspace
from detente.web.processes.pool import MEMORY, Processes


def with_solvers(work: Callable[[Processes, CaseText], Awaitable[Any]], tmp_path, memory: int = MEMORY) -> Any:
    async def run() -> Any:
        processes = Processes(Hub(), solvers=1, memory=memory)
        processes.begin()
        try:
            return await work(processes, Workspace(tmp_path).read("demand"))
        finally:
            processes.close()

    with ThreadPoolExecutor(1) as pool:  # in this thread the browser's own loop runs
        return pool.submit(asyncio.run, run()).result()


def test_a_solver_past_its_time_is_told_and_the_next_answers(tmp_path):
    async def work(processes: Processes, case: CaseText) -> None:
        first = await processes.solve("answer", case)
        assert first["answer"]["endings"]
        (slow,) = processes.pids
        processes._within = 0.0
        late = await processes.solve("answer", case, {"set": {"cost_b_max": 0.25}})
        assert late["error"]["kind"] == "time"
        assert "The solver took longer than" in late["error"]["says"]
        processes._within = 60.0
        again = await processes.solve("answer", case, {"set": {"cost_b_max": 0.25}})
        assert again["answer"]["endings"]
        assert processes.pids != [slow]

    with_solvers(work, tmp_path)


def test_an_answer_that_takes_too_much_memory_is_told(monkeypatch):
    def greedy(_: Asked) -> dict[str, Any]:
        raise MemoryError

    monkeypatch.setattr("detente.web.answered.checking.check", greedy)
    told = answered("check", Asked("x", "", "", {}, print, Sessions()), Stop())
    assert told == {"error": {"kind": "memory", "says": "It takes more memory than a solver may use."}}


def test_where_no_solver_can_be_begun_whoever_waits_is_told(tmp_path):
    async def work(processes: Processes, case: CaseText) -> Any:
        processes._within = 1.5
        return await processes.solve("answer", case)

    assert with_solvers(work, tmp_path, memory=4096)["error"]["kind"] in ("lost", "time")


def test_the_newest_question_of_a_page_takes_the_place_of_the_one_before(tmp_path):
    async def work(processes: Processes, case: CaseText) -> list[dict[str, Any]]:
        await processes.solve("answer", case)
        asked = [
            processes.solve("answer", case, {"set": {"cost_b_max": 0.2 + 0.001 * k}}, page="one") for k in range(12)
        ]
        return await asyncio.gather(*asked)

    *before, last = with_solvers(work, tmp_path)
    assert last["answer"]["settings"]["set"] == {"cost_b_max": 0.2 + 0.011}
    assert [each for each in before if each.get("error", {}).get("kind") == "overtaken"]


def test_what_a_case_has_wrong_and_what_a_page_asks_wrongly_come_as_words(tmp_path):
    async def work(processes: Processes, case: CaseText) -> None:
        told = await processes.solve("answer", CaseText.of("x.yaml", "title: [\n"))
        assert told["error"]["kind"] == "problems"
        assert told["error"]["problems"][0]["line"] == 1
        told = await processes.solve("answer", case, {"set": {"nonsense": 1.0}})
        assert told["error"] == {"kind": "refused", "says": told["error"]["says"]}
        assert "no quantity `nonsense`" in told["error"]["says"]

    with_solvers(work, tmp_path)
