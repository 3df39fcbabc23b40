"""The time stamps of an archive: which root is to be stamped, and where its token stands.

Only the last root of a day that is over is stamped: it holds those of all days before. A day that is not over
may still grow.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from crawler.archive.database import one_at_a_time
from crawler.archive.storage import Storage
from crawler.archive.unlisted import Unlisted
from crawler.integrity.manifest import manifest_days
from crawler.integrity.roots import close_days, statement


@dataclass(frozen=True, slots=True)
class Unstamped:
    """A day that is over, and the line with its root."""

    day: str
    statement: str


def token_path(day: str) -> str:
    """Of the token alone; an authority's answer is one and a status, which nobody signs."""
    return f"manifests/{day}.tst"


def next_to_stamp(storage: Storage, engine: sa.Engine, at: datetime) -> Unstamped | None:
    """Closes the days that are over; None if the last of them has its stamp. Raises OSError."""
    today = f"{at.astimezone(UTC):%Y-%m-%d}"
    days = [day for day in manifest_days(storage) if day < today]
    if not days or storage.exists(token_path(days[-1])):
        return None
    with engine.begin() as connection:
        one_at_a_time(connection)  # workers that begin together
        roots = close_days(storage, days)
    return Unstamped(days[-1], statement(days[-1], roots[days[-1]]))


def keep_token(storage: Storage, engine: sa.Engine, day: str, token: bytes) -> None:
    """In its place; the next manifest that is written lists it. Raises OSError."""
    path = token_path(day)
    unlisted = Unlisted(engine)
    unlisted.add([path])
    with engine.begin() as connection:
        one_at_a_time(connection)
        if not storage.exists(path):  # another worker's may be listed already
            storage.write(path, token)
