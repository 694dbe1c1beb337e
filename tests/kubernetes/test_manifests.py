"""Every object of k8s/ is one that Kubernetes and KubeRay take."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import kubernetes_validate
import pytest
import yaml

from tests.kubernetes.kuberay import SPECS, core
from tests.kubernetes.manifests import BUILT, FOLDER, Object, built, of_kind, title

VERSIONS = ("1.31", "1.34")
MONITORING = {
    "PodMonitor": {"selector", "podMetricsEndpoints"},
    "PrometheusRule": {"groups"},
}
"""Kinds of Prometheus's operator (v1), and what their specifications have here."""


@pytest.mark.parametrize("folder", BUILT)
@pytest.mark.parametrize("version", VERSIONS)
def test_kinds_of_kubernetes_are_right(folder: str, version: str) -> None:
    checked = 0
    for thing in built(folder):
        if thing["kind"] not in {*SPECS, *MONITORING}:
            kubernetes_validate.validate(thing, version, strict=True)
            checked += 1
    assert checked or folder == "ray-job"


@pytest.mark.parametrize("folder", BUILT)
def test_kinds_of_kuberay_are_right(folder: str) -> None:
    found = of_kind(built(folder), *SPECS)
    assert found
    for thing in found:
        assert thing["apiVersion"] == "ray.io/v1"
        assert set(thing) == {"apiVersion", "kind", "metadata", "spec"}
        SPECS[thing["kind"]].model_validate(thing["spec"])
        for each in core(thing):
            kubernetes_validate.validate(each, VERSIONS[-1], strict=True)


@pytest.mark.parametrize("slip", [{"maxReplica": 3}, {"maxReplicas": "3"}, {"maxReplicas": -1}, {"groupName": "A b"}])
def test_slips_in_kinds_of_kuberay_are_found(slip: Object) -> None:
    (cluster,) = of_kind(built("base"), "RayCluster")
    (group,) = cluster["spec"]["workerGroupSpecs"]
    with pytest.raises(ValueError, match=next(iter(slip))):
        SPECS["RayCluster"].model_validate({**cluster["spec"], "workerGroupSpecs": [{**group, **slip}]})


if "KUBERAY_CRDS" in os.environ:  # a folder with KubeRay's CRDs as JSON, which are not ours to keep here

    @pytest.mark.parametrize(
        "path", sorted(Path(os.environ["KUBERAY_CRDS"]).glob("*.json")), ids=lambda path: path.name
    )
    def test_kinds_of_kuberay_are_right_by_its_own_crds(path: Path) -> None:
        crd = json.loads(path.read_text())
        (version,) = [each for each in crd["spec"]["versions"] if each["name"] == "v1"]
        schema = _closed(version["schema"]["openAPIV3Schema"])
        for folder in BUILT:
            for thing in of_kind(built(folder), crd["spec"]["names"]["kind"]):
                jsonschema.validate(thing, schema)


def _closed(schema: object) -> object:
    """A CRD's schema in which fields that it does not know are refused, as strict validation by the server does."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: _closed(value) for name, value in schema.items() if name != "format"}
    if "properties" in found and isinstance(found["properties"], dict) and found.get("type") == "object":
        found.setdefault("additionalProperties", False)
    if found.get("x-kubernetes-preserve-unknown-fields"):
        found["additionalProperties"] = True
    return found


def test_kinds_of_prometheus_s_operator_are_right() -> None:
    objects = built("overlays/production")
    found = of_kind(objects, *MONITORING)
    assert {each["kind"] for each in found} == set(MONITORING)
    for thing in found:
        assert thing["apiVersion"] == "monitoring.coreos.com/v1"
        assert set(thing["spec"]) == MONITORING[thing["kind"]]
    (rule,) = of_kind(objects, "PrometheusRule")
    assert rule["spec"]["groups"] == yaml.safe_load((FOLDER / "monitoring" / "rules.yaml").read_text())["groups"]


@pytest.mark.parametrize("folder", BUILT)
def test_no_object_is_there_twice_and_all_are_in_one_namespace(folder: str) -> None:
    objects = built(folder)
    names = [title(each) for each in objects]
    assert len(set(names)) == len(names)
    assert {each["metadata"].get("namespace") for each in objects if each["kind"] != "Namespace"} == {"seedbed"}
