"""`scrapy search` shows where and when something was said, or that it was not."""

import json
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.conftest import Crawled
from tests.support.catalogs import open_archive
from tests.support.crawling import posts
from tests.support.forked_scrapy import scrapy
from tests.support.servers import postgres_database

PATH = "posts/2024/03/05/namrkwx3817264.md"


def search(archive: Path, *arguments: str, **changes: str) -> CompletedProcess[str]:
    return scrapy("search", "-s", f"ARCHIVE_DIR={archive}", *arguments, COLUMNS="80", **changes)


def test_an_article_is_three_lines_when_what_and_where(crawled: Crawled) -> None:
    done = search(crawled.archive, "首席服务员", "--since", "2024-03-05", "--until", "2024-03-05")
    assert (done.returncode, done.stderr) == (0, "")
    when, where, text = done.stdout.splitlines()
    assert when == "2024-03-05 09:17  海岑市出台二十条措施支持专精特新企业 首批安排资金3.6亿元"
    assert where == f"  {PATH}"
    assert text.startswith("  …") and "建立“首席服务员”制度" in text
    assert "\x1b" not in done.stdout


def test_machine_readable_with_the_places_of_what_was_looked_for(crawled: Crawled) -> None:
    (row,) = json.loads(search(crawled.archive, "首席服务员", "--json").stdout)
    assert (row["path"], row["date"], row["gone"]) == (PATH, "2024-03-05T01:17:43Z", None)
    assert [row["snippet"][start:end] for start, end in row["marks"]] == ["首席服务员"]


def test_words_may_be_given_apart_and_phrases_in_quotes(crawled: Crawled) -> None:
    both = search(crawled.archive, "轴承", "海岑市")
    assert both.stdout == search(crawled.archive, "海岑市 轴承").stdout != ""
    assert search(crawled.archive, '"海岑市轴承"').stdout == "nothing found\n"


def test_it_says_that_there_are_more(crawled: Crawled) -> None:
    done = search(crawled.archive, "的", "--limit", "2")
    assert done.stdout.count("posts/") == 2
    assert done.stderr == "only the newest 2 are shown; --limit shows more\n"


@pytest.mark.parametrize(
    "typed", ["没有这样的话", "'; DROP TABLE articles; --", "title:海岑 OR NEAR(a b)"], ids=["words", "sql", "fts"]
)
def test_nothing_found_is_said_and_is_status_1(crawled: Crawled, typed: str) -> None:
    done = search(crawled.archive, "--", typed)
    assert (done.returncode, done.stdout, done.stderr) == (1, "nothing found\n", "")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((), "nothing to look for in ''"),
        (("！？",), "nothing to look for in '！？'"),
        (("税", "--since", "last week"), "--since: YYYY-MM-DD or YYYY-MM-DDTHH:MM is wanted, not 'last week'"),
        (("税", "--limit", "0"), "--limit wants a number from 1 on"),
        (("--stock", "600519.SZ"), "a stock such as sh600519, 600519, 600519.SH, 00700.HK or AAPL is wanted, not"),
        (("！？", "--stock", "600519"), "nothing to look for in '！？'"),
    ],
    ids=["nothing", "punctuation", "day", "limit", "stock", "punctuation and stock"],
)
def test_what_is_no_search_is_refused_with_status_2(crawled: Crawled, arguments: tuple[str, ...], why: str) -> None:
    done = search(crawled.archive, *arguments)
    assert (done.returncode, done.stdout.count("posts/")) == (2, 0)
    assert why in done.stdout + done.stderr


def test_the_index_of_a_static_site_is_made_and_renewed(crawled: Crawled, tmp_path: Path) -> None:
    folder = tmp_path / "public/search"
    count = len(posts(crawled.archive))
    done = search(crawled.archive, "--index", str(folder))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{folder}: {count} posts in ")
    assert (folder / "index.html").exists()
    assert search(crawled.archive, "--index", str(folder)).stdout.endswith(
        ", 0 of them made anew; 0 files written, 0 kB\n"
    )


def test_an_index_of_a_window_only(crawled: Crawled, tmp_path: Path) -> None:
    day = PATH.removeprefix("posts/").rpartition("/")[0].replace("/", "-")
    done = search(crawled.archive, "--index", str(tmp_path / "search"), "--since", day, "--until", day)
    assert f": {len(list((crawled.archive / PATH).parent.iterdir()))} posts in 1 parts" in done.stdout


def test_an_index_goes_into_no_folder_of_others_and_takes_no_words(crawled: Crawled, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("a site")
    done = search(crawled.archive, "--index", str(tmp_path))
    assert (done.returncode, done.stderr) == (
        1,
        f"{tmp_path} has other files: the index wants a folder of its own\n",
    )
    done = search(crawled.archive, "--index", str(tmp_path / "search"), "税")
    assert done.returncode == 2
    assert "--index takes no words and no stock: they are typed on the site" in done.stdout + done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]


def test_an_empty_archive_has_nothing(tmp_path: Path) -> None:
    open_archive(tmp_path / "archive").close()
    assert search(tmp_path / "archive", "税").stdout == "nothing found\n"


def test_a_catalog_in_postgresql_is_refused_and_says_why(tmp_path: Path, postgres: str) -> None:
    with postgres_database(postgres) as url:
        open_archive(tmp_path, ARCHIVE_DATABASE_URL=url).close()
        done = search(tmp_path, "税", ARCHIVE_DATABASE_URL=url)
    assert done.returncode == 2
    assert "full-text search needs an SQLite catalog; this one is postgresql" in done.stdout + done.stderr
