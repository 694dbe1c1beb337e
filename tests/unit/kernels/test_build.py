"""The package installs without a C compiler, and says what it runs on; with one: tests/kubernetes/test_image.py."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[3]
SOURCES = ("pyproject.toml", "setup.py", "README.md", "examples", "generator", "formats", "cluster", "api")
PROBE = "from generator import KERNELS, RowRange, compile_schema; print(KERNELS); "
PROBE += "print(compile_schema('{rows: 2, fields: {id: uuid}}').tables['data'].batch(RowRange(0, 2)).to_pylist())"


def build(tmp_path: Path, **environment: str) -> tuple[Path, str]:
    """The unpacked wheel of a clean copy of the sources, and what the build printed."""
    copy = tmp_path / "source"
    copy.mkdir()
    for name in SOURCES:
        source = ROOT / name
        unwanted = shutil.ignore_patterns("*.so", "__pycache__", "*.egg-info")
        shutil.copytree(source, copy / name, ignore=unwanted) if source.is_dir() else shutil.copy(source, copy / name)
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-v",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "-w",
        str(tmp_path),
    ]
    made = subprocess.run([*command, str(copy)], env={**os.environ, **environment}, capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr
    site = tmp_path / "site"
    zipfile.ZipFile(next(tmp_path.glob("*.whl"))).extractall(site)
    return site, made.stdout + made.stderr


def probe(site: Path) -> list[str]:
    run = subprocess.run(
        [sys.executable, "-c", PROBE], cwd=site, env={**os.environ, "PYTHONPATH": str(site), "SEEDBED_KERNELS": ""},
        capture_output=True, text=True,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


def test_without_a_compiler_the_install_succeeds_says_so_and_runs_on_the_reference(tmp_path: Path) -> None:
    site, printed = build(tmp_path, CC="/no/such/compiler")
    assert "the reference kernels are used instead" in printed
    assert not list(site.rglob("*.so"))
    kind, rows = probe(site)
    assert kind == "reference"
    here = subprocess.run([sys.executable, "-c", PROBE], cwd=ROOT, capture_output=True, text=True, check=True)
    assert here.stdout.splitlines()[1] == rows
