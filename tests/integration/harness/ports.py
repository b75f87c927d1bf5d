"""Ports that are free now, below the range from which the kernel takes source ports."""

import random
import socket
from typing import Callable, TypeVar

from harness.waiting import eventually

T = TypeVar("T")


class PortTaken(Exception):
    """Somebody else was faster."""


def _is_free(port: int) -> bool:
    for family, host in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            with socket.socket(family, kind) as probe:
                if family == socket.AF_INET6:
                    probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                if kind == socket.SOCK_STREAM:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((host, port))
                except OSError:
                    return False
    return True


def free_port() -> int:
    """Free for UDP and TCP, on IPv4 and IPv6."""
    while True:
        port = random.randrange(10240, 32000)
        if _is_free(port):
            return port


def on_port_again(port: int, start: Callable[[int], T]) -> None:
    """Calls `start(port)` as soon as the port can be had: resolvers send from ports of the whole range, for moments."""

    def started() -> bool:
        try:
            start(port)
            return True
        except PortTaken:
            return False

    eventually(started, f"port {port} is free again")


def on_free_port(start: Callable[[int], T]) -> T:
    """What `start(port)` returns; another port is tried when it raises PortTaken."""
    for _ in range(5):
        try:
            return start(free_port())
        except PortTaken:
            continue
    raise AssertionError("five free ports were taken before the server could bind them")
