"""What Sina's comments in a body say: where advertisements stand, and where the text ends."""

from lxml import etree
from lxml.etree import _Element

from crawler.items import Removal
from crawler.sina.layouts import END_OF_TEXT

_BEGIN, _END = "NEWSZW_HZH_BEGIN", "NEWSZW_HZH_END"  # round an advertisement
IN_ADVERTISEMENT, BEHIND_TEXT = "between_comments", "behind_end_of_text"


class PageComments:
    """The comments of one container, met one after the other.

    ``skipping``: the rule by which what stands here is to be passed over, or empty.
    """

    def __init__(self, container: _Element) -> None:
        self.skipping = ""
        self._skipped: dict[str, list[str]] = {}
        self._ends_ahead = 0
        self._last_end: _Element | None = None
        for comment in container.iter(etree.Comment):
            text = comment.text or ""
            self._ends_ahead += _END in text
            if any(mark in text for mark in END_OF_TEXT):
                self._last_end = comment

    def ends_text(self, comment: _Element) -> bool:
        """True for the last comment that says that nothing of the article follows."""
        return comment is self._last_end

    def meet(self, comment: _Element) -> None:
        """An advertisement begins where its end is ahead; behind the end of the text nothing does."""
        text = comment.text or ""
        if self.ends_text(comment):
            self.skipping = BEHIND_TEXT
        elif _BEGIN in text and self._ends_ahead and not self.skipping:
            self.skipping = IN_ADVERTISEMENT
        elif _END in text:
            self.skipping = self.skipping if self.skipping == BEHIND_TEXT else ""
            self._ends_ahead -= 1

    def take(self, text: str) -> bool:
        """True for text that is passed over, which is remembered."""
        if self.skipping:
            self._skipped.setdefault(self.skipping, []).extend(text.split())
        return bool(self.skipping)

    def skipped(self) -> list[Removal]:
        """What was passed over, by rule."""
        return [Removal(rule, " ".join(words)) for rule, words in self._skipped.items() if words]
