"""The hostile suite: attacks, faults and load that the daemon has to stand, each with a figure and its bound.

It has the fixtures and the harness of the integration tests. The short form takes seconds; `--long` the numbers of
docs/hostile.md.
"""

import importlib.util
import sys
from pathlib import Path

import pytest

INTEGRATION = Path(__file__).parent.parent / "integration"
sys.path.insert(0, str(INTEGRATION))

pytest_plugins = ["verdicts"]


def _fixtures_of_integration():
    """Its conftest.py under another name than ours."""
    spec = importlib.util.spec_from_file_location("integration_conftest", INTEGRATION / "conftest.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pytest_configure(config) -> None:
    config.pluginmanager.register(_fixtures_of_integration())


@pytest.fixture
def raw_dns():
    """raw_dns(script, …) starts a RawDns."""
    from raw_dns import RawDns

    servers = []

    def start(*arguments, **options) -> RawDns:
        servers.append(RawDns(*arguments, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.close()
