"""Which number a reader sees before each item of a list: where it starts, how it counts, and in which signs."""

import re

from lxml.etree import _Element

DECIMAL = "decimal"
_STYLE = re.compile(r"list-style(?:-type)?\s*:([^;]{0,80})", re.I)
_TYPES = {"1": DECIMAL, "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
_SIGNS = re.compile(
    r"(none|disc|circle|square|decimal-leading-zero|decimal|lower-alpha|lower-latin|upper-alpha|upper-latin"
    r"|lower-roman|upper-roman|cjk-ideographic|simp-chinese-informal|trad-chinese-informal|cjk-decimal)\b"
)
_BULLETS = ("none", "disc", "circle", "square")
_INTEGER = re.compile(r"[+-]?\d{1,9}(?!\d)", re.ASCII)
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_DIGITS = "零一二三四五六七八九"


def signs_of(node: _Element) -> str:
    """How the list counts, by its style, else its type: DECIMAL, another name of CSS's, or empty for bullets."""
    item = node.find("li")
    for element in (node, *([item] if item is not None else [])):
        style = _STYLE.search(element.get("style") or "")
        if style and (signs := _SIGNS.search(style[1].lower())):
            return "" if signs[1] in _BULLETS else signs[1]
    if node.tag != "ol":
        return ""
    return _TYPES.get((node.get("type") or "1").strip(), DECIMAL)


def counted(node: _Element, items: list[_Element]) -> list[int]:
    """The numbers of `items`, all that the list shows, as a browser counts them."""
    is_reversed = node.get("reversed") is not None
    step = -1 if is_reversed else 1
    number = _integer(node.get("start"), len(items) if is_reversed else 1) - step
    numbers = []
    for item in items:
        number = _integer(item.get("value"), number + step)
        numbers.append(number)
    return numbers


def label(number: int, signs: str) -> str:
    """The number as text, with the sign behind it: ``c.``, ``iv.``, ``十二、``."""
    letters = signs.removeprefix("lower-").removeprefix("upper-")
    if letters in ("alpha", "latin") and number > 0:
        text = _letters(number)
    elif letters == "roman" and 0 < number < 4000:
        text = _roman(number)
    elif signs in ("cjk-ideographic", "simp-chinese-informal", "trad-chinese-informal") and 0 <= number < 10_000:
        return f"{_chinese(number)}、"
    elif signs == "cjk-decimal" and number >= 0:
        return "".join(_DIGITS[int(digit)] for digit in str(number)).replace("零", "〇") + "、"
    else:
        text = f"{number:02}" if signs == "decimal-leading-zero" else str(number)
    return f"{text.upper() if signs.startswith('upper-') else text}."


def _integer(text: str | None, default: int) -> int:
    match = _INTEGER.match((text or "").strip())
    return int(match[0]) if match else default


def _letters(number: int) -> str:
    text = ""
    while number:
        number, letter = divmod(number - 1, 26)
        text = chr(ord("a") + letter) + text
    return text


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def _chinese(number: int) -> str:
    text = ""
    for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            text += _DIGITS[digit] + unit
        elif text and number % place and not text.endswith("零"):
            text += "零"
    text = text.removeprefix("一") if text.startswith("一十") else text
    return text or "零"
