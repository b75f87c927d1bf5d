"""Fixtures of the integration tests. TRIBUTARY names the binary; without it only the harness itself is tested.

All traffic stays on loopback: the run moves into a network namespace of its own where that is permitted.
"""

from pathlib import Path

import pytest

from harness import private_network
from harness.certificates import Authority
from harness.daemon import BINARY, Daemon
from harness.event_loop import EventLoop
from harness.fake_dns import FakeDns
from harness.fake_doh import FakeDoh
from harness.nsd_server import NsdServer
from harness.unbound_server import UnboundServer


def pytest_sessionstart() -> None:
    private_network.enter()  # before the first thread starts


@pytest.fixture
def private_net() -> None:
    private_network.require()


@pytest.fixture(scope="session")
def events() -> EventLoop:
    return EventLoop()


@pytest.fixture(scope="session")
def authority(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def start_nsd(tmp_path_factory):
    """Starts an NSD of the test's own, to be killed."""
    servers = []

    def start() -> NsdServer:
        servers.append(NsdServer(tmp_path_factory.mktemp("nsd")))
        return servers[-1]

    yield start
    for server in servers:
        server.kill()


@pytest.fixture(scope="session")
def nsd(tmp_path_factory):
    server = NsdServer(tmp_path_factory.mktemp("nsd"))
    yield server
    server.kill()


@pytest.fixture
def start_unbound(tmp_path_factory, nsd, authority):
    """Starts an Unbound of the test's own, to be killed."""
    servers = []

    def start() -> UnboundServer:
        servers.append(UnboundServer(tmp_path_factory.mktemp("unbound"), nsd, authority.issue("dns.example")))
        return servers[-1]

    yield start
    for server in servers:
        server.kill()


@pytest.fixture(scope="session")
def unbound(tmp_path_factory, nsd, authority):
    server = UnboundServer(tmp_path_factory.mktemp("unbound"), nsd, authority.issue("dns.example"))
    yield server
    server.kill()


@pytest.fixture
def fake_dns(events):
    """fake_dns(behaviour, …) starts a scripted DNS server."""
    fakes = []

    def start(*arguments, **options) -> FakeDns:
        fakes.append(FakeDns(events, *arguments, **options))
        return fakes[-1]

    yield start
    for fake in fakes:
        fake.close()


@pytest.fixture
def fake_doh(events):
    """fake_doh(certificate, behaviour, …) starts a scripted DNS-over-HTTPS server."""
    fakes = []

    def start(*arguments, **options) -> FakeDoh:
        fakes.append(FakeDoh(events, *arguments, **options))
        return fakes[-1]

    yield start
    for fake in fakes:
        fake.close()


class Starter:
    """tributary(upstreams=…, groups=…, …) starts a daemon; what runs at the end must stop as it should."""

    def __init__(self, make_folder):
        self._make_folder = make_folder
        self._daemons: list[Daemon] = []

    def __call__(self, around=(), port=None, **config) -> Daemon:
        return self.started(Daemon.configured(self._make_folder("tributary"), config, around, port))

    def started(self, daemon: Daemon) -> Daemon:
        self._daemons.append(daemon)
        return daemon.start()

    def show_logs(self) -> None:
        for daemon in self._daemons:
            print(f"\nThe daemon on port {daemon.port} said:\n{daemon.output()}")

    def stop_all(self) -> None:
        try:
            for daemon in self._daemons:
                daemon.stop()
        finally:
            for daemon in self._daemons:
                daemon.kill()


@pytest.fixture(scope="module")
def module_tributary(tmp_path_factory, request):
    yield from _starter(tmp_path_factory, request.session)


@pytest.fixture
def tributary(tmp_path_factory, request):
    yield from _starter(tmp_path_factory, request.session)


def _starter(tmp_path_factory, session):
    if not BINARY:
        pytest.skip("TRIBUTARY does not name the daemon's binary")
    assert Path(BINARY).exists(), f"{BINARY} is not there"
    starter, failed_before = Starter(tmp_path_factory.mktemp), session.testsfailed
    yield starter
    if session.testsfailed > failed_before:
        starter.show_logs()
    starter.stop_all()
