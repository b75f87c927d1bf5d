"""What an upstream may make of the true reply to a question about a signed name. It knows the truth, for it asks a
resolver before it lies; of unsigned names it tells the truth."""

from typing import Awaitable, Callable, Iterable

import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rrset
from dns.rdatatype import AAAA, DNSKEY, DS, NSEC, NSEC3, RRSIG, SOA, TXT, A

from harness.behaviour import Behaviour, Reply, reply_to

Ask = Callable[[dns.message.Message], Awaitable[dns.message.Message]]
Lie = Callable[[dns.message.Message, Ask], Awaitable[Reply]]

#: Every forged address, and nothing that is true, is among these.
FORGED = {A: "203.0.113.66", AAAA: "2001:db8:bad::66", TXT: '"forged"'}

_PROOFS = {RRSIG, NSEC, NSEC3}


def liar(ask: Ask, lie: Lie, honest_below: Iterable[str]) -> Behaviour:
    """Lies of all names that are not at or below those of `honest_below`."""
    honest = [dns.name.from_text(name) for name in honest_below]

    async def answer(query: dns.message.Message) -> Reply:
        if any(query.question[0].name.is_subdomain(name) for name in honest):
            return await ask(query)
        return await lie(query, ask)

    return answer


def _without(section: list[dns.rrset.RRset], types: set[int]) -> list[dns.rrset.RRset]:
    return [rrset for rrset in section if rrset.rdtype not in types]


def _bare(reply: dns.message.Message) -> dns.message.Message:
    reply.answer, reply.authority = _without(reply.answer, _PROOFS), _without(reply.authority, _PROOFS)
    return reply


def _forged(reply: dns.message.Message) -> dns.message.Message:
    reply.answer = [dns.rrset.from_text(rrset.name, rrset.ttl, "IN", rrset.rdtype, FORGED[rrset.rdtype])
                    if rrset.rdtype in FORGED else rrset for rrset in reply.answer]
    return reply


async def honest(query: dns.message.Message, ask: Ask) -> Reply:
    """No lie at all."""
    return await ask(query)


async def stripped(query: dns.message.Message, ask: Ask) -> Reply:
    """True, but without proof."""
    return _bare(await ask(query))


async def without_edns(query: dns.message.Message, ask: Ask) -> Reply:
    """As from a server older than EDNS."""
    reply = _bare(await ask(query))
    reply.use_edns(False)
    return reply


async def forged_data(query: dns.message.Message, ask: Ask) -> Reply:
    """Under the true signatures."""
    return _forged(await ask(query))


async def forged_and_stripped(query: dns.message.Message, ask: Ask) -> Reply:
    return _bare(_forged(await ask(query)))


async def denied(query: dns.message.Message, ask: Ask) -> Reply:
    """Neither the name nor anything else exists, says a SOA record alone."""
    reply = _bare(await ask(_about(query, "gone-altogether", A)))
    reply.question = query.question
    return reply


async def denied_by_another(query: dns.message.Message, ask: Ask) -> Reply:
    """With the true proof that another name of the zone does not exist."""
    return _as_reply_to(query, await ask(_about(query, "gone-altogether", A)))


async def nothing_by_another(query: dns.message.Message, ask: Ask) -> Reply:
    """No data, with the true proof for another name and type of the zone."""
    return _as_reply_to(query, await ask(_about(query, "mail", AAAA)))


async def replayed(query: dns.message.Message, ask: Ask) -> Reply:
    """The records and signatures of another name under the name asked for."""
    true = await ask(query)
    other = await ask(_about(query, "forged", query.question[0].rdtype))
    for rrset in other.answer:
        rrset.name = query.question[0].name
    true.answer = other.answer or true.answer
    return true


def _own_keys(reply: dns.message.Message) -> None:
    for rrset in reply.answer:
        if rrset.rdtype == DNSKEY:
            keys = [key.replace(key=key.key[::-1]) for key in rrset]
            rrset.clear()
            for key in keys:
                rrset.add(key)


async def forged_keys(query: dns.message.Message, ask: Ask) -> Reply:
    """Other keys in the DNSKEY records, which nothing was signed with; and forged data."""
    reply = _forged(await ask(query))
    _own_keys(reply)
    return reply


async def made_insecure(query: dns.message.Message, ask: Ask) -> Reply:
    """Each zone has no DS record, says its parent; below that forged data without signatures."""
    if query.question[0].rdtype == DS:
        return _without_ds(await ask(query))
    reply = await ask(query)
    return reply if query.question[0].rdtype == DNSKEY else _bare(_forged(reply))


async def made_insecure_by_another(query: dns.message.Message, ask: Ask) -> Reply:
    """The same with the true proof that another zone, `nods`, has none."""
    if query.question[0].rdtype == DS:
        parent = query.question[0].name.parent() if query.question[0].name != dns.name.root else dns.name.root
        return _as_reply_to(query, await ask(dns.message.make_query(dns.name.from_text("nods", parent), DS,
                                                                    want_dnssec=True)))
    return await made_insecure(query, ask)


def _without_ds(reply: dns.message.Message) -> dns.message.Message:
    owner = reply.question[0].name
    reply.answer = []
    reply.authority = [dns.rrset.from_text(owner.parent() if len(owner) > 1 else owner, 300, "IN", SOA,
                                           "ns.liar. hostmaster.liar. 1 7200 3600 1209600 300")]
    return reply


def twin(ask_twin: Ask) -> Lie:
    """A tree of the liar's own, complete and well signed, with another root key."""

    async def lie(query: dns.message.Message, ask: Ask) -> Reply:
        return await ask_twin(query)

    return lie


def twin_below_the_top(ask_twin: Ask) -> Lie:
    """The same, but for what belongs to the root."""

    async def lie(query: dns.message.Message, ask: Ask) -> Reply:
        question = query.question[0]
        at_root = len(question.name) == 1 or (len(question.name) == 2 and question.rdtype == DS)
        return await (ask if at_root else ask_twin)(query)

    return lie


def _about(query: dns.message.Message, label: str, rdtype: int) -> dns.message.Message:
    """A question for a name in the same zone, or what is likely to be it."""
    name = query.question[0].name
    zone = name.split(3)[1] if len(name) > 3 else name
    return dns.message.make_query(dns.name.from_text(label, zone), rdtype, want_dnssec=True)


def _as_reply_to(query: dns.message.Message, other: dns.message.Message) -> dns.message.Message:
    reply = reply_to(query, other.rcode())
    reply.use_edns(0, ednsflags=query.ednsflags)
    reply.answer, reply.authority = other.answer, other.authority
    return reply
