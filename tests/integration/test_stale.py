"""An authority that stops: names in the cache are answered all the same once they have expired, in time and marked as
stale (RFC 8767, RFC 8914 §4.4); when it is back, the next answers are fresh."""

import time
from dataclasses import dataclass
from typing import Optional

import dns.edns
import dns.message
import dns.query
import dns.rcode

from harness.waiting import TIME_SCALE, eventually

STALE_ANSWER = 3
NAMES = [f"short{number}.wild.alpha.example" for number in range(3)]


@dataclass(frozen=True)
class Reply:
    took: float  # seconds
    ttl: int
    extended_error: Optional[int]


def ask(port: int, name: str) -> Reply:
    """The A record of `name` must be there, stale or fresh."""
    began = time.monotonic()
    reply = dns.query.udp(dns.message.make_query(name, "A", use_edns=0), "127.0.0.1", port=port, timeout=10)
    took = time.monotonic() - began
    assert reply.rcode() == dns.rcode.NOERROR
    assert [rdata.to_text() for rrset in reply.answer for rdata in rrset] == ["192.0.2.77"]
    errors = [int(option.code) for option in reply.options if option.otype == dns.edns.EDE]
    return Reply(took, reply.answer[0].ttl, errors[0] if errors else None)


def test_expired_names_are_answered_while_the_authority_is_away(tributary, start_nsd):
    authority = start_nsd()
    daemon = tributary(upstreams={"only": {"url": f"authority://{authority.endpoint}"}},
                       routes=[{"suffix": ".", "group": "only"}], cache={"max_ttl": "5s"})

    def stale(name: str) -> Optional[Reply]:
        reply = ask(daemon.port, name)
        return reply if reply.extended_error == STALE_ANSWER else None

    for name in NAMES:
        assert ask(daemon.port, name).extended_error is None
    authority.pause()  # silent, not refusing: the worst case for the wait
    for name in NAMES:
        reply = eventually(lambda: stale(name), f"{name} has expired")
        print(f"{name}: stale after {reply.took:.2f} s")
        assert reply.took <= 1.9 * TIME_SCALE
        assert reply.ttl == 30
    assert daemon.metrics().value("tributary_stale_answers_total") >= len(NAMES)

    authority.resume()
    back = time.monotonic()
    for name in NAMES:
        eventually(lambda: not stale(name), f"{name} is fresh", within=35)
    print(f"all fresh {time.monotonic() - back:.1f} s after the authority came back")
