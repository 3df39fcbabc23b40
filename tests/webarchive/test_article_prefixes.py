"""The prefixes with which an index is asked for articles: all of a window, each once, and in order."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sina.urls import identify
from crawler.webarchive.article_prefixes import SECTIONS, Section, prefixes

CHINA = Section("finance.sina.com.cn/china/")
DAYS = st.dates(date(2003, 1, 1), date(2026, 12, 31))


@given(DAYS, st.integers(0, 800), st.booleans(), st.booleans())
def test_each_day_of_a_window_is_asked_for_once_and_no_other(
    since: date, length: int, newest_first: bool, by_year: bool
) -> None:
    until = since + timedelta(days=length)
    pieces = [(prefix.since, prefix.until) for prefix in prefixes(since, until, [CHINA], newest_first, by_year)]
    pieces = list(dict.fromkeys(pieces))  # one of each form
    assert pieces == sorted(pieces, reverse=newest_first)
    days = sum((end - first).days for first, end in pieces)
    assert days == length
    assert not length or (min(pieces)[0], max(pieces)[1]) == (since, until)


ADDRESSES = [
    "http://finance.sina.com.cn/g/20051229/1801472429.shtml",
    "http://finance.sina.com.cn/china/20140301/024218372262.shtml",
    "http://finance.sina.com.cn/china/hgjj/20100124/07427299073.shtml",
    "http://finance.sina.com.cn/china/20150919/013123292488.shtml",
    "http://finance.sina.com.cn/roll/20031017/0612478149.shtml",
    "http://finance.sina.com.cn/20110604/13399947639.shtml",
    "http://finance.sina.com.cn/china/2016-08-03/doc-ifxunzmt2103966.shtml",
    "https://finance.sina.com.cn/china/gncj/2022-02-23/doc-imcwiwss2403820.shtml",
    "https://finance.sina.com.cn/roll/2016-11-19/doc-ifxxwsix4111905.shtml",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("by_year", [True, False])
@pytest.mark.parametrize("margin", [0, 45, 800])
def test_an_article_of_a_known_section_is_reached_by_one_prefix(address: str, by_year: bool, margin: int) -> None:
    day = identify(address).day
    assert day
    window = (max(day - timedelta(days=margin), date(2003, 1, 1)), day + timedelta(days=margin + 1))
    reaching = [
        prefix for prefix in prefixes(*window, by_year=by_year) if address.partition("//")[2].startswith(prefix.text)
    ]
    assert len(reaching) == 1 and reaching[0].since <= day < reaching[0].until


def test_whole_months_are_asked_for_at_once_and_others_by_the_day() -> None:
    texts = [prefix.text for prefix in prefixes(date(2010, 2, 27), date(2010, 4, 3), [CHINA])]
    assert texts == [
        f"finance.sina.com.cn/china/{day}" for day in ("20100227/", "20100228/", "201003", "20100401/", "20100402/")
    ]


def test_whole_years_are_asked_for_at_once_where_that_is_wanted() -> None:
    texts = [prefix.text for prefix in prefixes(date(2015, 1, 1), date(2018, 2, 1), [CHINA], by_year=True)]
    assert texts == [f"finance.sina.com.cn/china/{day}" for day in ("2015", "2016", "2017", "2018-01")]


def test_a_year_that_changed_forms_is_asked_for_in_both() -> None:
    texts = {prefix.text for prefix in prefixes(date(2015, 9, 1), date(2015, 10, 1), [CHINA])}
    assert texts == {"finance.sina.com.cn/china/201509", "finance.sina.com.cn/china/2015-09"}


def test_the_newest_first_is_the_oldest_first_from_its_end_but_for_the_sections_of_a_day() -> None:
    window = date(2013, 12, 30), date(2014, 3, 2)
    old, new = list(prefixes(*window)), list(prefixes(*window, newest_first=True))
    assert set(old) == set(new) and len(set(old)) == len(old)
    assert new[: len(SECTIONS)] != old[: len(SECTIONS)]
    assert list(prefixes(*window)) == old, "a run that goes on finds the same order"


def test_a_section_that_somebody_names_is_asked_for_in_both_forms() -> None:
    section = Section.of(" http://chanye.finance.sina.com.cn/sm ")
    texts = {prefix.text for prefix in prefixes(date(2005, 3, 1), date(2005, 4, 1), [section])}
    assert texts == {"chanye.finance.sina.com.cn/sm/200503", "chanye.finance.sina.com.cn/sm/2005-03"}


@pytest.mark.parametrize("text", ["", "china", "www.example.com/china", "finance.sina.com.cn.evil.cn/", "sina.cn/a b"])
def test_what_is_no_section_of_sinas_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no section"):
        Section.of(text)


def test_a_year_of_the_domestic_news_is_no_more_than_a_few_hundred_questions() -> None:
    assert len(list(prefixes(date(2010, 1, 1), date(2011, 1, 1)))) == 12 * len(SECTIONS)
