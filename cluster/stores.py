"""Which store a URL means. A new kind of store is one module and one line here."""

from __future__ import annotations

from pathlib import Path

from cluster.errors import StoreError
from cluster.storage import STATE, Store

KNOWN = "a path, file:///path, s3://bucket/prefix or memory://name"


def split_url(url: str) -> tuple[str, str]:
    """(scheme, rest) of a target; a bare path is of scheme ``file`` and becomes absolute. StoreError if unknown."""
    scheme, colon, rest = url.partition("://")
    if not colon:
        if not url:
            raise StoreError(f"the target is empty; it is to be {KNOWN}")
        return "file", str(Path(url).expanduser().absolute())
    if scheme == "file":
        rest = rest.removeprefix("localhost")
        if not rest.startswith("/"):
            raise StoreError(f"{url} is no absolute path; write file:///path")
        return scheme, str(Path(rest))
    if scheme == "s3" and not rest.strip("/"):
        raise StoreError(f"{url} names no bucket; write s3://bucket or s3://bucket/prefix")
    if scheme not in {"s3", "memory"}:
        raise StoreError(f"no store for {scheme}:// targets; a target is {KNOWN}")
    return scheme, rest.strip("/")


def canonical_url(url: str) -> str:
    """``url`` as it is recorded: a path becomes absolute, so that a worker elsewhere means the same folder."""
    scheme, rest = split_url(url)
    return f"{scheme}://{rest}"


def open_store(url: str, scratch: str = f"{STATE}/scratch") -> Store:
    """The store at a URL. ``scratch`` is its folder for temporary names. Opening touches nothing; see Store.check."""
    scheme, rest = split_url(url)
    if scheme == "file":
        from cluster.storage_local import LocalStore

        return LocalStore(Path(rest), scratch)
    if scheme == "memory":
        from cluster.storage_memory import MemoryStore

        return MemoryStore(rest)
    from cluster.storage_s3 import S3Store

    bucket, _, prefix = rest.partition("/")
    return S3Store(bucket, prefix)
