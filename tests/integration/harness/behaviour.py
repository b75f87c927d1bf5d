"""How a scripted server answers: functions from a query to a reply, or to nothing."""

import asyncio
import struct
from typing import Awaitable, Callable, Optional

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

Reply = Optional[dns.message.Message]
Behaviour = Callable[[dns.message.Message], Awaitable[Reply]]

_SOA = "ns.liar.example. hostmaster.liar.example. 1 7200 3600 1209600 300"


def reply_to(query: dns.message.Message, rcode: dns.rcode.Rcode = dns.rcode.NOERROR) -> dns.message.Message:
    reply = dns.message.make_response(query, recursion_available=True)
    reply.set_rcode(rcode)
    return reply


async def dead(query: dns.message.Message) -> Reply:
    """Takes everything, says nothing."""
    return None


async def servfail(query: dns.message.Message) -> Reply:
    return reply_to(query, dns.rcode.SERVFAIL)


def nxdomain(with_soa: bool = True) -> Behaviour:
    """Denies that anything exists."""

    async def answer(query: dns.message.Message) -> Reply:
        reply = reply_to(query, dns.rcode.NXDOMAIN)
        if with_soa:
            reply.authority.append(dns.rrset.from_text(".", 300, "IN", "SOA", _SOA))
        return reply

    return answer


def address(text: str, ttl: int = 300) -> Behaviour:
    """Answers A with `text` and the root's NS (which probes ask); no other type exists."""

    async def answer(query: dns.message.Message) -> Reply:
        reply = reply_to(query)
        question = query.question[0]
        if question.rdtype == dns.rdatatype.A:
            reply.answer.append(dns.rrset.from_text(question.name, ttl, "IN", "A", text))
        elif question.rdtype == dns.rdatatype.NS and question.name == dns.name.root:
            reply.answer.append(dns.rrset.from_text(".", ttl, "IN", "NS", "ns.liar.example."))
        else:
            reply.authority.append(dns.rrset.from_text(question.name, ttl, "IN", "SOA", _SOA))
        return reply

    return answer


def after(seconds: float, behaviour: Behaviour) -> Behaviour:
    """The same, later: a long way to the server."""

    async def answer(query: dns.message.Message) -> Reply:
        await asyncio.sleep(seconds)
        return await behaviour(query)

    return answer


def relay(server) -> Behaviour:
    """What the real `server` replies over UDP."""

    class Answer(asyncio.DatagramProtocol):
        def __init__(self) -> None:
            self.wire = asyncio.get_running_loop().create_future()

        def datagram_received(self, wire: bytes, _) -> None:
            if not self.wire.done():
                self.wire.set_result(wire)

    async def answer(query: dns.message.Message) -> Reply:
        loop = asyncio.get_running_loop()
        transport, received = await loop.create_datagram_endpoint(Answer, remote_addr=("127.0.0.1", server.port))
        try:
            transport.sendto(query.to_wire())
            return dns.message.from_wire(await received.wire)
        finally:
            transport.close()

    return answer


def relay_over_tcp(server) -> Behaviour:
    """What the real `server` replies over TCP: all of it."""

    async def answer(query: dns.message.Message) -> Reply:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        try:
            wire = query.to_wire()
            writer.write(struct.pack("!H", len(wire)) + wire)
            (length,) = struct.unpack("!H", await reader.readexactly(2))
            return dns.message.from_wire(await reader.readexactly(length))
        finally:
            writer.close()

    return answer


class Gate:
    """Holds every reply back until it is opened."""

    def __init__(self, behaviour: Behaviour):
        self._behaviour = behaviour
        self._open = asyncio.Event()

    async def __call__(self, query: dns.message.Message) -> Reply:
        await self._open.wait()
        return await self._behaviour(query)

    def open(self) -> None:
        """Call in the event loop of the fake: `fakes.call(gate.open)`."""
        self._open.set()
