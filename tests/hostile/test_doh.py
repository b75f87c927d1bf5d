"""A DNS-over-HTTPS upstream turns against us: one attempt is lost, somebody else answers, nothing goes out in clear."""

import socket
import threading
from collections import Counter

import hpack
import pytest

from harness import behaviour, load
from harness.waiting import eventually
from hostile_doh import (CONTINUATION, DATA, END_HEADERS, GOAWAY, HEADERS, PING, PUSH_PROMISE, RST_STREAM, SETTINGS,
                         WINDOW_UPDATE, Client, HostileDoh, frame, good_headers)
from memory import Growth

RIGHT, FORGED = "192.0.2.1", "203.0.113.66"
HOST, ADDRESS = "dns.example", "127.0.0.5"
GIGABYTE = 1 << 30

pytestmark = pytest.mark.usefixtures("private_net")


async def reset(client: Client) -> None:
    client.writer.transport.abort()


async def stall(client: Client) -> None:
    """Says nothing more."""


async def stall_in_the_body(client: Client) -> None:
    await client.send(frame(HEADERS, good_headers(), END_HEADERS, client.stream), frame(DATA, b"\0", 0, client.stream))


async def settings_flood(client: Client) -> None:
    await client.flood(frame(SETTINGS), 1_000_000)


async def ping_flood(client: Client) -> None:
    await client.flood(frame(PING, 8 * b"x"), 1_000_000)


async def reset_flood(client: Client) -> None:
    await client.flood(frame(RST_STREAM, b"\0\0\0\x08", 0, client.stream), 1_000_000)


async def window_flood(client: Client) -> None:
    await client.flood(frame(WINDOW_UPDATE, b"\0\0\0\1", 0, client.stream), 1_000_000)


async def push_flood(client: Client) -> None:
    await client.flood(frame(PUSH_PROMISE, b"\0\0\0\2" + good_headers(), END_HEADERS, client.stream), 100_000)


async def empty_data_flood(client: Client) -> None:
    await client.send(frame(HEADERS, good_headers(), END_HEADERS, client.stream))
    await client.flood(frame(DATA, b"", 0, client.stream), 1_000_000)


async def continuation_flood(client: Client) -> None:
    """Header blocks that never end."""
    field = hpack.Encoder(header_table_size=0).encode([("x", 1000 * "y")], huffman=False)
    await client.send(frame(HEADERS, good_headers(), 0, client.stream))
    await client.flood(frame(CONTINUATION, field, 0, client.stream), 1_000_000)


async def header_bomb(client: Client) -> None:
    """A field of 3 KB in the dynamic table, called up again and again with one octet each."""
    bomb = hpack.Encoder().encode([("x", 3000 * "y")], huffman=False) + 16_000 * b"\xbe"
    await client.send(frame(HEADERS, good_headers(), 0, client.stream),
                      frame(CONTINUATION, bomb, END_HEADERS, client.stream))


async def gigabyte_body(client: Client) -> None:
    """Whatever window there is."""
    await client.send(frame(HEADERS, good_headers(**{"content-length": str(GIGABYTE)}), END_HEADERS, client.stream))
    await client.flood(frame(DATA, 16384 * b"x", 0, client.stream), GIGABYTE // 16384)


async def goaway_flood(client: Client) -> None:
    await client.flood(frame(GOAWAY, 8 * b"\0"), 100_000)


async def garbage(client: Client) -> None:
    await client.flood(1000 * b"\xff", 10_000)


async def http_1(client: Client) -> None:
    await client.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/dns-message\r\nContent-Length: 0\r\n\r\n")


ATTACKS = {
    "resets the connection": (reset, ""),
    "stalls": (stall, ""),
    "stalls in the body": (stall_in_the_body, ""),
    "floods SETTINGS": (settings_flood, "CVE-2019-9515"),
    "floods PING": (ping_flood, "CVE-2019-9512"),
    "floods CONTINUATION": (continuation_flood, "CVE-2024-28182"),
    "floods RST_STREAM": (reset_flood, "CVE-2023-44487"),
    "floods WINDOW_UPDATE": (window_flood, "CVE-2019-9517"),
    "floods PUSH_PROMISE": (push_flood, "CVE-2019-9513"),
    "floods empty DATA": (empty_data_flood, "CVE-2019-9518"),
    "floods GOAWAY": (goaway_flood, ""),
    "sends an HPACK bomb": (header_bomb, "CVE-2016-6581"),
    "sends a body of 1 GB": (gigabyte_body, "RFC 8484 §6"),
    "sends garbage": (garbage, "RFC 9113 §4"),
    "answers with HTTP/1.1": (http_1, "RFC 9113 §3"),
}


class ClearTextWatch:
    """Notes what comes to the ports of ADDRESS on which DNS is spoken in clear, and to `port` over UDP."""

    def __init__(self, port: int):
        self.heard: list[str] = []
        self._sockets = [self._open(socket.SOCK_DGRAM, number) for number in (53, port)]
        self._sockets.append(self._open(socket.SOCK_STREAM, 53))

    def _open(self, kind: int, port: int) -> socket.socket:
        sock = socket.socket(socket.AF_INET, kind)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((ADDRESS, port))
        if kind == socket.SOCK_STREAM:
            sock.listen()
        threading.Thread(target=self._listen, args=(sock, kind), daemon=True).start()
        return sock

    def _listen(self, sock: socket.socket, kind: int) -> None:
        try:
            while kind == socket.SOCK_STREAM and sock.accept() or sock.recv(65536):
                self.heard.append(f"{sock.getsockname()}")
        except OSError:
            return

    def close(self) -> None:
        for sock in self._sockets:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            sock.close()


def failures(daemon) -> float:
    return daemon.metrics().value("tributary_upstream_failures_total", upstream="hostile")


def judge(verdicts, what: str, reference: str, server, daemon, good) -> None:
    """Asks for new names, the hostile one first, and for what memory that takes."""
    watch = ClearTextWatch(server.port)
    try:
        growth = Growth(daemon)
        first = load.ask_all(daemon.port, ["first.alpha.example"], at_once=1)
        rest = load.ask_all(daemon.port, (f"n{number}.alpha.example" for number in range(50)), at_once=10)
        eventually(lambda: failures(daemon) >= 1, "the attempt that was lost is counted")
        grown, bounded = growth.mebibytes(), growth.within(4)
    finally:
        watch.close()
    seen = Counter(outcome.verdict() for outcome in first + rest)
    verdicts.record(f"a DoH upstream {what}", reference,
                    f"{seen[f'NOERROR {RIGHT}']} of 51 right, {grown:.1f} MiB more, {len(watch.heard)} in clear",
                    "51, ≤ 4 MiB, 0", seen == {f"NOERROR {RIGHT}": 51} and bounded and not watch.heard)


@pytest.fixture
def setting(tributary, fake_dns, authority):
    """setting(server): a daemon that asks it first, and then a good server; both are returned."""

    def start(server):
        good = fake_dns(behaviour.address(RIGHT))
        bootstrap = fake_dns(behaviour.address(ADDRESS)).endpoint
        daemon = tributary(
            upstreams={"hostile": {"url": f"https://{HOST}:{server.port}/dns-query", "bootstrap": [bootstrap],
                                   "ca_file": str(authority.ca_file)},
                       "good": {"url": f"udp://{good.endpoint}"}},
            groups={"both": {"upstreams": ["hostile", "good"], "strategy": "failover"}},
            routes=[{"suffix": ".", "group": "both"}])
        return daemon, good

    return start


@pytest.mark.parametrize("what", ATTACKS)
def test_attacks_over_http_2(setting, authority, verdicts, what):
    attack, reference = ATTACKS[what]
    server = HostileDoh(authority.issue(HOST), attack, ADDRESS)
    try:
        judge(verdicts, what, reference, server, *setting(server))
        assert server.requests > 0, "it was never asked: this shows nothing"
    finally:
        server.close()


def test_a_wrong_content_type(setting, fake_doh, authority, verdicts):
    server = fake_doh(authority.issue(HOST), behaviour.address(FORGED), content_type="text/html", host=ADDRESS)
    judge(verdicts, "sends a wrong content type", "RFC 8484 §4.2", server, *setting(server))


def test_a_certificate_of_another_host(setting, fake_doh, authority, verdicts):
    server = fake_doh(authority.issue("other.example"), behaviour.address(FORGED), host=ADDRESS)
    judge(verdicts, "has a certificate of another host", "RFC 8310 §8", server, *setting(server))
    assert server.received == [], "no query is entrusted to it"


def test_alone_it_is_not_replaced_by_clear_text(tributary, fake_doh, fake_dns, authority, verdicts):
    """Where there is nobody else, the answer is SERVFAIL."""
    server = fake_doh(authority.issue("other.example"), behaviour.address(FORGED), host=ADDRESS)
    bootstrap = fake_dns(behaviour.address(ADDRESS))
    watch = ClearTextWatch(server.port)
    daemon = tributary(upstreams={"only": {"url": f"https://{HOST}:{server.port}/dns-query",
                                           "bootstrap": [bootstrap.endpoint], "ca_file": str(authority.ca_file)}},
                       routes=[{"suffix": ".", "group": "only"}])
    names = [f"n{number}.alpha.example" for number in range(20)]
    seen = Counter(outcome.verdict() for outcome in load.ask_all(daemon.port, names, at_once=20))
    watch.close()
    leaked = sum(received.name.to_text().lower() not in (f"{HOST}.",) for received in bootstrap.received)
    verdicts.record("the only upstream, over DoH, has a certificate of another host", "RFC 8310 §8",
                    f"{dict(seen)}, {len(watch.heard) + leaked} in clear", "SERVFAIL, 0 in clear",
                    seen == {"SERVFAIL": 20} and not watch.heard and not leaked)
