"""KubeRay's kinds as far as k8s/ uses them, in our words: fields, types and words that its CRDs (v1.7.0) take.

A field that is not here is refused, be it a slip or one that KubeRay knows and we have not needed. Parts that are
Kubernetes' own (pod templates, environment, security contexts) are left to its own descriptions: ``core`` below.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class AuthOptions(Strict):
    mode: Literal["disabled", "token"]
    secretName: str | None = None


class AutoscalerOptions(Strict):
    version: Literal["v1", "v2"]
    upscalingMode: Literal["Default", "Aggressive", "Conservative"] = "Default"
    idleTimeoutSeconds: int = 60
    image: str | None = None
    imagePullPolicy: str | None = None
    env: list[dict[str, Any]] = []
    envFrom: list[dict[str, Any]] = []
    resources: dict[str, Any] = {}
    securityContext: dict[str, Any] = {}
    volumeMounts: list[dict[str, Any]] = []


class Credential(Strict):
    value: str | None = None
    valueFrom: dict[str, Any] | None = None


class GcsFaultToleranceOptions(Strict):
    redisAddress: str
    redisUsername: Credential | None = None
    redisPassword: Credential | None = None
    externalStorageNamespace: str | None = None


class HeadGroup(Strict):
    serviceType: Literal["ClusterIP", "NodePort", "LoadBalancer"] = "ClusterIP"
    rayStartParams: dict[str, str] = {}
    labels: dict[str, str] = {}
    template: dict[str, Any]


class WorkerGroup(Strict):
    groupName: str = Field(pattern="^[a-z]([-a-z0-9]*[a-z0-9])?$")
    replicas: int = Field(0, ge=0)
    minReplicas: int = Field(ge=0)
    maxReplicas: int = Field(ge=0, lt=1 << 31)
    numOfHosts: int = Field(1, ge=1)
    idleTimeoutSeconds: int | None = None
    rayStartParams: dict[str, str] = {}
    labels: dict[str, str] = {}
    template: dict[str, Any]


class UpgradeStrategy(Strict):
    type: Literal["Recreate", "None"]


class RayClusterSpec(Strict):
    rayVersion: str
    enableInTreeAutoscaling: bool = False
    autoscalerOptions: AutoscalerOptions | None = None
    authOptions: AuthOptions | None = None
    gcsFaultToleranceOptions: GcsFaultToleranceOptions | None = None
    upgradeStrategy: UpgradeStrategy | None = None
    headGroupSpec: HeadGroup
    workerGroupSpecs: list[WorkerGroup] = []


class SubmitterConfig(Strict):
    backoffLimit: int


class RayJobSpec(Strict):
    clusterSelector: dict[str, str]
    submissionMode: Literal["K8sJobMode", "HTTPMode", "SidecarMode", "InteractiveMode"] = "K8sJobMode"
    entrypoint: str
    entrypointNumCpus: float | None = None
    jobId: str | None = None
    runtimeEnvYAML: str | None = None
    activeDeadlineSeconds: int | None = None
    backoffLimit: int = 0
    ttlSecondsAfterFinished: int = 0
    submitterConfig: SubmitterConfig | None = None
    submitterPodTemplate: dict[str, Any] | None = None


SPECS: dict[str, type[Strict]] = {"RayCluster": RayClusterSpec, "RayJob": RayJobSpec}


def core(thing: dict[str, Any]) -> list[dict[str, Any]]:
    """Objects of Kubernetes' own that are right if the parts of an object of KubeRay's that are its own are."""
    spec = thing["spec"]
    if thing["kind"] == "RayJob":
        templates = [spec["submitterPodTemplate"]]
    else:
        templates = [spec["headGroupSpec"]["template"], *(each["template"] for each in spec["workerGroupSpecs"])]
        kept = ("image", "imagePullPolicy", "env", "envFrom", "resources", "securityContext", "volumeMounts")
        options = {name: value for name, value in spec["autoscalerOptions"].items() if name in kept}
        password = spec["gcsFaultToleranceOptions"]["redisPassword"]
        env = {"env": [*options.pop("env", []), {"name": "PASSWORD", **password}]}
        templates.append({"spec": {"containers": [{"name": "autoscaler", **options, **env}]}})
    metadata = {"name": thing["metadata"]["name"]}
    return [
        {"apiVersion": "v1", "kind": "PodTemplate", "metadata": metadata, "template": template}
        for template in templates
    ]
