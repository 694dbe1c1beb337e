"""Unit tests do not wait for the disk: on a busy machine one fsync can wait for everybody's data.

The integration tests and the laws of stores do, so the real calls run there.
"""

from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def no_fsync(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)
