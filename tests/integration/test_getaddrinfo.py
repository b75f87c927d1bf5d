"""A program that knows nothing of Tributary: the C library's getaddrinfo with 127.0.0.1 in /etc/resolv.conf.

In a network namespace, where the daemon can have port 53, and a mount namespace, where /etc/resolv.conf is ours.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from harness import behaviour
from harness.private_network import mounted_over

ZONE = Path(__file__).parent / "data" / "home.example.zone"

LOOK_UP = """
import json, socket, sys
try:
    found = socket.getaddrinfo(sys.argv[1], None, type=socket.SOCK_STREAM)
    print(json.dumps(sorted({entry[4][0] for entry in found})))
except socket.gaierror as error:
    print(json.dumps(error.errno))
"""


@pytest.fixture
def look_up(private_net, tributary, fake_dns, tmp_path):
    """look_up(name): the addresses, sorted, or the number of getaddrinfo's error."""
    fake = fake_dns(behaviour.address("192.0.2.1"))
    denies = fake_dns(behaviour.nxdomain())
    tributary(port=53, upstreams={"home": {"url": f"zone:{ZONE}", "origin": "home.example"},
                                  "only": {"url": f"udp://{fake.endpoint}"},
                                  "denies": {"url": f"udp://{denies.endpoint}"}},
              routes=[{"suffix": "home.example", "group": "home"}, {"suffix": "nowhere.example", "group": "denies"},
                      {"suffix": ".", "group": "only"}])
    resolv, nsswitch = tmp_path / "resolv.conf", tmp_path / "nsswitch.conf"
    resolv.write_text("nameserver 127.0.0.1\noptions timeout:10 attempts:1\n")
    nsswitch.write_text("hosts: dns\n")
    inside = mounted_over({"/etc/resolv.conf": str(resolv), "/etc/nsswitch.conf": str(nsswitch)})

    def look_up(name: str):
        command = [*inside, sys.executable, "-c", LOOK_UP, name]
        return json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)

    return look_up


@pytest.mark.parametrize("name, found", [
    ("printer.home.example", ["192.0.2.40", "2001:db8::40"]),
    ("drucker.home.example", ["192.0.2.40", "2001:db8::40"]),
    ("www.alpha.example", ["192.0.2.1"]),
    ("localhost", ["127.0.0.1", "::1"]),
])
def test_names_are_found(look_up, name, found):
    assert look_up(name) == found


@pytest.mark.parametrize("name", ["nothing.home.example", "nowhere.example"])
def test_names_that_do_not_exist_are_not_found(look_up, name):
    assert look_up(name) == -2  # EAI_NONAME
