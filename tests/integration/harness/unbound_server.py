"""Unbound: a real recursive resolver on loopback, whose Internet is one NSD; and one that forwards and validates."""

from pathlib import Path
from typing import Sequence

from harness.certificates import Certificate
from harness.child_process import ChildProcess
from harness.nsd_server import NsdServer, answers
from harness.ports import PortTaken, free_port, on_free_port, on_port_again
from harness.private_network import has_ipv6
from harness.waiting import eventually


class UnboundProcess:
    """Runs until killed. `restart` uses the same port again."""

    def __init__(self, folder: Path):
        self._folder = folder
        self.port = on_free_port(self._start)

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.port}"

    def cpu_seconds(self) -> float:
        return self._process.cpu_seconds()

    def kill(self) -> None:
        self._process.kill()

    def restart(self) -> None:
        on_port_again(self.port, self._start)

    def _config(self, port: int) -> str:
        """What is peculiar to this one; the section `server` is open at the start."""
        raise NotImplementedError

    def _start(self, port: int) -> int:
        folder = self._folder
        (folder / "unbound.conf").write_text(f"""
server:
  directory: "{folder}"
  username: ""
  chroot: ""
  pidfile: ""
  use-syslog: no
  num-threads: 1
  do-not-query-localhost: no
{self._config(port)}""")
        self._process = ChildProcess(["unbound", "-d", "-p", "-c", str(folder / "unbound.conf")],
                                     folder / "unbound.log")
        eventually(lambda: not self._process.running or answers("127.0.0.1", port), "unbound answers")
        if not self._process.running:
            raise PortTaken(self._process.output())
        return port


class UnboundServer(UnboundProcess):
    """Resolves, over UDP, TCP and DNS over HTTPS. It does not validate."""

    def __init__(self, folder: Path, authority: NsdServer, certificate: Certificate):
        self._authority, self._certificate = authority, certificate
        self.https_port = free_port()
        super().__init__(folder)

    def _config(self, port: int) -> str:
        addresses = ["127.0.0.1"] + (["::1"] if has_ipv6() else [])
        listen = "".join(f"  interface: {address}@{at}\n" for address in addresses for at in (port, self.https_port))
        stubs = "".join(f'stub-zone:\n  name: "{name}"\n  stub-addr: 127.0.0.1@{self._authority.port}\n'
                        for name in self._authority.zones)
        return f"""
{listen}  https-port: {self.https_port}
  tls-service-key: "{self._certificate.key}"
  tls-service-pem: "{self._certificate.chain}"
  module-config: "iterator"
  access-control: ::1/128 allow
  incoming-num-tcp: 100
{stubs}"""


class ValidatingUnbound(UnboundProcess):
    """Forwards everything to `upstreams` and validates what comes, from `anchors`: what a validator should say.

    Its limit of NSEC3 iterations is the one of RFC 9276 §3.2 in practice, 50 (1.17 would allow 150). It makes no
    answers of its own from NSEC records, so that one question says nothing about another.
    """

    def __init__(self, folder: Path, upstreams: Sequence[str], anchors: Path):
        self._upstreams, self._anchors = upstreams, anchors
        super().__init__(folder)

    def _config(self, port: int) -> str:
        forward = "".join(f"  forward-addr: {upstream.replace(':', '@')}\n" for upstream in self._upstreams)
        return f"""
  interface: 127.0.0.1@{port}
  module-config: "validator iterator"
  trust-anchor-file: "{self._anchors}"
  trust-anchor-signaling: no
  root-key-sentinel: no
  val-nsec3-keysize-iterations: "1024 50 2048 50 4096 50"
  aggressive-nsec: no
  val-log-level: 2
  ede: yes
forward-zone:
  name: "."
{forward}"""
