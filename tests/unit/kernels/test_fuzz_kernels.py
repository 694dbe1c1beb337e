"""The native kernels stay within their buffers and within the rules of C, whatever they are given."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NATIVE = ROOT / "generator" / "kernels" / "native"
DRAWN = ("draws.c", "permutation.c", "slots.c", "strings.c", "words.c")
SOURCES = [NATIVE / name for name in (*DRAWN, "digests.c", "digests_narrow.c", "digests_wide.c", "recoding.c")]
COMPILER = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang") or ""


@pytest.mark.skipif(not COMPILER, reason="without a C compiler there are no native kernels to test")
@pytest.mark.parametrize("lanes", [True, False], ids=["in lanes", "one by one"])
def test_native_kernels_run_clean_under_address_and_undefined_behaviour_sanitizers(tmp_path: Path, lanes: bool) -> None:
    program = tmp_path / "fuzz_kernels"
    flags = [] if lanes else ["-DSEEDBED_NO_LANES"]
    flags += ["-g", "-O1", "-std=c11", "-Wall", "-Wextra", "-Werror", "-ffp-contract=off", "-DSEEDBED_NO_CLONES"]
    sanitizers = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", f"-I{NATIVE}"]
    sources = [Path(__file__).with_name("fuzz_kernels.c"), *SOURCES]
    subprocess.run([COMPILER, *flags, *sanitizers, "-o", program, *sources], check=True)
    for seed in ("1", "20240229"):
        run = subprocess.run([program, "1.5", seed], capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        assert int(run.stdout.split()[0]) > 100
