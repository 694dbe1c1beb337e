"""Digests of each kernel over fixed input: ``python tests/golden/kernels.py`` prints them for the kernels in use.

With ``--write`` they replace kernels.json. A digest that changes is a change of every data set: a release note.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from generator import kernels
from generator.kernels import recoding
from generator.kernels.digests import SIZES
from generator.kernels.text import Quoting, Spelling, TextColumn, TextLayout, row_writer

GOLDEN = Path(__file__).with_suffix(".json")
GAMMA, KAPPA = 0xD1342543DE82EF95, 0x5851F42D4C957F2D
DIGITS = b"0123456789"


def results() -> Iterator[tuple[str, Any]]:
    """(kernel, result) of each call; inputs come from integer arithmetic alone."""
    near = np.arange(30_000, dtype=np.uint64)
    rows = np.concatenate([near, ~near, near << np.uint64(34)])
    bits = kernels.bits(rows, GAMMA, KAPPA)
    yield "bits", bits
    yield "mix", kernels.mix(rows)
    yield "unit", kernels.unit(rows, GAMMA, KAPPA)
    yield "below", kernels.below(rows, GAMMA, KAPPA, 10**12 + 39, -(10**17), 86_400)
    yield "below_each", kernels.below_each(rows, GAMMA, KAPPA, bits)
    yield from weighted(rows)
    coefficients = (kernels.unit(np.arange(864 * 6, dtype=np.uint64), GAMMA, 5) * 6 - 1).reshape(864, 6)
    yield "quantile", kernels.quantile(rows, GAMMA, KAPPA, coefficients, 0, 2**53, 15.2, 100.0)
    yield "quantile", kernels.quantile(rows, GAMMA, KAPPA, coefficients, 2**40 + 1, 2**52, 1 / 3, -7.0)
    yield "quantile_at", kernels.quantile_at(bits >> np.uint64(11), coefficients)
    yield "tail_quantile", kernels.tail_quantile(rows, GAMMA, KAPPA, coefficients, 0, 2**53, 0.1, 3.0)
    for n in (5, 10**7, 2**40 + 1, 2**63):
        values = rows % np.uint64(n)
        yield "permute", kernels.permute(values, n, GAMMA, KAPPA)
        yield "unpermute", kernels.unpermute(values, n, GAMMA, KAPPA)
        yield "permute_each", kernels.permute_each(values, n, GAMMA, KAPPA, bits)
    yield "muldiv", kernels.muldiv(bits, 10**15, 7, 10**15 + 37)
    yield "fractions", kernels.fractions(bits % np.uint64(10**17), 10**17)
    for least, most in ((0, 6), (2, 4), (0, 2**30)):
        bounds = (10**9 + 7, 3 * 10**9 + 29, least, most, GAMMA, KAPPA)
        yield "children_of_rows", kernels.children_of_rows(bits % np.uint64(3 * 10**9 + 29), *bounds)
        yield "children_of_parents", kernels.children_of_parents(bits % np.uint64(10**9 + 7), *bounds)
    yield "uuid4", kernels.uuid4(bits, rows)
    letters = [b"ABCDEFGHJKLMNPRSTUVWXYZ"] * 3
    yield (
        "pattern",
        kernels.pattern(
            b"+1 (###) ### ???", [(bits, [4, 5, 6, 9, 10, 11], [DIGITS] * 6), (rows, [13, 14, 15], letters)]
        ),
    )
    yield from joined(rows)
    yield from rewritten(rows)
    yield from written(rows[:1_500], bits[:1_500])


def weighted(rows: np.ndarray[Any, np.dtype[np.uint64]]) -> Iterator[tuple[str, Any]]:
    """Alias tables, and what is drawn by them."""
    for count in (3, 1_000):
        weights = [(i * i + 1) % 9_973 for i in range(count)]
        table, narrow = kernels.alias_table(weights), kernels.alias_table32(weights)
        yield "alias_table", table
        yield "alias_table32", narrow
        yield "alias_pick", kernels.alias_pick(rows, GAMMA, KAPPA, *table)
        pool = pa.array(["é" * (i % 23) + str(i) for i in range(count)])
        yield "words", kernels.words(rows, GAMMA, KAPPA, 0, 9, pool, *narrow, None, None)
        yield "words", kernels.words(rows, GAMMA, KAPPA, 2, 12, pool, *narrow, 60, rows % np.uint64(7) == np.uint64(3))


def joined(rows: np.ndarray[Any, np.dtype[np.uint64]]) -> Iterator[tuple[str, Any]]:
    """Concatenations with nulls, dictionaries and integers."""
    indices = pa.array((rows % np.uint64(5)).astype(np.int32), mask=rows % np.uint64(11) == np.uint64(0))
    entries = pa.DictionaryArray.from_arrays(
        indices, pa.array(["Zoë", "", "a text of more than sixteen bytes", None, "b"])
    )
    yield (
        "concat",
        kernels.concat(
            [b"<", entries, b" - ", (rows.view(np.int64), 12, True), b"|", (rows.view(np.int64), 21, False)], rows.size
        ),
    )


def rewritten(rows: np.ndarray[Any, np.dtype[np.uint64]]) -> Iterator[tuple[str, Any]]:
    """Digests, and texts that are cut and spelled in other letters."""
    texts = pa.array([None if i % 37 == 0 else "Zoë  ſ," * (i % 9) + "x" * (i % 301) for i in range(3_000)])
    for algorithm in SIZES:
        yield "digest", kernels.digest(texts, algorithm)
        yield "digest_lines", kernels.digest_lines(rows[:4_000].view(np.uint8).reshape(-1, 40), algorithm)
    yield "digest", kernels.digest(texts, "blake2b", 20)
    yield "letters", kernels.letters((rows % np.uint64(11)).astype(np.uint8).reshape(9, -1).T, DIGITS + b"\0")
    yield "recode", kernels.recode(texts, bytes.maketrans(b"x ,", b"\0-x"))
    yield "shorten", kernels.shorten(texts, 30)
    yield "shorten", kernels.shorten(texts, 19, at_words=True, mark=b",")
    table = recoding.spelling([chr(code) if code < 128 else "-" * (code % 3) for code in range(recoding.CODE_POINTS)])
    yield "transliterate", kernels.transliterate(texts, table)
    yield "transliterate", kernels.transliterate(texts, table, words=True)


def written(
    rows: np.ndarray[Any, np.dtype[np.uint64]], bits: np.ndarray[Any, np.dtype[np.uint64]]
) -> Iterator[tuple[str, Any]]:
    """Rows of text, enclosed rows, and rows of bytes."""
    missing = rows % np.uint64(7) == np.uint64(3)
    numbers, ticks = bits.view(np.int64) >> rows.view(np.int64) % 60, rows.view(np.int64) * 86_413_007
    columns = {
        "number": pa.array(numbers, mask=missing),
        "share": pa.array((bits >> np.uint64(11)).astype(np.float64) / 2**43, mask=missing),
        "text": pa.array([None if i % 37 == 0 else "Zoë <&>," * (i % 9) + '"' * (i % 3) for i in range(len(rows))]),
        "word": pa.array((rows % np.uint64(5)).astype(np.int8), mask=missing).dictionary_encode(),
        "moment": pa.array(ticks).cast(pa.timestamp("ms", "UTC")),
    }
    batch = pa.record_batch(columns)
    usual = {"quote": b'"', "escapes": {bytes([mark]): b"&#%d;" % mark for mark in b"\t\n\r<>&\"'"}}
    cells = tuple(TextColumn(b"<%s>" % name.encode(), b"", suffix=b"</>", decimals=3) for name in columns)
    dense = tuple(TextColumn(b"|", b"none", Quoting.NEEDED) for _ in columns)
    layouts = {
        "text rows": TextLayout(dense, special=b"|", **usual),
        "enclosed rows": TextLayout(cells, enclosed=True, between=b", ", date_time=b" ", zone=b"+00:00", **usual),
    }
    for spelling in (Spelling.ZIGZAG, Spelling.VARINT, Spelling.BYTES):
        floats = TextColumn(b"\x02", b"\x00", spelling=Spelling.BYTES)
        binary = [replace(floats, spelling=spelling) if name != "share" else floats for name in columns]
        layouts[f"{spelling.value} rows"] = TextLayout(tuple(binary), b"", enclosed=True)
    for name, layout in layouts.items():
        data, offsets = row_writer(batch.schema, layout).rows(batch)
        yield name, (offsets, np.frombuffer(data, np.uint8))


def contents(result: Any) -> Iterator[bytes]:
    """The bytes of a result, its type first."""
    if isinstance(result, tuple):
        for item in result:
            yield from contents(item)
    elif isinstance(result, np.ndarray):
        yield result.dtype.str.encode()
        yield result.tobytes()
    else:
        for buffer in result.buffers():
            yield b"none" if buffer is None else buffer.to_pybytes()


def digests() -> dict[str, str]:
    """BLAKE2b-128 of all results of each kernel."""
    hashes: dict[str, Any] = {}
    for name, result in results():
        found = hashes.setdefault(name, hashlib.blake2b(digest_size=16))
        for piece in contents(result):
            found.update(piece)
    return {name: found.hexdigest() for name, found in sorted(hashes.items())}


if __name__ == "__main__":
    text = json.dumps(digests(), indent=2) + "\n"
    if "--write" in sys.argv:
        GOLDEN.write_text(text)
    sys.stdout.write(text)
