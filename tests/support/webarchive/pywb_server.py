"""A pywb that serves WARCs on loopback: its index and its ``id_`` replay are a real web archive's.

pywb 2.10 can't be installed beside the project: it pins redis 2.10 and fakeredis below 1, brotlipy, whose module is
brotli's, and a pyOpenSSL below 26.2. So it has an environment of its own beside the tests', made by ``make test``.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.programs import missing
from tests.support.webarchive.holdings import Holding, record_of

# Common Crawl's index is a pywb, too, and stands at /<collection>-index.
_CONFIG = "collections_root: collections\ncdx_api_endpoint: -index\ndebug: false\n"
_LONGEST = 30  # seconds it may take to start


@dataclass(frozen=True)
class Pywb:
    """``url`` of the server. A collection ``web`` has its mementos at /web/, as the Internet Archive has."""

    url: str
    folder: Path
    programs: Path

    def collect(self, collection: str, holdings: Sequence[Holding]) -> None:
        """Makes a collection of them, in one WARC, by pywb's own indexer."""
        archive = self.folder / "collections" / collection / "archive"
        indexes = archive.with_name("indexes")
        archive.mkdir(parents=True)
        indexes.mkdir()
        warc = archive / f"{collection}.warc.gz"
        warc.write_bytes(b"".join(record_of(holding) for holding in holdings))
        words = [self.programs / "cdx-indexer", "--sort", "--cdxj", "--output", indexes / "index.cdxj", warc]
        subprocess.run(words, check=True, timeout=_LONGEST, capture_output=True)


@contextmanager
def pywb_server() -> Iterator[Pywb]:
    """A pywb without collections."""
    folder = Path(tempfile.mkdtemp(prefix="archive-test-"))
    (folder / "config.yaml").write_text(_CONFIG, encoding="utf-8")
    (folder / "collections").mkdir()
    try:
        with serving(folder) as url:
            yield Pywb(url, folder, programs())
    finally:
        shutil.rmtree(folder)


@contextmanager
def serving(folder: Path, **environment: str) -> Iterator[str]:
    """The URL of a pywb with the ``config.yaml`` of a folder."""
    port = _free_port()
    words = [programs() / "wayback", "--bind", "127.0.0.1", "--port", str(port), "--directory", folder]
    with subprocess.Popen(
        words, cwd=folder, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(process, url)
            yield url
        finally:
            process.terminate()
            process.wait(_LONGEST)


def programs() -> Path:
    """Where those of pywb and of py-wacz are."""
    folder = Path(f"{sys.prefix}-pywb") / "bin"
    if not (folder / "wacz").exists():
        missing(f"pywb and wacz in an environment beside the tests' ({folder.parent}; make test makes it)")
    return folder


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    end = time.monotonic() + _LONGEST
    while True:
        try:
            with urllib.request.urlopen(url, timeout=_LONGEST):
                return
        except (urllib.error.URLError, ConnectionError):
            assert process.poll() is None and time.monotonic() < end, f"did not start: {process.args!r}"
            time.sleep(0.05)
