"""The daemon under test, with a configuration of its own for each test."""

import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import Any, Optional, Sequence

from harness.child_process import ChildProcess
from harness.metrics import Metrics, fetch
from harness.ports import free_port
from harness.private_network import has_ipv6
from harness.waiting import TIME_SCALE, eventually

BINARY = os.environ.get("TRIBUTARY", "")

_SANITIZER_REPORT = re.compile(r"ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|runtime error:")


def write_config(folder: Path, config: dict[str, Any]) -> Path:
    """JSON is YAML, so the writer of the one serves for the other."""
    file = folder / "tributary.yaml"
    file.write_text(json.dumps(config, indent=2) + "\n")
    return file


def run_to_end(command: str, file: Path) -> subprocess.CompletedProcess[str]:
    """`tributary run|check` for a configuration that cannot be served."""
    arguments = ["--config", str(file)] if command == "run" else [str(file)]
    return subprocess.run([BINARY, command, *arguments], capture_output=True, text=True, timeout=30 * TIME_SCALE)


class Daemon:
    """Runs from `start` until `stop`; the fixture `tributary` sees to both."""

    def __init__(self, file: Path, folder: Path, port: int, admin_port: int, around: Sequence[str] = (),
                 usual: Optional[dict[str, Any]] = None):
        self.port, self.admin_port, self.file = port, admin_port, file
        self.socket = folder / "control.sock"
        self._folder, self._around, self._usual = folder, around, usual or {}
        self._process: Optional[ChildProcess] = None
        self._told: Optional[float] = None  # when it was told to end

    @classmethod
    def configured(cls, folder: Path, config: dict[str, Any], around: Sequence[str] = (),
                   port: Optional[int] = None) -> "Daemon":
        """Listens on UDP and TCP of both loopback addresses, with an admin address, and validates nothing, for most
        zones of tests are not signed; `config` says the rest."""
        port, admin_port = port or free_port(), free_port()
        (folder / "state").mkdir(exist_ok=True)
        hosts = ["127.0.0.1"] + (["[::1]"] if has_ipv6() else [])
        ours = {"listen": [f"{protocol}://{host}:{port}" for host in hosts for protocol in ("udp", "tcp")],
                "admin": {"listen": f"127.0.0.1:{admin_port}", "socket": "control.sock"}, "workers": 2,
                "dnssec": {"mode": "off"}, "state_directory": str(folder / "state")}
        return cls(write_config(folder, {**ours, **config}), folder, port, admin_port, around, ours)

    def start(self) -> "Daemon":
        self._told = None
        self._process = ChildProcess([*self._around, BINARY, "run", "--config", str(self.file)],
                                     self._folder / "tributary.log")
        eventually(lambda: not self._process.running or self._healthy(), "the daemon is ready")
        assert self._process.running, f"the daemon ended at once:\n{self.output()}"
        return self

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What `tributary ARGUMENTS` says, asking this daemon."""
        return subprocess.run([BINARY, *arguments, "--socket", str(self.socket)], capture_output=True, text=True,
                              timeout=60 * TIME_SCALE)

    def stop(self) -> None:
        """SIGTERM, or the signal sent before, must end it within two seconds, with exit code 0 and no report of a
        sanitizer."""
        if self._process is None:
            return
        if self._told is None:
            self.send(signal.SIGTERM)
        process, self._process = self._process, None
        told, self._told = self._told, None
        try:
            code = process.wait(10 * TIME_SCALE)
        except subprocess.TimeoutExpired:
            code = None
            process.kill()
        took = time.monotonic() - told
        report = f"exit code {code} after {took:.2f} s; its output:\n{process.output()}"
        assert code == 0, report
        assert not _SANITIZER_REPORT.search(process.output()), report
        assert took <= 2 * TIME_SCALE, report

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process = None

    def send(self, number: signal.Signals) -> None:
        """A signal that tells it to end."""
        self._told = time.monotonic()
        self._process.send(number)

    def usual(self, key: str) -> Any:
        """What the configuration says about `key` unless a test says otherwise."""
        return self._usual[key]

    def reload(self, **config: Any) -> bool:
        """Replaces the configuration, sends SIGHUP, and waits until it was read: whether it was found good."""
        write_config(self._folder, {**self._usual, **config})
        return self.hang_up()

    def hang_up(self) -> bool:
        """SIGHUP: reads the file, whatever it is now."""
        before = self.metrics().value("tributary_reloads_total")
        self._process.send(signal.SIGHUP)
        after = eventually(lambda: self._metrics_after(before), "the configuration was read again")
        return after.value("tributary_last_reload_successful") == 1

    def _metrics_after(self, reloads: float) -> Optional[Metrics]:
        metrics = self.metrics()
        return metrics if metrics.value("tributary_reloads_total") > reloads else None

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.running

    def cpu_seconds(self) -> float:
        """User and system time that it has used."""
        return self._process.cpu_seconds()

    def output(self) -> str:
        """All that it has written to standard output and error."""
        return (self._folder / "tributary.log").read_text(errors="replace")

    def metrics(self) -> Metrics:
        status, text = fetch(self.admin_port, "/metrics")
        assert status == 200
        return Metrics(text)

    def _healthy(self) -> bool:
        try:
            return fetch(self.admin_port, "/health")[0] == 200
        except OSError:
            return False
