"""An upstream that goes away under 500 queries a second and comes back: no query fails, its breaker opens, probes
half-open and closes, and its share of the traffic returns. Load from 16 sockets over two workers."""

import itertools
from collections import Counter

import pytest

from harness import load
from harness.waiting import TIME_SCALE, eventually

RATE = 500 / TIME_SCALE


class NsdPair:
    """Two authorities for the same zones; `victim` is the one that goes."""

    def __init__(self, request, victim_goes: str):
        start = request.getfixturevalue("start_nsd")
        self.victim, self.survivor = start(), start()
        self.upstreams = {"victim": {"url": f"authority://{self.victim.endpoint}", "operator": "one"},
                          "survivor": {"url": f"authority://{self.survivor.endpoint}", "operator": "two"}}
        self.go = self.victim.kill if victim_goes == "killed" else self.victim.pause
        self.come_back = self.victim.restart if victim_goes == "killed" else self.victim.resume


class UnboundPair:
    """Two recursive resolvers, the one that goes asked over `scheme`."""

    def __init__(self, request, scheme: str):
        start = request.getfixturevalue("start_unbound")
        self.victim, self.survivor = start(), start()
        urls = {"https": f"https://127.0.0.1:{self.victim.https_port}/dns-query",
                "udp": f"udp://{self.victim.endpoint}", "tcp": f"tcp://{self.victim.endpoint}"}
        self.upstreams = {"victim": {"url": urls[scheme], "operator": "one"},
                          "survivor": {"url": f"udp://{self.survivor.endpoint}", "operator": "two"}}
        if scheme == "https":
            self.upstreams["victim"]["ca_file"] = str(request.getfixturevalue("authority").ca_file)
        self.go, self.come_back = self.victim.kill, self.victim.restart


@pytest.mark.parametrize("pair, variant, strategy", [
    (NsdPair, "killed", "race"), (NsdPair, "paused", "rotate"), (UnboundPair, "udp", "rotate"),
    (UnboundPair, "tcp", "race"), (UnboundPair, "https", "rotate")],
    ids=lambda value: value if isinstance(value, str) else value.__name__)
def test_no_query_fails_while_an_upstream_is_away(tributary, request, pair, variant, strategy):
    pair = pair(request, variant)
    daemon = tributary(upstreams=pair.upstreams,
                       groups={"both": {"upstreams": ["victim", "survivor"], "strategy": strategy}},
                       routes=[{"suffix": ".", "group": "both"}],
                       timeouts={"query": "4s", "attempt": "1s"})

    def asked(upstream: str = "victim") -> float:
        return daemon.metrics().value("tributary_upstream_queries_total", upstream=upstream)

    def wait_for_state(state: str) -> None:
        eventually(lambda: daemon.metrics().state("victim") == state, f"the breaker is {state}", within=90)

    numbers = itertools.count()
    steady = load.SteadyLoad(daemon.port, RATE,
                             lambda: f"q{(n := next(numbers))}.wild.{('alpha', 'beta')[n % 2]}.example")
    try:
        eventually(lambda: asked() > 100, "the victim has its share")
        pair.go()
        wait_for_state("open")
        pair.come_back()
        wait_for_state("half_open")
        wait_for_state("closed")
        back = asked()
        eventually(lambda: asked() > back + 200, "traffic returns", within=60)
    finally:
        outcomes = steady.stop()
    verdicts = Counter(outcome.verdict() for outcome in outcomes)
    print(f"{len(outcomes)} queries at {steady.rate():.0f} a second:",
          ", ".join(f"{count} × {verdict}" for verdict, count in verdicts.items()))
    assert set(verdicts) == {"NOERROR 192.0.2.77"}
    assert daemon.metrics().state("survivor") == "closed"
