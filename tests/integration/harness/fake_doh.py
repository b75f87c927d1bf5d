"""A scripted DNS-over-HTTPS server (RFC 8484) on HTTP/2, with the ways in which such servers disappoint."""

import asyncio
import base64
import ssl
import urllib.parse
from dataclasses import dataclass, field
from typing import Optional

import dns.message
import h2.config
import h2.connection
import h2.events
import h2.exceptions
from hyperframe.frame import GoAwayFrame

from harness.behaviour import Behaviour
from harness.certificates import Certificate
from harness.event_loop import EventLoop


@dataclass
class Request:
    headers: dict[str, str]
    body: bytes = b""

    def message(self) -> dns.message.Message:
        if self.headers[":method"] == "POST":
            return dns.message.from_wire(self.body)
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.headers[":path"]).query)
        encoded = query["dns"][0]
        return dns.message.from_wire(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))


@dataclass
class FakeDoh:
    """`goaway_after`: every connection is closed with GOAWAY once it has taken that many requests; what the client
    sent after them is not looked at (RFC 9113 §6.8)."""

    events: EventLoop
    certificate: Certificate
    behaviour: Behaviour
    content_type: str = "application/dns-message"
    status: int = 200
    extra_headers: list[tuple[str, str]] = field(default_factory=list)
    goaway_after: Optional[int] = None
    host: str = "127.0.0.1"
    received: list[Request] = field(default_factory=list)
    connections: int = 0
    goaways: int = 0

    def __post_init__(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate.chain, self.certificate.key)
        context.set_alpn_protocols(["h2"])
        self._server = self.events.run(self._listen(context))
        self.port = self._server.sockets[0].getsockname()[1]

    async def _listen(self, context: ssl.SSLContext) -> asyncio.AbstractServer:
        return await asyncio.start_server(lambda r, w: _Connection(self, r, w).serve(), self.host, 0, ssl=context)

    def close(self) -> None:
        self.events.call(self._server.close)


class _Connection:
    def __init__(self, server: FakeDoh, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self._server, self._reader, self._writer = server, reader, writer
        self._h2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        self._requests: dict[int, Request] = {}
        self._taken = 0
        self._pending: set[asyncio.Future] = set()
        self._last_stream: Optional[int] = None  # set once GOAWAY was sent

    async def serve(self) -> None:
        self._server.connections += 1
        self._h2.initiate_connection()
        self._flush()
        try:
            while data := await self._reader.read(65536):
                for event in self._h2.receive_data(data):
                    self._handle(event)
                self._flush()
        except (ConnectionError, ssl.SSLError, h2.exceptions.ProtocolError):
            pass
        self._writer.close()

    def _handle(self, event: h2.events.Event) -> None:
        stream = getattr(event, "stream_id", None)
        if self._last_stream is not None and stream is not None and stream > self._last_stream:
            return
        if isinstance(event, h2.events.RequestReceived):
            self._requests[stream] = Request({_text(name): _text(value) for name, value in event.headers})
            self._take(stream)
        elif isinstance(event, h2.events.DataReceived):
            self._requests[stream].body += event.data
            self._h2.acknowledge_received_data(event.flow_controlled_length, stream)
        elif isinstance(event, h2.events.StreamEnded):
            self._answer_later(stream)

    def _take(self, stream: int) -> None:
        self._taken += 1
        if self._taken == self._server.goaway_after:
            # h2 would not send anything after a GOAWAY of its own, so the frame is written beside it.
            self._last_stream = stream
            self._flush()
            self._writer.write(GoAwayFrame(stream_id=0, last_stream_id=stream).serialize())
            self._server.goaways += 1

    def _answer_later(self, stream: int) -> None:
        task = asyncio.ensure_future(self._answer(stream))
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)
        task.add_done_callback(lambda _: self._close_when_drained())

    def _close_when_drained(self) -> None:
        if self._last_stream is not None and not self._pending and not self._requests:
            self._writer.close()

    async def _answer(self, stream: int) -> None:
        request = self._requests.pop(stream)
        self._server.received.append(request)
        reply = await self._server.behaviour(request.message())
        if not reply:
            return
        body = reply.to_wire()
        headers = [(":status", str(self._server.status)), ("content-type", self._server.content_type),
                   ("content-length", str(len(body))), *self._server.extra_headers]
        try:
            self._h2.send_headers(stream, headers)
            self._h2.send_data(stream, body, end_stream=True)
            self._flush()
        except (h2.exceptions.ProtocolError, ConnectionError):
            pass  # the client has reset the stream meanwhile

    def _flush(self) -> None:
        self._writer.write(self._h2.data_to_send())


def _text(value) -> str:
    return value.decode() if isinstance(value, bytes) else value
