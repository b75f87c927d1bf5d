"""The tests: each loads one running subject and returns figures by name."""

import contextlib
import json
import subprocess
import time
from pathlib import Path
from typing import Callable, Iterator

from processes import Cpus, Failure, pinned_to
from subjects import Running

HIT_NAMES = 10_000
FIRST_MISS, MISS_NAMES = 1_000_000, 9_000_000
WINDOW = 100
TCP_CONNECTIONS, TCP_WINDOW = 10, 200

Figures = dict[str, float]


class Bench:
    """Runs the tests: with the load generator in `build`, for `seconds` each."""

    def __init__(self, build: Path, cpus: Cpus, seconds: float, rate: float):
        self._generator = str(build / "load_generator")
        self._cpus, self._seconds, self._rate = cpus, seconds, rate

    def _load(self, subject: Running, mode: str, **numbers: float) -> Figures:
        arguments = [f"{name}={number}" for name, number in {"port": subject.port, **numbers}.items()]
        with pinned_to(self._cpus.load):
            run = subprocess.run([self._generator, mode, *arguments], capture_output=True, text=True)
        if run.returncode != 0:
            raise Failure(f"{run.stderr.strip()}\n{subject.server.account()}")
        return json.loads(run.stdout)

    def _measure(self, subject: Running, mode: str, **numbers: float) -> Figures:
        """What came back, and the subject's CPU time for each answer."""
        before = subject.server.cpu_seconds()
        result = self._load(subject, mode, seconds=self._seconds, **numbers)
        cpu = subject.server.cpu_seconds() - before
        answered, seconds = max(1, result["answered"]), max(1e-6, result["seconds"])
        return {"cpu_us": cpu / answered * 1e6, "rate": answered / seconds, "busy": cpu / seconds,
                "answered": answered, "p50_us": result["p50_us"], "p99_us": result["p99_us"],
                "lost": result["lost"], "failed": result["answered"] - result["noerror"]}

    def _warm(self, subject: Running) -> None:
        """Asks for each name until all have come."""
        for _ in range(3):
            result = self._load(subject, "udp", window=50, seconds=30, first=0, names=HIT_NAMES, random=0)
            if result["noerror"] == HIT_NAMES:
                return
        raise Failure(f"of {HIT_NAMES} names only {result['noerror']} were answered")

    def _hits(self, subject: Running, mode: str, **numbers: float) -> Figures:
        self._warm(subject)
        return self._measure(subject, mode, first=0, names=HIT_NAMES, random=1, **numbers)

    def load_once(self, subject: Running, window: int, first: int, names: int) -> Figures:
        """Each of these names is asked for once, if there is time."""
        return self._measure(subject, "udp", window=window, first=first, names=names, random=0)

    def paced_hits(self, subject: Running, names: int) -> Figures:
        """The first `names`, which are cached already."""
        return self._measure(subject, "paced", first=0, names=names, random=1, rate=self._rate)

    @contextlib.contextmanager
    def beside(self, subject: Running, window: int, first: int) -> Iterator[Callable[[], dict]]:
        """Meanwhile the names from `first` on are asked for. What has come of it can be had afterwards."""
        numbers = {"port": subject.port, "window": window, "seconds": self._seconds, "first": first,
                   "names": MISS_NAMES - first, "random": 0}
        with pinned_to(self._cpus.load):
            run = subprocess.Popen([self._generator, "udp", *(f"{name}={number}" for name, number in numbers.items())],
                                   stdout=subprocess.PIPE, text=True)
        try:
            yield lambda: json.loads(run.communicate()[0])
        finally:
            run.wait()

    def start(self, subject: Running) -> Figures:
        time.sleep(0.3)  # what is done after the first answer belongs to being idle
        return {"first_answer_ms": subject.started_in * 1000,
                "resident_mb": subject.server.resident_megabytes(), "lost": 0, "failed": 0}

    def udp(self, subject: Running) -> Figures:
        return self._hits(subject, "udp", window=WINDOW)

    def paced(self, subject: Running) -> Figures:
        return self._hits(subject, "paced", rate=self._rate)

    def tcp(self, subject: Running) -> Figures:
        return self._hits(subject, "tcp", window=TCP_WINDOW, connections=TCP_CONNECTIONS)

    def miss(self, subject: Running) -> Figures:
        return self._measure(subject, "udp", window=WINDOW, first=FIRST_MISS, names=MISS_NAMES, random=0)

    pool = miss  # the subject is configured otherwise

    def test(self, name: str) -> Callable[[Running], Figures]:
        return getattr(self, name)
