"""Bad upstreams do not win: with a dead one, one that fails at once, or one that lies at once beside a good one,
every single query gets the right answer."""

from collections import Counter

import pytest

from harness import behaviour, load

RIGHT = "192.0.2.1"


def names(stem: str, count: int = 1000) -> list[str]:
    """Of many registered domains, each asked once: nothing comes from the cache."""
    return [f"www.{stem}-{number}.example" for number in range(count)]


def group_of(fakes, **options) -> dict:
    """The configuration of a group of `fakes`, each run by somebody else."""
    upstreams = {f"u{number}": {"url": f"udp://{fake.endpoint}", "operator": f"o{number}"}
                 for number, fake in enumerate(fakes)}
    return {"upstreams": upstreams, "groups": {"all": {"upstreams": list(upstreams), **options}},
            "routes": [{"suffix": ".", "group": "all"}]}


def show(what: str, outcomes) -> Counter:
    """Prints and returns how the queries ended."""
    verdicts = Counter(outcome.verdict() for outcome in outcomes)
    print(f"{what}: " + ", ".join(f"{count} × {verdict}" for verdict, count in verdicts.most_common()))
    return verdicts


def test_race_against_a_dead_and_a_failing_upstream(tributary, fake_dns):
    fakes = [fake_dns(behaviour.dead), fake_dns(behaviour.servfail),
             fake_dns(behaviour.after(0.005, behaviour.address(RIGHT)))]
    daemon = tributary(**group_of(fakes, strategy="race", width=3))
    verdicts = show("dead, SERVFAIL, right", load.ask_all(daemon.port, names("race"), at_once=8))
    assert verdicts == {f"NOERROR {RIGHT}": 1000}


@pytest.mark.parametrize("with_soa", [True, False], ids=["with SOA", "without SOA"])
def test_race_against_a_liar_that_denies_everything_at_once(tributary, fake_dns, with_soa):
    """In a group that is not uniform an NXDOMAIN is held back for a second opinion."""
    fakes = [fake_dns(behaviour.dead), fake_dns(behaviour.nxdomain(with_soa)),
             fake_dns(behaviour.after(0.005, behaviour.address(RIGHT)))]
    daemon = tributary(**group_of(fakes, strategy="race", width=3, uniform=False))
    verdicts = show("dead, NXDOMAIN, right", load.ask_all(daemon.port, names("liar"), at_once=4))
    assert verdicts == {f"NOERROR {RIGHT}": 1000}


def test_a_true_denial_still_comes_through(tributary, fake_dns):
    fakes = [fake_dns(behaviour.nxdomain()), fake_dns(behaviour.nxdomain()), fake_dns(behaviour.servfail)]
    daemon = tributary(**group_of(fakes, strategy="race", width=3, uniform=False))
    verdicts = show("NXDOMAIN twice, SERVFAIL", load.ask_all(daemon.port, names("denied", 100), at_once=8))
    assert verdicts == {"NXDOMAIN": 100}


@pytest.mark.parametrize("order", ["round_robin", "weighted_random"])
def test_rotation_over_two_live_and_one_dead(tributary, fake_dns, order):
    live = [fake_dns(behaviour.address(RIGHT)), fake_dns(behaviour.address(RIGHT))]
    daemon = tributary(**group_of([*live, fake_dns(behaviour.dead)], strategy="rotate", order=order),
                       timeouts={"query": "4s", "attempt": "500ms"})
    verdicts = show(f"rotate ({order})", load.ask_all(daemon.port, names("rotate"), at_once=50))
    assert verdicts == {f"NOERROR {RIGHT}": 1000}
    shares = [len(fake.received) for fake in live]
    assert min(shares) > 250, f"both live ones get their share, got {shares}"


def test_when_all_fail_the_client_hears_it(tributary, fake_dns):
    fakes = [fake_dns(behaviour.servfail), fake_dns(behaviour.servfail)]
    daemon = tributary(**group_of(fakes, strategy="race", width=2))
    assert show("all SERVFAIL", load.ask_all(daemon.port, names("failing", 20), at_once=4)) == {"SERVFAIL": 20}
