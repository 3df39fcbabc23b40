"""What a stock's code is, however it is written."""

import pytest

from crawler.sina.stock_codes import by_number, numbered, stock_code, written_forms


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("sh600519", "sh600519"), ("600519", "sh600519"), ("600519.SH", "sh600519"), ("600519.ss", "sh600519"),
        ("SH:600519", "sh600519"), ("SZ.000001", "sz000001"), ("000001", "sz000001"), ("920541", "bj920541"),
        ("bj430047", "bj430047"), ("00700.HK", "hk00700"), ("700.hk", "hk00700"), ("00700", "hk00700"),
        ("HK00700", "hk00700"), ("AAPL", "AAPL"), ("aapl", "AAPL"), ("$AAPL", "AAPL"), ("BABA.US", "BABA"),
        ("BRK.B", "BRK.B"),
    ],
)  # fmt: skip
def test_one_code_for_every_form(written: str, code: str) -> None:
    assert stock_code(written) == code


@pytest.mark.parametrize(
    "written",
    ["", "600519.SZ", "sh000001", "510300", "123456", "7", "600519.XX", "sh600519.SH", "贵州茅台", "TOOLONG", "6005 19",
     "000000", "00000.HK", "../600519"],
)  # fmt: skip
def test_what_no_exchange_gives_to_a_stock_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="a stock such as sh600519"):
        stock_code(written)


@pytest.mark.slow  # a million numbers
def test_no_number_is_given_by_two_exchanges() -> None:
    for number in range(1_000_000):
        digits = f"{number:06}"
        codes = [code for exchange in ("sh", "sz", "bj") if (code := numbered(exchange, digits))]
        assert codes == [code for code in [by_number(digits)] if code]


@pytest.mark.parametrize("code", ["sh600519", "hk00700", "AAPL"])
def test_each_word_for_a_code_is_read_as_it_again(code: str) -> None:
    forms = written_forms(code)
    assert code in forms
    assert {stock_code(f"{form}.HK" if form.isdecimal() and len(form) < 6 else form) for form in forms} == {code}
