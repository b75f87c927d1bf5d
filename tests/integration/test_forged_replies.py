"""Somebody on the path answers too, with the right ID, port and letters: before the server or after it."""

import pytest

from harness import behaviour, load
from harness.waiting import eventually

RIGHT, FORGED = "192.0.2.1", "203.0.113.66"
#: When the forged reply comes, counted from the right one, in seconds.
OFFSETS = [-0.364, -0.1, -0.02, 0.02, 0.05]


def forged_beside(fake_dns, offset: float):
    """The first reply comes long before a query would be sent again."""
    way = 0.02 + max(0.0, -offset)
    fake = fake_dns(behaviour.after(way, behaviour.address(RIGHT)))
    fake.forger = behaviour.after(way + offset, behaviour.address(FORGED))
    return fake


def ask(daemon, name: str) -> str:
    return load.ask_all(daemon.port, [name], at_once=1)[0].verdict()


@pytest.mark.parametrize("offset", OFFSETS)
def test_over_udp_the_first_is_believed_once(tributary, fake_dns, offset):
    """Nothing tells the two apart until both are there. Then the name is asked over TCP, for an hour, and what was
    kept of it is forgotten."""
    fake = forged_beside(fake_dns, offset)
    daemon = tributary(upstreams={"u": {"url": f"udp://{fake.endpoint}"}})
    assert ask(daemon, "www.forged.example") == f"NOERROR {FORGED if offset < 0 else RIGHT}"
    eventually(lambda: "two different replies" in daemon.output(), "both replies were noticed")
    assert ask(daemon, "www.forged.example") == f"NOERROR {RIGHT}"
    assert fake.received[-1].protocol == "tcp"


@pytest.mark.parametrize("offset", OFFSETS)
def test_an_authenticated_upstream_is_asked_when_there_is_one(tributary, fake_dns, fake_doh, authority, offset):
    fake = forged_beside(fake_dns, offset)
    doh = fake_doh(authority.issue("dns.example"), behaviour.address(RIGHT))
    knows = fake_dns(behaviour.address("127.0.0.1"))
    daemon = tributary(
        upstreams={"clear": {"url": f"udp://{fake.endpoint}"},
                   "doh": {"url": f"https://dns.example:{doh.port}/dns-query", "bootstrap": [knows.endpoint],
                           "ca_file": str(authority.ca_file)}},
        groups={"both": {"upstreams": ["clear", "doh"], "strategy": "failover"}},
        routes=[{"suffix": ".", "group": "both"}])
    ask(daemon, "www.forged.example")
    eventually(lambda: "two different replies" in daemon.output(), "both replies were noticed")
    asked_in_clear = fake.count("www.forged.example.")
    assert ask(daemon, "www.forged.example") == f"NOERROR {RIGHT}"
    assert fake.count("www.forged.example.") == asked_in_clear
