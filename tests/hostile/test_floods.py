"""Floods: more queries than can be answered, or such as are to be answered all at once."""

import threading
import time

from crowds import Crowd, alone, authority_of_all, crowd, one_upstream, resident_megabytes
from harness.waiting import TIME_SCALE


class MostWaiting:
    """The most queries that waited at one time, as the daemon's counters tell."""

    def __init__(self, daemon):
        self.most = 0.0
        self._daemon, self._stop = daemon, threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._stop.wait(0.02):
            metrics = self._daemon.metrics()
            waiting = (metrics.value("tributary_queries_total") - metrics.value("tributary_responses_total")
                       - metrics.value("tributary_dropped_total", reason="client_share")
                       - metrics.value("tributary_dropped_total", reason="overload"))
            self.most = max(self.most, waiting)

    def stop(self) -> float:
        self._stop.set()
        self._thread.join()
        return self.most


def test_what_was_held_back_is_not_fired_at_once(tributary, authority_of_all, verdicts, scale):
    authority = authority_of_all()
    daemon = tributary(**one_upstream(authority))
    assert crowd(daemon.port, queries=100, rate=1000, zone="before.example").resolved == 100
    authority.hold()
    watch = MostWaiting(daemon)
    attack = Crowd(daemon.port, queries=5000, rate=scale(5000, 2000), zone="bomb.example", patience=8)
    time.sleep(scale(2.5, 5))
    authority.release()
    outcome = attack.outcome()
    waiting = watch.stop()
    reference = "CVE-2024-33655 (DNSBomb)"
    what = "5,000 queries of one client while its upstream is held"
    verdicts.record(f"{what}: waiting at once", reference, f"{waiting:.0f}", "≤ 1,000", waiting <= 1000)
    verdicts.record(f"{what}: replies within 10 ms", reference, str(outcome.most_in_10ms), "≤ 50",
                    0 < outcome.most_in_10ms <= 50)
    verdicts.record(f"{what}: latest reply", reference, f"{outcome.latest_ms / 1000:.2f} s", "≤ 1.9 s",
                    outcome.latest_ms <= 1900 * TIME_SCALE)
    after = crowd(daemon.port, queries=100, rate=1000, zone="after.example")
    assert after.resolved == 100


def test_random_names_under_one_silent_zone_cost_others_nothing(tributary, authority_of_all, verdicts, scale):
    authority = authority_of_all("slow")
    daemon = tributary(**one_upstream(authority))
    seconds = scale(3, 30)
    assert crowd(daemon.port, queries=200, rate=2000, zone="hot.example").resolved == 200
    rate = scale(2000, 20_000)
    torture = Crowd(daemon.port, clients=50, address=9, rate=rate, queries=rate * seconds, zone="slow.example")
    hits = Crowd(daemon.port, address=1, rate=500, queries=500 * seconds, names=200, zone="hot.example")
    misses = crowd(daemon.port, address=2, rate=100, queries=100 * seconds, zone="other.example", patience=4)
    cached = hits.outcome()
    torture.outcome()
    what = f"{rate:,} random names a second under one silent zone (water torture)"
    verdicts.record(f"{what}: misses in other zones answered", "", f"{misses.resolved} of {misses.sent}", "all",
                    misses.resolved == misses.sent)
    verdicts.record(f"{what}: cached names answered", "", f"{cached.resolved} of {cached.sent}", "all",
                    cached.resolved == cached.sent)
    verdicts.timing(f"{what}: p99 of cached names", "", f"{cached.p99_ms:.1f} ms", "< 10 ms", cached.p99_ms < 10)


def test_more_than_can_be_answered(tributary, alone, authority_of_all, verdicts, scale):
    daemon = tributary(**alone, **one_upstream(authority_of_all()))
    peak = peak_of(daemon, scale(1.0, 5.0))
    before = resident_megabytes(daemon)
    seconds = scale(2, 60)
    rate = 10 * peak
    flood = crowd(daemon.port, clients=20, address=3, rate=rate, queries=int(rate * seconds), first=2_000_000,
                  zone="flood.example", after_others=True)
    growth = resident_megabytes(daemon) - before
    goodput = flood.resolved / flood.seconds
    what = f"ten times what can be answered, for {seconds} s"
    verdicts.timing(f"{what}: answered", "", f"{goodput:,.0f}/s of {flood.sent / flood.seconds:,.0f}/s sent; "
                    f"{goodput / peak:.0%} of peak", "≥ 95 % of peak", goodput >= 0.95 * peak)
    verdicts.record(f"{what}: more memory than before, the cache (64 MiB) included", "", f"{growth:.0f} MB", "≤ 256 MB",
                    growth <= 256)
    after = crowd(daemon.port, address=4, rate=500, queries=500, zone="after.example")
    verdicts.record(f"{what}: misses answered in the second after", "", f"{after.resolved} of 500", "all",
                    after.resolved == 500)


def peak_of(daemon, seconds: float) -> float:
    """Misses a second that it answers when it is asked for twice as much again and again, until it answers no more."""
    best, rate, first = 0.0, 2000, 0
    while True:
        outcome = crowd(daemon.port, clients=20, address=3, rate=rate, queries=int(rate * seconds), first=first,
                        zone="peak.example", after_others=True)
        goodput = outcome.resolved / outcome.seconds
        if goodput < 1.3 * best:
            return max(best, goodput)
        best, rate, first = max(best, goodput), 2 * rate, first + outcome.sent


def test_a_client_that_is_not_served_gains_nothing(tributary, authority_of_all, verdicts, scale):
    daemon = tributary(allow=["127.0.0.1"], **one_upstream(authority_of_all()))
    outcome = crowd(daemon.port, clients=10, rate=5000, queries=scale(5000, 50_000), zone="x.example")
    refused = outcome.rcodes.get("5", 0)
    verdicts.record("queries of denied clients (open resolver): answered other than REFUSED", "RFC 5358",
                    str(outcome.replies - refused), "0", outcome.replies == refused)
    verdicts.record("queries of denied clients: octets received for each sent", "RFC 5358",
                    f"{outcome.received_octets / outcome.sent_octets:.2f}", "≤ 1",
                    outcome.received_octets <= outcome.sent_octets)
