"""The demo's history: a bundled web archive, which is what its maker makes."""

import asyncio
import re
from pathlib import Path

import pytest

from crawler.archive.database import open_engine
from crawler.archive.revision_list import list_revisions
from crawler.replay.replay import ReplayDownloadHandler
from crawler.run.worker_pool import WorkerPool
from tests.support import runner
from tests.support.crawling import ROOT
from tests.support.make_webarchive import URLS, WARC, holdings, warc
from tests.support.reading import read_here


def test_the_bundled_web_archive_is_what_make_webarchive_writes() -> None:
    assert warc() == WARC.read_bytes(), "make webarchive"


def test_the_demo_shows_the_two_texts_of_an_article_and_who_saw_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WorkerPool, "run", read_here)
    demo = re.sub(r"\\\n\s*", "", (ROOT / "Makefile").read_text(encoding="utf-8").partition("\ndemo:")[2])
    (command,) = re.findall(r"scrapy crawl sina_history (.+)", demo)
    arguments = dict(word.split("=", 1) for word in re.findall(r"-a (\S+)", command))
    settings = dict(word.split("=", 1) for word in re.findall(r"-s (\S+)", command))
    assert (ROOT / arguments["urls"], ROOT / settings["ARCHIVE_REPLAY_FROM"]) == (URLS, WARC)
    settings |= {"ARCHIVE_DIR": str(tmp_path), "ARCHIVE_REPLAY_FROM": str(WARC)}
    handlers = dict.fromkeys(("http", "https"), ReplayDownloadHandler)
    wanted = arguments | {"urls": str(URLS)}
    result = asyncio.run(runner.crawl({**settings, "DOWNLOAD_HANDLERS": handlers}, wanted, spider="sina_history"))
    assert result.status == 0
    engine = open_engine(f"sqlite:///{tmp_path / 'catalog.db'}")
    shown = [(row["seen_at"], row["seen_by"]) for row in list_revisions(engine, None, None)]
    engine.dispose()
    assert shown == [(f"{holding.at:%Y-%m-%dT%H:%M:%SZ}", "internet_archive") for holding in holdings()]
