"""A laptop that changes its network while DNS over HTTPS connections are open, and one that does not, though its
kernel has much to tell."""

import subprocess
import time

import pytest

from harness import behaviour, private_network
from harness.dig import dig
from harness.waiting import TIME_SCALE, eventually

RIGHT = "192.0.2.1"
HOST = "dns.example"
OURS, ANOTHER = "198.51.100.7", "198.51.100.8"  # RFC 5737


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


@pytest.fixture
def address():
    """The address OURS, which comes and goes on the loopback interface of the namespace."""
    private_network.require()
    ip("address", "add", f"{OURS}/32", "dev", "lo")
    yield OURS
    ip("address", "del", f"{OURS}/32", "dev", "lo")


@pytest.fixture
def connected(address, tributary, fake_dns, fake_doh, authority):
    """A daemon with a connection to a DNS-over-HTTPS server on OURS, and that server."""
    knows = fake_dns(behaviour.address(address))
    fake = fake_doh(authority.issue(HOST), behaviour.address(RIGHT), host=address)
    upstream = {"url": f"https://{HOST}:{fake.port}/dns-query", "bootstrap": [knows.endpoint],
                "ca_file": str(authority.ca_file)}
    daemon = tributary(upstreams={"only": upstream}, routes=[{"suffix": ".", "group": "only"}], workers=1)
    assert dig(daemon.port, "before.alpha.example", "A").data("A") == [RIGHT]
    return daemon, fake


def remove_and_add(address: str) -> None:
    ip("address", "del", f"{address}/32", "dev", "lo")
    ip("address", "add", f"{address}/32", "dev", "lo")


def test_the_next_query_after_a_change_of_the_network_is_answered_in_half_a_second(address, connected):
    daemon, fake = connected
    before = fake.connections
    remove_and_add(address)
    began = time.monotonic()
    assert dig(daemon.port, "after.alpha.example", "A").data("A") == [RIGHT]
    assert time.monotonic() - began < 0.5 * TIME_SCALE
    eventually(lambda: fake.connections > before, "a new connection")


def renew(address: str) -> None:
    ip("address", "change", f"{address}/32", "dev", "lo", "valid_lft", "7200", "preferred_lft", "3600")


def test_what_does_not_concern_the_upstreams_reconnects_nothing(address, connected):
    daemon, fake = connected
    before = fake.connections
    for _ in range(3):
        ip("link", "add", "pod0", "type", "veth", "peer", "name", "pod1")
        ip("link", "set", "pod0", "up")
        ip("link", "set", "pod1", "up")
        ip("link", "del", "pod0")
        renew(address)
    ip("route", "add", "unreachable", "203.0.113.0/24")  # RFC 5737
    ip("route", "del", "unreachable", "203.0.113.0/24")
    assert fake.connections == before
    # Messages come in their order: once this change is told, nothing of the above is still to come.
    ip("address", "add", f"{ANOTHER}/32", "dev", "lo")
    eventually(lambda: "the network has changed" in daemon.output(), "the change is told")
    ip("address", "del", f"{ANOTHER}/32", "dev", "lo")
    assert daemon.output().count("the network has changed") == 1
