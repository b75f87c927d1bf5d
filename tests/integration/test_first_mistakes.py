"""The mistakes of the first day: each is told in an error or in the status, with what to type."""

import asyncio
import json
import socket
import subprocess
import sys
from contextlib import contextmanager

import pytest

from harness import behaviour
from harness.daemon import BINARY, run_to_end, write_config
from harness.dig import dig
from harness.event_loop import EventLoop
from harness.ports import free_port
from harness.private_network import mounted_over
from harness.waiting import eventually

pytestmark = pytest.mark.skipif(not BINARY, reason="TRIBUTARY does not name the daemon's binary")

ELSEWHERE = {"upstreams": {"far": {"url": "udp://192.0.2.1"}}}


def problems(daemon) -> list[dict[str, str]]:
    return json.loads(daemon.command("status", "--json").stdout)["problems"]


def problem(daemon, word: str) -> dict[str, str]:
    """The problem whose line has `word` in it, once there is one."""
    return eventually(lambda: next((each for each in problems(daemon) if word in each["what"]), None),
                      f"a problem with {word!r}")


@pytest.fixture
def resolv_conf(tmp_path):
    """resolv_conf(line, …): the start of a command for which /etc/resolv.conf is that."""

    def have(*lines: str) -> list[str]:
        file = tmp_path / "resolv.conf"
        file.write_text("".join(f"{line}\n" for line in lines))
        return mounted_over({"/etc/resolv.conf": str(file)})

    return have


# ---- Port 53 is taken.

HOLDER = """
import ctypes, socket, sys
ctypes.CDLL(None).prctl(15, b"systemd-resolved", 0, 0, 0)
sockets = [socket.socket(socket.AF_INET, kind) for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM)]
for each in sockets:
    each.bind(("127.0.0.53", 53))
sockets[1].listen()
print("ready", flush=True)
sys.stdin.read()
"""


@contextmanager
def systemd_resolved():
    """Something of that name on the stub's address."""
    with subprocess.Popen([sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        yield holder
        holder.stdin.close()


@pytest.mark.parametrize("listen", ["udp://127.0.0.53", "tcp://127.0.0.53", "udp://0.0.0.0", "tcp://0.0.0.0"])
def test_systemd_resolved_has_port_53(private_net, tmp_path, listen):
    with systemd_resolved() as holder:
        result = run_to_end("run", write_config(tmp_path, {"listen": [listen], **ELSEWHERE}))
    assert result.returncode == 1
    for part in (f"systemd-resolved (pid {holder.pid})", "another" if "127" in listen else "127.0.0.53:53: listen on",
                 r"printf '[Resolve]\nDNSStubListener=no\n' > /etc/systemd/resolved.conf.d/no-stub.conf",
                 "systemctl restart systemd-resolved"):
        assert part in result.stderr, result.stderr


# ---- A loop to itself.

@pytest.mark.parametrize("listen, upstream", [("0.0.0.0", "127.0.0.1"), ("0.0.0.0", "127.0.0.53"),
                                              ("127.0.0.1", "127.0.0.1"), ("[::]", "[::1]")])
@pytest.mark.parametrize("command", ["check", "run"])
def test_an_upstream_that_is_tributary_itself_is_refused(tmp_path, listen, upstream, command):
    file = write_config(tmp_path, {"listen": [f"udp://{listen}:53"], "upstreams": {"me": {"url": f"udp://{upstream}"}}})
    result = run_to_end(command, file)
    assert result.returncode == 1
    assert "upstreams.me.url" in result.stderr and "listens on itself" in result.stderr, result.stderr
    assert "name another server" in result.stderr


def test_the_command_line_makes_no_loop_either(tmp_path):
    file = write_config(tmp_path, {"upstreams": {"me": {"url": "udp://127.0.0.2"}}})
    result = subprocess.run([BINARY, "run", "--config", str(file), "--listen", "udp://127.0.0.2"], capture_output=True,
                            text=True, timeout=30)
    assert result.returncode == 1
    assert "upstream me: 127.0.0.2:53 is an address that Tributary listens on itself" in result.stderr


def test_resolv_conf_names_tributary_alone(private_net, tributary, resolv_conf):
    daemon = tributary(around=resolv_conf("nameserver 127.0.0.1"), port=53, upstreams={"the-system": {"url": "system:"}},
                       routes=[{"suffix": ".", "group": "the-system"}])
    found = problem(daemon, "nobody to ask")
    assert "the-system" in found["what"] and "/etc/resolv.conf" in found["what"]
    assert str(daemon.file) in found["remedy"] and "tributary reload" in found["remedy"]
    assert found["what"] in daemon.output(), "the log has it, too"


# ---- trust-ad.

@pytest.mark.parametrize("lines, told", [(["nameserver 127.0.0.1", "options edns0"], True),
                                         (["nameserver 127.0.0.1", "options edns0 trust-ad"], False),
                                         (["nameserver 192.0.2.7"], False),
                                         (["nameserver 127.0.0.1", "nameserver 192.0.2.7"], False)])
def test_the_c_library_must_trust_ad(private_net, tributary, resolv_conf, lines, told):
    daemon = tributary(around=resolv_conf(*lines), port=53, dnssec={"mode": "validate"}, **ELSEWHERE)
    remedies = [each["remedy"] for each in problems(daemon) if "trust-ad" in each["what"]]
    assert remedies == (["echo 'options edns0 trust-ad' >> /etc/resolv.conf"] if told else [])


def test_check_tells_what_resolv_conf_lacks(private_net, tmp_path, resolv_conf):
    file = write_config(tmp_path, {})
    result = subprocess.run([*resolv_conf("nameserver 127.0.0.1"), BINARY, "check", str(file)], capture_output=True,
                            text=True, timeout=30)
    assert result.returncode == 0, "the file itself is good"
    warnings = [line for line in result.stderr.splitlines() if line.startswith("tributary: warning: ")]
    assert len(warnings) == 2, result.stderr
    assert "nobody to ask" in warnings[0] and "trust-ad" in warnings[1]


# ---- A clock in 1970.

# The wall clock shows how long the program has run: at the same rate as other clocks, so that it never seems to be set.
YEAR_1970 = """
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
static time_t began;
__attribute__((constructor)) static void begin(void) {
  struct timespec now;
  syscall(SYS_clock_gettime, CLOCK_BOOTTIME, &now);
  began = now.tv_sec;
}
int clock_gettime(clockid_t clock, struct timespec* now) {
  const int result = (int)syscall(SYS_clock_gettime, clock == CLOCK_REALTIME ? CLOCK_BOOTTIME : clock, now);
  if (clock == CLOCK_REALTIME) now->tv_sec -= began;
  return result;
}
"""


@pytest.fixture(scope="session")
def in_1970(tmp_path_factory) -> list[str]:
    """The start of a command that believes it is just after midnight of the first of January."""
    folder = tmp_path_factory.mktemp("clock")
    (folder / "clock.c").write_text(YEAR_1970)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", "clock.so", "clock.c"], cwd=folder, check=True)
    return ["env", f"LD_PRELOAD={folder / 'clock.so'}"]


def test_a_clock_in_1970(tributary, in_1970):
    daemon = tributary(around=in_1970, dnssec={"mode": "validate"}, **ELSEWHERE)
    found = problem(daemon, "the clock is wrong")
    assert "it shows 1970-01-01T00:" in found["what"] and "dates of signatures are not checked" in found["what"]
    assert "timedatectl set-ntp true" in found["remedy"]
    log = next(line for line in daemon.output().splitlines() if "the clock is bad: it shows 1970-01-01T00:" in line)
    assert "dates of signatures are not checked" in log and "timedatectl set-ntp true" in log


# ---- The name of an upstream, and nobody who knows it.

@pytest.mark.parametrize("url, place, remedy", [
    ("https://dns.example/dns-query", "upstreams.doh: has no \"bootstrap\"", "bootstrap: [\"9.9.9.9\"]"),
    ("udp://dns.example", "upstreams.doh.url: \"dns.example\" is no IP address", "as in udp://9.9.9.9")])
def test_the_name_of_an_upstream_needs_somebody_who_knows_it(tmp_path, url, place, remedy):
    result = run_to_end("check", write_config(tmp_path, {"upstreams": {"doh": {"url": url}}}))
    assert result.returncode == 1
    assert place in result.stderr and remedy in result.stderr, result.stderr
    assert "tributary.yaml:" in result.stderr


def test_bootstrap_servers_that_do_not_answer(tributary, fake_dns):
    nobody = f"127.0.0.1:{free_port()}"
    daemon = tributary(**beside_plain(fake_dns, {"url": "https://dns.example/dns-query", "bootstrap": [nobody]}))
    found = blamed(daemon)
    assert "dns.example cannot be looked up" in found["what"] and "bootstrap: [" in found["remedy"]


# ---- DNS over HTTPS is blocked.

def beside_plain(fake_dns, upstream: dict) -> dict:
    plain = fake_dns(behaviour.address("192.0.2.1"))
    return {"upstreams": {"doh": upstream, "plain": {"url": f"udp://{plain.endpoint}"}},
            "groups": {"both": {"upstreams": ["doh", "plain"], "strategy": "failover"}},
            "routes": [{"suffix": ".", "group": "both"}]}


def blamed(daemon) -> dict[str, str]:
    """What is said of `doh` once it is not asked any more, for a reason that it gave itself."""
    def ask_and_look():
        ask_and_look.asked += 1
        dig(daemon.port, f"www.domain-{ask_and_look.asked}.example", "A")
        status = json.loads(daemon.command("status", "--json").stdout)
        known = any("last_failure" in each for each in status["upstreams"])
        return next((each for each in status["problems"] if known and each["what"].startswith("upstream doh is open")),
                    None)

    ask_and_look.asked = 0
    return eventually(ask_and_look, "doh is given up")


@contextmanager
def refusing():
    yield free_port()


@contextmanager
def swallowing():
    """Whose queue of connections is full: the kernel drops what wants to connect, as a firewall does."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        clients = []
        for _ in range(3):
            clients.append(socket.socket())
            clients[-1].setblocking(False)
            clients[-1].connect_ex(server.getsockname())
        yield server.getsockname()[1]
        for client in clients:
            client.close()


@contextmanager
def resetting():
    """Takes connections and resets each when TLS begins."""
    async def reset(reader, writer):
        await reader.read(1)
        writer.transport.abort()

    events = EventLoop()
    server = events.run(asyncio.start_server(reset, "127.0.0.1", 0))
    yield server.sockets[0].getsockname()[1]
    events.call(server.close)


@pytest.mark.parametrize("firewall, how, remedy", [
    (refusing, "cannot connect to 127.0.0.1 port {}: Connection refused", "its port is refused"),
    (swallowing, "connecting to 127.0.0.1 port {} took too long", "drops what is sent to its port"),
    (resetting, "127.0.0.1 port {}: the TLS handshake failed", "TLS is broken")])
def test_dns_over_https_is_blocked(tributary, fake_dns, firewall, how, remedy):
    with firewall() as port:
        daemon = tributary(**beside_plain(fake_dns, {"url": f"https://127.0.0.1:{port}/dns-query"}))
        found = blamed(daemon)
        assert how.format(port) in found["what"] and found["what"].endswith("; plain answers in clear"), found
        assert remedy in found["remedy"] and f"openssl s_client -connect 127.0.0.1:{port}" in found["remedy"]
        shown = " ".join(daemon.command("status").stdout.split())
        assert found["what"] in shown and found["remedy"] in shown, "nothing is cut off"


def test_somebody_else_answers_for_the_server(tributary, fake_dns, fake_doh, authority):
    portal = fake_doh(authority.issue("portal.example"), behaviour.address("192.0.2.66"))
    knows = fake_dns(behaviour.address("127.0.0.1")).endpoint
    daemon = tributary(**beside_plain(fake_dns, {"url": f"https://dns.example:{portal.port}/dns-query",
                                                 "bootstrap": [knows], "ca_file": str(authority.ca_file)}))
    found = blamed(daemon)
    assert f"127.0.0.1 port {portal.port}: the server's certificate is refused: hostname mismatch" in found["what"]
    assert "portal that answers in its place" in found["remedy"]
