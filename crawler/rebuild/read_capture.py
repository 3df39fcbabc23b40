"""From a capture to an article: all the work on one article, as a plain function that a worker process can run."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from crawler.items import Article, Capture, ListEntry
from crawler.post.extract import extract
from crawler.replay.content_encoding import decoded
from crawler.sina.article import OtherLayout, join_pages, parse_page, set_provenance
from crawler.sina.ending import NO_HTML_END, has_html_end
from crawler.sina.layouts import UNKNOWN
from crawler.sina.urls import NotAnArticle
from crawler.warc.captures import Captures, DamagedCapture
from crawler.warc.saved_response import SavedResponse
from crawler.warc.urlkey import lookup_key
from crawler.webarchive.content_coding import MOST_BODY

_ERROR = 400
NO_ARTICLE, REFUSED, FAILED = "no_article", "refused", "failed"


@dataclass(frozen=True, slots=True)
class CaptureResult:
    """The article with all that its page says; or in one word why there is none.

    ``verdict``: NO_ARTICLE for a page that was captured well and is none, REFUSED for an article that
    is not to be archived, FAILED for what could not be read; empty where there is an article.
    ``has_end``: False for a page without ``</html>``, which says nothing of an article that is archived.
    """

    article: Article | None = None
    verdict: str = ""
    reason: str = ""
    detail: str = ""
    has_end: bool = True


class _Incomplete(ValueError):
    """The argument is the reason in one word."""


def read_capture(
    captures: str, place: tuple[str, int, int], entry: ListEntry | None, date: datetime | None, most: int = MOST_BODY
) -> CaptureResult:
    """Reads the capture at `place` (file, offset and length) and those of the article's further pages.

    `captures`: a folder or file; `date`: the post's, where it has one already; `most`: the bytes that a page may
    have. Never raises.
    """
    try:
        opened = _open(captures)
        saved = opened.read(*place)
    except (OSError, DamagedCapture) as error:
        return _failed(getattr(error, "reason", "no_captures"), error)
    result = read_response(saved, lambda url: _captured_next(opened, url, saved.date), entry, date, most)
    if result.article:
        result.article.capture = Capture(*place)
    return result


def read_response(
    saved: SavedResponse,
    find: Callable[[str], SavedResponse | None],
    entry: ListEntry | None = None,
    date: datetime | None = None,
    most: int = MOST_BODY,
) -> CaptureResult:
    """Reads a saved page; `find` is asked for the article's further ones. Never raises."""
    try:
        body = decoded(saved, most)
    except DamagedCapture as error:
        return _failed(error.reason, error)
    return replace(_result(saved, body, find, entry, date, most), has_end=has_html_end(body))


def _result(
    saved: SavedResponse,
    body: bytes,
    find: Callable[[str], SavedResponse | None],
    entry: ListEntry | None,
    date: datetime | None,
    most: int,
) -> CaptureResult:
    try:
        article = _read(saved, body, find, most)
        if article.layout == UNKNOWN and not has_html_end(body):
            return _failed(NO_HTML_END, saved.url)
        set_provenance(article, entry, saved.url, saved.header("ETag"), saved.header("Last-Modified"))
        article.archived_date = date
        _extract(article)
        return CaptureResult(article)
    except NotAnArticle as error:
        return CaptureResult(verdict=NO_ARTICLE, reason=error.reason, detail=str(error))
    except OtherLayout as error:
        return CaptureResult(verdict=REFUSED, reason="other_layout", detail=str(error))
    except DamagedCapture as error:
        return _failed(error.reason, error)
    except _Incomplete as error:
        return _failed(str(error))
    except Exception as error:  # whatever a page brings about: the others are read all the same
        return _failed(type(error).__name__, error)


def _failed(reason: str, detail: object = "") -> CaptureResult:
    return CaptureResult(verdict=FAILED, reason=reason, detail=str(detail))


def _read(saved: SavedResponse, body: bytes, find: Callable[[str], SavedResponse | None], most: int) -> Article:
    if saved.status >= _ERROR:
        raise NotAnArticle(f"http_{saved.status}", saved.url)
    page = parse_page(body, saved.url, saved.date)
    article = page.article
    while page.next_url:
        following = find(page.next_url)
        if not following:
            raise _Incomplete("no_next_page")
        page = parse_page(decoded(following, most), following.url, following.date)
        join_pages(article, page.article)
    return article


def _captured_next(captures: Captures, url: str, since: datetime | None) -> SavedResponse | None:
    """As it was captured next from `since` on, or if it was not, last before."""
    time = f"{since.astimezone(UTC):%Y%m%d%H%M%S}" if since else ""
    pages = captures.by_page.get(lookup_key(url), [])
    candidates = [page for page in pages if page.status < _ERROR and not page.truncated]
    if not candidates:
        return None
    capture = next((capture for capture in candidates if capture.time >= time), candidates[-1])
    return captures.read(capture.file, capture.offset, capture.length)


def _extract(article: Article) -> None:
    if lacking := article.lacks():
        raise _Incomplete(lacking)
    body = extract(article.body_html, article.layout, article.url)
    if not body.markdown:
        raise _Incomplete("empty")
    article.take(body)
    article.body_html = ""  # it need not travel between processes


@functools.cache
def _open(path: str) -> Captures:
    return Captures(Path(path))
