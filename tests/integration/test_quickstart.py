"""What a newcomer runs, on a machine without Internet: conf/quickstart.yaml, and run.sh.

The shipped zone answers, a public name fails soon and says why, nothing crashes. Runs where no packet can leave.
"""

import re
import time
from pathlib import Path

import pytest

from harness import metrics
from harness.child_process import ChildProcess
from harness.daemon import BINARY, Daemon
from harness.dig import Answer, dig
from harness.ports import free_port
from harness.waiting import TIME_SCALE, eventually

ROOT = Path(__file__).parents[2]
QUICKSTART = ROOT / "conf" / "quickstart.yaml"


def port_of(pattern: str) -> int:
    """The port at which quickstart.yaml listens, by what stands before it."""
    return int(re.search(pattern + r":(\d+)", QUICKSTART.read_text())[1])


@pytest.fixture
def daemon(private_net, tributary, tmp_path) -> Daemon:
    # The fixture's starter also sees to it that it stops as it should.
    return tributary.started(Daemon(QUICKSTART, tmp_path, port_of(r"udp://127\.0\.0\.1"), 9153))


def says_why_there_is_no_network(answer: Answer) -> bool:
    return (answer.status, answer.extended_error) == ("SERVFAIL", 23)


def test_the_shipped_zone_answers(daemon):
    assert dig(daemon.port, "router.home.arpa", "A").data("A")
    assert dig(daemon.port, "+tcp", "home.arpa", "SOA").data("SOA")
    assert dig(daemon.port, "nothing.home.arpa", "A").status == "NXDOMAIN"


def test_public_names_fail_soon_and_say_why(daemon):
    asked = time.monotonic()
    answer = dig(daemon.port, "www.example.com", "A")
    took = time.monotonic() - asked
    print(f"{answer.status}, EDE {answer.extended_error} after {took:.2f} s")
    assert says_why_there_is_no_network(answer), answer.text
    assert took < 4 * TIME_SCALE + 0.5  # half a second for dig itself


def test_it_goes_on_without_a_network(daemon):
    for number in range(20):
        assert dig(daemon.port, f"www.example{number}.com", "A").status == "SERVFAIL"
    assert dig(daemon.port, "router.home.arpa", "A").status == "NOERROR"
    assert daemon.metrics().value("tributary_responses_total", rcode="SERVFAIL") >= 20
    assert metrics.fetch(daemon.admin_port, "/health")[0] == 200


@pytest.mark.skipif(Path(BINARY or "none").resolve() != ROOT / "build" / "release" / "tributary",
                    reason="run.sh would build the release first")
def test_run_sh(private_net, tmp_path):
    """The commands that run.sh suggests work as printed."""
    port = free_port()
    process = ChildProcess([str(ROOT / "run.sh"), "--port", str(port)], tmp_path / "run.log")
    try:
        eventually(lambda: not process.running or dig(port, "+time=1", "router.home.arpa").data("A"),
                   "the daemon of run.sh answers", within=120)
        assert process.running, process.output()
        assert re.search(rf"dig @127\.0\.0\.1 -p {port} router\.home\.arpa", process.output())
        assert metrics.fetch(9153, "/health")[0] == 200
        assert says_why_there_is_no_network(dig(port, "www.debian.org", "A"))
    finally:
        process.kill()
