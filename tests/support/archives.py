"""An archive beside a site, run by run, and what stands in it."""

import atexit
import json
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.crawling import ROOT, SCRAPY, environment
from tests.support.forked_scrapy import scrapy
from tests.support.runner import Result
from tests.support.serving import HANDLERS
from tests.support.sites import NOON, Site


@dataclass
class Run(Result):
    """A run, its report, and the URLs it asked for; one that had an If-None-Match ends in " conditional"."""

    report: dict[str, Any] | None = None
    requests: tuple[str, ...] = ()

    @property
    def listings(self) -> int:
        """How many listing pages were asked for."""
        return sum("/api/roll/" in url for url in self.requests)

    @property
    def columns(self) -> list[str]:
        """The pages of columns, sorted."""
        return sorted(url for url in self.requests if "/roll/c/" in url)

    @property
    def articles(self) -> list[str]:
        """The other URLs, sorted."""
        return sorted(url for url in self.requests if "/api/roll/" not in url and "/roll/c/" not in url)


# The articles of these sites are a day old when they are archived: they are looked at an hour, six hours … later.
SOON = "1h,25h,30h,2d,8d,31d"
UNREAD = {"pipelines.extract_body.ExtractBody": None}


@dataclass
class Archive:
    """The archive of `site` in `folder`; ``at`` is the time of its last run.

    ``reads``: False leaves the texts out of the posts; a test of lists and requests does not need them.
    """

    site: Site
    folder: Path
    at: datetime = NOON + timedelta(days=1)
    reads: bool = True
    look_again: str = SOON

    def settings(self, **more: Any) -> dict[str, Any]:
        """Of a run of this archive."""
        ours = {"ARCHIVE_DIR": str(self.folder), "ARCHIVE_REPLAY_FROM": str(self.site.folder)}
        ours["ARCHIVE_LOOK_AGAIN_AFTER"] = self.look_again
        return {
            **ours,
            "DOWNLOAD_HANDLERS": HANDLERS,
            "ARCHIVE_EXTRACT_WORKERS": 1,
            "ARCHIVE_CAPTURE_ENABLED": "0",
            **more,
        }

    def run(self, after: timedelta = timedelta(minutes=5), queries: bool = False,
            settings: dict[str, Any] | None = None, **arguments: str) -> Run:  # fmt: skip
        """One run in the shared process, some time `after` the last one; it extracts without worker processes."""
        self.site.save()
        self.at += after
        given = self.settings(**settings or {})
        if not self.reads:
            given["ITEM_PIPELINES"] = UNREAD | given.get("ITEM_PIPELINES", {})
        job = {"settings": given, "arguments": arguments, "at": self.at.isoformat()}
        process = _runner()
        assert process.stdin and process.stdout
        print(json.dumps(job | {"queries": queries}), file=process.stdin, flush=True)
        line = process.stdout.readline()
        assert line, "the runner has died; see its output above"
        return self._run(Result(**json.loads(line)))

    def words(self, *arguments: str, spider: str = "sina_finance", **settings: Any) -> list[str]:
        """Those of ``scrapy crawl``; the site is to be saved before."""
        words = [f"-s{name}={json.dumps(value) if isinstance(value, dict) else value}"
                 for name, value in self.settings(**settings).items()]  # fmt: skip
        return ["crawl", spider, *words, *arguments]

    def command(self, *arguments: str, **settings: Any) -> list[str]:
        """``scrapy crawl`` for a process of its own."""
        return [*SCRAPY, *self.words(*arguments, **settings)]

    def crawl(self, *arguments: str, spider: str = "sina_finance", **settings: Any) -> Run:
        """Such a run as ``scrapy crawl``."""
        self.site.save()
        done = scrapy(*self.words(*arguments, spider=spider, **settings))
        return self.after(done.returncode, done.stderr + done.stdout)

    def after(self, status: int, output: str) -> Run:
        """What such a process left."""
        return self._run(Result(status, {}, output.splitlines()))

    def _run(self, result: Result) -> Run:
        log = self.site.folder / "requests.log"
        requests = tuple(log.read_text(encoding="utf-8").splitlines()) if log.exists() else ()
        reports = sorted((self.folder / "reports").glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        report = json.loads(reports[-1].read_text(encoding="utf-8")) if reports else None
        return Run(result.status, result.stats, result.log, result.queries, report, requests)

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """What the catalog answers."""
        catalog = sqlite3.connect(self.folder / "catalog.db")
        try:
            found = catalog.execute(query, parameters).fetchall()
            catalog.commit()
            return found
        finally:
            catalog.close()

    def posts(self) -> dict[str, str]:
        """Every file below ``posts/`` by its name without ``.md``; temporary files would be seen too."""
        files = (path for path in (self.folder / "posts").rglob("*") if path.is_file())
        return {path.name.removesuffix(".md"): path.read_text(encoding="utf-8") for path in files}

    def posted(self) -> int:
        """How many posts are in place, while others may be writing: only names are looked at, none is opened."""
        return sum(1 for _ in (self.folder / "posts").rglob("*.md"))

    def post_file(self, doc_id: str) -> Path:
        """Where an article's post is."""
        return next((self.folder / "posts").rglob(f"{doc_id}.md"))


@cache
def _runner() -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.runner"], cwd=ROOT, env=environment(), stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    atexit.register(_end, process)
    return process


def _end(process: subprocess.Popen[str]) -> None:
    assert process.stdin and process.stdout
    process.kill()  # between two runs it has nothing to lose
    process.wait()
    process.stdin.close()
    process.stdout.close()
