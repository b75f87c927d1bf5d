"""NSD: an authoritative server for the zones of the tests, on 127.0.0.1 and ::1."""

import signal
from pathlib import Path
from typing import Optional

import dns.exception
import dns.message
import dns.query

from harness.child_process import ChildProcess
from harness.ports import PortTaken, on_free_port, on_port_again
from harness.private_network import has_ipv6
from harness.waiting import eventually

DATA = Path(__file__).parent.parent / "data"
ZONES = {"alpha.example": "alpha.example.zone", "beta.example": "beta.example.zone", ".": "root.zone"}


def answers(host: str, port: int, name: str = "www.alpha.example") -> bool:
    """True once `host` replies to a query; its readiness test."""
    try:
        dns.query.udp(dns.message.make_query(name, "A"), host, port=port, timeout=0.5)
        return True
    except (dns.exception.DNSException, OSError):
        return False


def large_text(owner: str, octets: int) -> str:
    """TXT records of `octets` octets of text in all, in strings of 100."""
    lines = (f'{owner} 3600 IN TXT "{number:06d}-{"x" * 93}"\n' for number in range(octets // 100))
    return "".join(lines)


def unsigned_zones(folder: Path) -> dict[str, Path]:
    """Those of most tests, as files in `folder`."""
    for file in ZONES.values():
        (folder / file).write_text((DATA / file).read_text())
    with (folder / "alpha.example.zone").open("a") as zone:
        zone.write(large_text("big3000", 3000) + large_text("big20000", 20000))
    return {name: folder / file for name, file in ZONES.items()}


class NsdServer:
    """Serves `zones`, files by name, until killed. `restart` uses the same port again."""

    def __init__(self, folder: Path, zones: Optional[dict[str, Path]] = None):
        self._folder = folder
        self.zones = zones or unsigned_zones(folder)
        self.port = on_free_port(self._start)

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.port}"

    def kill(self) -> None:
        self._process.kill()

    def pause(self) -> None:
        """From now on it answers nothing, though its port stays open."""
        self._process.send(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.send(signal.SIGCONT)

    def restart(self) -> None:
        on_port_again(self.port, self._start)

    def _start(self, port: int) -> int:
        folder = self._folder
        addresses = ["127.0.0.1"] + (["::1"] if has_ipv6() else [])
        listen = "".join(f"  ip-address: {address}@{port}\n" for address in addresses)
        zones = "".join(f'zone:\n  name: "{name}"\n  zonefile: "{file}"\n' for name, file in self.zones.items())
        (folder / "nsd.conf").write_text(f"""
server:
{listen}  username: ""
  zonesdir: "{folder}"
  database: ""
  pidfile: "{folder}/nsd.pid"
  xfrdfile: "{folder}/xfrd.state"
  zonelistfile: "{folder}/zone.list"
  server-count: 1
  rrl-ratelimit: 0
  hide-version: yes
remote-control:
  control-enable: no
{zones}""")
        self._process = ChildProcess(["nsd", "-d", "-c", str(folder / "nsd.conf")], folder / "nsd.log")
        eventually(lambda: not self._process.running or answers("127.0.0.1", port), "nsd answers")
        if not self._process.running:
            raise PortTaken(self._process.output())
        return port
