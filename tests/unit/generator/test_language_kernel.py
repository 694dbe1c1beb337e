"""The language kernel: both implementations give the same bytes, and no program makes the native one misbehave."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from generator.kernels import KernelError, library
from generator.kernels.language import spell, spell_draws, spell_ranks
from generator.kernels.program import Program
from generator.kernels.reference import language as reference
from generator.language import LanguageError
from generator.language.parser import parse
from generator.language.program import compile_program, draws_needed
from generator.language.syntax import Node

ROOT = Path(__file__).parents[3]
SOURCE = ROOT / "generator" / "kernels" / "native" / "language.c"

atoms = st.sampled_from(
    ["a", "é", "[ab]", "[a-z]", ".", "[α-ω]", r"[x\u4e00-\u4fff😀]", "hello world, hello you", "", "€{3}"]
)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    counts = st.sampled_from(["?", "{2}", "{0,3}", "{7,40}", "{1,2}", "*"])
    return st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=4).map(lambda options: f"({'|'.join(options)})"),
        st.builds("(?:{}){}".format, inner, counts),
        st.builds("{}{}".format, st.sampled_from(["[a-z]", "[ab]", ".", "é", "[α-ω]"]), counts),
    )


expressions = st.recursive(atoms, _larger, max_leaves=5).filter(lambda text: len(text) < 200)


def words_of(program: Program, rows: int, seed: int) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    words = [rng.integers(0, 2**64, rows, dtype=np.uint64) for _ in range(max(1, program.draws))]
    for each in words:
        each[: rows // 8] = 0
        each[rows // 8 : rows // 4] = 2**64 - 1
    return words


def accepted(text: str) -> Node:
    """The tree of an expression; one whose strings would be too long is passed over."""
    try:
        return parse(text)
    except LanguageError:  # whether it is refused for the right reason is for test_language_refusals.py
        reject()


def agreed(program: Program, words: list[np.ndarray], ranked: bool) -> int:
    """The bytes that the kernel in use and the reference both write."""
    offsets, data = spell(program, words, ranked)
    oracle_offsets, oracle_data = reference.spell(program, words, ranked)
    np.testing.assert_array_equal(offsets, oracle_offsets)
    assert data.tobytes() == oracle_data.tobytes()
    return data.size


@settings(max_examples=150, deadline=None)
@given(expressions, st.integers(0, 40), st.integers(0, 2**32))
def test_both_implementations_spell_the_same_bytes(text: str, rows: int, seed: int) -> None:
    program = compile_program(accepted(text))
    words = words_of(program, rows, seed)
    agreed(program, words, ranked=False)
    if program.size is not None:
        agreed(program, [words[0] % np.uint64(program.size)], ranked=True)


@settings(max_examples=50, deadline=None)
@given(expressions)
def test_the_most_bytes_and_draws_of_a_row_are_bounds(text: str) -> None:
    node = accepted(text)
    program = compile_program(node)
    assert program.draws == draws_needed(node)
    largest = np.full(1, 2**64 - 1, dtype=np.uint64)
    array = spell_draws(program, [largest] * max(1, program.draws))
    assert len(array[0].as_py().encode()) <= program.max_bytes
    longest = words_of(program, 100, 1)
    assert max(len(each.encode()) for each in spell_draws(program, longest).to_pylist()) <= program.max_bytes


def test_draws_are_counted_along_the_longest_way() -> None:
    for text, draws in [
        ("abc", 0),
        ("[ab]", 1),
        ("[01]{40}", 1),
        ("[01]{41}", 2),
        ("[a-z]{10,40}", 5 + 1),
        ("([01]{79}|[01])[01]", 3),
        ("[01]{39}([01]|[ab][cd])", 2),
    ]:
        assert draws_needed(parse(text)) == draws, text


def test_many_long_rows_are_spelled_in_slices_that_nobody_sees() -> None:
    program = compile_program(parse("(é|[a-z]{2,4000})x"))
    words = words_of(program, 9_000, 3)
    whole = spell_draws(program, words)
    assert whole.offset == 0
    whole.validate(full=True)
    some = [0, 1, 4_094, 4_095, 4_096, 8_188, 8_190, 8_999]
    assert spell_draws(program, [each[some] for each in words]).to_pylist() == whole.take(pa.array(some)).to_pylist()


def test_no_rows_give_no_strings() -> None:
    program = compile_program(parse("[a-z]{1,3}"))
    empty = np.empty(0, dtype=np.uint64)
    assert spell_draws(program, [empty] * program.draws) == pa.array([], pa.string())
    assert spell_ranks(program, empty) == pa.array([], pa.string())


def test_arguments_that_do_not_fit_are_refused() -> None:
    program, large = compile_program(parse("[a-z]{1,3}")), compile_program(parse("[a-z]{1,99}"))
    ones = np.ones(4, dtype=np.uint64)
    with pytest.raises(KernelError, match="needs 1 draws a row, not 2"):
        spell_draws(program, [ones, ones])
    with pytest.raises(KernelError, match="contiguous array of uint64"):
        spell_draws(program, [ones.astype(np.int64)])
    with pytest.raises(KernelError, match="has 3 items, but must have 4"):
        spell_draws(large, [ones, ones[:3], *[ones] * (large.draws - 2)])
    with pytest.raises(KernelError, match="not below the size"):
        spell_ranks(program, ones * np.uint64(26 + 26**2 + 26**3))
    with pytest.raises(KernelError, match="cannot be counted"):
        spell_ranks(large, ones)


def break_at_random(program: Program, rng: np.random.Generator) -> Program:
    """The program with one or two of its numbers replaced by hostile ones."""
    code = program.code.copy()
    hostile = [-1, 0, 1, 2, 3, 4, 7, code.size, code.size + 1, 65_536, 2**31, 2**62, 2**63 - 1, -(2**63)]
    for _ in range(int(rng.integers(1, 3))):
        code[rng.integers(0, code.size)] = hostile[rng.integers(0, len(hostile))]
    return dataclasses.replace(program, code=code)


def torment(rounds: int) -> tuple[int, int]:
    """Runs broken programs on the native kernel; how many were refused and how many were not."""
    from generator.kernels import native_language

    rng = np.random.default_rng(11)
    texts = ["(a|b[c-e]{0,3}){2}", "x{0,9}(é|[α-ω]{2,5}|yy)", "[a-z]{3,9}@(com|org|(net|de){1,2})?"]
    programs = [compile_program(parse(text)) for text in texts]
    refused = 0
    for number in range(rounds):
        program = programs[number % 3]
        broken, words = break_at_random(program, rng), words_of(program, 5, number)
        ranked = number % 2 == 1 and program.size is not None
        try:
            native_language.spell(broken, [words[0] % np.uint64(program.size)] if ranked else words, ranked)
        except KernelError:
            refused += 1
    return refused, rounds - refused


DRIVER = """
import ctypes, sys
import numpy as np
from generator.kernels import library, native_language
sanitized = ctypes.CDLL(sys.argv[1]).seedbed_spell
sanitized.argtypes, sanitized.restype = native_language._spell.argtypes, ctypes.c_int64
native_language._spell = sanitized
sys.path.insert(0, sys.argv[2])
import test_language_kernel as laws
laws.spell = native_language.spell
texts = ["[a-z]{0,40}", "(é|[a-z]{9}|x.{2,40}){1,4}", "(ab|cde{0,3}){0,5}", "[^a]{30}|[\\u4e00-\\u9fff]{1,3}", "ab{40}"]
for text in texts:
    program = laws.compile_program(laws.parse(text))
    words = laws.words_of(program, 500, 1)
    assert laws.agreed(program, words, ranked=False)
    if program.size is not None:
        assert laws.agreed(program, [words[0] % np.uint64(program.size)], ranked=True)
print(*laws.torment(3000))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the runtimes of gcc's sanitizers are preloaded the Linux way")
def test_the_native_kernel_is_clean_under_sanitizers_even_with_broken_programs(tmp_path: Path) -> None:
    compiler = shutil.which("gcc")
    if compiler is None:
        assert library.kind == "reference", "the native kernels run here, but there is no gcc to build them checked"
        return
    built = tmp_path / "language.so"
    flags = ["-std=c11", "-O1", "-g", "-shared", "-fPIC", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    subprocess.run([compiler, *flags, str(SOURCE), "-o", str(built)], check=True)
    runtime = [
        subprocess.run(
            [compiler, f"-print-file-name={name}"], capture_output=True, text=True, check=True
        ).stdout.strip()
        for name in ("libasan.so", "libubsan.so")
    ]
    environment = {
        **os.environ,
        "LD_PRELOAD": " ".join(runtime),
        "ASAN_OPTIONS": "detect_leaks=0",
        "PYTHONPATH": str(ROOT),
        "SEEDBED_KERNELS": "native",
    }
    run = subprocess.run(
        [sys.executable, "-c", DRIVER, str(built), str(Path(__file__).parent)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr[-4_000:]
    refused, passed = map(int, run.stdout.split())
    assert refused > 500
    assert passed > 100
