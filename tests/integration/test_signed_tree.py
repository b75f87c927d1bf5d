"""Validated answers beside those of unbound, over one upstream: RCODE and AD must be the same, but for differences
that an RFC supports. Without a daemon a second unbound takes its place, which tests the test."""

import random
from typing import Callable, NamedTuple, Optional

import dns.flags
import dns.message
import dns.rcode
import pytest

from harness import load
from harness.daemon import BINARY
from harness.signed_tree.catalog import ZONES
from harness.signed_tree.questions import Question, questions_about, unchecked_variants, validated_variants
from harness.signed_tree.servers import SignedInternet, dnssec_section
from harness.signed_tree.zone import BOGUS, SECURE

AT_ONCE = 16
SHOWN = 10  # differences that are told with both replies

Reply = Optional[dns.message.Message]


class Seen(NamedTuple):
    rcode: str
    ad: bool

    def __str__(self) -> str:
        return self.rcode + " AD" * self.ad


def seen(reply: Reply) -> Seen:
    if reply is None:
        return Seen("no reply", False)
    return Seen(dns.rcode.to_text(reply.rcode()), bool(reply.flags & dns.flags.AD))


#: Zones that unbound 1.17 takes for secure and we do not; their `status` is ours.
SECURE_TO_UNBOUND = {
    "a5.tree.": "RSASHA1 is not to be relied on (RFC 9905 §2); a setting makes it count",
    "a7.tree.": "RSASHA1-NSEC3-SHA1: the same",
    "revoked-ds.tree.": "a revoked key vouches for nothing but its revocation (RFC 5011 §2.1)",
    "sha1-only-right.tree.": "SHA-1 digests are ignored beside SHA-256 ones (RFC 4509 §3)",
}
#: What a signed DNAME makes of these names needs no signature of its own (RFC 6672 §5.3.1); unbound 1.17 wants one when it
#: is asked for the CNAME itself.
MADE_BY_SIGNED_DNAME = ("www.d.chain.tree.", "www.d.chain.hash.")
STATUS = {zone.name: zone.status for zone in ZONES}


def as_it_should_be(question: Question, unbound: Seen) -> Seen:
    """What unbound's answer is to us. Whether a zone is signed is asked of its parent."""
    if question.type == "CNAME" and question.name in MADE_BY_SIGNED_DNAME:
        return Seen("NOERROR", question.do or question.ad)
    zone = next((name for name in SECURE_TO_UNBOUND if ("." + question.name.lower()).endswith("." + name)), None)
    if not zone or (question.name == zone and question.type == "DS"):
        return unbound
    return Seen("SERVFAIL", False) if STATUS[zone] == BOGUS else Seen(unbound.rcode, False)


@pytest.fixture(scope="module")
def internet(tmp_path_factory, authority):
    servers = SignedInternet(tmp_path_factory.mktemp, ZONES, authority.issue("dns.example"))
    yield servers
    servers.kill()


@pytest.fixture
def judge(internet) -> int:
    """The port of an unbound that knows nothing yet."""
    return internet.validating_unbound().port


@pytest.fixture
def validating(internet, request):
    """validating(**dnssec) starts a daemon and tells its port."""

    def start(**dnssec: str) -> int:
        return request.getfixturevalue("tributary")(
            upstreams={"u": {"url": f"udp://{internet.endpoint}"}}, routes=[{"suffix": ".", "group": "u"}],
            dnssec=dnssec_section(internet.tree, **dnssec)).port

    return start


@pytest.fixture
def subject(internet, validating) -> int:
    return validating() if BINARY else internet.validating_unbound().port


def mixed(variants: Callable[[Question], list[Question]]) -> list[Question]:
    """All questions, always in the same disorder."""
    once = dict.fromkeys(question for zone in ZONES for question in questions_about(zone))
    assert len(once) >= 300
    questions = [variant for question in once for variant in variants(question)]
    random.Random(5).shuffle(questions)
    return questions


def ask(port: int, questions: list[Question]) -> list[Reply]:
    return load.exchange_all(port, (question.query() for question in questions), AT_ONCE)


def test_all_zones_are_served(internet):
    replies = ask(internet.nsd.port, [Question(zone.name, "SOA") for zone in ZONES])
    assert {zone.name: reply.answer for zone, reply in zip(ZONES, replies) if not reply.answer} == {}


def test_the_zones_are_what_they_are_made_to_be(judge):
    """In the eyes of unbound: each zone with an address for www is asked for it."""
    statuses = {f"www.{zone.name} A": SECURE if zone.name in SECURE_TO_UNBOUND else zone.status
                for zone in ZONES if "www " in zone.content}
    replies = ask(judge, [Question(*question.split()) for question in statuses])
    wrong = {question: f"{seen(reply)}, not {status}" for (question, status), reply in zip(statuses.items(), replies)
             if seen(reply) != Seen("SERVFAIL" if status == BOGUS else "NOERROR", status == SECURE)}
    assert not wrong


def test_the_same_answers_as_unbound(judge, subject):
    questions = mixed(validated_variants)
    pairs = list(zip(questions, ask(judge, questions), ask(subject, questions)))
    wrong = [(question, theirs, ours) for question, theirs, ours in pairs
             if seen(ours) != (as_it_should_be(question, seen(theirs)) if BINARY else seen(theirs))]
    tell(wrong)
    assert not wrong, f"{len(wrong)} of {len(questions)} answers differ; see above"


def test_who_checks_for_himself_gets_what_there_is(judge, subject):
    """CD: no answer is held back (RFC 4035 §3.2.2). AD may be set where the answer was validated all the same."""
    questions = mixed(unchecked_variants)
    checked = list(dict.fromkeys(Question(question.name, question.type) for question in questions))
    secure = {(question.name, question.type): seen(reply).ad for question, reply in zip(checked, ask(judge, checked))}
    wrong = [(question, theirs, ours)
             for question, theirs, ours in zip(questions, ask(judge, questions), ask(subject, questions))
             if seen(ours).rcode != seen(theirs).rcode or seen(ours).ad > secure[question.name, question.type]]
    tell(wrong)
    assert not wrong, f"{len(wrong)} of {len(questions)} answers differ; see above"


@pytest.mark.parametrize("setting, secure", [("on", True), ("off", False)])
def test_sha1_counts_when_it_is_told_to(validating, setting, secure):
    questions = [Question("www.a5.tree.", "A"), Question("nothing.a7.tree.", "A")]
    assert list(map(seen, ask(validating(sha1=setting), questions))) == [Seen("NOERROR", secure),
                                                                         Seen("NXDOMAIN", secure)]


def tell(wrong: list[tuple[Question, Reply, Reply]]) -> None:
    for question, theirs, ours in wrong:
        print(f"{question}: unbound {seen(theirs)}, we {seen(ours)}")
    for question, theirs, ours in wrong[:SHOWN]:
        print(f"\n--- {question}: unbound\n{theirs}\n--- {question}: we\n{ours}")
