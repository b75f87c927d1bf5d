"""The subjects of bench/load, configured to validate what they forward."""

import socket
from pathlib import Path

from processes import Failure
from subjects import TRIBUTARY_CONFIG, UNBOUND_CONFIG, Tributary, Unbound, query

_TRIBUTARY_DNSSEC = """
dnssec: {{ trust_anchor_file: "{anchors}", clock: trusted }}
state_directory: .
"""


class ValidatingTributary(Tributary):
    def __init__(self, build: Path, anchors: Path):
        super().__init__(build)
        self._anchors = anchors

    def _command(self, folder: Path, port: int, authority: int, test: str) -> list[str]:
        command = super()._command(folder, port, authority, test)
        config = TRIBUTARY_CONFIG.format(port=port, authority=authority, ports="")
        config = config.replace("group: own }", "group: own, dnssec: off }")
        (folder / "tributary.yaml").write_text(config + _TRIBUTARY_DNSSEC.format(anchors=self._anchors))
        return command


class ValidatingUnbound(Unbound):
    def __init__(self, anchors: Path):
        self._anchors = anchors

    def _command(self, folder: Path, port: int, authority: int, test: str) -> list[str]:
        command = super()._command(folder, port, authority, test)
        validating = f'module-config: "validator iterator"\n  trust-anchor-file: "{self._anchors}"\n' \
                     "  trust-anchor-signaling: no\n  aggressive-nsec: no"
        (folder / "unbound.conf").write_text(
            UNBOUND_CONFIG.format(port=port, authority=authority).replace('module-config: "iterator"', validating))
        return command


def require_validation(port: int, name: str) -> None:
    """AD in the query asks for AD in the reply (RFC 6840 §5.7)."""
    wire = bytearray(query(name))
    wire[3] |= 0x20
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.connect(("127.0.0.1", port))
        client.send(wire)
        reply = client.recv(4096)
    if reply[3] & 0x2f != 0x20:
        raise Failure(f"{name} was not answered with AD, but with RCODE {reply[3] & 15}: this measures nothing")
