"""What clients may ask and what they get: special names, odd types, classes, opcodes and EDNS, broken messages,
clients that are not served; and what the cache makes of repeated questions."""

import socket
import struct

import dns.edns
import dns.flags
import dns.message
import dns.opcode
import dns.query
import dns.rcode
import dns.rdatatype
import pytest

from harness import behaviour
from harness.dig import dig
from harness.fake_dns import FakeDns
from harness.waiting import eventually


@pytest.fixture(scope="module")
def upstream(events):
    fake = FakeDns(events, behaviour.address("192.0.2.1"))
    yield fake
    fake.close()


@pytest.fixture(scope="module")
def daemon(module_tributary, upstream):
    return module_tributary(upstreams={"only": {"url": f"udp://{upstream.endpoint}"}},
                            routes=[{"suffix": ".", "group": "only"}])


def over_udp(daemon, message: dns.message.Message) -> dns.message.Message:
    return dns.query.udp(message, "127.0.0.1", port=daemon.port, timeout=10)


# Names that are answered at home (RFC 6761, RFC 6303, RFC 7686, RFC 8375)

@pytest.mark.parametrize("name, rrtype, status, data", [
    ("localhost", "A", "NOERROR", ["127.0.0.1"]),
    ("localhost", "AAAA", "NOERROR", ["::1"]),
    ("www.localhost", "A", "NOERROR", ["127.0.0.1"]),
    ("1.0.0.127.in-addr.arpa", "PTR", "NOERROR", ["localhost."]),
    ("9.8.7.10.in-addr.arpa", "PTR", "NXDOMAIN", []),
    ("1.1.168.192.in-addr.arpa", "PTR", "NXDOMAIN", []),
    ("www.test", "A", "NXDOMAIN", []),
    ("www.invalid", "A", "NXDOMAIN", []),
    ("www.onion", "A", "NXDOMAIN", []),
    ("printer.home.arpa", "A", "NXDOMAIN", []),
])
def test_special_names_are_answered_locally(daemon, upstream, name, rrtype, status, data):
    answer = dig(daemon.port, name, rrtype)
    assert answer.status == status
    assert answer.data(rrtype) == data
    assert upstream.count(name) == 0


@pytest.mark.parametrize("zone", ["10.in-addr.arpa", "test", "invalid"])
def test_special_zones_have_an_soa(daemon, upstream, zone):
    assert dig(daemon.port, zone, "SOA").status in ("NOERROR", "NXDOMAIN")
    assert [record.type for record in dig(daemon.port, f"x.{zone}", "A").authority] == ["SOA"]
    assert upstream.count(zone) == 0


# Types, classes, opcodes and EDNS that get no ordinary answer

@pytest.mark.parametrize("option", ["+notcp", "+tcp"])
def test_any_is_answered_minimally(daemon, option):
    """One RRset, be it the HINFO of RFC 8482 §4.2."""
    answer = dig(daemon.port, option, "www.any.example", "ANY")
    assert answer.status == "NOERROR"
    assert len({record.type for record in answer.answer}) == 1


def test_zone_transfers_are_refused(daemon, upstream):
    query = dns.message.make_query("alpha.example", "AXFR")
    reply = dns.query.tcp(query, "127.0.0.1", port=daemon.port, timeout=10)
    assert reply.rcode() == dns.rcode.REFUSED
    assert upstream.count("alpha.example") == 0


@pytest.mark.parametrize("name", ["version.bind", "id.server", "www.example"])
def test_class_chaos_is_not_served(daemon, name):
    assert dig(daemon.port, name, "CH", "TXT").status in ("REFUSED", "NOTIMP")


def test_unknown_edns_version_is_badvers(daemon):
    """RFC 6891 §6.1.3; the reply tells the version that is understood."""
    answer = dig(daemon.port, "+edns=1", "+noednsnegotiation", "www.example", "A")
    assert answer.status == "BADVERS"
    assert "EDNS: version: 0," in answer.text
    assert answer.answer == []


@pytest.mark.parametrize("opcode", [dns.opcode.STATUS, dns.opcode.NOTIFY, dns.opcode.UPDATE])
def test_other_opcodes_are_not_implemented(daemon, opcode):
    query = dns.message.make_query("www.example", "SOA")
    query.set_opcode(opcode)
    # As raw octets: dnspython would read a reply to an UPDATE by other rules.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(10)
        client.sendto(query.to_wire(), ("127.0.0.1", daemon.port))
        reply = client.recv(4096)
    flags = struct.unpack("!H", reply[2:4])[0]
    assert flags & dns.flags.QR
    assert flags >> 11 & 15 == opcode
    assert flags & 15 == dns.rcode.NOTIMP


HEADER = struct.pack("!HHHHHH", 7, dns.flags.RD, 1, 0, 0, 0)
QUESTION = b"\3www\7example\0\0\1\0\1"
BROKEN = {
    "empty": b"",
    "half a header": HEADER[:6],
    "no question at all": struct.pack("!HHHHHH", 7, dns.flags.RD, 0, 0, 0, 0),
    "question cut off": HEADER + QUESTION[:-3],
    "two questions": struct.pack("!HHHHHH", 7, dns.flags.RD, 2, 0, 0, 0) + QUESTION * 2,
    "octets after the end": HEADER + QUESTION + b"more",
    "pointer to itself": HEADER + b"\xc0\x0c\0\1\0\1",
    "pointer past the end": HEADER + b"\xff\xff\0\1\0\1",
    "reserved label type": HEADER + b"\x80www\0\0\1\0\1",
    "name of 256 octets": HEADER + (b"\x3f" + b"a" * 63) * 4 + b"\0\0\1\0\1",
    "record that is not there": struct.pack("!HHHHHH", 7, dns.flags.RD, 1, 0, 0, 1) + QUESTION,
    "a response": struct.pack("!HHHHHH", 7, dns.flags.QR | dns.flags.RD, 1, 0, 0, 0) + QUESTION,
}


@pytest.mark.parametrize("wire", BROKEN.values(), ids=BROKEN.keys())
def test_broken_messages_get_formerr_or_silence(daemon, wire):
    """A good query from the same socket is answered afterwards, by which time any reply to the bad one came."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(10)
        client.connect(("127.0.0.1", daemon.port))
        client.send(wire)
        client.send(dns.message.make_query("localhost", "A", id=8).to_wire())
        reply = client.recv(4096)
        if reply[:2] != b"\0\x08":
            assert reply[:2] == b"\0\x07"
            assert reply[2] & 0x80 and reply[3] & 15 == dns.rcode.FORMERR
            reply = client.recv(4096)
        assert dns.message.from_wire(reply).rcode() == dns.rcode.NOERROR


def test_a_broken_message_never_gets_a_reply_when_it_is_a_response(daemon):
    """Else two servers could be set to answer each other for ever."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(10)
        client.connect(("127.0.0.1", daemon.port))
        client.send(BROKEN["a response"])
        client.send(dns.message.make_query("localhost", "A", id=8).to_wire())
        assert client.recv(4096)[:2] == b"\0\x08"


def test_queries_on_one_tcp_connection_are_all_answered(daemon):
    """Pipelined, in two pieces that cut through a message (RFC 7766 §6.2.1.1)."""
    names = [f"p{number}.example" for number in range(50)]
    wires = [dns.message.make_query(name, "A", id=number).to_wire() for number, name in enumerate(names)]
    stream = b"".join(struct.pack("!H", len(wire)) + wire for wire in wires)
    with socket.create_connection(("127.0.0.1", daemon.port), timeout=10) as client:
        client.sendall(stream[:101])
        client.sendall(stream[101:])
        replies = [dns.query.receive_tcp(client)[0] for _ in names]
    assert sorted(reply.id for reply in replies) == list(range(50))
    assert all(str(reply.question[0].name) == names[reply.id] + "." for reply in replies)


# Who is served

def test_clients_that_are_not_allowed_are_refused(tributary, upstream):
    daemon = tributary(upstreams={"only": {"url": f"udp://{upstream.endpoint}"}},
                       routes=[{"suffix": ".", "group": "only"}], allow=["127.0.0.2/32"])
    refused = dig(daemon.port, "-b", "127.0.0.1", "refused.example", "A")
    assert (refused.status, refused.extended_error) == ("REFUSED", 18)
    assert dig(daemon.port, "-b", "127.0.0.1", "+tcp", "refused.example", "A").status == "REFUSED"
    assert upstream.count("refused.example") == 0
    assert dig(daemon.port, "-b", "127.0.0.2", "served.example", "A").status == "NOERROR"


def test_refusing_does_not_amplify(tributary, upstream):
    """Who is not served may be the victim of a forged source address: it gets no more octets than were sent."""
    daemon = tributary(upstreams={"only": {"url": f"udp://{upstream.endpoint}"}},
                       routes=[{"suffix": ".", "group": "only"}], allow=["127.0.0.2/32"])
    for options in ({}, {"use_edns": 0}, {"use_edns": 0, "pad": 64}):
        query = dns.message.make_query("refused.example", "A", **options).to_wire()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(10)
            client.sendto(query, ("127.0.0.1", daemon.port))
            reply = client.recv(4096)
        assert dns.message.from_wire(reply).rcode() == dns.rcode.REFUSED
        assert len(reply) <= len(query)


# The cache

def test_a_second_question_is_answered_from_the_cache_and_its_ttl_ages(daemon, upstream):
    first = dig(daemon.port, "aged.example", "A").answer[0].ttl
    assert first <= 300
    eventually(lambda: dig(daemon.port, "aged.example", "A").answer[0].ttl < first, "the TTL falls")
    assert upstream.count("aged.example") == 1
    assert daemon.metrics().value("tributary_cache_hits_total") >= 1
    assert daemon.metrics().value("tributary_cache_entries") >= 1


def test_a_negative_answer_is_cached_too(daemon, upstream):
    for _ in range(3):
        assert dig(daemon.port, "negative.example", "MX").authority[0].type == "SOA"
    assert upstream.count("negative.example") == 1


def test_the_case_of_the_question_comes_back(daemon, upstream):
    for name in ("cased.example", "CaSeD.eXaMpLe"):
        assert f";{name}.\t" in dig(daemon.port, name, "A").text
    assert upstream.count("cased.example") == 1


def test_clients_without_edns_get_none(daemon):
    for _ in range(2):  # from the upstream, and from the cache
        assert over_udp(daemon, dns.message.make_query("plain.example", "A")).edns == -1
        assert over_udp(daemon, dns.message.make_query("plain.example", "A", use_edns=0)).edns == 0


def test_a_client_cookie_gets_a_server_cookie_which_comes_back(daemon):
    def cookie_for(cookie: bytes) -> bytes:
        option = dns.edns.GenericOption(dns.edns.OptionType.COOKIE, cookie)
        reply = over_udp(daemon, dns.message.make_query("cookie.example", "A", options=[option]))
        assert reply.rcode() == dns.rcode.NOERROR
        return next(each.to_wire() for each in reply.options if each.otype == dns.edns.OptionType.COOKIE)

    given = cookie_for(b"clients!")  # from the upstream
    assert len(given) == 24 and given.startswith(b"clients!\1\0\0\0")
    assert cookie_for(given) == given  # from the cache, perhaps by the other worker
    assert cookie_for(b"clients!" + bytes(16)) != b"clients!" + bytes(16)


def test_queries_and_responses_are_counted(daemon):
    before = daemon.metrics()
    dig(daemon.port, "counted.example", "A")
    dig(daemon.port, "+tcp", "counted.test", "A")
    after = daemon.metrics()

    def grown(name: str, **labels: str) -> float:
        return after.value(name, **labels) - before.value(name, **labels)

    assert grown("tributary_queries_total", protocol="udp") == 1
    assert grown("tributary_queries_total", protocol="tcp") == 1
    assert grown("tributary_responses_total", rcode="NOERROR") == 1
    assert grown("tributary_responses_total", rcode="NXDOMAIN") == 1
