"""Puts finished parts together: each object of several pieces is published in one step, and never over another's.

What cannot be done twice is looked at first: an object that is there with the size it is to have is taken as done, be
it from an earlier run that was cut short or from another run of the same order at this moment.
"""

from __future__ import annotations

from collections.abc import Mapping

from cluster.errors import ExistsError, GoneError, StoreError
from cluster.manifest import PartRecord
from cluster.order import Blueprint, ObjectPlan, PartId
from cluster.state import State
from cluster.storage import Assembly, Held, Piece, Store


def pieces_of(item: ObjectPlan, records: Mapping[PartId, PartRecord]) -> list[Piece]:
    """The pieces of an object, in order, as its parts' records say."""
    return [piece_of(item, records[PartId(item.table, index)]) for index in item.parts]


def piece_of(item: ObjectPlan, record: PartRecord) -> Piece:
    """A part's piece of an object, as its record says."""
    piece = record.piece(item.name)
    return Piece(record.index - item.parts[0], piece.bytes, Held(piece.upload, piece.etag))


def ending_of(blueprint: Blueprint, item: ObjectPlan, records: Mapping[PartId, PartRecord]) -> bytes:
    """The stored bytes that follow an object's pieces."""
    return blueprint.ending([records[PartId(item.table, index)].piece(item.name).joined() for index in item.parts])


def merge_object(
    blueprint: Blueprint, assembly: Assembly, state: State, item: ObjectPlan, records: Mapping[PartId, PartRecord]
) -> None:
    """Publishes an object whose parts are all made. StoreError if another object has its name."""
    store = assembly.store
    pieces, ending = pieces_of(item, records), ending_of(blueprint, item, records)
    size = sum(piece.size for piece in pieces) + len(ending)
    if is_there(store, item.name, size):
        return
    site = blueprint.site(item)
    token = state.token(assembly, site)
    try:
        assembly.complete(site, token, pieces, ending)
    except StoreError as error:
        if is_there(store, item.name, size):
            return
        if isinstance(error, ExistsError):
            raise StoreError(f"{store.url}/{item.name} exists and is not of this data set; it was left alone") from None
        if isinstance(error, GoneError) and token and not assembly.alive(site, token):
            state.abandon(assembly, site, token)
        raise


def is_there(store: Store, name: str, size: int) -> bool:
    """Whether an object has the size it is to have in the end."""
    return store.size(name) == size
