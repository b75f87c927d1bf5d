"""Keys in files as dnssec-keygen makes them."""

import itertools
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import dns.dnssec
import dns.name
import dns.rdata

KSK, ZSK = 257, 256
_MNEMONICS = {5: "RSASHA1", 7: "NSEC3RSASHA1", 8: "RSASHA256", 10: "RSASHA512", 13: "ECDSAP256SHA256",
              14: "ECDSAP384SHA384", 15: "ED25519", 16: "ED448"}
_RSA = {5, 7, 8, 10}

SHA1, SHA256, SHA384 = 1, 2, 4
_DIGESTS = {SHA1: "SHA1", SHA256: "SHA256", SHA384: "SHA384"}

_numbers = itertools.count()


@dataclass(frozen=True)
class KeyPlan:
    """One key of a zone. A published one is in the DNSKEY set, one that signs is given to the signer."""

    algorithm: int = 13
    flags: int = KSK
    signs: bool = True
    published: bool = True
    revoked: bool = False  # RFC 5011 §2.1
    bits: int = 1024  # of an RSA key
    copy_of: Optional[Path] = None  # the stem of a key's files: the same key for another zone, which is faster

    def made(self, folder: Path, zone: str) -> "Key":
        # Each key in a folder of its own: dnssec-signzone signs with whatever private keys it finds.
        place = folder / f"key{next(_numbers)}"
        place.mkdir()
        if self.copy_of:
            return Key(self, _copied(self.copy_of, place, zone))
        options = ["-b", str(self.bits)] if self.algorithm in _RSA else []
        options += ["-f", "KSK"] if self.flags == KSK else []
        stem = _run("dnssec-keygen", "-q", "-K", str(place), "-a", _MNEMONICS[self.algorithm], *options, zone)
        if self.revoked:
            stem = Path(_run("dnssec-revoke", "-r", "-K", str(place), stem)).name
        return Key(self, place / stem)


@dataclass(frozen=True)
class Key:
    plan: KeyPlan
    stem: Path  # without .key and .private

    def record(self) -> str:
        """The DNSKEY record, as a line of a master file."""
        lines = self.stem.with_name(self.stem.name + ".key").read_text().splitlines()
        return next(line for line in lines if not line.startswith(";"))

    def ds(self, digest: int = SHA256) -> str:
        """The RDATA of its DS record."""
        owner, _, _, rdata = self.record().split(None, 3)
        return dns.dnssec.make_ds(dns.name.from_text(owner), dns.rdata.from_text("IN", "DNSKEY", rdata),
                                  _DIGESTS[digest], policy=dns.dnssec.allow_all_policy).to_text()


def _copied(stem: Path, place: Path, zone: str) -> Path:
    owner, *rest = stem.name.split("+")  # Kexample.+013+04711
    copy = place / "+".join([f"K{zone}", *rest])
    for ending in (".key", ".private"):
        text = stem.with_name(stem.name + ending).read_text()
        copy.with_name(copy.name + ending).write_text(text.replace(f"{owner[1:]} IN", f"{zone} IN"))
    return copy


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return done.stdout.strip()
