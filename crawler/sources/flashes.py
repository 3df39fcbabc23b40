"""The 7x24 feed: the articles that its flashes name, and on request the pages of the flashes themselves."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from crawler.archive.ledger import FLASHES, Ledger
from crawler.sina.flash_feed import API, FINANCE, Feed, feed_url, is_flash, parse_feed
from crawler.sina.json_answer import ListingError
from crawler.sina.urls import doc_id_of
from crawler.sources.source import Answer, Ask, ListCapture, NoAnswer
from crawler.times import now

_MOST_PAGES = 10  # in a run; how deep the feed goes is not known


def recognise(url: str) -> ListCapture | None:
    """A captured page of the feed. The pages of flashes are left out, as by default."""
    parts = urlsplit(url)
    is_feed = url.partition("?")[0].partition("://")[2] == API.partition("://")[2]
    if not is_feed or parse_qs(parts.query).get("zhibo_id") != [FINANCE]:
        return None
    return ListCapture(FLASHES, lambda body, at: parse(body, at, has_flashes=False).entries)


def parse(body: bytes, at: datetime, has_flashes: bool) -> Feed:
    """A page of the feed, as it came at `at`; `has_flashes`: with the pages of flashes themselves. Raises NoAnswer."""
    try:
        feed = parse_feed(body, at)
    except ListingError as error:
        raise NoAnswer(error.reason, str(error)) from error
    articles = tuple(entry for entry in feed.entries if has_flashes or not is_flash(entry.url))
    left_out = feed.left_out + Counter(flash=len(feed.entries) - len(articles))
    return replace(feed, entries=articles, left_out=left_out)


class FlashFeed:
    """The state of a request is the number of its page."""

    name = FLASHES
    channel = FLASHES
    is_second = True

    def __init__(self, ledger: Ledger, max_pages: float, has_flashes: bool, after: str = "") -> None:
        """`has_flashes`: a flash that has a page of its own is an article, too."""
        self.after = after
        self._ledger = ledger
        self._most_pages = min(max_pages, _MOST_PAGES)
        self._has_flashes = has_flashes

    def start(self) -> Iterator[Ask]:
        """The newest flashes."""
        yield Ask(feed_url(1), 1)

    def read(self, ask: Ask, body: bytes) -> Answer:
        """Goes on while a page shows what the feed had not shown before."""
        feed = parse(body, now(), self._has_flashes)
        if ask.state == 1 and not feed.entries and not feed.left_out:
            raise NoAnswer("empty", f"empty feed: {ask.url}")
        shown = Answer(feed.entries, left_out=feed.left_out)
        if ask.state >= self._most_pages or not self._has_new(doc_id_of(entry.url) for entry in feed.entries):
            return shown
        return replace(shown, asks=(Ask(feed_url(ask.state + 1), ask.state + 1, priority=-1),))

    def failed(self, ask: Ask, reason: str) -> None:
        """The feed is read from its top by the next run."""

    def _has_new(self, doc_ids: Iterator[str]) -> bool:
        of_articles: Collection[str] = set(filter(None, doc_ids))
        return bool(of_articles) and not self._ledger.shown_by([FLASHES], of_articles).issuperset(of_articles)
