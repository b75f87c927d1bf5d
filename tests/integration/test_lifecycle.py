"""Starting and stopping: bad configurations and taken ports are explained and end with exit code 1; SIGTERM ends the
daemon within two seconds, under load too, and what was being answered is still answered."""

import os
import signal
import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dns.message
import pytest

from harness import behaviour, load
from harness.daemon import BINARY, run_to_end, write_config
from harness.dig import dig
from harness.ports import free_port
from harness.waiting import eventually

pytestmark = pytest.mark.skipif(not BINARY, reason="TRIBUTARY does not name the daemon's binary")

UPSTREAM = {"upstreams": {"only": {"url": "udp://127.0.0.1:9"}}, "routes": [{"suffix": ".", "group": "only"}]}


def listening(port: int, **more) -> dict:
    return {"listen": [f"udp://127.0.0.1:{port}", f"tcp://127.0.0.1:{port}"], **UPSTREAM, **more}


def test_a_good_configuration_passes_the_check(tmp_path):
    result = run_to_end("check", write_config(tmp_path, listening(free_port())))
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("command", ["check", "run"])
def test_every_error_of_a_configuration_is_told_with_its_place(tmp_path, command):
    file = tmp_path / "bad.yaml"
    file.write_text('listen: ["udp://127.0.0.1:99999"]\n'
                    "upstreams:\n"
                    '  a: { url: "udp://127.0.0.1", wieght: 2 }\n'
                    "groups:\n"
                    "  g: { upstreams: [b], strategy: raec }\n"
                    "workers: many\n")
    result = run_to_end(command, file)
    assert result.returncode == 1
    lines = {int(line.split("bad.yaml:")[1].split(":")[0]) for line in result.stderr.splitlines()
             if "bad.yaml:" in line}
    assert {1, 3, 5, 6} <= lines, result.stderr
    for hint in ("99999", "wieght", "weight", "raec", "race", "many"):
        assert hint in result.stderr


@pytest.mark.parametrize("command", ["check", "run"])
@pytest.mark.parametrize("upstream", [
    {"url": "zone:missing.zone", "origin": "home.example"},
    {"url": "https://127.0.0.1/dns-query", "ca_file": "missing.pem"}], ids=["zone file", "CA file"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, command, upstream):
    config = {"listen": [f"udp://127.0.0.1:{free_port()}"], "upstreams": {"only": upstream},
              "routes": [{"suffix": ".", "group": "only"}]}
    result = run_to_end(command, write_config(tmp_path, config))
    assert result.returncode == 1
    assert "missing." in result.stderr


@pytest.mark.parametrize("text, place", [
    ("home 300 IN A 192.0.2.1\n", None),
    ("@ 300 IN SOA ns hostmaster 1 2 3 4 5\n@ 300 IN NS ns\nns 300 IN A 192.0.2.256\n", "home.zone:3")],
    ids=["no SOA", "bad address"])
def test_a_bad_zone_file_is_explained(tmp_path, text, place):
    (tmp_path / "home.zone").write_text(text)
    config = {"listen": [f"udp://127.0.0.1:{free_port()}"],
              "upstreams": {"home": {"url": "zone:home.zone", "origin": "home.example"}},
              "routes": [{"suffix": ".", "group": "home"}]}
    result = run_to_end("run", write_config(tmp_path, config))
    assert result.returncode == 1
    assert (place or "home.zone") in result.stderr


def test_a_missing_configuration_is_named(tmp_path):
    result = run_to_end("run", tmp_path / "nowhere.yaml")
    assert result.returncode == 1
    assert "nowhere.yaml" in result.stderr


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM], ids=["udp", "tcp"])
def test_who_holds_a_taken_port_is_told(tmp_path, kind):
    port = free_port()
    with socket.socket(socket.AF_INET, kind) as holder:
        holder.bind(("127.0.0.1", port))
        if kind == socket.SOCK_STREAM:
            holder.listen()
        result = run_to_end("run", write_config(tmp_path, listening(port)))
    assert result.returncode == 1
    assert f"127.0.0.1:{port}" in result.stderr
    assert Path("/proc/self/comm").read_text().strip() in result.stderr
    assert str(os.getpid()) in result.stderr


def test_the_admin_port_taken_is_told(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as holder:
        taken = f"127.0.0.1:{holder.getsockname()[1]}"
        result = run_to_end("run", write_config(tmp_path, listening(free_port(), admin={"listen": taken})))
    assert result.returncode == 1
    assert taken in result.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_daemon_stops_at_once(tributary, number):
    daemon = tributary(**UPSTREAM)
    daemon.send(number)
    daemon.stop()


def test_termination_under_load_answers_what_it_had_taken(tributary, fake_dns, events):
    """A hundred queries are with the upstream, others come in all the time, when SIGTERM arrives."""
    gate = behaviour.Gate(behaviour.address("192.0.2.1"))
    slow, fast = fake_dns(gate), fake_dns(behaviour.address("192.0.2.1"))
    daemon = tributary(
        upstreams={"slow": {"url": f"udp://{slow.endpoint}"}, "fast": {"url": f"udp://{fast.endpoint}"}},
        routes=[{"suffix": "slow.example", "group": "slow"}, {"suffix": ".", "group": "fast"}])
    names = [f"n{number}.slow.example" for number in range(100)]
    steady = load.SteadyLoad(daemon.port, 300, lambda: "www.fast.example")
    with ThreadPoolExecutor() as pool:
        asking = pool.submit(load.ask_all, daemon.port, names, at_once=100)
        eventually(lambda: all(slow.count(name) for name in names), "all are with the upstream")  # perhaps asked twice
        daemon.send(signal.SIGTERM)
        events.call(gate.open)
        daemon.stop()
        steady.stop()
        verdicts = Counter(outcome.verdict() for outcome in asking.result())
    print("in flight at SIGTERM:", dict(verdicts))
    assert verdicts == {"NOERROR 192.0.2.1": 100}


def test_termination_does_not_wait_for_dead_upstreams(tributary, fake_dns):
    dead = fake_dns(behaviour.dead)
    daemon = tributary(upstreams={"only": {"url": f"udp://{dead.endpoint}"}},
                       routes=[{"suffix": ".", "group": "only"}], timeouts={"query": "4s", "attempt": "4s"})
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(dns.message.make_query("www.alpha.example", "A").to_wire(), ("127.0.0.1", daemon.port))
        eventually(lambda: dead.count("www.alpha.example"), "the query is with the upstream")
        daemon.stop()


def test_a_zone_upstream_is_served_from_memory(tributary):
    zone = Path(__file__).parent / "data" / "home.example.zone"
    daemon = tributary(upstreams={"home": {"url": f"zone:{zone}", "origin": "home.example"}},
                       routes=[{"suffix": "home.example", "group": "home"}])
    answer = dig(daemon.port, "drucker.home.example", "A")
    assert answer.data("CNAME") == ["printer.home.example."]
    assert answer.data("A") == ["192.0.2.40"]
    assert dig(daemon.port, "nothing.home.example", "A").status == "NXDOMAIN"


@pytest.mark.parametrize("place", ["{folder}/notify", "@{folder}/notify"], ids=["a path", "abstract"])
def test_the_service_manager_is_told_when_it_is_ready_and_when_it_stops(tributary, tmp_path, monkeypatch, place):
    place = place.format(folder=tmp_path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(place.replace("@", "\0"))
        manager.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", place)
        daemon = tributary(**UPSTREAM)
        assert manager.recv(100) == b"READY=1"
        daemon.stop()
        assert manager.recv(100) == b"STOPPING=1"
