"""Schema document → plan → Arrow record batches. Pure: no I/O, no Ray, no HTTP, no clock.

>>> from generator import RowRange, compile_schema
>>> plan = compile_schema("{rows: 1000, fields: {id: sequence, name: first_name}}")
>>> plan.tables["data"].batch(RowRange(0, 10))
"""

from __future__ import annotations

from generator.cells import Cells, Draw, Key
from generator.column import Column
from generator.compile import compile_schema
from generator.document import load_schema
from generator.errors import Mistake, SchemaError, SeedbedError, json_path, nearest
from generator.field import Field, TextField, field_type, field_types
from generator.fingerprint import ENGINE_VERSION, fingerprint, installed
from generator.kernels import KIND as KERNELS
from generator.markup import parse_document
from generator.plan import Plan, TablePlan
from generator.registry import PluginError, Registry, UnknownNameError
from generator.rows import RowRange
from generator.schema import Schema, Table
from generator.stage import EXAMPLE, STAGE, staged

__all__ = [
    "ENGINE_VERSION",
    "EXAMPLE",
    "KERNELS",
    "STAGE",
    "Cells",
    "Column",
    "Draw",
    "Field",
    "Key",
    "Mistake",
    "Plan",
    "PluginError",
    "Registry",
    "RowRange",
    "Schema",
    "SchemaError",
    "SeedbedError",
    "Table",
    "TablePlan",
    "TextField",
    "UnknownNameError",
    "compile_schema",
    "field_type",
    "field_types",
    "fingerprint",
    "installed",
    "json_path",
    "load_schema",
    "nearest",
    "parse_document",
    "staged",
]
