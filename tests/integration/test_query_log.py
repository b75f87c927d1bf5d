"""The query log: dnstap that Debian's own tools read, over a socket and in a file, and JSON lines that any parser reads.
Neither a full disk nor a reader that is slow, or goes away, keeps anybody from being answered."""

import json
import subprocess
from datetime import datetime, timezone
from pathlib import Path

import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import pytest

from harness.dnstap_reader import DnstapReader, read_dnstap
from harness.waiting import eventually

NAME = "www.alpha.example"


@pytest.fixture
def start_reader():
    readers = []

    def start(socket: Path, file: Path) -> DnstapReader:
        readers.append(DnstapReader(socket, file))
        return readers[-1]

    yield start
    for reader in readers:
        reader.kill()


@pytest.fixture
def start(tributary, nsd):
    """start(query_log) starts a daemon that asks NSD."""

    def start(query_log: dict, **config):
        return tributary(upstreams={"nsd": {"url": f"authority://{nsd.endpoint}"}},
                         routes=[{"suffix": ".", "group": "nsd"}], query_log=query_log, **config)

    return start


def ask(daemon, name: str = NAME, rrtype: str = "A", over=dns.query.udp) -> dns.message.Message:
    return over(dns.message.make_query(name, rrtype, use_edns=0), "127.0.0.1", port=daemon.port, timeout=10)


def lines_in(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def eventually_lines(file: Path, count: int) -> list[dict]:
    eventually(lambda: len(lines_in(file)) >= count, f"{count} lines in {file.name}")
    lines = lines_in(file)
    assert len(lines) == count
    return lines


def test_json_lines_tell_where_answers_came_from(start, tmp_path):
    file = tmp_path / "queries.jsonl"
    daemon = start({"json": str(file)})
    began = datetime.now(timezone.utc)
    ask(daemon)
    ask(daemon)
    ask(daemon, over=dns.query.tcp)
    ask(daemon, "localhost")
    ask(daemon, "nowhere.alpha.example", "AAAA")
    lines = {(line["name"], line["protocol"], line["source"]): line for line in eventually_lines(file, 5)}
    first, cached = lines[NAME + ".", "udp", "upstream"], lines[NAME + ".", "udp", "cache"]
    over_tcp, local = lines[NAME + ".", "tcp", "cache"], lines["localhost.", "udp", "local"]
    missing = lines["nowhere.alpha.example.", "udp", "upstream"]

    told = datetime.fromisoformat(first.pop("time").replace("Z", "+00:00"))
    assert abs((told - began).total_seconds()) < 60
    assert first.pop("latency_ms") >= 0 and first.pop("bytes") > 40
    assert first == {"client": "127.0.0.1", "protocol": "udp", "name": NAME + ".", "type": "A", "rcode": "NOERROR",
                     "source": "upstream", "upstream": "nsd", "security": "unchecked"}
    assert cached["upstream"] == over_tcp["upstream"] == "nsd"
    assert "upstream" not in local
    assert (missing["rcode"], missing["type"]) == ("NXDOMAIN", "AAAA")
    metrics = daemon.metrics()
    assert metrics.value("tributary_querylog_written_total", to="json") == 5
    assert metrics.value("tributary_querylog_dropped_total") == 0


def test_names_cannot_break_a_line(start, tmp_path):
    file = tmp_path / "queries.jsonl"
    daemon = start({"json": str(file)})
    name = dns.name.Name([b'<script>"\\', b"\n\r\x00\xff", b"alpha", b"example", b""])
    ask(daemon, name)
    line, = eventually_lines(file, 1)
    assert dns.name.from_text(line["name"]).labels == name.labels
    assert file.read_bytes().isascii()


def test_addresses_are_cut(start, tmp_path):
    file = tmp_path / "queries.jsonl"
    daemon = start({"json": str(file), "client_bits": {"ipv4": 4}})
    ask(daemon)
    assert eventually_lines(file, 1)[0]["client"] == "112.0.0.0"  # 127 is 0111 1111


def test_a_file_may_be_moved_away(start, tmp_path):
    file, old = tmp_path / "queries.jsonl", tmp_path / "queries.jsonl.1"
    daemon = start({"json": str(file)})
    ask(daemon, "one.wild.alpha.example")
    eventually_lines(file, 1)
    file.rename(old)
    asked = []

    def comes_back() -> bool:
        asked.append(f"n{len(asked)}.wild.alpha.example.")
        ask(daemon, asked[-1])
        return file.exists()

    eventually(comes_back, "the file is there anew")
    eventually(lambda: len(lines_in(old)) + len(lines_in(file)) == 1 + len(asked), "every query is in one of the two")
    assert [line["name"] for line in lines_in(old) + lines_in(file)] == ["one.wild.alpha.example.", *asked]


def test_a_full_disk_stops_nothing(start, tmp_path):
    daemon = start({"json": "/dev/full"})
    for _ in range(50):
        assert ask(daemon).rcode() == dns.rcode.NOERROR
    eventually(lambda: "cannot write to /dev/full: No space left on device" in daemon.output(), "the fault is told")
    assert daemon.output().count("/dev/full") == 1
    assert daemon.metrics().value("tributary_querylog_written_total") == 0


def check_pair(messages, identity: str) -> None:
    """A query for NAME and its response, as dnstap-ldns prints them."""
    query, response = messages
    assert (query.kind, response.kind) == ("CLIENT_QUERY", "CLIENT_RESPONSE")
    for message in messages:
        assert message.field("identity") == identity
        assert message.field("version").startswith("tributary ")
        assert message.field("socket_family") == "INET"
        assert message.field("socket_protocol") == "UDP"
        assert message.field("query_address") == "127.0.0.1"
        assert int(message.field("query_port")) > 0
    assert "192.0.2" not in query.text
    assert "192.0.2" in response.text
    assert response.field("response_time") >= response.field("query_time") == query.field("query_time")


def test_dnstap_in_a_file(start, tmp_path):
    file = tmp_path / "queries.dnstap"
    daemon = start({"dnstap": f"file:{file}"})
    ask(daemon)
    eventually(lambda: len(read_dnstap(file)) == 2, "both messages are in the file")
    host = subprocess.run(["hostname"], capture_output=True, text=True, check=True).stdout.strip()
    check_pair(read_dnstap(file), host)
    daemon.stop()
    assert file.read_bytes().endswith(bytes([0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 3])), "no STOP at the end"


def test_dnstap_over_a_socket(start, start_reader, tmp_path):
    reader = start_reader(tmp_path / "dnstap.sock", tmp_path / "captured.dnstap")
    daemon = start({"dnstap": f"unix:{tmp_path / 'dnstap.sock'}"})
    for _ in range(20):
        ask(daemon)
    eventually(lambda: len(reader.messages()) == 40, "all messages were captured")
    host = subprocess.run(["hostname"], capture_output=True, text=True, check=True).stdout.strip()
    check_pair(reader.messages()[:2], host)
    metrics = daemon.metrics()
    assert metrics.value("tributary_querylog_written_total", to="dnstap") == 20
    assert metrics.value("tributary_querylog_dropped_total") == 0


def test_a_reader_may_come_late_go_away_and_come_back(start, start_reader, tmp_path):
    socket, file = tmp_path / "dnstap.sock", tmp_path / "queries.jsonl"
    daemon = start({"dnstap": f"unix:{socket}", "json": str(file)})

    def dropped() -> float:
        return daemon.metrics().value("tributary_querylog_dropped_total", at="dnstap")

    def asked_until_seen(reader: DnstapReader) -> None:
        def seen() -> bool:
            assert ask(daemon).rcode() == dns.rcode.NOERROR
            return bool(reader.messages())
        eventually(seen, "a reader gets messages")

    assert ask(daemon).rcode() == dns.rcode.NOERROR
    eventually(lambda: dropped() == 1, "what nobody reads is dropped")
    reader = start_reader(socket, tmp_path / "first.dnstap")
    asked_until_seen(reader)
    reader.kill()
    before = dropped()
    eventually(lambda: ask(daemon) and dropped() > before, "what nobody reads is dropped")
    asked_until_seen(start_reader(socket, tmp_path / "second.dnstap"))
    assert daemon.output().count("no reader of dnstap") == 2
    written = daemon.metrics().value("tributary_querylog_written_total", to="json")
    eventually(lambda: len(lines_in(file)) >= written > 0, "the lines of JSON went on all the time")


def test_a_reader_that_takes_nothing_delays_nobody(start, start_reader, tmp_path):
    reader = start_reader(tmp_path / "dnstap.sock", tmp_path / "captured.dnstap")
    daemon = start({"dnstap": f"unix:{tmp_path / 'dnstap.sock'}"})
    ask(daemon)
    eventually(reader.messages, "the reader reads")
    reader.freeze()
    for number in range(300):  # 20,000 octets each: more than is kept
        reply = ask(daemon, "big20000.alpha.example", "TXT", over=dns.query.tcp)
        assert reply.rcode() == dns.rcode.NOERROR, number
    eventually(lambda: daemon.metrics().value("tributary_querylog_dropped_total", at="dnstap") > 0,
               "what the reader does not take is dropped")
    # That the daemon ends in time all the same, `tributary` sees to.
