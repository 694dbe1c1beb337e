"""What stands in the rehearsal: the servers, Ray with its autoscaler, a dispatcher, three replicas of the service."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from cluster.s3_server import S3Server
from tests.servers.installation import Command, Installation, PostgreSQL, installation
from tests.servers.ray_growing import Growing
from tests.servers.ray_head import RayHead
from tests.servers.redis import redis_url

REPLICAS = 3
NODES = 3
CPUS = 1
"""Of a generator node: one actor each."""
IDLE_SECONDS = 6.0
SECRET = "a secret that all replicas share, 32 bytes"
TOKEN = "a token that all of Ray has to have: 32 bytes"
_WAITED = 120.0
_ACTORS = """
import os, ray
ray.init(os.environ["RAY_ADDRESS"], log_to_driver=False, logging_level="ERROR")
for each in ray._private.state.actors().values():
    if each["State"] not in {"DEAD"}:
        print({name: each[name] for name in ("ActorClassName", "State", "JobID", "Address")})
for node in ray.nodes():
    print({name: node[name] for name in ("NodeID", "Alive", "NodeManagerAddress", "Resources")})
"""


@dataclass
class Stage:
    """Everything, running. ``replicas``: processes and URLs, of which some may have been killed."""

    place: Installation
    head: RayHead
    storage: S3Server
    replicas: list[tuple[Command, str]] = field(default_factory=list)
    dispatchers: list[Command] = field(default_factory=list)

    def nodes(self) -> int:
        """How many generator nodes live, as far as Ray knows."""
        return max(0, self.head.alive() - 1)

    def urls(self) -> list[str]:
        """Of all replicas, also of those that were killed: a client does not know."""
        return [url for _, url in self.replicas]

    def start_replica(self) -> str:
        command, url = self.place.serve("--no-dispatcher")
        self.replicas.append((command, url))
        return url

    def start_dispatcher(self, name: str) -> None:
        self.dispatchers.append(self.place.dispatcher(name))

    def kill_replica(self) -> str:
        """SIGKILL for one that runs; its URL."""
        command, url = next(each for each in self.replicas if each[0].process.poll() is None)
        command.kill()
        return url

    def kill_dispatcher(self) -> None:
        """SIGKILL for what keeps it, and for itself, which would else hand its runs back in order."""
        command = self.dispatchers[-1]
        children = command.children()
        command.kill()
        for child in children:
            os.kill(child, signal.SIGKILL)

    def kill_node(self) -> int:
        """SIGKILL for the raylet of a generator node; its process id."""
        found = self._raylets()[0]
        os.kill(found, signal.SIGKILL)
        return found

    def has_noticed(self) -> bool:
        """Whether Ray counts only nodes that live: it takes a quarter of a minute to notice a death."""
        return self.nodes() == len(self._raylets())

    def _raylets(self) -> list[int]:
        head = self.head.address.partition(":")[0]
        return [pid for pid, ip in raylets(self.head.address).items() if ip != head]

    def said(self) -> str:
        """The last that dispatchers and the autoscaler have said, and which actors there are."""
        actors = subprocess.run([sys.executable, "-c", _ACTORS], env=self.head.driver_environment, capture_output=True)
        logs = [command.said[-3000:] for command in self.dispatchers]
        return "\n".join([*logs, actors.stdout.decode()])

    def files(self, target: str) -> list[str]:
        """The objects below a URL."""
        import s3fs

        return list(s3fs.S3FileSystem(use_listings_cache=False).find(target))

    def leftovers(self) -> list[str]:
        """Objects of runs that are over, and uploads that nobody has completed or given up."""
        import s3fs

        files = s3fs.S3FileSystem(use_listings_cache=False)
        uploads = files.call_s3("list_multipart_uploads", Bucket=self.storage.bucket).get("Uploads", [])
        temporary = [name for name in files.find(self.storage.bucket) if "/.seedbed/" in name]
        return [*temporary, *(f"upload {each['Key']}" for each in uploads)]


def raylets(address: str) -> dict[int, str]:
    """Raylets of the cluster whose head is at an address: process id → the node's IP address."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                ip = re.search(r"--node_ip_address=(\S+)", words)
                if words.split(" ")[0].endswith("/raylet") and address in words and ip:
                    found[int(entry.name)] = ip[1]
    return found


def wait_for(condition: Callable[[], object], what: str, seconds: float = _WAITED) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come true within {seconds:.0f} seconds")
        time.sleep(0.1)


@contextlib.contextmanager
def stage(folder: Path, said: Callable[[str], None]) -> Iterator[Stage]:
    """Starts everything, and stops what it has started."""
    with ExitStack() as stack:
        database = PostgreSQL()
        stack.callback(database.remove)
        database.start()
        said("PostgreSQL")
        limits = redis_url()
        said("Redis")
        for name in ("s3", "service"):
            (folder / name).mkdir()
        storage = stack.enter_context(S3Server(folder / "s3"))
        for name, value in storage.environment.items():
            os.environ[name] = value
        said(f"an S3 server at {storage.endpoint}")
        token = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": TOKEN}
        os.environ.update(token)  # this process asks the head which nodes live
        growing = Growing(cpus=CPUS, most=NODES, idle_seconds=IDLE_SECONDS)
        head = stack.enter_context(RayHead(cpus=0, growing=growing, environment=token))
        said(f"a Ray head at {head.address}, without processors, that may have {NODES} nodes of {CPUS}")
        settings = {
            "DATABASE_URL": database.url,
            "STORAGE_URL": f"s3://{storage.bucket}/rehearsal",
            "LIMITS_URL": limits,
            "SECRET": SECRET,
            "REGISTRATION": "open",
            "LOGS": "json",
            "ACTORS_CEILING": str(NODES * CPUS),
            "DRAIN_SECONDS": "5",
            "IDLE_SECONDS": str(IDLE_SECONDS),
            "USER_REQUESTS": "100000",
            "ADDRESS_REQUESTS": "100000",
        }
        environment = {f"SEEDBED_{name}": value for name, value in settings.items()}
        environment |= {"RAY_ADDRESS": head.address, "RAY_TMPDIR": head.environment["RAY_TMPDIR"], **token}
        place = stack.enter_context(installation(folder / "service", environment=environment, runner="ray"))
        found = Stage(place, head, storage)
        found.start_dispatcher("first")
        with ThreadPoolExecutor(REPLICAS) as threads:
            urls = list(threads.map(lambda _: found.start_replica(), range(REPLICAS)))
        said(f"a dispatcher, and {REPLICAS} replicas at {', '.join(urls)}")
        wait_for(lambda: httpx.get(f"{urls[0]}/health/ready").json()["status"] == "ok", "that the service is ready")
        yield found
