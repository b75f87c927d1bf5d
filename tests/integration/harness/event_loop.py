"""An asyncio event loop in a thread of its own, where fakes answer while the test goes on."""

import asyncio
import threading
from typing import Coroutine, TypeVar

T = TypeVar("T")


class EventLoop:
    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def run(self, coroutine: Coroutine[None, None, T], within: float = 60) -> T:
        """What `coroutine` returns, run over there."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(within)

    def call(self, function, *arguments) -> None:
        self.loop.call_soon_threadsafe(function, *arguments)
