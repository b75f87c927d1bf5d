"""What a zone of the tree is made of."""

from dataclasses import dataclass
from typing import Callable, Optional, Sequence

import dns.zone

from harness.signed_tree.keys import KSK, ZSK, Key, KeyPlan

Fault = Callable[[dns.zone.Zone], None]  # changes a zone after it was signed
DsMaker = Callable[[Sequence[Key]], list[str]]  # the RDATA of the DS records in the parent

HOUR, DAY = 3600, 86400

SECURE, INSECURE, BOGUS = "secure", "insecure", "bogus"

#: In each zone that has no content of its own.
BODY = """
@         IN MX    10 mail
mail      IN A     192.0.2.25
www       IN A     192.0.2.80
www       IN AAAA  2001:db8::80
alias     IN CNAME www
dangling  IN CNAME nothing
*.wild    IN A     192.0.2.77
*.wild    IN TXT   "anything"
*.cwild   IN CNAME www
a.ent     IN TXT   "below an empty name"
_s._tcp   IN SRV   1 2 5060 www
"""


@dataclass(frozen=True)
class Nsec3:
    iterations: int = 0
    salt: str = ""  # hexadecimal
    opt_out: bool = False


def every_signing_ksk(keys: Sequence[Key]) -> list[str]:
    return [key.ds() for key in keys if key.plan.flags == KSK and key.plan.signs]


def none(keys: Sequence[Key]) -> list[str]:
    """An insecure delegation."""
    return []


def ksk_and_zsk(algorithm: int) -> tuple[KeyPlan, ...]:
    return KeyPlan(algorithm, KSK), KeyPlan(algorithm, ZSK)


@dataclass(frozen=True)
class Zone:
    """`status` is that of the address of www."""

    name: str
    keys: tuple[KeyPlan, ...] = (KeyPlan(),)  # none: the zone is not signed
    denial: Optional[Nsec3] = None  # None: NSEC
    signer: str = "ldns"  # or "bind"
    inception: int = -HOUR  # of all signatures, in seconds from now
    expiration: int = 30 * DAY
    content: str = BODY
    faults: Sequence[Fault] = ()
    ds: DsMaker = every_signing_ksk
    status: str = SECURE
    server: str = "ns"  # with an address if it is in the zone

    @property
    def signed(self) -> bool:
        return bool(self.keys)
