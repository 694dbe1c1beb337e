"""Ray clusters of several nodes on this machine: real heads, worker nodes that die, and Ray's own autoscaler.

Every node is a ``ray start --block`` with processes of its own, on free ports of the loopback network. All that a node
starts carries the node's mark in its environment, so exactly that is ended, whoever its parent is by then. Drivers are
processes of their own (``driver``): this one may have a Ray already, and Ray ends a driver whose head stays away.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from tests.servers.process import free_port
from tests.servers.ray_growing import Growing

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
MARK = "SEEDBED_TEST_RAY_NODE"
_START_SECONDS = 90.0
_HEAD_ADDRESS = "127.0.0.2"
"""Of the loopback network, as Ray takes the machine's own address in place of 127.0.0.1."""


@dataclass(eq=False)
class RayNode:
    """One node: its ``ray start``, and everything that this has started."""

    environment: dict[str, str]
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    process: subprocess.Popen[bytes] | None = None

    def run(self, log: Path, *options: str, **more: object) -> None:
        """``ray start``, to end with the tests however they end."""
        dying = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        named = [f"--{name.replace('_', '-')}={value}" for name, value in more.items()]
        command = [*dying, str(BIN / "ray"), "start", "--block", "--object-store-memory=100000000", *options, *named]
        with log.open("ab") as said:
            self.process = subprocess.Popen(
                command, env=self.environment | {MARK: self.mark}, stdout=said, stderr=said, cwd="/"
            )

    def processes(self) -> dict[int, str]:
        """The node's processes: their ids, with their programs and arguments."""
        mark = f"{MARK}={self.mark}".encode()
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal():
                with contextlib.suppress(OSError):
                    if mark in (entry / "environ").read_bytes().split(b"\0"):
                        found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        return found

    def raylet(self) -> int:
        """The process id of the node's raylet; AssertionError if there is none."""
        found = [pid for pid, command in self.processes().items() if command.split(" ")[0].endswith("/raylet")]
        assert found, "the node has no raylet"
        return found[0]

    def kill(self) -> None:
        """Ends all processes of the node at once, as a machine that loses its power does."""
        while processes := {pid for pid, command in self.processes().items() if command}:  # a dead one has no command
            for pid in processes:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)
        if self.process is not None:
            self.process.wait(30)


class RayHead:
    """A Ray cluster: a head with ``cpus`` processors, and the nodes that ``add_node`` or its autoscaler gives it.

    ``lasting``: the head's tables are on disk, so that nodes and detached actors outlive ``restart``; otherwise a new
    head knows nothing of them. ``dashboard``: with a job server, at the URL of this name. ``environment``: variables
    for all nodes, and so for all actors.
    """

    def __init__(
        self,
        cpus: int = 0,
        *,
        growing: Growing | None = None,
        lasting: bool = False,
        dashboard: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="ray-"))  # short: socket names are
        self._cpus, self._growing, self._dashboard = cpus, growing, dashboard
        self._addresses = (f"127.0.0.{number}" for number in itertools.count(3))
        self._ports = {name: free_port() for name in ("gcs", "dashboard", "client", "agent", "agent_http", "metrics")}
        self.address = f"{_HEAD_ADDRESS}:{self._ports['gcs']}"
        self.dashboard = f"http://127.0.0.1:{self._ports['dashboard']}"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("RAY_")},
            "RAY_USAGE_STATS_ENABLED": "0",
            "RAY_AUTH_MODE": "disabled",
            "RAY_TMPDIR": str(self._folder),
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            **(environment or {}),
        }
        if lasting:
            self.environment |= {"RAY_gcs_storage": "rocksdb", "RAY_gcs_storage_path": str(self._folder / "gcs")}
        self.nodes: list[RayNode] = []
        self._head = RayNode(self.environment)
        self._former_heads: set[bytes] = set()

    @property
    def driver_environment(self) -> dict[str, str]:
        """For a process that is to connect to this cluster."""
        return {**self.environment, "RAY_ADDRESS": self.address}

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Returns once the head answers."""
        environment, options = self.environment, []
        if self._growing is not None:
            config = self._folder / "autoscaling.json"
            config.write_text(json.dumps(self._growing.configuration(self.address, self._cpus)))
            options.append(f"--autoscaling-config={config}")
            environment = environment | self._growing.environment
        former = self._folder / "ray_current_cluster"
        former.unlink(missing_ok=True)  # Ray would take a head that died for one that lives
        self._head = RayNode(environment)
        self._head.run(
            self._folder / "head.log",
            "--head",
            *options,
            temp_dir=self._folder,
            node_ip_address=_HEAD_ADDRESS,
            num_cpus=self._cpus,
            port=self._ports["gcs"],
            include_dashboard=str(self._dashboard).lower(),
            dashboard_host="127.0.0.1",
            dashboard_port=self._ports["dashboard"],
            ray_client_server_port=self._ports["client"],
            dashboard_agent_grpc_port=self._ports["agent"],
            dashboard_agent_listen_port=self._ports["agent_http"],
            metrics_export_port=self._ports["metrics"],
        )
        self._wait(self._head, "head.log", self._answers)

    def add_node(self, cpus: int = 1) -> RayNode:
        """One more node, at a loopback address of its own; returns once it has joined."""
        before, node = {node.node_id for node in self._living()}, RayNode(self.environment)
        name = f"node-{len(self.nodes)}.log"
        self.nodes.append(node)
        node.run(
            self._folder / name,
            address=self.address,
            node_ip_address=next(self._addresses),
            num_cpus=cpus,
            dashboard_agent_grpc_port=free_port(),
            dashboard_agent_listen_port=free_port(),
            metrics_export_port=free_port(),
        )
        self._wait(node, name, lambda: bool({node.node_id for node in self._living()} - before))
        return node

    def alive(self) -> int:
        """How many nodes live, the head among them, as far as Ray knows; none while the head does not answer."""
        return len(self._living())

    def kill_raylet(self, node: RayNode) -> None:
        """SIGKILL for the process that is the node to Ray; the node's workers end by themselves."""
        os.kill(node.raylet(), signal.SIGKILL)

    def kill(self) -> None:
        """The head dies without a word; its nodes are left alone."""
        self._head.kill()

    def restart(self) -> None:
        """The head dies, and another one starts at the same address."""
        self.kill()
        self.start()

    def stop(self) -> None:
        """Ends everything that was started here, and leaves nothing behind."""
        for node in [self._head, *self.nodes]:
            node.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def logs(self) -> str:
        """The last that each node has said."""
        return "\n".join(f"{path.name}:\n{path.read_text()[-3000:]}" for path in sorted(self._folder.glob("*.log")))

    def _living(self) -> list[Any]:
        from ray._raylet import GcsClient

        try:
            found = GcsClient(address=self.address).get_all_node_info(timeout=2)
        except Exception:  # Ray's own errors and those of its transport: it is not there yet
            return []
        return [node for node in found.values() if node.state == 0]

    def _answers(self) -> bool:
        heads = {node.node_id for node in self._living() if node.is_head_node} - self._former_heads
        if not heads or (self._dashboard and not _is_there(f"{self.dashboard}/api/jobs/")):
            return False
        self._former_heads |= heads  # a lasting one is said to live for some seconds after its death
        return True

    def _wait(self, node: RayNode, log: str, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not ready():
            ended = node.process is None or node.process.poll() is not None
            if ended or time.monotonic() > deadline:
                said = (self._folder / log).read_text()[-3000:]
                raise AssertionError(f"a Ray node {'ended' if ended else 'did not start'}:\n{said}")
            time.sleep(0.05)


def _is_there(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except OSError:
        return False


@contextlib.contextmanager
def driver(
    head: RayHead, *arguments: str, environment: Mapping[str, str] | None = None, log: Path | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A Python process that may connect to the cluster, its output in a pipe; killed at the end if it still runs.

    ``environment``: variables of its own; ``log``: a file for its error output.
    """
    with contextlib.ExitStack() as stack:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            env={**head.driver_environment, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=stack.enter_context(log.open("wb")) if log is not None else None,
            text=True,
            cwd=ROOT,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait(30)
            if process.stdout is not None:
                process.stdout.close()
