"""Readers of YAML: PyYAML's C parser for YAML 1.1, ruamel.yaml for YAML 1.2."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pyarrow as pa
import yaml
from ruamel.yaml import YAML

from tests.laws.nested_values import Columns
from tests.laws.readers.objects import columns, double, leaves, pairs, with_double_decimals
from tests.laws.readers.reader import Reader

NUMBERS: tuple[tuple[Callable[[pa.DataType], bool], tuple[type, ...]], ...] = (
    (pa.types.is_boolean, (bool,)),
    (pa.types.is_integer, (int, str)),
    (pa.types.is_floating, (float,)),
    (pa.types.is_decimal, (float, int, str)),
)

ROW = "\n- "
MOST_ROWS = 48


def _columns(load: Callable[[str], Any]) -> Callable[[Any, pa.Schema, bytes], Columns]:
    def read(options: Any, schema: pa.Schema, data: bytes) -> Columns:
        found = load(data.decode())
        if options.records:
            assert list(found) == ["people"]
            found = found["people"]
        for row in found:
            for field in schema:
                _check(row[field.name], field.type)
        return with_double_decimals(schema, columns(schema, pairs(found), left_out=False))

    return read


@lru_cache(maxsize=1)
def _by_pyyaml(text: str) -> Any:
    return yaml.load(text, yaml.CSafeLoader)


def _by_ruamel(text: str) -> Any:
    """It is slow, so it reads the first rows, which are the hardest; the others are PyYAML's."""
    lines = text.split(ROW)
    found, first = _by_pyyaml(text), YAML(typ="safe", pure=True).load(ROW.join(lines[:MOST_ROWS]) + "\n")
    if isinstance(found, dict):
        return {key: [*first[key], *rows[len(first[key]) :]] for key, rows in found.items()}
    return [*first, *found[len(first) :]]


def _check(value: Any, data_type: pa.DataType) -> None:
    """Each value is of the type that it looks like: a float is no text."""
    types = pa.types
    if value is None:
        return
    if types.is_dictionary(data_type):
        _check(value, data_type.value_type)
    elif types.is_struct(data_type):
        for field in data_type:
            _check(value[field.name], field.type)
    elif types.is_map(data_type):
        for item in value.values():
            _check(item, data_type.item_type)
    elif types.is_nested(data_type):
        for item in value:
            _check(item, data_type.value_type)
    else:
        assert isinstance(value, next((kinds for test, kinds in NUMBERS if test(data_type)), str))


def _kept(_options: Any, data_type: pa.DataType, value: Any) -> Any:
    return leaves(value, data_type, double)


READERS: dict[str, tuple[Reader, ...]] = {
    "yaml": (
        Reader("PyYAML", _columns(_by_pyyaml), _kept),
        Reader("ruamel.yaml", _columns(_by_ruamel), _kept),
    ),
}
