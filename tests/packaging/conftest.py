"""Fixtures for what is shipped around the program. They stand on the harness of the integration tests."""

import os
import sys
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCES / "tests" / "integration"))


@pytest.fixture(scope="session")
def sources() -> Path:
    return SOURCES


@pytest.fixture(scope="session")
def program() -> str:
    """The binary that the build has made."""
    binary = os.environ.get("TRIBUTARY", "")
    if not binary:
        pytest.skip("TRIBUTARY does not name the daemon's binary")
    return binary
