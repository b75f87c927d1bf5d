"""Processes that are measured, and the CPUs that they run on."""

import contextlib
import os
import subprocess
from pathlib import Path
from typing import Iterator, Sequence

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


class Failure(Exception):
    """Told to the user as it is, without a traceback."""


def _siblings(cpu: int) -> set[int]:
    """The hardware threads that share a core with `cpu`, itself included."""
    file = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
    try:
        ranges = [part.split("-") for part in file.read_text().strip().split(",")]
        return {cpu}.union(*(range(int(ends[0]), int(ends[-1]) + 1) for ends in ranges))
    except (OSError, ValueError):
        return {cpu}


class Cpus:
    """Who runs where: the subject has a core of its own if there are two, so has the authority if there are three."""

    def __init__(self) -> None:
        allowed = sorted(os.sched_getaffinity(0))
        cores: list[int] = []
        for cpu in allowed:
            if not any(cpu in _siblings(other) for other in cores):
                cores.append(cpu)
        places = cores if len(cores) > 1 else allowed
        self.subject, self.load = places[0], places[1 % len(places)]
        self.authority = places[2] if len(places) > 2 else self.load
        self.shared = len(cores) == 1


@contextlib.contextmanager
def pinned_to(cpu: int) -> Iterator[None]:
    """What is started inside runs on `cpu`; nothing stands between us and it that would have to start first."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {cpu})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class Server:
    """Runs on one CPU until `stop`; what it writes is in a file."""

    def __init__(self, command: Sequence[str], cpu: int, folder: Path):
        self._output = folder / f"{Path(command[0]).name}.log"
        with pinned_to(cpu), self._output.open("wb") as sink:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, cwd=folder)

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def output(self) -> str:
        return self._output.read_text(errors="replace")

    def account(self) -> str:
        """For error messages: whether it still runs, and what it said."""
        code = self._process.poll()
        state = "still runs" if code is None else f"has ended with exit code {code}"
        return f"{Path(self._process.args[0]).name} {state}. It said:\n{self.output()}"

    def cpu_seconds(self) -> float:
        """User and system time of all its threads (proc(5), fields 14 and 15)."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND

    def resident_megabytes(self) -> float:
        """As VmRSS counts them; 1 MB is 10^6 octets."""
        for line in Path(f"/proc/{self._process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024 / 1e6
        raise Failure(self.account())

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(3)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def busy_seconds() -> float:
    """What all CPUs have worked since the machine started, stolen time included."""
    user, nice, system, _, _, irq, softirq, steal = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICKS_A_SECOND


def our_seconds() -> float:
    """What this program and its children that have ended have used."""
    return sum(os.times()[:4])
