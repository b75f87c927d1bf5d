"""fstrm_capture, which takes dnstap from a socket into a file, and dnstap-ldns, which prints it (Debian's packages
fstrm-bin and dnstap-ldns)."""

import re
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from harness.child_process import ChildProcess
from harness.waiting import eventually


@dataclass(frozen=True)
class Message:
    kind: str  # "CLIENT_QUERY", "CLIENT_RESPONSE"
    text: str  # all that dnstap-ldns prints of it

    def field(self, name: str) -> str:
        """The value of a line "name: value"; the empty string if there is none."""
        match = re.search(rf"^\s*{name}: (.*)$", self.text, re.M)
        return match[1].strip('"') if match else ""


def read_dnstap(file: Path) -> list[Message]:
    """The messages in `file`, which need not be ended."""
    if not file.exists() or file.stat().st_size == 0:
        return []
    text = subprocess.run(["dnstap-ldns", "-y", "-r", str(file)], capture_output=True, text=True, timeout=60).stdout
    blocks = [block for block in text.split("\n---\n") if "type: MESSAGE" in block]
    return [Message(re.search(r"^\s+type: (\w+)$", block, re.M)[1], block) for block in blocks]


class DnstapReader:
    """Listens on `socket` and writes into `file`, until stopped."""

    def __init__(self, socket: Path, file: Path):
        self._file = file
        socket.unlink(missing_ok=True)
        self._process = ChildProcess(
            ["fstrm_capture", "-t", "protobuf:dnstap.Dnstap", "-u", str(socket), "-w", str(file)],
            file.with_suffix(".capture.log"))
        eventually(socket.exists, "fstrm_capture listens")

    def messages(self) -> list[Message]:
        """What has come until now."""
        self._process.send(signal.SIGHUP)  # writes what it has gathered
        return read_dnstap(self._file)

    def freeze(self) -> None:
        """From now on it reads nothing, though its socket stays open."""
        self._process.send(signal.SIGSTOP)

    def kill(self) -> None:
        self._process.kill()
