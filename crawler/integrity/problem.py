"""A thing that is wrong in an archive."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong and where: ``kind`` is one word; ``where`` a path in the archive, ``<doc id>:<revision>``,
    or ``<table>:<doc id>`` in the catalog.
    """

    kind: str
    where: str
    what: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.where}{': ' if self.what else ''}{self.what}"
