"""A Debian to install a package in: the tarball of clean_debian.sh, laid out in memory, entered by chroot.

All mounts are in a mount namespace of this process, so none outlives it, whatever becomes of it.
"""

import ctypes
import os
import subprocess
from pathlib import Path

CLONE_NEWNS = 0x00020000


def enter_own_mounts() -> None:
    """From now on, what this process mounts is seen by it and its children alone."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNS) != 0:
        raise OSError(ctypes.get_errno(), "a mount namespace cannot be had")
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)


class CleanDebian:
    def __init__(self, root: Path, tarball: str):
        self.root = root
        self._mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", str(root))
        subprocess.run(["tar", "-C", str(root), "-xf", tarball], check=True)
        self._mount("-t", "proc", "proc", str(root / "proc"))
        self._mount("--bind", "/dev", str(root / "dev"))

    def command(self, *arguments: str) -> list[str]:
        """What runs `arguments` in there."""
        return ["chroot", str(self.root), *arguments]

    def run(self, *arguments: str) -> str:
        """What the command prints; it has to succeed."""
        result = self.attempt(*arguments)
        assert result.returncode == 0, f"{' '.join(arguments)}: exit code {result.returncode}\n{result.stdout}"
        return result.stdout

    def attempt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        clean = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
        return subprocess.run(self.command(*arguments), env=clean, text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)

    def install(self, package: Path, *options: str) -> str:
        """By dpkg alone, which refuses if a dependency is missing."""
        inside = self.root / "root" / package.name
        inside.write_bytes(package.read_bytes())
        try:
            return self.run("dpkg", *options, "--install", f"/root/{package.name}")
        finally:
            inside.unlink()

    def path(self, inside: str) -> Path:
        return self.root / inside.lstrip("/")

    def files(self) -> set[str]:
        """All there is on the disk, with what kind it is, its mode and its owner."""
        found = subprocess.run(["find", str(self.root), "-xdev", "-printf", "%y %m %u %g /%P\n"],
                               capture_output=True, text=True, check=True)
        return set(found.stdout.splitlines())

    def throw_away(self) -> None:
        subprocess.run(["umount", "--recursive", "--lazy", str(self.root)], check=True)

    @staticmethod
    def _mount(*arguments: str) -> None:
        subprocess.run(["mount", *arguments], check=True)
