"""On a terminal of 80 columns nothing of a table is cut; days and times are Beijing's, lists have their names."""

from io import StringIO
from typing import Any

from rich.console import Console, RenderableType

from crawler.archive.ledger import DayCount
from crawler.status.channel_name import channel_name
from crawler.status.terminal import days_table, revisions_of_articles


def lines(shown: RenderableType) -> list[str]:
    console = Console(width=80, record=True, file=StringIO())
    console.print(shown)
    return [line.rstrip() for line in console.export_text().splitlines()]


def revision(**changes: Any) -> dict[str, Any]:
    row = {"seen_at": "2012-05-17T16:30:00Z", "seen_by": "internet_archive", "doc_id": "20120517-064015084461"}
    return row | {"number": 1, "title": "题", "gone": None, "what": "first", "also_seen_by": []} | changes


def test_a_day_says_in_its_last_column_what_is_missing_and_who_holds_it() -> None:
    day = DayCount("1686", "2012-05-17", 20, 12, 3, 2, 1, 2, {"http_404": 4, "empty_body": 2})
    shown = lines(days_table([day], {("2012-05-17", "1686"): {"internet_archive": 3}}))
    assert not any("…" in line for line in shown)
    assert shown[3].split()[:6] == ["2012-05-17", "国内滚动", "20", "12", "2", "6"]
    told = "".join(line[len("2012-05-17  国内滚动") :] for line in shown).replace(" ", "")
    assert "http_4044,empty_body2,notfetchedyet2,heldbyinternet_archive3" in told


def test_a_list_has_its_name_and_what_has_none_its_number() -> None:
    assert [channel_name(name) for name in ("1686", "column:56689", "7x24", "99")] == [
        "国内滚动", "column 央行动态", "7x24", "99",
    ]  # fmt: skip


def test_the_texts_of_an_article_stand_together_with_whole_ids_and_times_in_beijing() -> None:
    again = [{"seen_by": "common_crawl", "first_at": "2013-01-01T00:00:00Z", "last_at": "2014-01-01T00:00:00Z"}]
    rows = [revision(also_seen_by=again), revision(doc_id="b"), revision(number=2, gone="http_404", what="gone")]
    shown = lines(revisions_of_articles(rows))
    assert [line for line in shown if line and not line.startswith(" ")] == ["20120517-064015084461  题", "b  题"]
    assert not any("…" in line for line in shown)
    assert any(line.split()[:2] == ["2012-05-18", "00:30"] for line in shown)
    assert "common_crawl until 2014-01-01 08:00" in " ".join(" ".join(shown).split())
    assert any("gone: http_404" in line for line in shown)
