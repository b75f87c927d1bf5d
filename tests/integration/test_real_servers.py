"""Tributary in front of real servers: NSD as an authority, Unbound over UDP, TCP and HTTPS, on IPv4 and IPv6.

Every way to an upstream must bring the same answers to dig and kdig: positive, negative, CNAME within and across
zones, wildcards, and answers far too large for a UDP packet.
"""

import pytest

from harness import behaviour
from harness.dig import dig, kdig
from harness.fake_dns import FakeDns
from harness.private_network import has_ipv6

IPV6 = pytest.mark.skipif(not has_ipv6(), reason="no IPv6 here")

LARGE = [("big3000.alpha.example", 30), ("big20000.alpha.example", 200)]


def upstream(kind: str, request, bootstrap: str) -> dict:
    nsd, unbound = request.getfixturevalue("nsd"), request.getfixturevalue("unbound")
    ca_file = str(request.getfixturevalue("authority").ca_file)
    return {
        "authority": {"url": f"authority://127.0.0.1:{nsd.port}"},
        "authority6": {"url": f"authority://[::1]:{nsd.port}"},
        "udp": {"url": f"udp://127.0.0.1:{unbound.port}"},
        "udp6": {"url": f"udp://[::1]:{unbound.port}"},
        "tcp": {"url": f"tcp://127.0.0.1:{unbound.port}"},
        "tcp6": {"url": f"tcp://[::1]:{unbound.port}"},
        "https": {"url": f"https://127.0.0.1:{unbound.https_port}/dns-query", "ca_file": ca_file},
        "https-get": {"url": f"https://127.0.0.1:{unbound.https_port}/dns-query", "ca_file": ca_file,
                      "method": "get"},
        "https6": {"url": f"https://[::1]:{unbound.https_port}/dns-query", "ca_file": ca_file},
        "https-by-name": {"url": f"https://dns.example:{unbound.https_port}/dns-query", "ca_file": ca_file,
                          "bootstrap": [bootstrap]},
    }[kind]


@pytest.fixture(scope="module")
def bootstrap(events):
    """Where the address of dns.example can be asked for."""
    fake = FakeDns(events, behaviour.address("127.0.0.1"))
    yield fake.endpoint
    fake.close()


@pytest.fixture(scope="module", params=[
    "authority", "udp", "tcp", "https", "https-get", "https-by-name",
    pytest.param("authority6", marks=IPV6), pytest.param("udp6", marks=IPV6), pytest.param("tcp6", marks=IPV6),
    pytest.param("https6", marks=IPV6)])
def port(request, module_tributary, bootstrap) -> int:
    """Of a daemon whose only upstream is reached in the way of the parameter."""
    only = upstream(request.param, request, bootstrap)
    return module_tributary(upstreams={"only": only}, routes=[{"suffix": ".", "group": "only"}]).port


@pytest.mark.parametrize("ask", [dig, kdig])
def test_positive(port, ask):
    answer = ask(port, "www.alpha.example", "A")
    assert answer.status == "NOERROR"
    assert answer.data("A") == ["192.0.2.10", "192.0.2.11"]
    assert {"qr", "rd", "ra"} <= answer.flags
    assert "tc" not in answer.flags


def test_other_types(port):
    assert dig(port, "www.alpha.example", "AAAA").data("AAAA") == ["2001:db8::10"]
    assert dig(port, "alpha.example", "MX").data("MX") == ["10 mail.alpha.example."]
    assert dig(port, "_sip._tcp.alpha.example", "SRV").data("SRV") == ["1 2 5060 www.alpha.example."]


def test_nxdomain_comes_with_its_soa(port):
    answer = dig(port, "nothing.alpha.example", "A")
    assert answer.status == "NXDOMAIN"
    assert [(record.name, record.type) for record in answer.authority] == [("alpha.example.", "SOA")]


def test_nodata_comes_with_its_soa(port):
    answer = dig(port, "mail.alpha.example", "AAAA")
    assert answer.status == "NOERROR"
    assert answer.answer == []
    assert [(record.name, record.type) for record in answer.authority] == [("alpha.example.", "SOA")]


def test_cname_within_the_zone(port):
    answer = dig(port, "alias.alpha.example", "A")
    assert answer.data("CNAME") == ["www.alpha.example."]
    assert answer.data("A") == ["192.0.2.10", "192.0.2.11"]


def test_cname_into_another_zone(port):
    answer = dig(port, "away.alpha.example", "A")
    assert answer.data("CNAME") == ["www.beta.example."]
    assert answer.data("A") == ["198.51.100.10"]


def test_cname_to_nothing(port):
    answer = dig(port, "dangling.alpha.example", "A")
    assert answer.status == "NXDOMAIN"
    assert answer.data("CNAME") == ["nothing.alpha.example."]


def test_wildcard(port):
    assert dig(port, "any.thing.wild.alpha.example", "A").data("A") == ["192.0.2.77"]


def test_root(port):
    assert dig(port, ".", "NS").data("NS") == ["ns.alpha.example."]


@pytest.mark.parametrize("name, records", LARGE)
def test_large_answers_arrive_whole_after_truncation(port, name, records):
    """dig goes to TCP by itself when the reply over UDP says TC."""
    answer = dig(port, name, "TXT")
    assert ";; Truncated, retrying in TCP mode." in answer.text
    assert len(answer.data("TXT")) == records


@pytest.mark.parametrize("name, records", LARGE)
@pytest.mark.parametrize("options", [(), ("+bufsize=65535",), ("+noedns",)], ids=["plain", "large buffer", "no EDNS"])
def test_large_answers_are_truncated_over_udp(port, name, records, options):
    answer = dig(port, "+notcp", "+ignore", *options, name, "TXT")
    assert answer.status == "NOERROR"
    assert "tc" in answer.flags
    assert len(answer.answer) < records


@pytest.mark.parametrize("name, records", LARGE)
def test_large_answers_over_tcp(port, name, records):
    answer = kdig(port, "+tcp", name, "TXT")
    assert "tc" not in answer.flags
    assert len(answer.data("TXT")) == records


@IPV6
@pytest.mark.parametrize("option", ["+notcp", "+tcp"])
def test_clients_over_ipv6(port, option):
    assert dig(port, option, "www.alpha.example", "A", server="::1").data("A") == ["192.0.2.10", "192.0.2.11"]
