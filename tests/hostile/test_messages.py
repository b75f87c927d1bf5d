"""Messages of strangers: what is in them costs little, and is told wrong to nobody."""

import socket
import struct
import time

import dns.message
import dns.rcode
import pytest

from evil_messages import QUERIES, REPLIES
from harness import behaviour, load
from harness.waiting import TIME_SCALE
from memory import Growth
from raw_dns import CNAME, Arrival, address_record, query, record, reply, wire_name

RIGHT = "192.0.2.1"
#: Of CPU, for each message.
MOST_MS = 1.0


@pytest.fixture
def daemon(tributary, fake_dns):
    fake = fake_dns(behaviour.address(RIGHT))
    return tributary(upstreams={"only": {"url": f"udp://{fake.endpoint}"}})


def rcode_of(wire: bytes) -> str:
    """Of a reply; what it has in its answer section too."""
    flags, _, answers = struct.unpack_from("!3H", wire, 2)
    return dns.rcode.to_text(flags & 15) + (" with records" if answers else "")


def over_udp(daemon, wire: bytes, times: int) -> set[str]:
    """What comes back to `wire`; a good query after each tells that nothing more will come."""
    said = set()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(10 * TIME_SCALE)
        client.connect(("127.0.0.1", daemon.port))
        for _ in range(times):
            client.send(wire)
            client.send(query("localhost", ident=8))
            while (answer := client.recv(65535))[:2] != b"\0\x08":
                said.add(rcode_of(answer))
    return said


def over_tcp(daemon, wire: bytes, times: int) -> set[str]:
    """The same, on one connection, each with a good query behind it."""
    said, good = set(), query("localhost", ident=8)
    with socket.create_connection(("127.0.0.1", daemon.port), timeout=10 * TIME_SCALE) as stream:
        octets = stream.makefile("rb")
        for _ in range(times):
            stream.sendall(struct.pack("!H", len(wire)) + wire + struct.pack("!H", len(good)) + good)
            while (answer := octets.read(int.from_bytes(octets.read(2), "big")))[:2] != b"\0\x08":
                said.add(rcode_of(answer))
    return said


REFUSALS = {"FORMERR", "NOTIMP", "REFUSED"}
#: What is odd about these is no fault.
GOOD = {"4,000 options", "280 options", "all flags but QR", "type 65535"}


@pytest.mark.parametrize("protocol", ["udp", "tcp"])
def test_queries_of_strangers(daemon, verdicts, scale, protocol):
    times = scale(50, 1_000)
    ask, most = (over_udp, 1232) if protocol == "udp" else (over_tcp, 65535)
    wires = {what: wire for what, wire in QUERIES.items() if len(wire) <= most}
    load.ask_all(daemon.port, ["www.alpha.example"], at_once=1)
    growth, wrong, dear = Growth(daemon), [], ("", 0.0)
    for what, wire in wires.items():
        before = daemon.cpu_seconds()
        said = ask(daemon, wire, times)
        cost = (daemon.cpu_seconds() - before) / times * 1000
        dear = max(dear, (what, cost), key=lambda pair: pair[1])
        if not said <= REFUSALS and what not in GOOD:
            wrong.append(f"{what}: {said}")
    verdicts.record(f"evil queries over {protocol}", "RFC 9267", f"{len(wires)} kinds, {len(wrong)} answered "
                    f"{wrong or ''}; {growth.mebibytes():.1f} MiB more", "none but errors or silence, ≤ 4 MiB",
                    not wrong and growth.within(4))
    verdicts.timing(f"evil queries over {protocol}: CPU", "RFC 9267", f"{dear[1]:.2f} ms a message at most ({dear[0]})",
                    f"≤ {MOST_MS:.0f} ms", dear[1] <= MOST_MS)


def evil_upstream(raw_dns):
    """Answers names such as n1.w2.evil.example with the reply number 2; others rightly."""
    makers = list(REPLIES.values())

    def answer(wire: bytes) -> bytes:
        labels = dns.message.from_wire(wire).question[0].name.to_text().lower().split(".")
        if len(labels) > 3 and labels[-3] == "evil" and labels[-4].startswith("w"):
            return makers[int(labels[-4][1:])](wire)
        return reply(wire, address_record(RIGHT))

    return raw_dns(lambda arrival: arrival.reply(answer(arrival.wire)), over_tcp=answer)


def test_replies_of_a_strange_upstream(tributary, raw_dns, verdicts, scale):
    times = scale(20, 200)
    server = evil_upstream(raw_dns)
    daemon = tributary(upstreams={"evil": {"url": f"tcp://{server.endpoint}"}},
                       timeouts={"query": f"{300 * TIME_SCALE:.0f}ms", "attempt": f"{250 * TIME_SCALE:.0f}ms"})
    growth, wrong, dear = Growth(daemon), [], ("", 0.0)
    for number, what in enumerate(REPLIES):
        before = daemon.cpu_seconds()
        names = [f"n{turn}.w{number}.evil.example" for turn in range(times)]
        verdicts_seen = {outcome.verdict() for outcome in load.ask_all(daemon.port, names, at_once=20)}
        cost = (daemon.cpu_seconds() - before) / times * 1000
        dear = max(dear, (what, cost), key=lambda pair: pair[1])
        beside = load.ask_all(daemon.port, ["localhost"], at_once=1)[0].verdict()
        if any("203.0.113.66" in seen or seen == "no reply" for seen in verdicts_seen) or "127.0.0.1" not in beside:
            wrong.append(f"{what}: {verdicts_seen}, {beside}")
    verdicts.record("evil replies", "RFC 9267", f"{len(REPLIES)} kinds, {len(wrong)} believed or not survived "
                    f"{wrong or ''}; {growth.mebibytes():.1f} MiB more", "none, ≤ 4 MiB",
                    not wrong and growth.within(4))
    verdicts.timing("evil replies: CPU", "RFC 9267", f"{dear[1]:.2f} ms a message at most ({dear[0]})",
                    f"≤ {MOST_MS:.0f} ms", dear[1] <= MOST_MS)


# Chains of aliases, one link in each reply

def alias_server(raw_dns, next_name):
    """Every name is an alias of what `next_name(number)` says, for names such as c7.chain.example."""

    def script(arrival: Arrival) -> None:
        first, _, rest = arrival.name.partition(".")
        if not first.startswith("c") or not first[1:].isdigit():
            return arrival.reply(reply(arrival.wire, address_record(RIGHT)))
        target = wire_name(f"c{next_name(int(first[1:]))}.{rest}")
        arrival.reply(reply(arrival.wire, record(b"\xc0\x0c", CNAME, target)))

    return raw_dns(script)


@pytest.mark.parametrize("what, next_name", [
    ("chain of 100 aliases, one a reply", lambda number: number + 1),
    ("alias of itself", lambda number: number),
    ("loop of two aliases, one a reply", lambda number: 1 - number % 2),
], ids=["chain", "itself", "loop"])
def test_chains_of_aliases(tributary, raw_dns, verdicts, what, next_name):
    server = alias_server(raw_dns, next_name)
    daemon = tributary(upstreams={"only": {"url": f"udp://{server.endpoint}"}})
    began = time.monotonic()
    verdict = load.ask_all(daemon.port, ["c0.chain.example"], at_once=1)[0].verdict()
    took = time.monotonic() - began
    asked = len({arrival.exchange for arrival in server.arrivals if "chain" in arrival.name})
    verdicts.record(what, "RFC 1034 §3.6.2", f"{verdict}, {asked} queries upstream", "SERVFAIL, ≤ 11 links followed",
                    verdict == "SERVFAIL" and asked <= 12)
    verdicts.timing(what, "RFC 1034 §3.6.2", f"{took * 1000:.0f} ms", "< 1 s", took < 1)


# TTLs

#: What the upstream says, what the client sees, and whether it is kept (docs/decision-core.md).
TTLS = [(0, 0, False), (2**31 - 1, 86_400, True), (2**31, 0, False), (2**32 - 1, 0, False)]


@pytest.mark.parametrize("told, seen, kept", TTLS, ids=[str(ttl) for ttl, _, _ in TTLS])
def test_times_to_live(tributary, raw_dns, verdicts, told, seen, kept):
    server = raw_dns(lambda arrival: arrival.reply(reply(arrival.wire, address_record(RIGHT, ttl=told))))
    daemon = tributary(upstreams={"only": {"url": f"udp://{server.endpoint}"}})
    first, second = (load.exchange_all(daemon.port, [dns.message.make_query("www.alpha.example", "A")], at_once=1)[0]
                     for _ in range(2))
    ttl, asked = first.answer[0].ttl, server.count("www.alpha.example")
    again = "asked again" if asked == 2 else "kept"
    verdicts.record(f"a TTL of {told}", "RFC 2181 §8", f"TTL {ttl} to the client, {again}",
                    f"{seen}, {'kept' if kept else 'asked again'}",
                    ttl == seen and asked == (1 if kept else 2) and second.answer[0].ttl in (seen, seen - 1))
