"""Makes the zones: keys from the leaves up, then each zone with the DS records of those below it, signed."""

import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Optional, Sequence

import dns.name
import dns.zone

from harness.signed_tree.keys import Key
from harness.signed_tree.zone import Zone

_SIGNERS_AT_ONCE = 4


class SignedTree:
    """`files` are the zones as a server loads them, by name; `anchors` the root's KSKs as DS records, one a line."""

    def __init__(self, folder: Path, zones: Sequence[Zone]):
        self._folder = folder
        self._now = int(time.time())  # signatures are dated by the clock that validators go by
        self.zones = {zone.name: zone for zone in zones}
        self._children = self._find_children()
        with ThreadPoolExecutor(_SIGNERS_AT_ONCE) as pool:
            self._keys = dict(zip(self.zones, pool.map(self._make_keys, zones)))
            self.files = dict(zip(self.zones, pool.map(self._make_zone, zones)))
        self.anchors = folder / "anchors"
        self.anchors.write_text("".join(f". IN DS {key.ds()}\n" for key in self.keys(".") if key.plan.flags == 257))

    def keys(self, zone: str) -> list[Key]:
        return self._keys[zone]

    def _make_keys(self, zone: Zone) -> list[Key]:
        folder = self._place(zone)
        folder.mkdir()
        return [plan.made(folder, zone.name) for plan in zone.keys]

    def _place(self, zone: Zone) -> Path:
        return self._folder / (zone.name.rstrip(".") or "root")

    def _make_zone(self, zone: Zone) -> Path:
        unsigned = self._place(zone) / "unsigned.zone"
        unsigned.write_text(self._text(zone))
        if not zone.signed:
            return unsigned
        signed = self._place(zone) / "signed.zone"
        (_sign_with_bind if zone.signer == "bind" else _sign_with_ldns)(
            zone, [key for key in self.keys(zone.name) if key.plan.signs], unsigned, signed, self._now)
        if zone.faults:
            _spoil(zone, signed)
        return signed

    def _text(self, zone: Zone) -> str:
        published = [key.record() for key in self.keys(zone.name) if key.plan.published]
        delegations = [line for child in self._children[zone.name] for line in self._delegation(child)]
        return "\n".join([f"$ORIGIN {zone.name}", "$TTL 3600",
                          f"@ IN SOA {zone.server} hostmaster 1 7200 3600 1209600 300", f"@ IN NS {zone.server}",
                          *["ns IN A 127.0.0.1"] * (zone.server == "ns"), zone.content, *published, *delegations, ""])

    def _find_children(self) -> dict[str, list[Zone]]:
        children: dict[str, list[Zone]] = {name: [] for name in self.zones}
        for zone in self.zones.values():
            parent = self._parent(zone)
            if parent:
                children[parent].append(zone)
        return children

    def _parent(self, zone: Zone) -> Optional[str]:
        name = dns.name.from_text(zone.name)
        while name != dns.name.root:
            name = name.parent()
            if name.to_text() in self.zones:
                return name.to_text()
        return None

    def _delegation(self, child: Zone) -> list[str]:
        ds = [f"{child.name} IN DS {rdata}" for rdata in child.ds(self.keys(child.name))]
        if child.server != "ns":
            return [f"{child.name} IN NS {child.server}", *ds]
        return [f"{child.name} IN NS ns.{child.name}", f"ns.{child.name} IN A 127.0.0.1", *ds]


def _sign_with_bind(zone: Zone, keys: Sequence[Key], unsigned: Path, signed: Path, now: int) -> None:
    denial = []
    if zone.denial:
        denial = ["-3", zone.denial.salt or "-", "-H", str(zone.denial.iterations)] + ["-A"] * zone.denial.opt_out
    ksk_only = all(key.plan.flags == 257 for key in keys)
    _run("dnssec-signzone", "-q", "-P", "-x", *["-z"] * ksk_only, *denial, "-o", zone.name, "-O", "full",
         "-s", _date(now + zone.inception), "-e", _date(now + zone.expiration), "-d", str(signed.parent),
         "-f", str(signed), str(unsigned), *[str(key.stem) for key in keys])


def _sign_with_ldns(zone: Zone, keys: Sequence[Key], unsigned: Path, signed: Path, now: int) -> None:
    denial = []
    if zone.denial:
        denial = ["-n", "-t", str(zone.denial.iterations)] + ["-p"] * zone.denial.opt_out
        denial += ["-s", zone.denial.salt] if zone.denial.salt else []
    _run("ldns-signzone", *denial, "-o", zone.name, "-i", str(now + zone.inception), "-e", str(now + zone.expiration),
         "-f", str(signed), str(unsigned), *[str(key.stem) for key in keys])


def _spoil(zone: Zone, file: Path) -> None:
    content = dns.zone.from_file(str(file), zone.name, relativize=False, check_origin=False)
    for fault in zone.faults:
        fault(content)
    content.to_file(str(file), relativize=False)


def _date(seconds: int) -> str:
    return time.strftime("%Y%m%d%H%M%S", time.gmtime(seconds))


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stdout}{done.stderr}"
