"""The image: what its build does, done here in a clean directory, and what compose.yaml starts of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.settings import PREFIX, Settings, misspelt
from tests.kubernetes.manifests import FOLDER, ROOT, built, of_kind
from tests.servers.command_line import prepared

BIN = Path(sys.executable).parent
SCRIPT = "k8s/image/build.sh"


def context(folder: Path) -> Path:
    """What Docker sends to the build: the files that .dockerignore lets through."""
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert lines[0] == "*"
    kept = [line.removeprefix("!") for line in lines if line.startswith("!")]
    dropped = [line.removeprefix("**/") for line in lines if line.startswith("**/")]
    assert len(kept) + len(dropped) + 1 == len(lines)
    for name in kept:
        source, target = ROOT / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns(*dropped))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    return folder


def test_the_dockerfile_is_as_hadolint_wants_it() -> None:
    done = subprocess.run([BIN / "hadolint", ROOT / "Dockerfile"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    text = (ROOT / "Dockerfile").read_text()
    assert f"RUN {SCRIPT} . /opt/seedbed" in text
    users = {
        each["spec"]["template"]["spec"]["securityContext"]["runAsUser"]
        for each in of_kind(built("base"), "Deployment", "Job")
    }
    assert "COPY k8s/image/keep.sh /usr/local/bin/seedbed-keep" in text
    assert users == {int(number) for number in re.findall(r"^USER (\d+)", text, re.MULTILINE)}


def test_the_build_makes_what_the_image_holds(tmp_path: Path) -> None:
    source, prefix = context(tmp_path / "source"), tmp_path / "opt" / "seedbed"
    cache = subprocess.run([BIN / "pip", "cache", "dir"], capture_output=True, text=True).stdout.strip()
    clean = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(tmp_path / "home"), "PYTHON": sys.executable}
    clean["PIP_CACHE_DIR"] = cache
    done = subprocess.run(
        [source / SCRIPT, source, prefix], cwd=tmp_path, env=clean, capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.rmtree(source)  # nothing of it is needed any more
    inside = {**clean, "PATH": f"{prefix}/bin:{clean['PATH']}", "PYTHONDONTWRITEBYTECODE": "1"}

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=tmp_path, env=inside, capture_output=True, text=True, timeout=120)

    pinned = re.search(r"^ray==(.*)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    assert pinned
    assert run("ray", "--version").stdout.strip().endswith(pinned[1])
    assert "native" in run("python", "-c", "from generator import kernels; print(kernels.KIND)").stdout
    for module in ("psycopg", "pymysql", "redis", "ray.dashboard.dashboard", "offapi", "s3fs", "uvloop"):
        assert run("python", "-c", f"import {module}").returncode == 0, module
    assert run("python", "-c", "import pytest").returncode == 1  # nothing of the tests' is in it
    assert sorted((prefix / "lib").rglob("generator/__pycache__/*.pyc"))
    schema = {"seed": 1, "rows": 1000, "fields": {"id": "uuid", "name": "full_name", "price": "decimal"}}
    (tmp_path / "schema.json").write_text(json.dumps(schema))
    made = run("seedbed", "generate", "schema.json", "--out", "made", "--json")
    assert made.returncode == 0, made.stderr
    here = prepared().run(["generate", "schema.json", "--out", str(tmp_path / "here"), "--json"], folder=tmp_path)
    assert json.loads(made.stdout)["digest"] == json.loads(here.stdout)["digest"]


def test_what_is_kept_is_started_again_until_it_is_told_to_stop(tmp_path: Path, wait_for: Callable[..., Any]) -> None:
    tries, ready, told = (tmp_path / name for name in ("tries", "ready", "told"))
    seedbed = tmp_path / "seedbed"
    seedbed.write_text(
        f'#!/bin/sh\necho "$@" >> {tries}\n[ $(wc -l < {tries}) -ge 3 ] || exit 7\n'
        f"trap 'echo told > {told}; exit 5' TERM\n: > {ready}\nwhile :; do sleep 0.05; done\n"
    )
    seedbed.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "KEEP_SECONDS": "0.1"}
    command = [FOLDER / "image" / "keep.sh", "dispatcher", "--name", "a b"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as kept:
        wait_for(ready.exists, 30, "a third try, that goes on")
        kept.terminate()
        assert kept.wait(30) == 5
        assert told.read_text() == "told\n"
        assert tries.read_text() == "dispatcher --name a b\n" * 3
        assert kept.stderr is not None
        assert kept.stderr.read().count("ended with 7 and is started again in 0.1 s") == 2


# compose.yaml

SERVICES = {"api", "dispatcher", "ray", "generator", "postgresql", "redis", "s3", "prometheus", "grafana"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return found


def test_what_compose_starts_fits_together(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == SERVICES
    names = set(services)
    networks = [service.get("networks", {}).get("default", {}) for service in services.values()]
    aliases = {alias for network in networks for alias in network.get("aliases", [])}
    for name, service in services.items():
        assert re.fullmatch(r"[^:]+:[^:]*\d[^:]*", service["image"]), name
        assert set(service.get("depends_on", [])) <= names
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:"), name
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert (ROOT / source).is_file() if source.startswith(".") else source in compose["volumes"], name
        for shared in ("network_mode", "pid"):
            assert service.get(shared, "service:ray").removeprefix("service:") in names
        for host in re.findall(r"(?://|@)(?:[^@/\s]*@)?([a-z0-9.]+):\d+", json.dumps(service.get("environment", {}))):
            assert host in names | aliases, (name, host)
    used = {volume.partition(":")[0] for service in services.values() for volume in service.get("volumes", [])}
    assert set(compose["volumes"]) == {name for name in used if not name.startswith(".")}
    prometheus = yaml.safe_load((FOLDER / "compose" / "prometheus.yaml").read_text())
    targets = json.dumps(prometheus["scrape_configs"])
    assert {name for name in names if re.search(rf'"{name}(:\d+)?"', targets)} == {"api", "ray", "generator"}


def test_compose_s_settings_are_those_that_the_code_reads(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name in ("api", "dispatcher"):
        variables = {key: value for key, value in services[name]["environment"].items() if key.startswith(PREFIX)}
        assert not misspelt(variables)
        assert {key.removeprefix(PREFIX).lower() for key in variables} <= set(Settings.model_fields)
        settings = Settings(**{key.removeprefix(PREFIX).lower(): value for key, value in variables.items()})
        assert len(settings.secret.get_secret_value()) >= 32
        done = prepared().run([*services[name]["command"], "--help"])
        assert done.returncode == 0, done.stderr
    for name in ("dispatcher", "ray", "generator"):
        assert services[name]["environment"]["RAY_AUTH_TOKEN"] == services["ray"]["environment"]["RAY_AUTH_TOKEN"]
        assert services[name]["environment"]["AWS_ENDPOINT_URL_S3"] == "http://s3.localhost:8333"
    assert not [key for key in services["generator"]["environment"] if key.startswith(PREFIX)]
    # The same S3 server and database as those of the overlay for trying out.
    images = {
        container["image"]
        for each in of_kind(built("overlays/dev"), "StatefulSet", "Deployment")
        for container in each["spec"]["template"]["spec"]["containers"]
    }
    assert {services[name]["image"] for name in ("api", "postgresql", "redis", "s3")} == images
