"""Somebody on this host, or a page in somebody's browser, reaches the admin address and means no good."""

import random
import socket
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from harness import behaviour, load
from harness.child_process import ChildProcess
from harness.daemon import BINARY, run_to_end, write_config
from harness.metrics import Metrics, fetch
from harness.waiting import TIME_SCALE, eventually
from memory import Growth

TOKEN = "correct-horse-battery-staple"
HOST = "Host: 127.0.0.1\r\n"
JSON = "Content-Type: application/json\r\n"
FLUSH, RELOAD, DISABLE = "/api/v1/flush", "/api/v1/reload", "/api/v1/upstreams/only/disable"
BODY = '{"name": "www.alpha.example"}'  # of a flush
CHANGES = (FLUSH, RELOAD, DISABLE, "/api/v1/cache")


@pytest.fixture
def daemon(tributary, fake_dns, tmp_path):
    """With a token, and something to lose: a cached name."""
    upstreams = {"only": {"url": f"udp://{fake_dns(behaviour.address('192.0.2.1')).endpoint}"}}
    (tmp_path / "token").write_text(TOKEN + "\n")
    (tmp_path / "token").chmod(0o600)
    running = tributary(upstreams=upstreams)
    running.reload(upstreams=upstreams, admin={**running.usual("admin"), "token_file": str(tmp_path / "token")})
    running.stop()  # the token counts from the next start on
    running.start()
    load.ask_all(running.port, ["www.alpha.example"], at_once=1)
    return running


def talk(daemon, octets: bytes) -> bytes:
    """All that is said to `octets` until the server hangs up; b"" if it does so at once."""
    with socket.create_connection(("127.0.0.1", daemon.admin_port), timeout=20 * TIME_SCALE) as stream:
        try:
            stream.sendall(octets)
            stream.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: stream.recv(65536), b""))
        except ConnectionError:
            return b""


def status(answer: bytes) -> int:
    """0 if there is none."""
    return int(answer.split()[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def request(target: str, method: str = "GET", headers: str = HOST, body: str = "") -> bytes:
    length = f"Content-Length: {len(body)}\r\n" if method == "POST" else ""
    return f"{method} {target} HTTP/1.1\r\n{headers}{length}Connection: close\r\n\r\n{body}".encode("latin-1")


def state(daemon) -> tuple:
    """What none of this may change."""
    told = daemon.metrics()
    return (told.value("tributary_cache_entries"), told.state("only"), told.value("tributary_reloads_total"),
            fetch(daemon.admin_port, "/api/v1/config")[1])


def seconds_to_answer(daemon, path: str = "/health") -> float:
    began = time.monotonic()
    try:
        return time.monotonic() - began if fetch(daemon.admin_port, path)[0] == 200 else float("inf")
    except OSError:
        return float("inf")


# Much, and slowly

MEGABYTE = 1 << 20
HUGE = {
    "one header of 1 MB": request("/metrics", headers=HOST + "X: " + "y" * MEGABYTE + "\r\n"),
    "10,000 headers": request("/metrics", headers=HOST + "".join(f"X-{n}: {'y' * 90}\r\n" for n in range(10_000))),
    "a header of 1 MB that does not end": f"GET /metrics HTTP/1.1\r\n{HOST}X: {'y' * MEGABYTE}".encode(),
    "a target of 1 MB": request("/" + "a" * MEGABYTE),
    "a method of 1 MB": request("/metrics", method="G" * MEGABYTE),
    "a body of 8 MB": request(FLUSH, "POST", HOST + f"Authorization: Bearer {TOKEN}\r\n" + JSON, "x" * 8 * MEGABYTE),
    "a chunk of 2^64-1": request(FLUSH, "POST", HOST + "Transfer-Encoding: chunked\r\n") + b"ffffffffffffffff\r\nx",
}


def test_huge_requests(daemon, verdicts, scale):
    rounds = scale(2, 20)
    before, growth = state(daemon), Growth(daemon)
    served = {what: status(talk(daemon, octets)) for what, octets in HUGE.items() for _ in range(rounds)}
    answered = [what for what, code in served.items() if 200 <= code < 300]
    verdicts.record("huge requests to the admin address", "RFC 9110 §17.5",
                    f"{len(HUGE)} kinds, answered with {sorted(set(served.values()))}, "
                    f"{growth.mebibytes():.1f} MiB more",
                    "none served, ≤ 4 MiB, nothing changed",
                    not answered and growth.within(4) and state(daemon) == before)


def test_slow_sockets(daemon, verdicts, scale):
    """Each with a part of a request. Who asks properly is still answered, and DNS too."""
    count = scale(100, 1_000)
    before, growth = state(daemon), Growth(daemon)
    files = daemon.metrics().value("process_open_fds")
    with ExitStack() as stack:
        for _ in range(count):
            stream = stack.enter_context(socket.create_connection(("127.0.0.1", daemon.admin_port)))
            try:
                stream.send(b"GET /metrics HTTP/1.1\r\nHost: local")
            except ConnectionError:
                pass  # it has made way
        slowest = max(seconds_to_answer(daemon) for _ in range(20))
        told = Metrics(fetch(daemon.admin_port, "/metrics")[1])
        more_files = told.value("process_open_fds") - files
        answered = load.ask_all(daemon.port, ["www.alpha.example"] * 100, at_once=10)
    right = sum(outcome.verdict() == "NOERROR 192.0.2.1" for outcome in answered)
    verdicts.record(f"{count} slow sockets on the admin address", "CVE-2007-6750",
                    f"/health after {slowest * 1000:.0f} ms at most, {right} of 100 DNS answers, {more_files:.0f} "
                    f"descriptors, {growth.mebibytes():.1f} MiB more", "≤ 1 s, 100, ≤ 40, ≤ 4 MiB",
                    slowest <= TIME_SCALE and right == 100 and more_files <= 40 and growth.within(4)
                    and state(daemon) == before)


# Changing something without leave

WRONG = {
    "no token": "",
    "an empty one": "Authorization: Bearer \r\n",
    "no scheme": f"Authorization: {TOKEN}\r\n",
    "another scheme": f"Authorization: Basic {TOKEN}\r\n",
    "the first half": f"Authorization: Bearer {TOKEN[:14]}\r\n",
    "one octet more": f"Authorization: Bearer {TOKEN}x\r\n",
    "other letters": f"Authorization: Bearer {TOKEN.upper()}\r\n",
    "the last octet wrong": f"Authorization: Bearer {TOKEN[:-1]}x\r\n",
    "a line end in it": f"Authorization: Bearer {TOKEN[:5]}\n{TOKEN[5:]}\r\n",
    "a list": f"Authorization: Bearer wrong, Bearer {TOKEN}\r\n",
    "a cookie": f"Cookie: token={TOKEN}\r\n",
    "the header of proxies": f"Proxy-Authorization: Bearer {TOKEN}\r\n",
    "1 KB of rubbish": f"Authorization: Bearer {'x' * 1000}\r\n",
}


def test_wrong_tokens(daemon, verdicts):
    before = state(daemon)
    codes = [status(talk(daemon, request(target, "POST", HOST + JSON + header, BODY)))
             for target in CHANGES for header in WRONG.values()]
    codes += [status(talk(daemon, request(f"{target}?token={TOKEN}", "POST", HOST + JSON, BODY)))
              for target in CHANGES]
    verdicts.record("changes over TCP without the right token", "RFC 6750 §3",
                    f"{len(codes)} requests, answered with {sorted(set(codes))}", "400, 401 or 403, nothing changed",
                    set(codes) <= {400, 401, 403} and state(daemon) == before)


def test_the_right_token_changes_something(daemon):
    """Else the test above would show nothing."""
    right = HOST + f"Authorization: Bearer {TOKEN}\r\n" + JSON
    assert status(talk(daemon, request(FLUSH, "POST", right, BODY))) // 100 == 2


def test_changes_from_a_page_in_a_browser(daemon, verdicts):
    """A form needs no leave of ours to be sent (CSRF), and a name of the page's may lead here (DNS rebinding)."""
    before = state(daemon)
    token = f"Authorization: Bearer {TOKEN}\r\n"
    codes = [status(talk(daemon, request(target, "POST", f"Host: 127.0.0.1\r\n{token}Content-Type: {form}\r\n", BODY)))
             for target in CHANGES
             for form in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "")]
    hosts = ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "evil.example:53",
             "localhost@evil.example", "[::1].evil.example", "0.0.0.0", "192.0.2.1", "evil.example#127.0.0.1",
             "127.0.0.1evil.example", "[", "")
    read = [status(talk(daemon, request("/api/v1/config", headers=f"Host: {host}\r\n"))) for host in hosts]
    both = status(talk(daemon, request("/api/v1/config", headers="Host: evil.example\r\nHost: 127.0.0.1\r\n")))
    verdicts.record("forms of foreign pages, and foreign Host headers (DNS rebinding)", "CVE-2018-5702",
                    f"{len(codes)} forms: {sorted(set(codes))}; {len(hosts) + 1} hosts: {sorted({*read, both})}",
                    "none served, nothing changed",
                    set(codes) <= {400, 403, 415} and {*read, both} <= {400, 403} and state(daemon) == before)


# Games with paths and messages

PATHS = [
    "/../etc/passwd", "/../../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd", "//etc/passwd",
    "/api/../../etc/passwd", "/api/v1/../../etc/passwd", "/api/v1/%2e%2e/flush", "//metrics", "/metrics/", "/metrics//",
    "/metrics%00", "/metrics%00.html", "/%00", "/metrics/../api/v1/config", "/METRICS", "/.", "/./metrics",
    "/..;/metrics", "/%", "/%f", "/%zz", "/%c0%ae%c0%ae/", "/%ff%fe", "/\\..\\..\\etc\\passwd", "metrics",
    "*", "?", "#", "",
    "http://evil.example/metrics", "http://127.0.0.1/../etc/passwd", "https://evil.example/", "file:///etc/passwd",
    "/api/v1/upstreams//disable", "/api/v1/upstreams/%2e%2e/disable", "/api/v1/upstreams/a%2fb/disable",
    "/api/v1/upstreams/{name}/disable", "/" + "a/" * 5_000, "/" + "%41" * 4_000, "/?" + "a=b&" * 4_000,
]

BROKEN = {
    "NUL in the target": b"GET /metrics\0 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "NUL in a header": b"GET /metrics HTTP/1.1\r\nHost: local\0host\r\n\r\n",
    "two lengths": request(FLUSH, "POST", HOST + "Content-Length: 40\r\n", "{}"),
    "length and chunks": request(FLUSH, "POST", HOST + "Transfer-Encoding: chunked\r\n", "0\r\n\r\nPOST"),
    "a negative length": b"POST /api/v1/flush HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    "HTTP/9.9": b"GET /metrics HTTP/9.9\r\nHost: localhost\r\n\r\n",
    "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a DNS query": b"\0\x1d\0\1\1\0\0\1\0\0\0\0\0\0\3www\5alpha\7example\0\0\1\0\1",
    "TLS": b"\x16\3\1\2\0\1\0\1\xfc\3\3" + 500 * b"\0",
    "CONNECT": b"CONNECT 192.0.2.1:53 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "TRACE": b"TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n",
}


def test_games_with_paths(daemon, verdicts):
    before = state(daemon)
    answers = {path: talk(daemon, request(path, method)) for path in PATHS for method in ("GET", "POST")}
    served = sorted(path[:40] for path, answer in answers.items() if status(answer) // 100 == 2)
    leaked = [path for path, answer in answers.items() if b"root:" in answer]
    verdicts.record("games with the path of a request", "CWE-22", f"{len(PATHS)} paths, {served} served",
                    "none, nothing changed", not served and not leaked and state(daemon) == before)


def test_broken_requests(daemon, verdicts, scale):
    chance, count = random.Random(9112), scale(200, 5_000)
    before = state(daemon)
    codes = [status(talk(daemon, octets)) for octets in BROKEN.values()]
    whole = request(FLUSH, "POST", HOST + JSON, BODY)
    for _ in range(count):
        mutant = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            mutant[chance.randrange(len(mutant))] = chance.randrange(256)
        codes.append(status(talk(daemon, bytes(mutant[:chance.randint(1, len(mutant))]))))
    verdicts.record("broken HTTP on the admin address", "RFC 9112 §11",
                    f"{len(codes)} requests, answered with {sorted(set(codes))}", "none served, nothing changed",
                    not any(code // 100 == 2 for code in codes) and state(daemon) == before)


# What others see of it

def listening() -> set[str]:
    """Where something listens in this network: addresses in hexadecimal, with their ports. UDP sockets above 1023 are
    those of queries, which hear their upstream alone."""
    found = set()
    for table, wanted in (("tcp", "0A"), ("tcp6", "0A"), ("udp", "07"), ("udp6", "07")):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == wanted and (table.startswith("tcp") or int(fields[1].rpartition(":")[2], 16) < 1024):
                found.add(f"{table} {fields[1]}")
    return found


def test_by_default_nothing_listens_beyond_loopback(private_net, tmp_path, verdicts):
    before = listening()
    file = write_config(tmp_path, {"upstreams": {"only": {"url": "udp://127.0.0.1:9"}},
                                   "state_directory": str(tmp_path)})
    process = ChildProcess([BINARY, "run", "--config", str(file)], tmp_path / "log")
    try:
        eventually(lambda: "answers on" in process.output(), "it is ready")
        opened = listening() - before
    finally:
        process.kill()
    beyond = [place for place in opened if not place.split()[1].startswith("0100007F:")]
    verdicts.record("the default configuration, seen from the network", "", f"{len(opened)} sockets on 127.0.0.1, "
                    f"{len(beyond)} elsewhere", "only loopback", len(opened) >= 2 and not beyond)


@pytest.mark.parametrize("address", ["0.0.0.0:9153", "[::]:9153", "192.0.2.1:9153"])
def test_the_admin_address_is_never_beyond_loopback(tmp_path, address):
    result = run_to_end("check", write_config(tmp_path, {"admin": {"listen": address}}))
    assert result.returncode == 1 and "loopback" in result.stderr


def test_random_names_make_no_series(daemon, verdicts):
    before = daemon.metrics().series()
    chance = random.Random(6)
    names = [f"{chance.randbytes(12).hex()}.{chance.randbytes(3).hex()}.example" for _ in range(5_000)]
    load.ask_all(daemon.port, names, at_once=100)
    after = daemon.metrics().series()
    verdicts.record("5,000 random names: series of /metrics", "", f"{len(before)} → {len(after)}", "the same",
                    before == after)
