"""Whether the last run went well, and not too long ago: what a healthcheck asks, without a catalog."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from crawler.archive.storage import Storage
from crawler.run.outcome import INTERRUPTED

_FOLDER = "reports"
_GREEN = (0, INTERRUPTED)  # who stops a run, by a restart for instance, means no harm


@dataclass(frozen=True, slots=True)
class LastReport:
    """What the newest report of an archive says of its run; ``ended`` is aware."""

    run: str
    outcome: str
    exit_status: int
    reason: str
    ended: datetime

    @classmethod
    def of(cls, storage: Storage) -> Self | None:
        """None where no run has ended. Raises ValueError, naming the file, for a report that is none."""
        names = [name for name in storage.names(_FOLDER) if name.endswith(".json")]
        if not names:
            return None
        path = f"{_FOLDER}/{names[-1]}"  # it is named by the time at which its run began
        try:
            report = json.loads(storage.read(path) or b"")
            ended = datetime.fromisoformat(report["ended_at"])
            return cls(report["run"], report["outcome"], int(report["exit_status"]), report["reason"], ended)
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{storage.where(path)} is no report: {type(error).__name__}: {error}") from error

    def age(self, at: datetime) -> timedelta:
        """How long ago its run ended."""
        return at - self.ended

    def is_healthy(self, at: datetime, most: timedelta) -> bool:
        """True if the run did its job, or was told to stop, at most so long ago."""
        return self.exit_status in _GREEN and self.age(at) <= most
