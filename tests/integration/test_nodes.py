"""Nodes that die under an order: what they held is made again elsewhere, and nobody can tell from the bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cluster.order import Order
from cluster.run import run_here
from tests.servers.ray_head import RayHead, driver

pytestmark = pytest.mark.ray

MAKE = """
import sys
from cluster.order import Order
from cluster.run import run

def tell(progress):
    print("#", progress.stage, progress.parts, progress.actors, flush=True)

run(Order.model_validate_json(sys.argv[1]), actors=2, ray=True, progress=tell)
"""
HOSTS = """
import json, sys, time
import ray
from cluster.calls import Calls
from cluster.hosts_ray import Hosts
from cluster.session import ray_session

with ray_session(None):
    several = [Hosts(Calls(), print, print, print) for _ in range(5)]
    deadline = time.monotonic() + 60
    actors = []
    while [each["State"] for each in actors] != ["ALIVE"] * 5 and time.monotonic() < deadline:
        actors = list(ray._private.state.actors().values())
        time.sleep(0.1)
    (head,) = [each["NodeID"] for each in ray.nodes() if "node:__internal_head__" in each["Resources"]]
    print("#", len(actors), *{each["Address"]["NodeID"] == head for each in actors}, flush=True)
"""
SLOW = {"type": "zstd", "level": 6}
PARTS = 16


@pytest.fixture
def head() -> Iterator[RayHead]:
    with RayHead(cpus=0) as found:
        yield found


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_coordinators_stand_on_the_head_s_node_and_keep_no_other(head: RayHead) -> None:
    for _ in range(2):
        head.add_node(cpus=1)
    with driver(head, "-c", HOSTS) as asking:
        assert asking.stdout is not None
        said = [line.split() for line in asking.stdout if line.startswith("#")]
        assert asking.wait(60) == 0, head.logs()
    assert said == [["#", "5", "True"]]


def test_a_node_that_dies_costs_its_parts_and_nothing_else(
    head: RayHead, document: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    nodes = [head.add_node(cpus=1), head.add_node(cpus=1)]
    schema = document(PARTS, wide=True)
    order = Order.of(schema, str(tmp_path / "out"), compression=SLOW)
    killed_at = None
    with driver(head, "-c", MAKE, order.model_dump_json()) as making:
        assert making.stdout is not None
        for line in making.stdout:
            if not line.startswith("#"):
                continue  # Ray reports the death of the node
            stage, parts, actors = line.split()[1:]
            if killed_at is None and stage == "making" and int(parts) >= 3 and int(actors) == 2:
                killed_at = int(parts)
                head.kill_raylet(nodes[0])
        assert making.wait(60) == 0, head.logs()
    assert killed_at is not None
    assert killed_at < PARTS / 2
    run_here(Order.of(schema, str(tmp_path / "here"), compression=SLOW), threads=2)
    assert files(tmp_path / "out") == files(tmp_path / "here")
