#!/usr/bin/python3
"""Half of what the daemon can do, for an hour, while things go wrong at random: python3 tests/hostile/soak.py

    --minutes N   for so long instead of 60 (--long: 480)
    --rate R      misses and hits a second, instead of half of what it answers now
    --seed N      the same faults again

TRIBUTARY names the binary, with `crowd` and `load_authority` beside it. Prints a report, and fails if memory grows by
more than 1 % an hour after a tenth of the time, if descriptors do, or if a query was lost that a healthy upstream could
have answered. One of three upstreams at least is healthy all the time.
"""

import argparse
import os
import random
import socket
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "integration"))

from harness import private_network

private_network.enter()

from crowds import Authority, Crowd, crowd, resident_megabytes
from harness import behaviour
from harness.daemon import Daemon
from harness.event_loop import EventLoop
from harness.fake_dns import FakeDns

_ROUND = 10.0  # seconds, each with one fault


class Faults:
    """What goes wrong in a round; `mend` makes it right again."""

    def __init__(self, daemon: Daemon, authorities: list[Authority], liar: FakeDns, chance: random.Random):
        self._daemon, self._authorities, self._liar, self._chance = daemon, authorities, liar, chance
        self._held = []

    def begin(self) -> str:
        return self._chance.choice([self._stop, self._lie, self._slow, self._reload, self._hang_up, self._nothing])()

    def mend(self) -> None:
        for authority in self._held:
            authority.release()
        self._held = []
        self._liar.behaviour = behaviour.address("192.0.2.1")

    def _stop(self) -> str:
        self._held = [self._chance.choice(self._authorities)]
        self._held[0].hold()
        return "an upstream is stopped"

    def _lie(self) -> str:
        self._liar.behaviour = behaviour.servfail
        return "an upstream fails"

    def _slow(self) -> str:
        self._liar.behaviour = behaviour.after(1.0, behaviour.address("192.0.2.1"))
        return "an upstream is slow"

    def _reload(self) -> str:
        assert self._daemon.hang_up()
        return "a reload"

    def _hang_up(self) -> str:
        for _ in range(50):
            with socket.create_connection(("127.0.0.1", self._daemon.port)) as client:
                client.sendall(b"\0\x20half a message")
        return "50 TCP clients hang up"

    def _nothing(self) -> str:
        return "nothing"


def _descriptors(daemon: Daemon) -> int:
    return len(os.listdir(f"/proc/{daemon.pid}/fd"))


def _report(lines: list[str], daemon: Daemon) -> None:
    buckets = [(labels["le"], value) for labels, value in daemon.metrics().family(
        "tributary_client_latency_seconds_bucket") if labels["cached"] == "false"]
    print("\n".join(lines))
    print("latency of what had to wait, up to … seconds: " + ", ".join(f"{le}: {value:.0f}" for le, value in buckets))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--rate", type=float)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    minutes = 480 if options.long else options.minutes
    authorities, liar = [Authority(), Authority()], FakeDns(EventLoop(), behaviour.address("192.0.2.1"))
    urls = [*(each.url for each in authorities), f"udp://{liar.endpoint}"]
    daemon = Daemon.configured(Path(tempfile.mkdtemp(prefix="soak-")), {
        "upstreams": {f"u{number}": {"url": url} for number, url in enumerate(urls)},
        "groups": {"all": {"upstreams": ["u0", "u1", "u2"]}}, "routes": [{"suffix": ".", "group": "all"}],
        "cache": {"size": "16MiB"}}).start()
    faults = Faults(daemon, authorities, liar, random.Random(options.seed))
    rate = options.rate or _half_of_what_it_can(daemon.port)
    print(f"{minutes:g} minutes at {rate:.0f} queries a second", flush=True)
    lost, sent, first = 0, 0, 10_000_000
    samples: list[tuple[float, float, int]] = []
    began = time.monotonic()
    while (passed := time.monotonic() - began) < minutes * 60:
        what = faults.begin()
        load = Crowd(daemon.port, clients=20, address=1, rate=rate, queries=int(rate * _ROUND), first=first,
                     zone="soak.example", patience=5)
        outcome = load.outcome()
        faults.mend()
        first, sent, lost = first + outcome.sent, sent + outcome.sent, lost + outcome.sent - outcome.resolved
        samples.append((passed, resident_megabytes(daemon), _descriptors(daemon)))
        print(f"{passed:6.0f} s  {what}: {outcome.sent - outcome.resolved} lost, p99 {outcome.p99_ms:.1f} ms, "
              f"{samples[-1][1]:.1f} MB, {samples[-1][2]} descriptors", flush=True)
    warm = [sample for sample in samples if sample[0] >= minutes * 6] or samples
    hours = max(warm[-1][0] - warm[0][0], 1) / 3600
    growth = (warm[-1][1] / warm[0][1] - 1) * 100
    more = warm[-1][2] - warm[0][2]
    _report([f"{sent} queries, {lost} of them lost", f"memory: {warm[0][1]:.1f} to {warm[-1][1]:.1f} MB after warming up, "
             f"{growth:+.2f} % in {hours:.2f} h", f"descriptors: {more:+d}"], daemon)
    daemon.stop()
    for authority in authorities:
        authority.kill()
    return 0 if lost == 0 and growth <= max(hours, 1) and more <= 64 else 1


def _half_of_what_it_can(port: int) -> float:
    best, rate, first = 0.0, 1000.0, 0
    while True:
        outcome = crowd(port, clients=20, address=2, rate=rate, queries=int(2 * rate), first=first, zone="peak.example")
        goodput = outcome.resolved / outcome.seconds
        if goodput < 1.3 * best:
            return best / 2
        best, rate, first = goodput, 2 * rate, first + outcome.sent


if __name__ == "__main__":
    sys.exit(main())
