"""Which articles are counted together, by their addresses alone."""

import pytest

from crawler.completeness.population import UNKNOWN_MONTH, channels_of, month_of

HERE = "https://finance.sina.com.cn"
COLUMN = "http://k.sina.com.cn/article_5559018842_14b57ab5a00100c3xk.html"


@pytest.mark.parametrize(
    ("url", "names"),
    [
        (f"{HERE}/china/gncj/2024-03-05/doc-inamrkwx3817264.shtml", ["1686"]),
        (f"{HERE}/china/hgjj/2024-03-05/doc-inamrkwx3817264.shtml", ["1686", "1687"]),
        (f"{HERE}/china/20140301/024218372262.shtml", ["1686"]),
        ("https://finance.sina.cn/china/2024-03-05/detail-inamrkwx3817264.d.html", ["1686"]),
        (f"{HERE}/chinamobile/2024-03-05/doc-inamrkwx3817264.shtml", ["/chinamobile"]),
        (f"{HERE}/stock/s/2024-03-05/doc-inamrkwx3817264.shtml", ["/stock"]),
        (f"{HERE}/2024-03-05/doc-inamrkwx3817264.shtml", ["/"]),
        (COLUMN, ["k.sina.com.cn"]),
        ("http://[::1", []),
    ],
)
def test_an_article_is_of_the_channels_of_its_section_else_of_the_section(url: str, names: list[str]) -> None:
    assert list(channels_of(url, {"1687"})) == names


@pytest.mark.parametrize(
    ("url", "day", "month"),
    [
        (f"{HERE}/china/2024-03-05/doc-inamrkwx3817264.shtml", "2024-04-01", "2024-03"),
        (COLUMN, "2024-04-01", "2024-04"),
        (COLUMN, None, UNKNOWN_MONTH),
        ("http://[::1", None, UNKNOWN_MONTH),
    ],
)
def test_its_month_is_that_of_its_address_else_of_the_ledger(url: str, day: str | None, month: str) -> None:
    assert month_of(url, day) == month
