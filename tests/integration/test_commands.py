"""The commands that ask a running daemon: for people and as JSON, what they change, and their exit codes."""

import json
import os
import pty
import select
import subprocess
import termios
from pathlib import Path

import pytest

from harness import behaviour
from harness.daemon import BINARY, Daemon
from harness.dig import dig
from harness.metrics import fetch
from harness.waiting import eventually

pytestmark = pytest.mark.skipif(not BINARY, reason="TRIBUTARY does not name the daemon's binary")

COMPLETION = Path(__file__).parents[2] / "packaging" / "completion"
DONE, FAILED, WRONG_USAGE, NO_DAEMON = 0, 1, 2, 3


@pytest.fixture
def daemon(tributary, fake_dns) -> Daemon:
    """Asks `one`, and `two` if that fails."""
    fakes = {name: fake_dns(behaviour.address(f"192.0.2.{number}"))
             for number, name in enumerate(("one", "two"), start=1)}
    return tributary(upstreams={name: {"url": f"udp://{fake.endpoint}"} for name, fake in fakes.items()},
                     groups={"all": {"upstreams": ["one", "two"], "strategy": "failover"}})


def run(daemon: Daemon, *arguments: str, code: int = DONE) -> str:
    """What the command prints; it must end with `code`."""
    result = daemon.command(*arguments)
    assert result.returncode == code, (arguments, result.stdout, result.stderr)
    return result.stdout if code == DONE else result.stderr


def run_json(daemon: Daemon, *arguments: str):
    return json.loads(run(daemon, *arguments, "--json"))


def upstream(daemon: Daemon, name: str) -> dict:
    return next(one for one in run_json(daemon, "status")["upstreams"] if one["name"] == name)


def alone(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=60)


# ---- Looking.

def test_status_is_one_narrow_screen(daemon):
    assert dig(daemon.port, "www.example", "A").data("A") == ["192.0.2.1"]
    text = run(daemon, "status")
    for part in ("tributary ", "UPSTREAM", "one ", "two ", "closed", "clock", "dnssec    off", "cache     1 entries"):
        assert part in text, text
    assert all(len(line) <= 100 for line in text.splitlines()), text


def test_status_as_json_counts_and_names(daemon):
    for _ in range(3):
        dig(daemon.port, "www.example", "A")
    status = run_json(daemon, "status")
    assert status["traffic"]["queries"] == 3 and status["cache"]["hits"] == 2
    assert status["workers"] == 2 and f"udp://127.0.0.1:{daemon.port}" in status["listeners"]
    assert upstream(daemon, "one")["wins"] == 1 and upstream(daemon, "two")["queries"] == 0


def test_query_asks_as_a_client(daemon):
    assert "www.example." in run(daemon, "query", "www.example")
    answer = run_json(daemon, "query", "www.example", "A")
    assert answer["rcode"] == "NOERROR" and answer["records"][0].endswith("192.0.2.1")
    run(daemon, "query", "a..b", code=FAILED)
    run(daemon, "query", "www.example", "NONSENSE", code=FAILED)


def test_config_show_is_a_configuration(daemon, tmp_path):
    shown = run(daemon, "config", "show")
    assert "strategy: failover" in shown
    as_json = run_json(daemon, "config", "show")
    assert as_json["groups"]["all"]["upstreams"] == ["one", "two"] and as_json["cache"]["size"] == "64MiB"
    for name, text in (("shown.yaml", shown), ("shown.json", json.dumps(as_json))):
        (tmp_path / name).write_text(text)
        checked = alone("check", str(tmp_path / name))
        assert checked.returncode == DONE, checked.stderr


def test_top_draws_until_q_and_restores_the_terminal(daemon):
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    with subprocess.Popen([BINARY, "top", "--socket", str(daemon.socket)], stdin=theirs, stdout=theirs) as top:
        seen = b""
        while b"q quits" not in seen:
            assert select.select([ours], [], [], 30)[0], seen
            seen += os.read(ours, 65536)
        assert b"UPSTREAM" in seen and termios.tcgetattr(theirs) != before
        os.write(ours, b"q")
        assert top.wait(30) == DONE
    assert termios.tcgetattr(theirs) == before
    assert os.read(ours, 65536).endswith(b"\x1b[?25h\x1b[?1049l")


def test_top_needs_a_terminal(daemon):
    assert "needs a terminal" in run(daemon, "top", code=FAILED)


# ---- Changing.

def test_flush_drops_a_name_a_type_or_a_subtree(daemon):
    names = ("www.example", "a.www.example", "other.example")
    for name in names:
        dig(daemon.port, name, "A")
    assert run_json(daemon, "flush", "www.example", "--type", "AAAA") == {"dropped": 0}
    assert run_json(daemon, "flush", "WWW.example", "--type", "A") == {"dropped": 1}
    assert run(daemon, "flush", "example", "--subtree") == "2 entries dropped\n"
    assert run_json(daemon, "status")["cache"]["entries"] == 0
    run(daemon, "flush", "a..b", code=FAILED)


def test_a_disabled_upstream_is_not_asked_until_it_is_enabled(daemon):
    assert run(daemon, "upstream", "disable", "one") == "upstream one is disabled\n"
    assert upstream(daemon, "one")["state"] == "disabled"
    assert dig(daemon.port, "a.example", "A").data("A") == ["192.0.2.2"]
    assert upstream(daemon, "one")["queries"] == 0
    assert any("one is disabled" in problem["what"] for problem in run_json(daemon, "status")["problems"])
    run(daemon, "upstream", "enable", "one")
    assert dig(daemon.port, "b.example", "A").data("A") == ["192.0.2.1"]


def test_when_all_are_disabled_clients_are_told_and_the_daemon_is_not_ready(daemon):
    assert fetch(daemon.admin_port, "/ready")[0] == 200
    for name in ("one", "two"):
        run(daemon, "upstream", "disable", name)
    answer = run_json(daemon, "query", "a.example")
    assert answer["rcode"] == "SERVFAIL"
    assert answer["ede"] == [{"code": 23, "text": "all upstreams of group all are disabled"}]
    run(daemon, "query", "a.example", code=FAILED)
    status, text = fetch(daemon.admin_port, "/ready")
    assert status == 503 and "open or disabled" in text
    run(daemon, "upstream", "enable", "two")
    assert dig(daemon.port, "a.example", "A").data("A") == ["192.0.2.2"]
    assert fetch(daemon.admin_port, "/ready")[0] == 200


def test_a_probe_is_sent_when_it_is_asked_for(daemon):
    run(daemon, "upstream", "disable", "one")
    run(daemon, "upstream", "probe", "one")
    eventually(lambda: daemon.metrics().value("tributary_upstream_probes_total", upstream="one") == 1, "it is probed")
    assert daemon.metrics().value("tributary_upstream_probes_total", upstream="two") == 0


def test_an_unknown_upstream_is_refused(daemon):
    for verb in ("disable", "enable", "probe"):
        assert "tributary status" in run(daemon, "upstream", verb, "nobody", code=FAILED)


# ---- Over the loopback address.

def test_over_tcp_nothing_is_changed_without_a_token(tributary, tmp_path, fake_dns):
    (tmp_path / "token").write_text("0123456789abcdef\n")
    fake = fake_dns(behaviour.address("192.0.2.1"))
    upstreams = {"only": {"url": f"udp://{fake.endpoint}"}}
    daemon = tributary(upstreams=upstreams)
    config = {"upstreams": upstreams, "admin": {"listen": f"127.0.0.1:{daemon.admin_port}", "socket": "nowhere.sock"}}
    (tmp_path / "client.yaml").write_text(json.dumps(config))
    refused = alone("flush", "a.example", "--config", str(tmp_path / "client.yaml"))
    assert refused.returncode == FAILED and "admin.token_file" in refused.stderr
    looked = alone("status", "--config", str(tmp_path / "client.yaml"))
    assert looked.returncode == DONE and "UPSTREAM" in looked.stdout


# ---- Exit codes, and what shells know.

COMMANDS = [["status"], ["top"], ["explain", "a.example"], ["query", "a.example"], ["flush", "a.example"], ["reload"],
            ["upstream", "disable", "a"], ["upstream", "enable", "a"], ["upstream", "probe", "a"],
            ["cache", "dump", "/nonexistent/dump"], ["cache", "load", "/dev/null"], ["config", "show"]]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_without_a_daemon_every_command_says_so(command):
    result = alone(*command, "--socket", "/nonexistent/control.sock")
    assert result.returncode == NO_DAEMON, result.stderr
    assert "/nonexistent/control.sock" in result.stderr and "systemctl status" in result.stderr


@pytest.mark.parametrize("command", [[], ["nonsense"], ["flush"], ["upstream"], ["upstream", "paint", "a"],
                                     ["status", "--nonsense"], ["query"]], ids=" ".join)
def test_a_wrong_command_line_is_told_apart(command):
    assert alone(*command).returncode == WRONG_USAGE


@pytest.mark.parametrize("shell, file", [("bash", "tributary.bash"), ("zsh", "_tributary"),
                                         ("fish", "tributary.fish")])
def test_the_completion_that_is_packaged_knows_the_commands(shell, file):
    assert alone("completion", shell).stdout == (COMPLETION / file).read_text(), \
        f"make it anew: tributary completion {shell} > packaging/completion/{file}"


def test_completion_in_bash():
    script = (f"source {COMPLETION / 'tributary.bash'}; COMP_WORDS=(tributary upstream di); COMP_CWORD=2; _tributary; "
              'echo "${COMPREPLY[@]}"; COMP_WORDS=(tributary flush a.example --s); COMP_CWORD=3; _tributary; '
              'echo "${COMPREPLY[@]}"')
    result = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=30, check=True)
    assert result.stdout.split() == ["disable", "--socket", "--subtree"]
