"""DNS over HTTPS upstreams: how they are asked (RFC 8484), bad certificates, GOAWAY under load, silence, nonsense."""

from collections import Counter

import pytest

from harness import behaviour, load
from harness.dig import dig
from harness.waiting import TIME_SCALE, eventually

RIGHT = "192.0.2.1"
HOST = "dns.example"


@pytest.fixture
def bootstrap(fake_dns) -> str:
    """Of a server that knows the address of every DoH host."""
    return fake_dns(behaviour.address("127.0.0.1")).endpoint


@pytest.fixture
def upstream(authority, bootstrap):
    """upstream(fake, …): the configuration by which `fake` is reached as https://dns.example."""

    def configure(fake, **more) -> dict:
        return {"url": f"https://{HOST}:{fake.port}/dns-query", "bootstrap": [bootstrap],
                "ca_file": str(authority.ca_file), **more}

    return configure


def alone(upstream: dict) -> dict:
    return {"upstreams": {"only": upstream}, "routes": [{"suffix": ".", "group": "only"}]}


@pytest.mark.parametrize("method", ["post", "get"])
def test_how_it_is_asked(tributary, fake_doh, authority, upstream, method):
    fake = fake_doh(authority.issue(HOST), behaviour.address(RIGHT))
    daemon = tributary(**alone(upstream(fake, method=method)))
    assert dig(daemon.port, "www.alpha.example", "A").data("A") == [RIGHT]
    request = next(request for request in fake.received if "www" in request.message().question[0].to_text())
    assert request.headers[":method"] == method.upper()
    assert request.headers[":scheme"] == "https"
    assert request.headers[":authority"] == f"{HOST}:{fake.port}"
    assert request.headers[":path"].split("?")[0] == "/dns-query"
    assert "application/dns-message" in request.headers["accept"]
    assert request.message().id == 0, "RFC 8484 §4.1: the ID is 0, so that HTTP caches can serve"
    if method == "post":
        assert request.headers["content-type"] == "application/dns-message"


def test_the_host_is_looked_up_at_the_bootstrap_servers(tributary, fake_dns, fake_doh, authority):
    fake, knows = fake_doh(authority.issue(HOST), behaviour.address(RIGHT)), fake_dns(behaviour.address("127.0.0.1"))
    daemon = tributary(**alone({"url": f"https://{HOST}:{fake.port}/dns-query", "bootstrap": [knows.endpoint],
                                "ca_file": str(authority.ca_file)}))
    assert dig(daemon.port, "www.alpha.example", "A").data("A") == [RIGHT]
    assert knows.count(HOST) >= 1
    assert knows.count("www.alpha.example") == 0


BAD_CERTIFICATES = {
    "expired": lambda authority: authority.issue(HOST, expired=True),
    "self-signed": lambda authority: authority.issue_self_signed(HOST),
    "for another host": lambda authority: authority.issue("other.example"),
}


@pytest.mark.parametrize("kind", BAD_CERTIFICATES)
def test_bad_certificates_are_refused(tributary, fake_doh, authority, upstream, kind):
    fake = fake_doh(BAD_CERTIFICATES[kind](authority), behaviour.address(RIGHT))
    daemon = tributary(**alone(upstream(fake)))
    answer = dig(daemon.port, "www.alpha.example", "A")
    assert answer.status == "SERVFAIL"
    assert answer.extended_error in (22, 23), answer.text
    assert fake.received == [], "no query is entrusted to it"
    assert daemon.metrics().value("tributary_upstream_failures_total", upstream="only", reason="tls") >= 1


def test_an_authority_that_is_not_named_is_not_trusted(tributary, fake_doh, authority, bootstrap):
    """Without ca_file the system's authorities count, and ours is not among them."""
    fake = fake_doh(authority.issue(HOST), behaviour.address(RIGHT))
    daemon = tributary(**alone({"url": f"https://{HOST}:{fake.port}/dns-query", "bootstrap": [bootstrap]}))
    assert dig(daemon.port, "www.alpha.example", "A").status == "SERVFAIL"
    assert fake.received == []


@pytest.mark.parametrize("streams, at_once, count", [(1, 1, 100), (20, 16, 1000)])
def test_goaway_under_load_loses_no_query(tributary, fake_doh, authority, upstream, streams, at_once, count):
    """Streams above the last one that the GOAWAY names were not looked at: they go over a new connection."""
    fake = fake_doh(authority.issue(HOST), behaviour.after(0.005, behaviour.address(RIGHT)), goaway_after=streams)
    daemon = tributary(**alone(upstream(fake)))
    outcomes = load.ask_all(daemon.port, (f"g{number}.alpha.example" for number in range(count)), at_once)
    verdicts = Counter(outcome.verdict() for outcome in outcomes)
    print(f"{fake.goaways} GOAWAYs on {fake.connections} connections:", dict(verdicts))
    assert verdicts == {f"NOERROR {RIGHT}": count}
    assert fake.goaways >= count // streams // 2


def test_silence_costs_one_attempt_not_the_query(tributary, fake_dns, fake_doh, authority, upstream):
    silent = fake_doh(authority.issue(HOST), behaviour.dead)
    good = fake_dns(behaviour.address(RIGHT))
    daemon = tributary(upstreams={"silent": upstream(silent, operator="one"),
                                  "good": {"url": f"udp://{good.endpoint}", "operator": "two"}},
                       groups={"both": {"upstreams": ["silent", "good"], "strategy": "rotate",
                                        "order": "round_robin"}},
                       routes=[{"suffix": ".", "group": "both"}],
                       timeouts={"query": f"{4 * TIME_SCALE:.0f}s", "attempt": f"{500 * TIME_SCALE:.0f}ms"})
    outcomes = load.ask_all(daemon.port, (f"www.s{number}.example" for number in range(50)), at_once=10)
    assert Counter(outcome.verdict() for outcome in outcomes) == {f"NOERROR {RIGHT}": 50}
    assert silent.received, "the silent one was tried"
    # The attempts that lost stay open until their own time is over.
    eventually(lambda: daemon.metrics().value("tributary_upstream_failures_total", upstream="silent",
                                              reason="timeout") >= 1, "the silent one's failures are counted")


NONSENSE = {
    "wrong content type": {"content_type": "text/html"},
    "404": {"status": 404},
    "500": {"status": 500},
    "503 with Retry-After": {"status": 503, "extra_headers": [("retry-after", "60")]},
}


@pytest.mark.parametrize("how", NONSENSE)
def test_nonsense_is_no_answer(tributary, fake_doh, authority, upstream, how):
    """Whatever the body says: it counts only with status 200 and the media type of DNS messages."""
    fake = fake_doh(authority.issue(HOST), behaviour.address("203.0.113.66"), **NONSENSE[how])
    daemon = tributary(**alone(upstream(fake)))
    answer = dig(daemon.port, "www.alpha.example", "A")
    assert answer.status == "SERVFAIL"
    assert answer.extended_error in (22, 23), answer.text
    assert daemon.metrics().value("tributary_upstream_failures_total", upstream="only") >= 1
