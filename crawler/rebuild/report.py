"""What a rebuild did, or would do."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

KEPT, SKIPPED = "kept", "skipped"
OUTCOMES = ("written", "replaced", "unchanged", KEPT, SKIPPED, "refused", "failed")


@dataclass
class Report:
    """Counts of articles, and the reasons.

    ``outcomes`` has a word of OUTCOMES for each doc id: ``kept`` is a post edited by hand, ``skipped``
    one of today's extractor, ``refused`` a page that is no article. ``damages`` names captures that
    can't be read and of which it isn't known whose they are.
    """

    outcomes: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    fields: Counter[str] = field(default_factory=Counter)
    layouts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    damages: list[str] = field(default_factory=list)
    skipped: int = 0

    def count(self, outcome: str) -> int:
        """How many articles had it."""
        return Counter(self.outcomes.values())[outcome] + (self.skipped if outcome == "skipped" else 0)

    def lost(self, doc_id: str, reason: str, detail: str = "", refused: bool = False) -> str:
        """No post could be made; returns a line that says so. A post that was made before stays made."""
        self.outcomes.setdefault(doc_id, "refused" if refused else "failed")
        self.reasons[doc_id] = reason
        return f"{'no article' if refused else 'not rebuilt'} ({reason}): {doc_id} {detail}".rstrip()

    @property
    def is_whole(self) -> bool:
        """True if no article and no capture was lost."""
        return not self.damages and not self.count("failed")
