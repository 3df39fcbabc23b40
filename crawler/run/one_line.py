"""A text from outside as one line that nobody is deceived by: for logs, and for what commands print."""

import re

_LINE_ENDS = re.compile(r"[\n\r\x0b\x0c\x85\u2028\u2029]+")
# What a terminal obeys, what turns a line's direction round, and halves of characters, which can't be written.
_UNFIT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def one_line(text: object) -> str:
    """The text with its lines behind each other, a space between them, and with control characters escaped."""
    parts = (part.strip() for part in _LINE_ENDS.split(str(text)))
    return escaped(" ".join(part for part in parts if part))


def escaped(text: str) -> str:
    r"""The text with control characters as ``\x1b``; line ends stay."""
    return _UNFIT.sub(lambda sign: sign[0].encode("unicode_escape").decode(), text)
