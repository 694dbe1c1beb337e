"""Rules for Prometheus and the dashboard: they are right, they ask for what there is, every alert is explained."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.servers.debian import program
from tests.servers.rest import rest_service

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "k8s" / "monitoring"
SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load((FOLDER / "rules.yaml").read_text())["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    return [each for each in json.loads((FOLDER / "dashboard.json").read_text())["panels"] if each["type"] != "row"]


def asked() -> Iterator[str]:
    """All PromQL that there is."""
    yield from (rule["expr"] for rule in rules())
    yield from (target["expr"] for panel in panels() for target in panel["targets"])


def test_the_rules_do_what_their_tests_say() -> None:
    promtool = program("promtool", "prometheus")
    for command in (["check", "rules", "--lint-fatal", "rules.yaml"], ["test", "rules", "rules_test.yaml"]):
        done = subprocess.run([promtool, *command], cwd=FOLDER, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    compose = [promtool, "check", "config", "--syntax-only", str(ROOT / "k8s" / "compose" / "prometheus.yaml")]
    done = subprocess.run(compose, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_everything_that_is_asked_for_exists(tmp_path: Path) -> None:
    with rest_service(tmp_path) as service:
        families = list(text_string_to_metric_families(service.client.get("/metrics").text))
    known = {family.name + suffix for family in families for suffix in SUFFIXES[family.type]}
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    assert len(recorded) > 5
    found: set[str] = set()
    for query in asked():
        promql_parser.parse(query)
        names = set(re.findall(r"\bseedbed[\w:]+", query))
        assert names or "ALERTS" in query
        assert names <= known | recorded, query
        found |= names
    shown = {family.name for family in families} - {"seedbed_users", "seedbed_database_up", "seedbed_backlog_bytes"}
    everything = " ".join(found | {rule["expr"] for rule in rules()})
    assert [name for name in shown if name not in everything] == []  # nothing is measured that nobody looks at


def test_the_dashboard_is_laid_out_and_current() -> None:
    done = subprocess.run([sys.executable, FOLDER / "made.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        cells = {
            (place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])
        }  # no panel lies on another one
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells
    titles = [panel["title"] for panel in panels()]
    assert len(set(titles)) == len(titles)


def test_every_alert_is_explained_and_tried() -> None:
    alerts = {rule["alert"]: rule for rule in rules() if "alert" in rule}
    headings = re.findall(r"^## (\w+)$", (ROOT / "docs" / "runbook.md").read_text(), re.MULTILINE)
    assert headings == list(alerts)
    tried = (FOLDER / "rules_test.yaml").read_text()
    for name, rule in alerts.items():
        assert rule["annotations"]["runbook_url"] == f"docs/runbook.md#{name.lower()}"
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert tried.count(name) >= 2, name
