"""The lock of an archive whose catalog is in PostgreSQL: it holds over all machines.

A connection has it, and PostgreSQL gives it back when that connection ends, however its process does. The
connection's name says who it is and what code it runs.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from crawler.archive.code_version import code_version
from crawler.archive.lock import ArchiveLocked, succeeds

_ARCHIVE = 0x51A4C41E  # any number, the same in every program
_NAME = 63  # bytes of a connection's name that PostgreSQL keeps
_TAKE = {False: sa.func.pg_try_advisory_lock, True: sa.func.pg_try_advisory_lock_shared}
_GIVE = {False: sa.func.pg_advisory_unlock, True: sa.func.pg_advisory_unlock_shared}
_OTHERS = sa.text("""
    SELECT coalesce(a.application_name, ''), to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    FROM pg_locks l JOIN pg_stat_activity a USING (pid) JOIN pg_database d ON d.oid = l.database
    WHERE l.locktype = 'advisory' AND l.classid = 0 AND l.objid = :key AND l.granted
      AND d.datname = current_database() AND l.pid <> pg_backend_pid()
    ORDER BY a.backend_start
""")


@contextmanager
def database_lock(url: str, wait: float, shared: bool) -> Iterator[None]:
    """Holds the archive alone, or `shared`: beside others that hold it so and run the same code.

    Raises ArchiveLocked if that can't be had for `wait` seconds more.
    """
    name = f"archive {code_version()} {os.getpid()} {socket.gethostname()}"[:_NAME]
    engine = sa.create_engine(
        url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT", connect_args={"application_name": name}
    )
    with engine.connect() as connection:
        why: list[str] = []

        def taken() -> bool:
            locked = connection.scalar(sa.select(_TAKE[shared](_ARCHIVE)))
            others = [(str(who), str(since)) for who, since in connection.execute(_OTHERS, {"key": _ARCHIVE})]
            strange = [other for other in others if not other[0].startswith(f"archive {code_version()} ")]
            if locked and not (shared and strange):
                return True
            why[:] = [_describe(*other, is_strange=bool(locked)) for other in strange or others]
            if locked:
                connection.execute(sa.select(_GIVE[shared](_ARCHIVE)))
            return False

        if not succeeds(taken, wait):
            raise ArchiveLocked(f"{sa.make_url(url)!r} is locked by {', '.join(why) or 'another process'}")
        yield


def _describe(name: str, since: str, is_strange: bool) -> str:
    """A role may not see the names of others' connections."""
    _, _, rest = name.partition(" ")
    code, pid, host = (*rest.split(" "), "", "")[:3]
    who = f"process {pid} on {host} since {since}" if host else f"another process since {since}"
    return f"{who}, which runs other code ({code or 'unknown'}; this is {code_version()})" if is_strange else who
