"""Codes in brackets behind a name, ``贵州茅台(600519)``: whose number it is, only what stands around it can say."""

import re
from collections.abc import Iterator

from crawler.sina.stock_codes import by_number

_BRACKETS = re.compile(r"[（(]\s?([^（()）\n]{4,80})[)）]")
_SEPARATOR = re.compile(r"\s?[/,，;；、]\s?|\s")
_DIGITS = re.compile(r"\d{5,6}")
_SUFFIXED = re.compile(r"\d{1,6}\.(?:S[HSZ]|BJ|HK)", re.I)  # they are found wherever they stand
_REUTERS = re.compile(r"([A-Z]{2,5})\.(?:N|OQ?)")  # the New York exchange, and Nasdaq
_BESIDE = re.compile(r"股吧|行情|诊股|股价|收盘价|昨收|市值|停牌|下称|以下|简称|S[HSZ]\b|BJ\b|HK\b|C[HN]\b", re.I)
_NEAR = 16  # characters in front of a bracket
_NAME = re.compile(r"[\u3400-\u9fffA-Za-zＡ-Ｚ”’」』]\s?\Z")
_NO_NAME = re.compile(
    r"(?:[号码编年月期群第户为是]|邮编|电话|热线|传真|ID|No|指数?|综指|成指|基金|混合|债券?|货币|ETF|LOF|FOF|QDII|联接|理财|持有|定开)"
    r"[A-EI]?\s?\Z"
)
_ADDRESS = re.compile(r"[省州市县区镇乡村路街道巷弄楼层室栋厦箱处局厅校]\s?\Z")
_POSTCODES = ("200", "201", "30", "43", "83", "87", "0")  # they may be one of Shanghai, Tianjin … or of Cambridge
_FUNDS = ("000", "001", "002", "003")
_FUND = re.compile(
    r"(?:优选|精选|成长|增长|价值|回报|收益|稳健|蓝筹|红利|配置)[A-EI]?\s?\Z|"
    r"(?:华夏|嘉实|易方达|博时|汇添富|中欧|天弘|鹏华|景顺长城|兴全|银华|建信|交银|诺安|融通|前海开源|工银瑞信|富国)"
    r"[\u4e00-\u9fff]{2,8}[A-EI]?\s?\Z"
)
_PLATE = re.compile(r"[\u4e00-\u9fff][A-Z]\s?\Z")  # 京A
_B_SHARES = ("sh900", "sz200", "sz201")
_B_NAME = re.compile(r"[BＢ]股?\s?\Z")


def bracketed_stocks(text: str) -> Iterator[tuple[int, str]]:
    """Where, and which. All in the brackets have to be codes, or what is usually said beside one."""
    for brackets in _BRACKETS.finditer(text):
        before = text[max(0, brackets.start() - _NEAR) : brackets.start()]
        if _NAME.search(before) and not _NO_NAME.search(before):
            digits, tickers = _codes(brackets[1])
            codes = filter(None, map(by_number, digits))
            yield from ((brackets.start(), code) for code in (*codes, *tickers) if _fits(before, code))


def _codes(inside: str) -> tuple[list[str], list[str]]:
    """The numbers that may be a code's, and the tickers with Reuters' suffix."""
    parts = [part for part in _SEPARATOR.split(inside) if part]
    tickers = [match[1] for part in parts if (match := _REUTERS.fullmatch(part))]
    digits: list[str] = []
    for part in parts:
        if _DIGITS.fullmatch(part):
            digits.append(part)
        elif _BESIDE.match(part):
            break
        elif not _REUTERS.fullmatch(part) and not _SUFFIXED.fullmatch(part):
            return [], tickers
    return digits, tickers


def _fits(before: str, code: str) -> bool:
    """False where the number may be a post code, a number plate's or a fund's, or the name is not that of a B share."""
    number = code[2:]
    if code.startswith("hk") and _PLATE.search(before):
        return False
    if code.startswith(_B_SHARES):
        return bool(_B_NAME.search(before))
    if number.startswith(_POSTCODES) and not number.startswith(_FUNDS) and _ADDRESS.search(before):
        return False
    return not (number.startswith(_FUNDS) and _FUND.search(before))
