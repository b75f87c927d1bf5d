"""What is asked of the tree: names that exist and names that do not, in each zone, with each use of DO, AD and CD."""

from dataclasses import dataclass, replace
from typing import Iterator

import dns.flags
import dns.message
import dns.name

from harness.signed_tree.zone import BODY, Zone

_BODY_QUESTIONS = """
@ SOA, @ NS, @ DNSKEY, @ DS, @ MX, @ A, @ NSEC3PARAM, www A, www AAAA, www TXT, www DS, WwW A, a.www A,
alias A, alias CNAME, alias TXT, dangling A, nothing A, any.wild A, a.b.wild TXT, any.wild MX, wild A, *.wild A,
any.cwild A, any.cwild CNAME, any.cwild TXT, ent A, a.ent TXT, a.ent A, b.ent A, _s._tcp SRV, _tcp NS, zzz DS
"""

_CHAIN_QUESTIONS = """
@ SOA, same A, a15 A, a15 TXT, n3 A, ins A, ins TXT, bog A, bog AAAA, exp A, n99 A, gone A, gonen3 A, nodata AAAA,
wild A, wild MX, wildn3 A, cwild A, there A, loop1 A, loop1 CNAME, step1 A, www.d A, www.d AAAA, nothing.d A, d A,
d TXT, d DNAME, alias.d A, any.wild.d A, a.ent.d A, www.dn3 A, nothing.dn3 A, www.dins A, nothing.dins A, www.dbog A,
www.dself A, www.dd A, to-d A, any.cins A, any.cbog A, bog CNAME, ins CNAME, www.d CNAME, www.d DS, nowhere A
"""

#: By zone, besides or instead of those of its kind.
_MORE = {
    ".": "@ SOA, @ NS, @ DNSKEY, @ DS, @ A, tree DS, hash DS, out DS, plain DS, wrong DS, nothing DS, nothing A, ns A",
    "tree.": "nods DS, two.empty.nods2 DS, empty.nods2 A, nods2 A, x.y A, y A, z.y A, ns.nods A",
    "hash.": "nods DS, two.empty.nods2 DS, empty.nods2 A, nods2 A, x.y A, y A, z.y A, b.x.y A",
    "out.": "nods DS, two.empty.nods2 DS, empty.nods2 A, nods2 A, nothing A, nothing DS",
    "n3-out.tree.": "nods DS, two.empty.nods2 DS, empty.nods2 A, nods2 A, nothing DS",
    "unsigned.tree.": "back A, bog A, www.d A, www.dbog A, nothing.d A",
    "dname.tree.": "@ SOA, @ DNAME, @ A, @ DS, www A, www AAAA, nothing A, a.ent TXT, alias A",
}


@dataclass(frozen=True)
class Question:
    name: str
    type: str
    do: bool = True
    ad: bool = False
    cd: bool = False

    def query(self) -> dns.message.Message:
        query = dns.message.make_query(self.name, self.type, want_dnssec=self.do)
        query.flags |= dns.flags.AD * self.ad | dns.flags.CD * self.cd
        return query

    def __str__(self) -> str:
        flags = [flag for flag in ("do", "ad", "cd") if getattr(self, flag)]
        return f"{self.name} {self.type}" + (f" +{'+'.join(flags)}" if flags else "")


def _read(zone: Zone, table: str) -> Iterator[Question]:
    for entry in table.split(","):
        name, rrtype = entry.split()
        yield Question(dns.name.from_text(name, dns.name.from_text(zone.name)).to_text(), rrtype)


def questions_about(zone: Zone) -> Iterator[Question]:
    """With DO, each once."""
    if "a15      IN CNAME" in zone.content:
        yield from _read(zone, _CHAIN_QUESTIONS)
    elif zone.content.startswith(BODY):
        yield from _read(zone, _BODY_QUESTIONS)
    if zone.name in _MORE:
        yield from _read(zone, _MORE[zone.name])


def validated_variants(question: Question) -> list[Question]:
    """RFC 6840 §5.7: AD in a query asks for AD in the reply, and DO does, too."""
    return [question, replace(question, do=False), replace(question, do=False, ad=True)]


def unchecked_variants(question: Question) -> list[Question]:
    return [replace(question, cd=True), replace(question, do=False, cd=True)]
