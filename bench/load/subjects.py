"""What is measured: how each subject is configured, and started."""

import contextlib
import shutil
import socket
import tempfile
import time
from pathlib import Path
from typing import Iterator, Optional

from processes import Cpus, Failure, Server

#: What the upstream gets besides its url in the test "pool".
POOL_OF_PORTS = "ports: pool"

#: A name that the subjects know without asking anybody.
OWN_NAME = "start.example"

TRIBUTARY_CONFIG = """
listen: ["udp://127.0.0.1:{port}", "tcp://127.0.0.1:{port}"]
workers: 1
cache: {{ size: 200MiB }}
dnssec: {{ {dnssec} }}
state_directory: .
upstreams:
  authority: {{ url: "udp://127.0.0.1:{authority}"{ports} }}
  own: {{ url: "zone:own.zone" }}
routes:
  - {{ suffix: start.example, group: own, dnssec: off }}
  - {{ suffix: ".", group: authority }}
"""

TRIBUTARY_ZONE = """
start.example. 3600 IN SOA start.example. start.example. 1 3600 600 86400 300
start.example. 3600 IN NS start.example.
start.example. 3600 IN A 192.0.2.1
"""

UNBOUND_CONFIG = """
server:
  interface: 127.0.0.1@{port}
  num-threads: 1
{modules}
  msg-cache-size: 100m
  rrset-cache-size: 100m
  msg-cache-slabs: 1
  rrset-cache-slabs: 1
  infra-cache-slabs: 1
  key-cache-slabs: 1
  outgoing-range: 4096
  num-queries-per-thread: 2048
  incoming-num-tcp: 100
  so-rcvbuf: 4m
  so-sndbuf: 4m
  do-not-query-localhost: no
  local-data: "start.example. 3600 IN A 192.0.2.1"
  directory: "."
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@{authority}
"""


def query(name: str) -> bytes:
    """For A, recursion desired."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return bytes([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]) + labels + bytes([0, 0, 1, 0, 1])


def answers(port: int, within: float) -> bool:
    """Whether the server at `port` answers for OWN_NAME."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(within)
        try:
            client.connect(("127.0.0.1", port))
            client.send(query(OWN_NAME))
            return client.recv(512)[3] & 15 == 0
        except OSError:
            return False


def free_port() -> int:
    """Free for UDP and for TCP."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            with contextlib.suppress(OSError):
                udp.bind(tcp.getsockname())
                return tcp.getsockname()[1]


def printed_port(server: Server) -> int:
    """The port that one of our own servers prints when it is ready."""
    while not server.output().endswith("\n"):
        if not server.running:
            raise Failure(server.account())
        time.sleep(0.001)
    return int(server.output())


class Running:
    """A subject that answers at `port`, `started_in` seconds after it was started."""

    def __init__(self, server: Server, port: int, started_in: float):
        self.server, self.port, self.started_in = server, port, started_in


class Subject:
    """Knows how to start one program, always in a fresh folder."""

    name: str
    tests: set[str]

    def _start(self, folder: Path, authority: int, cpu: int, test: str) -> Running:
        raise NotImplementedError

    @contextlib.contextmanager
    def running(self, authority: int, cpus: Cpus, test: str) -> Iterator[Running]:
        with tempfile.TemporaryDirectory(prefix=f"{self.name}.") as folder:
            running = self._start(Path(folder), authority, cpus.subject, test)
            try:
                yield running
            finally:
                running.server.stop()


class Echo(Subject):
    """Sends back what it receives: the price of the kernel."""

    name = "echo"
    tests = {"udp", "paced"}

    def __init__(self, build: Path):
        self._program = build / "load_echo"

    def _start(self, folder: Path, authority: int, cpu: int, test: str) -> Running:
        server = Server([str(self._program)], cpu, folder)
        return Running(server, printed_port(server), 0)


class Resolver(Subject):
    """Gets a port from us, and says nothing when it is ready."""

    patience = 10  # seconds

    def _command(self, folder: Path, port: int, authority: int, test: str) -> list[str]:
        """Writes the configuration too."""
        raise NotImplementedError

    def _start(self, folder: Path, authority: int, cpu: int, test: str) -> Running:
        for _ in range(5):  # somebody may take the port first
            port = free_port()
            command = self._command(folder, port, authority, test)
            began = time.monotonic()
            server = Server(command, cpu, folder)
            if self._wait_for_answer(server, port):
                return Running(server, port, time.monotonic() - began)
            hangs, account = server.running, server.account()
            server.stop()
            if hangs:
                break
        raise Failure(f"No answer. {account}")

    def _wait_for_answer(self, server: Server, port: int) -> bool:
        deadline = time.monotonic() + self.patience
        while not answers(port, within=0.05):
            if not server.running or time.monotonic() > deadline:
                return False
            time.sleep(0.0002)
        return True


class Tributary(Resolver):
    name = "tributary"
    tests = {"start", "udp", "paced", "tcp", "miss", "pool"}

    def __init__(self, build: Path, dnssec: str = "mode: off"):
        self._program, self._dnssec = build / "tributary", dnssec

    def _command(self, folder: Path, port: int, authority: int, test: str) -> list[str]:
        ports = f", {POOL_OF_PORTS}" if test == "pool" else ""
        config = TRIBUTARY_CONFIG.format(port=port, authority=authority, ports=ports, dnssec=self._dnssec)
        (folder / "tributary.yaml").write_text(config)
        (folder / "own.zone").write_text(TRIBUTARY_ZONE)
        return [str(self._program), "run", "--config", "tributary.yaml"]


class Unbound(Resolver):
    name = "unbound"
    tests = {"start", "udp", "paced", "tcp", "miss"}

    def __init__(self, modules: str = '  module-config: "iterator"'):
        self._modules = modules

    @staticmethod
    def program() -> Optional[str]:
        """Debian installs it where only root's PATH leads."""
        return shutil.which("unbound") or shutil.which("unbound", path="/usr/local/sbin:/usr/sbin")

    def _command(self, folder: Path, port: int, authority: int, test: str) -> list[str]:
        (folder / "unbound.conf").write_text(
            UNBOUND_CONFIG.format(port=port, authority=authority, modules=self._modules))
        # Debian's AppArmor profile keeps the installed program, known by its path, from reading files in here.
        program = shutil.copy(self.program(), folder / "unbound")
        return [str(program), "-d", "-p", "-c", "unbound.conf"]
