"""What kind of values an Arrow type has, whichever of its layouts they are in; those of a dictionary are its words."""

from __future__ import annotations

import pyarrow as pa


def values_of(data_type: pa.DataType) -> pa.DataType:
    """The type of a dictionary's words; any other type as it is."""
    return data_type.value_type if pa.types.is_dictionary(data_type) else data_type


def is_text(data_type: pa.DataType) -> bool:
    """Whether values are strings."""
    types, kind = pa.types, values_of(data_type)
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def is_binary(data_type: pa.DataType) -> bool:
    """Whether values are bytes that are no text, of one size or of any."""
    types, kind = pa.types, values_of(data_type)
    tests = (types.is_binary, types.is_large_binary, types.is_fixed_size_binary, types.is_binary_view)
    return any(test(kind) for test in tests)
