"""A real pywb serves an archive's captures as they stand, by Memento (RFC 7089), and what a WACZ holds of them."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import pytest

from crawler.warc.captures import Captures
from tests.support.archived import CAPTURING
from tests.support.archives import Archive
from tests.support.crawling import ROOT
from tests.support.sites import Site, stories
from tests.support.webarchive.loopback import ask
from tests.support.webarchive.pywb_server import programs, serving
from tests.wacz.test_export_captures import export

STORY = stories(1)[0]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """One article, which was found unchanged a day later, and edited after two more."""
    folder = tmp_path_factory.mktemp("memento")
    site = Site(folder / "site").add(STORY)
    archive = Archive(site, folder / "archive")
    archive.run(settings=CAPTURING)
    archive.run(timedelta(days=1), settings=CAPTURING)
    site.add(STORY.edited("改过的第一段。" * 9))
    archive.run(timedelta(days=2), settings=CAPTURING)
    return archive


@pytest.fixture(scope="module")
def pywb(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """With the configuration that is shipped, and the index that the command writes."""
    export(archive, archive.folder / "captures.cdxj")
    folder = tmp_path_factory.mktemp("pywb")
    shutil.copy(ROOT / "deploy/pywb/config.yaml", folder)
    with serving(folder, ARCHIVE_DIR=str(archive.folder)) as url:
        yield url


def times(archive: Archive) -> list[datetime]:
    return sorted(capture.at for capture in Captures(archive.folder / "captures").all() if capture.url == STORY.url)


def test_the_time_gate_leads_to_the_capture_of_a_date(archive: Archive, pywb: str) -> None:
    first, again, edited = times(archive)
    for wanted, nearest in ((first, first), (again + timedelta(hours=1), again), (edited + timedelta(days=9), edited)):
        asked = format_datetime(wanted, usegmt=True)
        status, headers, _ = ask(f"{pywb}/sina/{STORY.url}", Accept_Datetime=asked)
        assert status == 307 and ("Vary", "accept-datetime") in headers
        location = dict(headers)["Location"]
        assert location == f"{pywb}/sina/{nearest:%Y%m%d%H%M%S}/{STORY.url}"
        status, headers, _ = ask(location)
        assert status == 200
        assert parsedate_to_datetime(dict(headers)["Memento-Datetime"]) == nearest


def test_a_capture_is_given_as_it_was_a_revisit_with_its_payload(archive: Archive, pywb: str) -> None:
    bodies = [ask(f"{pywb}/sina/{at:%Y%m%d%H%M%S}id_/{STORY.url}")[2] for at in times(archive)]
    edited = STORY.edited("改过的第一段。" * 9)
    assert bodies == [STORY.page().encode(), STORY.page().encode(), edited.page().encode()]


def test_the_time_map_lists_every_capture(archive: Archive, pywb: str) -> None:
    status, _, body = ask(f"{pywb}/sina/timemap/link/{STORY.url}")
    listed = re.findall(r'rel="memento"; datetime="([^"]+)"', body.decode())
    assert (status, [parsedate_to_datetime(text) for text in listed]) == (200, times(archive))


def test_it_serves_what_was_captured_since_once_the_index_is_written_again(archive: Archive, pywb: str) -> None:
    archive.site.add(STORY.edited("再改一遍的第一段。" * 9, timedelta(hours=2)))
    archive.run(timedelta(days=1), settings=CAPTURING)
    export(archive, archive.folder / "captures.cdxj")
    newest = times(archive)[-1]
    body = ask(f"{pywb}/sina/{newest:%Y%m%d%H%M%S}id_/{STORY.url}")[2]
    assert "再改一遍的第一段。" in body.decode()


def test_a_wacz_is_served_too(archive: Archive, tmp_path: Path) -> None:
    export(archive, wacz := tmp_path / "all.wacz")
    for name in ("archive", "indexes"):
        (tmp_path / "collections/shared" / name).mkdir(parents=True)
    words = [programs() / "wb-manager", "add", "shared", "--unpack-wacz", wacz]
    subprocess.run(words, cwd=tmp_path, check=True, capture_output=True, timeout=60)
    (tmp_path / "config.yaml").write_text("collections_root: collections\n", encoding="utf-8")
    with serving(tmp_path) as url:
        bodies = [ask(f"{url}/shared/{at:%Y%m%d%H%M%S}id_/{STORY.url}")[2] for at in times(archive)[:3]]
    assert [b"\xe6\x94\xb9\xe8\xbf\x87" in body for body in bodies] == [False, False, True]
