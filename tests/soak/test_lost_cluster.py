"""A Ray cluster whose head dies under a runner: it says so, ends by itself, and what was made is gone on with."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cluster.order import Order
from cluster.progress import Progress
from cluster.run import run_here
from tests.servers.ray_head import RayHead, driver

pytestmark = pytest.mark.ray

CARRY_OUT = """
import sys
from cluster.queue import Claim
from cluster.runner import ClusterLostError
from cluster.session import ray_session

with ray_session(None):
    from cluster.runner_ray import RayRunner

    runner = RayRunner()
    runner.start(Claim("artifact", 1, sys.argv[1], "somebody"))
    try:
        while True:
            runner.resize(2)
            runner.allot({"artifact": 2})
            for report in runner.poll(0.5):
                print("parts", report.progress.parts if report.progress else 0, flush=True)
    except ClusterLostError as error:
        print("lost", error, flush=True)
    runner.close()
    print("closed", flush=True)
"""
SLOW = {"type": "zstd", "level": 9}
PARTS = 24


@pytest.fixture(params=[False, True], ids=["for good", "for a moment"])
def head(request: pytest.FixtureRequest) -> Iterator[RayHead]:
    with RayHead(cpus=0, lasting=request.param) as found:
        yield found


def test_a_runner_whose_head_dies_says_so_within_a_minute_and_nothing_made_is_lost(
    head: RayHead, document: Callable[..., dict[str, Any]], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    head.add_node(cpus=2)
    schema = document(PARTS, wide=True)
    order = Order.of(schema, str(tmp_path / "out"), compression=SLOW)
    killed, said = 0.0, []
    with driver(head, "-c", CARRY_OUT, order.model_dump_json()) as running:
        assert running.stdout is not None
        for line in running.stdout:
            word, _, rest = line.strip().partition(" ")
            if not killed and word == "parts" and int(rest) >= 4:
                killed = time.monotonic()
                if "for good" in request.node.name:
                    head.kill()
                else:
                    head.restart()
            elif word in {"lost", "closed"}:
                said.append((word, time.monotonic() - killed))
                if word == "closed":
                    break  # what Ray itself does at its end is not ours
    assert [word for word, _ in said] == ["lost", "closed"], head.logs()
    assert said[0][1] < 60
    assert said[1][1] - said[0][1] < 10
    told: list[Progress] = []
    manifest = run_here(order, threads=2, progress=told.append)
    assert told[-1].resumed >= 4
    assert manifest == run_here(Order.of(schema, str(tmp_path / "here"), compression=SLOW), threads=2)
