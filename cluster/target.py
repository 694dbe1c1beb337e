"""What stands at a target before an order begins: nothing, this data set, its beginnings, or somebody else's files.

Only what an order may replace is ever removed: another data set, and files under the names of its objects, when the
user asks to overwrite; otherwise they are left alone and the order is refused.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from cluster.blueprint import Blueprint
from cluster.errors import ManifestError, OrderError, StoreError
from cluster.manifest import Manifest, find_manifest
from cluster.objects import MANIFEST
from cluster.state import State, discard_all, holder
from cluster.storage import Store


def finished(blueprint: Blueprint, store: Store) -> Manifest | None:
    """The manifest, if this very data set is at the target with all of its objects."""
    try:
        manifest = find_manifest(store)
    except ManifestError:
        return None
    return manifest if manifest is not None and _is_whole(blueprint, store, manifest) else None


def prepare(blueprint: Blueprint, store: Store, overwrite: bool) -> Manifest | None:
    """Makes sure that the order may write here; OrderError if something is in the way and may not be replaced.

    Returns the manifest if there is nothing left to do.
    """
    try:
        manifest = find_manifest(store)
    except ManifestError as error:
        if not overwrite:
            raise OrderError(f"{error}; choose another target, or overwrite it (--overwrite)") from None
        store.delete([MANIFEST])
        manifest = None
    if manifest is not None:
        if _is_whole(blueprint, store, manifest):
            return manifest
        _make_way(blueprint, store, manifest, overwrite)
    state = State(store, blueprint.state)
    if not state.claimed():
        _claim(blueprint, store, state, overwrite)
    return None


def leave(store: Store, state: State, manifest: Manifest) -> None:
    """Removes what a finished order has no more use for: its state, and uploads of its objects that never ended.

    Some are of processes that were killed before anybody knew of them. That of another run of the same order may be
    among them; it is too late, finds that its upload is gone, and then that the data set is there.
    """
    names = {item.name for item in manifest.objects}
    with contextlib.suppress(StoreError):  # such as a key that may not list uploads; the data set is whole all the same
        store.abort([write for write in store.unfinished() if write.name in names])
    state.clear()


def _claim(blueprint: Blueprint, store: Store, state: State, overwrite: bool) -> None:
    """Begins the order here, if the target is nobody else's and no name that it is going to use is taken."""
    if holder(store) not in {None, state.folder} and not overwrite:
        raise _held_by_another(store)
    names = [item.name for item in blueprint.objects()]
    names += blueprint.companion_names if blueprint.order.archive == "none" else ()
    taken = sorted(sizes_of(store, names))
    if taken and not overwrite and not state.claimed():  # claimed by now: they are of another run of this order
        more = f" and {len(taken) - 1} more objects" if len(taken) > 1 else ""
        raise OrderError(
            f"{store.url} already holds {taken[0]}{more}, which is not of a data set in progress; "
            "choose another target, or overwrite it (--overwrite)"
        )
    if overwrite:
        store.delete(taken)
        discard_all(store)
        store.abort([write for write in store.unfinished() if write.name in names])
    if not state.claim():
        raise _held_by_another(store)
    if (manifest := find_manifest(store)) is not None and manifest.fingerprint != blueprint.fingerprint:
        state.clear()  # another order ended, and let the target go, between two looks of ours
        raise _other_data_set(store)


def _held_by_another(store: Store) -> OrderError:
    return OrderError(
        f"{store.url} holds the beginnings of another order; run that one to its end, choose another target, "
        "or overwrite it (--overwrite)"
    )


def _other_data_set(store: Store) -> OrderError:
    return OrderError(
        f"{store.url} already holds another data set (its manifest has another fingerprint); "
        "choose another target, or overwrite it (--overwrite)"
    )


def _make_way(blueprint: Blueprint, store: Store, manifest: Manifest, overwrite: bool) -> None:
    """Removes a finished data set: another one only when asked to, this one because objects of it are missing."""
    if manifest.fingerprint != blueprint.fingerprint and not overwrite:
        raise _other_data_set(store)
    # The manifest goes first: without it nobody takes what is left for a whole data set.
    store.delete([MANIFEST])
    store.delete([item.name for item in manifest.objects])


def _is_whole(blueprint: Blueprint, store: Store, manifest: Manifest) -> bool:
    """Whether a manifest is of this order, and all of its objects are there."""
    if manifest.fingerprint != blueprint.fingerprint:
        return False
    expected = {item.name: item.bytes for item in manifest.objects}
    return sizes_of(store, list(expected)) == expected


def sizes_of(store: Store, names: list[str]) -> dict[str, int]:
    """The sizes of those objects that are there. Names in folders are listed, a folder at a time."""
    return dict(_look(store, names))


def _look(store: Store, names: list[str]) -> Iterator[tuple[str, int]]:
    wanted, folders = set(names), sorted({name.rpartition("/")[0] for name in names})
    for folder in folders:
        if folder:
            yield from ((entry.name, entry.size) for entry in store.entries(folder) if entry.name in wanted)
    for name in names:
        if "/" not in name and (size := store.size(name)) is not None:
            yield name, size
