"""What identifies a data set: a digest of everything that decides its cells."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

import rfc8785

ENGINE_VERSION = "2"
"""Changes with any golden digest, and with nothing else; recorded, never mixed into keys."""

_UNLIKE = re.compile(r"[:\[,]-?[0-9]+[.e]|[\ud800-\U0010ffff]")
"""What JSON of the standard library has where it may not be canonical; texts that look like it do no harm."""
_EXACT = 2**53
"""From here on, not every integer is a number of JSON."""
_DECIDING = ("numpy", "pyarrow", "faker", "mimesis", "babel", "phonenumbers", "airportsdata")


def versions() -> dict[str, str]:
    """The engine's version and those of the pinned packages that can change a cell."""
    return {"engine": ENGINE_VERSION, **{name: installed(name) for name in _DECIDING}}


@cache
def installed(package: str) -> str:
    """The version of a package, looked up once: finding it out takes a millisecond."""
    return version(package)


def fingerprint(value: Mapping[str, Any]) -> str:
    """BLAKE2b-256, in hex, of the canonical JSON (RFC 8785) of a value; integers from 2**53 on as text."""
    return hashlib.blake2b(canonical(value), digest_size=32).hexdigest()


def canonical(value: Mapping[str, Any]) -> bytes:
    """The canonical JSON of a value, integers from 2**53 on as text. Keys are strings.

    The standard library writes the same several times faster, but for fractions and an order of keys that is of UTF-16
    beyond the Basic Multilingual Plane.
    """
    safe = _safe(value)
    text = json.dumps(safe, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return rfc8785.dumps(safe) if _UNLIKE.search(text) else text.encode()


def in_order(value: Any) -> Any:
    """A document with its mappings as lists of pairs, which keep their order."""
    if isinstance(value, Mapping):
        return [[key, in_order(item)] for key, item in value.items()]
    return [in_order(item) for item in value] if isinstance(value, list | tuple) else value


def _safe(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _safe(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_safe(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return int(value)  # they look alike
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= _EXACT:
        return f"int:{value}"
    return value
