"""The tree served by NSD, Unbound in front of it that resolves only, and those behind that who validate."""

from pathlib import Path
from typing import Callable, Sequence

from harness.certificates import Certificate
from harness.nsd_server import NsdServer
from harness.signed_tree.tree import SignedTree
from harness.signed_tree.zone import Zone
from harness.unbound_server import UnboundProcess, UnboundServer, ValidatingUnbound

MakeFolder = Callable[[str], Path]


class SignedInternet:
    """Runs until `kill`. What validates forwards to `endpoint`, where nothing is validated."""

    def __init__(self, make_folder: MakeFolder, zones: Sequence[Zone], certificate: Certificate):
        self._make_folder, self._certificate = make_folder, certificate
        self._others: list[UnboundProcess] = []
        self.tree = SignedTree(make_folder("tree"), zones)
        self.nsd = NsdServer(make_folder("nsd"), self.tree.files)
        self.resolver = UnboundServer(make_folder("resolver"), self.nsd, certificate)

    @property
    def endpoint(self) -> str:
        return self.resolver.endpoint

    def validating_unbound(self, *upstreams: str) -> ValidatingUnbound:
        """A new one, over `upstreams`; if there are none, over the resolver."""
        folder = self._make_folder("validator")
        server = ValidatingUnbound(folder, upstreams or [self.endpoint], self.tree.anchors)
        self._others.append(server)
        return server

    def another_resolver(self) -> UnboundServer:
        server = UnboundServer(self._make_folder("resolver"), self.nsd, self._certificate)
        self._others.append(server)
        return server

    def kill(self) -> None:
        for server in [*self._others, self.resolver, self.nsd]:
            server.kill()


def dnssec_section(tree: SignedTree, **more: str) -> dict:
    """Of the daemon's configuration. The clock is right enough, for the signatures were dated by it."""
    return {"mode": "validate", "trust_anchors": tree.anchors.read_text().splitlines(), "clock": "trusted", **more}
