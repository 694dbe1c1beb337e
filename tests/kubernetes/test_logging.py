"""The example that ships logs takes the lines that we write."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import datetime
from typing import Any

import yaml

from tests.kubernetes.manifests import FOLDER, LOGGED, ROOT, built, of_kind, pods

WRITE = (
    "import logging; from cluster.logs import event, log_to_standard_error; log_to_standard_error('json')\n"
    "logging.getLogger('seedbed.actor').info('part %d', 3, extra=event('part', 0.25, request='r', job='j', part=3))\n"
    "try: 1 / 0\n"
    "except ZeroDivisionError: logging.getLogger('seedbed.coordinator').exception('failed')"
)


def settings() -> dict[str, Any]:
    (config,) = [each for each in of_kind(built(LOGGED), "ConfigMap") if "fluent-bit.yaml" in each["data"]]
    found: dict[str, Any] = yaml.safe_load(config["data"]["fluent-bit.yaml"])
    return found


def test_our_lines_pass_the_filter_and_have_the_time_that_the_parser_reads() -> None:
    done = subprocess.run([sys.executable, "-c", WRITE], cwd=ROOT, capture_output=True, text=True)
    lines = done.stderr.splitlines()
    assert len(lines) == 2, done.stderr  # an exception is in one line, too
    pipeline = settings()["pipeline"]
    key, wanted = pipeline["filters"][0]["regex"].split(" ", 1)
    assert key == "log"
    (parser,) = settings()["parsers"]
    assert pipeline["filters"][1]["parser"] == parser["name"]
    for line in lines:
        assert re.search(wanted, line)
        moment = json.loads(line)[parser["time_key"]]
        datetime.strptime(moment, parser["time_format"].replace("%L", "%f"))
    assert not re.search(wanted, "2026-11-23 20:53:18,083 INFO worker.py:1 -- Connected to Ray")


def test_the_shipper_reads_where_ray_writes_and_writes_where_it_may() -> None:
    seen = 0
    for each in pods(built(LOGGED)):
        for container in each.containers:
            if container["name"] == "logs":
                mounts = {mount["mountPath"]: mount for mount in container["volumeMounts"]}
                (read,) = settings()["pipeline"]["inputs"]
                assert all(path.strip().startswith("/tmp/ray/session_") for path in read["path"].split(","))
                assert mounts["/tmp/ray"]["readOnly"]
                writing = [path for path, mount in mounts.items() if not mount.get("readOnly")]
                assert [read["db"].startswith(f"{path}/") for path in writing] == [True]
                assert container["args"][1].rpartition("/")[0] in mounts
                seen += 1
    assert seen == 2  # the head and the generators
    variables = set(re.findall(r"\$\{(\w+)\}", json.dumps(settings())))
    example = yaml.safe_load((FOLDER / "logging" / "secret.example.yaml").read_text())
    assert variables == set(example["stringData"])


def test_filebeat_names_containers_that_there_are() -> None:
    text = (FOLDER / "logging" / "filebeat.yaml").read_text()
    named = set(re.findall(r"kubernetes\.container\.name: (\w+)", text))
    there = {container["name"] for each in pods(built("base")) for container in each.containers}
    assert named == there - {"ray-head", "generator"}
    assert "kubernetes.namespace: seedbed" in text
    assert yaml.safe_load(text)["filebeat.autodiscover"]["providers"]
