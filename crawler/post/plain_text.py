"""What a reader reads in a post, as plain text."""

import re
from html import unescape

# An image as the posts have it: what is before its address, and the address. In a text, its ! or ] is escaped.
IMAGE = re.compile(r"(!\[(?:[^\[\]\\]|\\.)*\]\()([^\s()]*)(?=\))")
_TABLE_RULE = re.compile(r"^\|(?: *:?-+:? *\|)+$\n?", re.M)
_TABLE_ROW = re.compile(r"^\| ?(.*?) ?\|$", re.M)
_CELL_END = re.compile(r" ?(?<!\\)\| ?")
_BLOCK_MARKS = re.compile(r"^(?:> ?)*(?:#{1,6} +|[-*] +)?", re.M)
_LABEL = r"\[((?:\\.|[^\[\]\\])*)\]\([^\s()]*(?: \"[^\"]*\")?\)"
_INLINE = re.compile(rf"!{_LABEL}|{_LABEL}|\\([!-/:-@\[-`{{-~])|\*+|`+")


def plain_text(markdown: str) -> str:
    """A line a paragraph, the cells of a table separated by tabs; images are left out, their captions are text."""
    text = _TABLE_RULE.sub("", markdown)
    text = _TABLE_ROW.sub(lambda row: _CELL_END.sub("\t", row[1]), text)
    text = unescape(_INLINE.sub(_shown, _BLOCK_MARKS.sub("", text)))
    return "\n".join(line for line in (line.strip(" ") for line in text.split("\n")) if line)


def _shown(mark: re.Match[str]) -> str:
    """What a reader sees of a mark: a link's words, an escaped character, or nothing."""
    return _INLINE.sub(_shown, mark[2]) if mark[2] else mark[3] or ""
