"""Gaps are filled from Sina, and then from the Internet Archive, over sockets."""

import json
import sqlite3
from datetime import UTC, timedelta
from pathlib import Path

from scrapy import Request
from scrapy.http import Response

from crawler.middlewares.bound_heads import BoundHeads
from tests.support import local_sina
from tests.support.forked_scrapy import scrapy
from tests.support.history import settings_of
from tests.support.local_sina import ToLoopback, reply
from tests.support.sites import Site, stories
from tests.support.webarchive.fake_internet_archive import FakeInternetArchive
from tests.support.webarchive.holdings import Holding
from tests.support.webarchive.loopback import served


class ByHost(ToLoopback):
    """Sina's hosts are at the local Sina, and the web archives where they say."""

    async def download_request(self, request: Request) -> Response:
        """The answer of whom the request is for."""
        if request.url.startswith("http://127.0.0.1:"):
            return await BoundHeads.download_request(self, request)
        return await super().download_request(request)


def test_sina_is_asked_first_and_an_archive_for_what_it_no_longer_has(tmp_path: Path) -> None:
    lost, there, nowhere = stories(3)
    site = Site(tmp_path / "site").add(lost, there, nowhere)
    held = Holding(lost.url, lost.created.astimezone(UTC) + timedelta(days=1), lost.page().encode())
    with local_sina.local_sina(site) as sina, served(FakeInternetArchive(holdings=[held])) as archive:
        gone = {story.url.partition("://")[2]: reply(404) for story in (lost, nowhere)}
        sina.answers |= {"finance.sina.com.cn/robots.txt": reply(404)} | gone
        settings = local_sina.settings_of(
            sina, tmp_path / "archive",
            **settings_of(tmp_path / "archive", archive, None)
            | {
                "DOWNLOAD_HANDLERS": json.dumps(dict.fromkeys(("http", "https"), f"{__name__}.{ByHost.__name__}")),
                "DOWNLOAD_SLOTS": "{}",
            },
        )  # fmt: skip
        done = scrapy("coverage", "--fill", "--json", *settings)
        assert set(sina.articles) == {story.url.partition("://")[2] for story in (lost, there, nowhere)}
        asked = {path for path in (asked.path for asked in archive.asked) if path.startswith("/web/")}
    assert len(asked) == 1
    assert done.returncode == 1, done.stderr
    (day,) = json.loads(done.stdout)["days"]
    assert (day["archived"], day["failed"], day["held_by"]) == (2, 1, {})
    catalog = sqlite3.connect(tmp_path / "archive/catalog.db")
    assert set(catalog.execute("SELECT doc_id, seen_by FROM revisions WHERE gone IS NULL")) == {
        (lost.doc_id, "internet_archive"), (there.doc_id, "sina"),
    }  # fmt: skip
    assert list(catalog.execute("SELECT reason, attempts FROM entries WHERE state = 'failed'")) == [("http_404", 1)]
    catalog.close()
