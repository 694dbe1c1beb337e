"""A tiny third-party distribution, really installed, adds a field type and a format; a broken one is named."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SCHEMA = "seed: 1\nrows: 3\nfields: {id: sequence, plate: {type: licence_plate_gb, region: L}}\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the distribution installed in it by pip, metadata and all."""
    source = tmp_path_factory.mktemp("source") / "plugin"
    shutil.copytree(HERE / "plugin", source)
    target = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--target", str(target), str(source)], check=True)
    return target


def run(site: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), str(ROOT)])}
    return subprocess.run(
        [sys.executable, *arguments], input=stdin, env=environment, capture_output=True, text=True, cwd=ROOT
    )


def test_an_installed_field_type_and_format_work_like_built_in_ones(site: Path, tmp_path: Path) -> None:
    types = json.loads(run(site, "-m", "cluster", "types", "licence_plate_gb", "--json").stdout)
    assert types["options"]["region"]["default"] == "B"
    made = run(
        site, "-m", "cluster", "generate", "-", "--format", "piped", "--out", str(tmp_path / "out"), stdin=SCHEMA
    )
    assert made.returncode == 0, made.stderr
    lines = (tmp_path / "out" / "data.txt").read_text().splitlines()
    assert [line[:3] for line in lines] == ["1|L", "2|L", "3|L"]


def test_an_installed_command_joins_the_command_line(site: Path) -> None:
    assert run(site, "-m", "cluster", "plates", "--region", "L").stdout == "plates of region L\n"
    assert "plates" in run(site, "-m", "cluster", "--help").stdout


def test_the_laws_pick_an_installed_field_type_up_unedited(site: Path) -> None:
    found = run(
        site, "-m", "pytest", "-q", "-k", "licence_plate_gb", "tests/laws/test_fields.py", "-p", "no:cacheprovider"
    )
    assert found.returncode == 0, found.stdout
    assert " passed" in found.stdout


def test_a_plug_in_that_does_not_load_is_named(site: Path, tmp_path: Path) -> None:
    broken = tmp_path / "site"
    shutil.copytree(site, broken)
    (broken / "seedbed_example" / "__init__.py").write_text("import no_such_module_at_all\n")
    failed = run(broken, "-m", "cluster", "preview", "-", stdin=SCHEMA)
    assert failed.returncode == 1
    assert "the plug-in for field type 'licence_plate_gb'" in failed.stderr
    assert "no_such_module_at_all" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_a_plug_in_that_takes_a_built_in_name_is_refused(site: Path, tmp_path: Path) -> None:
    taken = tmp_path / "site"
    shutil.copytree(site, taken)
    points = next(taken.glob("*.dist-info")) / "entry_points.txt"
    points.write_text(points.read_text().replace("licence_plate_gb =", "uuid ="))
    failed = run(taken, "-m", "cluster", "types")
    assert failed.returncode == 1
    assert "'uuid' is registered twice" in failed.stderr
