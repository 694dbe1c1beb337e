"""Checks a data set against its manifest by making parts again: all of them, or a sample that a seed chooses.

Every checked part is compared twice: what its rows are now with the manifest's content digest, and the stored bytes
with the stored digest. Another engine's data set is refused, since its differences would mean nothing. Reads only.
"""

from __future__ import annotations

import os
import random
from collections.abc import Collection, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field

from cluster.blueprint import Blueprint
from cluster.contents import Records
from cluster.digest import DigestName
from cluster.errors import ManifestError
from cluster.grid import GRID_VERSION
from cluster.manifest import (
    Manifest,
    ManifestObject,
    ManifestPart,
    find_manifest,
    tree_of_contents,
    tree_of_objects,
    tree_of_stored,
)
from cluster.objects import MANIFEST, ObjectPlan, PartId
from cluster.records import PartRecord
from cluster.storage import Writer
from cluster.stores import open_store
from cluster.verify_object import Difference, ObjectCheck
from cluster.worker import make_pieces
from formats import Chunk


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was checked, and every difference found. ``parts`` counts the data set's, ``checked`` those looked at."""

    fingerprint: str
    parts: int
    checked: int
    rows: int
    bytes: int
    differences: tuple[Difference, ...] = field(default=())

    @property
    def ok(self) -> bool:
        return not self.differences


def verify(manifest_url: str, sample: int | None = None, seed: int = 0) -> VerifyReport:
    """Verifies the data set whose manifest, or folder, is at a URL. ``sample``: how many parts; None checks them all.

    ManifestError: there is no manifest, or it is of another engine (``engine-mismatch``) or contradicts itself.
    """
    folder = manifest_url.removesuffix(MANIFEST)
    store = open_store(folder or ".")
    manifest = find_manifest(store)
    if manifest is None:
        raise ManifestError(f"there is no {MANIFEST} at {store.url}; the data set is unfinished, or elsewhere")
    blueprint = _blueprint(manifest, store.url)
    plans = {item.name: item for item in blueprint.objects()}
    if not _is_consistent(manifest, blueprint, plans):
        raise _contradicts_itself(store.url)
    chosen = _chosen(manifest, sample, seed)
    differences, parts, companions = list[Difference](), manifest.parts_by_object(), _companions(blueprint, manifest)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        records = _made_again(blueprint, plans, chosen, threads)
        for item in manifest.objects:
            check = ObjectCheck(store, item, threads)
            if item.name in plans:
                differences += check.parts(parts[item.name], chosen, records)
                if chosen.issuperset(parts[item.name]):
                    differences += check.rest_made_again(blueprint, plans[item.name], records)
            else:
                differences += check.companion(companions[item.name])
    rows, size = sum(part.stop - part.start for part in chosen), sum(part.bytes for part in chosen)
    return VerifyReport(manifest.fingerprint, len(manifest.parts), len(chosen), rows, size, tuple(differences))


def _blueprint(manifest: Manifest, where: str) -> Blueprint:
    """The data set's blueprint in this engine; ManifestError if this engine would make another one."""
    blueprint = manifest.order(where).compile()
    ours = {**blueprint.plan.versions, **blueprint.libraries, "grid": str(GRID_VERSION)}
    theirs = {**manifest.versions, **manifest.libraries, "grid": str(manifest.grid)}
    if ours != theirs:
        names = sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name))
        changes = ", ".join(f"{name} {theirs.get(name, 'none')}, here {ours.get(name, 'none')}" for name in names)
        raise ManifestError(f"engine-mismatch: {where} was made by another engine ({changes}); verify it with that one")
    if blueprint.fingerprint != manifest.fingerprint:
        raise _contradicts_itself(where)
    return blueprint


def _contradicts_itself(where: str) -> ManifestError:
    return ManifestError(f"the manifest at {where} contradicts itself; it was changed after it was written")


def _is_consistent(manifest: Manifest, blueprint: Blueprint, plans: dict[str, ObjectPlan]) -> bool:
    """Whether a manifest has the objects and parts that its document gives, and digests that follow from each other."""
    parts, digest = manifest.parts_by_object(), tree_of_objects(manifest.hash, manifest.objects)
    companions = blueprint.companion_names if manifest.archive == "none" else ()
    if sorted([*plans, *companions]) != sorted(item.name for item in manifest.objects) or manifest.digest != digest:
        return False
    if parts.keys() != {item.name for item in manifest.objects}:
        return False
    return all(_follows(manifest.hash, item, parts[item.name], plans.get(item.name)) for item in manifest.objects)


def _follows(name: DigestName, item: ManifestObject, mine: Sequence[ManifestPart], plan: ObjectPlan | None) -> bool:
    """Whether an object of a manifest has the parts that it should, and sizes and digests that follow from theirs."""
    expected = [] if plan is None else [(file, part, file.grid.rows_of(part.index)) for file, part in plan.parts]
    archive = plan is not None and plan.archive
    content = tree_of_contents(name, mine) if plan is not None else item.ending_digest
    return (
        [(part.table, part.index, part.start, part.stop, part.file) for part in mine]
        == [
            (part.table, part.index, rows.start, rows.stop, file.name if archive else "")
            for file, part, rows in expected
        ]
        and len(item.seams) == (len(plan.files) if plan is not None and archive else 0)
        and item.digest == tree_of_stored(name, mine, item.ending_bytes, item.ending_digest, item.seams)
        and item.content_digest == content
        and item.bytes == sum(part.bytes for part in mine) + sum(seam.bytes for seam in item.seams) + item.ending_bytes
    )


def _chosen(manifest: Manifest, sample: int | None, seed: int) -> frozenset[ManifestPart]:
    if sample is None or sample >= len(manifest.parts):
        return frozenset(manifest.parts)
    return frozenset(random.Random(seed).sample(manifest.parts, sample))  # noqa: S311  (it chooses what to check)


def _made_again(
    blueprint: Blueprint, plans: dict[str, ObjectPlan], chosen: Collection[ManifestPart], threads: Executor
) -> Records:
    """Makes the rows of the chosen parts again, once for all objects that they are in."""
    wanted: dict[PartId, set[tuple[str, str]]] = {}
    for part in chosen:
        file = part.file if plans[part.object].archive else part.object
        wanted.setdefault(PartId(part.table, part.index), set()).add((part.object, file))

    def make(part: PartId) -> PartRecord:
        seats = [seat for seat in blueprint.seats(part) if (seat.object.name, seat.file.name) in wanted[part]]
        pieces = make_pieces(blueprint, part, [(seat, _Nowhere()) for seat in seats])
        return PartRecord(table=part.table, index=part.index, pieces=tuple(pieces))

    return {record.part: record for record in threads.map(make, sorted(wanted))}


def _companions(blueprint: Blueprint, manifest: Manifest) -> dict[str, bytes]:
    """What a data set's companions should be, by name, as far as its manifest tells."""
    if manifest.archive == "zip":
        return {}  # they are in it
    sizes = {item.name: item.bytes for item in manifest.objects}
    return {name: data for made in blueprint.companions(sizes.__getitem__) for name, data in made.items()}


class _Nowhere(Writer):
    """Drops all bytes: these parts are made to be digested."""

    def write(self, chunk: Chunk) -> None:
        return

    def commit(self) -> None:
        return

    def abort(self) -> None:
        return
