"""A DNS server that works with octets: it sees where a query came from, and may reply anything, or as somebody else."""

import socket
import struct
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional

from harness.ports import free_port

HEADER = 12

A, NS, CNAME, SOA, TXT, AAAA, DNAME, OPT = 1, 2, 5, 6, 16, 28, 39, 41
QR, AA, TC, RD, RA = 0x8000, 0x0400, 0x0200, 0x0100, 0x0080


def wire_name(name: str) -> bytes:
    labels = [label for label in name.split(".") if label]
    return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"


def question_end(wire: bytes) -> int:
    """Where the question of `wire` ends. Requires: there is one, without pointers."""
    at = HEADER
    while wire[at]:
        at += 1 + wire[at]
    return at + 5


def asked_name(wire: bytes) -> str:
    """In lower case, without the dot at the end."""
    labels, at = [], HEADER
    while wire[at]:
        labels.append(wire[at + 1:at + 1 + wire[at]].decode("latin-1"))
        at += 1 + wire[at]
    return ".".join(labels).lower()


def record(owner: bytes, rrtype: int, rdata: bytes, ttl: int = 300, klass: int = 1) -> bytes:
    """`owner` in wire format; b"\\xc0\\x0c" is the name of the question."""
    return owner + struct.pack("!HHIH", rrtype, klass, ttl, len(rdata)) + rdata


def address_record(address: str, owner: bytes = b"\xc0\x0c", ttl: int = 300) -> bytes:
    return record(owner, A, socket.inet_aton(address), ttl)


def message(ident: bytes, flags: int, question: bytes, answer: list[bytes] = (), authority: list[bytes] = (),
            additional: list[bytes] = (), questions: Optional[int] = None) -> bytes:
    """`questions` is what the header says; as many as there are unless given."""
    counts = (int(bool(question)) if questions is None else questions, len(answer), len(authority), len(additional))
    return ident + struct.pack("!5H", flags, *counts) + question + b"".join([*answer, *authority, *additional])


def reply(query: bytes, *answer: bytes, rcode: int = 0, flags: int = QR | RD | RA) -> bytes:
    """To `query`, with its ID and question, letter for letter."""
    return message(query[:2], flags | rcode, query[HEADER:question_end(query)], list(answer))


def query(name: str, rrtype: int = A, ident: int = 1, edns_size: int = 0) -> bytes:
    """From a client, with RD; with EDNS if `edns_size` is given."""
    additional = [b"\0" + struct.pack("!HHIH", OPT, edns_size, 0, 0)] if edns_size else []
    question = wire_name(name) + struct.pack("!HH", rrtype, 1)
    return message(struct.pack("!H", ident), RD, question, additional=additional)


@dataclass(frozen=True)
class Arrival:
    """One datagram from the daemon."""
    wire: bytes
    sender: tuple[str, int]
    socket: socket.socket

    @property
    def ident(self) -> int:
        return int.from_bytes(self.wire[:2], "big")

    @property
    def name(self) -> str:
        return asked_name(self.wire)

    @property
    def exchange(self) -> tuple[int, int]:
        """A query that is sent again keeps them."""
        return self.sender[1], self.ident

    def reply(self, *wires: bytes) -> None:
        for wire in wires:
            self.socket.sendto(wire, self.sender)


class RawDns:
    """`script(arrival)` is called for each datagram, in a thread of this server; over TCP `over_tcp(wire)` replies."""

    def __init__(self, script: Callable[[Arrival], None], over_tcp: Optional[Callable[[bytes], bytes]] = None):
        self.arrivals: list[Arrival] = []
        self.tcp_names: list[str] = []
        self.port = free_port()
        self.endpoint = f"127.0.0.1:{self.port}"
        self._script, self._over_tcp = script, over_tcp
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._udp.bind(("127.0.0.1", self.port))
        threading.Thread(target=self._serve, daemon=True).start()
        self._tcp = socket.create_server(("127.0.0.1", self.port)) if over_tcp else None
        if self._tcp:
            threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        for sock in filter(None, (self._udp, self._tcp)):
            with suppress(OSError):  # a socket without peer cannot be shut down, but wakes who waits for it
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def count(self, name: str) -> int:
        """How many queries for `name` came, however often each was sent."""
        exchanges = {arrival.exchange for arrival in list(self.arrivals) if arrival.name == name}
        return len(exchanges) + self.tcp_names.count(name)

    def _serve(self) -> None:
        try:
            while True:
                arrival = Arrival(*self._udp.recvfrom(4096), self._udp)
                if not arrival.wire:
                    return  # closed
                self.arrivals.append(arrival)
                self._script(arrival)
        except OSError:
            return

    def _accept(self) -> None:
        try:
            while True:
                threading.Thread(target=self._serve_stream, args=(self._tcp.accept()[0],), daemon=True).start()
        except OSError:
            return

    def _serve_stream(self, stream: socket.socket) -> None:
        with stream, stream.makefile("rb") as octets:
            while head := octets.read(2):
                wire = octets.read(int.from_bytes(head, "big"))
                self.tcp_names.append(asked_name(wire))
                reply = self._over_tcp(wire)
                stream.sendall(struct.pack("!H", len(reply)) + reply)


def queue_of(port: int) -> Optional[tuple[int, int]]:
    """Octets that wait for the owner of the UDP `port`, and datagrams that were dropped for want of room (proc(5))."""
    for line in Path("/proc/net/udp").read_text().splitlines()[1:]:
        fields = line.split()
        if int(fields[1].rpartition(":")[2], 16) == port:
            return int(fields[4].rpartition(":")[2], 16), int(fields[12])
    return None


def until_read(port: int) -> bool:
    """Waits until the owner of the UDP `port` has read all that came; true if nothing was dropped meanwhile. None is
    waited for who has closed it."""
    while (queue := queue_of(port)) and queue[0]:
        time.sleep(0.0005)
    return queue is not None and queue[1] == 0
