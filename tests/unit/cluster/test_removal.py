"""Removing targets in folders, and tidying them; for S3 see tests/integration/test_s3_store.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster.errors import StoreError
from cluster.order import Order
from cluster.removal import remove_target
from cluster.run import run_here
from cluster.state import State
from cluster.stores import open_store

DOCUMENT = {"rows": 10, "fields": {"id": "sequence"}}

SHOP = Path(__file__).parents[3] / "examples" / "shop.yaml"


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_target_is_removed_with_its_folder_once_or_twice(tmp_path: Path) -> None:
    target = tmp_path / "data"
    order = Order.of(DOCUMENT, str(target))
    run_here(order)
    State(open_store(str(target)), order.compile().state).claim()
    for _ in range(2):
        remove_target(str(target))
        assert files(tmp_path) == []
        assert not target.exists()
    assert tmp_path.exists()


@pytest.mark.parametrize("path", [Path.home(), Path.home().parent, Path("/")], ids=["home", "above", "root"])
def test_a_home_folder_is_never_removed(path: Path) -> None:
    with pytest.raises(StoreError, match="it is not removed"):
        remove_target(str(path))


def test_a_folder_has_neither_signed_urls_nor_rules_for_uploads(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    assert store.signed_url("x", 60) is None
    with pytest.raises(StoreError, match="they are for S3 buckets"):
        store.expire_uploads(7)


def test_the_schema_of_the_demonstration_is_found_and_compiles(tmp_path: Path) -> None:
    blueprint = Order.of(SHOP.read_text(encoding="utf-8"), str(tmp_path)).compile()
    assert blueprint.rows == 5_105_000


def test_where_a_file_stands_instead_of_a_folder_nothing_is_left_to_remove(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("stays")
    remove_target(str(tmp_path / "file" / "datasets" / "a"))
    assert files(tmp_path) == ["file"]
