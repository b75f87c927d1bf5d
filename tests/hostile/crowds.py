"""Programs that send and answer faster than Python can: `crowd`, and bench/load's authority. They lie beside the daemon's
binary."""

import json
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

import pytest

from harness.daemon import BINARY

_FOLDER = Path(BINARY).parent


@dataclass(frozen=True)
class Outcome:
    sent: int
    answered: int  # in time
    seconds: float  # that sending took
    rcodes: dict[str, int]
    p50_ms: float
    p99_ms: float
    latest_ms: float
    most_in_10ms: int
    replies: int  # also those that were too late, or asked for by nobody
    sent_octets: int
    received_octets: int
    largest: int  # octets of a reply
    answered_by_client: list[int]

    @property
    def resolved(self) -> int:
        return self.rcodes.get("0", 0)


class Crowd:
    """Clients that send at once, from now on (see crowd.cpp). `after_others`: with the processor time that upstreams and
    other clients leave."""

    def __init__(self, port: int, after_others: bool = False, **plan):
        words = [f"{name}={value}" for name, value in {"port": port, **plan}.items()]
        around = ["nice", "-n", "19"] if after_others else []
        self._process = subprocess.Popen([*around, _FOLDER / "crowd", *words], stdout=subprocess.PIPE, text=True)

    def outcome(self) -> Outcome:
        output, _ = self._process.communicate(timeout=600)
        assert self._process.returncode == 0
        return Outcome(**json.loads(output))


def crowd(port: int, **plan) -> Outcome:
    return Crowd(port, **plan).outcome()


class Authority:
    """Knows the address of every name, but is silent about those with the label `silent`."""

    def __init__(self, silent: str = ""):
        command = ["setpriv", "--pdeathsig", "KILL", _FOLDER / "load_authority", *([silent] if silent else [])]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.url = f"udp://127.0.0.1:{int(self._process.stdout.readline())}"

    def hold(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def release(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.fixture
def authority_of_all():
    """authority_of_all(silent="") starts an Authority."""
    started = []

    def start(silent: str = "") -> Authority:
        started.append(Authority(silent))
        return started[-1]

    yield start
    for authority in started:
        authority.kill()


@pytest.fixture
def alone() -> Iterator[dict]:
    """How a daemon has a processor to itself: what the test starts besides runs on the others. Where there is but one,
    they share it."""
    processors = os.sched_getaffinity(0)
    first, *others = sorted(processors)
    os.sched_setaffinity(0, others or processors)
    yield {"around": ["taskset", "--cpu-list", str(first)], "workers": 1}
    os.sched_setaffinity(0, processors)


def one_upstream(authority: Authority) -> dict:
    """The configuration of a daemon that asks it alone."""
    return {"upstreams": {"only": {"url": authority.url}}, "routes": [{"suffix": ".", "group": "only"}]}


def resident_megabytes(daemon) -> float:
    return int(Path(f"/proc/{daemon.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6
