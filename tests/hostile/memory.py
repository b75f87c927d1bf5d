"""What memory the daemon takes, in MiB."""

from harness.daemon import Daemon
from harness.waiting import TIME_SCALE

#: Sanitizers keep what was freed: what the process takes tells nothing then.
TELLS = TIME_SCALE == 1


def resident(daemon: Daemon) -> float:
    return daemon.metrics().value("process_resident_memory_bytes") / (1 << 20)


class Growth:
    """From when it was made."""

    def __init__(self, daemon: Daemon):
        self._daemon, self._before = daemon, resident(daemon)

    def mebibytes(self) -> float:
        return resident(self._daemon) - self._before

    def within(self, mebibytes: float) -> bool:
        return not TELLS or self.mebibytes() <= mebibytes
