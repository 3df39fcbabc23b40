"""What Sina said in a run of articles that are no more; believed at its end, if not too many vanished at once."""

from dataclasses import dataclass
from datetime import datetime

_MANY, _MOST_GONE = 5, 0.2  # so many articles, and more of a run's pages than that, don't vanish at once


@dataclass(frozen=True, slots=True)
class Absence:
    """Sina's word of an article at ``at``; ``is_confirmed``: it had said so an interval before."""

    reason: str
    at: datetime
    is_confirmed: bool


class Absences:
    """Of one run."""

    def __init__(self) -> None:
        self.pages_there = 0
        self._said: dict[str, Absence] = {}

    def say(self, doc_id: str, absence: Absence) -> None:
        """Sina says that an archived article is no more."""
        self._said[doc_id] = absence

    def settle(self) -> tuple[dict[str, Absence], bool]:
        """All that were said since the last time, by doc id; True if they are too many to be believed."""
        said, self._said = self._said, {}
        pages, self.pages_there = self.pages_there + len(said), 0
        return said, len(said) >= _MANY and len(said) > _MOST_GONE * pages
