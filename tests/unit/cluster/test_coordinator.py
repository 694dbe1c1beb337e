"""A coordinator whose store is away now and then: the run waits for it, for as long as it was told to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from cluster.coordinator import Coordinator
from cluster.errors import StoreError
from cluster.executor import ThreadExecutor
from cluster.manifest import Manifest
from cluster.objects import MANIFEST
from cluster.order import Order
from cluster.pool import Limits
from cluster.progress import Progress
from cluster.records import PartRecord
from cluster.run import run_here
from cluster.state import State
from cluster.storage import Entry, Writer
from cluster.storage_local import LocalStore
from cluster.worker import PartMaker, Task

Document = Callable[..., dict[str, Any]]


class Away(LocalStore):
    """A folder that cannot be reached when ``moments`` say so: how often each kind of call is still to fail."""

    def __init__(self, root: Path, moments: dict[str, int]) -> None:
        super().__init__(root, ".seedbed/scratch-away")
        self.moments = moments

    def _come(self, moment: str) -> None:
        if self.moments.get(moment, 0) > 0:
            self.moments[moment] -= 1
            raise StoreError(f"the store is away ({moment})", passing=True)

    def entries(self, folder: str) -> Sequence[Entry]:
        self._come("entries")
        return super().entries(folder)

    def file(self, name: str) -> Any:
        if name == "orders.csv":
            self._come("merge")
        return super().file(name)

    def writer(self, name: str) -> Writer:
        if "/parts/" in name:
            self._come("record")
        return super().writer(name)

    def create(self, name: str, data: bytes) -> bool:
        if name == MANIFEST:
            self._come("manifest")
        return super().create(name, data)

    def clear(self, folder: str) -> None:
        if "scratch" not in folder:
            self._come("clear")
        super().clear(folder)


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cluster.coordinator._PAUSE_SECONDS", 0.25)


def carry_out(order: Order, store: Away, limits: Limits) -> tuple[Manifest, list[Progress], Coordinator]:
    blueprint = order.compile()

    def executor() -> ThreadExecutor[Task, PartRecord]:
        maker = PartMaker(blueprint, store)
        return ThreadExecutor(maker, maker.stop)

    coordinator = Coordinator(blueprint, store, executor, 1, limits=limits)
    steps, told = coordinator.run(), []
    while True:
        try:
            told.append(next(steps))
        except StopIteration as end:
            return end.value, told, coordinator


def test_a_store_that_is_away_at_any_step_is_waited_for(document: Document, tmp_path: Path) -> None:
    moments = {"entries": 1, "record": 2, "merge": 1, "manifest": 1, "clear": 1}
    order = Order.of(document(3), str(tmp_path / "out"))
    manifest, told, coordinator = carry_out(order, Away(tmp_path / "out", moments), Limits())
    assert set(moments.values()) == {0}, "every moment came"
    assert manifest == run_here(Order.of(document(3), str(tmp_path / "here")))
    assert not (tmp_path / "out/.seedbed").exists()
    assert coordinator.retries == 2, "two parts were made again, and none for the sake of the other steps"
    assert told[-1].stage == "done"
    assert coordinator.useful == 0


@pytest.mark.parametrize("moment", ["entries", "record", "manifest"])
def test_a_store_that_stays_away_ends_the_run_with_its_own_words(
    document: Document, tmp_path: Path, moment: str
) -> None:
    order = Order.of(document(2, small=0), str(tmp_path / "out"))
    with pytest.raises(StoreError, match=rf"the store is away \({moment}\)") as caught:
        carry_out(order, Away(tmp_path / "out", {moment: 1000}), Limits(passing_seconds=0.5))
    assert caught.value.passing


def test_an_error_that_does_not_pass_ends_the_run_at_once(document: Document, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/.seedbed").write_text("a file")
    store = Away(tmp_path / "out", {})
    with pytest.raises(StoreError) as caught:
        carry_out(Order.of(document(2), str(tmp_path / "out")), store, Limits())
    assert not caught.value.passing


def test_a_run_that_is_stopped_after_another_has_finished_the_order_leaves_nothing(
    document: Document, tmp_path: Path
) -> None:
    order = Order.of(document(3, small=1), str(tmp_path / "out"))
    blueprint = order.compile()
    store = LocalStore(tmp_path / "out", ".seedbed/scratch-late")
    maker = PartMaker(blueprint, store)
    steps = Coordinator(blueprint, store, lambda: ThreadExecutor[Task, PartRecord](maker, maker.stop), 1).run()
    while next(steps).parts < 1:
        pass
    (record,) = list(State(store, blueprint.state).records())[:1]
    manifest = run_here(order)
    State(store, blueprint.state).save(record)  # a part that ends a moment later
    steps.close()
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "manifest.json",
        *(item.name for item in manifest.objects),
    }
