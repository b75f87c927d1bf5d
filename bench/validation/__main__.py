"""What validating costs Tributary, beside unbound that validates and forwards, over the same authoritative server.

Needs what the integration tests need: nsd, unbound, bind9-utils, ldnsutils, python3-dnspython. In each round each
subject is started anew for each test, in turn; one worker each, on one core. "CPU" is user and system time of the whole
process for each answered query.

  cached  names never asked for, of one zone whose keys are known: one signature each
  cold    names in zones never asked for: DS, DNSKEY, and all their signatures
  flood   cached names at an even rate, alone, and beside queries into a trap: a hundred keys of one tag with as many
          signatures (CVE-2023-50387)

`cached` and `cold` are measured for RSA/SHA-256 (2,048 bits) and ECDSA P-256. The tables show medians of the rounds
(least–greatest).
"""

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Iterator, NamedTuple, Sequence

ROOT = Path(__file__).resolve().parents[2]
sys.path[1:1] = [str(ROOT / "bench" / "load"), str(ROOT / "tests" / "integration")]

from harness.nsd_server import NsdServer  # noqa: E402
from harness.signed_tree.tree import SignedTree  # noqa: E402
from harness.signed_tree.zone import Zone  # noqa: E402
from measurements import Bench, Figures  # noqa: E402
from processes import Cpus, Failure, pinned_to  # noqa: E402
from report import Row, Sample, faults, table  # noqa: E402
from subjects import Running, Subject, Unbound  # noqa: E402
from validators import require_validation, validating_tributary, validating_unbound  # noqa: E402
from worlds import FIRST_NAME, FIRST_TRAP, FIRST_ZONE, ordinary, trapped  # noqa: E402

ALGORITHMS = {8: "RSA", 13: "ECDSA"}
WINDOW, TRAP_WINDOW, HIT_NAMES = 50, 4, 1_000
LONGEST = 60  # seconds for all names once

ROWS = [*(Row(f"{test} {number}", "cpu_us", f"{test}, {name}: CPU µs a query")
          for number, name in ALGORITHMS.items() for test in ("cached", "cold")),
        Row("flood", "alone_us", "cached names alone: p99, µs"), Row("flood", "p99_us", "beside the flood: p99, µs"),
        Row("flood", "times", "times as long"), Row("flood", "cpu_us", "CPU µs a query of the flood")]


class World(NamedTuple):
    """Zones on a server, and who validates them."""

    port: int
    subjects: Sequence[Subject]


@contextlib.contextmanager
def world(zones: Sequence[Zone], folder: Path, build: Path, cpus: Cpus) -> Iterator[World]:
    (folder / "tree").mkdir()
    (folder / "nsd").mkdir()
    tree = SignedTree(folder / "tree", zones)
    with pinned_to(cpus.authority):
        nsd = NsdServer(folder / "nsd", tree.files)
    try:
        yield World(nsd.port, [validating_tributary(build, tree.anchors), validating_unbound(tree.anchors)])
    finally:
        nsd.kill()


class Measurement:
    def __init__(self, options: argparse.Namespace, cpus: Cpus):
        self._options, self._cpus = options, cpus
        self._bench = Bench(options.build, cpus, options.seconds, options.rate)
        self._all_once = Bench(options.build, cpus, LONGEST, options.rate)

    def cached(self, running: Running) -> Figures:
        require_validation(running.port, f"n{self._options.names - 1:07}.bench.corp")
        return self._all_once.load_once(running, WINDOW, FIRST_NAME, self._options.names - 1)

    def cold(self, running: Running) -> Figures:
        require_validation(running.port, f"n{FIRST_ZONE:07}.bench.corp")
        return self._all_once.load_once(running, WINDOW, FIRST_ZONE + 1, self._options.zones - 1)

    def flood(self, running: Running) -> Figures:
        require_validation(running.port, f"n{FIRST_NAME:07}.bench.corp")
        self._all_once.load_once(running, WINDOW, FIRST_NAME, HIT_NAMES)
        alone = self._bench.paced_hits(running, HIT_NAMES)
        with self._bench.beside(running, TRAP_WINDOW, FIRST_TRAP) as flood:
            hits = self._bench.paced_hits(running, HIT_NAMES)
        spent = (hits["cpu_us"] * hits["answered"] - alone["cpu_us"] * alone["answered"]) / max(1, flood()["answered"])
        return {"alone_us": alone["p99_us"], "p99_us": hits["p99_us"], "times": hits["p99_us"] / alone["p99_us"],
                "cpu_us": spent, "lost": hits["lost"], "failed": hits["failed"]}


def alternating(world_: World, tests: dict, number: int, cpus: Cpus) -> Iterator[Sample]:
    for test, measure in tests.items():
        for subject in world_.subjects if number % 2 == 0 else reversed(world_.subjects):
            with subject.running(world_.port, cpus, test) as running:
                yield Sample(test, subject.name, number, measure(running))


def samples(options: argparse.Namespace, cpus: Cpus, folder: Path) -> Iterator[Sample]:
    measurement = Measurement(options, cpus)
    for algorithm in ALGORITHMS:
        place = folder / str(algorithm)
        place.mkdir()
        with world(ordinary(algorithm, options.names, options.zones, place), place, options.build, cpus) as there:
            for number in range(options.rounds):
                yield from alternating(there, {f"cached {algorithm}": measurement.cached,
                                               f"cold {algorithm}": measurement.cold}, number, cpus)
    place = folder / "trap"
    place.mkdir()
    with world(trapped(HIT_NAMES), place, options.build, cpus) as there:
        for number in range(options.rounds):
            yield from alternating(there, {"flood": measurement.flood}, number, cpus)


def require_programs(build: Path) -> None:
    missing = [name for name in ("tributary", "load_generator") if not os.access(build / name, os.X_OK)]
    if missing:
        raise Failure(f"{build} has no {', '.join(missing)}. In {ROOT}, build with\n"
                      "  CXX=g++ cmake --preset release -DTRIBUTARY_BENCHMARKS=ON\n"
                      "  cmake --build --preset release --target tributary load_tools")
    absent = [name for name in ("nsd", "dnssec-signzone", "ldns-signzone") if not shutil.which(name)]
    if absent or not Unbound.program():
        raise Failure(f"not installed: {', '.join([*absent, *['unbound'] * (not Unbound.program())])}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 bench/validation", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="default: 5")
    parser.add_argument("--names", type=int, default=20_000, help="of the one zone; default: 20000")
    parser.add_argument("--zones", type=int, default=1_000, help="with keys of their own; default: 1000")
    parser.add_argument("--seconds", type=float, default=2, help="of cached names, alone and in the flood; default: 2")
    parser.add_argument("--rate", type=float, default=5_000, help="cached names a second; default: 5000")
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "release", metavar="FOLDER",
                        help="where the programs are; default: build/release")
    return parser.parse_args()


def show_progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def main() -> int:
    options = arguments()
    require_programs(options.build)
    cpus = Cpus()
    with tempfile.TemporaryDirectory(prefix="validation.") as folder:
        results = []
        for sample in samples(options, cpus, Path(folder)):
            results.append(sample)
            show_progress(f"round {sample.round + 1}: {sample.test}, {sample.subject}")
    show_progress("")
    print(table(results, ["tributary", "unbound"], options.rate, ROWS))
    for note in faults(results):
        print(f"\n{note}")
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main())
    except (Failure, OSError, subprocess.SubprocessError) as failure:
        sys.exit(f"bench/validation: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
