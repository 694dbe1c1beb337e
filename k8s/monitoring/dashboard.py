"""Grafana's dashboard of Seedbed (made.py writes it).

Rows from what users feel down to what it costs: requests, the queue, what is made, failures, nodes and cost.
"""

from __future__ import annotations

from typing import Any

WIDTH, HEIGHT = 24, 8
SOURCE = {"type": "prometheus", "uid": "${source}"}

ROWS: list[tuple[str, list[tuple[str, str, str, list[tuple[str, str]]]]]] = [
    (
        "At a glance",
        [
            ("Backlog, rows", "stat", "short", [("max(seedbed_backlog_rows)", "rows")]),
            ("Backlog, time to drain", "stat", "s", [("seedbed:backlog_drain_seconds", "time")]),
            ("Rows made a second", "stat", "short", [("seedbed:rows_made:rate5m", "rows/s")]),
            ("Nodes", "stat", "short", [("max(seedbed_nodes)", "nodes")]),
            ("Errors", "stat", "percentunit", [("seedbed:http_errors:ratio_rate5m", "5xx")]),
            (
                "Alerts",
                "stat",
                "short",
                [('count(ALERTS{alertname=~"Seedbed.*", alertstate="firing"}) or vector(0)', "firing")],
            ),
        ],
    ),
    (
        "Requests",
        [
            (
                "Requests a second by status",
                "timeseries",
                "reqps",
                [("sum by (status) (seedbed:http_requests:rate5m)", "{{status}}")],
            ),
            (
                "Latency without streams",
                "timeseries",
                "s",
                [
                    (
                        f"histogram_quantile({quantile}, sum by (le) (rate(seedbed_http_request_seconds_bucket"
                        '{route!~".*/events|.*/files/.*|/generate-data"}[5m])))',
                        name,
                    )
                    for quantile, name in ((0.5, "median"), (0.95, "95 %"), (0.99, "99 %"))
                ],
            ),
            (
                "Busiest routes",
                "timeseries",
                "reqps",
                [("topk(8, sum by (route) (seedbed:http_requests:rate5m))", "{{route}}")],
            ),
            ("Clients that follow jobs", "timeseries", "short", [("sum(seedbed_http_followers)", "followers")]),
        ],
    ),
    (
        "Queue",
        [
            ("Runs by state", "timeseries", "short", [("max by (state) (seedbed_queue_runs)", "{{state}}")]),
            ("Oldest waiting run", "timeseries", "s", [("max(seedbed_queue_oldest_seconds)", "waited")]),
            (
                "Backlog",
                "timeseries",
                "short",
                [("max(seedbed_backlog_rows)", "rows"), ("max(seedbed_backlog_seconds)", "actor-seconds")],
            ),
            (
                "Jobs entered a second",
                "timeseries",
                "ops",
                [("max by (answer) (rate(seedbed_jobs_entered_total[5m]))", "{{answer}}")],
            ),
        ],
    ),
    (
        "What is made",
        [
            ("Rows a second", "timeseries", "short", [("seedbed:rows_made:rate5m", "rows/s")]),
            ("Bytes a second", "timeseries", "Bps", [("seedbed:bytes_made:rate5m", "stored")]),
            (
                "From entry to end of a run",
                "timeseries",
                "s",
                [
                    (f"histogram_quantile({quantile}, max by (le) (rate(seedbed_run_seconds_bucket[15m])))", name)
                    for quantile, name in ((0.5, "median"), (0.95, "95 %"))
                ],
            ),
            (
                "Time of a part",
                "timeseries",
                "s",
                [
                    (f"histogram_quantile({quantile}, max by (le) (rate(seedbed_part_seconds_bucket[15m])))", name)
                    for quantile, name in ((0.5, "median"), (0.95, "95 %"))
                ],
            ),
        ],
    ),
    (
        "Failures",
        [
            (
                "Jobs ended an hour",
                "timeseries",
                "short",
                [("max by (outcome) (increase(seedbed_jobs_ended_total[1h]))", "{{outcome}}")],
            ),
            (
                "Attempts ended an hour",
                "timeseries",
                "short",
                [("max by (outcome) (increase(seedbed_attempts_ended_total[1h]))", "{{outcome}}")],
            ),
            (
                "Workers lost, parts made again, leases lost",
                "timeseries",
                "short",
                [
                    ("max(increase(seedbed_retries_total[15m]))", "retries"),
                    ("max(increase(seedbed_lease_losses_total[15m]))", "leases"),
                ],
            ),
            (
                "Webhooks an hour",
                "timeseries",
                "short",
                [("max by (outcome) (increase(seedbed_deliveries_total[1h]))", "{{outcome}}")],
            ),
        ],
    ),
    (
        "Nodes and cost",
        [
            (
                "Generator actors",
                "timeseries",
                "short",
                [
                    ("max(seedbed_actors_ready)", "there"),
                    ("max(seedbed_actors_at_work)", "at work"),
                    ("max(seedbed_actors_waiting)", "wait for a node"),
                ],
            ),
            (
                "Nodes, dispatchers",
                "timeseries",
                "short",
                [("max(seedbed_nodes)", "nodes"), ("max(seedbed_dispatchers)", "dispatchers")],
            ),
            (
                "Actor-hours a day",
                "timeseries",
                "h",
                [("max(increase(seedbed_actor_seconds_total[1d])) / 3600", "held by runs")],
            ),
            (
                "Bytes stored a day, parts used again",
                "timeseries",
                "bytes",
                [
                    ("max(increase(seedbed_bytes_made_total[1d]))", "stored"),
                    ("max(increase(seedbed_reused_parts_total[1d]))", "parts used again"),
                ],
            ),
        ],
    ),
]


def panel(number: int, name: str, kind: str, unit: str, queries: list[tuple[str, str]], place: dict[str, int]) -> Any:
    """One panel; ``queries``: (PromQL, how its series are called)."""
    options = {"reduceOptions": {"calcs": ["lastNotNull"]}} if kind == "stat" else {"tooltip": {"mode": "multi"}}
    return {
        "id": number,
        "title": name,
        "type": kind,
        "datasource": SOURCE,
        "gridPos": place,
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "options": options,
        "targets": [
            {"refId": chr(ord("A") + index), "expr": query, "legendFormat": legend, "datasource": SOURCE}
            for index, (query, legend) in enumerate(queries)
        ],
    }


def dashboard() -> Any:
    """The whole of it, as Grafana imports it."""
    panels: list[Any] = []
    top = 0
    for title, contents in ROWS:
        row = {"id": len(panels) + 1, "type": "row", "title": title, "collapsed": False, "panels": []}
        panels.append(row | {"gridPos": {"h": 1, "w": WIDTH, "x": 0, "y": top}})
        top += 1
        high = HEIGHT if contents[0][1] == "timeseries" else HEIGHT // 2
        wide = WIDTH // len(contents)
        for index, content in enumerate(contents):
            place = {"h": high, "w": wide, "x": index * wide, "y": top}
            panels.append(panel(len(panels) + 1, *content, place))
        top += high
    source = {"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus"}
    return {
        "uid": "seedbed",
        "title": "Seedbed",
        "tags": ["seedbed"],
        "timezone": "browser",
        "schemaVersion": 39,
        "version": 1,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": [source]},
        "panels": panels,
    }
