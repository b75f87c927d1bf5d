"""A longer way to a real server: what comes back over UDP comes later. TCP takes no longer."""

import asyncio

from harness.event_loop import EventLoop
from harness.ports import PortTaken, on_free_port


class LongerWay:
    """Relays octets, whatever they mean, until closed."""

    def __init__(self, events: EventLoop, server_port: int, seconds: float):
        self.server_port, self.seconds = server_port, seconds
        self._events = events
        self.port = on_free_port(lambda free: events.run(self._bind(free)))

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.port}"

    def close(self) -> None:
        self._events.run(self._unbind())

    async def _bind(self, port: int) -> int:
        try:
            self._udp, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                lambda: _Clients(self), local_addr=("127.0.0.1", port))
            self._tcp = await asyncio.start_server(self._relay_stream, "127.0.0.1", port)
        except OSError as error:
            raise PortTaken from error
        return port

    async def _unbind(self) -> None:
        self._udp.close()
        self._tcp.close()

    async def _relay_stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        their_reader, their_writer = await asyncio.open_connection("127.0.0.1", self.server_port)
        await asyncio.gather(_pour(reader, their_writer), _pour(their_reader, writer))


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while octets := await reader.read(65536):
            writer.write(octets)
    except ConnectionError:
        pass
    writer.close()


class _Clients(asyncio.DatagramProtocol):
    """A socket towards the server for each query, for the server's reply to it alone."""

    def __init__(self, way: LongerWay):
        self._way = way
        self._tasks: set[asyncio.Task] = set()

    def connection_made(self, transport) -> None:
        self._transport = transport

    def datagram_received(self, query: bytes, client) -> None:
        task = asyncio.ensure_future(self._open(query, client))
        self._tasks.add(task)  # the loop alone would not keep it alive
        task.add_done_callback(self._tasks.discard)

    async def _open(self, query: bytes, client) -> None:
        loop = asyncio.get_running_loop()
        server, _ = await loop.create_datagram_endpoint(
            lambda: _Server(self, client), remote_addr=("127.0.0.1", self._way.server_port))
        server.sendto(query)

    def reply_later(self, reply: bytes, client) -> None:
        asyncio.get_running_loop().call_later(self._way.seconds, self._reply, reply, client)

    def _reply(self, reply: bytes, client) -> None:
        if not self._transport.is_closing():
            self._transport.sendto(reply, client)


class _Server(asyncio.DatagramProtocol):
    def __init__(self, clients: _Clients, client):
        self._clients, self._client = clients, client

    def connection_made(self, transport) -> None:
        self._transport = transport

    def datagram_received(self, reply: bytes, _) -> None:
        self._clients.reply_later(reply, self._client)
        self._transport.close()
