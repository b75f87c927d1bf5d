"""Many queries at once over UDP, from several sockets so that all workers of the daemon get their share."""

import asyncio
import itertools
import time
from dataclasses import dataclass
from typing import Awaitable, Callable, Iterable, Optional, TypeVar

import dns.message
import dns.rcode

from harness.event_loop import EventLoop
from harness.waiting import TIME_SCALE

T, U = TypeVar("T"), TypeVar("U")

_SOCKETS = 16

#: Longer than the daemon gives any query.
PATIENCE = 6.0 * TIME_SCALE


@dataclass(frozen=True)
class Outcome:
    name: str
    reply: Optional[dns.message.Message]  # None: no reply came

    def addresses(self) -> list[str]:
        """Those of a NOERROR reply; empty for everything else."""
        if self.reply is None or self.reply.rcode() != dns.rcode.NOERROR:
            return []
        return [rdata.to_text() for rrset in self.reply.answer for rdata in rrset if rdata.rdtype == 1]

    def verdict(self) -> str:
        if self.reply is None:
            return "no reply"
        return " ".join([dns.rcode.to_text(self.reply.rcode()), *self.addresses()])


class _Socket(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.waiting: dict[bytes, asyncio.Future] = {}
        self._ids = itertools.cycle(range(1, 65536))

    def connection_made(self, transport) -> None:
        self.transport = transport

    def datagram_received(self, wire: bytes, _) -> None:
        waiter = self.waiting.pop(wire[:2], None)
        if waiter and not waiter.done():
            waiter.set_result(wire)

    def error_received(self, _) -> None:
        """The port is closed: the daemon is gone, and no reply will come."""
        for waiter in self.waiting.values():
            if not waiter.done():
                waiter.set_exception(ConnectionRefusedError())

    async def ask(self, name: str) -> Outcome:
        return Outcome(name, await self.exchange(dns.message.make_query(name, "A")))

    async def exchange(self, query: dns.message.Message) -> Optional[dns.message.Message]:
        """The reply to `query`, which gets an ID of ours."""
        query.id = next(self._ids)
        key = query.id.to_bytes(2, "big")
        waiter = self.waiting[key] = asyncio.get_running_loop().create_future()
        self.transport.sendto(query.to_wire())
        try:
            return dns.message.from_wire(await asyncio.wait_for(waiter, PATIENCE))
        except (asyncio.TimeoutError, ConnectionRefusedError):
            self.waiting.pop(key, None)
            return None


async def _open_sockets(port: int) -> list[_Socket]:
    """Clients with an address each, so that none is one who asks for too much."""
    loop = asyncio.get_running_loop()
    sources = [(f"127.1.0.{number + 1}", 0) for number in range(_SOCKETS)]
    return [(await loop.create_datagram_endpoint(_Socket, source, ("127.0.0.1", port)))[1] for source in sources]


async def _ask_all(port: int, ask: Callable[[_Socket, T], Awaitable[U]], items: list[T], at_once: int) -> list[U]:
    sockets = await _open_sockets(port)
    turn = asyncio.Semaphore(at_once)

    async def ask_one(number: int, item: T) -> U:
        async with turn:
            return await ask(sockets[number % _SOCKETS], item)

    try:
        return await asyncio.gather(*(ask_one(number, item) for number, item in enumerate(items)))
    finally:
        for sock in sockets:
            sock.transport.close()


def ask_all(port: int, names: Iterable[str], at_once: int) -> list[Outcome]:
    """Asks for the A records of `names`, `at_once` at a time, in order; returns when all is answered or lost."""
    return asyncio.run(_ask_all(port, _Socket.ask, list(names), at_once))


def exchange_all(port: int, queries: Iterable[dns.message.Message],
                 at_once: int) -> list[Optional[dns.message.Message]]:
    """The same for whole queries, which get IDs of ours; None where no reply came."""
    return asyncio.run(_ask_all(port, _Socket.exchange, list(queries), at_once))


class SteadyLoad:
    """`rate` queries a second from now until `stop`, for the names that `next_name()` gives."""

    def __init__(self, port: int, rate: float, next_name: Callable[[], str]):
        self.outcomes: list[Outcome] = []
        self._stopping = False
        self._began = self._ended = time.monotonic()
        self._events = EventLoop()
        self._done = asyncio.run_coroutine_threadsafe(self._run(port, rate, next_name), self._events.loop)

    def stop(self) -> list[Outcome]:
        """Sends nothing more and waits for the rest of the replies."""
        self._stopping = True
        self._done.result(PATIENCE + 30)
        return self.outcomes

    def rate(self) -> float:
        """Queries a second as they really went out. Call after `stop`."""
        return len(self.outcomes) / (self._ended - self._began)

    async def _run(self, port: int, rate: float, next_name: Callable[[], str]) -> None:
        sockets = await _open_sockets(port)
        tasks = []
        for number in itertools.count():
            if self._stopping:
                break
            await asyncio.sleep(max(0.0, self._began + number / rate - time.monotonic()))  # pacing, not waiting
            tasks.append(asyncio.ensure_future(self._ask(sockets[number % _SOCKETS], next_name())))
        self._ended = time.monotonic()
        await asyncio.gather(*tasks)
        for sock in sockets:
            sock.transport.close()

    async def _ask(self, sock: _Socket, name: str) -> None:
        self.outcomes.append(await sock.ask(name))
