"""An upstream, or who forges its replies, adds records to an answer that nobody asked for: none of them is kept."""

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

from harness import behaviour, load

RIGHT, FORGED = "192.0.2.1", "203.0.113.66"
RIGHT_VERDICT = f"NOERROR {RIGHT}"


def ask(daemon, name: str) -> str:
    return load.ask_all(daemon.port, [name], at_once=1)[0].verdict()


VICTIM = "www.victim.example."


def rrset(owner: str, rrtype: str, data: str):
    return dns.rrset.from_text(owner, 3600, "IN", rrtype, data)


def alias_to_victim(message: dns.message.Message, _: str) -> None:
    message.answer[:] = [rrset(str(message.question[0].name), "CNAME", VICTIM), rrset(VICTIM, "A", FORGED)]


def parents_dname(message: dns.message.Message, _: str) -> None:
    name = str(message.question[0].name)
    inside = name.removesuffix("example.") + "evil.test."
    message.answer[:] = [rrset("example.", "DNAME", "evil.test."), rrset(name, "CNAME", inside),
                         rrset(inside, "A", FORGED)]


def denial_for_the_parent(message: dns.message.Message, _: str) -> None:
    message.set_rcode(dns.rcode.NXDOMAIN)
    message.answer.clear()
    message.authority[:] = [rrset("example.", "SOA", "ns.example. hostmaster.example. 1 2 3 4 3600"),
                            rrset("a.example.", "NSEC", "zz.example. A")]


def denial_beside_records(message: dns.message.Message, _: str) -> None:
    denial_for_the_parent(message, _)
    message.answer[:] = [rrset(VICTIM, "A", FORGED)]


def adding(section: str, *rrsets: tuple[str, str, str]):
    def inject(message: dns.message.Message, name: str) -> None:
        getattr(message, section).extend(rrset(owner or name, rrtype, data) for owner, rrtype, data in rrsets)

    return inject


#: What is done to the right reply to a name of the attacker's. What an owner of "" stands for is that name.
INJECTIONS = {
    "NS of the victim's zone in authority": adding("authority", ("victim.example.", "NS", "ns.attacker.example.")),
    "NS of the root in authority": adding("authority", (".", "NS", "ns.attacker.example.")),
    "own NS that is the victim (Kashpureff)": adding("authority", ("attacker.example.", "NS", VICTIM)),
    "glue for the victim": adding("additional", (VICTIM, "A", FORGED)),
    "glue for the victim's server": adding("additional", ("ns.victim.example.", "A", FORGED), (VICTIM, "A", FORGED)),
    "the victim's address in the answer": adding("answer", (VICTIM, "A", FORGED)),
    "the victim's alias in the answer": adding("answer", (VICTIM, "CNAME", "www.attacker.example.")),
    "a wildcard above the victim": adding("answer", ("*.example.", "A", FORGED), ("*.victim.example.", "A", FORGED)),
    "DNAME of the victim's zone beside the answer": adding("answer", ("victim.example.", "DNAME", "evil.test.")),
    "DNAME of the parent": parents_dname,
    "alias to the victim with its address": alias_to_victim,
    "NXDOMAIN with the parent's SOA, and NSEC over the victim": denial_for_the_parent,
    "NXDOMAIN with the victim's address": denial_beside_records,
}


def injecting(message: dns.message.Message, name: str) -> None:
    """The first label tells which of them."""
    list(INJECTIONS.values())[int(name.split("-")[1].split(".")[0])](message, name)


async def poisoner(asked: dns.message.Message):
    message = await behaviour.address(RIGHT)(asked)
    message.flags |= dns.flags.AA
    name = str(asked.question[0].name).lower()
    if name.startswith("mode-"):
        injecting(message, name)
    return message


def poisonous(scheme: str, request) -> tuple[dict, object]:
    """An upstream that injects, as the configuration names it, and its server."""
    if scheme != "https":
        server = request.getfixturevalue("fake_dns")(poisoner)
        return {"url": f"{scheme}://{server.endpoint}"}, server
    authority = request.getfixturevalue("authority")
    server = request.getfixturevalue("fake_doh")(authority.issue("dns.example"), poisoner)
    return {"url": f"https://127.0.0.1:{server.port}/dns-query", "ca_file": str(authority.ca_file)}, server


def times_asked(server, name: str) -> int:
    """However it was sent."""
    questions = [one.query if hasattr(one, "query") else one.message() for one in list(server.received)]
    return sum(str(question.question[0].name).lower() == name for question in questions)


def cached(daemon) -> float:
    return daemon.metrics().value("tributary_cache_entries")


@pytest.mark.parametrize("scheme", ["udp", "tcp", "authority", "https"])
def test_records_outside_of_the_question(tributary, request, verdicts, scheme):
    """The victim is asked for after each injection: by its upstream, which tells the truth about it. The daemon is a
    new one for each, so that the victim cannot be known from before."""
    poisoned = []
    for number, how in enumerate(INJECTIONS):
        upstream, server = poisonous(scheme, request)
        daemon = tributary(upstreams={"only": upstream})
        ask(daemon, f"mode-{number}.attacker.example")
        kept = cached(daemon)
        asked_before = times_asked(server, VICTIM)
        seen = ask(daemon, VICTIM.rstrip("."))
        if seen != RIGHT_VERDICT or kept > 1 or times_asked(server, VICTIM) == asked_before:
            poisoned.append(f"{how}: {seen}, {kept:.0f} entries")
        daemon.stop()
    verdicts.record(f"records outside of the question over {scheme}", "RFC 5452 §6, RFC 2181 §5.4.1",
                    f"{len(INJECTIONS)} ways, {len(poisoned)} kept {poisoned or ''}".strip(), "none cached",
                    not poisoned)


def test_other_types_of_the_same_name(tributary, fake_dns, verdicts):
    async def both_types(asked: dns.message.Message):
        message = await behaviour.address(RIGHT)(asked)
        if asked.question[0].rdtype == dns.rdatatype.A:
            message.answer.append(rrset(str(asked.question[0].name), "TXT", "forged"))
        return message

    server = fake_dns(both_types)
    daemon = tributary(upstreams={"only": {"url": f"udp://{server.endpoint}"}})
    first, second = load.exchange_all(daemon.port, [dns.message.make_query("www.alpha.example", rrtype)
                                                    for rrtype in ("A", "TXT")], at_once=1)
    verdicts.record("another type of the same name in the answer", "RFC 2181 §5.4.1",
                    f"{len(first.answer)} set to the client, then {server.count('www.alpha.example')} queries upstream",
                    "1 set, 2 queries",
                    len(first.answer) == 1 and not second.answer and server.count("www.alpha.example") == 2)
