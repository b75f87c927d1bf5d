"""Unbound: a real recursive resolver on loopback, over UDP, TCP and DNS over HTTPS, whose Internet is one NSD."""

from pathlib import Path

from harness.certificates import Certificate
from harness.child_process import ChildProcess
from harness.nsd_server import ZONES, NsdServer, answers
from harness.ports import PortTaken, free_port, on_free_port, on_port_again
from harness.private_network import has_ipv6
from harness.waiting import eventually


class UnboundServer:
    """Runs until killed. `restart` uses the same ports again. It does not validate."""

    def __init__(self, folder: Path, authority: NsdServer, certificate: Certificate):
        self._folder, self._authority, self._certificate = folder, authority, certificate
        self.https_port = free_port()
        self.port = on_free_port(self._start)

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.port}"

    def kill(self) -> None:
        self._process.kill()

    def restart(self) -> None:
        on_port_again(self.port, self._start)

    def _start(self, port: int) -> int:
        folder = self._folder
        addresses = ["127.0.0.1"] + (["::1"] if has_ipv6() else [])
        listen = "".join(f"  interface: {address}@{at}\n" for address in addresses for at in (port, self.https_port))
        stubs = "".join(f'stub-zone:\n  name: "{name}"\n  stub-addr: 127.0.0.1@{self._authority.port}\n'
                        for name in ZONES)
        (folder / "unbound.conf").write_text(f"""
server:
{listen}  https-port: {self.https_port}
  tls-service-key: "{self._certificate.key}"
  tls-service-pem: "{self._certificate.chain}"
  directory: "{folder}"
  username: ""
  chroot: ""
  pidfile: ""
  use-syslog: no
  num-threads: 1
  module-config: "iterator"
  do-not-query-localhost: no
  access-control: ::1/128 allow
  incoming-num-tcp: 100
{stubs}""")
        self._process = ChildProcess(["unbound", "-d", "-p", "-c", str(folder / "unbound.conf")],
                                     folder / "unbound.log")
        eventually(lambda: not self._process.running or answers("127.0.0.1", port), "unbound answers")
        if not self._process.running:
            raise PortTaken(self._process.output())
        return port
