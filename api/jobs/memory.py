"""Small answers kept in memory: the least recently used give way, and each is made once however many ask at once.

What is kept never goes stale, because keys name contents: an artifact with its digest, a plan by its fingerprint.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from cachetools import LRUCache


@dataclass
class _Loading:
    """One key being loaded; ``waiting``: how many threads hold on to the lock's entry."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    waiting: int = 0


class MemoryCache:
    """At most so many bytes of values. Any thread may call it."""

    def __init__(self, most_bytes: int) -> None:
        self._kept: LRUCache[Hashable, bytes] = LRUCache(most_bytes, getsizeof=len)
        self._lock = threading.Lock()
        self._loading: dict[Hashable, _Loading] = {}

    @property
    def size(self) -> int:
        """How many bytes of values are kept."""
        with self._lock:
            return int(self._kept.currsize)

    def get(self, key: Hashable, load: Callable[[], bytes]) -> bytes:
        """The value of a key, loaded if it is not there; whoever asks meanwhile waits for the one who loads.

        What ``load`` raises comes through, and whoever waits then loads in its turn.
        """
        with self._lock:
            if (found := self._kept.get(key)) is not None:
                return found
            loading = self._loading.setdefault(key, _Loading())
            loading.waiting += 1
        try:
            with loading.lock:
                with self._lock:
                    if (found := self._kept.get(key)) is not None:
                        return found
                value = load()
                with self._lock:
                    if len(value) <= self._kept.maxsize:
                        self._kept[key] = value
                return value
        finally:
            with self._lock:
                loading.waiting -= 1
                if not loading.waiting:
                    self._loading.pop(key, None)
