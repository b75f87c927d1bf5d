"""A server in a process group of its own, with its output in a file."""

import os
import signal
import subprocess
from pathlib import Path
from typing import Sequence


class ChildProcess:
    def __init__(self, command: Sequence[str], log: Path):
        self.log = log
        # setpriv: the server does not survive tests that are killed.
        with log.open("ab") as sink:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *command],
                stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, start_new_session=True)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def cpu_seconds(self) -> float:
        """User and system time of all its threads (proc(5), fields 14 and 15)."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def send(self, number: signal.Signals) -> None:
        """To the whole group: nsd, for one, works in children. Nothing happens when it has ended."""
        try:
            os.killpg(self._process.pid, number)
        except ProcessLookupError:
            pass

    def wait(self, seconds: float) -> int:
        """The exit code; subprocess.TimeoutExpired if it still runs then."""
        return self._process.wait(seconds)

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        self._process.wait()
