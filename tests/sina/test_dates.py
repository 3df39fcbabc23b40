"""When an article was published, from what is displayed and what the metadata say."""

from datetime import date, datetime

import pytest

from crawler.sina.dates import parse_date, published_at
from crawler.times import BEIJING


def moment(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BEIJING)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2005年03月31日03:18", (2005, 3, 31, 3, 18)),
        ("2014年03月01日 02:42", (2014, 3, 1, 2, 42)),
        ("2012年05月17日\xa006:40", (2012, 5, 17, 6, 40)),
        ("2012年05月17日\u300006:40", (2012, 5, 17, 6, 40)),
        ("2012年5月7日6:40", (2012, 5, 7, 6, 40)),
        ("2012 年 5 月 7 日 6：40：09", (2012, 5, 7, 6, 40, 9)),
        ("http://finance.sina.com.cn 2004年11月16日 10:24 中国产业参考报", (2004, 11, 16, 10, 24)),
        ("2005.08.26 05:39", (2005, 8, 26, 5, 39)),
        ("2005/8/26 05:39", (2005, 8, 26, 5, 39)),
        ("2018-09-28 15:21:40", (2018, 9, 28, 15, 21, 40)),
        ("2018-09-28T15:21:40+08:00", (2018, 9, 28, 15, 21, 40)),
        ("2018-09-28", (2018, 9, 28)),
        ("2014年03月01日", (2014, 3, 1)),
        ("更新：2月30日，2014-02-30 08:00，2014-03-01 09:30", (2014, 3, 1, 9, 30)),
    ],
)
def test_every_way_sina_writes_a_date_is_read(text: str, parts: tuple[int, ...]) -> None:
    assert parse_date(text) == moment(*parts)
    assert str(parse_date(text)).endswith("+08:00")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "昨天 10:24",
        "10:24",
        "2014-02-30",
        "2014年13月01日",
        "2014年00月00日 00:00",
        "1814年3月1日",
        "2014年3月",
        "3月1日",
    ],
)
def test_an_impossible_or_unfinished_date_is_none(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize("text", ["2014年03月01日 24:00", "2014年03月01日 12:61", "2014年03月01日 02:42:99"])
def test_an_impossible_time_is_none_rather_than_another(text: str) -> None:
    assert parse_date(text) is None


SHOWN = "2018年07月11日 09:28"


@pytest.mark.parametrize(
    ("displayed", "metas", "parts"),
    [
        pytest.param(SHOWN, [], (2018, 7, 11, 9, 28), id="alone"),
        pytest.param(SHOWN, ["2018-07-11T09:28:16+08:00"], (2018, 7, 11, 9, 28, 16), id="seconds-of-one-that-agrees"),
        pytest.param(SHOWN, ["2018-07-11 10:08:39", "2018-07-11 09:28:16"], (2018, 7, 11, 9, 28, 16), id="the-second"),
        pytest.param(SHOWN, ["2018-07-11T10:08:39+08:00"], (2018, 7, 11, 9, 28), id="a-later-one-is-ignored"),
        pytest.param(SHOWN, ["", "soon", "2018-07-41"], (2018, 7, 11, 9, 28), id="nonsense-is-ignored"),
        pytest.param(SHOWN + ":05", ["2018-07-11 09:28:16"], (2018, 7, 11, 9, 28, 5), id="own-seconds-win"),
        pytest.param("2018年07月11日", ["2018-07-11 10:08:39"], (2018, 7, 11, 10, 8, 39), id="a-day-takes-its-time"),
        pytest.param("2018年07月11日", ["2018-07-12 10:08:39"], (2018, 7, 11), id="but-not-that-of-another-day"),
        pytest.param("", ["", "2018-07-11 10:08:39", "2018-07-12"], (2018, 7, 11, 10, 8, 39), id="nothing-displayed"),
        pytest.param("市场资讯", ["2018-07-11 10:08:39"], (2018, 7, 11, 10, 8, 39), id="no-date-displayed"),
    ],
)
def test_the_displayed_minute_wins_and_metas_make_it_exact(
    displayed: str, metas: list[str], parts: tuple[int, ...]
) -> None:
    assert published_at(displayed, metas) == moment(*parts)


def test_without_any_date_there_is_no_time() -> None:
    assert published_at("市场资讯", ["", "2018-13-01"]) is None


@pytest.mark.parametrize(
    ("displayed", "parts"),
    [("09月28日07:56", (2018, 9, 28, 7, 56)), ("2019年09月28日07:56", (2019, 9, 28, 7, 56)), ("02月30日07:56", None)],
)
def test_a_year_that_is_left_out_is_that_of_the_url(displayed: str, parts: tuple[int, ...] | None) -> None:
    assert published_at(displayed, [], date(2018, 9, 28)) == (moment(*parts) if parts else None)


def test_without_a_day_in_the_url_a_date_without_year_is_none() -> None:
    assert published_at("09月28日07:56", []) is None


def test_a_displayed_second_of_zero_is_a_second() -> None:
    assert published_at("2018-07-11 09:28:00", ["2018-07-11 09:28:16"]) == moment(2018, 7, 11, 9, 28)


def test_a_time_in_another_zone_is_moved_to_beijing() -> None:
    assert parse_date("2018-09-28T07:21:40Z") == moment(2018, 9, 28, 15, 21, 40)
