"""Real servers for the tests: each with a folder and a socket of its own, which go with it."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import redis
import sqlalchemy as sa

from tests.support.programs import missing

_LONGEST = 30  # seconds a server may take to start
_S3 = """
import logging, sys
from moto.server import ThreadedMotoServer
logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
server.start()
print("http://%s:%s" % server.get_host_and_port(), flush=True)
sys.stdin.read()
server.stop()
"""
_DEBIAN = Path("/usr/lib/postgresql")  # its programs are not in PATH


@contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL without databases of ours; the SQLAlchemy URL of its ``postgres`` database."""
    found = sorted(_DEBIAN.glob("*/bin"), key=lambda path: float(path.parent.name))
    folder = str(found[-1]) if found else None
    initdb, postgres = (shutil.which(name, path=folder) or shutil.which(name) for name in ("initdb", "postgres"))
    if not initdb or not postgres:
        missing("PostgreSQL (Debian: apt-get install postgresql)")
    user = "postgres" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    with _folder(user) as data:
        as_user = {"user": user, "cwd": data, "stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT}
        plain = ["--auth=trust", "--username=archive", "--encoding=UTF8", "--no-sync", "--locale=C.UTF-8"]
        subprocess.run([initdb, "-D", data / "db", *plain], check=True, timeout=_LONGEST, **as_user)
        options = {"listen_addresses": "", "unix_socket_directories": data, "fsync": "off"}
        words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with _running([postgres, "-D", data / "db", *words], **as_user) as process:
            url = f"postgresql://archive@/postgres?host={data}"
            _wait(process, lambda: psycopg.connect(url, connect_timeout=1).close(), psycopg.OperationalError)
            yield url.replace("postgresql:", "postgresql+psycopg:")


@contextmanager
def postgres_database(server: str) -> Iterator[str]:
    """An empty database on it; its URL."""
    url = sa.make_url(server).set(database=f"test_{uuid.uuid4().hex}")
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {url.database}")
        yield url.render_as_string(hide_password=False)
        connection.exec_driver_sql(f"DROP DATABASE {url.database} WITH (FORCE)")
    engine.dispose()


@contextmanager
def redis_server() -> Iterator[str]:
    """An empty Redis that keeps nothing; its URL."""
    program = shutil.which("redis-server")
    if not program:
        missing("Redis (Debian: apt-get install redis-server)")
    with _folder() as data:
        words = [program, "--port", "0", "--unixsocket", data / "redis", "--save", "", "--dir", data]
        with _running(words, stdout=subprocess.DEVNULL) as process:
            url = f"unix://{data}/redis"
            client = redis.Redis.from_url(url)
            _wait(process, client.ping, redis.ConnectionError)
            client.close()
            yield url


@contextmanager
def s3_server() -> Iterator[str]:
    """An empty S3 (moto's) on a free port of loopback, in a process of its own; its URL."""
    words = [sys.executable, "-c", _S3]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        yield process.stdout.readline().strip()
        process.stdin.close()
        process.wait(_LONGEST)


@contextmanager
def _folder(user: str | None = None) -> Iterator[Path]:
    """Not below pytest's folders: another user may not enter those."""
    folder = Path(tempfile.mkdtemp(prefix="archive-test-"))
    try:
        if user:
            shutil.chown(folder, user)
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def _running(words: list[object], **options: object) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([str(word) for word in words], **options) as process:  # type: ignore[call-overload]
        try:
            yield process
        finally:
            process.send_signal(2)  # PostgreSQL's fast shutdown
            process.wait(_LONGEST)


def _wait(process: subprocess.Popen[bytes], ask: Callable[[], object], refused: type[Exception]) -> None:
    """Until the server answers."""
    end = time.monotonic() + _LONGEST
    while True:
        try:
            ask()
            return
        except refused:
            assert process.poll() is None and time.monotonic() < end, f"did not start: {process.args!r}"
            time.sleep(0.05)
