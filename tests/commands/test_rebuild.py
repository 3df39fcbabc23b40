"""What `scrapy rebuild` makes of captures alone, and of an archive that older code wrote."""

import hashlib
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from scrapy.settings import Settings

from crawler.archive.lock import archive_lock
from crawler.post.extractor import EXTRACTOR
from crawler.rebuild.rebuild import Rebuild
from crawler.rebuild.report import Report
from crawler.rebuild.selection import Selection
from tests.conftest import Crawled
from tests.support.archives import Archive
from tests.support.crawling import OFFLINE, ROOT, SCRAPY, environment, posts
from tests.support.forked_scrapy import scrapy
from tests.support.sites import GONE, Site, stories, story

TWIN = "mizmscv6604417"
# Of the catalog, what says when this machine did something.
TIMES = {"at", "archived_at", "next_check_at", "seen_at", "last_seen_at", "listed_at", "tried_at", "next_try_at"}


def command(archive: Path, *arguments: str) -> CompletedProcess[str]:
    """``scrapy rebuild`` as a person runs it."""
    return scrapy("rebuild", "-s", f"ARCHIVE_DIR={archive}", "--workers", "1", *arguments)


def rebuild(archive: Path, force: bool = False, dry_run: bool = False, **selection: Any) -> Report:
    """A rebuild in this process."""
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.set("ARCHIVE_DIR", str(archive))
    return Rebuild(settings, 1, Selection(**selection), force, dry_run).run()


def table(archive: Path, name: str, without: set[str] = TIMES) -> list[dict[str, Any]]:
    """The rows of a table of the catalog, in any order."""
    catalog = sqlite3.connect(archive / "catalog.db")
    catalog.row_factory = sqlite3.Row
    try:
        rows = catalog.execute(f"select * from {name}").fetchall()
    finally:
        catalog.close()
    return sorted(({key: row[key] for key in row if key not in without} for row in map(dict, rows)), key=str)


def change(archive: Path, statement: str, *values: object) -> None:
    catalog = sqlite3.connect(archive / "catalog.db")
    catalog.execute(statement, values)
    catalog.commit()
    catalog.close()


def lose(archive: Path) -> None:
    """Leaves the captures only."""
    shutil.rmtree(archive / "posts")
    shutil.rmtree(archive / "reports", ignore_errors=True)
    for path in archive.glob("catalog.db*"):
        path.unlink()


def post_of(archive: Path, doc_id: str = TWIN) -> Path:
    return next((archive / "posts").rglob(f"{doc_id}.md"))


def age(archive: Path, doc_id: str = TWIN) -> str:
    """Makes a post one that an older extractor wrote; returns the text that it should have."""
    path = post_of(archive, doc_id)
    text = path.read_text(encoding="utf-8")
    older = text.replace("title: '", "title: '旧").replace("\n\n[原文链接]", "\n\n微信扫码\n\n[原文链接]")
    path.write_text(older, encoding="utf-8")
    values = ("0", "旧", hashlib.sha256(older.encode()).hexdigest(), doc_id)
    change(archive, "update articles set extractor = ?, editor = ?, file_hash = ? where doc_id = ?", *values)
    return text


@pytest.fixture
def archive(crawled: Crawled, tmp_path: Path) -> Path:
    """A copy of the archive of the whole bundled site."""
    return Path(shutil.copytree(crawled.archive, tmp_path / "archive"))


@pytest.fixture(scope="module")
def revised(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """An archive that saw an article edited, one vanish, and one vanish and come back."""
    folder = tmp_path_factory.mktemp("revised")
    site = Site(folder / "site").add(*stories(4))
    kept = Archive(site, folder / "archive")
    capturing: dict[str, Any] = {"ARCHIVE_CAPTURE_ENABLED": "1"}
    assert kept.run(settings=capturing).status == 0
    edited, gone, back = story(1).edited("改过的第一段，比原来的长一些。"), story(2).edited("二"), story(3).edited("三")
    site.add(edited, gone, back).put(gone.url, GONE).put(back.url, GONE)
    kept.run(settings=capturing)
    kept.run(timedelta(hours=2), settings=capturing)
    site.restore(back.url).add(back.edited("三又回来了。"))
    kept.run(settings=capturing)
    yield kept


def test_posts_and_catalog_come_back_from_the_captures_alone_by_one_command(
    crawled: Crawled, archive: Path, tmp_path: Path
) -> None:
    lose(archive)
    log = tmp_path / "network.log"
    offline = environment(PYTHONPATH=f"{ROOT}:{OFFLINE}", OFFLINE_LOG=str(log))
    words = [*SCRAPY, "rebuild", "-s", f"ARCHIVE_DIR={archive}", "--workers", "1"]
    run = subprocess.run(words, cwd=ROOT, env=offline, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stdout + run.stderr
    assert posts(archive) == posts(crawled.archive)
    for name in ("articles", "revisions", "aliases", "entries", "listed", "bands"):
        assert table(archive, name) == table(crawled.archive, name), name
    assert set(log.read_text(encoding="utf-8").splitlines()) == {"watching"}


def test_revisions_and_tombstones_come_back_at_the_times_of_their_captures(revised: Archive, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(revised.folder, tmp_path / "archive"))
    lose(folder)
    rebuild(folder)
    assert posts(folder) == posts(revised.folder)
    wanted = table(revised.folder, "revisions", set())
    assert len(wanted) == 4 + 1 + 1 + 2
    assert table(folder, "revisions", set()) == wanted
    columns = {"doc_id", "gone", "archived_at", "revision", "content_hash", "path"}
    others = set(table(folder, "articles", set())[0]) - columns
    assert table(folder, "articles", others) == table(revised.folder, "articles", others)


def test_a_recovery_that_was_broken_off_goes_on_and_gives_the_same(revised: Archive, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(revised.folder, tmp_path / "archive"))
    lose(folder)
    rebuild(folder)
    whole = table(folder, "revisions", set())
    change(folder, "delete from revisions where number > 2")
    change(folder, "update articles set revision = 2, gone = 'gone' where revision > 2")
    change(folder, "update runs set ended_at = null where run like '%-recover'")
    rebuild(folder)
    assert [{**row, "post": None} for row in table(folder, "revisions", set())] == [
        {**row, "post": None} for row in whole
    ]
    assert posts(folder) == posts(revised.folder)


def test_a_dry_run_of_a_lost_archive_makes_nothing(archive: Path) -> None:
    count = len(posts(archive))
    lose(archive)
    before = {path for path in archive.rglob("*") if path.suffix != ".cdxj"}
    done = rebuild(archive, dry_run=True)
    assert done.count("written") == count
    assert {path for path in archive.rglob("*") if path.suffix != ".cdxj"} == before


def test_a_post_edited_by_hand_survives_the_loss_of_the_catalog(archive: Path) -> None:
    path = post_of(archive)
    path.write_text("eigen", encoding="utf-8")
    for catalog in archive.glob("catalog.db*"):
        catalog.unlink()
    assert rebuild(archive).outcomes[TWIN] == "kept"
    assert path.read_text(encoding="utf-8") == "eigen"


def test_what_today_s_extractor_made_is_not_made_again(archive: Path) -> None:
    done = rebuild(archive)
    assert (done.count("skipped"), done.outcomes) == (len(posts(archive)), {})


def test_a_post_that_is_missing_is_made_again(archive: Path) -> None:
    text = post_of(archive).read_bytes()
    post_of(archive).unlink()
    done = rebuild(archive)
    assert done.outcomes == {TWIN: "written"}
    assert post_of(archive).read_bytes() == text


def test_what_an_older_extractor_made_is_made_anew_as_no_new_revision(archive: Path) -> None:
    before = table(archive, "articles"), table(archive, "revisions"), table(archive, "bands")
    text = age(archive)
    done = rebuild(archive)
    assert done.outcomes == {TWIN: "replaced"}
    assert post_of(archive).read_text(encoding="utf-8") == text
    assert (table(archive, "articles"), table(archive, "revisions"), table(archive, "bands")) == before


def test_date_and_path_of_a_post_never_change(archive: Path) -> None:
    age(archive)
    before = post_of(archive)
    change(archive, "update articles set date = '2022-08-18T01:02:03Z' where doc_id = ?", TWIN)
    rebuild(archive)
    assert post_of(archive) == before
    assert "date: Thu, 18 Aug 2022 01:02:03 GMT" in before.read_text(encoding="utf-8")


def test_a_dry_run_says_what_would_change_by_field_and_layout_and_writes_nothing(archive: Path, tmp_path: Path) -> None:
    text = age(archive)
    before = posts(archive), table(archive, "articles", set())
    run = command(archive, "--dry-run", "--diff", str(tmp_path / "diff"))
    assert run.returncode == 0, run.stderr
    assert "1 replaced" in run.stdout
    assert "changed: body 1, editor 1, title 1" in run.stdout
    assert re.search(r"layout article-20\d\d: 1 articles, 1 changed", run.stdout)
    assert (posts(archive), table(archive, "articles", set())) == before
    (difference,) = (tmp_path / "diff").iterdir()
    assert difference.name == f"{TWIN}.diff"
    lines = difference.read_text(encoding="utf-8").splitlines()
    assert "-微信扫码" in lines
    assert next(line for line in lines if line.startswith("+title"))[1:] in text


@pytest.mark.parametrize("force", [False, True], ids=["kept", "forced"])
def test_a_post_edited_by_hand_is_left_alone_unless_forced(archive: Path, force: bool) -> None:
    text = age(archive)
    post_of(archive).write_text("eigen", encoding="utf-8")
    done = rebuild(archive, force=force)
    assert done.outcomes == {TWIN: "replaced" if force else "kept"}
    assert post_of(archive).read_text(encoding="utf-8") == (text if force else "eigen")
    assert done.is_whole


def test_a_rebuild_killed_between_post_and_catalog_is_no_edit_by_hand(archive: Path) -> None:
    text = age(archive)
    post_of(archive).write_text(text, encoding="utf-8")
    assert rebuild(archive).outcomes == {TWIN: "unchanged"}
    (row,) = [row for row in table(archive, "articles") if row["doc_id"] == TWIN]
    assert (row["extractor"], row["file_hash"]) == (EXTRACTOR, hashlib.sha256(text.encode()).hexdigest())


def test_only_what_is_chosen_is_rebuilt(archive: Path) -> None:
    assert rebuild(archive, doc_ids=(TWIN,)).outcomes == {TWIN: "unchanged"}
    of_two_days = [path for path in posts(archive) if path.startswith(("2024/03/05/", "2024/03/06/"))]
    run = command(archive, "--all", "--since", "2024-03-05", "--until", "2024-03-06")
    assert f"{len(of_two_days)} unchanged" in run.stdout
    assert len(of_two_days) > 1


def test_damaged_captures_are_named_and_cost_their_article_alone(archive: Path) -> None:
    (row,) = [row for row in table(archive, "revisions") if row["doc_id"] == TWIN]
    warc = archive / "captures" / row["capture_file"]
    content = bytearray(warc.read_bytes())
    middle = row["capture_offset"] + row["capture_length"] // 2
    content[middle : middle + 40] = bytes(40)
    warc.write_bytes(content)
    run = command(archive, "--all")
    assert run.returncode == 1
    others = len(posts(archive)) - 1
    assert f"{others} unchanged" in run.stdout
    assert re.search(rf"^failed: {TWIN} (?:bad_gzip|truncated)$", run.stdout, re.M)

    lose(archive)
    run = command(archive)
    assert run.returncode == 1
    assert re.search(
        rf"^damaged capture: \w+: {re.escape(row['capture_file'])} at {row['capture_offset']}", run.stdout, re.M
    )
    assert len(posts(archive)) == others


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("update revisions set capture_file = null where doc_id = ?", "no_capture"),
        ("update revisions set capture_file = 'x.warc.gz' where doc_id = ?", "missing_file"),
        ("update revisions set capture_offset = 0, capture_length = 9 where doc_id = ?", "truncated"),
    ],
    ids=["not captured", "file lost", "place wrong"],
)
def test_an_article_whose_capture_is_lost_stays_as_it_is_and_is_a_failure(
    archive: Path, statement: str, reason: str
) -> None:
    age(archive)
    before = post_of(archive).read_bytes()
    change(archive, statement, TWIN)
    done = rebuild(archive)
    assert done.outcomes == {TWIN: "failed"}
    assert done.reasons == {TWIN: reason}
    assert not done.is_whole
    assert post_of(archive).read_bytes() == before


def test_a_doc_id_that_is_not_archived_is_a_failure(archive: Path) -> None:
    assert rebuild(archive, doc_ids=("nichtda0000001",)).reasons == {"nichtda0000001": "not_in_catalog"}


def test_a_part_of_a_lost_archive_is_refused(archive: Path) -> None:
    lose(archive)
    run = command(archive, "--doc-id", TWIN)
    assert run.returncode == 1
    assert "rebuild without a choice first" in run.stdout
    assert posts(archive) == {}


def test_an_archive_without_captures_is_said_to_have_none(tmp_path: Path) -> None:
    (tmp_path / "archive/posts").mkdir(parents=True)
    run = command(tmp_path / "archive")
    assert run.returncode == 1
    assert "no such captures" in run.stdout


def test_one_writer_at_a_time_but_a_dry_run_may_look(archive: Path) -> None:
    with archive_lock(archive, 0):
        assert command(archive).returncode == 15
        assert command(archive, "--dry-run").returncode == 0
