"""What is written about the field types is what they are now."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cluster import catalogue
from generator import RowRange, compile_schema

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "field-types.md"
GUIDE = ROOT / "docs" / "schema.md"


def written(**environment: str) -> str:
    command = [sys.executable, "-m", "cluster", "types", "--markdown"]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=True
    ).stdout


def test_the_page_of_field_types_is_current() -> None:
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    assert written() == page, "docs/field-types.md does not say what the field types are now: write it with make docs"


def test_the_page_is_the_same_in_every_process() -> None:
    assert written(PYTHONHASHSEED="1", SEEDBED_KERNELS="reference") == catalogue.markdown()


@pytest.mark.parametrize("document", re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL))
def test_every_example_of_the_guide_makes_rows(document: str) -> None:
    for table in compile_schema(document).tables.values():
        assert table.batch(RowRange(0, table.rows)).num_rows == table.rows
