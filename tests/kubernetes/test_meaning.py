"""What no schema sees: that the objects of k8s/ fit each other, the settings and the service."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from itertools import product

import pytest
import yaml

from api.settings import PREFIX, Settings, misspelt
from tests.kubernetes.manifests import BUILT, FOLDER, LOGGED, ROOT, WORKLOADS, Object, Pods, built, of_kind, pods, title
from tests.servers.command_line import prepared
from tests.servers.rest import rest_service

IMAGE = re.compile(r"(images\.example\.com/)?seedbed:(?P<version>[\w.]+)")


def matches(selector: Object, labels: Mapping[str, str]) -> bool:
    """Whether labels are such as a selector wants."""
    assert set(selector) <= {"matchLabels"}, selector
    return all(labels.get(name) == value for name, value in selector.get("matchLabels", {}).items())


def chosen(folder: str, selector: Object) -> list[Pods]:
    return [each for each in everybody(folder) if matches(selector, each.labels)]


def everybody(folder: str) -> list[Pods]:
    """The pods that there may be: those of RayJobs are handed in to a cluster of any overlay."""
    return [*pods(built(folder)), *pods(built("ray-job"))]


def version(name: str) -> str:
    """The version of a package that the project is tested with."""
    found = re.search(rf"^{name}==(\S+)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    assert found
    return found[1]


# Selectors and ports


@pytest.mark.parametrize("folder", WORKLOADS)
def test_selectors_find_pods(folder: str) -> None:
    objects = built(folder)
    for thing in of_kind(objects, "Deployment", "StatefulSet", "PodDisruptionBudget", "PodMonitor"):
        assert chosen(folder, thing["spec"]["selector"]), title(thing)
    for thing in of_kind(objects, "Deployment", "StatefulSet"):
        assert matches(thing["spec"]["selector"], thing["spec"]["template"]["metadata"]["labels"])
        assert len(chosen(folder, thing["spec"]["selector"])) == 1  # nobody else's pods
    for thing in of_kind(objects, "Service"):
        assert chosen(folder, {"matchLabels": thing["spec"]["selector"]}), title(thing)
    for thing in of_kind(objects, "NetworkPolicy"):
        assert chosen(folder, thing["spec"]["podSelector"]), title(thing)
    for thing in of_kind(objects, "HorizontalPodAutoscaler"):
        target = thing["spec"]["scaleTargetRef"]
        (found,) = [each for each in objects if title(each) == f"{target['kind']}/{target['name']}"]
        assert found["apiVersion"] == target["apiVersion"]
        assert "replicas" not in found["spec"]  # or applying it again would undo what the autoscaler has done
    for each in of_kind(built("ray-job"), "RayJob"):
        name = each["spec"]["clusterSelector"]["ray.io/cluster"]
        assert name in {cluster["metadata"]["name"] for cluster in of_kind(objects, "RayCluster")}


@pytest.mark.parametrize("folder", WORKLOADS)
def test_ports_are_there(folder: str) -> None:
    objects = built(folder)
    for each in pods(objects):
        for container in each.containers:
            known = {port["name"] for port in container.get("ports", [])}
            assert set(probed(container)) <= known, each.of
        assert len(each.ports()) == sum(len(container.get("ports", [])) for container in each.containers)
    for of, selector, port in asked_for(objects):
        for found in chosen(folder, selector):
            assert port in found.ports(), of


def probed(container: Object) -> Iterator[str]:
    """The ports that a container's probes ask."""
    for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
        for how in ("httpGet", "tcpSocket"):
            if how in container.get(kind, {}):
                yield container[kind][how]["port"]


def asked_for(objects: list[Object]) -> Iterator[tuple[str, Object, str]]:
    """(object, selector of pods, name of a port that they are to have)."""
    for thing in objects:
        spec = thing.get("spec", {})
        if thing["kind"] == "Service":
            for port in spec["ports"]:
                yield title(thing), {"matchLabels": spec["selector"]}, port["targetPort"]
        elif thing["kind"] == "PodMonitor":
            for port in spec["podMetricsEndpoints"]:
                yield title(thing), spec["selector"], port["port"]
        elif thing["kind"] == "NetworkPolicy":
            yield from ((title(thing), selector, port) for selector, port in let_through(spec) if isinstance(port, str))


def let_through(policy: Object) -> Iterator[tuple[Object, str | int]]:
    """(selector of pods, port of theirs) that a policy speaks of."""
    for rule in policy.get("ingress", []):
        for port in rule.get("ports", []):
            yield policy["podSelector"], port["port"]
    for rule in policy.get("egress", []):
        for peer, port in product(rule.get("to", []), rule.get("ports", [])):
            if "podSelector" in peer and "namespaceSelector" not in peer:
                yield peer["podSelector"], port["port"]


@pytest.mark.parametrize("folder", WORKLOADS)
def test_what_comes_in_reaches_the_service(folder: str, operations: set[str]) -> None:
    objects = built(folder)
    services = {each["metadata"]["name"]: each["spec"]["ports"] for each in of_kind(objects, "Service")}
    (ingress,) = of_kind(objects, "Ingress")
    (rule,) = ingress["spec"]["rules"]
    for path in rule["http"]["paths"]:
        backend = path["backend"]["service"]
        assert backend["port"]["name"] in {port["name"] for port in services[backend["name"]]}
        assert path["pathType"] == "Prefix"
    ways = {path.split("/")[1] for path in operations}
    assert {path["path"] for path in rule["http"]["paths"]} == {f"/{way}" for way in ways - {"health", "metrics"}}
    for host in [host for each in ingress["spec"].get("tls", []) for host in each["hosts"]]:
        assert host == rule["host"]
    probes = {
        container[kind]["httpGet"]["path"]
        for each in pods(objects)
        for container in each.containers
        for kind in ("startupProbe", "livenessProbe", "readinessProbe")
        if "httpGet" in container.get(kind, {})
    }
    assert probes == {"/health/live", "/health/ready"}
    assert probes <= operations
    metrics = [each for each in of_kind(objects, "PodMonitor") if each["metadata"]["name"] == "seedbed-api"]
    assert all(port["path"] in operations for each in metrics for port in each["spec"]["podMetricsEndpoints"])


@pytest.fixture(scope="module")
def operations(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The paths that the service answers."""
    with rest_service(tmp_path_factory.mktemp("home")) as service:
        return {*service.client.get("/schema/openapi.json").json()["paths"], "/docs"}


# References and settings


def given(folder: str) -> dict[str, set[str]]:
    """``Kind/name`` → keys of the ConfigMaps and Secrets that are there, or that have to be before all else."""
    objects = built(folder)
    found = {
        title(each): set(each.get("data", {})) | set(each.get("stringData", {}))
        for each in of_kind(objects, "ConfigMap", "Secret")
    }
    for cluster in of_kind(objects, "RayCluster"):  # KubeRay's operator keeps the token under the cluster's name
        options = cluster["spec"].get("authOptions", {})
        if options.get("mode") == "token":
            found[f"Secret/{options.get('secretName', cluster['metadata']['name'])}"] = {"auth_token"}
    return found | {title(each): set(each["stringData"]) for each in examples(folder)}


def examples(folder: str) -> list[Object]:
    """The Secrets that have to be there before all else, with values as they might be."""
    if folder == "overlays/dev":
        return []
    files = [FOLDER / "overlays" / "production" / "secrets.example.yaml"]
    files += [FOLDER / "logging" / "secret.example.yaml"] if folder == LOGGED else []
    return [each for file in files for each in yaml.safe_load_all(file.read_text())]


def sources(container: Object) -> Iterator[tuple[str, str | None]]:
    """(``Kind/name``, key or None for all) of what a container's environment is taken from."""
    for each in container.get("envFrom", []):
        kind = "ConfigMap" if "configMapRef" in each else "Secret"
        yield f"{kind}/{next(iter(each.values()))['name']}", None
    for each in container.get("env", []):
        for kind, reference in (("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")):
            if reference in each.get("valueFrom", {}):
                yield f"{kind}/{each['valueFrom'][reference]['name']}", each["valueFrom"][reference]["key"]


@pytest.mark.parametrize("folder", WORKLOADS)
def test_what_is_referred_to_is_there(folder: str) -> None:
    objects, there = built(folder), given(folder)
    accounts = {each["metadata"]["name"] for each in of_kind(objects, "ServiceAccount")}
    used = set()
    for each in everybody(folder):
        volumes = {volume["name"] for volume in each.spec.get("volumes", [])}
        claims = {
            claim["metadata"]["name"]
            for thing in of_kind(objects, "StatefulSet")
            if title(thing) == each.of
            for claim in thing["spec"]["volumeClaimTemplates"]
        }
        mounted = {mount["name"] for container in each.containers for mount in container.get("volumeMounts", [])}
        assert mounted <= volumes | claims, each.of
        assert volumes <= mounted, each.of
        if "serviceAccountName" in each.spec:
            assert each.spec["serviceAccountName"] in accounts, each.of
        for volume in each.spec.get("volumes", []):
            if "configMap" in volume:
                assert f"ConfigMap/{volume['configMap']['name']}" in there
                used.add(f"ConfigMap/{volume['configMap']['name']}")
        for container in each.containers:
            for name, key in sources(container):
                used.add(name)
                assert name in there, (each.of, name)
                assert key is None or key in there[name], (each.of, name, key)
    for cluster in of_kind(objects, "RayCluster"):
        reference = cluster["spec"]["gcsFaultToleranceOptions"]["redisPassword"]["valueFrom"]["secretKeyRef"]
        assert reference["key"] in there[f"Secret/{reference['name']}"]
        used.add(f"Secret/{reference['name']}")
        mounts = {mount["name"] for mount in cluster["spec"]["autoscalerOptions"]["volumeMounts"]}
        assert mounts <= {each["name"] for each in cluster["spec"]["headGroupSpec"]["template"]["spec"]["volumes"]}
    assert {name for name in there if "dashboard" not in name} == used  # nothing that nobody reads


def environment(folder: str, container: Object) -> dict[str, str]:
    """The variables of a container whose values are known, those of Secrets in their examples."""
    objects = [*built(folder), *examples(folder)]
    known = {}
    for thing in of_kind(objects, "ConfigMap", "Secret"):
        if "data" in thing or "stringData" in thing:
            known[title(thing)] = {**thing.get("data", {}), **thing.get("stringData", {})}
    found: dict[str, str] = {}
    for name, key in sources(container):
        if key is None:
            found.update(
                known[name] if name.startswith("ConfigMap/") or folder != "overlays/dev" else _decoded(known[name])
            )
    return found | {each["name"]: each.get("value", "") for each in container.get("env", [])}


def _decoded(values: Mapping[str, str]) -> dict[str, str]:
    return {name: base64.b64decode(value).decode() for name, value in values.items()}


def ours(folder: str) -> list[tuple[Pods, Object]]:
    """The containers of our own image."""
    return [
        (each, container)
        for each in everybody(folder)
        for container in each.containers
        if IMAGE.fullmatch(container["image"])
    ]


@pytest.mark.parametrize("folder", WORKLOADS)
def test_settings_are_those_that_the_code_reads(folder: str) -> None:
    seen = 0
    for each, container in ours(folder):
        names = {name: value for name, value in environment(folder, container).items() if name.startswith(PREFIX)}
        assert not misspelt(names), each.of
        assert {name.removeprefix(PREFIX).lower() for name in names} <= set(Settings.model_fields), each.of
        if names:
            settings = Settings(**{name.removeprefix(PREFIX).lower(): value for name, value in names.items()})
            assert settings.database.startswith("postgresql://")
            assert len(settings.secret.get_secret_value()) >= 32
            assert settings.storage.startswith("s3://") or folder == "base" or container["name"] == "migrate"
            assert str(settings.home) == "/var/lib/seedbed"
            assert str(settings.home) in {mount["mountPath"] for mount in container["volumeMounts"]}
            seen += 1
    assert seen == 3  # the service, the dispatcher, the migration


@pytest.mark.parametrize("folder", WORKLOADS)
def test_no_secret_is_in_a_config_map_and_generators_have_none_of_the_service_s(folder: str) -> None:
    for thing in of_kind(built(folder), "ConfigMap"):
        assert not [name for name in thing["data"] if re.search("SECRET|PASSWORD|DATABASE_URL|LIMITS_URL", name)]
    for each, container in ours(folder):
        if each.ray == "worker" or "RayJob" in each.of:
            assert not [name for name in environment(folder, container) if name.startswith(PREFIX)], each.of


@pytest.mark.parametrize("folder", WORKLOADS)
def test_commands_are_those_of_the_command_line(folder: str) -> None:
    seen = []
    for each, container in ours(folder):
        words = [*container.get("command", ["seedbed"]), *container.get("args", [])]
        if (each.ray and container["name"] != "dispatcher") or "RayJob" in each.of:
            assert words == ["seedbed"]  # KubeRay says what runs there
            continue
        assert words[0] == ("seedbed-keep" if each.ray else "seedbed")  # who is started again by nobody keeps itself
        done = prepared().run([*words[1:], "--help"])  # options that there are not are refused before that
        assert done.returncode == 0, done.stderr
        seen.append(words[1])
    assert sorted(seen) == ["db", "dispatcher", "serve"]


@pytest.mark.parametrize("folder", BUILT)
def test_images_and_versions_are_one(folder: str) -> None:
    (declared,) = re.findall(r'^version = "(.*)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    for each in pods(built(folder)):
        for container in each.containers:
            found = IMAGE.fullmatch(container["image"])
            assert found is None or found["version"] == declared, each.of
            assert re.fullmatch(r"[^:]+:[^:]*\d[^:]*", container["image"]), "every image has a version"
    for cluster in of_kind(built(folder), "RayCluster"):
        assert cluster["spec"]["rayVersion"] == version("ray")


# Sizes


def quantity(value: str) -> float:
    """A quantity of Kubernetes' as a number: ``250m``, ``1.5``, ``4Gi``."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(m|k|M|G|T|Ki|Mi|Gi|Ti)?", value)
    assert found, f"{value} is no quantity"
    units = {None: 1, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
    units |= {f"{letter}i": 1024.0**power for power, letter in enumerate("KMGT", 1)}
    return float(found[1]) * units[found[2]]


@pytest.mark.parametrize("folder", BUILT)
def test_everybody_says_what_he_needs(folder: str) -> None:
    for each in pods(built(folder)):
        for container in each.containers:
            asked, most = (container["resources"][kind] for kind in ("requests", "limits"))
            assert set(asked) == set(most) == {"cpu", "memory"}, each.of
            for name in asked:
                assert 0 < quantity(asked[name]) <= quantity(most[name]), (each.of, name)
        for volume in each.spec.get("volumes", []):
            if "emptyDir" in volume:
                assert quantity(volume["emptyDir"]["sizeLimit"]) > 0


@pytest.mark.parametrize("folder", WORKLOADS)
def test_the_dispatcher_asks_for_as_many_actors_as_there_can_be(folder: str) -> None:
    (cluster,) = of_kind(built(folder), "RayCluster")
    most = 0
    for group in cluster["spec"]["workerGroupSpecs"]:
        assert 0 == group["minReplicas"] < group["maxReplicas"]
        assert "replicas" not in group  # as with the service: applying it again would end what is at work
        container = group["template"]["spec"]["containers"][0]
        assert quantity(container["resources"]["limits"]["cpu"]).is_integer()  # an actor takes a whole one
        most += group["maxReplicas"] * int(quantity(container["resources"]["limits"]["cpu"]))
        assert (
            int(group["rayStartParams"]["object-store-memory"])
            < quantity(container["resources"]["limits"]["memory"]) / 4
        )
    (dispatcher,) = [each for _, each in ours(folder) if each["name"] == "dispatcher"]
    assert int(environment(folder, dispatcher)["SEEDBED_ACTORS_CEILING"]) == most
    assert cluster["spec"]["enableInTreeAutoscaling"]
    assert cluster["spec"]["headGroupSpec"]["rayStartParams"]["num-cpus"] == "0"


@pytest.mark.parametrize("folder", WORKLOADS)
def test_whoever_is_told_to_stop_has_time_for_it(folder: str) -> None:
    for each, container in ours(folder):
        grace = float(environment(folder, container).get("SEEDBED_GRACE_SECONDS", 0))
        if container["name"] == "api":
            assert (
                each.spec["terminationGracePeriodSeconds"]
                > grace + container["lifecycle"]["preStop"]["sleep"]["seconds"]
            )
        if container["name"] == "dispatcher":
            assert each.spec["terminationGracePeriodSeconds"] >= 1.5 * grace + 10


# Who may do what


@pytest.mark.parametrize("folder", BUILT)
def test_nobody_has_more_rights_than_he_needs(folder: str) -> None:
    for each in pods(built(folder)):
        if each.foreign:
            continue
        assert each.spec["securityContext"]["runAsNonRoot"] is True, each.of
        assert each.spec["securityContext"]["runAsUser"] >= 10_000, each.of
        assert each.spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, each.of
        assert each.spec["automountServiceAccountToken"] is (each.ray == "head"), each.of
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(each.spec)
        for container in each.containers:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, each.of
    assert not of_kind(built(folder), "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")


@pytest.mark.parametrize("folder", WORKLOADS)
def test_only_ray_its_operator_and_ray_jobs_reach_ray(folder: str) -> None:
    policies = of_kind(built(folder), "NetworkPolicy")
    closed = [each for each in policies if not each["spec"]["podSelector"] and "ingress" not in each["spec"]]
    assert [
        set(each["spec"]["policyTypes"]) >= {"Ingress", "Egress"} for each in closed if "egress" not in each["spec"]
    ] == [True]
    for each in pods(built(folder)):
        if not each.ray:
            continue
        ways = set()
        for policy in policies:
            if matches(policy["spec"]["podSelector"], each.labels):
                for rule in policy["spec"].get("ingress", []):
                    ports = tuple(port["port"] for port in rule.get("ports", []))
                    ways |= {
                        (yaml.safe_dump(peer, default_flow_style=True, width=999).strip(), ports)
                        for peer in rule["from"]
                    }
        expected = {
            ("{podSelector: {matchLabels: {seedbed/ray: 'yes'}}}", ()),
            ("{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}", ("metrics",)),
        }
        if each.ray == "head":
            expected |= {
                (
                    "{namespaceSelector: {}, podSelector: {matchLabels: {app.kubernetes.io/name: kuberay-operator}}}",
                    ("dashboard",),
                ),
                ("{podSelector: {matchLabels: {seedbed/hands-in-ray-jobs: 'yes'}}}", ("dashboard",)),
            }
        assert ways == expected
    (cluster,) = of_kind(built(folder), "RayCluster")
    assert cluster["spec"]["authOptions"]["mode"] == "token"
    assert cluster["spec"]["headGroupSpec"]["serviceType"] == "ClusterIP"
    assert not [
        each for each in of_kind(built(folder), "Service") if each["spec"].get("type", "ClusterIP") != "ClusterIP"
    ]


@pytest.mark.parametrize("folder", WORKLOADS)
def test_whoever_needs_the_database_or_the_storage_reaches_it(folder: str) -> None:
    for each, container in ours(folder):
        variables = environment(folder, container)
        state, storage = (each.labels.get(f"seedbed/reaches-{what}") == "yes" for what in ("state", "storage"))
        assert not any(name in variables for name in ("SEEDBED_DATABASE_URL", "SEEDBED_LIMITS_URL")) or state, each.of
        assert "AWS_DEFAULT_REGION" not in variables or storage, each.of
    for server, what in (("postgresql", "state"), ("redis", "state"), ("s3", "storage")):
        for policy in of_kind(built(folder), "NetworkPolicy"):
            if policy["metadata"]["name"] == f"seedbed-{server}":
                (rule,) = policy["spec"]["ingress"]
                assert rule["from"] == [{"podSelector": {"matchLabels": {f"seedbed/reaches-{what}": "yes"}}}]
