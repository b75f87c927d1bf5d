"""Waiting for conditions, never for time."""

import os
import time
from typing import Callable, TypeVar

T = TypeVar("T")

#: How much slower than a release build the daemon may be (sanitizers); stretches bounds, nothing else.
TIME_SCALE = float(os.environ.get("TRIBUTARY_TIME_SCALE", "1"))


def eventually(condition: Callable[[], T], what: str, within: float = 30.0) -> T:
    """The first true value of `condition`; fails when `within` seconds (scaled) pass without one."""
    deadline = time.monotonic() + within * TIME_SCALE
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"not within {within * TIME_SCALE:.0f} s: {what}"
        time.sleep(0.02)
