"""What identifies a data set: a digest of everything that decides its cells."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

import rfc8785

ENGINE_VERSION = "2"
"""Changes with any golden digest, and with nothing else; recorded, never mixed into keys."""

_DECIDING = ("numpy", "pyarrow", "faker", "mimesis", "babel", "phonenumbers", "airportsdata")


def versions() -> dict[str, str]:
    """The engine's version and those of the pinned packages that can change a cell."""
    return {"engine": ENGINE_VERSION, **{name: installed(name) for name in _DECIDING}}


@cache
def installed(package: str) -> str:
    """The version of a package, looked up once: finding it out takes a millisecond."""
    return version(package)


def fingerprint(value: Mapping[str, Any]) -> str:
    """BLAKE2b-256, in hex, of the canonical JSON (RFC 8785) of a value; integers beyond 2**53 as text."""
    return hashlib.blake2b(rfc8785.dumps(_safe(value)), digest_size=32).hexdigest()


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
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53:
        return f"int:{value}"
    return value
