"""The arguments of sina_history are refused before anything is asked."""

from datetime import date
from pathlib import Path

import pytest

from crawler.run.history_arguments import HistoryArguments
from crawler.spiders.sina_history import SinaHistorySpider


def test_a_window_of_days_ends_after_its_last() -> None:
    parsed = HistoryArguments.parse(since="2010-01-01", until="2010-12-31", order="oldest")
    assert parsed.days == (date(2010, 1, 1), date(2011, 1, 1))
    assert parsed.archives == ("internet_archive", "common_crawl")
    assert not parsed.is_newest_first


def test_archives_are_named_once_each() -> None:
    assert HistoryArguments.parse(archives="common_crawl, common_crawl").archives == ("common_crawl",)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"until": "2010-01-01"}, "until is given without since"),
        ({"since": "2010-02-01", "until": "2010-01-01"}, "since 2010-02-01 is after until 2010-01-01"),
        ({"since": "2010-01-01T12:00"}, "since: a day is wanted"),
        ({"since": "2010-13-01"}, "since: "),
        ({"archives": "wayback"}, "archives: internet_archive or common_crawl is wanted, not 'wayback'"),
        ({"order": "random"}, "order: newest or oldest is wanted"),
        ({"gaps": "yes"}, "gaps: 0 or 1 is wanted"),
        ({"records": "/nowhere"}, "records: no such file"),
        ({"urls": "a", "records": "b"}, "urls and records are given"),
        ({"urls": "a", "since": "2010-01-01"}, "urls is given with a window"),
        ({"sinse": "2010-01-01"}, "unknown argument 'sinse' (did you mean since?)"),
    ],
)
def test_a_bad_one_is_named(arguments: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError) as caught:
        SinaHistorySpider(**arguments)
    assert str(caught.value).startswith(said)


def test_a_file_of_urls_is_read(tmp_path: Path) -> None:
    (tmp_path / "urls").write_text("# a comment\nhttps://finance.sina.com.cn/g/20110604/09359912874.shtml\n", "utf-8")
    parsed = HistoryArguments.parse(urls=str(tmp_path / "urls"))
    assert parsed.urls == [(2, "https://finance.sina.com.cn/g/20110604/09359912874.shtml")]
