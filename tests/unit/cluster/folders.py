"""What tests of whole orders share: the files of a folder, and a run that ends in the middle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cluster.order import Order
from cluster.run import run_here
from cluster.worker import PartMaker, Task


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its name there."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class CrashError(Exception):
    """Stands for a power cut."""


def crash_after(parts: int, order: Order, monkeypatch: pytest.MonkeyPatch, **options: Any) -> None:
    """Runs an order until so many parts are recorded, then ends the run."""
    made: list[Task] = []
    make = PartMaker.__call__

    def limited(self: PartMaker, task: Task) -> Any:
        if len(made) == parts:
            raise CrashError
        made.append(task)
        return make(self, task)

    with monkeypatch.context() as patch:
        patch.setattr(PartMaker, "__call__", limited)
        with pytest.raises(CrashError):
            run_here(order, **options)
