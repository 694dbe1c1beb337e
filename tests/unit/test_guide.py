"""Every example of the guide is a whole document that works."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from generator import compile_schema, parse_document

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "schema.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)


def test_the_guide_has_examples() -> None:
    assert len(EXAMPLES) > 5


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_the_guide_gives_rows(example: str) -> None:
    for table in compile_schema(parse_document(example)).tables.values():
        rows = min(table.rows, 200)
        assert rows > 0
        assert table.take(np.arange(rows, dtype=np.uint64)).num_rows == rows
