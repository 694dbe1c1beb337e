"""What Seedbed set out to reach. A figure that is missed is shown as missed."""

from __future__ import annotations

MILLION = 1_000_000

RATIOS = {"chDB": 3, "polars": 6, "Mimesis": 100, "Faker": 1000}
"""Contender → how many times as many rows a second Seedbed should make (people-16, CSV, one core)."""

ROWS_PER_SECOND = {
    ("people", "csv"): 2.0 * MILLION,
    ("people", "ndjson"): 1.5 * MILLION,
    ("people", "parquet"): 0.7 * MILLION,
    ("numeric", "csv"): 5.0 * MILLION,
    ("numeric", "parquet"): 4.0 * MILLION,
}
"""(schema, format) → rows a second on one core."""

TWO_ACTORS = 1.6
"""How many times as quick two actors should be as one."""

ACTOR_MEGABYTES = 600
"""Peak memory of a generator actor, whatever the size of the job."""

PREVIEW_SECONDS = 1.5
"""From the command to the first row of ``seedbed preview``."""

WRITER_RATIOS = {"csv": 3.0, "ndjson": 3.0, "json": 3.0, "sql": 3.0, "xml": 3.0, "parquet": 1.0, "avro": 3.0}
"""Format → how many times as quick as the fastest other writer of the same batch (avro: as polars)."""

GZIP_SHARE = 0.9
"""Of ISA-L's own speed."""

QUEUE_OVERHEAD = 0.05
"""What queue and coordinator may add to a job of 10^8 rows of numeric-8, against a bare loop."""

SMALL_JOB_SECONDS = 1.0
"""From entering a job of 1,000 rows to its end, on a warm cluster."""
