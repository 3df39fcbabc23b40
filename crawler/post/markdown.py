"""Plain body HTML -> Markdown (CommonMark and GitHub's tables) that shows the same text, and no more.

Every character of the text comes out as itself: what would be Markdown, HTML or a Hexo template
(``{{ }}``, ``{% %}``) is escaped. What Markdown has no signs for is HTML of ours, without attributes:
``<sup>``, ``<sub>``, ``<del>`` and ``<u>`` in the line, ``<pre>`` round figures in columns. Why not
trafilatura's own Markdown: it turns ``&lt;`` in a text into live HTML, drops characters that are not
printable (private-use ones of GBK pages, joiners in emoji), and leaves bold next to Chinese
punctuation as visible asterisks.
"""

import itertools
import re
import unicodedata
from collections.abc import Mapping

from lxml.etree import _Element

from crawler.post.plain_text import IMAGE
from crawler.sina.dom import text_content
from crawler.sina.inline import EDGE, MARKS, Inline

_ESCAPED = str.maketrans({char: f"\\{char}" for char in "\\*_`[]~"} | {"<": "&lt;", "{": "&#123;", "}": "&#125;"})
# In an image's text marked, Hexo's renderer, shows backslashes; entities are read everywhere.
_ESCAPED_IN_IMAGE = str.maketrans({char: f"&#{ord(char)};" for char in "\\*_`[]~{}"} | {"<": "&lt;"})
_SPECIAL = re.compile(f"[{re.escape(''.join(map(chr, _ESCAPED)))}]")
_ENTITY = re.compile(r"&(?=#?\w+;)")
# What opens a heading, quote, list, rule or definition at the start of a line.
_BLOCK_START = re.compile(r"^(?:([#>])|([-+:](?=[\s-]|$))|(=+\s*$)|(\d{1,9})([.)](?=\s|$)))")
_LIST = re.compile(r"[-*] |\d{1,9}[.)] ")
_CLOSE_LIST = re.compile(r"[-*] |1[.)] ")
_BLOCKS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "table", "div", "pre"})
_ESCAPED_IN_PRE = _ESCAPED_IN_IMAGE | str.maketrans({char: f"&#{ord(char)};" for char in "&#|->+"})
_UNFIT_IN_URL = {ord(char): f"%{ord(char):02X}" for char in ' ()<>{}\\`"|\n\t'}
_PLAIN = Inline("")


def to_markdown(body: _Element) -> str:
    """The Markdown of all blocks in `body`, separated by blank lines; empty if there is no text or image."""
    return "\n\n".join(_blocks(body))


def with_images(markdown: str, addresses: Mapping[str, str]) -> str:
    """Markdown as to_markdown makes it, with the images that are in `addresses` at their new ones."""
    if not addresses:
        return markdown
    new = {_url(old): _url(address) for old, address in addresses.items()}
    return IMAGE.sub(lambda image: image[1] + new.get(image[2], image[2]), markdown)


def _blocks(element: _Element) -> list[str]:
    blocks: list[str] = []
    inlines: list[Inline] = _inlines_of_text(element.text)
    last_list, last_mark = "", ""  # two lists of a kind in a row would be read as one
    for child in element:
        if child.tag in _BLOCKS:
            blocks.append(_paragraph(inlines))
            if child.tag in ("ul", "ol"):
                unlike = last_mark if child.tag == last_list and not blocks[-1] else ""
                lists, last_mark = (_bullets if child.tag == "ul" else _numbers)(child, unlike)
                blocks += lists
                last_list = str(child.tag) if lists else last_list
            else:
                blocks.append(_block(child))
                last_list = "" if blocks[-1] else last_list
            inlines = _inlines_of_text(child.tail)
        else:
            inlines += _inlines(child, _PLAIN)
            inlines += _inlines_of_text(child.tail)
    return [block for block in [*blocks, _paragraph(inlines)] if block]


def _block(element: _Element) -> str:
    match str(element.tag):
        case "blockquote":
            return re.sub(r"^(?=(.?))", lambda match: "> " if match[1] else ">", to_markdown(element), flags=re.M)
        case "table":
            return _table(element)
        case "div":
            return to_markdown(element)
        case "pre":
            text = text_content(element).strip("\n")
            return f"<pre>\n{text.translate(_ESCAPED_IN_PRE)}\n</pre>" if text.strip() else ""
        case "p":
            return (
                to_markdown(element) if any(child.tag in _BLOCKS for child in element) else _paragraph(_inside(element))
            )
        case heading:
            text = _line(_inside(element))
            core = text.rstrip("#")
            shown = text if core == text else f"{core}\\{text[len(core) :]}"  # marks at the end would close the heading
            return f"{'#' * int(heading[1])} {shown}" if text else ""


def _bullets(element: _Element, unlike: str) -> tuple[list[str], str]:
    """The list, with another mark than `unlike`, and its mark; no list if all of its items are empty."""
    mark = "*" if unlike == "-" else "-"
    items = [_item(mark, blocks) for item in element.iterchildren("li") if (blocks := _blocks(item))]
    return _joined(items), mark


def _numbers(element: _Element, unlike: str) -> tuple[list[str], str]:
    """The lists, one for each stretch of numbers in a row: only its first number counts in a list of Markdown."""
    mark = ")" if unlike == "." else "."
    lists: list[str] = []
    items: list[str] = []
    following = number = int(element.get("start") or 1)
    for item in element.iterchildren("li"):
        number = int(item.get("value") or number)
        if items and number != following:
            lists += _joined(items)
            items, mark = [], "." if mark == ")" else ")"
        if blocks := _blocks(item):
            items.append(_item(f"{number}{mark}", blocks))
            following = number + 1
        number += 1
    return [*lists, *_joined(items)], mark


def _joined(items: list[str]) -> list[str]:
    is_tight = not any("\n\n" in item for item in items)
    return [("\n" if is_tight else "\n\n").join(items)] if items else []


def _item(mark: str, blocks: list[str]) -> str:
    """The blocks of an item behind its mark, those after the first under it."""
    text = blocks[0]
    for before, block in itertools.pairwise(blocks):
        is_close = _CLOSE_LIST.match(block) and not _LIST.match(before)  # other lists would go on with the paragraph
        text += ("\n" if is_close else "\n\n") + block
    return f"{mark} " + re.sub(r"\n(?=[^\n])", "\n" + " " * (len(mark) + 1), text)


def _table(element: _Element) -> str:
    rows = [[_line(_inside(cell)).replace("|", "\\|") for cell in row.iter("td", "th")] for row in element.iter("tr")]
    width = max((len(row) for row in rows), default=0)
    if not width:
        return ""
    lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def _paragraph(inlines: list[Inline]) -> str:
    return _escape_start(_line(inlines)) if inlines else ""


def _escape_start(text: str) -> str:
    return _BLOCK_START.sub(lambda match: f"{match[4]}\\{match[5]}" if match[4] else f"\\{match[0]}", text)


def _inside(element: _Element) -> list[Inline]:
    inlines = _inlines_of_text(element.text)
    for child in element:
        inlines += _inlines(child, _PLAIN)
        inlines += _inlines_of_text(child.tail)
    return inlines


def _inlines_of_text(text: str | None) -> list[Inline]:
    return [Inline(text)] if text else []


def _inlines(element: _Element, style: Inline) -> list[Inline]:
    """The text of an inline element in its style; an image is an inline whose address begins with ``!``."""
    if not isinstance(element.tag, str):
        return []
    if element.tag == "img":
        return [Inline(element.get("alt") or "", href="!" + (element.get("src") or ""))]
    if element.tag == "br":
        return [Inline(" ")]
    is_link = element.tag == "a"
    inner = Inline(
        element.text or "",
        style.bold or element.tag in ("strong", "b"),
        style.italic or element.tag in ("em", "i"),
        (element.get("href") or "") if is_link else style.href,
        (element.get("title") or "") if is_link else style.title,
        style.marks,
    )
    if mark := MARKS.get(str(element.tag)):
        inner = inner.marked(mark).with_text(inner.text)
    inlines = [inner] if inner.text else []
    for child in element:
        inlines += _inlines(child, inner)
        if child.tail:
            inlines.append(inner.with_text(child.tail))
    return inlines


def _line(inlines: list[Inline]) -> str:
    """One line of Markdown."""
    if len(inlines) == 1 and inlines[0].like(_PLAIN):  # most paragraphs and cells
        return " ".join(_escape(inlines[0].text).split())
    inlines = _apart([inline for inline in inlines if inline.text or inline.href.startswith("!")])
    parts = []
    for number, inline in enumerate(inlines):
        if inline.href.startswith("!"):
            parts.append(f"![{_escape_in_image(inline.text.strip())}]({_url(inline.href[1:])})")
            continue
        previous = inlines[number - 1] if number else Inline("")
        following = inlines[number + 1] if number + 1 < len(inlines) else Inline("")
        before = ">" if previous.marks or inline.marks else previous.text[-1:]
        after = "<" if following.marks or inline.marks else following.text[:1]
        text = _emphasised(inline, before, after)
        if inline.href and text.strip():
            lead, core, trail = _trimmed(text)
            core = core.replace("\\[", "&#91;").replace("\\]", "&#93;")  # marked finds links behind escaped brackets
            title = f' "{_escape(inline.title).replace(chr(34), "&quot;")}"' if inline.title else ""
            text = f"{lead}[{core}]({_url(inline.href)}{title}){trail}"
        elif text.endswith("!") and following.href:
            text = f"{text[:-1]}\\!"  # else it makes an image of the link behind it
        parts.append(_marked(text, inline.marks))
    return " ".join("".join(parts).split())


def _marked(text: str, marks: tuple[str, ...]) -> str:
    """The text in the tags of its marks; white space stays outside."""
    if not marks or not text.strip():
        return text
    lead, core, trail = _trimmed(text)
    opening = "".join(f"<{mark}>" for mark in marks)
    closing = "".join(f"</{mark}>" for mark in reversed(marks))
    return f"{lead}{opening}{core}{closing}{trail}"


def _apart(inlines: list[Inline]) -> list[Inline]:
    """Asterisks of two styles that touch cannot be told apart: the second one goes without."""
    apart: list[Inline] = []
    for inline in inlines:
        before = apart[-1] if apart else Inline("")
        is_marked = before.marks or inline.marks  # tags stand between them
        touches = (
            not is_marked
            and (before.bold or before.italic)
            and not before.text[-1:].isspace()
            and not inline.text[:1].isspace()
        )
        apart.append(
            Inline(inline.text, href=inline.href, title=inline.title) if touches and inline.text.strip() else inline
        )
    return apart


def _emphasised(inline: Inline, before: str, after: str) -> str:
    """The inline in its asterisks. Where CommonMark would not read them, because a letter stands outside
    and punctuation inside, the punctuation is put outside: Chinese has no spaces round words.
    """
    marks = "*" * (2 * inline.bold + inline.italic)
    if not marks or not inline.text.strip():
        return _escape(inline.text)
    # More than white space is put outside, too: marked takes U+FEFF for a space.
    lead, core, trail = _trimmed(inline.text, None if inline.href else EDGE)
    if not inline.href:
        while core and _is_punctuation(core[0]) and _is_letter((before + lead)[-1:]):
            lead, core = lead + core[0], core[1:]
        while core and _is_punctuation(core[-1]) and _is_letter((trail + after)[:1]):
            core, trail = core[:-1], core[-1] + trail
    core_lead, core, core_trail = _trimmed(core)
    if not core:
        return _escape(inline.text)
    return f"{_escape(lead + core_lead)}{marks}{_escape(core)}{marks}{_escape(core_trail + trail)}"


def _trimmed(text: str, edge: str | None = None) -> tuple[str, str, str]:
    core = text.strip(edge)
    start = text.index(core)
    return text[:start], core, text[start + len(core) :]


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


def _is_letter(char: str) -> bool:
    return bool(char) and not char.isspace() and not _is_punctuation(char)


def _escape(text: str) -> str:
    text = _ENTITY.sub("&amp;", text) if "&" in text else text
    return text.translate(_ESCAPED) if _SPECIAL.search(text) else text  # most texts have none


def _escape_in_image(text: str) -> str:
    return _ENTITY.sub("&amp;", text).translate(_ESCAPED_IN_IMAGE)


def _url(url: str) -> str:
    return _ENTITY.sub("&amp;", url).translate(_UNFIT_IN_URL)
