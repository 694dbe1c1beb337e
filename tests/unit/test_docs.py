"""What is written about field types, settings and commands is what they are now."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from api.commands_jobs import jobs
from api.settings import Settings
from cluster import catalogue
from generator import RowRange, compile_schema

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "field-types.md"
GUIDE = ROOT / "docs" / "schema.md"
SERVICE = ROOT / "docs" / "service.md"


def test_the_page_of_field_types_is_current_and_the_same_in_every_process() -> None:
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    remedy = "docs/field-types.md does not say what the field types are now: write it with make docs"
    assert catalogue.markdown() == page, remedy
    command = [sys.executable, "-m", "cluster", "types", "--markdown"]
    environment = {**os.environ, "PYTHONHASHSEED": "1", "SEEDBED_KERNELS": "reference"}
    written = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert written.stdout == page


@pytest.mark.parametrize("document", re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL))
def test_every_example_of_the_guide_makes_rows(document: str) -> None:
    for table in compile_schema(document).tables.values():
        assert table.batch(RowRange(0, table.rows)).num_rows == table.rows


def test_the_table_of_settings_is_that_of_the_code() -> None:
    rows = re.findall(r"^\| `SEEDBED_(\w+)` \| (.*?) \| (.*?) \|$", SERVICE.read_text(encoding="utf-8"), re.MULTILINE)
    expected = []
    for name, field in Settings.model_fields.items():
        default = f"{field.default:,}" if isinstance(field.default, int) and field.default >= 10_000 else field.default
        expected.append((name.upper(), "" if str(default) in {"None", ""} else f"`{default}`", field.description))
    assert rows == expected


def test_the_guide_to_the_service_names_every_command_of_jobs_and_no_other() -> None:
    group = typer.main.get_command(jobs)
    commands = set(group.commands)  # type: ignore[attr-defined]
    table = re.findall(r"^\| (`seedbed jobs .*?) \|", SERVICE.read_text(encoding="utf-8"), re.MULTILINE)
    named = {re.sub(r"^seedbed jobs ", "", words).split()[0] for row in table for words in re.findall("`(.*?)`", row)}
    assert named == commands
    page = SERVICE.read_text(encoding="utf-8")
    known = {option for command in group.commands.values() for each in command.params for option in each.opts}  # type: ignore[attr-defined]
    written = set(re.findall(r"--[a-z][a-z-]*", page[page.index("| Command |") : page.index("Jobs belong to")]))
    assert written <= known
