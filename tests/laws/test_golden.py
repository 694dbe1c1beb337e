"""Kernels and data sets give the committed bytes: in either implementation, on any processor, in every build."""

from __future__ import annotations

import json
import os
import platform
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from generator import kernels

ROOT = Path(__file__).parents[2]
SCRIPTS = {name: ROOT / "tests" / "golden" / f"{name}.py" for name in ("kernels", "data_sets")}
GOLDEN = {name: json.loads(script.with_suffix(".json").read_text()) for name, script in SCRIPTS.items()}
NATIVE = ROOT / "generator" / "kernels" / "native"
COMPILER = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")

# numpy without AVX2 and newer (X86_V4 needs X86_V3), the C library's math without AVX2 and FMA.
OLD_PROCESSOR = {
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4",
    "NPY_DISABLE_CPU_FEATURES": "X86_V3",
}
X86 = platform.machine() in {"x86_64", "AMD64"}


def processors() -> list[str]:
    """The -march levels this machine can run; every one without the clones that would be chosen at load."""
    flags = Path("/proc/cpuinfo").read_text().split() if Path("/proc/cpuinfo").exists() else []
    if not X86 or COMPILER is None:
        return [] if COMPILER is None else [""]
    levels = {"x86-64": True, "x86-64-v3": "avx2" in flags, "x86-64-v4": "avx512vl" in flags}
    return [f"-march={level}" for level, runs in levels.items() if runs]


def printed(name: str, *arguments: str, **environment: str) -> dict[str, str]:
    """The digests that a fresh process prints."""
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": paths, **environment}
    run = subprocess.run(
        [sys.executable, str(SCRIPTS[name]), *arguments], env=environment, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    found: dict[str, str] = json.loads(run.stdout)
    return found


def golden(name: str, third: int) -> tuple[dict[str, str], list[str]]:
    """The digests, of data sets with a third of the locales, and what the script is told to print these."""
    if name != "data_sets":
        return GOLDEN[name], []
    locales = [each for each in GOLDEN[name] if each.startswith("locale-")]
    left_out = {*locales} - {*locales[third::3]}
    return {each: digest for each, digest in GOLDEN[name].items() if each not in left_out}, [str(third), "3"]


def test_every_kernel_has_a_golden_digest() -> None:
    rows = {f"{spelling} rows" for spelling in ("text", "enclosed", "zigzag", "varint", "bytes")}
    assert set(GOLDEN["kernels"]) == (set(kernels.__all__) - {"KIND", "KernelError"}) | rows


@pytest.mark.parametrize("name", SCRIPTS)
def test_this_process_gives_the_golden_bytes(name: str) -> None:
    """Where data sets differ: did the engine's version change with them, and does CHANGELOG.md say so?"""
    assert runpy.run_path(str(SCRIPTS[name]))["digests"]() == GOLDEN[name]


@pytest.mark.parametrize(
    ("name", "kind", "processor"),
    [
        pytest.param(name, kind, OLD_PROCESSOR if age == "an old" and X86 else {}, id=f"{kind}-{age} processor-{name}")
        for name in SCRIPTS
        for kind in ("reference", "native")
        for age in ("this", "an old")
        if name == "kernels" or age == "an old"
    ],
)
def test_a_fresh_process_gives_the_golden_bytes(name: str, kind: str, processor: dict[str, str]) -> None:
    """Data sets on this processor are tested in this process, and each kernel there in either implementation."""
    if kind == "native" and COMPILER is None:
        kind = "reference"  # nothing could be built; test_kernels.py says so
    wanted, arguments = golden(name, 0 if kind == "reference" else 1)
    assert printed(name, *arguments, SEEDBED_KERNELS=kind, **processor) == wanted


@pytest.mark.parametrize("march", processors())
def test_a_build_for_one_processor_level_gives_the_golden_bytes(march: str, tmp_path: Path) -> None:
    library = tmp_path / "kernels.so"
    plain = ["-DSEEDBED_NO_CLONES", "-DSEEDBED_NO_LANES"]
    flags = ["-shared", "-fPIC", "-O2", "-std=c11", "-ffp-contract=off", *plain, *march.split()]
    sources = sorted(str(path) for path in NATIVE.glob("*.c"))
    assert COMPILER is not None
    subprocess.run([COMPILER, *flags, "-o", str(library), *sources], check=True)
    assert printed("kernels", SEEDBED_KERNELS=str(library)) == GOLDEN["kernels"]
    if march == processors()[-1]:  # with the most instructions, and so the most ways to compute otherwise
        wanted, arguments = golden("data_sets", 2)
        assert printed("data_sets", *arguments, SEEDBED_KERNELS=str(library)) == wanted
