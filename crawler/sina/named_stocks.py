"""The stocks that a text names by their codes, in the forms of Sina's pages: what could be another number is none."""

import re
from collections.abc import Iterator

from crawler.sina.bracketed_stocks import bracketed_stocks
from crawler.sina.stock_codes import by_number, numbered, stock_code

_ALONE = r"(?<![0-9A-Za-z._-])"
# 600519.SH, 0700.HK; sh600519, SZ 000001, HK:00700
_SUFFIXED = re.compile(r"(?<![0-9A-Za-z.])(\d{1,6})\s?[.．]\s?(SH|SS|SZ|BJ|HK)(?![0-9A-Za-z$@]|\.[0-9A-Za-z])", re.I)
_PREFIXED = re.compile(rf"{_ALONE}(SH|SZ|BJ|HK)[.:：]?\s?(\d{{5,6}})(?![0-9A-Za-z@%-]|\.\d)", re.I)
_NUMBER_OF = re.compile(r"(?:号|航班)[\s:：为是“]{0,3}\Z")  # 合同编号为SH600123
# 证券代码：600519、000858
_LABELLED = re.compile(
    r"(?:证券|股票|股份|公司|上市|交易|[ABH]股|港股)(?:代码|代号|代碼)[\s:：为是（(“\"]{0,4}"
    r"(\d{5,6}(?:[、,，/和及\s]{1,2}\d{5,6}){0,9})(?![0-9A-Za-z.])"
)
# (港交所：0700; A股：601988)
_LISTED = re.compile(
    r"[（(/,，;；、]\s?(?:(?:港交所|香港联交所|联交所|香港交易所|港股|H股|HKEX|HKSE|SEHK|HKG|HK)(?:股票|股份)?(?:代码|代号)?\s?[:：]\s?(\d{4,5})"
    r"|(?:上交所|深交所|北交所|A股)\s?[:：]\s?(\d{6}))(?=\s?[)）/,，;；、])"
)
# (NASDAQ:BIDU), 纽交所股票代码：BABA, BABA.US
_TICKER = r"[\s“\"]{0,2}([A-Z]{1,5}(?:\.[AB])?)(?![0-9A-Za-z])"
_NEW_YORK = r"(?:纳斯达克|纽交所|纽约证券交易所|纽约证交所|美交所|美股)"
_TICKERS = (
    re.compile(rf"{_ALONE}(?i:NASDAQ|NYSE|AMEX)\s?[:：]{_TICKER}"),
    re.compile(rf"[（(]\s?{_NEW_YORK}\s?[:：]{_TICKER}(?=\s?[)）/,，;；])"),
    re.compile(rf"{_NEW_YORK}[^。；;\n]{{0,20}}?(?:代码|代号|代碼)[为是:：]{{0,2}}{_TICKER}"),
    re.compile(rf"{_ALONE}([A-Z]{{1,5}})\.US(?![0-9A-Za-z.])"),
)
# $AAPL; $腾讯控股(00700)$
_CASHTAG = re.compile(r"(?<![0-9A-Za-z$])\$([A-Z]{2,5})(?![0-9A-Za-z$]|\.\d)")
_MONEY = {"XAU", "XAG", "USD", "CNY", "CNH", "HKD", "EUR", "JPY", "GBP",
          "BTC", "ETH", "USDT", "USDC", "BNB", "XRP", "DOGE"}  # fmt: skip
_POSTED = re.compile(r"\$[^$\n（()）]{1,20}[（(]([A-Za-z0-9.]{1,9})[)）]\$")
_HEADING = re.compile(r"(?:证券|股票|公司|[ABH]股)代码")  # of a table's column
_BEIJING = re.compile("北交所|北京证券交易所|北证")


def named_stocks(text: str) -> tuple[str, ...]:
    """The codes as ``sh600519``, ``hk00700`` or ``AAPL``, each once, in the order of the text.

    Six digits alone are none: their exchange, a label, or a name in front of their brackets has to stand there. Most of
    the numbers of Beijing's exchange are also given by the third board: unless written with it, it has to be named.
    """
    places = set(_with_exchange(text))
    by_digits = {*_labelled(text), *_in_tables(text), *bracketed_stocks(text)}
    is_beijing = bool(_BEIJING.search(text))
    places |= {place for place in by_digits if is_beijing or not place[1].startswith(("bj4", "bj8"))}
    return tuple(dict.fromkeys(code for _, code in sorted(places)))


def _with_exchange(text: str) -> Iterator[tuple[int, str]]:
    """Where, and which."""
    for match in _SUFFIXED.finditer(text):
        if code := numbered(match[2], match[1]):
            yield match.start(), code
    for match in _PREFIXED.finditer(text):
        is_length = len(match[2]) == (5 if match[1].upper() == "HK" else 6)
        if is_length and (code := numbered(match[1], match[2])) and not _NUMBER_OF.search(text[: match.start()][-8:]):
            yield match.start(), code
    for match in _LISTED.finditer(text):
        if code := numbered("hk", match[1]) if match[1] else by_number(match[2]):
            yield match.start(), code
    for pattern in _TICKERS:
        yield from ((match.start(), match[1]) for match in pattern.finditer(text))
    for match in _CASHTAG.finditer(text):
        if match[1] not in _MONEY:
            yield match.start(), match[1]
    for match in _POSTED.finditer(text):
        try:
            yield match.start(), stock_code(match[1])
        except ValueError:  # a post about something else
            continue


def _labelled(text: str) -> Iterator[tuple[int, str]]:
    for match in _LABELLED.finditer(text):
        for digits in re.findall(r"\d+", match[1]):
            if code := by_number(digits):
                yield match.start(1), code


def _in_tables(text: str) -> Iterator[tuple[int, str]]:
    """Cells below a heading that is a label; a table is lines of cells that are separated by tabs."""
    start, columns = 0, list[int]()
    for line in text.split("\n"):
        cells = line.split("\t")
        headings = [number for number, cell in enumerate(cells) if len(cells) > 1 and _HEADING.fullmatch(cell)]
        columns = headings or (columns if len(cells) > 1 else [])
        for digits in (cells[number] for number in columns if number < len(cells)):
            if digits.isdecimal() and (code := by_number(digits)):
                yield start, code
        start += len(line) + 1
