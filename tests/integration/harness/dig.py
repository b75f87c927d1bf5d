"""dig and kdig as the clients that people really use, and what they print."""

import re
import subprocess
from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class Record:
    name: str
    ttl: int
    type: str
    data: str


@dataclass(frozen=True)
class Answer:
    text: str  # all that was printed
    status: str  # "NOERROR"; "" when no reply came
    flags: frozenset[str]
    answer: list[Record]
    authority: list[Record]
    extended_error: Optional[int]

    def data(self, rrtype: str) -> list[str]:
        """The RDATA of the answer section's records of one type, sorted."""
        return sorted(record.data for record in self.answer if record.type == rrtype)


def dig(port: int, *arguments: str, server: str = "127.0.0.1") -> Answer:
    return _run("dig", f"@{server}", "-p", str(port), "+tries=1", "+time=10", *arguments)


def kdig(port: int, *arguments: str, server: str = "127.0.0.1") -> Answer:
    """Unlike dig it sends no EDNS unless told to."""
    return _run("kdig", f"@{server}", "-p", str(port), "+retry=0", "+timeout=10", *arguments)


def _run(*command: str) -> Answer:
    text = subprocess.run(command, capture_output=True, text=True, timeout=60).stdout
    error = re.search(r"EDE:? (\d+)", text)
    flags = re.search(r"^;; [Ff]lags:([a-z ]*);", text, re.M)
    status = re.search(r"status: (\w+)", text)
    return Answer(text, status[1] if status else "", frozenset(flags[1].split() if flags else ()),
                  _records(text, "ANSWER"), _records(text, "AUTHORITY"), int(error[1]) if error else None)


def _records(text: str, section: str) -> list[Record]:
    block = re.search(rf"^;; {section} SECTION:\n((?:[^;\n].*\n)*)", text, re.M)
    fields = [line.split(None, 4) for line in block[1].splitlines()] if block else []
    return [Record(name, int(ttl), rrtype, data) for name, ttl, _, rrtype, data in fields]
