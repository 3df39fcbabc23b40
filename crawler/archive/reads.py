"""Look-ups of one statement each, of which every article takes several."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa


class Reads:
    """On the archive's engine, by a connection that stays open.

    To take one from the pool and to give it back takes as long as the look-up. Of a server's database each look-up
    takes one all the same, since a connection may break while it waits; and of one in memory there is but one, in
    which others write.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._stays_open = engine.dialect.name == "sqlite" and isinstance(engine.pool, sa.QueuePool)
        self._connection: sa.Connection | None = None
        self._reading = threading.Lock()

    @contextmanager
    def connect(self) -> Iterator[sa.Connection]:
        """For one look-up, all of whose rows are taken at once: it shows what is committed by then."""
        if not self._stays_open:
            with self._engine.connect() as connection:
                yield connection
            return
        with self._reading:
            self._connection = self._connection or self._engine.connect()
            try:
                yield self._connection
            except BaseException:
                self._close()
                raise

    def close(self) -> None:
        """Gives the connection back; the next look-up takes one again."""
        with self._reading:
            self._close()

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            connection.close()
