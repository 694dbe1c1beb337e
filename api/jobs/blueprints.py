"""Compiled orders, kept for a while: whoever asks for the same again is answered without compiling it again."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from cachetools import LRUCache

from cluster import Blueprint, Order, OrderError
from generator import Plan, compile_schema

_KEPT = 64
_LARGEST = 256 << 10
"""Characters of a document from which on its compiled order is not kept."""
WORDS = {"layout": ("merged", "parts", "both"), "archive": ("none", "zip"), "hash": ("xxh3-128", "sha256")}
"""The options of an order that are words."""


class Blueprints:
    """One for all threads. ``storage``: where orders go, which no byte depends on."""

    def __init__(self, storage: str) -> None:
        self._storage = storage
        self._plans: LRUCache[str, Plan] = LRUCache(_KEPT)
        self._names: WeakKeyDictionary[Plan, str] = WeakKeyDictionary()
        self._orders: LRUCache[str, Blueprint] = LRUCache(_KEPT)
        self._lock = threading.Lock()

    def plan(self, document: str | bytes | Mapping[str, Any], rows: int | Mapping[str, int] | None) -> Plan:
        """The document compiled. SchemaError with every mistake."""
        key = _key(document, rows)
        with self._lock:
            found = self._plans.get(key) if key else None
        if found is None:
            found = compile_schema(document, rows)
            if key:
                with self._lock:
                    self._plans[key] = found
                    self._names[found] = key
        return found

    def order(self, plan: Plan, **wanted: Any) -> Blueprint:
        """The order for a compiled document. OrderError or SchemaError says what is wrong with its options."""
        for what, words in WORDS.items():
            if (word := wanted.get(what, words[0])) not in words:
                raise OrderError(f"{what} {word!r} is none; it is {', '.join(words[:-1])} or {words[-1]}")
        name = self._names.get(plan)
        key = _key(name, wanted) if name else ""
        with self._lock:
            found = self._orders.get(key) if key else None
        if found is None:
            found = Order.of_plan(plan, self._storage, **wanted)
            if key:
                with self._lock:
                    self._orders[key] = found
        return found


def _key(*parts: Any) -> str:
    """Names what is asked for; empty for what is too large, or not JSON, to be kept."""
    try:
        text = json.dumps([each.decode() if isinstance(each, bytes) else each for each in parts])
    except (TypeError, ValueError):
        return ""
    return hashlib.blake2b(text.encode()).hexdigest() if len(text) <= _LARGEST else ""
