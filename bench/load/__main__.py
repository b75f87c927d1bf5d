"""Measures Tributary on this machine, beside unbound and beside a program that only echoes datagrams.

One worker of each subject runs on one core; the load comes from another core, over loopback. In each round each subject
is started anew for each test, in turn. "CPU" is user and system time of the whole process for each answered query.

  start   from the program's start to its first answer, from a zone of its own; then the memory in use
  udp     10,000 cached names at random, 100 queries waiting at any time
  paced   the same names at an even rate; latency from when a query was due
  tcp     the same names over 10 connections, 200 queries waiting
  miss    names never asked for before, forwarded over UDP to a server that knows every name
  pool    the same, with upstream ports from a pool instead of a fresh one for each query

The table shows medians of the rounds (least–greatest). "≥": the load generator was the limit.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Iterator

from measurements import Bench
from processes import Cpus, Failure, Server, busy_seconds, our_seconds
from report import Sample, faults, table
from subjects import Echo, Subject, Tributary, Unbound, printed_port

ROOT = Path(__file__).resolve().parents[2]
TESTS = ["start", "udp", "paced", "tcp", "miss", "pool"]
PROGRAMS = ["tributary", "load_echo", "load_authority", "load_generator"]


def number_within(least: float, most: float, kind=float):
    def read(text: str):
        number = kind(text)
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(f"{text} is not from {least} to {most}")
        return number
    read.__name__ = "number"
    return read


def test_list(text: str) -> list[str]:
    names = text.split(",")
    for name in names:
        if name not in TESTS:
            raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(TESTS)}")
    return names


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 bench/load", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=number_within(1, 100, int), default=5, help="default: 5")
    parser.add_argument("--seconds", type=number_within(0.05, 30), default=1, help="length of one test; default: 1")
    parser.add_argument("--rate", type=number_within(100, 200_000), default=20_000,
                        help="queries a second of the test 'paced'; default: 20000")
    parser.add_argument("--tests", type=test_list, default=TESTS, metavar="TEST,…", help="default: all")
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "release", metavar="FOLDER",
                        help="where the programs are; default: build/release")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures of all rounds there, too")
    return parser.parse_args()


def require_programs(build: Path) -> None:
    missing = [name for name in PROGRAMS if not os.access(build / name, os.X_OK)]
    if missing:
        raise Failure(f"{build} has no {', '.join(missing)}. In {ROOT}, build with\n"
                      "  CXX=g++ cmake --preset release -DTRIBUTARY_BENCHMARKS=ON\n"
                      "  cmake --build --preset release --target tributary load_tools")


def find_subjects(build: Path) -> list[Subject]:
    subjects: list[Subject] = [Echo(build), Tributary(build)]
    if Unbound.program():
        return subjects + [Unbound()]
    print("unbound is not installed: measuring without it (apt-get install unbound).", file=sys.stderr)
    return subjects


@contextlib.contextmanager
def authority(build: Path, cpus: Cpus) -> Iterator[int]:
    """Its port."""
    with tempfile.TemporaryDirectory(prefix="authority.") as folder:
        server = Server([str(build / "load_authority")], cpus.authority, Path(folder))
        try:
            yield printed_port(server)
        finally:
            server.stop()


def measure(subjects: list[Subject], options: argparse.Namespace, cpus: Cpus) -> list[Sample]:
    bench, samples = Bench(options.build, cpus, options.seconds, options.rate), []
    with authority(options.build, cpus) as port:
        for number in range(options.rounds):
            for test in options.tests:
                for subject in subjects if number % 2 == 0 else reversed(subjects):
                    if test not in subject.tests:
                        continue
                    show_progress(f"round {number + 1} of {options.rounds}: {test}, {subject.name}")
                    with subject.running(port, cpus, test) as running:
                        samples.append(Sample(test, subject.name, number, bench.test(test)(running)))
    show_progress("")
    return samples


def show_progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def main() -> int:
    options = arguments()
    require_programs(options.build)
    cpus, subjects = Cpus(), find_subjects(options.build)
    busy, ours, began = busy_seconds(), our_seconds(), os.times().elapsed
    samples = measure(subjects, options, cpus)
    others = (busy_seconds() - busy - (our_seconds() - ours)) / (os.times().elapsed - began)
    notes = faults(samples)
    if cpus.shared:
        notes.append("Subject and load share one core: these figures cannot be compared with others.")
    if others > 0.1:
        notes.append(f"Other programs kept {others:.0%} of a CPU busy meanwhile: the figures are worth less.")
    print(table(samples, [subject.name for subject in subjects], options.rate))
    for note in notes:
        print(f"\n{note}")
    if options.json:
        document = {"rounds": options.rounds, "seconds": options.seconds, "rate": options.rate, "notes": notes,
                    "samples": [sample._asdict() for sample in samples]}
        options.json.write_text(json.dumps(document, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main())
    except (Failure, OSError, subprocess.SubprocessError) as failure:
        sys.exit(f"bench/load: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
