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
SLOW = {"type": "zstd", "level": 6}
PARTS = 16


@pytest.fixture
def head() -> Iterator[RayHead]:
    with RayHead(cpus=0) as found:
        yield found


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


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
