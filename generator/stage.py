"""The document in which a field type's examples stand: parents and their children, with fields that examples may read.

The law tests, the catalogue and its example values use it, so a type's ``examples`` are options for a field called
``example`` of the table ``children``, beside ``id``, ``name``, ``born``, ``amount`` and the reference ``parent``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.compile import compile_schema
from generator.plan import Plan

STAGE = "children"
EXAMPLE = "example"
PARENTS = 100


def staged(
    options: Mapping[str, Any], rows: int = 300, seed: str = "stage", extra: Mapping[str, Any] | None = None
) -> Plan:
    """A plan with a field of these options (``type`` among them) on the stage; ``extra`` are more fields, put first."""
    return compile_schema(
        {
            "seed": seed,
            "reference_date": "2026-01-01",
            "tables": {
                "parents": {
                    "rows": PARENTS,
                    "fields": {
                        "id": {"type": "sequence"},
                        "name": {"type": "first_name"},
                        "born": {"type": "date", "min": "1950-01-01", "max": "2005-12-31"},
                    },
                },
                STAGE: {
                    "rows": rows,
                    "fields": {
                        **(extra or {}),
                        "id": {"type": "sequence", "start": 1},
                        "name": {"type": "last_name"},
                        "born": {"type": "date", "min": "2006-01-01", "max": "2025-12-31", "nulls": 0.1},
                        "amount": {"type": "decimal", "min": 0, "max": 500},
                        "parent": {"type": "reference", "to": "parents.id", "per_parent": [0, 8]},
                        EXAMPLE: dict(options),
                    },
                },
            },
        }
    )
