"""The daemon under the restrictions of its unit, as far as they can be had without systemd: another user, one capability,
a read-only file system but for one folder, the seccomp filter. There it does all that it does elsewhere."""

import os
import platform
import re
import shutil
import sys
import tempfile
from pathlib import Path

import dns.message
import dns.query
import pytest

from confined import allowed_calls
from crowds import Crowd, authority_of_all, crowd, one_upstream
from harness import daemon as harness_daemon
from harness.daemon import BINARY, Daemon
from harness.waiting import TIME_SCALE, eventually

UNIT = Path(__file__).parent.parent.parent / "systemd" / "tributary.service"
NOBODY = 65534
CAP_NET_BIND_SERVICE = 10

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can give privileges up"),
    pytest.mark.skipif(platform.machine() != "x86_64", reason="the seccomp filter is made for x86-64"),
    pytest.mark.skipif(TIME_SCALE != 1, reason="sanitizers need more system calls"),
    pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd knows the sets of system calls"),
]


@pytest.fixture
def folder():
    """Of the unit's user, with the binary beside it, where that user can reach both."""
    place = Path(tempfile.mkdtemp(prefix="tributary-", dir="/run"))
    place.chmod(0o755)
    shutil.copy(BINARY, place / "tributary")
    own = place / "own"
    own.mkdir()
    yield own
    shutil.rmtree(place)


def _confined(folder: Path) -> list[str]:
    here = Path(__file__).parent
    program = folder.parent / "confined.py"
    unit = folder.parent / UNIT.name
    shutil.copy(here / "confined.py", program)
    shutil.copy(UNIT, unit)
    capability = "-all,+net_bind_service"
    return ["unshare", "--mount", sys.executable, str(program), "mounts", str(folder),
            "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs",
            f"--inh-caps={capability}", f"--ambient-caps={capability}", f"--bounding-set={capability}",
            sys.executable, str(program), "calls", str(unit)]


@pytest.fixture
def confined(folder, tributary, authority_of_all, private_net, monkeypatch):
    monkeypatch.setattr(harness_daemon, "BINARY", str(folder.parent / "tributary"))
    config = {**one_upstream(authority_of_all("slow")), "cache": {"persist": True, "persist_interval": "1s"}}
    daemon = Daemon.configured(folder, config, _confined(folder), port=53)
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, NOBODY, NOBODY)
    return tributary.started(daemon)


def _status(pid: int, key: str) -> str:
    return re.search(rf"^{key}:\s*(.*)$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)[1]


def _writable_mounts(pid: int) -> list[str]:
    """But for those of the kernel."""
    lines = [line.split() for line in Path(f"/proc/{pid}/mountinfo").read_text().splitlines()]
    return [fields[4] for fields in lines
            if "rw" in fields[5].split(",") and not re.match("/(proc|sys|dev)(/|$)", fields[4])]


def test_it_has_what_the_unit_gives_it_and_works(confined, folder, verdicts, scale):
    pid = confined.pid
    capabilities = int(_status(pid, "CapEff"), 16)
    verdicts.record("under the unit's restrictions: capabilities", "capabilities(7)", f"{capabilities:#x}",
                    "CAP_NET_BIND_SERVICE alone", capabilities == 1 << CAP_NET_BIND_SERVICE)
    facts = [_status(pid, "Uid").split()[0], _status(pid, "NoNewPrivs"), _status(pid, "Seccomp")]
    verdicts.record("under the unit's restrictions: user, no new privileges, seccomp filter", "seccomp(2)",
                    ", ".join(facts), f"{NOBODY}, 1, 2", facts == [str(NOBODY), "1", "2"])
    writable = _writable_mounts(pid)
    verdicts.record("under the unit's restrictions: what it can write to", "", f"{len(writable)} folder",
                    "its own folder", writable == [str(folder)])
    rate = scale(200, 1000)
    load = Crowd(confined.port, clients=20, rate=rate, queries=scale(600, 30_000), zone="x.example", patience=4)
    torture = Crowd(confined.port, clients=20, address=9, rate=2 * rate, queries=scale(1200, 60_000), zone="slow.example")
    outcome = load.outcome()
    torture.outcome()
    tcp = dns.query.tcp(dns.message.make_query("n1.x.example", "A"), "127.0.0.1", port=confined.port, timeout=10)
    eventually((folder / "state" / "cache").exists, "the cache is saved")
    assert confined.hang_up(), "it reloads"
    denied = [line for line in confined.output().splitlines() if "ermitted" in line or "denied" in line]
    verdicts.record("under the unit's restrictions and a flood: misses answered on port 53; over TCP; nothing denied", "",
                    f"{outcome.resolved} of {outcome.sent}; {len(tcp.answer)}; {len(denied)}", "all; 1; 0",
                    outcome.resolved == outcome.sent and len(tcp.answer) == 1 and not denied)


def test_the_filter_denies_what_a_resolver_has_no_use_for():
    allowed = allowed_calls(UNIT.read_text())
    assert {"recvmmsg", "sendmmsg", "epoll_wait", "execve"} <= allowed
    assert not {"ptrace", "mount", "bpf", "init_module", "reboot", "setuid", "keyctl", "mlock", "chroot"} & allowed
