"""The demonstration: a shop made on local Ray twice, with other numbers of actors, and the same hash.

Every step is a command of the command line, printed before it runs, so that it can be repeated with another schema. The
data sets go into a temporary folder, or onto an S3 server of its own on this machine.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cluster.errors import ClusterError, ManifestError
from cluster.manifest import Manifest, find_manifest
from cluster.s3_server import S3Server
from cluster.stores import open_store

_SCHEMA = "shop.yaml"


def run_demo(s3: bool = False, rows: Sequence[str] = (), keep: bool = False) -> bool:
    """Runs the demonstration; whether both runs gave the same bytes. ``rows``: as for ``seedbed generate --rows``."""
    folder = Path(tempfile.mkdtemp(prefix="seedbed-demo-"))
    try:
        with _target(folder, s3) as target:
            same = _show(target, [part for each in rows for part in ("--rows", each)])
        if keep:
            print(f"\nThe data sets are in {folder}")
        return same
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def schema_path() -> Path:
    """The shop's schema: installed beside this file, or in ``examples`` where this is a checkout."""
    here = Path(__file__)
    found = [path for path in (here.with_name(_SCHEMA), here.parents[1] / "examples" / _SCHEMA) if path.exists()]
    if not found:
        raise ClusterError(f"this installation lacks {_SCHEMA}; install Seedbed again")
    return found[0]


@contextlib.contextmanager
def _target(folder: Path, s3: bool) -> Iterator[str]:
    """Where the data sets go: the folder, or a bucket on a server that keeps its data there."""
    if not s3:
        yield str(folder)
        return
    print("Starting an S3 server (SeaweedFS) on this machine ...", flush=True)
    with S3Server(folder) as server, _environment(server.environment):
        print(f"It is at {server.endpoint}, with a bucket named {server.bucket}.")
        yield f"s3://{server.bucket}"
        print("\nThe S3 server is stopped.")


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """The AWS variables of this process, and of those that it starts, within the block."""
    before = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    for name in before:
        del os.environ[name]
    os.environ.update(values)
    try:
        yield
    finally:
        for name in values:
            os.environ.pop(name, None)
        os.environ.update(before)


def _show(target: str, rows: list[str]) -> bool:
    schema = str(schema_path())
    _seedbed("preview", schema, "--limit", "5", *rows)
    _seedbed("generate", schema, "--out", f"{target}/two-actors", "--actors", "2", "--ray", *rows)
    _seedbed("verify", f"{target}/two-actors/manifest.json", "--sample", "2")
    print("\nThe same order with another number of actors gives the same bytes:")
    _seedbed("generate", schema, "--out", f"{target}/one-actor", "--actors", "1", "--ray", *rows)
    first, second = (_manifest(f"{target}/{name}") for name in ("two-actors", "one-actor"))
    print("\nThe manifest says, for each object, how many rows and bytes it has, and its hash:")
    for item in first.objects:
        print(f"  {item.name:18} {item.stop - item.start:>10,} rows {item.bytes:>12,} bytes  {item.digest}")
    print(f"\n  two actors  {first.digest}\n  one actor   {second.digest}")
    same = first == second
    print("  the same, to the byte" if same else "  DIFFERENT: this must not happen")
    return same


def _seedbed(*arguments: str) -> None:
    """Runs one command, shown as a user would type it."""
    print(f"\n$ seedbed {' '.join(map(_short, arguments))}", flush=True)
    start = time.monotonic()
    done = subprocess.run([sys.executable, "-P", "-m", "cluster", *arguments], check=False)
    if done.returncode:
        raise ClusterError(f"the command above ended with exit code {done.returncode}")
    print(f"({time.monotonic() - start:.1f} s)", flush=True)


def _short(argument: str) -> str:
    short = os.path.relpath(argument) if argument == str(schema_path()) else argument
    return short if len(short) < len(argument) else argument


def _manifest(target: str) -> Manifest:
    found = find_manifest(open_store(target))
    if found is None:
        raise ManifestError(f"there is no manifest at {target}")
    return found
