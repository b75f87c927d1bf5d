"""The cache outlives the daemon: killed at any moment, with its file damaged in any way, it is ready at once and gives
right answers only. Each name has an address that only its own upstream gives."""

import random
import time
from pathlib import Path

import dns.rdatatype
import dns.rrset
import pytest

from harness import behaviour, load
from harness.daemon import BINARY
from harness.waiting import TIME_SCALE, eventually

pytestmark = pytest.mark.skipif(not BINARY, reason="TRIBUTARY does not name the daemon's binary")

SIDES = {"left": 10, "right": 11}
NAMES = [f"n{number}.{side}.example" for number in range(300) for side in SIDES]
ROUNDS = 100 if TIME_SCALE == 1 else 10
READY_WITHIN = 1.0 * TIME_SCALE


def right_addresses(name: str) -> list[str]:
    """As many as fit into 512 octets, so that it takes a while to write them."""
    number, side = name.split(".")[:2]
    return sorted(f"{SIDES[side]}.{each}.{int(number[1:]) // 256}.{int(number[1:]) % 256}" for each in range(25))


def upstream_of(side: str) -> behaviour.Behaviour:
    """Knows its own names; for those of others it has an address that is wrong."""
    others = behaviour.address("192.0.2.66", ttl=3600)

    async def answer(query):
        question = query.question[0]
        name = question.name.to_text().rstrip(".").lower()
        if question.rdtype != dns.rdatatype.A or not name.endswith(f".{side}.example"):
            return await others(query)
        reply = behaviour.reply_to(query)
        reply.answer.append(dns.rrset.from_text(question.name, 3600, "IN", "A", *right_addresses(name)))
        return reply

    return answer


@pytest.fixture
def sides(fake_dns):
    return {side: fake_dns(upstream_of(side)) for side in SIDES}


@pytest.fixture
def daemon(tributary, sides, tmp_path):
    (tmp_path / "state").mkdir()
    return tributary(
        upstreams={side: {"url": f"udp://{server.endpoint}"} for side, server in sides.items()},
        routes=[{"suffix": f"{side}.example", "group": side} for side in sides] + [{"suffix": ".", "group": "left"}],
        state_directory=str(tmp_path / "state"), cache={"persist": True, "persist_interval": "1s"},
        timeouts={"query": "10s", "attempt": "5s"})


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "state" / "cache"


def ask(daemon, names) -> None:
    """Every answer is the right one."""
    for outcome in load.ask_all(daemon.port, names, at_once=8):  # the upstreams are slow: they are Python
        assert sorted(outcome.addresses()) == right_addresses(outcome.name), outcome.verdict()


def saved_since(file: Path, when: float):
    return lambda: file.exists() and file.stat().st_mtime > when


def loads(daemon, result: str) -> float:
    return daemon.metrics().value("tributary_cache_load_records_total", result=result)


def start_again(daemon) -> None:
    begin = time.monotonic()
    daemon.start()
    assert time.monotonic() - begin <= READY_WITHIN


def test_answers_outlive_the_daemon(daemon, sides):
    ask(daemon, NAMES[:200])
    daemon.stop()
    for server in sides.values():
        server.behaviour = behaviour.dead
    start_again(daemon)
    eventually(lambda: loads(daemon, "loaded") >= 200, "the cache is loaded")
    ask(daemon, NAMES[:200])


def test_a_daemon_killed_while_it_writes_gives_right_answers(daemon, file):
    chance = random.Random(6)
    ask(daemon, NAMES)
    eventually(saved_since(file, time.time()), "the cache was saved, with all names")
    loaded = halves = 0
    for _ in range(ROUNDS):
        eventually(Path(f"{file}.new").exists, "the cache is being saved")
        time.sleep(chance.uniform(0, 0.005))  # somewhere within, or just behind
        daemon.kill()
        halves += Path(f"{file}.new").exists()
        start_again(daemon)
        ask(daemon, chance.sample(NAMES, 50))
        loaded += eventually(lambda: loads(daemon, "loaded"), "the cache is loaded")
        assert loads(daemon, "skipped") <= 100  # known already, for they were asked for; or moved while it was written
    print(f"{loaded:.0f} answers were loaded in all; {halves} of {ROUNDS} times a half file was left")
    assert halves
    assert loaded >= ROUNDS * 0.9 * len(NAMES)


def damaged(octets: bytes, chance: random.Random) -> bytes:
    out = bytearray(octets)
    kind = chance.choice(["bits", "cut", "hole", "swap", "noise"])
    begin, end = sorted(chance.sample(range(len(out)), 2))
    if kind == "bits":
        for _ in range(chance.choice([1, 10, 1000])):
            out[chance.randrange(len(out))] ^= 1 << chance.randrange(8)
    elif kind == "cut":
        del out[begin:]
    elif kind == "hole":
        del out[begin:end]
    elif kind == "swap":
        out = out[begin:end] + out[:begin] + out[end:]
    else:
        out[begin:end] = chance.randbytes(end - begin)
    return bytes(out)


def test_a_damaged_file_gives_right_answers_or_none(daemon, file):
    chance = random.Random(5)
    names = NAMES[:300]
    ask(daemon, names)
    daemon.stop()
    whole = file.read_bytes()
    for _ in range(30 if TIME_SCALE == 1 else 5):
        file.write_bytes(damaged(whole, chance))
        start_again(daemon)
        ask(daemon, names)
        daemon.stop()
