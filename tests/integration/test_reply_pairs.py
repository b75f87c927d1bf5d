"""Which of two replies becomes the answer: all ordered pairs of reply classes, from proxies in front of a real server."""

import asyncio
import itertools

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from harness import load
from harness.behaviour import Reply, relay, reply_to

SOA = "ns.alpha.example. hostmaster.alpha.example. 1 7200 3600 1209600 300"
GAP = 0.1  # seconds between the two replies: well below the hold of a group that is not uniform


def right(reply: dns.message.Message) -> Reply:
    return reply


def denial(rcode: dns.rcode.Rcode, with_soa: bool):
    def change(reply: dns.message.Message) -> Reply:
        reply.set_rcode(rcode)
        reply.answer = []
        reply.authority = [dns.rrset.from_text("alpha.example.", 300, "IN", "SOA", SOA)] if with_soa else []
        return reply

    return change


def alias_alone(reply: dns.message.Message) -> Reply:
    reply.answer = [dns.rrset.from_text(reply.question[0].name, 300, "IN", "CNAME", "target.wild.alpha.example.")]
    return reply


def truncated(reply: dns.message.Message) -> Reply:
    reply.answer = []
    reply.flags |= dns.flags.TC
    return reply


def error(rcode: dns.rcode.Rcode, *options: dns.edns.Option):
    def change(reply: dns.message.Message) -> Reply:
        answer = dns.message.Message(reply.id)
        answer.flags, answer.question = reply.flags, reply.question
        answer.use_edns(0, options=list(options))
        answer.set_rcode(rcode)
        return answer

    return change


class Broken:
    """The right reply without its last octets."""

    def __init__(self, reply: dns.message.Message):
        self._reply = reply

    def to_wire(self) -> bytes:
        return self._reply.to_wire()[:-3]


def silence(reply: dns.message.Message) -> Reply:
    return None


#: By a word for the name asked for: what a proxy makes of the right reply, and its place on the ladder.
ANSWER, DENIAL, WEAK, NOTHING = range(4)
CLASSES = {
    "right": (right, ANSWER),
    "nxdomain": (denial(dns.rcode.NXDOMAIN, True), DENIAL),
    "nodata": (denial(dns.rcode.NOERROR, True), DENIAL),
    "alias": (alias_alone, WEAK),
    "nothing": (denial(dns.rcode.NOERROR, False), WEAK),
    "truncated": (truncated, NOTHING),
    "servfail": (error(dns.rcode.SERVFAIL), NOTHING),
    "refused": (error(dns.rcode.REFUSED), NOTHING),
    "notimp": (error(dns.rcode.NOTIMP), NOTHING),
    "bogus": (error(dns.rcode.SERVFAIL, dns.edns.EDEOption(dns.edns.EDECode.DNSSEC_BOGUS)), NOTHING),
    "malformed": (Broken, NOTHING),
    "silence": (silence, NOTHING),
}


def proxy(server, place: int):
    """Does with the reply to FIRST-SECOND.wild.alpha.example what the word at `place` says, the second one later."""

    async def answer(query: dns.message.Message) -> Reply:
        reply = await relay(server)(query)
        label = query.question[0].name.labels[0].decode().lower()
        if label.count("-") != 2:
            return reply
        words, turn = label.split("-")[:2], int(label.split("-")[2])
        if turn != place:
            await asyncio.sleep(GAP)
        return CLASSES[words[turn != place]][0](reply)

    return answer


def seen(outcome: load.Outcome) -> str:
    """The class of the answer, as a client sees it."""
    reply = outcome.reply
    if reply is None:
        return "no reply"
    if reply.rcode() != dns.rcode.NOERROR:
        return dns.rcode.to_text(reply.rcode()).lower()
    if any(rrset.rdtype == dns.rdatatype.CNAME for rrset in reply.answer):
        return "alias"
    if reply.answer:
        return "right"
    return "nodata" if reply.authority else "nothing"


def expected(first: str, second: str) -> str:
    if "bogus" in (first, second) and first != "right":
        return "servfail"  # nobody who has not validated overrules who has
    winner = min((first, second), key=lambda word: CLASSES[word][1])  # of two equals the first
    return "servfail" if CLASSES[winner][1] == NOTHING else winner


def test_every_pair_in_both_orders(tributary, fake_dns, nsd):
    proxies = [fake_dns(proxy(nsd, place)) for place in range(2)]
    upstreams = {f"u{place}": {"url": f"udp://{fake.endpoint}", "operator": f"o{place}"}
                 for place, fake in enumerate(proxies)}
    daemon = tributary(upstreams=upstreams, routes=[{"suffix": ".", "group": "both"}],
                       groups={"both": {"upstreams": list(upstreams), "strategy": "race", "width": 2,
                                        "uniform": False}})
    # FIRST-SECOND-TURN: the proxy number TURN answers first.
    cases = [(*pair, turn) for pair in itertools.product(CLASSES, repeat=2) for turn in range(2)]
    outcomes = load.ask_all(daemon.port, [f"{a}-{b}-{turn}.wild.alpha.example" for a, b, turn in cases], at_once=20)
    wrong = {f"{a}, then {b} (u{turn} first)": f"{seen(outcome)} instead of {expected(a, b)}"
             for (a, b, turn), outcome in zip(cases, outcomes) if seen(outcome) != expected(a, b)}
    assert len(cases) == 2 * len(CLASSES) ** 2
    assert not wrong
