"""One of three upstreams lies about signed names. No client may see a lie, nor AD where it does not belong, and no
question may fail, for two upstreams are honest.

TRIBUTARY_LIES is how many questions are asked in all; 5,000 unless set. The whole is 100,000:
TRIBUTARY_LIES=100000 ctest --preset release -R integration.lies
"""

import itertools
import os
import random
from typing import NamedTuple, Optional

import dns.flags
import dns.message
import dns.rcode
import pytest

from harness import load
from harness.behaviour import relay
from harness.daemon import BINARY
from harness.longer_way import LongerWay
from harness.signed_tree import lies
from harness.signed_tree.catalog import TOP, ZONES
from harness.signed_tree.servers import SignedInternet, dnssec_section
from harness.signed_tree.zone import Zone

QUESTIONS = int(os.environ.get("TRIBUTARY_LIES", "5000"))
AT_ONCE = 4  # the liar thinks slowly: more would wait in vain

#: NSEC and NSEC3, three algorithms, two levels.
SIGNED = ["a8.tree.", "a13.tree.", "a15.tree.", "n3.tree.", "n3-salt.tree.", "signed.hash."]
UNSIGNED = "unsigned.tree."
HERE = [zone for zone in ZONES if zone in TOP or zone.name in (*SIGNED, UNSIGNED)]

#: The liars' own tree: the same names, other addresses.
TWIN = [Zone(zone.name, zone.keys, zone.denial, zone.signer,
             content=zone.content.replace("192.0.2.", "203.0.113.").replace("2001:db8::", "2001:db8:bad::"))
        for zone in HERE]

LIES = {
    "honest": lies.honest,  # a check of the test
    "stripped": lies.stripped, "without EDNS": lies.without_edns, "forged": lies.forged_data,
    "forged and stripped": lies.forged_and_stripped, "denied": lies.denied,
    "denied by another": lies.denied_by_another, "nothing by another": lies.nothing_by_another,
    "replayed": lies.replayed, "forged keys": lies.forged_keys, "made insecure": lies.made_insecure,
    "made insecure by another": lies.made_insecure_by_another,
}
TWINS = {"twin": lies.twin, "twin below the top": lies.twin_below_the_top}
STRATEGIES = {"failover": {}, "race": {"width": 3}, "hedge": {}}
CASES = [*itertools.product([*LIES, *TWINS], STRATEGIES)]


class Truth(NamedTuple):
    rcode: str
    data: frozenset[str]  # of the records of the type asked for
    secure: bool


class Asked(NamedTuple):
    name: str
    type: str
    truth: Truth
    do: bool
    ad: bool

    def query(self) -> dns.message.Message:
        query = dns.message.make_query(self.name, self.type, want_dnssec=self.do)
        query.flags |= dns.flags.AD * self.ad
        return query

    def fault(self, reply: Optional[dns.message.Message]) -> str:
        """What is wrong with the reply; empty if nothing is."""
        if reply is None:
            return "no reply"
        data = frozenset(rdata.to_text() for rrset in reply.answer for rdata in rrset
                         if rrset.rdtype == reply.question[0].rdtype)
        seen = Truth(dns.rcode.to_text(reply.rcode()), data, bool(reply.flags & dns.flags.AD))
        truth = self.truth._replace(secure=self.truth.secure and (self.do or self.ad))
        return "" if seen == truth else f"{seen}, not {truth}; {[option.to_text() for option in reply.options]}"


def question(number: int, chance: random.Random) -> Asked:
    secure = chance.random() < 0.9
    zone = chance.choice(SIGNED) if secure else UNSIGNED
    name, rrtype, rcode, data = chance.choices([
        (f"n{number}.wild", "A", "NOERROR", ["192.0.2.77"]), (f"gone{number}", "A", "NXDOMAIN", []),
        ("www", "A", "NOERROR", ["192.0.2.80"]), ("www", "AAAA", "NOERROR", ["2001:db8::80"]),
        ("www", "TXT", "NOERROR", []), ("alias", "A", "NOERROR", ["192.0.2.80"]),
        (f"n{number}.cwild", "A", "NOERROR", ["192.0.2.80"]), (f"n{number}.wild", "MX", "NOERROR", []),
        ("ent", "A", "NOERROR", []), ("dangling", "A", "NXDOMAIN", [])],
        weights=[30, 20, 10, 5, 5, 5, 15, 5, 3, 2])[0]
    do, ad = chance.choice([(True, False), (False, True), (False, False)])
    return Asked(f"{name}.{zone}", rrtype, Truth(rcode, frozenset(data), secure), do, ad)


@pytest.fixture(scope="module")
def internet(tmp_path_factory, authority):
    servers = SignedInternet(tmp_path_factory.mktemp, HERE, authority.issue("dns.example"))
    yield servers
    servers.kill()


@pytest.fixture(scope="module")
def twin(tmp_path_factory, authority):
    servers = SignedInternet(tmp_path_factory.mktemp, TWIN, authority.issue("dns.example"))
    yield servers
    servers.kill()


@pytest.fixture(scope="module")
def other_resolver(internet):
    return internet.another_resolver()


@pytest.fixture
def longer_way(events):
    """longer_way(server): the way to it takes as long as a liar needs."""
    ways = []

    def lead(server) -> LongerWay:
        ways.append(LongerWay(events, server.port, 0.01))
        return ways[-1]

    yield lead
    for way in ways:
        way.close()


def upstreams(**servers) -> dict[str, dict]:
    return {name: {"url": f"udp://{server.endpoint}", "operator": name} for name, server in servers.items()}


@pytest.mark.parametrize("kind, strategy", CASES)
def test_no_lie_reaches_a_client(kind, strategy, request, fake_dns, longer_way, internet, other_resolver,
                                 twin):
    lie = LIES.get(kind) or TWINS[kind](relay(twin.resolver))
    liar = fake_dns(lies.liar(relay(internet.resolver), lie, [UNSIGNED]))
    if BINARY:
        # The honest ones are a little slower, so that the lie is there first.
        members = upstreams(liar=liar, first=longer_way(internet.resolver), second=longer_way(other_resolver))
        port = request.getfixturevalue("tributary")(
            upstreams=members, routes=[{"suffix": ".", "group": "all"}], dnssec=dnssec_section(internet.tree),
            groups={"all": {"upstreams": list(members), "strategy": strategy, **STRATEGIES[strategy]}}).port
    else:
        port = internet.validating_unbound(liar.endpoint, internet.endpoint, other_resolver.endpoint).port
    chance = random.Random(f"{kind} {strategy}")
    asked = [question(number, chance) for number in range(-(-QUESTIONS // len(CASES)))]
    replies = load.exchange_all(port, (one.query() for one in asked), AT_ONCE)
    wrong = {f"{one.name} {one.type}": one.fault(reply) for one, reply in zip(asked, replies) if one.fault(reply)}
    if not BINARY and kind != "honest":  # unbound fails now and then, and takes a wrong NODATA at the end of an alias
        wrong = {name: fault for name, fault in wrong.items() if any(data in fault for data in lies.FORGED.values())}
    print(f"{kind}, {strategy}: {len(asked)} questions, {len(liar.received)} of them to the liar, {len(wrong)} wrong")
    assert liar.received, "nobody asked the liar: this shows nothing"
    assert not wrong
