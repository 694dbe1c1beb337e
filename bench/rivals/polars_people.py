"""people-16 by polars: columns drawn with numpy, put together by polars expressions, written by ``write_csv``.

Rows come in batches of ``BATCH``, the quickest size of those tried (10,000 to 1,000,000).
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import polars as pl

from bench.rivals import COLUMNS, Write
from bench.rivals.words import Words, read_words

BATCH = 50_000
_MOST_WORDS = 12


def prepare() -> Write:
    """A writer with one numpy generator behind it."""
    table = _People(read_words(), np.random.default_rng(42))

    def write(rows: int) -> int:
        size = 0
        for start in range(0, rows, BATCH):
            sink = io.BytesIO()
            frame = table.frame(start, min(BATCH, rows - start))
            frame.write_csv(
                sink, include_header=start == 0, float_precision=6, datetime_format="%Y-%m-%dT%H:%M:%S%.3fZ"
            )
            size += len(sink.getbuffer())
        return size

    return write


class _People:
    """Batches of the table."""

    def __init__(self, words: Words, rng: np.random.Generator) -> None:
        self.rng = rng
        self.lists = {name: pl.Series(name, values) for name, values in vars(words).items()}
        self.lower = {name: self.lists[name].str.to_lowercase() for name in ("first_names", "last_names")}
        self.hex = pl.Series([f"{number:04x}" for number in range(1 << 16)])
        self.three = pl.Series([f"{number:03d}" for number in range(1000)])
        self.four = pl.Series([f"{number:04d}" for number in range(10_000)])

    def frame(self, start: int, rows: int) -> pl.DataFrame:
        """``rows`` rows, numbered from ``start + 1``."""
        first, last = self.below(len(self.lists["first_names"]), rows), self.below(len(self.lists["last_names"]), rows)
        days = self.rng.integers(-10_957, 13_879, rows, dtype=np.int32)
        moments = self.rng.integers(1_420_070_400_000, 1_767_225_600_000, rows, dtype=np.int64)
        salary = np.maximum(self.rng.normal(60_000, 15_000, rows), 0)
        drawn = {
            "id": pl.Series(np.arange(start + 1, start + 1 + rows)),
            "uuid": self.uuids(rows),
            "first_name": self.lists["first_names"].gather(first),
            "last_name": self.lists["last_names"].gather(last),
            "local": self.lower["first_names"].gather(first),
            "family": self.lower["last_names"].gather(last),
            "number": pl.Series(self.below(100, rows)),
            "domain": self.pick("domains", rows),
            "area": self.three.gather(self.below(1000, rows)),
            "exchange": self.three.gather(self.below(1000, rows)),
            "line": self.four.gather(self.below(10_000, rows)),
            "city": self.pick("cities", rows),
            "country": self.pick("countries", rows),
            "house": pl.Series(1 + self.below(9999, rows)),
            "way": self.pick("streets", rows),
            "kind": self.pick("suffixes", rows),
            "birth_date": pl.Series(days).cast(pl.Date),
            "created_at": pl.Series(moments).cast(pl.Datetime("ms")),
            "salary": pl.Series(salary).cast(pl.Decimal(10, 2)),
            "score": pl.Series(self.rng.random(rows)),
            "active": pl.Series(self.rng.random(rows) < 0.9),
            "comment": self.comments(rows),
        }
        return pl.DataFrame(drawn).select(_derived())

    def below(self, limit: int, rows: int) -> Any:
        return self.rng.integers(0, limit, rows, dtype=np.uint32)

    def pick(self, name: str, rows: int) -> pl.Series:
        return self.lists[name].gather(self.below(len(self.lists[name]), rows))

    def uuids(self, rows: int) -> pl.Series:
        """Random UUIDs of version 4: eight groups of four hex digits, with the version and variant bits set."""
        groups = self.rng.integers(0, 1 << 16, (8, rows), dtype=np.uint32)
        groups[3] = groups[3] & 0x0FFF | 0x4000
        groups[4] = groups[4] & 0x3FFF | 0x8000
        a, b, c, d, e, f, g, h = (self.hex.gather(group).alias(str(at)) for at, group in enumerate(groups))
        return pl.select(pl.format("{}{}-{}-{}-{}-{}{}{}", *map(pl.lit, (a, b, c, d, e, f, g, h)))).to_series()

    def comments(self, rows: int) -> pl.Series:
        """Five to twelve words, three of ten comments null."""
        many = self.rng.integers(5, _MOST_WORDS + 1, rows)
        empty = self.rng.random(rows) < 0.3
        many[empty] = 0
        flat = self.pick("words", int(many.sum()))
        row = pl.Series(np.repeat(np.arange(rows, dtype=np.uint32), many))
        joined = pl.DataFrame({"row": row, "word": flat}).group_by("row", maintain_order=True).agg(pl.col("word"))
        text = np.full(rows, len(joined), dtype=np.uint32)
        text[~empty] = np.arange(len(joined), dtype=np.uint32)
        return pl.concat([joined["word"].list.join(" "), pl.Series([None], dtype=pl.String)]).gather(text)


def _derived() -> list[pl.Expr]:
    made = {
        "full_name": pl.concat_str("first_name", "last_name", separator=" "),
        "email": pl.format("{}.{}{}@{}", "local", "family", "number", "domain"),
        "phone": pl.format("+1-{}-{}-{}", "area", "exchange", "line"),
        "street": pl.concat_str("house", "way", "kind", separator=" "),
    }
    return [made.get(name, pl.col(name)).alias(name) for name in COLUMNS]
