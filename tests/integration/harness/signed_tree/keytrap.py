"""Zones that are made to cost a validator dearly: many keys of one tag, many signatures by it (CVE-2023-50387)."""

import base64
import random
from typing import Callable, Optional

import dns.dnssec
import dns.name
import dns.rdata
import dns.zone
from dns.rdatatype import RRSIG, A

from harness.signed_tree.zone import Fault

TAG = 4711
_ALGORITHM, _MODULUS = 8, 128  # octets: RSA of 1,024 bits, whose moduli can be any odd numbers


def _sum(rdata: bytes) -> int:
    """RFC 4034 Appendix B, before the carry is added."""
    return sum(octet if place % 2 else octet << 8 for place, octet in enumerate(rdata))


def key_tag(rdata: bytes) -> int:
    total = _sum(rdata)
    return (total + (total >> 16)) & 0xffff


def _with_tag(start: bytes) -> Optional[bytes]:
    """`start` with two octets more that give it the tag; the last one must be odd."""
    total = _sum(start)
    for last in range(1, 0x10000, 2):
        if (total + last + (total + last >> 16)) & 0xffff == TAG:
            return start + last.to_bytes(2, "big")
    return None


def _key(chance: random.Random, flags: int) -> bytes:
    """The RDATA of a DNSKEY record."""
    while True:
        modulus = bytes([0x80 | chance.randrange(128)]) + chance.randbytes(_MODULUS - 3)
        rdata = _with_tag(flags.to_bytes(2, "big") + bytes([3, _ALGORITHM, 3, 1, 0, 1]) + modulus)
        if rdata:
            return rdata


def colliding_keys(count: int, flags: int = 256) -> str:
    """So many DNSKEY records of the tag TAG, as lines of a master file. Nobody has their private keys."""
    chance = random.Random(count)
    keys = (base64.b64encode(_key(chance, flags)[4:]).decode() for _ in range(count))
    return "".join(f"@ IN DNSKEY {flags} 3 {_ALGORITHM} {key}\n" for key in keys)


def ds_of_colliding_keys(zone: str, count: int, flags: int) -> list[str]:
    """For each of these keys, as if the parent vouched for it."""
    keys = (line.split(None, 3)[3] for line in colliding_keys(count, flags).splitlines())
    return [dns.dnssec.make_ds(dns.name.from_text(zone), dns.rdata.from_text("IN", "DNSKEY", key), "SHA256").to_text()
            for key in keys]


def signatures_by_colliding_keys(name: str, count: int, covered: int = A) -> Fault:
    """So many signatures, all wrong, take the place of the right one."""

    def spoil(zone: dns.zone.Zone) -> None:
        chance = random.Random(count)
        rdataset = zone.find_rdataset(dns.name.from_text(name, zone.origin), RRSIG, covered)
        true = next(iter(rdataset))
        rdataset.clear()
        for _ in range(count):
            signature = bytes([chance.randrange(128)]) + chance.randbytes(_MODULUS - 1)
            rdataset.add(true.replace(algorithm=_ALGORITHM, key_tag=TAG, signature=signature))

    return spoil
