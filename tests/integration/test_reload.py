"""Reloading: SIGHUP makes the daemon go by what the file says now, without a query lost, answered from the wrong place
or asked twice; a file with errors changes nothing."""

import itertools
import random
import signal
import socket
import struct
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dns.message
import dns.query
import pytest

from harness import behaviour, load
from harness.checked_load import Answer, CheckedLoad
from harness.daemon import BINARY
from harness.dig import dig
from harness.waiting import TIME_SCALE, eventually

pytestmark = pytest.mark.skipif(not BINARY, reason="TRIBUTARY does not name the daemon's binary")

WORLD, OFFICE, LAB = "192.0.2.1", "192.0.2.2", "192.0.2.3"


def udp(server) -> dict[str, str]:
    return {"url": f"udp://{server.endpoint}"}


def routes(**suffixes: str) -> list[dict[str, str]]:
    """`corp="office"`: the route of corp.example; the root's is to `world`."""
    return [{"suffix": ".", "group": "world"}] + [{"suffix": f"{name}.example", "group": group}
                                                  for name, group in suffixes.items()]


# ---- Good and bad ones under load.

RELOADS, BAD_EVERY = 100, 5  # 20 bad ones
RATE = 5000 / TIME_SCALE


@dataclass
class Rule:
    """What a configuration sends the names of corp.example to, and since when it may hold and until when."""
    address: str
    begins: float
    ends: float = float("inf")


class Rules:
    """The configurations that held, one after the other."""

    def __init__(self, address: str):
        self._rules = [Rule(address, time.monotonic())]

    def follow(self, address: str, told: float) -> None:
        """The present rule holds until now at the latest, the next since it was `told` at the earliest."""
        self._rules[-1].ends = time.monotonic()
        self._rules.append(Rule(address, told))

    def allow(self, answer: Answer) -> bool:
        if answer.rcode != 0:
            return False
        if not answer.name.endswith("corp.example"):
            return answer.address == WORLD
        return any(rule.address == answer.address and rule.begins <= answer.received and answer.sent <= rule.ends
                   for rule in self._rules)


def overflows() -> int:
    """Datagrams that found the receive buffer of their socket full: nobody ran for long enough to read them."""
    names, values = (line.split() for line in Path("/proc/net/snmp").read_text().splitlines() if line.startswith("Udp:"))
    return int(values[names.index("RcvbufErrors")])


def name_source():
    """Mostly names that the cache has, of both routes; one of a hundred has never been asked for."""
    choice = random.Random(1)
    fresh = itertools.count()
    known = [f"www{number}.{zone}" for number in range(20) for zone in ("world.example", "corp.example")]
    return lambda: f"new{next(fresh)}.corp.example" if choice.random() < 0.01 else choice.choice(known)


def variants(upstreams, port: int, usual_listen: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """Where corp.example leads, and the configuration: other routes, upstreams, members and listeners. On the port that
    the daemon has anyhow: any other one may be the source port of a query of its own."""
    world, office, lab = upstreams
    both = {"world": udp(world), "office": udp(office)}
    more = [f"udp://127.0.0.2:{port}", f"tcp://127.0.0.2:{port}"]
    return [
        (OFFICE, {"upstreams": both, "routes": routes(corp="office")}),
        (WORLD, {"upstreams": {"world": udp(world)}, "routes": routes(), "listen": usual_listen + more}),
        (LAB, {"upstreams": {**both, "lab": udp(lab)}, "routes": routes(corp="lab"), "listen": usual_listen + more}),
        (OFFICE, {"upstreams": {**both, "spare": {**udp(office), "ports": "pool"}},
                  "groups": {"two": {"upstreams": ["office", "spare"], "strategy": "race"}},
                  "routes": routes(corp="two"), "timeouts": {"query": "5s"}}),
        (LAB, {"upstreams": {"world": udp(world), "office": udp(lab)}, "routes": routes(corp="office")}),
    ]


def bad_ones(good: dict[str, Any], taken: int) -> list[dict[str, Any]]:
    return [{**good, "routes": [{"suffix": ".", "group": "wrold"}]},
            {**good, "tiemouts": {}},
            {**good, "upstreams": {**good["upstreams"], "home": {"url": "zone:missing.zone", "origin": "home.example"}}},
            {**good, "listen": [f"udp://127.0.0.1:{taken}"]}]


def test_a_hundred_reloads_lose_nothing(tributary, fake_dns):
    upstreams = [fake_dns(behaviour.address(address, ttl=3600)) for address in (WORLD, OFFICE, LAB)]
    world = upstreams[0]
    holder = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    holder.bind(("127.0.0.1", 0))
    daemon = tributary(upstreams={"world": udp(world)}, routes=routes())
    turns = itertools.cycle(variants(upstreams, daemon.port, daemon.usual("listen")))
    address, config = next(turns)
    assert daemon.reload(**config)
    bad = itertools.cycle(bad_ones(config, holder.getsockname()[1]))
    rules = Rules(address)
    overflowed = overflows()
    steady = CheckedLoad(daemon.port, RATE, name_source())
    try:
        for number in range(RELOADS):
            if number % BAD_EVERY == 0:
                assert not daemon.reload(**next(bad))
            address, config = next(turns)
            told = time.monotonic()
            assert daemon.reload(**config)
            rules.follow(address, told)
    finally:
        answers, lost, rate = steady.stop()
        holder.close()
    metrics = daemon.metrics()
    print(f"{len(answers)} queries at {rate:.0f} a second, {overflows() - overflowed} datagrams overflowed")
    assert Counter(name.partition(".")[2] for name in lost) == {}, metrics.family("tributary_dropped_total")
    assert [answer for answer in answers if not rules.allow(answer)] == []
    asked = [f"www{number}.world.example" for number in range(20)]
    assert {name: world.count(name) for name in asked} == dict.fromkeys(asked, 1), "the cache was kept"
    assert metrics.value("tributary_reloads_total", result="success") == RELOADS + 1
    assert metrics.value("tributary_reloads_total", result="failure") == RELOADS / BAD_EVERY


# ---- One at a time.

def test_queries_in_flight_end_as_they_began(tributary, fake_dns, events):
    gate = behaviour.Gate(behaviour.address(OFFICE))
    world, office = fake_dns(behaviour.address(WORLD)), fake_dns(gate)
    daemon = tributary(upstreams={"world": udp(world), "office": udp(office)}, routes=routes(corp="office"))
    names = [f"n{number}.corp.example" for number in range(20)]
    with ThreadPoolExecutor() as pool:
        asking = pool.submit(load.ask_all, daemon.port, names, at_once=20)
        eventually(lambda: all(office.count(name) for name in names), "all are with the upstream")
        assert daemon.reload(upstreams={"world": udp(world)}, routes=routes())
        assert dig(daemon.port, names[0], "A").data("A") == [WORLD]
        events.call(gate.open)
        assert {outcome.verdict() for outcome in asking.result()} == {f"NOERROR {OFFICE}"}


def test_a_query_is_answered_from_a_socket_that_is_closed_meanwhile(tributary, fake_dns, events):
    gate = behaviour.Gate(behaviour.address(WORLD))
    world = fake_dns(gate)
    config = {"upstreams": {"world": udp(world)}, "routes": routes()}
    daemon = tributary(**config)
    old, new = ("127.0.0.2", daemon.port), ("127.0.0.3", daemon.port)
    listen = daemon.usual("listen")
    assert daemon.reload(listen=listen + [f"udp://{old[0]}:{old[1]}", f"tcp://{old[0]}:{old[1]}"], **config)
    query = dns.message.make_query("www.slow.example", "A").to_wire()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as over_udp, \
            socket.create_connection(old) as over_tcp:
        over_udp.connect(old)
        over_udp.send(query)
        over_tcp.sendall(struct.pack("!H", len(query)) + query)
        eventually(lambda: daemon.metrics().value("tributary_coalesced_queries_total") == 1, "both wait")
        assert daemon.reload(listen=listen + [f"udp://{new[0]}:{new[1]}"], **config)
        events.call(gate.open)
        for reply in (over_udp.recv(4096), over_tcp.recv(4096)[2:]):
            assert dns.message.from_wire(reply).answer[0][0].to_text() == WORLD
        over_udp.connect(new)
        over_udp.send(query)
        assert dns.message.from_wire(over_udp.recv(4096)).answer[0][0].to_text() == WORLD
        assert over_tcp.recv(1) == b"", "what is closed has no connections left"
    eventually(lambda: refuses(old), "nobody listens there any more")


def refuses(address: tuple[str, int]) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(address)
        sock.settimeout(0.2)
        try:
            sock.send(b"x")
            sock.recv(100)
            return False
        except ConnectionRefusedError:
            return True
        except TimeoutError:
            return False


def test_connections_to_upstreams_live_on(tributary, fake_doh, fake_dns, authority):
    doh = fake_doh(authority.issue("127.0.0.1"), behaviour.address(WORLD))
    office = fake_dns(behaviour.address(OFFICE))
    world = {"url": f"https://127.0.0.1:{doh.port}/dns-query", "ca_file": str(authority.ca_file)}
    daemon = tributary(upstreams={"world": world}, routes=routes())
    assert dig(daemon.port, "www.example", "A").data("A") == [WORLD]
    for number in range(5):
        more = {"office": udp(office)} if number % 2 == 0 else {}
        assert daemon.reload(upstreams={"world": world, **more}, routes=routes(**{f"{name}": name for name in more}))
        assert dig(daemon.port, f"n{number}.example", "A").data("A") == [WORLD]
    assert doh.connections == daemon.usual("workers"), "one for each worker, kept warm"


def test_what_a_breaker_has_learnt_lives_on(tributary, fake_dns):
    dead, world = fake_dns(behaviour.dead), fake_dns(behaviour.address(WORLD))
    config = {"upstreams": {"dead": udp(dead), "world": udp(world)},
              "groups": {"all": {"upstreams": ["dead", "world"], "strategy": "race"}}}
    daemon = tributary(**config, routes=[{"suffix": ".", "group": "all"}])
    load.ask_all(daemon.port, [f"n{number}.example" for number in range(60)], at_once=5)
    eventually(lambda: daemon.metrics().state("dead") == "open", "the breaker is open")
    queries = daemon.metrics().value("tributary_upstream_queries_total", upstream="dead")
    assert daemon.reload(**config, routes=[{"suffix": ".", "group": "all"}, {"suffix": "more.example", "group": "world"}])
    assert daemon.metrics().state("dead") != "closed"
    assert daemon.metrics().value("tributary_upstream_queries_total", upstream="dead") == queries


def test_a_file_that_is_gone_changes_nothing(tributary, fake_dns):
    world = fake_dns(behaviour.address(WORLD))
    daemon = tributary(upstreams={"world": udp(world)}, routes=routes())
    daemon.file.unlink()
    assert not daemon.hang_up()
    assert dig(daemon.port, "www.example", "A").data("A") == [WORLD]
    assert str(daemon.file) in daemon.output()
    assert daemon.reload(upstreams={"world": udp(world)}, routes=routes())


def test_an_error_is_told_with_its_place(tributary, fake_dns):
    world = fake_dns(behaviour.address(WORLD))
    daemon = tributary(upstreams={"world": udp(world)}, routes=routes())
    assert not daemon.reload(upstreams={"world": udp(world)}, routes=[{"suffix": ".", "group": "wrold"}])
    assert "tributary.yaml:" in daemon.output() and "wrold" in daemon.output()


def test_a_zone_is_read_again(tributary, tmp_path):
    zone = tmp_path / "home.zone"

    def write(address: str) -> None:
        zone.write_text(f"@ 300 IN SOA ns hostmaster 1 2 3 4 5\n@ 300 IN NS ns\nns 300 IN A {address}\n")

    write(WORLD)
    config = {"upstreams": {"home": {"url": f"zone:{zone}", "origin": "home.example"}},
              "routes": [{"suffix": "home.example", "group": "home"}]}
    daemon = tributary(**config)
    assert dig(daemon.port, "ns.home.example", "A").data("A") == [WORLD]
    write(OFFICE)
    assert daemon.reload(**config)
    assert dig(daemon.port, "ns.home.example", "A").data("A") == [OFFICE]
    assert "the zone of upstream home has changed" in daemon.output()


def test_what_needs_a_restart_is_told(tributary, fake_dns):
    world = fake_dns(behaviour.address(WORLD))
    daemon = tributary(upstreams={"world": udp(world)}, routes=routes())
    assert daemon.reload(upstreams={"world": udp(world)}, routes=routes(), workers=3)
    assert "workers needs a restart" in daemon.output()


def test_the_service_manager_is_told_of_a_reload(tributary, tmp_path, monkeypatch, fake_dns):
    world = fake_dns(behaviour.address(WORLD))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        daemon = tributary(upstreams={"world": udp(world)}, routes=routes())
        assert manager.recv(100) == b"READY=1"
        assert daemon.reload(upstreams={"world": udp(world)}, routes=routes())
        reloading, since = manager.recv(100).decode().split("\n")
        assert reloading == "RELOADING=1"
        assert 0 < int(since.removeprefix("MONOTONIC_USEC=")) <= time.clock_gettime_ns(time.CLOCK_MONOTONIC) / 1000
        assert manager.recv(100) == b"READY=1"


def test_a_hangup_while_it_stops_is_harmless(tributary, fake_dns):
    world = fake_dns(behaviour.address(WORLD))
    daemon = tributary(upstreams={"world": udp(world)}, routes=routes())
    daemon.send(signal.SIGHUP)
    daemon.send(signal.SIGTERM)
    daemon.stop()
