"""What was written and is in no manifest yet, whatever the clock said when it was written."""

from collections.abc import Collection, Iterator

import sqlalchemy as sa

from crawler.archive.database import by_bytes, insert_into, writing
from crawler.archive.tables import unlisted

_CHUNK = 500
_FORGET = sa.delete(unlisted).where(unlisted.c.path == sa.bindparam("of"))


class Unlisted:
    """The table of them. A path is noted in the transaction that enters the post, so that no kill loses it."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, paths: Collection[str], within: sa.Connection | None = None) -> None:
        """Files in their place, or about to be."""
        if paths:
            with writing(self._engine, within) as connection:
                insert = insert_into(self._engine, unlisted).on_conflict_do_nothing()
                connection.execute(insert, [{"path": path} for path in sorted(set(paths))])

    def parts(self, within: sa.Connection, folder: str) -> Iterator[list[str]]:
        """Those in a folder, sorted, a few hundred at once: a long run notes each of its posts."""
        path, last = by_bytes(unlisted.c.path, within), f"{folder}/"
        while part := list(
            within.scalars(
                sa.select(unlisted.c.path).where(path > last, path < f"{folder}0").order_by(path).limit(_CHUNK)
            )
        ):
            yield part
            last = part[-1]

    def forget(self, paths: Collection[str], within: sa.Connection | None = None) -> None:
        """A manifest has them, or is never to have them."""
        if paths:
            with writing(self._engine, within) as connection:
                connection.execute(_FORGET, [{"of": path} for path in paths])

    def forget_all(self) -> None:
        """The catalog was made anew; its posts were written before."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(unlisted))
