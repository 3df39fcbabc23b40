"""What a stock's code is: the numbers that an exchange gives to stocks, and the ways in which one is written."""

import re

# Of stocks only: funds, bonds, indices and warrants have numbers of their own. Shanghai: 《证券代码分配指南》 of the
# exchange; Shenzhen: 《证券代码区间表》; Beijing: its notice on 920 of 2024; Hong Kong: HKEX's allocation plan.
_NUMBERS = {
    "sh": re.compile(r"60[0135]\d{3}|68[89]\d{3}|900\d{3}"),
    "sz": re.compile(r"00[0-3]\d{3}|30[0-2]\d{3}|20[01]\d{3}"),
    "bj": re.compile(r"430\d{3}|83\d{4}|87\d{4}|920\d{3}"),
    "hk": re.compile(r"0\d{4}|8\d{4}"),
}
_BY_LENGTH = {6: ("sh", "sz", "bj"), 5: ("hk",)}
_DIGITS = re.compile(r"(SH|SZ|BJ|HK)?[.:]?(\d{1,6})|(\d{1,6})\.(SH|SS|SZ|BJ|HK)", re.I)
_TICKER = re.compile(r"\$?([A-Z]{1,5}(?:\.[AB])?)(?:\.US)?", re.I)


def numbered(exchange: str, digits: str) -> str | None:
    """``sh600519`` if the exchange gives this number to stocks.

    `exchange`: SH, SS (which is SH), SZ, BJ or HK in any case; zeros in front of Hong Kong's may be lacking.
    """
    exchange = exchange.lower().replace("ss", "sh")
    digits = digits.zfill(5) if exchange == "hk" else digits
    is_stock = _NUMBERS[exchange].fullmatch(digits) and digits.strip("0")
    return f"{exchange}{digits}" if is_stock else None


def by_number(digits: str) -> str | None:
    """The code with these digits, six on the mainland and five in Hong Kong: no number is given by two exchanges."""
    exchanges = _BY_LENGTH.get(len(digits), ())
    return next((code for exchange in exchanges if (code := numbered(exchange, digits))), None)


def stock_code(written: str) -> str:
    """A code as this archive writes it: ``sh600519``, ``sz000001``, ``bj920541``, ``hk00700``, ``AAPL``.

    It may be written ``600519``, ``600519.SH``, ``SH600519``, ``0700.HK`` or ``$AAPL``. Raises ValueError for no code.
    """
    code = None
    if match := _DIGITS.fullmatch(written):
        exchange, digits = match[1] or match[4], match[2] or match[3]
        code = numbered(exchange, digits) if exchange else by_number(digits)
    elif match := _TICKER.fullmatch(written):
        code = match[1].upper()
    if not code:
        raise ValueError(f"a stock such as sh600519, 600519, 600519.SH, 00700.HK or AAPL is wanted, not {written!r}")
    return code


def written_forms(code: str) -> tuple[str, ...]:
    """The words of letters and digits in which a text or the markup has a code: ``600519``, ``sh600519``."""
    number = code[2:]
    if not number.isdecimal():
        return (code,)
    shorter = tuple(number[zeros:] for zeros in range(1, len(number) - 1) if number[:zeros].strip("0") == "")
    return (number, code, *(shorter if code.startswith("hk") else ()))
