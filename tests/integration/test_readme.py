"""What the README shows works as shown."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.command_line import prepared

README = (Path(__file__).parents[2] / "README.md").read_text()
BIN = Path(sys.executable).parent


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "shop.yaml").write_text(blocks("yaml")[0])
    return tmp_path


def test_the_commands_of_the_tour_run(shop: Path) -> None:
    commands = [
        line[2:].partition("   #")[0].strip() for line in blocks("console")[1].splitlines() if line.startswith("$ ")
    ]
    assert len(commands) == 5
    for command in commands:
        small = command.replace("orders=50M", "orders=500k")
        program, *arguments = shlex.split(small)
        run = subprocess.run([BIN / program, *arguments], cwd=shop, capture_output=True, text=True)
        assert run.returncode == 0, (command, run.stderr)
    assert (shop / "shop" / "orders.csv").read_text().startswith("id,customer_id,customer_email,ordered_at,amount")


def test_the_python_examples_run(shop: Path) -> None:
    examples = blocks("python")
    assert len(examples) == 2
    for example in examples:
        run = subprocess.run([sys.executable, "-c", example], cwd=shop, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        assert run.stdout


def test_every_command_and_option_in_the_table_exists() -> None:
    rows = re.findall(r"^\| `seedbed (\w+)[^`]*`.*$", README, flags=re.MULTILINE)
    assert {"generate", "preview", "verify", "validate", "types"} <= set(rows)
    for command in rows:
        line = next(line for line in README.splitlines() if line.startswith(f"| `seedbed {command}"))
        shown = prepared().run([command, "--help"], environment={"COLUMNS": "200"})
        for option in re.findall(r"--[a-z-]+", line):
            assert option in shown.stdout, (command, option)
