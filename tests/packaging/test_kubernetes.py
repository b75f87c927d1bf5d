"""The Kubernetes manifests: no cluster is at hand, so they are read, and what has to fit together is compared."""

import re
import subprocess
from typing import Any, Iterator

import pytest
import yaml

from containerfile import stages
from harness import private_network
from harness.daemon import Daemon, write_config
from harness.metrics import fetch
from harness.ports import free_port

DRAIN = 1.5  # seconds from SIGTERM to the last answer, see README.md
MANIFESTS = ["sidecar", "node-local"]


@pytest.fixture(params=MANIFESTS)
def manifest(request, sources) -> list[dict]:
    return documents(sources, request.param)


def documents(sources, name: str) -> list[dict]:
    return list(yaml.safe_load_all((sources / f"packaging/kubernetes/{name}.yaml").read_text()))


def of_kind(manifest: list[dict], *kinds: str) -> dict:
    return next(document for document in manifest if document["kind"] in kinds)


def pod_of(manifest: list[dict]) -> dict:
    return of_kind(manifest, "Deployment", "DaemonSet")["spec"]["template"]["spec"]


def containers(pod: dict) -> list[dict]:
    return pod.get("initContainers", []) + pod["containers"]


def tributary_of(pod: dict) -> dict:
    return next(container for container in containers(pod) if container["name"] == "tributary")


def configuration_of(manifest: list[dict]) -> str:
    return of_kind(manifest, "ConfigMap")["data"]["tributary.yaml"]


def probes(container: dict) -> Iterator[dict]:
    return (container[kind] for kind in ("startupProbe", "livenessProbe", "readinessProbe") if kind in container)


def octets(size: str) -> int:
    number, unit = re.fullmatch(r"(\d+)([KMG]i)B?", size).groups()
    return int(number) << {"Ki": 10, "Mi": 20, "Gi": 30}[unit]


@pytest.fixture
def healthy(program, tmp_path):
    """A daemon whose admin address is the one in the manifests."""
    private_network.enter()
    private_network.require()
    port = free_port()
    config = {"listen": [f"udp://127.0.0.1:{port}"], "admin": {"listen": "127.0.0.1:9153"},
              "upstreams": {"nobody": {"url": "udp://127.0.0.1:9"}}, "dnssec": {"mode": "off"}}
    daemon = Daemon(write_config(tmp_path, config), tmp_path, port, 9153).start()
    yield daemon
    daemon.kill()


def test_the_configuration_is_good(manifest, program, tmp_path):
    (tmp_path / "tributary.yaml").write_text(configuration_of(manifest))
    subprocess.run([program, "check", str(tmp_path / "tributary.yaml")], check=True)


def test_the_sidecar_is_configured_as_the_example(sources):
    assert configuration_of(documents(sources, "sidecar")) == (sources / "conf/sidecar.yaml").read_text()


def test_the_names_that_tie_objects_together_exist(manifest):
    workload, pod = of_kind(manifest, "Deployment", "DaemonSet"), pod_of(manifest)
    labels = workload["spec"]["template"]["metadata"]["labels"]
    assert workload["spec"]["selector"]["matchLabels"].items() <= labels.items()
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    for container in containers(pod):
        assert {mount["name"] for mount in container.get("volumeMounts", [])} <= set(volumes)
    mounted = {mount["mountPath"]: volumes[mount["name"]] for mount in tributary_of(pod)["volumeMounts"]}
    assert mounted["/etc/tributary"]["configMap"]["name"] == of_kind(manifest, "ConfigMap")["metadata"]["name"]
    assert "emptyDir" in mounted["/var/lib/tributary"]  # all else is read-only


def test_no_container_can_do_more_than_it_must(manifest):
    pod = pod_of(manifest)
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in containers(pod):
        context = container["securityContext"]
        assert context["allowPrivilegeEscalation"] is False
        assert context["readOnlyRootFilesystem"] is True
        assert context["capabilities"]["drop"] == ["ALL"]
        assert "memory" in container["resources"]["limits"]


def test_the_daemon_is_nobody_with_one_privilege(manifest, sources):
    """The program in the image carries the capability: without it in the container's set it would not start."""
    context = tributary_of(pod_of(manifest))["securityContext"]
    user = stages(sources / "packaging/container/Containerfile")[-1].all("USER")[-1]
    assert f"{context['runAsUser']}:{context['runAsGroup']}" == user
    assert context["runAsNonRoot"] is True
    assert context["capabilities"]["add"] == ["NET_BIND_SERVICE"]


def test_the_image_is_of_this_version(manifest, sources):
    version = re.search(r"^project\(tributary VERSION (\S+) ", (sources / "CMakeLists.txt").read_text(), re.M)[1]
    assert tributary_of(pod_of(manifest))["image"] == f"tributary:{version}"


def test_the_cache_fits_into_the_memory_twice(manifest):
    cache = octets(yaml.safe_load(configuration_of(manifest))["cache"]["size"])
    assert 2 * cache <= octets(tributary_of(pod_of(manifest))["resources"]["limits"]["memory"])


def test_there_is_time_to_end(manifest):
    pod = pod_of(manifest)
    hook = tributary_of(pod).get("lifecycle", {}).get("preStop", {}).get("exec", {"command": ["/bin/sleep", "0"]})
    command, seconds = hook["command"]
    assert command == "/bin/sleep"
    assert float(seconds) + 2 * DRAIN <= pod["terminationGracePeriodSeconds"]


def test_the_pod_of_a_sidecar_asks_nobody_else(sources):
    pod = pod_of(documents(sources, "sidecar"))
    assert pod["dnsPolicy"] == "None"
    assert pod["dnsConfig"]["nameservers"] == ["127.0.0.1"]
    listen = yaml.safe_load(configuration_of(documents(sources, "sidecar")))["listen"]
    assert listen == ["udp://127.0.0.1:53", "tcp://127.0.0.1:53"]
    sidecar = tributary_of(pod)
    assert sidecar in pod["initContainers"] and sidecar["restartPolicy"] == "Always"  # starts first, ends last


def test_a_node_has_the_address_that_is_listened_on(sources):
    manifest = documents(sources, "node-local")
    pod = pod_of(manifest)
    listen = yaml.safe_load(configuration_of(manifest))["listen"]
    (address,) = {re.fullmatch(r"(?:udp|tcp)://(.*):53", url)[1] for url in listen}
    script = next(container for container in pod["initContainers"] if container["name"] == "address")["command"][-1]
    assert f"ip address add {address}/32" in script
    assert pod["hostNetwork"] is True and pod["dnsPolicy"] == "Default"
    assert f'clusterDNS: ["{address}", ' in (sources / "packaging/kubernetes/node-local.yaml").read_text()


def test_old_and_new_do_not_fight_for_the_port(sources):
    update = of_kind(documents(sources, "node-local"), "DaemonSet")["spec"]["updateStrategy"]
    assert update == {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}}


def test_probes_ask_where_the_daemon_tells(sources):
    manifest = documents(sources, "node-local")
    asked: Any = [probe["httpGet"] for probe in probes(tributary_of(pod_of(manifest)))]
    admin = yaml.safe_load(configuration_of(manifest))["admin"]["listen"]
    assert {f"{get['host']}:{get['port']}" for get in asked} == {admin}
    assert [get["path"] for get in asked] == ["/health", "/health", "/ready"]


def test_a_daemon_that_lives_passes_its_probes(sources, program, healthy, tmp_path):
    asked = [probe["exec"]["command"] for probe in probes(tributary_of(pod_of(documents(sources, "sidecar"))))]
    here = [[program, *rest, "--config", str(tmp_path / "tributary.yaml")] for _, *rest in asked]
    assert {command[0] for command in asked} == {"/usr/bin/tributary"}
    assert [fetch(9153, path)[0] for path in ("/health", "/ready")] == [200, 200]
    assert [subprocess.run(command).returncode for command in here] == [0, 0]
    healthy.kill()
    assert [subprocess.run(command).returncode for command in here] == [3, 3]
