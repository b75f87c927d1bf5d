"""What /metrics tells, held against Prometheus' own checker, and against clients who would make it grow."""

import random
import socket
import struct
import subprocess

import pytest

from harness import behaviour
from harness.daemon import Daemon
from harness.dig import dig
from harness.fake_dns import FakeDns
from harness.metrics import Metrics, fetch
from harness.waiting import eventually


def scrape(daemon: Daemon) -> str:
    status, text = fetch(daemon.admin_port, "/metrics")
    assert status == 200
    return text


def series(text: str) -> set[tuple]:
    return Metrics(text).series()


@pytest.fixture(scope="module")
def upstreams(events):
    fakes = {"right": FakeDns(events, behaviour.address("192.0.2.1")), "wrong": FakeDns(events, behaviour.servfail)}
    yield fakes
    for fake in fakes.values():
        fake.close()


@pytest.fixture(scope="module")
def daemon(module_tributary, upstreams) -> Daemon:
    right, wrong = (fake.endpoint for fake in upstreams.values())
    return module_tributary(
        upstreams={"right": {"url": f"udp://{right}"}, "wrong": {"url": f"udp://{wrong}"},
                   "stream": {"url": f"tcp://{right}"}},
        groups={"both": {"upstreams": ["right", "wrong"], "strategy": "race"}},
        routes=[{"suffix": ".", "group": "both"}, {"suffix": "stream.example", "group": "stream"},
                {"suffix": "wrong.example", "group": "wrong"}])


@pytest.fixture(scope="module")
def at_first(daemon) -> str:
    """What was told before anybody had asked anything."""
    return scrape(daemon)


def assert_promtool_is_content(text: str) -> None:
    result = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_promtool_finds_no_fault_before_the_first_query(at_first):
    assert_promtool_is_content(at_first)


def test_every_series_is_there_before_it_is_needed(daemon, at_first):
    for name in ("www.example", "www.stream.example", "again.stream.example", "www.wrong.example", "localhost"):
        dig(daemon.port, name, "A")
        dig(daemon.port, "+tcp", name, "AAAA")
    assert dig(daemon.port, "www.example", "A").status == "NOERROR"  # from the cache
    text = scrape(daemon)
    assert_promtool_is_content(text)
    assert series(text) == series(at_first)

    told = Metrics(text)
    assert told.value("tributary_queries_total", protocol="udp", type="A", listener=f"127.0.0.1:{daemon.port}") == 6
    assert told.value("tributary_queries_total", protocol="tcp", type="AAAA") == 5
    assert told.value("tributary_responses_total", rcode="NOERROR", source="cache") >= 1
    assert told.value("tributary_responses_total", rcode="NOERROR", source="local") == 2
    assert told.value("tributary_responses_total", rcode="SERVFAIL") == 2
    assert told.value("tributary_client_latency_seconds_count", cached="true") >= 1
    assert told.value("tributary_client_latency_seconds_count", cached="false") >= 6
    assert told.value("tributary_upstream_wins_total", upstream="right") >= 1
    assert told.value("tributary_upstream_losses_total", upstream="wrong") >= 1
    assert told.value("tributary_upstream_connections_total", upstream="stream", use="new") >= 1
    assert told.value("process_resident_memory_bytes") > 1_000_000


def odd_message(chance: random.Random) -> bytes:
    """A question of any type and class for any name; one in four with a header to match, or not even complete."""
    labels = [chance.randbytes(chance.randint(1, 20)) for _ in range(chance.randint(0, 5))]
    name = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    odd = chance.random() < 0.25
    flags = chance.getrandbits(16) if odd else 0x0100
    whole = struct.pack("!6H", chance.getrandbits(16), flags, 1, 0, 0, 0) + name + chance.randbytes(4)
    return whole[:chance.randint(1, len(whole))] if odd else whole


def test_clients_cannot_create_series(daemon, at_first):
    chance, before = random.Random(6), Metrics(scrape(daemon)).value("tributary_queries_total")
    sent = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.connect(("127.0.0.1", daemon.port))
        for _ in range(20):
            for _ in range(50):
                client.send(odd_message(chance))
            sent += 50
            eventually(lambda: Metrics(scrape(daemon)).value("tributary_queries_total") == before + sent,
                       "all messages have arrived")
    text = scrape(daemon)
    assert series(text) == series(at_first)
    assert_promtool_is_content(text)
    told = Metrics(text)
    assert told.value("tributary_queries_total", type="other") >= 500
    assert told.value("tributary_queries_total", type="none") >= 50
