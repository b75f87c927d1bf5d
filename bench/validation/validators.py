"""The subjects of bench/load, configured to validate what they forward."""

import socket
from pathlib import Path

from processes import Failure
from subjects import Tributary, Unbound, query


def validating_tributary(build: Path, anchors: Path) -> Tributary:
    return Tributary(build, f'trust_anchor_file: "{anchors}", clock: trusted')


def validating_unbound(anchors: Path) -> Unbound:
    return Unbound(f"""
  module-config: "validator iterator"
  trust-anchor-file: "{anchors}"
  trust-anchor-signaling: no""")


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
