"""A Redis server of the tests' own: the machine's, or Debian's package."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from tests.servers.database import at_the_end
from tests.servers.debian import program
from tests.servers.process import ServerProcess, free_port, owned_by_the_server


@cache
def redis_url() -> str:
    """The server's URL; it is started when it is first asked for, and ends with this process."""
    import redis

    port, folder = free_port(), owned_by_the_server(Path(tempfile.mkdtemp(prefix="redis-")))
    command = [program("redis-server", "redis-server"), "--port", str(port), "--bind", "127.0.0.1"]
    process = ServerProcess([*command, "--save", "", "--appendonly", "no", "--dir", str(folder)], folder)
    at_the_end(process.stop)
    url = f"redis://127.0.0.1:{port}/0"

    def answers() -> bool:
        try:
            return bool(redis.Redis.from_url(url).ping())
        except redis.ConnectionError:
            return False

    process.wait_until(answers)
    return url
