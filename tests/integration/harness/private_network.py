"""A network namespace of its own for the whole test run: only loopback, every port free, port 53 included.

Nothing that a test starts can reach a public address from in there. Where namespaces are not permitted the tests
that cannot do without are skipped, the others run on the host's loopback.
"""

import ctypes
import os
import subprocess

import pytest

CLONE_NEWNET = 0x40000000

_entered = False


def enter() -> None:
    """Moves this thread, and all threads and processes that it starts from now on, into a new namespace."""
    global _entered
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) == 0:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        _entered = True


def require() -> None:
    """Skips the calling test where port 53 or a network without Internet cannot be had."""
    if not _entered:
        pytest.skip("needs a network namespace (root, or CAP_SYS_ADMIN in a container)")


def mounted_over(files: dict[str, str]) -> list[str]:
    """The start of a command that runs the rest of it with files put over others: {"/etc/resolv.conf": mine}."""
    mounts = " && ".join(f"mount --bind '{mine}' '{theirs}'" for theirs, mine in files.items())
    return ["unshare", "--mount", "sh", "-c", f'{mounts} && exec "$@"', "sh"]


def has_ipv6() -> bool:
    return os.path.exists("/proc/net/if_inet6") and "lo" in open("/proc/net/if_inet6").read()
