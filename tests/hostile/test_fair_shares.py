"""Clients share what there is: who asks for fifty times as much as others takes nothing away from them."""

from crowds import Crowd, alone, authority_of_all, crowd, one_upstream

_OTHERS = 20
_RATE = 20  # queries a second of each


def _others(daemon, seconds: int, zone: str):
    """Misses of well-behaved clients."""
    return crowd(daemon.port, clients=_OTHERS, address=1, rate=_OTHERS * _RATE, queries=_OTHERS * _RATE * seconds,
                 zone=zone)


def _judge(verdicts, what: str, calm, others) -> None:
    verdicts.record(f"{what}: queries of {_OTHERS} others answered", "", f"{others.resolved} of {others.sent}", "all",
                    others.resolved == others.sent)
    ratio = others.p99_ms / calm.p99_ms
    verdicts.timing(f"{what}: p99 of {_OTHERS} others", "",
                    f"{others.p99_ms:.1f} ms, {ratio:.2f} × {calm.p99_ms:.1f} ms", "≤ 1.5 ×", ratio <= 1.5)


def test_one_abuser(tributary, alone, authority_of_all, verdicts, scale):
    daemon = tributary(**alone, **one_upstream(authority_of_all("slow")))
    seconds = scale(3, 20)
    calm = _others(daemon, seconds, "calm.example")
    for zone, names in (("slow.example", "that nobody answers"), ("fast.example", "that are answered")):
        abuse = Crowd(daemon.port, address=7, rate=50 * _RATE, queries=50 * _RATE * seconds, zone=zone)
        others = _others(daemon, seconds, f"others.{names[-8:]}.example".replace(" ", ""))
        abuse.outcome()
        _judge(verdicts, f"an abuser at 50 × the rate of others, with names {names}", calm, others)


def test_many_abusers_that_take_all_places(tributary, alone, authority_of_all, verdicts, scale):
    """100 clients ask for names that nobody answers, until every place that they may have is taken."""
    daemon = tributary(**alone, **one_upstream(authority_of_all("slow")))
    seconds = scale(4, 20)
    calm = _others(daemon, seconds, "calm.example")
    abuse = Crowd(daemon.port, clients=100, address=7, rate=10_000, queries=10_000 * (seconds + 1), zone="slow.example")
    others = _others(daemon, seconds, "others.example")
    abuse.outcome()
    assert daemon.metrics().value("tributary_dropped_total", reason="client_share") > 0, "there was no overload"
    _judge(verdicts, "100 abusers with more queries than may wait", calm, others)
