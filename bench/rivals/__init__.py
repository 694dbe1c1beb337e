"""The table people-16 as CSV, made by Seedbed and by others: one module a contender, each with ``prepare``.

``prepare()`` imports and sets up whatever is needed only once and returns ``write(rows) -> bytes written``, which makes
that many rows of the sixteen columns and their CSV, header included. Each is written the way that is quick *and* usual
for its tool. Nothing here takes the time; nothing here is shared between contenders but the word lists.
"""

from __future__ import annotations

from collections.abc import Callable

Write = Callable[[int], int]

COLUMNS = (
    "id",
    "uuid",
    "first_name",
    "last_name",
    "full_name",
    "email",
    "phone",
    "city",
    "country",
    "street",
    "birth_date",
    "created_at",
    "salary",
    "score",
    "active",
    "comment",
)
