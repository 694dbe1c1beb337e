"""What the README shows works as shown."""

from __future__ import annotations

import gzip
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.command_line import prepared
from tests.servers.installation import installation

ROOT = Path(__file__).parents[2]
README, EXAMPLES = (ROOT / "README.md").read_text(), ROOT / "examples"
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
    examples = [each for each in blocks("python") if "httpx" not in each]
    assert len(examples) == 2
    for example in examples:
        run = subprocess.run([sys.executable, "-c", example], cwd=shop, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        assert run.stdout


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service with a dispatcher of its own; its URL."""
    with installation(tmp_path_factory.mktemp("service")) as place:
        yield place.serve("--registration", "open")[1]


def test_the_way_over_http_is_as_shown(service: str, tmp_path: Path) -> None:
    for name, language, command in (("rest.sh", "bash", ["bash", "-eu"]), ("rest.py", "python", [sys.executable])):
        file = EXAMPLES / name
        assert file.read_text() in blocks(language)
        folder = tmp_path / name
        folder.mkdir()
        environment = {**os.environ, "SEEDBED_URL": service}
        run = subprocess.run([*command, file], cwd=folder, env=environment, capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr
        assert "200000," in run.stdout
        assert "200003" in run.stdout
        with gzip.open(folder / "data.ndjson.gz") as lines:
            assert sum(1 for _ in lines) == 200_000


def test_every_command_and_option_in_the_table_exists() -> None:
    rows = re.findall(r"^\| `seedbed (\w+)[^`]*`.*$", README, flags=re.MULTILINE)
    assert {"generate", "preview", "verify", "validate", "types"} <= set(rows)
    for command in rows:
        line = next(line for line in README.splitlines() if line.startswith(f"| `seedbed {command}"))
        shown = prepared().run([command, "--help"], environment={"COLUMNS": "200"})
        for option in re.findall(r"--[a-z-]+", line):
            assert option in shown.stdout, (command, option)
