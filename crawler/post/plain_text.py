"""What a reader reads in a post, as plain text."""

import re
from html import unescape

# An image as the posts have it: what is before its address, and the address. In a text, its ! or ] is escaped.
IMAGE = re.compile(r"(!\[(?:[^\[\]\\]|\\.)*\]\()([^\s()]*)(?=\))")
_TABLE_RULE = re.compile(r"^\|(?: *:?-+:? *\|)+$\n?", re.M)
_TABLE_ROW = re.compile(r"^\| ?(.*?) ?\|$", re.M)
_CELL_END = re.compile(r" ?(?<!\\)\| ?")
_BLOCK_MARKS = re.compile(r"^[ >]*(?:[-*] [ >]*)*(?:#{1,6} +)?", re.M)
_LABEL = r"\[((?:\\.|[^\[\]\\])*)\]\([^\s()]*(?: \"[^\"]*\")?\)"
_INLINE = re.compile(
    rf"!{_LABEL}|{_LABEL}|\\([!-/:-@\[-`{{-~])|<(sup|sub)>([^<]*(?:<(?!/?su[pb]>)[^<]*)*)</su[pb]>|<[^<>]*>|\*+|`+"
)
_RAISED = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_LOWERED = str.maketrans("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")


def plain_text(markdown: str) -> str:
    """A line a paragraph, the cells of a table separated by tabs; images are left out, their captions are text.

    What stands above or below the line is written so, where Unicode has signs for it (``10⁸``, ``CO₂``), else behind
    ``^`` or ``_``.
    """
    text = _TABLE_RULE.sub("", markdown)
    text = _TABLE_ROW.sub(lambda row: _CELL_END.sub("\t", row[1]), text)
    text = unescape(_INLINE.sub(_shown, _BLOCK_MARKS.sub("", text)))
    return "\n".join(line for line in (line.strip(" ") for line in text.split("\n")) if line)


def _shown(mark: re.Match[str]) -> str:
    """What a reader sees of a mark: a link's words, an escaped character, what is raised or lowered, or nothing."""
    if mark[4]:
        return _shifted(_INLINE.sub(_shown, mark[5]), *(("^", _RAISED) if mark[4] == "sup" else ("_", _LOWERED)))
    return _INLINE.sub(_shown, mark[2]) if mark[2] else mark[3] or ""


def _shifted(text: str, sign: str, shifted: dict[int, int]) -> str:
    """The text as it stands above or below the line; it may hold entities, which are read later."""
    if all(ord(char) in shifted for char in text):
        return text.translate(shifted)
    return f"{sign}{text}" if len(text) == 1 or text[0] in "[(（［〔【" else f"{sign}({text})"
