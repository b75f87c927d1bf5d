"""Zones that are made to cost a validator dearly: it gives up soon, and the rest of the world goes on.

CPU time is told, not tested: bench/validation measures it.
"""

from typing import NamedTuple

import dns.message
import dns.zone
import pytest
from dns.rdatatype import DNSKEY, NSEC, NSEC3, RRSIG

from harness import load
from harness.behaviour import Behaviour, Reply, relay_over_tcp
from harness.daemon import BINARY
from harness.nsd_server import answers
from harness.signed_tree.keys import KSK, KeyPlan
from harness.signed_tree.keytrap import colliding_keys, ds_of_colliding_keys, signatures_by_colliding_keys
from harness.signed_tree.questions import Question
from harness.signed_tree.servers import SignedInternet, dnssec_section
from harness.signed_tree.zone import BODY, Nsec3, Zone, ksk_and_zsk
from harness.waiting import eventually

#: DESIGN: signature checks that one client query may cost, failures counted.
MOST_CHECKS = 16
KEYS = SIGNATURES = 100

ZONES = (
    Zone(".", ksk_and_zsk(8), content=""),
    Zone("tree.", content=BODY),
    Zone("trap.tree.", ksk_and_zsk(13), content=BODY + "*.trap IN A 192.0.2.66\n" + colliding_keys(KEYS), faults=[
        signatures_by_colliding_keys("www", SIGNATURES), signatures_by_colliding_keys("*.trap", SIGNATURES),
        signatures_by_colliding_keys("mail", SIGNATURES, NSEC)]),
    Zone("ds-trap.tree.", content=BODY + colliding_keys(KEYS, KSK),
         ds=lambda keys: ds_of_colliding_keys("ds-trap.tree.", KEYS, KSK),
         faults=[signatures_by_colliding_keys("@", SIGNATURES, DNSKEY)]),
    *(Zone(f"n3-{iterations}.tree.", denial=Nsec3(iterations)) for iterations in (50, 51, 500, 65535)),
    Zone("many.tree.", denial=Nsec3(), content="".join(f"n{number} IN A 192.0.2.1\n" for number in range(220))),
)


class Case(NamedTuple):
    name: str
    type: str
    verdicts: list[str]  # any of them


CASES = [
    Case("www.trap.tree.", "A", ["SERVFAIL"]),
    Case("one.trap.trap.tree.", "A", ["SERVFAIL"]),
    Case("mail.trap.tree.", "MX", ["SERVFAIL"]),
    Case("www.trap.tree.", "AAAA", ["NOERROR AD"]),  # a trap for some names, not for the zone
    Case("www.ds-trap.tree.", "A", ["SERVFAIL"]),
    Case("nothing.n3-50.tree.", "A", ["NXDOMAIN AD"]),
    Case("any.wild.n3-50.tree.", "A", ["NOERROR AD"]),
    # RFC 9276 §3.2: insecure beyond the limit
    Case("nothing.n3-51.tree.", "A", ["NXDOMAIN"]),
    Case("nothing.n3-500.tree.", "A", ["NXDOMAIN"]),
    Case("nothing.n3-65535.tree.", "A", ["NXDOMAIN"]),
    Case("any.wild.n3-65535.tree.", "A", ["NOERROR"]),
    Case("www.n3-65535.tree.", "A", ["NOERROR AD"]),  # its proof needs no hash
    # 200 NSEC3 records: who looks for those that matter finds them
    Case("nothing.many.tree.", "A", ["NXDOMAIN AD", "SERVFAIL"]),
    Case("n1.many.tree.", "TXT", ["NOERROR AD", "SERVFAIL"]),
]


def with_all_denials(behaviour: Behaviour, zone: dns.zone.Zone, most: int) -> Behaviour:
    """Negative replies from `zone` get its NSEC3 records, `most` of them, with their signatures."""
    rrsets = [zone.get_rrset(name, rdtype, covers) for name in list(zone)[:most]
              for rdtype, covers in ((NSEC3, 0), (RRSIG, NSEC3)) if zone.get_rrset(name, rdtype, covers)]

    async def answer(query: dns.message.Message) -> Reply:
        reply = await behaviour(query)
        if query.question[0].name.is_subdomain(zone.origin) and not reply.answer:
            reply.authority = [*(rrset for rrset in rrsets if rrset not in reply.authority), *reply.authority]
        return reply

    return answer


def denials(internet: SignedInternet) -> dns.zone.Zone:
    """The NSEC3 records of many.tree."""
    zone = dns.zone.from_file(str(internet.tree.files["many.tree."]), "many.tree.", relativize=False)
    for name in list(zone):
        if not zone.get_rdataset(name, NSEC3):
            del zone[name]
    return zone


@pytest.fixture(scope="module")
def internet(tmp_path_factory, authority):
    servers = SignedInternet(tmp_path_factory.mktemp, ZONES, authority.issue("dns.example"))
    yield servers
    servers.kill()


@pytest.fixture
def subject(internet, fake_dns, request):
    """The daemon, or unbound as a check of the test; behind a resolver that tells too much."""
    fake = fake_dns(with_all_denials(relay_over_tcp(internet.resolver), denials(internet), 200))
    if not BINARY:
        return internet.validating_unbound(fake.endpoint)
    daemon = request.getfixturevalue("tributary")(
        upstreams={"u": {"url": f"udp://{fake.endpoint}"}}, routes=[{"suffix": ".", "group": "u"}],
        dnssec=dnssec_section(internet.tree))
    # RFC 5011: it asks for the keys of the root by itself; what rests on older ones is checked anew.
    eventually(lambda: "trust point" in daemon.output(), "the root's keys were looked at")
    return daemon


def verdict(reply: dns.message.Message) -> str:
    return dns.rcode.to_text(reply.rcode()) + " AD" * bool(reply.flags & dns.flags.AD) if reply else "no reply"


def checks(subject) -> float:
    return subject.metrics().value("tributary_dnssec_signature_checks_total") if BINARY else 0


def test_two_hundred_denials_come_in_one_reply(internet):
    """The harness: the records are as many, and more than one signature check each would be too many."""
    assert sum(len(zone_name) > 0 for zone_name in denials(internet)) > 200


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}-{case.type}")
def test_a_query_costs_little(subject, case):
    before, cpu = checks(subject), subject.cpu_seconds()
    (reply,) = load.exchange_all(subject.port, [Question(case.name, case.type).query()], at_once=1)
    made = checks(subject) - before
    print(f"{case.name} {case.type}: {verdict(reply)}, {made:.0f} checks, {subject.cpu_seconds() - cpu:.2f} s of CPU")
    # unbound 1.17 loses a client over UDP while it checks two hundred signatures.
    assert verdict(reply) in case.verdicts or (not BINARY and verdict(reply) == "no reply")
    assert made <= MOST_CHECKS


def test_many_queries_into_the_trap_cost_little_each(subject):
    """Each a name of its own, so that no failure of another is remembered; the zone's keys are known by then."""
    names = [f"n{number}.trap.trap.tree." for number in range(100 if BINARY else 5)]  # unbound takes its time
    load.exchange_all(subject.port, [Question("www.trap.tree.", "AAAA").query()], at_once=1)
    before, cpu = checks(subject), subject.cpu_seconds()
    replies = load.exchange_all(subject.port, [Question(name, "A").query() for name in names], at_once=4)
    made, cpu = (checks(subject) - before) / len(names), (subject.cpu_seconds() - cpu) / len(names)
    print(f"{len(names)} names in the trap: {made:.1f} checks and {cpu * 1000:.1f} ms of CPU each")
    assert {verdict(reply) for reply in replies} == {"SERVFAIL"}
    assert made <= MOST_CHECKS
    assert not BINARY or made > 0, "nothing was checked: this shows nothing"
    assert answers("127.0.0.1", subject.port)
