"""people-16 by chDB, which is ClickHouse in the process: one SELECT from numbers, answered as CSV, on one thread."""

from __future__ import annotations

from itertools import groupby

from bench.rivals import COLUMNS, Write
from bench.rivals.words import read_words

SETTINGS = "max_threads = 1, date_time_output_format = 'iso'"

# Each draw has its own number: ClickHouse takes two calls of the same arguments for one.
EXPRESSIONS = {
    "id": "number + 1",
    "uuid": "generateUUIDv4()",
    "first_name": "first_names[1 + rand(1) % length(first_names)]",
    "last_name": "last_names[1 + rand(2) % length(last_names)]",
    "full_name": "concat(first_name, ' ', last_name)",
    "email": "concat(lower(first_name), '.', lower(last_name), toString(rand(3) % 100), '@', domains[1 + rand(4) % 3])",
    "phone": "concat('+1-', leftPad(toString(rand(5) % 1000), 3, '0'), '-', leftPad(toString(rand(6) % 1000), 3, '0'),"
    " '-', leftPad(toString(rand(7) % 10000), 4, '0'))",
    "city": "cities[1 + rand(8) % length(cities)]",
    "country": "countries[1 + rand(9) % length(countries)]",
    "street": "concat(toString(1 + rand(10) % 9999), ' ', streets[1 + rand(11) % length(streets)], ' ',"
    " suffixes[1 + rand(12) % length(suffixes)])",
    "birth_date": "toDate32('1940-01-01') + rand(13) % 24837",
    "created_at": "fromUnixTimestamp64Milli(toInt64(1420070400000 + rand64(14) % 347155200000), 'UTC')",
    "salary": "toDecimal64(greatest(0, randNormal(60000, 15000)), 2)",
    "score": "round(randUniform(0, 1), 6)",
    "active": "CAST(rand(15) % 10 < 9 AS Bool)",
    "comment": "if(rand(16) % 10 < 3, NULL, arrayStringConcat("
    "arrayMap(i -> words[1 + rand64(i) % length(words)], range(5 + rand(17) % 8)), ' '))",
}


def prepare() -> Write:
    """A writer of one query."""
    import chdb

    lists = ", ".join(f"{_array(values)} AS {name}" for name, values in vars(read_words()).items())
    columns = ", ".join(f"{EXPRESSIONS[name]} AS {name}" for name in COLUMNS)

    def write(rows: int) -> int:
        query = f"WITH {lists} SELECT {columns} FROM numbers({rows}) SETTINGS {SETTINGS}"
        return len(chdb.query(query, "CSVWithNames"))

    return write


def _array(values: list[str]) -> str:
    """A constant array; each word is spelled once, with how often it follows itself, and unfolded by ClickHouse."""
    runs = [(word, sum(1 for _ in same)) for word, same in groupby(values)]
    words = ", ".join("'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'" for word, _ in runs)
    if len(runs) == len(values):
        return f"[{words}]"
    return f"arrayFlatten(arrayMap((word, many) -> arrayWithConstant(many, word), [{words}], {[n for _, n in runs]}))"
