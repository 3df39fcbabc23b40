"""A run that fails its checks tells a webhook; one that does its job tells nobody."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict[str, object]]]]:
    received: list[dict[str, object]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", received
    server.shutdown()
    server.server_close()


def crawl(site: Path, archive: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    given = {"ARCHIVE_REPLAY_FROM": str(site), "ARCHIVE_DIR": str(archive)} | settings
    command = [sys.executable, "-m", "scrapy", "crawl", "sina_finance", "-a", "channels=1687"]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | given, capture_output=True, text=True, check=False, timeout=120
    )


def test_a_run_that_fails_a_check_posts_its_outcome(
    tmp_path: Path, webhook: tuple[str, list[dict[str, object]]]
) -> None:
    url, received = webhook
    (tmp_path / "nothing").mkdir()
    done = crawl(tmp_path / "nothing", tmp_path / "archive", ARCHIVE_NOTIFY="webhook", ARCHIVE_WEBHOOK_URL=url)
    assert done.returncode == 10
    assert [(body["archive/run/outcome"], body["archive/run/exit_status"]) for body in received] == [
        ("listing_failed", 10)
    ]


def test_a_run_that_does_its_job_posts_nothing(tmp_path: Path, webhook: tuple[str, list[dict[str, object]]]) -> None:
    url, received = webhook
    done = crawl(ROOT / "tests/fixtures/site", tmp_path, ARCHIVE_NOTIFY="webhook", ARCHIVE_WEBHOOK_URL=url)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "RunMonitor/test_listings_were_readable... OK" in done.stderr
    assert received == []


def test_an_unknown_way_is_refused(tmp_path: Path) -> None:
    done = crawl(ROOT / "tests/fixtures/site", tmp_path, ARCHIVE_NOTIFY="pigeon")
    assert done.returncode != 0
    assert "unknown 'pigeon'; known are log, mail, slack, webhook" in done.stderr
