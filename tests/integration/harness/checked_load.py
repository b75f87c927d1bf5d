"""A steady load whose every reply is kept, cheap enough for thousands of queries a second."""

import selectors
import socket
import struct
import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Callable

from harness.waiting import TIME_SCALE

_SOCKETS = 8
_MOST_AT_ONCE = 32  # sent before replies are read again

#: Longer than the daemon gives any query.
PATIENCE = 6.0 * TIME_SCALE


@dataclass(frozen=True)
class Answer:
    name: str
    sent: float  # as time.monotonic() tells
    received: float
    rcode: int
    address: str  # of the last record, if it is an A record


@lru_cache(maxsize=4096)
def _wire(name: str) -> bytes:
    """A question for A with RD and without EDNS, the ID left out."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.rstrip(".").split("."))
    return struct.pack("!5H", 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!2H", 1, 1)


class CheckedLoad:
    """`rate` queries a second over UDP from now until `stop`, for the names that `next_name()` gives."""

    def __init__(self, port: int, rate: float, next_name: Callable[[], str]):
        self.answers: list[Answer] = []
        self.lost: list[str] = []
        self._rate, self._next_name = rate, next_name
        self._stopping = threading.Event()
        self._waiting: list[dict[int, tuple[str, float]]] = [{} for _ in range(_SOCKETS)]
        self._sockets = [self._open(port) for _ in range(_SOCKETS)]
        self._sent = 0
        self._began = self._ended = time.monotonic()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self) -> list[Answer]:
        """Sends nothing more and waits for the rest of the replies."""
        self._stopping.set()
        self._thread.join()
        return self.answers

    def rate(self) -> float:
        """Queries a second as they really went out. Call after `stop`."""
        return self._sent / (self._ended - self._began)

    @staticmethod
    def _open(port: int) -> socket.socket:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        sock.connect(("127.0.0.1", port))
        sock.setblocking(False)
        return sock

    def _run(self) -> None:
        with selectors.DefaultSelector() as selector:
            for number, sock in enumerate(self._sockets):
                selector.register(sock, selectors.EVENT_READ, number)
            while not self._stopping.is_set():
                self._send_due(time.monotonic())
                self._receive(selector, self._began + self._sent / self._rate - time.monotonic())
            self._ended = time.monotonic()
            while any(self._waiting) and time.monotonic() < self._ended + PATIENCE:
                self._receive(selector, 0.1)
        self.lost = [name for waiting in self._waiting for name, _ in waiting.values()]
        for sock in self._sockets:
            sock.close()

    def _send_due(self, now: float) -> None:
        due = min(int((now - self._began) * self._rate) - self._sent, _MOST_AT_ONCE)
        for _ in range(due):
            number, ident = self._sent % _SOCKETS, self._sent // _SOCKETS % 65536
            name = self._next_name()
            self._waiting[number][ident] = (name, time.monotonic())
            self._sockets[number].send(struct.pack("!H", ident) + _wire(name))
            self._sent += 1

    def _receive(self, selector: selectors.BaseSelector, wait: float) -> None:
        for key, _ in selector.select(max(0.0, wait)):
            try:
                while True:
                    self._note(key.data, key.fileobj.recv(4096), time.monotonic())
            except BlockingIOError:
                pass

    def _note(self, number: int, reply: bytes, now: float) -> None:
        ident, flags, _, answers = struct.unpack_from("!4H", reply)
        name, sent = self._waiting[number].pop(ident)
        address = socket.inet_ntoa(reply[-4:]) if answers else ""
        self.answers.append(Answer(name, sent, now, flags & 15, address))
