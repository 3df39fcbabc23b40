"""Where on a page of an unknown layout the article stands, when somebody knows some of its paragraphs."""

from collections.abc import Iterable

from lxml import etree
from lxml.etree import _Element

_FEWEST = 0.8  # of the known text that must be on the page
_MOST = 1.25  # times the known text that the article's own element may hold
_SPARE = 60  # characters beside that: a headline, a source
_LINES = frozenset({"p", "span", "font", "b", "strong", "em", "i", "a", "u", "li", "h1", "h2", "h3", "h4", "h5", "h6"})
_UNREAD = ("script", "style", "noscript", "template")


class PageText:
    """All readable text of a page without white space, and where in it each element stands."""

    def __init__(self, tree: _Element) -> None:
        self._spans: dict[_Element, tuple[int, int]] = {}
        parts: list[str] = []
        length = 0
        starts: list[int] = []
        walk = etree.iterwalk(tree, events=("start", "end", "comment"))
        for event, node in walk:
            if event == "start":
                starts.append(length)
                text = node.text if node.tag not in _UNREAD else ""
            else:
                if event == "end":
                    self._spans[node] = (starts.pop(), length)
                text = node.tail
            if text and (words := "".join(text.split())):
                parts.append(words)
                length += len(words)
        self.text = "".join(parts)

    def element_of(self, paragraphs: Iterable[str]) -> _Element | None:
        """The least element that holds these paragraphs, in order, and little else; None where none does."""
        known = wanted = at = 0
        first: int | None = None
        for paragraph in ("".join(paragraph.split()) for paragraph in paragraphs):
            wanted += len(paragraph)
            place = self.text.find(paragraph, at) if paragraph else -1
            if place >= 0:
                first = place if first is None else first
                at = place + len(paragraph)
                known += len(paragraph)
        if first is None or known < _FEWEST * wanted:
            return None
        holding = [element for element, (start, end) in self._spans.items() if start <= first and at <= end]
        least = min(holding, key=self._length)  # the innermost of them, since elements are entered as they end
        while least.tag in _LINES and (outer := least.getparent()) is not None:
            least = outer
        return least if self._length(least) <= _MOST * known + _SPARE else None

    def _length(self, element: _Element) -> int:
        start, end = self._spans[element]
        return end - start
