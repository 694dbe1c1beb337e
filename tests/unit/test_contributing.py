"""The formats that CONTRIBUTING.md shows are whole: others read what they write."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
WRITES = """
import sys
from cluster import Order, run_order

fields = {
    "id": "sequence",
    "name": {"type": "full_name", "nulls": 0.3},
    "note": {"type": "choice", "values": ["a\\tb", "c\\nd", "\\\\"]},
    "score": {"type": "float", "min": 0, "max": 1, "nulls": 0.2},
}
document = {"seed": 1, "tables": {"people": {"rows": 500, "fields": fields}}}
run_order(Order.of(document, sys.argv[1], format="ltsv,rowbinary,ndjson"))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same rows in both formats and in NDJSON, written by a process that has the page's code."""
    blocks = [code for code in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if "@file_format(" in code]
    made = tmp_path_factory.mktemp("formats")
    script = made / "page.py"
    script.write_text("\n".join([*blocks, WRITES]), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, script, made / "data"], check=True, cwd=ROOT, env=environment)
    return made / "data"


def rows(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "people.ndjson").read_text(encoding="utf-8").splitlines()]


def test_the_text_format_of_the_page_holds_what_is_there(folder: Path) -> None:
    spelled = {"\\\\": "\\", "\\t": "\t", "\\n": "\n"}
    found = [
        {
            label: re.sub(r"\\.", lambda escape: spelled[escape[0]], value)
            for label, _, value in (cell.partition(":") for cell in line.split("\t"))
        }
        for line in (folder / "people.ltsv").read_text(encoding="utf-8").splitlines()
    ]
    expected = [{name: str(value) for name, value in row.items() if value is not None} for row in rows(folder)]
    assert found == expected


def test_the_binary_format_of_the_page_is_read_by_another_database(folder: Path) -> None:
    import chdb

    columns = "id Int64, name Nullable(String), note String, score Nullable(Float64)"
    answer = chdb.query(f"SELECT * FROM file('{folder / 'people.bin'}', 'RowBinary', '{columns}')", "JSONEachRow")
    found = [json.loads(line) for line in bytes(answer.bytes()).decode().splitlines()]
    assert [{**row, "id": int(row["id"])} for row in found] == rows(folder)
