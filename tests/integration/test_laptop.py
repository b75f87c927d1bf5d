"""A laptop that changes its network: an address leaves and comes back while DNS over HTTPS connections are open."""

import subprocess
import time

import pytest

from harness import behaviour, private_network
from harness.dig import dig
from harness.waiting import TIME_SCALE, eventually

RIGHT = "192.0.2.1"
HOST = "dns.example"
OURS = "198.51.100.7"  # RFC 5737


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


@pytest.fixture
def address():
    """The address OURS, which comes and goes on the loopback interface of the namespace."""
    private_network.require()
    ip("address", "add", f"{OURS}/32", "dev", "lo")
    yield OURS
    ip("address", "del", f"{OURS}/32", "dev", "lo")


def test_the_next_query_after_a_change_of_the_network_is_answered_in_half_a_second(
        address, tributary, fake_dns, fake_doh, authority):
    knows = fake_dns(behaviour.address(address))
    fake = fake_doh(authority.issue(HOST), behaviour.address(RIGHT), host=address)
    upstream = {"url": f"https://{HOST}:{fake.port}/dns-query", "bootstrap": [knows.endpoint],
                "ca_file": str(authority.ca_file)}
    daemon = tributary(upstreams={"only": upstream}, routes=[{"suffix": ".", "group": "only"}])
    assert dig(daemon.port, "before.alpha.example", "A").data("A") == [RIGHT]
    before = fake.connections

    ip("address", "del", f"{address}/32", "dev", "lo")
    ip("address", "add", f"{address}/32", "dev", "lo")
    began = time.monotonic()
    assert dig(daemon.port, "after.alpha.example", "A").data("A") == [RIGHT]
    assert time.monotonic() - began < 0.5 * TIME_SCALE
    eventually(lambda: fake.connections > before, "a new connection")
