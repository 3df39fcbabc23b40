"""A run that fails its checks tells a webhook; one that does its job tells nobody."""

import json
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.support.crawling import SITE
from tests.support.forked_scrapy import scrapy


@dataclass
class Webhook:
    """``received``: what was posted, each as JSON; ``status``: what it answers."""

    url: str = ""
    status: int = 204
    received: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    webhook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            webhook.received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(webhook.status)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    webhook.url = f"http://127.0.0.1:{server.server_port}/a-secret"
    yield webhook
    server.shutdown()
    server.server_close()


def crawl(site: Path, archive: Path, **settings: str) -> CompletedProcess[str]:
    given = {"ARCHIVE_REPLAY_FROM": str(site), "ARCHIVE_DIR": str(archive)} | settings
    return scrapy("crawl", "sina_finance", "-a", "channels=1687", **given)


@pytest.fixture
def nothing(tmp_path: Path) -> Path:
    """A saved site without a page."""
    folder = tmp_path / "nothing"
    folder.mkdir()
    return folder


def test_a_run_that_fails_a_check_is_told_once_with_its_report(nothing: Path, tmp_path: Path, webhook: Webhook) -> None:
    archive = tmp_path / "archive"
    done = crawl(nothing, archive, ARCHIVE_NOTIFY="log, webhook", ARCHIVE_WEBHOOK_URL=webhook.url)
    assert done.returncode == 10
    (told,) = webhook.received
    report = json.loads(Path(told["report"]).read_text(encoding="utf-8"))
    assert Path(told["report"]).parent.parent == archive
    assert told == {key: report[key] for key in ("run", "outcome", "exit_status", "reason", "counts")} | {
        "host": socket.gethostname(), "archive": str(archive), "report": told["report"],
    }  # fmt: skip
    assert (told["outcome"], told["counts"]["listing/not_in_source"]) == ("listing_failed", 1)
    checks = re.findall(r"RunMonitor/(\w+)\.\.\. \w+", done.stderr)
    assert checks
    assert len(set(checks)) == len(checks), "checks run once, whatever the ways"
    assert re.search(r"\] ERROR: run \S+: listing_failed \(exit status 10\): .*$", done.stderr.strip())


def test_a_webhook_that_does_not_take_it_is_said_in_a_line_without_its_address(
    nothing: Path, tmp_path: Path, webhook: Webhook
) -> None:
    webhook.status = 500
    done = crawl(nothing, tmp_path / "archive", ARCHIVE_NOTIFY="webhook", ARCHIVE_WEBHOOK_URL=webhook.url)
    assert "] ERROR: the webhook was not told: HTTP Error 500" in done.stderr
    assert "a-secret" not in done.stderr
    assert "urllib" not in done.stderr  # as a traceback would say
    assert "listing_failed (exit status 10)" in done.stderr.strip().splitlines()[-1]
    assert done.returncode == 10


def test_a_run_that_does_its_job_posts_nothing(tmp_path: Path, webhook: Webhook) -> None:
    done = crawl(SITE, tmp_path, ARCHIVE_NOTIFY="webhook", ARCHIVE_WEBHOOK_URL=webhook.url)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "RunMonitor/test_listings_were_readable... OK" in done.stderr
    assert "ok (exit status 0)" in done.stderr.strip().splitlines()[-1]
    assert webhook.received == []


def test_an_unknown_way_is_refused(tmp_path: Path) -> None:
    done = crawl(SITE, tmp_path, ARCHIVE_NOTIFY="pigeon")
    assert done.returncode != 0
    assert "unknown 'pigeon'; known are log, mail, slack, webhook" in done.stderr
