"""Text where a value should be: a word for nothing, or what is no value of the column's type."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from generator.dirt.spots import Spots

NOTHING = ("", "NULL", "null", "N/A", "n/a", "NaN", "None", "-", "?")
"""What people and programs write for a missing value."""
_OWN = "{}"
"""Stands for the cell's own value."""
NO_NUMBERS = ("twelve", "{} kg", "ca. {}", "{}?", "unknown", "see notes", "#{}", "12 or 13", "1.2.3", "tbd")
NO_BOOLEANS = ("yes?", "maybe", "not yet", "{}?", "unknown", "tru", "ja/nein", "2")
NO_DATES = ("31/02/2024", "2023-02-29", "2024-13-01", "00.00.0000", "yesterday", "next Monday", "{}?", "Feb 30, 2023")
NO_MOMENTS = (*NO_DATES, "2024-06-31T12:00:00Z", "2024-01-01T25:61:00Z")
NO_TIMES = ("25:61", "24:60:00", "noonish", "half past", "{}?", "12:00 XM", "unknown")


def wrong_texts(kind: pa.DataType) -> tuple[str, ...]:
    """What is no value of a type; empty where all text is one, or none is known."""
    types = pa.types
    if types.is_boolean(kind):
        return NO_BOOLEANS
    if types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind):
        return NO_NUMBERS
    if types.is_date(kind):
        return NO_DATES
    if types.is_timestamp(kind):
        return NO_MOMENTS
    return NO_TIMES if types.is_time(kind) else ()


def null_text(spots: Spots) -> pa.Array:
    """A word for nothing, which the cell was not before."""
    return _one_of(spots, NOTHING)


def wrong_type(spots: Spots) -> pa.Array:
    """Text that no reader takes for a value of the column's type."""
    return _one_of(spots, wrong_texts(spots.values.type))


def _one_of(spots: Spots, forms: Sequence[str]) -> pa.Array:
    form = spots.form(len(forms))
    made = _filled(spots, forms, form)
    alike = np.asarray(pc.equal(made, spots.texts))
    return _filled(spots, forms, np.where(alike, (form + 1) % len(forms), form)) if alike.any() else made


def _filled(spots: Spots, forms: Sequence[str], form: npt.NDArray[np.int64]) -> pa.Array:
    index = pa.array(form)
    before = pa.array([each.partition(_OWN)[0] for each in forms]).take(index)
    if not any(_OWN in each for each in forms):
        return before
    behind = pa.array([each.partition(_OWN)[2] for each in forms]).take(index)
    own = pc.if_else(pa.array([_OWN in each for each in forms]).take(index), spots.texts, "")
    return pc.binary_join_element_wise(before, own, behind, "")
