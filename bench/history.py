"""``python -m bench.history [LINES …]``: what sina_history takes for an index of so many lines.

A web archive on loopback holds them: each article has ten captures, of which the last two show an edited text.
Reported are the peak memory of the crawl, the requests, the time, and the size of the catalog.
"""

import json
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cached_property
from pathlib import Path
from subprocess import DEVNULL, Popen

from tests.support.crawling import ROOT, environment
from tests.support.history import command, story
from tests.support.webarchive.fake_internet_archive import NAMES
from tests.support.webarchive.holdings import Holding
from tests.support.webarchive.loopback import Asked, LoopbackServer, Reply, served

_PREFIX = "finance.sina.com.cn/china/2016-03"
_FIRST = datetime(2016, 3, 10, 4, tzinfo=UTC)
_CAPTURES = 10
_EDITED = 8  # the first of them that shows the edited text
_DAYS = ("-a", "since=2016-03-01", "-a", "until=2016-03-31", "-a", "archives=internet_archive")


@dataclass
class LongIndex(LoopbackServer):
    """An index of `lines` lines, cut at its limit; its resume key is the number of the next one."""

    lines: int = 0

    @cached_property
    def rows(self) -> list[list[str]]:
        """As the index shows them."""
        rows = []
        for article in range(self.lines // _CAPTURES):
            of_article = {text: _holding(article, text, _FIRST) for text in ("初稿", "改稿")}
            for number in range(_CAPTURES):
                held = of_article["改稿" if number >= _EDITED else "初稿"]
                at = f"{_FIRST + timedelta(days=number + 1):%Y%m%d%H%M%S}"
                rows.append([held.urlkey, at, held.url, "text/html", "200", held.digest, "9000"])
        return rows

    def answer(self, asked: Asked) -> Reply:
        """A page of the index, or a capture."""
        if asked.path.startswith("/cdx/"):
            start, limit = int(asked.value("resumeKey", "0")), int(asked.value("limit"))
            rows = self.rows[start : start + limit] if asked.value("url") == _PREFIX else []
            more = [[], [str(start + limit)]] if rows and start + limit < len(self.rows) else []
            return Reply(200, json.dumps([list(NAMES), *rows, *more] if rows else []).encode())
        _, _, digits, url = asked.path.split("/", 3)
        at = datetime.strptime(digits[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        text = "改稿" if (at - _FIRST).days > _EDITED else "初稿"
        held = _holding(int(url.partition("fxaaaaa")[2][:7]), text, at)
        memento = (("Memento-Datetime", format_datetime(at, usegmt=True)), *held.headers)
        return Reply(200, held.body, memento)


def _holding(article: int, text: str, at: datetime) -> Holding:
    of = story(article, text)
    return Holding(of.url, at, of.page().encode())


def measure(lines: int, seconds: int) -> str:
    """A sentence; the run is stopped after so many `seconds`, when the index has long been read."""
    with served(LongIndex(lines=lines)) as archive, tempfile.TemporaryDirectory() as folder:
        assert archive.rows
        began, peak = time.monotonic(), 0
        words = command(Path(folder), archive, None, *_DAYS, CLOSESPIDER_TIMEOUT=seconds)  # type: ignore[arg-type]
        with Popen(words, cwd=ROOT, env=environment(), stdout=DEVNULL, stderr=DEVNULL) as process:
            while process.poll() is None:
                peak = max(peak, _peak(process.pid))
                time.sleep(0.2)
        took = time.monotonic() - began
        captures = sum(asked.path.startswith("/web/") for asked in archive.asked)
        catalog = (Path(folder) / "catalog.db").stat().st_size
        captured = sum(path.stat().st_size for path in (Path(folder) / "captures").glob("*"))
    queries = len(archive.asked) - captures
    return (
        f"{lines} lines: {peak / 1024:.0f} MB at most, {queries} queries, {captures} captures in {took:.0f} s,"
        f" catalog {catalog / 1e6:.1f} MB, captures {captured / 1e6:.1f} MB"
    )


def _peak(process: int) -> int:
    """Of the memory of a process, in kB; 0 where it has ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)


if __name__ == "__main__":
    for text in sys.argv[1:] or ("10000", "100000"):
        print(measure(int(text), seconds=120))
