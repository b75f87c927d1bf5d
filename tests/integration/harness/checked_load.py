"""A steady load whose every reply is kept, cheap enough for thousands of queries a second. A process of its own sends
it, so that scripted servers are not slowed down."""

import multiprocessing
import selectors
import socket
import struct
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Callable

from harness.waiting import TIME_SCALE

_SOCKETS = 8
_MOST_AT_ONCE = 32  # sent before replies are read again
_MOST_WAITING = 200  # fewer than a socket's buffer holds: where the daemon gets no processor, the load slows down
_MOST_BEHIND = 0.05  # seconds; who falls further behind does not catch up, lest the load come in bursts

#: Longer than the daemon gives any query.
PATIENCE = 6.0 * TIME_SCALE


@dataclass(frozen=True)
class Answer:
    name: str
    sent: float  # as time.monotonic() tells
    received: float
    rcode: int
    address: str  # of the last record, if it is an A record


class CheckedLoad:
    """`rate` queries a second over UDP from now until `stop`, for the names that `next_name()` gives."""

    def __init__(self, port: int, rate: float, next_name: Callable[[], str]):
        processes = multiprocessing.get_context("fork")
        self._results, theirs = processes.Pipe()
        self._process = processes.Process(target=_Sender(port, rate, next_name, theirs).run, daemon=True)
        self._process.start()
        theirs.close()

    def stop(self) -> tuple[list[Answer], list[str], float]:
        """Sends nothing more and waits for the rest of the replies. The answers, the names that got none, and how
        many queries a second really went out."""
        self._results.send("stop")
        outcome = self._results.recv()
        self._process.join()
        return outcome


@lru_cache(maxsize=4096)
def _wire(name: str) -> bytes:
    """A question for A with RD and without EDNS, the ID left out."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.rstrip(".").split("."))
    return struct.pack("!5H", 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!2H", 1, 1)


def _open(port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    sock.connect(("127.0.0.1", port))
    sock.setblocking(False)
    return sock


class _Sender:
    def __init__(self, port: int, rate: float, next_name: Callable[[], str], control):
        self._port, self._rate, self._next_name, self._control = port, rate, next_name, control
        self._answers: list[Answer] = []
        self._waiting: list[dict[int, tuple[str, float]]] = [{} for _ in range(_SOCKETS)]
        self._sent = 0

    def run(self) -> None:
        self._sockets = [_open(self._port) for _ in range(_SOCKETS)]
        self._selector = selectors.DefaultSelector()
        for number, sock in enumerate(self._sockets):
            self._selector.register(sock, selectors.EVENT_READ, number)
        began = self._schedule = time.monotonic()
        while not self._control.poll():
            self._send_due(time.monotonic())
            self._receive(self._schedule + self._sent / self._rate - time.monotonic())
        ended = time.monotonic()
        while any(self._waiting) and time.monotonic() < ended + PATIENCE:
            self._receive(0.1)
        lost = [name for waiting in self._waiting for name, _ in waiting.values()]
        self._control.send((self._answers, lost, self._sent / (ended - began)))

    def _send_due(self, now: float) -> None:
        due = (now - self._schedule) * self._rate - self._sent
        if due > _MOST_BEHIND * self._rate:
            self._schedule += due / self._rate - _MOST_BEHIND
        room = _MOST_WAITING - sum(map(len, self._waiting))
        for _ in range(min(int(due), _MOST_AT_ONCE, room)):
            number, ident = self._sent % _SOCKETS, self._sent // _SOCKETS % 65536
            name = self._next_name()
            self._waiting[number][ident] = (name, time.monotonic())
            self._sockets[number].send(struct.pack("!H", ident) + _wire(name))
            self._sent += 1

    def _receive(self, wait: float) -> None:
        for key, _ in self._selector.select(max(0.0005, wait)):
            try:
                while True:
                    self._note(key.data, key.fileobj.recv(4096), time.monotonic())
            except BlockingIOError:
                pass

    def _note(self, number: int, reply: bytes, now: float) -> None:
        ident, flags, _, answers = struct.unpack_from("!4H", reply)
        name, sent = self._waiting[number].pop(ident)
        address = socket.inet_ntoa(reply[-4:]) if answers else ""
        self._answers.append(Answer(name, sent, now, flags & 15, address))
