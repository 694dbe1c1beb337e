"""Readers of every registered format that share no code with its encoder: the law of formats reads back with them.

Each module of ``tests/laws/readers`` whose name begins with ``by_`` adds the formats in its ``READERS``.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from tests.laws.readers.reader import Reader

READERS: dict[str, tuple[Reader, ...]] = {}
for module in sorted(Path(__file__).with_name("readers").glob("by_*.py")):
    READERS.update(import_module(f"tests.laws.readers.{module.stem}").READERS)
