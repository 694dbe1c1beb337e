from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cluster.errors import ManifestError, OrderError
from cluster.order import Order
from cluster.run import run_here
from cluster.verify import verify

Document = Callable[..., dict[str, Any]]
OPTIONS: list[dict[str, Any]] = [
    {},
    {"compression": "gzip", "hash": "sha256"},
    {"format": "parquet"},
    {"layout": "both"},
    {"layout": "parts", "compression": "zstd"},
]


def made(document: Document, out: Path, **options: Any) -> Path:
    run_here(Order.of(document(3), str(out), **options))
    return out


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_a_data_set_as_it_was_made_verifies(document: Document, tmp_path: Path, options: dict[str, Any]) -> None:
    report = verify(str(made(document, tmp_path / "out", **options)))
    assert report.ok
    assert report.checked == report.parts == (10 if options.get("layout") == "both" else 5)
    assert report.rows == (65_536 * 2 + 1003) * (report.parts // 5)


def test_the_manifest_and_its_folder_are_one_address(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = made(document, tmp_path / "out")
    reports = [verify(str(url)) for url in (out, f"{out}/", out / "manifest.json", f"file://{out}/manifest.json")]
    monkeypatch.chdir(out)
    assert all(report == reports[0] for report in [*reports, verify("manifest.json"), verify(".")])


def test_a_changed_byte_is_found_where_it_is(document: Document, tmp_path: Path) -> None:
    out = made(document, tmp_path / "out")
    content = bytearray((out / "orders.csv").read_bytes())
    content[-10] ^= 1
    (out / "orders.csv").write_bytes(content)
    (found,) = verify(str(out)).differences
    assert (found.table, found.part, found.start, found.stop, found.kind) == ("orders", 2, 131_072, 132_072, "bytes")
    assert str(found).startswith("orders.csv, part 2, rows 131,072 to 132,072: bytes is xxh3-128:")


def test_a_missing_object_and_a_cut_one_are_found(document: Document, tmp_path: Path) -> None:
    out = made(document, tmp_path / "out")
    (out / "t0.csv").unlink()
    (out / "t1.csv").write_bytes((out / "t1.csv").read_bytes()[:-1])
    found = [(each.object, each.part, each.kind, each.found) for each in verify(str(out)).differences]
    assert ("t0.csv", None, "object", "missing") in found
    assert ("t1.csv", 0, "bytes", "cut short") in found
    assert {name for name, *_ in found} == {"t0.csv", "t1.csv"}


def test_a_changed_ending_is_found(document: Document, tmp_path: Path) -> None:
    out = made(document, tmp_path / "out", format="parquet")
    content = bytearray((out / "orders.parquet").read_bytes())
    content[-12] ^= 1
    (out / "orders.parquet").write_bytes(content)
    assert [(each.object, each.kind) for each in verify(str(out)).differences] == [("orders.parquet", "ending")]


def test_a_seed_chooses_the_sample(document: Document, tmp_path: Path) -> None:
    out = made(document, tmp_path / "out")
    content = bytearray((out / "t0.csv").read_bytes())
    content[5] ^= 1
    (out / "t0.csv").write_bytes(content)
    reports = [verify(str(out), sample=1, seed=seed) for seed in range(30)]
    assert {report.checked for report in reports} == {1}
    assert {report.ok for report in reports} == {True, False}
    assert verify(str(out), sample=1, seed=3) == reports[3]


def tampered(out: Path, change: Callable[[dict[str, Any]], object]) -> str:
    manifest = json.loads((out / "manifest.json").read_bytes())
    change(manifest)
    (out / "manifest.json").write_text(json.dumps(manifest))
    return str(out)


@pytest.mark.parametrize(
    "change",
    [
        lambda manifest: manifest.update(engine="999", versions={**manifest["versions"], "engine": "999"}),
        lambda manifest: manifest["versions"].update(numpy="0.0.1"),
        lambda manifest: manifest.update(grid=999),
    ],
    ids=["engine", "library", "grid"],
)
def test_another_engine_s_data_set_is_refused(
    document: Document, tmp_path: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    with pytest.raises(ManifestError, match=r"engine-mismatch: .* was made by another engine"):
        verify(tampered(made(document, tmp_path / "out"), change))


@pytest.mark.parametrize(
    "change",
    [
        lambda manifest: manifest["document"].update(seed="2"),
        lambda manifest: manifest.update(digest="sha256:00"),
        lambda manifest: manifest["parts"].pop(),
        lambda manifest: manifest["parts"][0].update(digest="xxh3-128:00"),
        lambda manifest: manifest["objects"][0].update(bytes=1),
        lambda manifest: manifest["objects"].pop(),
        lambda manifest: manifest["formats"].append({"type": "ndjson"}),
        lambda manifest: manifest.update(layout="both"),
    ],
    ids=["document", "digest", "part", "part digest", "size", "object", "formats", "layout"],
)
def test_a_manifest_that_was_changed_is_refused(
    document: Document, tmp_path: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    with pytest.raises(ManifestError, match="contradicts itself"):
        verify(tampered(made(document, tmp_path / "out"), change))


def test_a_manifest_of_another_version_is_refused_by_its_version(document: Document, tmp_path: Path) -> None:
    out = made(document, tmp_path / "out")
    old = tampered(out, lambda manifest: (manifest.update(manifest=1, format={}), manifest.pop("formats")))
    with pytest.raises(ManifestError, match="is a manifest of version 1, and this Seedbed reads version 2"):
        verify(old)
    with pytest.raises(OrderError, match=r"a manifest of version 1.*overwrite it"):
        run_here(Order.of(document(3), str(out)))
    assert run_here(Order.of(document(3), str(out)), overwrite=True).manifest == 2


def test_a_folder_without_a_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=rf"there is no manifest.json at file://{tmp_path}"):
        verify(str(tmp_path))
    (tmp_path / "manifest.json").write_text("nonsense")
    with pytest.raises(ManifestError, match="is no manifest of a data set"):
        verify(str(tmp_path))
