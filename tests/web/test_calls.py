"""The calls of the pages: as described, whatever is sent to them."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

LEFT_OUT = ("/api/events", "/api/cases/{name}/runs", "/api/runs/{id}/cancel")
"""A stream without an end, and calls that begin and end studies: they have tests of their own."""

QUICKLY = settings(
    max_examples=6, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@pytest.fixture(scope="module")
def described(lab):
    lab.solved()
    return schemathesis.openapi.from_url(f"{lab.address}/api/openapi.json", headers=cookie(lab))


def cookie(lab) -> dict[str, str]:
    return {"Cookie": f"{lab.cookie.name}={lab.cookie.value}"}


def test_every_call_answers_as_it_is_described(described, lab):
    tried = []
    for found in described.get_all_operations():
        operation = found.ok()
        if operation.path in LEFT_OUT:
            continue

        @settings(
            max_examples=6, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
        )
        @given(operation.as_strategy())
        def answers(case):
            case.call_and_validate(headers=cookie(lab))

        answers()
        tried.append(operation.path)
    assert len(tried) >= 8
