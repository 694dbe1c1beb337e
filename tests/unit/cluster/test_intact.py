"""What a look at the files of a finished data set finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster import Manifest, Order, look_at_data_set, matches, run_here
from cluster.intact import pieces_of

DOCUMENT = "{seed: 3, tables: {a: {rows: 70000, fields: {id: sequence}}, b: {rows: 9, fields: {id: uuid}}}}"


@pytest.fixture(params=[{}, {"archive": "zip"}, {"format": "parquet", "layout": "both"}], ids=["csv", "zip", "both"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Manifest:
    return run_here(Order.of(DOCUMENT, str(tmp_path), **request.param))


def test_what_was_made_is_whole_and_every_byte_is_looked_at(made: Manifest, tmp_path: Path) -> None:
    look = look_at_data_set(str(tmp_path), made.fingerprint, made.digest)
    assert look.whole
    assert look.bytes == made.bytes


def test_one_byte_that_changed_is_found_wherever_it_is(made: Manifest, tmp_path: Path) -> None:
    parts = made.parts_by_object()
    for item in made.objects:
        for piece in pieces_of(item, parts[item.name]):
            path = tmp_path / item.name
            data = bytearray(path.read_bytes())
            assert matches(made, item.name, bytes(data))
            data[piece.stop - 1] ^= 1
            path.write_bytes(data)
            look = look_at_data_set(str(tmp_path), made.fingerprint, made.digest)
            assert [item.name in damage for damage in look.damages] == [True]
            assert not matches(made, item.name, bytes(data))
            data[piece.stop - 1] ^= 1
            path.write_bytes(data)
    assert look_at_data_set(str(tmp_path), made.fingerprint, made.digest).whole


def test_what_is_missing_cut_short_or_another_is_damage(made: Manifest, tmp_path: Path) -> None:
    def look() -> str:
        return " ".join(look_at_data_set(str(tmp_path), made.fingerprint, made.digest).damages)

    first, manifest = tmp_path / made.objects[0].name, tmp_path / "manifest.json"
    kept, text = first.read_bytes(), manifest.read_text()
    first.write_bytes(kept[:-1])
    assert f"has {len(kept) - 1:,} bytes, not {len(kept):,}" in look()
    first.unlink()
    assert "is missing" in look()
    first.write_bytes(kept)
    manifest.write_text(text.replace(made.parts[0].digest, made.objects[0].digest))
    assert "is not the one that was written" in look()
    manifest.write_text(text[:-10])
    assert "is no manifest" in look()
    manifest.unlink()
    assert look() == "manifest.json is missing"
    manifest.write_text(text)
    assert look_at_data_set(str(tmp_path), "another", made.digest).damages


def test_of_a_large_data_set_no_more_is_read_than_was_asked_for(tmp_path: Path) -> None:
    made = run_here(Order.of(DOCUMENT, str(tmp_path), layout="parts"))
    read = {
        look_at_data_set(str(tmp_path), made.fingerprint, made.digest, most_bytes=1000, seed=s).bytes for s in range(9)
    }
    assert read <= {item.bytes for item in made.parts} | {made.parts[-1].bytes}
    assert len(read) > 1
