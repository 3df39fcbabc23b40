"""What goes out of an archive: captures as they stand, which other people's programs read."""

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import zipfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from crawler.replay.saved_pages import open_saved
from crawler.run.existing_archive import existing_archive
from crawler.times import parse_time
from crawler.wacz.check_package import check_package
from crawler.wacz.check_records import check_records
from crawler.wacz.export_captures import CDXJ, WACZ, Wanted, export_captures
from crawler.wacz.signature import load_public_key
from crawler.warc.captures import Captures
from tests.support.archived import CAPTURES, capture, copy_of, make_archive
from tests.support.archives import Archive
from tests.support.sites import stories
from tests.support.wacz_files import key_files
from tests.support.warcs import http, record, save
from tests.support.webarchive.pywb_server import programs


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Two runs; what the second one captures are revisits."""
    return make_archive(tmp_path_factory.mktemp("exported"))


def export(archive: Archive, path: Path, wanted: Wanted = Wanted(), **settings: str) -> tuple[int, list[str]]:  # noqa: B008  # frozen
    ours = Settings({"ARCHIVE_DIR": str(archive.folder)} | settings)
    ours.setmodule("crawler.settings", priority="default")
    with existing_archive(ours) as opened, path.open("wb") as file:
        return export_captures(path.suffix.removeprefix("."), opened, ours, wanted, file)


def content(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as package:
        return package.read(name)


def index(path: Path) -> list[tuple[str, dict[str, Any]]]:
    lines = gzip.decompress(content(path, "indexes/index.cdx.gz")).decode().splitlines()
    return [(line.rpartition(" {")[0], json.loads(line.split(" ", 2)[2])) for line in lines]


def test_py_wacz_and_our_own_checks_find_nothing_wrong_with_it(archive: Archive, tmp_path: Path) -> None:
    private, public = key_files(tmp_path)
    path = tmp_path / "all.wacz"
    count, damaged = export(archive, path, ARCHIVE_SIGNING_KEY=str(private), ARCHIVE_CONTACT="me@alice.example")
    assert (count, damaged) == (CAPTURES, [])
    words = [programs() / "wacz", "validate", "-f", path]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert (done.returncode, "Validation succeeded, the passed WACZ is valid" in done.stdout) == (0, True), done.stdout
    stated = check_package(path)
    assert (stated.name, stated.signer) == ("alice.example", load_public_key(public))
    check_records(path, archive.at)


def test_the_same_captures_make_the_same_file(archive: Archive, tmp_path: Path) -> None:
    private, _ = key_files(tmp_path)
    for name in ("a.wacz", "b.wacz"):
        export(archive, tmp_path / name, ARCHIVE_SIGNING_KEY=str(private))
    assert (tmp_path / "a.wacz").read_bytes() == (tmp_path / "b.wacz").read_bytes()


def test_its_index_leads_to_each_record(archive: Archive, tmp_path: Path) -> None:
    export(archive, path := tmp_path / "all.wacz")
    warc = content(path, "archive/data-00000.warc.gz")
    lines = index(path)
    assert [key for key, _ in lines] == sorted(key for key, _ in lines)
    assert len(lines) == CAPTURES
    for _, fields in lines:
        offset, length = int(fields["offset"]), int(fields["length"])
        record = warc[offset : offset + length]
        assert f"sha256:{hashlib.sha256(record).hexdigest()}" == fields["recordDigest"]
        assert f"WARC-Target-URI: {fields['url']}\r\n".encode() in gzip.decompress(record)
    first, place = content(path, "indexes/index.idx").decode().splitlines()[1].rsplit(" {", 1)
    block = json.loads(f"{{{place}")
    assert (first, block["offset"]) == (lines[0][0], 0)
    assert block["length"] == len(content(path, "indexes/index.cdx.gz"))


def test_its_pages_are_the_archives_texts(archive: Archive, tmp_path: Path) -> None:
    export(archive, path := tmp_path / "all.wacz")
    head, *pages = [json.loads(line) for line in content(path, "pages/pages.jsonl").splitlines()]
    assert head["format"] == "json-pages-1.0" and head["hasText"]
    captured = {(fields["url"], key.split(" ")[1]) for key, fields in index(path)}
    texts = {story.title: "\n".join(story.paragraphs) for story in stories(3)}
    assert {page["title"]: page["text"] for page in pages} == texts
    for page in pages:
        assert (page["url"], "".join(filter(str.isdigit, page["ts"]))) in captured


def test_it_replays_as_the_archive_does(archive: Archive, tmp_path: Path) -> None:
    export(archive, path := tmp_path / "all.wacz")
    ours, theirs = open_saved(archive.folder / "captures"), open_saved(path)
    for captured in Captures(path).all():
        one, other = ours(captured.url), theirs(captured.url)
        assert one and other and (one.status, one.headers, one.body) == (other.status, other.headers, other.body)


def test_a_revisit_takes_along_the_payload_of_another_time(archive: Archive, tmp_path: Path) -> None:
    newest = max(capture.at for capture in Captures(archive.folder / "captures").all())
    count, _ = export(archive, path := tmp_path / "second.wacz", Wanted(since=newest - timedelta(seconds=5)))
    kinds = Counter(capture.is_revisit for capture in Captures(path).all())
    assert kinds[True] == kinds[False] and kinds.total() == count < CAPTURES
    replayed = open_saved(path)
    assert all((saved := replayed(capture.url)) and saved.body for capture in Captures(path).all())


def test_an_empty_window_is_said_and_is_no_file(archive: Archive, tmp_path: Path) -> None:
    wanted = Wanted(parse_time("since", "1999-01-01"), parse_time("until", "1999-01-02"))
    for kind in (WACZ, CDXJ):
        with pytest.raises(ValueError, match="there are no captures since 1999-01-01 00:00 until 1999-01-02 00:00"):
            export(archive, tmp_path / f"none.{kind}", wanted)


def test_of_a_list_of_all_nothing_is_missing(archive: Archive, tmp_path: Path) -> None:
    count, _ = export(archive, listed := tmp_path / "all.cdxj")
    assert count == CAPTURES == len(listed.read_text(encoding="utf-8").splitlines())
    with pytest.raises(ValueError, match="there are no captures that the lists lack"):
        export(archive, tmp_path / "x.wacz", Wanted(missing_from=[listed]))
    manifests = sorted((archive.folder / "manifests").glob("*.txt"))
    with pytest.raises(ValueError, match="there are no captures that the lists lack"):
        export(archive, tmp_path / "x.wacz", Wanted(missing_from=manifests))


def test_what_a_list_lacks_goes_out_with_what_it_stands_on(archive: Archive, tmp_path: Path) -> None:
    export(archive, listed := tmp_path / "all.cdxj")
    *lines, _ = listed.read_text(encoding="utf-8").splitlines(keepends=True)
    lacking = [line for line in lines if "/doc-" in line][:1]
    listed.write_text("".join(line for line in lines if line not in lacking), encoding="utf-8")
    export(archive, path := tmp_path / "x.wacz", Wanted(missing_from=[listed]))
    assert {fields["url"] for _, fields in index(path)} > {json.loads(lacking[0].split(" ", 2)[2])["url"]}
    assert len(index(path)) < CAPTURES


def test_a_damaged_record_is_named_and_left_out(archive: Archive, tmp_path: Path) -> None:
    copy = copy_of(archive, tmp_path)
    victim = capture(copy)
    first = next(iter(Captures(victim).all()))
    data = bytearray(victim.read_bytes())
    times = victim.stat().st_atime_ns, victim.stat().st_mtime_ns
    data[first.offset + first.length // 2] ^= 0xFF
    victim.write_bytes(data)
    os.utime(victim, ns=times)  # the index that stands beside it does not know
    count, damaged = export(copy, path := tmp_path / "x.wacz")
    assert [line.rpartition(": ")[0] for line in damaged] == [f"{victim.name} at {first.offset}"]
    assert count == len(index(path)) == CAPTURES - 1


@pytest.mark.parametrize("kind", ["wacz", "cdxj"])
def test_what_is_behind_the_cut_of_a_warc_is_named(archive: Archive, tmp_path: Path, kind: str) -> None:
    copy = copy_of(archive, tmp_path)
    victim = capture(copy)
    places = [held.offset for held in Captures(victim).all()]
    cut = places[len(places) // 2]
    os.truncate(victim, cut + 100)
    count, damaged = export(copy, tmp_path / f"x.{kind}")
    assert [line.rpartition(": ")[0] for line in damaged] == [f"{victim.name} at {cut}"]
    assert 0 < count < CAPTURES


def test_a_revisit_of_what_no_file_holds_any_more_is_named(archive: Archive, tmp_path: Path) -> None:
    copy = copy_of(archive, tmp_path)
    capture(copy).unlink()
    with pytest.raises(ValueError, match="unresolved_revisit"):  # the second run has nothing else
        export(copy, tmp_path / "x.wacz")


def test_what_a_run_still_writes_is_left_to_a_later_time(archive: Archive, tmp_path: Path) -> None:
    copy = copy_of(archive, tmp_path)
    shutil.move(capture(copy, 1), capture(copy, 1).with_suffix(".gz.open"))
    count, _ = export(copy, tmp_path / "x.wacz")
    assert 0 < count < CAPTURES


def test_pages_of_another_site_stay_where_they_are(archive: Archive, tmp_path: Path) -> None:
    copy = copy_of(archive, tmp_path)
    save(copy.folder / "captures/other.warc.gz", [record(http(b"other"), "https://example.org/")])
    assert export(copy, tmp_path / "x.wacz")[0] == CAPTURES
