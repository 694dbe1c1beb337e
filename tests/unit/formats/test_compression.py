"""Compressed parts: the same bytes however they were fed, and joined parts that ordinary tools read."""

from __future__ import annotations

import gzip
import random
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from formats import Compression
from generator import SchemaError

CODECS = ["none", "gzip", "zstd"]
LINES = b"".join(b"%d,%x,some words that repeat\n" % (row, row * 2_654_435_761) for row in range(30_000))


def compressed(codec: str, data: bytes, cuts: list[int]) -> bytes:
    compressor = Compression.parse(codec).compressor()
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    pieces = [compressor.feed(data[start:end]) for start, end in pairwise(edges)]
    return b"".join([*(bytes(piece) for piece in pieces), compressor.finish()])


def opened(codec: str, data: bytes) -> bytes:
    if codec == "gzip":
        return gzip.decompress(data)
    if codec == "zstd":
        return zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True).read()
    return data


@pytest.mark.parametrize("codec", CODECS)
@settings(deadline=None, max_examples=15)
@given(cuts=st.lists(st.integers(0, 2**31), max_size=12), size=st.sampled_from([0, 1, 262_144, 262_145, len(LINES)]))
def test_stored_bytes_do_not_depend_on_how_the_content_was_cut(codec: str, cuts: list[int], size: int) -> None:
    data = LINES[:size]
    assert compressed(codec, data, cuts) == compressed(codec, data, [])
    assert opened(codec, compressed(codec, data, cuts)) == data


@pytest.mark.parametrize("codec", CODECS)
def test_parts_one_after_the_other_open_as_the_whole(codec: str) -> None:
    parts = [LINES[:100_000], b"", LINES[100_000:100_001], LINES[100_001:]]
    assert opened(codec, b"".join(compressed(codec, part, []) for part in parts)) == LINES


def test_the_gzip_tool_reads_joined_members(tmp_path: Path) -> None:
    path = tmp_path / "lines.gz"
    path.write_bytes(compressed("gzip", LINES[:70_000], []) + compressed("gzip", LINES[70_000:], []))
    assert (
        subprocess.run([shutil.which("gzip") or "gzip", "-dc", path], capture_output=True, check=True).stdout == LINES
    )


def test_a_gzip_member_holds_neither_a_time_nor_a_name() -> None:
    assert compressed("gzip", b"x", [])[:10] == b"\x1f\x8b\x08\x00" + bytes(4) + b"\x00\xff"


def test_what_cannot_be_compressed_is_kept_whole() -> None:
    noise = random.Random(1).randbytes(700_000)
    for codec in CODECS:
        assert opened(codec, compressed(codec, noise, [300_000])) == noise


@pytest.mark.parametrize("spec", [None, "none", "gzip", "zstd", {"type": "zstd", "level": 19}, {"type": "gzip"}])
def test_a_compression_is_read_back_from_its_own_description(spec: str | dict[str, object] | None) -> None:
    compression = Compression.parse(spec)
    assert Compression.parse(compression.spec()) == compression


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("gzp", r"\$\.compression: unknown compression 'gzp' \(did you mean 'gzip'\?\)"),
        ({"type": "zstd", "level": 99}, r"\$\.compression\.level: zstd has no level 99 \(levels 1 to 19\)"),
        ({"type": "zstd", "level": True}, r"has no level True"),
        ({"type": "zstd", "levl": 3}, r"\$\.compression\.levl: unknown option \(did you mean 'level'\?\)"),
        ({"level": 3}, r"\$\.compression: unknown compression None"),
        ([], r"unknown compression"),
    ],
)
def test_a_compression_that_is_none_is_refused_at_its_place(spec: object, message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        Compression.parse(spec)  # type: ignore[arg-type]
