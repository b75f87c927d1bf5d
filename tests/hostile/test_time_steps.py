"""Somebody sets the clock: a day on, to 1970, past 2106, and right again. Names are answered all the while, what the
cache holds ages by the time that has really passed, and nothing is called secure by a clock that is wrong."""

import struct
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from harness import behaviour
from harness.daemon import BINARY
from harness.dig import dig
from harness.signed_tree.catalog import TOP
from harness.signed_tree.servers import SignedInternet, dnssec_section
from harness.signed_tree.zone import Zone
from harness.waiting import eventually

_YEAR = 365 * 86_400
_NAMES = 20
_TTL = 3600


class _Setting(NamedTuple):
    what: str
    years: float
    vouched: bool  # by the kernel: what NTP has set right


_WRONG = [_Setting("a day on", 1 / 365, False), _Setting("back to 1970", -56.5, False),
          _Setting("past 2106", 81, False), _Setting("a month back", -1 / 12, False)]
_RIGHT = _Setting("right again", 0, True)
_STEPS = f"the clock is set {', '.join(setting.what for setting in _WRONG)}"


class _Clock:
    """The daemon's wall clock (see stepped_clock.cpp)."""

    def __init__(self, file: Path):
        self._file = file
        file.write_bytes(bytes(16))
        self.set(_RIGHT)
        self.around = ["env", f"LD_PRELOAD={Path(BINARY).parent}/libstepped_clock.so", f"STEPPED_CLOCK={file}"]

    def set(self, setting: _Setting) -> None:
        with self._file.open("r+b") as out:
            out.write(struct.pack("=qq", int(setting.years * _YEAR), setting.vouched))


@pytest.fixture(scope="module")
def internet(tmp_path_factory, authority):
    servers = SignedInternet(tmp_path_factory.mktemp, [*TOP, Zone("dated.tree.")], authority.issue("dns.example"))
    yield servers
    servers.kill()


def _names(prefix: str) -> list[str]:
    return [f"{prefix}{number}.wild.dated.tree" for number in range(_NAMES)]


def _answers(daemon, prefix: str):
    return [dig(daemon.port, name, "A", "+dnssec") for name in _names(prefix)]


def _secure(answers) -> int:
    return sum("ad" in answer.flags for answer in answers)


def test_signed_names_by_a_clock_that_is_set(tributary, internet, verdicts, tmp_path):
    clock = _Clock(tmp_path / "clock")
    daemon = tributary(around=clock.around, upstreams={"u": {"url": f"udp://{internet.endpoint}"}},
                       routes=[{"suffix": ".", "group": "u"}], dnssec=dnssec_section(internet.tree, clock="guarded"))
    assert _secure(_answers(daemon, "known")) == _NAMES, "it has to work before"
    answered = asked = secure = 0
    for setting in _WRONG:
        _set(daemon, clock, setting)
        answers = _answers(daemon, "known") + _answers(daemon, f"new-{int(setting.years * 1000)}-")
        asked += len(answers)
        answered += sum(answer.status == "NOERROR" and bool(answer.answer) for answer in answers)
        secure += _secure(answers)
    verdicts.record(f"{_STEPS}: signed names answered, cached and new", "RFC 4035 §5.3.1", f"{answered} of {asked}", "all",
                    answered == asked)
    verdicts.record(f"{_STEPS}: called secure (AD)", "RFC 4035 §5.3.1", str(secure), "0", secure == 0)
    _set(daemon, clock, _RIGHT)
    again = _secure(_answers(daemon, "known"))
    verdicts.record(f"{_STEPS}: called secure when it is right again", "", f"{again} of {_NAMES}", "all", again == _NAMES)


def test_answers_age_by_the_time_that_has_passed(tributary, fake_dns, verdicts, tmp_path):
    clock = _Clock(tmp_path / "clock")
    upstream = fake_dns(behaviour.address("192.0.2.1", ttl=_TTL))
    daemon = tributary(around=clock.around, upstreams={"u": {"url": f"udp://{upstream.endpoint}"}},
                       routes=[{"suffix": ".", "group": "u"}])
    began = time.monotonic()
    _answers(daemon, "known")
    wrong = 0
    for setting in [*_WRONG, _RIGHT]:
        _set(daemon, clock, setting)
        ttls = [record.ttl for answer in _answers(daemon, "known") for record in answer.answer]
        least = _TTL - (time.monotonic() - began) - 1
        wrong += _NAMES - sum(least <= ttl <= _TTL for ttl in ttls)
    verdicts.record(f"{_STEPS}: TTLs of cached answers that do not tell the time that has passed", "RFC 1035 §3.2.1",
                    str(wrong), "0", wrong == 0)
    asked = sum(upstream.count(name) for name in _names("known"))
    verdicts.record(f"{_STEPS}: queries upstream for {_NAMES} names", "", str(asked), str(_NAMES), asked == _NAMES)


def _set(daemon, clock: _Clock, setting: _Setting) -> None:
    """Sets it; then the daemon knows, and calls it what it is."""
    before = daemon.metrics().value("tributary_clock_steps_total")
    clock.set(setting)
    eventually(lambda: daemon.metrics().value("tributary_clock_steps_total") == before + 1, "the daemon sees the step")
    states = daemon.metrics().family("tributary_clock_state")
    assert [labels["state"] for labels, _ in states] == ["synced" if setting.vouched else "bad"], setting
