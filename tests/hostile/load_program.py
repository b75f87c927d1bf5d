"""bench/load's generator and authoritative server, as the daemon's clients and upstream: fast, for names they share."""

import json
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

from harness.daemon import BINARY

_FOLDER = Path(BINARY).parent

#: Of the generator: n0000000.bench.corp and so on, known to the authority.
NAMES = 1_000


@dataclass(frozen=True)
class Traffic:
    sent: int
    noerror: int
    lost: int
    p99: float  # milliseconds


@contextmanager
def authority() -> Iterator[str]:
    """Runs the server; yields where."""
    command = ["setpriv", "--pdeathsig", "KILL", str(_FOLDER / "load_authority")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield f"127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.kill()


def _run(mode: str, port: int, **numbers: float) -> Traffic:
    arguments = [f"{name}={number}" for name, number in {"port": port, "first": 0, "names": NAMES, **numbers}.items()]
    command = [_FOLDER / "load_generator", mode, *arguments]
    told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return Traffic(told["answered"] + told["lost"], told["noerror"], told["lost"], told["p99_us"] / 1000)


def warm(port: int) -> None:
    """Has all names cached."""
    assert _run("udp", port, window=50, seconds=30, random=0).noerror == NAMES


def paced(port: int, rate: float, seconds: float) -> Traffic:
    """Hits over UDP, in even distances."""
    return _run("paced", port, rate=rate, seconds=seconds, random=1)
