"""What can go wrong with a signed zone, done to it after signing."""

from typing import Iterable

import dns.name
import dns.node
import dns.rdata
import dns.rdataclass
import dns.rdataset
import dns.rdatatype
import dns.zone
from dns.rdatatype import NSEC, NSEC3, RRSIG

from harness.signed_tree.zone import Fault


def _owner(zone: dns.zone.Zone, name: str) -> dns.name.Name:
    return dns.name.from_text(name, zone.origin)


def _signatures(zone: dns.zone.Zone, name: str, covered: str) -> dns.rdataset.Rdataset:
    return zone.find_rdataset(_owner(zone, name), RRSIG, dns.rdatatype.from_text(covered))


def _all_signatures(zone: dns.zone.Zone) -> list[tuple[dns.name.Name, dns.rdataset.Rdataset]]:
    return [(name, rdataset) for name, rdataset in zone.iterate_rdatasets() if rdataset.rdtype == RRSIG]


def _put(rdataset: dns.rdataset.Rdataset, rdatas: Iterable[dns.rdata.Rdata]) -> None:
    rdatas = list(rdatas)
    rdataset.clear()
    for rdata in rdatas:
        rdataset.add(rdata)


def _flipped(rdata: dns.rdata.Rdata) -> dns.rdata.Rdata:
    signature = rdata.signature
    return rdata.replace(signature=signature[:-1] + bytes([signature[-1] ^ 1]))


def bad_signature(name: str, covered: str) -> Fault:
    def spoil(zone: dns.zone.Zone) -> None:
        rdataset = _signatures(zone, name, covered)
        _put(rdataset, map(_flipped, rdataset))

    return spoil


def bad_signature_beside(name: str, covered: str) -> Fault:
    """A second one by the same key, wrong, before the right one: one that is right will do (RFC 4035 §5.3.3)."""

    def spoil(zone: dns.zone.Zone) -> None:
        rdataset = _signatures(zone, name, covered)
        _put(rdataset, [*map(_flipped, rdataset), *rdataset])

    return spoil


def changed_signature(name: str, covered: str, **fields) -> Fault:
    """Fields of the RRSIG get other values: signer, labels, key_tag …; a function is given the old one."""

    def spoil(zone: dns.zone.Zone) -> None:
        rdataset = _signatures(zone, name, covered)
        _put(rdataset, [rdata.replace(**{key: value(getattr(rdata, key)) if callable(value) else value
                                         for key, value in fields.items()}) for rdata in rdataset])

    return spoil


def no_signature(name: str, covered: str) -> Fault:
    def spoil(zone: dns.zone.Zone) -> None:
        zone.delete_rdataset(_owner(zone, name), RRSIG, dns.rdatatype.from_text(covered))

    return spoil


def no_signature_by(algorithm: int) -> Fault:
    """Nowhere in the zone but on the DNSKEY records."""

    def spoil(zone: dns.zone.Zone) -> None:
        for _, rdataset in _all_signatures(zone):
            if rdataset.covers != dns.rdatatype.DNSKEY:
                _put(rdataset, [rdata for rdata in rdataset if rdata.algorithm != algorithm])

    return spoil


def no_signatures(zone: dns.zone.Zone) -> None:
    for name, rdataset in _all_signatures(zone):
        zone.delete_rdataset(name, RRSIG, rdataset.covers)


def no_denial(zone: dns.zone.Zone) -> None:
    """No NSEC and no NSEC3 record is left."""
    for rdtype in (NSEC, NSEC3):
        for name, _ in list(zone.iterate_rdatasets(rdtype)):
            zone.delete_rdataset(name, rdtype)
            zone.delete_rdataset(name, RRSIG, rdtype)


def no_nsec_at(name: str) -> Fault:
    def spoil(zone: dns.zone.Zone) -> None:
        zone.delete_rdataset(_owner(zone, name), NSEC)
        zone.delete_rdataset(_owner(zone, name), RRSIG, NSEC)

    return spoil


def other_data(name: str, rdtype: str, text: str) -> Fault:
    """The signature was made for other data."""

    def spoil(zone: dns.zone.Zone) -> None:
        rdataset = zone.find_rdataset(_owner(zone, name), rdtype)
        _put(rdataset, [dns.rdata.from_text("IN", rdtype, text, zone.origin)])

    return spoil


def ttl(name: str, rdtype: str, seconds: int) -> Fault:
    """Of the records and of their RRSIG; the signed TTL stays (RFC 4034 §3.1.4)."""

    def spoil(zone: dns.zone.Zone) -> None:
        zone.find_rdataset(_owner(zone, name), rdtype).ttl = seconds
        _signatures(zone, name, rdtype).ttl = seconds

    return spoil
