"""What kustomize makes of k8s/: the objects of each overlay, and the pods that come of them.

``python -m tests.kubernetes.manifests FOLDER`` writes them there for other tools: one file an overlay, in which the
pods of Ray's kinds, which those tools do not know, stand beside them as Pods.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "k8s"
OVERLAYS = ("overlays/dev", "overlays/production")
LOGGED = "../tests/kubernetes/logged"
WORKLOADS = ("base", *OVERLAYS, LOGGED)
"""Folders, from k8s/, that have the whole of Seedbed."""
BUILT = (*WORKLOADS, "ray-job")
Object = dict[str, Any]


@dataclass(frozen=True)
class Pods:
    """The pods of one object: ``labels`` are those that they have in the end, also from KubeRay's operator."""

    of: str
    labels: dict[str, str]
    spec: Object
    ray: str = ""
    """``head``, ``worker``, or nothing."""
    foreign: bool = False
    """Whether somebody else makes them, as cert-manager its own."""

    @property
    def containers(self) -> list[Object]:
        return [*self.spec.get("initContainers", []), *self.spec["containers"]]

    def ports(self) -> dict[str, int]:
        """The ports that have names."""
        return {port["name"]: port["containerPort"] for each in self.containers for port in each.get("ports", [])}


@cache
def built(folder: str) -> list[Object]:
    """The objects that ``kubectl kustomize`` makes of a folder below k8s/."""
    kubectl = Path(sys.executable).parent / "kubectl"
    done = subprocess.run([kubectl, "kustomize", FOLDER / folder], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr
    return list(yaml.safe_load_all(done.stdout))


def of_kind(objects: list[Object], *kinds: str) -> list[Object]:
    return [each for each in objects if each["kind"] in kinds]


def title(thing: Object) -> str:
    return f"{thing['kind']}/{thing['metadata']['name']}"


def pods(objects: list[Object]) -> Iterator[Pods]:
    """The pods of all objects."""
    for thing in objects:
        spec = thing.get("spec", {})
        if thing["kind"] in {"Deployment", "StatefulSet", "Job", "DaemonSet"}:
            yield _pods(title(thing), spec["template"])
        elif thing["kind"] == "RayCluster":
            name = thing["metadata"]["name"]
            yield _pods(f"{title(thing)} head", spec["headGroupSpec"]["template"], name, "head")
            for group in spec["workerGroupSpecs"]:
                yield _pods(f"{title(thing)} {group['groupName']}", group["template"], name, "worker")
        elif thing["kind"] == "RayJob":
            yield _pods(title(thing), spec["submitterPodTemplate"])
        elif thing["kind"] == "Ingress" and "cert-manager.io/cluster-issuer" in thing["metadata"]["annotations"]:
            labels = {"acme.cert-manager.io/http01-solver": "true"}
            yield Pods(f"{title(thing)} solver", labels, {"containers": []}, foreign=True)


def _pods(of: str, template: Object, cluster: str = "", kind: str = "") -> Pods:
    ray = {"ray.io/cluster": cluster, "ray.io/node-type": kind} if cluster else {}
    return Pods(of, {**template.get("metadata", {}).get("labels", {}), **ray}, template["spec"], kind)


def as_pods(objects: list[Object]) -> list[Object]:
    """The pods of Ray's kinds as objects that every tool knows, with what their operator sees to."""
    found = []
    for each in pods(of_kind(objects, "RayCluster", "RayJob")):
        skipped = ["CKV_K8S_8=KubeRay gives it probes", "CKV_K8S_9=KubeRay gives it probes"]
        skipped += ["CKV_K8S_38=the autoscaler asks Kubernetes for pods"] if each.ray == "head" else []
        metadata = {
            "name": each.of.rpartition("/")[2].replace(" ", "-"),
            "namespace": "seedbed",
            "labels": each.labels,
            "annotations": {f"checkov.io/skip{number}": text for number, text in enumerate(skipped)},
        }
        if each.ray:
            found.append({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": each.spec})
        else:
            job = {"backoffLimit": 3, "template": {"metadata": metadata, "spec": each.spec}}
            found.append({"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": job})
    return found


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in (*OVERLAYS, LOGGED, "ray-job"):
        objects = built(name)
        (folder / f"{name.rpartition('/')[2]}.yaml").write_text(yaml.safe_dump_all([*objects, *as_pods(objects)]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
