"""Somebody who does not sit on the path wants us to believe what the upstream did not say (RFC 5452)."""

import random
import resource
import selectors
import socket
import statistics
import string
import time

import dns.message
import dns.rrset
import pytest

from harness import behaviour, load
from harness.waiting import TIME_SCALE, eventually
from raw_dns import (CNAME, HEADER, QR, RA, RD, TC, Arrival, address_record, message, query, question_end, record,
                     reply, until_read, wire_name)

RIGHT, FORGED = "192.0.2.1", "203.0.113.66"
RIGHT_VERDICT = f"NOERROR {RIGHT}"

#: Nothing that takes its time on a slow machine is to end an exchange.
PATIENT = {"timeouts": {"query": "1m", "attempt": "1m"}}


def right(arrival: Arrival) -> bytes:
    return reply(arrival.wire, address_record(RIGHT))


def forged(arrival: Arrival) -> bytes:
    return reply(arrival.wire, address_record(FORGED))


def only(server, ports: str = "fresh", **more) -> dict:
    return {"upstreams": {"only": {"url": f"udp://{server.endpoint}", "ports": ports}}, **PATIENT, **more}


def ask(daemon, name: str) -> str:
    return load.ask_all(daemon.port, [name], at_once=1)[0].verdict()


# Wrong IDs, wrong places

@pytest.mark.parametrize("ports", ["fresh", "pool"])
def test_wrong_ids(tributary, raw_dns, verdicts, scale, ports):
    """So many that a guess is worth nothing, all of them read before the right one comes."""
    count, batch = scale(2_000, 60_000), 100
    seen, all_read = set(), []

    def script(arrival: Arrival) -> None:
        if arrival.exchange in seen:
            return
        seen.add(arrival.exchange)
        guess = forged(arrival)
        for number in range(count):
            wrong = (arrival.ident + 1 + number) % 65536
            arrival.reply(wrong.to_bytes(2, "big") + guess[2:])
            if number % batch == batch - 1:
                all_read.append(until_read(arrival.sender[1]))
        arrival.reply(right(arrival))

    server = raw_dns(script)
    daemon = tributary(**only(server, ports))
    verdict = ask(daemon, "www.alpha.example")
    again = ask(daemon, "www.alpha.example")
    assert all(all_read), "the kernel dropped some: they were never looked at"
    verdicts.record(f"replies with a wrong ID before the right one (ports: {ports})", "RFC 5452 §9",
                    f"{count} sent and read, {verdict}, then {again}", "none accepted",
                    verdict == again == RIGHT_VERDICT and len(seen) == 1)


def elsewhere(kind: str, server) -> socket.socket:
    """A socket that is not the upstream's: another port of its host, or its port of another host."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0) if kind == "port" else ("127.0.0.2", server.port))
    return sock


@pytest.mark.parametrize("ports", ["fresh", "pool"])
@pytest.mark.parametrize("kind", ["port", "address"])
def test_the_right_id_from_elsewhere(tributary, raw_dns, verdicts, scale, kind, ports):
    count = scale(50, 1_000)

    def script(arrival: Arrival) -> None:
        strange.sendto(forged(arrival), arrival.sender)
        until_read(arrival.sender[1])
        arrival.reply(right(arrival))

    server = raw_dns(script)
    daemon = tributary(**only(server, ports))
    with elsewhere(kind, server) as strange:
        outcomes = load.ask_all(daemon.port, [f"n{number}.alpha.example" for number in range(count)], at_once=1)
    wrong = sum(outcome.verdict() != RIGHT_VERDICT for outcome in outcomes)
    verdicts.record(f"replies with everything right but their {kind} (ports: {ports})", "RFC 5452 §9.1",
                    f"{count} sent, {wrong} answers not right", "none accepted", wrong == 0)


def test_the_same_reply_from_the_right_place_would_be_believed(tributary, raw_dns):
    """Else the two tests above would show nothing."""
    server = raw_dns(lambda arrival: arrival.reply(forged(arrival), right(arrival)))
    assert ask(tributary(**only(server)), "www.alpha.example") == f"NOERROR {FORGED}"


# What has to be guessed

def correlation(values: list[int]) -> float:
    """Of each with the one before."""
    mean = statistics.fmean(values)
    spread = sum((value - mean) ** 2 for value in values)
    return sum((a - mean) * (b - mean) for a, b in zip(values, values[1:])) / spread


def case_of(wire: bytes) -> int:
    """The case of the letters of the first label, a bit each."""
    label = wire[HEADER + 1:HEADER + 1 + wire[HEADER]]
    return int("".join("1" if letter < 97 else "0" for letter in label), 2)


def test_ports_ids_and_letters_cannot_be_foreseen(tributary, raw_dns, verdicts, scale):
    count = scale(1_000, 10_000)
    server = raw_dns(lambda arrival: arrival.reply(right(arrival)))
    daemon = tributary(workers=1, **only(server))
    chance = random.Random(5452)
    names = ["".join(chance.choices(string.ascii_lowercase, k=24)) + ".alpha.example" for _ in range(count)]
    outcomes = load.ask_all(daemon.port, names, at_once=8)
    assert {outcome.verdict() for outcome in outcomes} == {RIGHT_VERDICT}
    firsts = {}  # by exchange, in their order: some may have been sent again
    for arrival in server.arrivals:
        if len(arrival.name) == len(names[0]):
            firsts.setdefault(arrival.exchange, arrival)
    assert len(firsts) == count

    ports = [port for port, _ in firsts]
    verdicts.record("guessing the port of a query", "RFC 5452 §9.2",
                    f"{len(set(ports))} ports in {count} queries", "more than 90 %", len(set(ports)) > 0.9 * count)
    bound = 4 / count ** 0.5
    features = {"ports": ports, "IDs": [ident for _, ident in firsts],
                "letters": [case_of(arrival.wire) for arrival in firsts.values()]}
    for what, values in features.items():
        found = correlation(values)
        verdicts.record(f"foreseeing {what} from the query before", "RFC 5452 §9.2", f"correlation {found:+.4f}",
                        f"within ±{bound:.4f} (4/√n)", abs(found) <= bound)


def test_a_sequence_would_be_noticed():
    assert correlation(list(range(1_000))) > 0.9


# Many chances to guess (birthday attack)

def test_equal_questions_of_many_clients(tributary, raw_dns, verdicts, scale):
    clients = 1_000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    waiting: list[Arrival] = []
    servers = [raw_dns(waiting.append) for _ in range(2)]
    daemon = tributary(
        upstreams={f"u{number}": {"url": f"udp://{server.endpoint}"} for number, server in enumerate(servers)},
        groups={"both": {"upstreams": ["u0", "u1"], "strategy": "race", "width": 2}},
        routes=[{"suffix": ".", "group": "both"}], **PATIENT)
    name = "birthday.alpha.example"
    with selectors.DefaultSelector() as selector:
        sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(clients)]
        for number, sock in enumerate(sockets):
            sock.bind((f"127.1.{number // 250}.{number % 250 + 1}", 0))  # each client has a share of its own
            sock.connect(("127.0.0.1", daemon.port))
            sock.send(query(name, ident=number))
            selector.register(sock, selectors.EVENT_READ, number)
        eventually(lambda: daemon.metrics().value("tributary_queries_total") >= clients, "all have arrived")
        for arrival in waiting:
            arrival.reply(right(arrival))
        answered, give_up = 0, time.monotonic() + 20 * TIME_SCALE
        while answered < clients and time.monotonic() < give_up:
            for key, _ in selector.select(0.1):
                answered += key.fileobj.recv(4096).endswith(socket.inet_aton(RIGHT))
                selector.unregister(key.fileobj)
    for sock in sockets:
        sock.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    counts = [server.count(name) for server in servers]
    verdicts.record("equal questions of many clients at once (birthday attack)", "RFC 5452 §5",
                    f"{clients} clients, {answered} answered, queries to the two raced upstreams: {counts}",
                    "all answered, one query each", answered == clients and counts == [1, 1])


# Fragments

def test_nothing_is_large_enough_to_be_fragmented(tributary, fake_dns, verdicts, scale):
    """Fragments after the first one carry neither port nor ID (RFC 9715): whoever forges one needs no guess."""

    async def large(asked: dns.message.Message):
        message = behaviour.reply_to(asked)
        message.request_payload = 65535  # the server sees to it
        label = str(asked.question[0].name).split(".")[0]
        strings = [f'"{number:03}' + 97 * "x" + '"' for number in range(int(label[1:] or 1))]
        message.answer.append(dns.rrset.from_text_list(asked.question[0].name, 300, "IN", "TXT", strings))
        return message

    server = fake_dns(large)
    daemon = tributary(upstreams={"only": {"url": f"udp://{server.endpoint}"}})
    largest, cut = 0, 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(10 * TIME_SCALE)
        client.connect(("127.0.0.1", daemon.port))
        for records in [*range(1, 31), 100, 400]:
            for offered in (1232, 1233, 4096, 65535):
                client.send(query(f"n{records}.alpha.example", rrtype=16, edns_size=offered))
                answer = client.recv(65535)
                largest, cut = max(largest, len(answer)), cut + bool(answer[2] & 2)
    offered = max(received.query.payload for received in server.received if received.protocol == "udp")
    verdicts.record("large answers to clients that take 65,535 octets", "RFC 9715",
                    f"largest {largest} octets, {cut} truncated", "≤ 1232 octets over UDP",
                    largest <= 1232 and cut > 0)
    verdicts.record("large replies of upstreams", "RFC 9715", f"{offered} octets offered", "≤ 1232", offered <= 1232)


# Spoofed errors and rubbish before the right reply

def with_question(arrival: Arrival, question: bytes, flags: int = QR | RD | RA, **more) -> bytes:
    return message(arrival.wire[:2], flags, question, [address_record(FORGED)], **more)


def question_of(arrival: Arrival) -> bytes:
    return arrival.wire[HEADER:question_end(arrival.wire)]


def in_other_case(arrival: Arrival) -> bytes:
    """The letters of the name, and nothing else, the other way round."""
    question = question_of(arrival)
    return with_question(arrival, question[:-4].swapcase() + question[-4:])


def error(rcode: int, bare: bool):
    def forge(arrival: Arrival) -> bytes:
        return message(arrival.wire[:2], QR | RD | RA | rcode, b"" if bare else question_of(arrival))

    return forge


def raw(*records: bytes, answers: int = 1):
    """The right question, a header that promises `answers`, and then anything."""

    def forge(arrival: Arrival) -> bytes:
        head = message(arrival.wire[:2], QR | RD | RA, question_of(arrival))
        return head[:6] + answers.to_bytes(2, "big") + head[8:] + b"".join(records)

    return forge


#: With the right ID, from the right address and port.
MALFORMED = {
    "header alone": lambda arrival: arrival.wire[:2] + b"\x81\x80" + 8 * b"\0",
    "half a header": lambda arrival: arrival.wire[:2] + b"\x81\x80\0\1",
    "ID alone": lambda arrival: arrival.wire[:2],
    "echo of the query": lambda arrival: arrival.wire,
    "opcode STATUS": lambda arrival: with_question(arrival, question_of(arrival), QR | RD | RA | 2 << 11),
    "another name": lambda arrival: with_question(arrival, wire_name("www.other.example") + b"\0\1\0\1"),
    "another type": lambda arrival: with_question(arrival, question_of(arrival)[:-4] + b"\0\x1c\0\1"),
    "class CH": lambda arrival: with_question(arrival, question_of(arrival)[:-2] + b"\0\3"),
    "other letters": in_other_case,
    "no question": lambda arrival: message(arrival.wire[:2], QR | RD | RA, b"", [address_record(FORGED, b"\0")]),
    "two questions": lambda arrival: with_question(arrival, 2 * question_of(arrival), questions=2),
    "65,535 questions": lambda arrival: with_question(arrival, question_of(arrival), questions=65535),
    "question cut off": lambda arrival: message(arrival.wire[:2], QR | RD | RA, question_of(arrival)[:-3]),
    "record that is not there": raw(),
    "65,535 records that are not there": raw(address_record(FORGED), answers=65535),
    "octets after the end": lambda arrival: forged(arrival) + b"more",
    "RDATA past the end": raw(b"\xc0\x0c\0\1\0\1\0\0\1\x2c\0\xff" + 4 * b"\1"),
    "owner that points to itself": raw(b"\xc0\xff" + address_record(FORGED)[2:]),
    "owner that points past the end": raw(b"\xff\xff" + address_record(FORGED)[2:]),
    "alias that loops in its RDATA": raw(record(b"\xc0\x0c", CNAME, b"\xc0\x2e")),
    "more than was offered": lambda arrival: reply(arrival.wire, *[address_record(FORGED)] * 80),
    "truncated": lambda arrival: message(arrival.wire[:2], QR | RD | RA | TC, question_of(arrival)),
    "bare FORMERR": error(1, bare=True),
    "bare NOTIMP": error(4, bare=True),
}

#: These cannot be told from the upstream's own by what is in them.
ERRORS = {f"{name}{' bare' if bare else ''}": error(rcode, bare)
          for name, rcode in (("FORMERR", 1), ("SERVFAIL", 2), ("NOTIMP", 4), ("REFUSED", 5)) for bare in (False, True)}


def spoofed(ways: dict):
    """Right before each right reply a spoofed one, as the first label of the name tells."""
    forgers = list(ways.values())

    def script(arrival: Arrival) -> None:
        label = arrival.name.split(".")[0]
        spoof = [forgers[int(label.split("-")[1])](arrival)] if label.startswith("way-") else []
        arrival.reply(*spoof, right(arrival))

    return script


def over_tcp(wire: bytes) -> bytes:
    return reply(wire, address_record(RIGHT))


def ask_all_ways(daemon, ways: dict, rounds: int) -> list[str]:
    """Those in which the answer was not right."""
    names = [f"way-{number}-{turn}.alpha.example" for turn in range(rounds) for number in range(len(ways))]
    outcomes = load.ask_all(daemon.port, names, at_once=1)
    return [f"{list(ways)[number % len(ways)]}: {outcome.verdict()}" for number, outcome in enumerate(outcomes)
            if outcome.verdict() != RIGHT_VERDICT]


def test_malformed_and_mismatched_replies_first(tributary, raw_dns, verdicts, scale):
    """From the one upstream there is, to every datagram sent to it."""
    rounds = scale(2, 20)
    daemon = tributary(**only(raw_dns(spoofed(MALFORMED), over_tcp)))
    wrong = ask_all_ways(daemon, MALFORMED, rounds)
    verdicts.record("malformed and mismatched replies with the right ID and port before the right one", "TuDoor",
                    f"{len(MALFORMED)} kinds, {len(MALFORMED) * rounds} queries, {len(wrong)} not right {wrong or ''}",
                    "100 % right", not wrong)


def test_spoofed_errors_first_and_another_upstream(tributary, raw_dns, verdicts, scale):
    """One upstream's replies are all raced by a spoofed error; the other one is not attacked."""
    rounds = scale(2, 20)
    servers = {"attacked": raw_dns(spoofed(ERRORS), over_tcp),
               "other": raw_dns(lambda arrival: arrival.reply(right(arrival)))}
    daemon = tributary(upstreams={name: {"url": f"udp://{server.endpoint}"} for name, server in servers.items()},
                       groups={"both": {"upstreams": list(servers), "strategy": "failover"}},
                       routes=[{"suffix": ".", "group": "both"}])
    wrong = ask_all_ways(daemon, ERRORS, rounds)
    verdicts.record("spoofed errors, the question right, before one upstream's replies", "TuDoor",
                    f"{len(ERRORS)} kinds, {len(ERRORS) * rounds} queries, {len(wrong)} not right {wrong or ''}",
                    "100 % right", not wrong)


def test_spoofed_errors_first_and_no_other_upstream(tributary, raw_dns, verdicts, scale):
    rounds = scale(2, 20)
    daemon = tributary(**only(raw_dns(spoofed(ERRORS), over_tcp)))
    wrong = ask_all_ways(daemon, ERRORS, rounds)
    verdicts.record("spoofed errors, the question right, before the only upstream's replies", "TuDoor",
                    f"{len(ERRORS)} kinds, {len(ERRORS) * rounds} queries, {len(wrong)} not right {wrong or ''}",
                    "100 % right", not wrong)
