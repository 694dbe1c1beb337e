"""Digests: native == reference == the standard library, for texts of any length and in any order."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.kernels import KernelError
from generator.kernels.digests import SIZES
from tests.laws.kernel_twins import agreed, spread

ALGORITHMS = pytest.mark.parametrize("algorithm", SIZES)
BORDERS = sorted(
    {block * times + near for block in (64, 128) for times in (0, 1, 2, 5) for near in range(-18, 3)} - {0}
)


@ALGORITHMS
def test_texts_around_the_borders_of_blocks_have_the_digests_of_hashlib(algorithm: str) -> None:
    texts = ["x" * size for size in BORDERS if size > 0] + ["", "é日", "𝔘" * 33]
    found = agreed("digest", pa.array(texts), algorithm).to_pylist()
    assert found == [hashlib.new(algorithm, text.encode()).hexdigest() for text in texts]


@ALGORITHMS
@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 100])
def test_as_many_texts_as_there_are_lanes_or_fewer_or_more(algorithm: str, count: int) -> None:
    agreed("digest", pa.array([str(number) * number for number in range(count)], pa.string()), algorithm)


@ALGORITHMS
@given(st.lists(st.one_of(st.none(), st.text(max_size=300)), max_size=30), st.integers(0, 5))
def test_nulls_stay_null_and_slices_are_read_where_they_lie(algorithm, texts, start) -> None:
    sliced = pa.array(texts, pa.string()).slice(start)
    found = agreed("digest", sliced, algorithm)
    assert [text is None for text in found.to_pylist()] == [text is None for text in sliced.to_pylist()]


@ALGORITHMS
def test_one_long_text_among_short_ones_moves_none_of_them(algorithm: str) -> None:
    texts = [str(number) for number in range(40)]
    texts[11] = "long " * 20_000
    found = agreed("digest", pa.array(texts), algorithm).to_pylist()
    assert found == [hashlib.new(algorithm, text.encode()).hexdigest() for text in texts]


@pytest.mark.parametrize("size", range(1, 65))
def test_blake2b_has_digests_of_any_size(size: int) -> None:
    found = agreed("digest", pa.array(["seed", "", None]), "blake2b", size).to_pylist()
    assert found == [*(hashlib.blake2b(text, digest_size=size).hexdigest() for text in (b"seed", b"")), None]


@ALGORITHMS
@pytest.mark.parametrize("width", [0, 1, 21, 64, 200])
def test_lines_of_bytes_have_the_digests_of_hashlib(algorithm: str, width: int) -> None:
    lines = np.resize(spread(999).view(np.uint8), (50, width))
    found = agreed("digest_lines", lines, algorithm)
    assert [line.tobytes() for line in found] == [hashlib.new(algorithm, line.tobytes()).digest() for line in lines]


WRONG: list[tuple[str, tuple[Any, ...]]] = [
    ("digest", (pa.array(["a"]), "crc32")),
    ("digest", (pa.array(["a"]), "sha256", 20)),
    ("digest", (pa.array(["a"]), "blake2b", 65)),
    ("digest", (pa.array([1]), "md5")),
    ("digest_lines", (np.zeros((3, 4), dtype=np.int8), "md5")),
    ("digest_lines", (np.zeros((4, 6), dtype=np.uint8)[:, ::2], "md5")),
    ("digest_lines", (np.zeros(4, dtype=np.uint8), "md5")),
]


@pytest.mark.parametrize(("name", "arguments"), WRONG)
def test_what_no_digest_can_be_of_is_refused(name: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(KernelError):
        agreed(name, *arguments)


def test_offsets_that_do_not_ascend_are_refused() -> None:
    offsets = pa.py_buffer(np.array([0, 5, 2], dtype=np.int32))
    with pytest.raises(KernelError, match="do not ascend"):
        agreed("digest", pa.Array.from_buffers(pa.string(), 2, [None, offsets, pa.py_buffer(b"abcde")]), "md5")
