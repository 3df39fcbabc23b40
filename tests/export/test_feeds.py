"""Feeds are valid, have the newest first and in full text, and show what was edited."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.archive import archive as archives
from crawler.export.atom import write_atom
from crawler.export.feed import Entry, Feed, entry_id, feed_id
from crawler.export.json_feed import write_json_feed
from crawler.export.rows import RowFilter
from crawler.export.write_feed import FEED_WRITERS, write_feed
from crawler.run.places import FEED_FORMATS
from tests.support.archives import Archive
from tests.support.catalogs import open_archive
from tests.support.feeds import atom, json_feed
from tests.support.sites import NOON, Site, stories, story

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ONE = story(1, NOON, title="甲 &lt;b&gt;&amp;", paragraphs=("增长3.4%，居首<sup>[1]</sup>。", "第二段。"))
MOMENT = datetime(2021, 7, 9, 6, 20, 37, tzinfo=UTC)
NASTY = "\x00\x0b\x1f]]>&lt;<b>\ud7ff\ufffe\uffff🙂\"'"


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The first is archived on the 5th of March, edited on the 6th, gone on the 7th, and back as it was on the 8th."""
    folder = tmp_path_factory.mktemp("feeds")
    archive = Archive(Site(folder / "site").add(ONE, *stories(5, first=2)), folder / "archive")
    archive.run()
    archive.site.add(ONE.edited("增长3.6%，居首<sup>[1]</sup>。"))
    archive.run(after=DAY)
    archive.site.put(ONE.url, None)
    archive.run(after=DAY)
    archive.run(after=2 * HOUR)
    archive.site.restore(ONE.url).add(ONE.edited("增长3.6%，居首<sup>[1]</sup>。", after=3 * DAY))
    archive.run(after=DAY - 2 * HOUR)
    return archive


@pytest.fixture
def opened(edited: Archive) -> Iterator[archives.Archive]:
    with open_archive(edited.folder) as archive:
        yield archive


def feed(archive: archives.Archive, is_of_edits: bool = False, kind: str = "atom", **row_filter: Any) -> Any:
    file = io.BytesIO()
    row_filter.setdefault("newest", 50)
    count = write_feed(archive, RowFilter(**row_filter), is_of_edits, kind, file)
    read = atom(file.getvalue()) if kind == "atom" else json_feed(file.getvalue())
    assert count == len(read["entries" if kind == "atom" else "items"])
    return read


def test_the_newest_articles_stand_first_in_full_text(opened: archives.Archive) -> None:
    entries = feed(opened, newest=3).entries
    assert [entry.title for entry in entries] == ["第6号新闻", "第5号新闻", "第4号新闻"]
    assert entries[0].link == story(6).url
    assert (entries[0].author, entries[0].published) == ("海岑日报", "2024-03-04T04:06:00Z")
    (first,) = (entry for entry in feed(opened).entries if ONE.doc_id in entry.id)
    assert first.title == "甲 <b>&"
    assert first.content[0].value == "<p>增长3.6%，居首<sup>[1]</sup>。</p>\n<p>第二段。</p>"


def test_both_formats_say_the_same(opened: archives.Archive) -> None:
    for is_of_edits in (False, True):
        read, items = feed(opened, is_of_edits), feed(opened, is_of_edits, "jsonfeed")["items"]
        assert [entry.id for entry in read.entries] == [item["id"] for item in items]
        assert [entry.updated for entry in read.entries] == [item["date_modified"] for item in items]
        assert [entry.content[0].value for entry in read.entries] == [item["content_html"] for item in items]


def test_each_edit_and_deletion_is_an_entry(opened: archives.Archive) -> None:
    back, gone, changed = feed(opened, is_of_edits=True).entries
    assert [entry.title for entry in (changed, gone, back)] == ["修改：甲 <b>&", "删除：甲 <b>&", "修改：甲 <b>&"]
    assert [entry.id.rpartition("/")[2] for entry in (changed, gone, back)] == ["2", "3", "4"]
    assert "<p>增长<del>3.4%</del><ins>3.6%</ins>，居首^[1]。</p>\n<p>……</p>" in changed.content[0].value
    assert "<p>2024-03-05 12:05 所见 → 2024-03-06 12:05 所见（第 2 版）</p>" in changed.content[0].value
    assert "（http_404）" in gone.content[0].value
    assert "<p><del>增长3.6%，居首^[1]。</del></p>\n<p><del>第二段。</del></p>" in gone.content[0].value
    assert "与此前的文本相同" in back.content[0].value


def test_as_it_was_known_there_is_no_later_edit(opened: archives.Archive) -> None:
    march_6 = NOON + 2 * DAY + HOUR
    assert [entry.id for entry in feed(opened, True, as_of=march_6).entries] == [entry_id(ONE.doc_id, NOON, 2)]
    assert feed(opened, True, as_of=march_6 - DAY).entries == []
    assert feed(opened, True, since=NOON + timedelta(minutes=1)).entries == []


def test_an_article_that_is_gone_says_so_above_its_last_text(opened: archives.Archive) -> None:
    (entry,) = (entry for entry in feed(opened, as_of=NOON + 3 * DAY + 3 * HOUR).entries if ONE.doc_id in entry.id)
    assert entry.content[0].value.startswith("<p><em>原文已不在新浪（http_404，2024-03-07")
    assert "增长3.6%" in entry.content[0].value
    assert entry.updated > entry.published


def test_a_text_that_was_edited_by_hand_is_not_compared_as_if_sina_had_shown_it(tmp_path: Path) -> None:
    archive = Archive(Site(tmp_path / "site").add(ONE), tmp_path / "archive")
    archive.run()
    archive.site.add(ONE.edited("增长3.6%。"))
    archive.run(after=DAY)
    path = archive.post_file(ONE.doc_id)
    path.write_text(path.read_text(encoding="utf-8").replace("3.6%", "手写"), encoding="utf-8")
    with open_archive(archive.folder) as opened:
        (entry,) = feed(opened, is_of_edits=True).entries
    assert "手写" not in entry.content[0].value
    assert "有一版的文本不在存档中" in entry.content[0].value


def test_what_only_changes_title_or_markup_is_shown_too(tmp_path: Path) -> None:
    archive = Archive(Site(tmp_path / "site").add(ONE), tmp_path / "archive")
    archive.run()
    archive.site.add(story(1, NOON, title="乙", paragraphs=ONE.paragraphs, modified=NOON + HOUR))
    archive.run(after=DAY)
    bold = ("<strong>增长3.4%</strong>，居首<sup>[1]</sup>。", "第二段。")
    archive.site.add(story(1, NOON, title="乙", paragraphs=bold, modified=NOON + 2 * HOUR))
    archive.run(after=DAY)
    with open_archive(archive.folder) as opened:
        markup, title = feed(opened, is_of_edits=True).entries
    assert "<h2><del>甲 &lt;b&gt;&amp;</del><ins>乙</ins></h2>" in title.content[0].value
    assert "<ins>**</ins>" in markup.content[0].value


@pytest.mark.parametrize("kind", FEED_WRITERS)
def test_the_feed_of_an_empty_archive_is_valid_and_always_the_same(tmp_path: Path, kind: str) -> None:
    with open_archive(tmp_path) as archive:
        assert feed(archive, kind=kind) == feed(archive, kind=kind)
        assert not feed(archive, kind=kind)["entries" if kind == "atom" else "items"]
        assert not feed(archive, True, kind)["entries" if kind == "atom" else "items"]


@pytest.mark.parametrize(("write", "read"), [(write_atom, atom), (write_json_feed, json_feed)])
def test_no_title_or_text_makes_a_feed_that_is_none(write: Any, read: Any) -> None:
    entry = Entry(entry_id("a", MOMENT), NASTY, "https://finance.sina.com.cn/?a=1&b=<\x02>", MOMENT, MOMENT,
                  f"<p>{NASTY}</p>", NASTY, (NASTY, ""))  # fmt: skip
    file = io.BytesIO()
    assert write(Feed(feed_id("x"), "题", "作者", [entry]), file) == 1
    read_feed = read(file.getvalue())
    (title,) = [entry["title"] for entry in read_feed["entries" if read is atom else "items"]]
    assert "]]>" in title and "🙂" in title


def test_an_id_has_only_what_never_changes(opened: archives.Archive) -> None:
    then, now = feed(opened, as_of=NOON + DAY + HOUR), feed(opened)
    assert [entry.id for entry in then.entries] == [entry.id for entry in now.entries]
    assert entry_id("kqcfnca5774437", MOMENT, 2) == "tag:finance.sina.com.cn,2021-07-09:kqcfnca5774437/2"


def test_every_format_that_a_name_can_mean_can_be_written() -> None:
    assert set(FEED_FORMATS.values()) == FEED_WRITERS.keys()
