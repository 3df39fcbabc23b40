"""How far a long work is, and how long it still takes: a bar in a terminal, a log line now and then elsewhere."""

import logging
import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

logger = logging.getLogger(__name__)
_EVERY = 10  # seconds between log lines


class ProgressLine:
    """Of `total` parts of a work that is called `what`; to be entered before it begins."""

    def __init__(self, what: str, total: int) -> None:
        self._what = what
        self._total = total
        self._done = 0
        self._started = self._said = time.monotonic()
        self._bar: Progress | None = None
        if sys.stderr.isatty():
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, console=Console(stderr=True))
            self._task = self._bar.add_task(what, total=total)

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, _type: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        if self._bar:
            self._bar.stop()
        rate = self._done / max(time.monotonic() - self._started, 0.001)
        logger.info("%s: %s of %s, %.1f a second", self._what, self._done, self._total, rate)

    def advance(self) -> None:
        """One part more is done."""
        self._done += 1
        if self._bar:
            self._bar.advance(self._task)
        elif time.monotonic() - self._said > _EVERY:
            self._said = time.monotonic()
            left = (self._said - self._started) / self._done * (self._total - self._done)
            logger.info("%s: %s of %s, about %.0f min left", self._what, self._done, self._total, left / 60)
