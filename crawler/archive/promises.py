"""Posts that are about to be put in their places: until the catalog knows of them, it knows that they are its own."""

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from crawler.archive.database import insert_into
from crawler.archive.tables import promised

_HAS = sa.select(promised.c.path).where(
    promised.c.path == sa.bindparam("of"), promised.c.file_hash == sa.bindparam("as_hash")
)
_FORGET = sa.delete(promised).where(promised.c.path == sa.bindparam("of"))


class Promises:
    """On the archive's engine.

    Where a run is killed, or the catalog refuses, after a post is in its place, no one else wrote that file:
    the next text of the article may replace it.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._promise = insert_into(engine, promised).on_conflict_do_nothing()  # made once: that takes twice its work

    def make(self, posts: Iterable[tuple[str, str]]) -> None:
        """Before posts are put in place; of each its path and sha256. Raises OSError where the database refuses it."""
        rows = [{"path": path, "file_hash": file_hash} for path, file_hash in posts]
        try:
            with self._engine.begin() as connection:
                connection.execute(self._promise, rows) if rows else None  # without rows it would insert an empty one
        except sa.exc.OperationalError as error:
            raise OSError(f"the catalog refuses to note it: {error.orig}") from error

    def has(self, path: str, file_hash: str) -> bool:
        """True for a file that was promised, and that the catalog does not know."""
        with self._engine.connect() as connection:
            return connection.scalar(_HAS, {"of": path, "as_hash": file_hash}) is not None

    def kept(self, paths: Collection[str], within: sa.Connection) -> None:
        """The catalog knows what stands there."""
        if paths:
            within.execute(_FORGET, [{"of": path} for path in sorted(set(paths))])

    def paths(self) -> list[str]:
        """Where a post was promised that did not come into the catalog; sorted."""
        with self._engine.connect() as connection:
            return list(connection.scalars(sa.select(promised.c.path).distinct().order_by(promised.c.path)))
