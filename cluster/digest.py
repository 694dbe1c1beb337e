"""Tagged digests of bytes, and of a whole as a tree over its parts.

A digest is written ``xxh3-128:<hex>`` or ``sha256:<hex>``, so a manifest says by itself how it was made. A whole is
digested over its parts' digests, not over its bytes again: parts are made anywhere, in any order, and one of them can
be checked alone. Nothing here reads or writes a store.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Literal, Protocol, get_args

import xxhash

from cluster.errors import ManifestError
from formats import Chunk

DigestName = Literal["xxh3-128", "sha256"]
"""``xxh3-128`` finds every accident at memory speed; ``sha256`` also withstands an adversary, at a tenth of it."""

_TREE = b"seedbed tree 1\n"


class _Hash(Protocol):
    def update(self, data: Chunk, /) -> None: ...

    def hexdigest(self) -> str: ...


_MAKERS: dict[str, Callable[[], _Hash]] = {"xxh3-128": xxhash.xxh3_128, "sha256": hashlib.sha256}


class Digest:
    """A digest and a count of the bytes fed so far."""

    def __init__(self, name: DigestName) -> None:
        self.name = name
        self.bytes = 0
        self._hash = _MAKERS[name]()

    def update(self, chunk: Chunk) -> None:
        self._hash.update(chunk)
        self.bytes += len(chunk)

    def __str__(self) -> str:
        return f"{self.name}:{self._hash.hexdigest()}"


def digest_of(name: DigestName, data: Chunk) -> str:
    """The tagged digest of ``data``."""
    digest = Digest(name)
    digest.update(data)
    return str(digest)


def name_of(tagged: str) -> DigestName:
    """The algorithm of a tagged digest; ManifestError if this version does not know it."""
    name = tagged.partition(":")[0]
    for known in get_args(DigestName):
        if name == known:
            return known  # type: ignore[no-any-return]
    raise ManifestError(f"digest {tagged!r} is of no known kind; known: {', '.join(get_args(DigestName))}")


def tree(name: DigestName, leaves: Iterable[tuple[str, int, str]]) -> str:
    """The tagged digest of a whole: over a line ``<length of label> <label> <bytes> <digest>`` for each leaf, in order.

    A leaf is (label, size in bytes, tagged digest). The label's length keeps two lists of leaves from ever spelling
    the same text; the first line keeps a tree's digest apart from that of any file.
    """
    digest = Digest(name)
    digest.update(_TREE)
    for label, size, leaf in leaves:
        encoded = label.encode()
        digest.update(b"%d %b %d %b\n" % (len(encoded), encoded, size, leaf.encode()))
    return str(digest)
