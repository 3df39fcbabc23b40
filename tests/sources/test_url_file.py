"""A file of URLs: every line is an entry, or is named."""

import pytest

from crawler.sources.url_file import UrlFile

URL = "https://finance.sina.com.cn/china/2024-03-05/doc-inamrkwx3817264.shtml"


def test_every_url_is_an_entry_without_a_title() -> None:
    (answer,) = UrlFile([(1, URL), (2, f"{URL}?x=1")]).start()
    assert [(entry.url, entry.title) for entry in answer.entries] == [(URL, ""), (f"{URL}?x=1", "")]
    assert (answer.asks, answer.left_out) == ((), {})


def test_a_line_that_is_no_url_is_named_with_its_number_and_the_rest_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    (answer,) = UrlFile([(3, "see below"), (7, URL), (8, "https://finance.sina.com.cn:bad/x")]).start()
    assert [entry.url for entry in answer.entries] == [URL]
    assert answer.left_out == {"not_a_url": 2}
    assert "urls, line 3: not a URL: see below" in caplog.text
    assert "urls, line 8: not a URL" in caplog.text


def test_a_long_file_comes_in_parts() -> None:
    parts = list(UrlFile([(number, f"{URL}?x={number}") for number in range(1201)]).start())
    assert [len(part.entries) for part in parts] == [500, 500, 201]
