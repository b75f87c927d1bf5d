"""A scripted DNS server over UDP and TCP on one port, which remembers what it received."""

import asyncio
import socket
import struct
from dataclasses import dataclass
from typing import Awaitable, Coroutine, Optional

import dns.flags
import dns.message
import dns.name

from harness.behaviour import Behaviour
from harness.event_loop import EventLoop
from harness.ports import PortTaken, on_free_port


def _room(query: dns.message.Message) -> int:
    """Octets over UDP that the client takes (RFC 6891 §6.2.3)."""
    return query.payload if query.edns >= 0 else 512


def _truncated(query: dns.message.Message) -> bytes:
    reply = dns.message.make_response(query, recursion_available=True)
    reply.flags |= dns.flags.TC
    return reply.to_wire()


@dataclass(frozen=True)
class Received:
    protocol: str
    query: dns.message.Message

    @property
    def name(self) -> dns.name.Name:
        return self.query.question[0].name


class FakeDns:
    def __init__(self, events: EventLoop, behaviour: Behaviour, host: str = "127.0.0.1",
                 port: Optional[int] = None):
        self.behaviour = behaviour
        self.forger: Optional[Behaviour] = None  # who sees queries over UDP, and replies to them too
        self.host = host
        self.received: list[Received] = []
        self._events = events
        self._tasks: set[asyncio.Task] = set()
        self.port = events.run(self._bind(port)) if port else on_free_port(lambda free: events.run(self._bind(free)))

    @property
    def endpoint(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def count(self, name: str) -> int:
        """How often a question for `name` arrived."""
        wanted = dns.name.from_text(name)
        return sum(received.name == wanted for received in list(self.received))

    def close(self) -> None:
        self._events.run(self._unbind())

    async def _bind(self, port: int) -> int:
        loop = asyncio.get_running_loop()
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        try:
            self._udp, _ = await loop.create_datagram_endpoint(
                lambda: _Datagrams(self), local_addr=(self.host, port), family=family)
            self._tcp = await asyncio.start_server(self._serve_stream, self.host, port, family=family)
        except OSError as error:
            raise PortTaken from error
        return port

    async def _unbind(self) -> None:
        self._udp.close()
        self._tcp.close()

    def spawn(self, coroutine: Coroutine) -> None:
        """Runs it beside others. The loop alone would not keep it alive."""
        task = asyncio.ensure_future(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def reply(self, wire: bytes, protocol: str) -> Optional[bytes]:
        query = dns.message.from_wire(wire)
        self.received.append(Received(protocol, query))
        reply = await self.behaviour(query)
        if not reply:
            return None
        whole = reply.to_wire()
        return whole if protocol == "tcp" or len(whole) <= _room(query) else _truncated(query)

    async def forge(self, wire: bytes) -> Optional[bytes]:
        reply = await self.forger(dns.message.from_wire(wire)) if self.forger else None
        return reply.to_wire() if reply else None

    async def _serve_stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def answer(wire: bytes) -> None:
            reply = await self.reply(wire, "tcp")
            if reply:
                writer.write(struct.pack("!H", len(reply)) + reply)

        try:
            while True:
                (length,) = struct.unpack("!H", await reader.readexactly(2))
                self.spawn(answer(await reader.readexactly(length)))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: FakeDns):
        self._server = server

    def connection_made(self, transport) -> None:
        self._transport = transport

    def datagram_received(self, wire: bytes, sender) -> None:
        self._server.spawn(self._send(self._server.reply(wire, "udp"), sender))
        self._server.spawn(self._send(self._server.forge(wire), sender))

    async def _send(self, replying: Awaitable[Optional[bytes]], receiver) -> None:
        reply = await replying
        if reply and not self._transport.is_closing():
            self._transport.sendto(reply, receiver)
