"""Zip archives made of parts: headers that others read, sizes beyond four gigabytes, checksums of what is joined."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
import zlib
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats import Compression, zipped
from formats.archive import Directory, Header, crc32, joined_crc
from formats.compression import DEFLATE
from generator import SchemaError

GIB = 1 << 30
LINES = b"".join(b"%d,%x,some words that repeat\n" % (row, row * 2_654_435_761) for row in range(30_000))


def compressed(data: bytes) -> bytes:
    compressor = DEFLATE.compressor()
    return b"".join([compressor.feed(data), compressor.finish()])


def opened(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        assert found.testzip() is None
        return {name: found.read(name) for name in found.namelist()}


@settings(deadline=None, max_examples=60)
@given(st.lists(st.binary(max_size=300), max_size=6))
def test_the_checksum_of_joined_bytes_follows_from_those_of_its_pieces(pieces: list[bytes]) -> None:
    crc = 0
    for piece in pieces:
        crc = joined_crc(crc, crc32(piece), len(piece))
    assert crc == zlib.crc32(b"".join(pieces)) == crc32(b"".join(pieces))


def test_the_checksum_of_more_bytes_than_memory_holds_is_known() -> None:
    block, doubled = bytes(1 << 20), zlib.crc32(bytes(1 << 20))
    length = len(block)
    while length < 8 << 20:
        doubled, length = joined_crc(doubled, doubled, length), 2 * length
    assert doubled == zlib.crc32(bytes(8 << 20))


@pytest.mark.parametrize("cuts", [(0,), (1,), (0, 0), (100_000, 100_000, 262_144), (len(LINES),)])
def test_deflated_parts_and_their_ending_are_one_stream(cuts: tuple[int, ...]) -> None:
    edges = [0, *cuts, len(LINES)]
    parts = [compressed(LINES[start:stop]) for start, stop in pairwise(edges)]
    for ending in (b"", b"the end"):
        stream = zlib.decompressobj(-15)
        assert stream.decompress(b"".join(parts) + DEFLATE.ending(ending)) == LINES + ending
        assert stream.eof
        assert stream.unused_data == b""


def test_deflate_is_no_compression_that_an_order_can_ask_for() -> None:
    with pytest.raises(SchemaError, match="unknown compression 'deflate'"):
        Compression.parse("deflate")


MEMBERS = [("a.csv", LINES), ("größe 1/日本.txt", b""), ("x" * 300, b"\0\xff" * 70_000)]


def test_others_read_an_archive_with_names_of_any_language() -> None:
    assert opened(zipped(MEMBERS)) == dict(MEMBERS)
    assert opened(zipped([])) == {}
    assert zipped(MEMBERS) == zipped(MEMBERS)


def test_no_clock_is_in_an_archive_and_its_files_can_be_read_by_all() -> None:
    with zipfile.ZipFile(io.BytesIO(zipped(MEMBERS))) as found:
        assert {item.date_time for item in found.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {item.external_attr >> 16 for item in found.infolist()} == {0o100644}


@pytest.mark.parametrize("limits", [{"limit": 0}, {"limit": 100}, {"most_members": 2}, {"limit": 0, "most_members": 0}])
def test_zip64_headers_are_read_where_small_archives_are_made_to_have_them(
    limits: dict[str, int], tmp_path: Path
) -> None:
    directory = Directory(**limits)
    archive = b"".join([*(directory.member(name, data) for name, data in MEMBERS), directory.end()])
    assert len(archive) > len(zipped(MEMBERS))
    assert opened(archive) == dict(MEMBERS)
    unzip = shutil.which("unzip")
    if unzip:  # another pair of eyes, where there is one
        (tmp_path / "z.zip").write_bytes(archive)
        assert subprocess.run([unzip, "-tq", tmp_path / "z.zip"], capture_output=True).returncode == 0


def test_a_member_of_five_gigabytes_and_one_behind_it_are_read(tmp_path: Path) -> None:
    path, size, crc = tmp_path / "large.zip", 5 * GIB, 0
    for power in range(33):  # of that many zero bytes, power by power
        if size >> power & 1:
            zeros = crc32(b"\0")
            for step in range(power):
                zeros = joined_crc(zeros, zeros, 1 << step)
            crc = joined_crc(crc, zeros, 1 << power)
    directory = Directory()
    with path.open("wb") as file:
        file.write(directory.header(Header("zeros", crc, size, size, deflated=False)))
        file.seek(size, io.SEEK_CUR)  # a hole takes no room on the disk
        file.write(directory.member("behind", LINES))
        file.write(directory.end())
    with zipfile.ZipFile(path) as found:
        assert found.read("behind") == LINES
        zeros_member, behind = found.infolist()
        assert (zeros_member.file_size, zeros_member.CRC) == (size, crc)
        assert behind.header_offset > size
        with found.open("zeros") as stream:
            assert stream.read(1000) == bytes(1000)


def test_more_members_than_sixteen_bits_count_are_read() -> None:
    members = [(f"{number}", b"") for number in range(65_536)]
    with zipfile.ZipFile(io.BytesIO(zipped(members))) as found:
        assert len(found.namelist()) == 65_536
        assert found.read("65535") == b""
