"""A password or a token, given by the environment, stands in nothing that a run writes or prints."""

import gzip
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.support.archives import Archive
from tests.support.forked_scrapy import scrapy
from tests.support.sites import CHANNEL, Site, listing_url, stories

SECRET = "sesame"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(Site(tmp_path / "site").add(*stories(3)), tmp_path / "archive")


def run(archive: Archive, settings: dict[str, Any], **secrets: str) -> tuple[int, str]:
    """The exit status of a run that has secrets in its environment, and all that it wrote and printed."""
    archive.site.save()
    done = scrapy(*archive.words(**settings), **secrets)
    files = [path for path in archive.folder.rglob("*") if path.is_file()]
    texts = [gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in files]
    return done.returncode, "\n".join([done.stdout, done.stderr, *(text.decode("utf-8", "replace") for text in texts)])


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_webhook_and_tokens_are_in_no_log_report_capture_or_metric(archive: Archive) -> None:
    archive.site.put(listing_url(CHANNEL, 1), "<html>busy</html>")
    settings = {
        "ARCHIVE_NOTIFY": "webhook",
        "ARCHIVE_METRICS_FILE": archive.folder / "archive.prom",
        "ARCHIVE_CAPTURE_ENABLED": 1,
    }
    status, written = run(
        archive,
        settings,
        ARCHIVE_WEBHOOK_URL=f"http://127.0.0.1:{closed_port()}/{SECRET}?token={SECRET}",
        SPIDERMON_SLACK_SENDER_TOKEN=SECRET,
        SPIDERMON_SMTP_PASSWORD=SECRET,
    )
    assert status == 10
    for part in ("listing_failed", "archive_run_exit_status 10.0", "WARC/1.1", "Connection refused"):
        assert part in written
    assert SECRET not in written


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql+psycopg://archive:{SECRET}@127.0.0.1:1/archive",
        f"postgresql+nothing://archive:{SECRET}@127.0.0.1:1/archive",
        f"sqlite://archive:{SECRET}@localhost/archive.db",
        f"postgresql//archive:{SECRET}@127.0.0.1/archive",
    ],
    ids=["no server", "no driver", "no password wanted", "no URL"],
)
def test_a_database_that_can_not_be_opened_is_named_without_its_password(archive: Archive, url: str) -> None:
    status, written = run(archive, {}, ARCHIVE_DATABASE_URL=url)
    assert status == (2 if url.startswith("postgresql//") else 1)
    assert "ERROR: not started: " in written
    assert SECRET not in written
