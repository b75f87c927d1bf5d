"""A DNS-over-HTTPS server that keeps to HTTP/2 (RFC 9113) until it has a request, and then attacks who sent it."""

import asyncio
import ssl
import struct
from contextlib import suppress
from typing import Awaitable, Callable

import hpack

from harness.certificates import Certificate
from harness.event_loop import EventLoop

DATA, HEADERS, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0, 1, 3, 4, 5, 6, 7, 8, 9
END_STREAM, END_HEADERS = 1, 4

_PREFACE = 24  # octets, from the client
_BATCH = 256  # frames in one write


def frame(kind: int, payload: bytes = b"", flags: int = 0, stream: int = 0) -> bytes:
    return struct.pack("!I", len(payload))[1:] + struct.pack("!BBI", kind, flags, stream) + payload


def good_headers(**more: str) -> bytes:
    """A header block that promises a DNS message."""
    fields = [(":status", "200"), ("content-type", "application/dns-message"), *more.items()]
    return hpack.Encoder().encode(fields)


class Client:
    """The connection of a client that waits for the answer on `stream`."""

    def __init__(self, writer: asyncio.StreamWriter, stream: int, reading: asyncio.Future):
        self.writer, self.stream, self._reading = writer, stream, reading

    async def send(self, *frames: bytes) -> None:
        """ConnectionResetError once the client has gone: a transport of asyncio alone would swallow the rest."""
        await asyncio.sleep(0)  # or the loop would not hear of it
        if self._reading.done():
            raise ConnectionResetError
        self.writer.write(b"".join(frames))
        await self.writer.drain()

    async def flood(self, one: bytes, count: int) -> None:
        """`count` times the same frame, or as many as are taken."""
        for _ in range(count // _BATCH + 1):
            await self.send(one * _BATCH)


#: Returns when it is done; the connection then stays open until the client closes it.
Attack = Callable[[Client], Awaitable[None]]


class HostileDoh:
    """`attack` is run on each connection that a request comes on. It has an event loop of its own, which it may keep
    busy."""

    def __init__(self, certificate: Certificate, attack: Attack, host: str):
        self.connections = self.requests = 0
        self._attack, self._events = attack, EventLoop()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.chain, certificate.key)
        context.set_alpn_protocols(["h2"])
        self._server = self._events.run(self._listen(context, host))
        self.port = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        self._events.call(self._server.close)

    async def _listen(self, context: ssl.SSLContext, host: str) -> asyncio.AbstractServer:
        return await asyncio.start_server(self._serve, host, 0, ssl=context)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await reader.readexactly(_PREFACE)
            writer.write(frame(SETTINGS))
            stream = await self._next_request(reader)
            self.requests += 1
            reading = asyncio.ensure_future(self._read_to_end(reader))
            await self._attack(Client(writer, stream, reading))
            await reading
        except (OSError, asyncio.IncompleteReadError):
            pass
        writer.close()

    @staticmethod
    async def _next_request(reader: asyncio.StreamReader) -> int:
        while True:
            head = await reader.readexactly(9)
            await reader.readexactly(int.from_bytes(head[:3], "big"))
            if head[3] == HEADERS:
                return int.from_bytes(head[5:], "big")

    @staticmethod
    async def _read_to_end(reader: asyncio.StreamReader) -> None:
        with suppress(OSError):
            while await reader.read(65536):
                pass
