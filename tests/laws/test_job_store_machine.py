"""Random histories of the queue, on every database; tests/soak goes on for longer."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.laws.job_store_machine import JobStoreMachine
from tests.laws.queue_place import Place, fresh_database, queue_settings


@pytest.mark.parametrize(("kind", "examples"), [("sqlite", 20), ("postgresql", 3), ("mariadb", 3)])
def test_every_history_of_the_queue_is_a_legal_one(
    kind: str, examples: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    server = None if kind == "sqlite" else request.getfixturevalue(kind)
    with fresh_database(kind, tmp_path, server) as database:

        class Machine(JobStoreMachine):
            place = Place(database, queue_settings(tmp_path, attempts=3))

        run_state_machine_as_test(
            Machine,
            settings=settings(
                max_examples=examples,
                stateful_step_count=100,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate],  # shrinking takes minutes, and ids are random
            ),
        )
