"""Production on one machine, with nodes and processes that die: the whole of ``make rehearse``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_rehearsal_ends_with_every_data_set_verified() -> None:
    done = subprocess.run([sys.executable, "-m", "tests.rehearsal"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    print(done.stdout)
    assert done.returncode == 0
    assert "0 things are wrong" in done.stdout
