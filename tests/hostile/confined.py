#!/usr/bin/python3
"""What a unit's settings do to a process, without systemd; then the rest of the command line runs so.

    confined.py mounts FOLDER COMMAND…   everything read-only but FOLDER (ProtectSystem=strict); in a mount namespace
    confined.py calls UNIT COMMAND…      the unit's SystemCallFilter= as a seccomp filter (seccomp(2)), x86-64 only
"""

import ctypes
import os
import re
import struct
import subprocess
import sys
from pathlib import Path

_AUDIT_ARCH_X86_64, _X32 = 0xC000003E, 0x40000000
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM = 1
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _FILTER = 38, 22, 2
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_GREATER, _RETURN = 0x20, 0x15, 0x35, 0x06


def members(name: str) -> set[str]:
    """The system calls of a set, "@system-service", as systemd knows them; a call is itself."""
    if not name.startswith("@"):
        return {name}
    listing = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager", name], capture_output=True, text=True,
                             check=True).stdout
    words = [line.strip() for line in listing.splitlines()[1:] if line.strip() and not line.strip().startswith("#")]
    return set().union(*(members(word) for word in words))


def allowed_calls(unit: str) -> set[str]:
    """By the lines of SystemCallFilter=, in order: the first says that it lists what is allowed, ~ takes away."""
    allowed = members("@default")
    for line in re.findall(r"^SystemCallFilter=(.*)$", unit, re.MULTILINE):
        for word in line.removeprefix("~").split():
            if line.startswith("~"):
                allowed -= members(word)
            else:
                allowed |= members(word)
    return allowed


def numbers_of(names: set[str]) -> list[int]:
    text = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h").read_text()
    known = {name: int(number) for name, number in re.findall(r"#define __NR_(\w+) (\d+)", text)}
    return sorted(known[name] for name in names if name in known)


def program(numbers: list[int]) -> bytes:
    """BPF over struct seccomp_data: number of the call, then architecture."""
    steps = [(_LOAD, 0, 0, 4), (_JUMP_IF_EQUAL, 1, 0, _AUDIT_ARCH_X86_64), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0),
             (_JUMP_IF_GREATER, 0, 1, _X32), (_RETURN, 0, 0, _KILL)]
    for number in numbers:
        steps += [(_JUMP_IF_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ALLOW)]
    steps.append((_RETURN, 0, 0, _ERRNO | _EPERM))
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def confine_calls(unit: Path) -> None:
    octets = program(numbers_of(allowed_calls(unit.read_text())))
    code = ctypes.create_string_buffer(octets, len(octets))

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]

    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    rules = Program(len(octets) // 8, ctypes.cast(code, ctypes.c_void_p))
    if libc.prctl(_PR_SET_SECCOMP, _FILTER, ctypes.byref(rules), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_SECCOMP)")


def confine_mounts(folder: str) -> None:
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        place = line.split()[4]
        if place != folder:
            subprocess.run(["mount", "-o", "remount,bind,ro", place], stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    what, argument, *command = sys.argv[1:]
    confine_mounts(argument) if what == "mounts" else confine_calls(Path(argument))
    os.execvp(command[0], command)
