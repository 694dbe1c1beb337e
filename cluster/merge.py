"""Puts finished parts together: each object of several pieces is published in one step, and never over another's.

What cannot be done twice is looked at first: an object that is there with the size it is to have is taken as done, be
it from an earlier run that was cut short or from another run of the same order at this moment. Companions, which are
small, are made here whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.blueprint import Blueprint
from cluster.contents import Records, companions_of, contents_of
from cluster.errors import ExistsError, GoneError, StoreError
from cluster.objects import ObjectPlan, Seat
from cluster.records import PartRecord
from cluster.state import State
from cluster.storage import Assembly, Held, Piece, Site, Store


def pieces_of(item: ObjectPlan, records: Records) -> list[Piece]:
    """The parts' pieces of an object, in order, as their records say."""
    return [piece_of(Seat(item, file), records[part]) for file, part in item.parts]


def piece_of(seat: Seat, record: PartRecord) -> Piece:
    """A part's piece of an object, as its record says."""
    piece = record.piece(seat.object.name, seat.file.name)
    return Piece(seat.object.number(seat.file, record.index), piece.bytes, Held(piece.upload, piece.etag))


def merge_object(blueprint: Blueprint, assembly: Assembly, state: State, item: ObjectPlan, records: Records) -> None:
    """Publishes an object whose parts are all made. StoreError if another object has its name."""
    store = assembly.store
    contents = contents_of(blueprint, item, records)
    if is_there(store, item.name, contents.size):
        return
    site = blueprint.site(item)
    token = token_of(state, assembly, item, site)
    try:
        pieces = [*pieces_of(item, records), *_seams(assembly, item, site, contents.seams)]
        assembly.complete(site, token, sorted(pieces, key=lambda piece: piece.number), contents.ending)
    except StoreError as error:
        if is_there(store, item.name, contents.size):
            return
        if isinstance(error, ExistsError):
            raise _taken(store, item.name) from None
        if isinstance(error, GoneError) and token and not assembly.alive(site, token):
            state.abandon(assembly, site, token)
        raise


def token_of(state: State, assembly: Assembly, item: ObjectPlan, site: Site) -> str:
    """The token that all writers of an object share. An archive has none: its seams are made last, and are small."""
    return "" if item.archive else state.token(assembly, site)


def _seams(assembly: Assembly, item: ObjectPlan, site: Site, seams: Sequence[bytes]) -> list[Piece]:
    """Writes the seams of an archive to where its pieces are."""
    found = []
    for file, seam in zip(item.files, seams, strict=False):  # of other objects there are none
        with assembly.writer(site, "", item.seam(file)) as writer:
            writer.write(seam)
        found.append(Piece(item.seam(file), len(seam), writer.held))
    return found


def put_companions(blueprint: Blueprint, store: Store, records: Records) -> None:
    """Writes the companions of a data set whose parts are all made. StoreError if a name of theirs is taken."""
    if blueprint.order.archive == "zip":
        return  # they are in it
    for name, _, data in companions_of(blueprint, records):
        if not store.create(name, data) and store.find(name) != data:
            raise _taken(store, name)


def is_there(store: Store, name: str, size: int) -> bool:
    """Whether an object has the size it is to have in the end."""
    return store.size(name) == size


def _taken(store: Store, name: str) -> StoreError:
    return StoreError(f"{store.url}/{name} exists and is not of this data set; it was left alone")
