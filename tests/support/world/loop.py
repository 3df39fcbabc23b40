"""An event loop in which time passes only when everything waits for it: days of runs take seconds."""

import asyncio
import selectors
from collections.abc import Callable
from typing import Any

_TURN = 1e-5  # seconds that a turn of the loop takes at least: a timer that is due in less would never be


class Stuck(BaseException):
    """Nothing will ever happen again, and the run has not ended."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """Timers of Scrapy and of ours go by its own clock, which is in seconds and begins with 0."""

    def __init__(self, check: Callable[[], None]) -> None:
        """`check` is asked at every turn; what it raises ends the loop, as a kill does."""
        self.elapsed = 0.0
        self._check = check
        super().__init__(_Impatient(self))
        self._clock_resolution = 1e-6

    def time(self) -> float:
        return self.elapsed

    def pass_time(self, seconds: float | None) -> None:
        """Called where a real loop would wait."""
        self._check()
        if seconds is None:
            raise Stuck("the run waits for nothing")
        self.elapsed += max(seconds, _TURN)


class _Impatient(selectors.DefaultSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[Any]:
        events: list[Any] = super().select(0)
        if not events:
            self._loop.pass_time(timeout)
        return events
