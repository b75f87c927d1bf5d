"""TCP clients that hold on to what they are given: connections, answers, halves of messages (RFC 7766 §10)."""

import random
import socket
import struct
import threading
import time
from contextlib import ExitStack

import pytest

from harness.waiting import TIME_SCALE, eventually
from load_program import authority, paced, warm
from memory import Growth
from raw_dns import query

RATE = 2_000  # hits a second over UDP
#: Room for all of them, and nobody is sent away by time.
WIDE = {"connections": 50_000, "connections_per_client": 50_000, "idle_timeout": "10m"}
NAME = "n0000001.bench.corp"


@pytest.fixture
def bench_authority():
    with authority() as endpoint:
        yield endpoint


@pytest.fixture
def start(tributary, bench_authority):
    """start(tcp={…}): a daemon that has all names of the load cached."""

    def started(**config):
        daemon = tributary(upstreams={"u": {"url": f"udp://{bench_authority}"}}, **config)
        warm(daemon.port)
        return daemon

    return started


def framed(wire: bytes) -> bytes:
    return struct.pack("!H", len(wire)) + wire


def connect(daemon, source: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection(("127.0.0.1", daemon.port), timeout=10 * TIME_SCALE, source_address=(source, 0))


def answered(stream: socket.socket) -> bool:
    """Asks on `stream`."""
    try:
        stream.sendall(framed(query(NAME, ident=7)))
        return stream.recv(4)[2:4] == b"\0\7"
    except OSError:
        return False


def seconds_to_serve(daemon, source: str = "127.0.0.1") -> float:
    """A new client's; infinite if it is not served."""
    began = time.monotonic()
    try:
        with connect(daemon, source) as stream:
            return time.monotonic() - began if answered(stream) else float("inf")
    except OSError:
        return float("inf")


class SlowLoris:
    """Sends the octets of one message on each stream, one by one, again and again."""

    def __init__(self, streams: list[socket.socket]):
        self._streams, self._stopping = streams, threading.Event()
        self.octets = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        message = struct.pack("!H", 60_000) + 60_000 * b"x"
        while not self._stopping.wait(0.2):
            for stream in self._streams:
                stream.send(message[self.octets:self.octets + 1])
            self.octets += 1


def test_idle_connections_and_slow_clients(start, verdicts, scale):
    idle, slow, seconds = scale(500, 10_000), scale(100, 1_000), scale(1, 5)
    daemon = start(tcp=WIDE)
    before = paced(daemon.port, RATE, seconds)
    with ExitStack() as stack:
        streams = [stack.enter_context(connect(daemon)) for _ in range(idle + slow)]
        eventually(lambda: daemon.metrics().value("tributary_tcp_connections_total") >= idle + slow, "all are in")
        loris = SlowLoris(streams[:slow])
        eventually(lambda: loris.octets >= 2, "they are at it")
        during = paced(daemon.port, RATE, seconds)
        served = [seconds_to_serve(daemon) for _ in range(20)]
        loris.stop()
    what = f"{idle} idle TCP connections, {slow} slow clients"
    verdicts.record(f"{what}: UDP", "RFC 7766 §10", f"{during.noerror} of {during.sent} answered", "all",
                    during.noerror == during.sent)
    verdicts.timing(f"{what}: UDP", "RFC 7766 §10", f"p99 {before.p99:.2f} → {during.p99:.2f} ms", "≤ 1.5 ×",
                    during.p99 <= 1.5 * before.p99)
    verdicts.timing(f"{what}: new TCP clients", "RFC 7766 §10", f"slowest of 20 after {max(served) * 1000:.0f} ms",
                    "≤ 1 s", max(served) <= 1)


def test_one_client_cannot_take_all_connections(start, verdicts, scale):
    """With the limits of the default configuration."""
    daemon = start()
    with ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(connect(daemon, "127.0.0.66"))
        eventually(lambda: daemon.metrics().value("tributary_dropped_total", reason="tcp_connections_per_client")
                   >= 200, "those above the limit were refused")
        served = [seconds_to_serve(daemon) for _ in range(20)]
    verdicts.record("one client opens 300 connections: others", "RFC 7766 §6.2.2",
                    f"{sum(time <= 1 for time in served)} of 20 served within 1 s", "all", max(served) <= 1)


def test_many_clients_cannot_take_all_connections(start, verdicts, scale):
    """Twenty addresses, a hundred idle connections each, are twice what there is in the default configuration."""
    daemon = start()
    with ExitStack() as stack:
        for number in range(2_000):
            stack.enter_context(connect(daemon, f"127.0.1.{1 + number % 20}"))
        served = [seconds_to_serve(daemon) for _ in range(20)]
    verdicts.record("20 clients open 2,000 connections, twice the limit: others", "RFC 7766 §6.2.3",
                    f"{sum(time <= 1 for time in served)} of 20 served within 1 s", "all", max(served) <= 1)


def send_all(stream: socket.socket, batch: bytes, times: int) -> None:
    for _ in range(times):
        stream.sendall(batch)


def test_pipelined_queries_whose_answers_are_read_late(start, verdicts, scale):
    count, batch = scale(20_000, 1_000_000), 1_000
    daemon = start()
    with connect(daemon) as stream:
        stream.settimeout(60 * TIME_SCALE)
        stream.sendall(framed(query(NAME)))
        (length,) = struct.unpack("!H", stream.recv(2))
        size = 2 + len(stream.recv(length))
        growth = Growth(daemon)
        wires = b"".join(framed(query(NAME, ident=number)) for number in range(batch))
        sender = threading.Thread(target=send_all, args=(stream, wires, count // batch), daemon=True)
        sender.start()
        time.sleep(1)  # late is what is tested
        stuck, received, grown, bounded = sender.is_alive(), 0, growth.mebibytes(), growth.within(4)
        while received < count * size and (octets := stream.recv(1 << 20)):
            received += len(octets)
        sender.join()
    verdicts.record("pipelined queries on one connection, answers read late", "RFC 7766 §6.2.1.1",
                    f"{received // size} of {count} answered, {grown:.1f} MiB more while they were not read",
                    "all, ≤ 4 MiB", received == count * size and bounded and growth.within(4))
    assert stuck or count < 100_000, "it did not have to wait: this shows nothing"


def half_closed(daemon) -> bool:
    """Still gets its answer."""
    with connect(daemon) as stream:
        stream.sendall(framed(query(NAME, ident=9)))
        stream.shutdown(socket.SHUT_WR)
        octets = b"".join(iter(lambda: stream.recv(4096), b""))
        return octets[2:4] == b"\0\x09"


def reset(daemon, chance: random.Random) -> None:
    """In the middle of a message, or of an answer."""
    with connect(daemon) as stream:
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        whole = 20 * framed(query(NAME))
        stream.sendall(whole[:chance.randrange(1, len(whole))])


def send_garbage(daemon, chance: random.Random) -> None:
    """Messages of any length with anything in them, and a half at the end."""
    with connect(daemon) as stream:
        try:
            for _ in range(10):
                stream.sendall(framed(chance.randbytes(chance.choice((0, 1, 11, 12, 13, 100, 5_000)))))
            stream.sendall(b"\xff\xff" + chance.randbytes(100))
        except OSError:
            pass  # it has had enough of it


def test_broken_streams(start, verdicts, scale):
    count, chance = scale(100, 2_000), random.Random(7766)
    daemon = start()
    files = daemon.metrics().value("process_open_fds")
    halves = sum(half_closed(daemon) for _ in range(count))
    for _ in range(count):
        reset(daemon, chance)
        send_garbage(daemon, chance)
    eventually(lambda: daemon.metrics().value("process_open_fds") <= files + 1, "all descriptors are back")
    after = paced(daemon.port, RATE, 0.5)
    verdicts.record("half-closed, reset and garbage streams", "RFC 7766 §6.2.4",
                    f"{halves} of {count} half-closed and {after.noerror} of {after.sent} later queries answered",
                    "all", halves == count and after.noerror == after.sent and answered_anew(daemon))


def answered_anew(daemon) -> bool:
    return seconds_to_serve(daemon) < 10
