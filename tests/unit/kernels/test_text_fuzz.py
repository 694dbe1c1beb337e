"""The native text kernel under the address and undefined-behaviour sanitizers, over random and broken columns."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import generator

NATIVE = Path(generator.__file__).parent / "kernels" / "native"
DRIVER = Path(__file__).with_name("text_fuzz.c")
COMPILER = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang") or "cc"


def test_the_text_kernel_runs_clean_under_sanitizers_and_refuses_what_is_broken(tmp_path: Path) -> None:
    program = tmp_path / "fuzz"
    flags = ["-std=c11", "-O1", "-g", "-ffp-contract=off", "-DSEEDBED_NO_CLONES", f"-I{NATIVE}"]
    sanitizers = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    subprocess.run([COMPILER, *flags, *sanitizers, "-o", program, DRIVER], check=True)
    done = subprocess.run([program, "7", "3000"], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    finished, bad_offsets, bad_indices, bad_moments = map(int, done.stdout.split())
    assert finished > 1000
    assert min(bad_offsets, bad_indices, bad_moments) > 20
