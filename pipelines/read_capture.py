"""From a capture to a post: all the work on one article, as a plain function that a worker process can run."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from crawler.capture.captures import Captures, DamagedCapture
from crawler.capture.decoded import decoded
from crawler.capture.page_key import page_key
from crawler.capture.saved_response import SavedResponse
from crawler.catalog import content_hash
from crawler.items import Article, Capture, ListEntry
from crawler.sina.article import join_pages, parse_page
from crawler.sina.urls import NotAnArticle, without_tracking
from pipelines.post_form import PostForm

_ERROR = 400


@dataclass(frozen=True, slots=True)
class Reading:
    """The article with all that its page says, and its post; or in one word why there is none.

    ``refused``: the page was captured well and is no article.
    """

    article: Article | None = None
    post: str = field(default="", repr=False)
    reason: str = ""
    detail: str = ""
    refused: bool = False


class _Incomplete(ValueError):
    """The argument is the reason in one word."""


def read_capture(
    captures: str, form: PostForm, place: tuple[str, int, int], entry: ListEntry | None, date: datetime | None
) -> Reading:
    """Reads the capture at `place` (file, offset and length) and those of the article's further pages.

    `captures`: a folder or file; `date`: the post's, where it has one already. Never raises.
    """
    try:
        opened = _open(captures)
        saved = opened.read(*place)
    except (OSError, DamagedCapture) as error:
        return Reading(reason=getattr(error, "reason", "no_captures"), detail=str(error))
    reading = read_response(saved, lambda url: _captured_next(opened, url, saved.date), form, entry, date)
    if reading.article:
        reading.article.capture = Capture(*place)
    return reading


def read_response(
    saved: SavedResponse,
    find: Callable[[str], SavedResponse | None],
    form: PostForm,
    entry: ListEntry | None = None,
    date: datetime | None = None,
) -> Reading:
    """Reads a saved page; `find` is asked for the article's further ones. Never raises."""
    try:
        article = _read(saved, find)
        article.entry = entry if entry and entry.title else None
        article.aliases = tuple(dict.fromkeys([*([without_tracking(entry.url)] if entry else []), saved.url]))
        article.etag, article.last_modified = saved.header("ETag") or None, saved.header("Last-Modified") or None
        article.archived_date = date
        _extract(article)
        return Reading(article, form.render(article))
    except NotAnArticle as error:
        return Reading(reason=error.reason, detail=str(error), refused=True)
    except DamagedCapture as error:
        return Reading(reason=error.reason, detail=str(error))
    except _Incomplete as error:
        return Reading(reason=str(error))
    except Exception as error:  # whatever a page brings about: the others are read all the same
        return Reading(reason=type(error).__name__, detail=str(error))


def _read(saved: SavedResponse, find: Callable[[str], SavedResponse | None]) -> Article:
    if saved.status >= _ERROR:
        raise NotAnArticle(f"http_{saved.status}", saved.url)
    page = parse_page(decoded(saved), saved.url)
    article = page.article
    while page.next_url:
        following = find(page.next_url)
        if not following:
            raise _Incomplete("no_next_page")
        page = parse_page(decoded(following), following.url)
        if page.article.layout != article.layout:
            raise _Incomplete("other_layout")
        join_pages(article, page.article)
    return article


def _captured_next(captures: Captures, url: str, since: datetime | None) -> SavedResponse | None:
    """As it was captured next from `since` on, or if it was not, last before."""
    time = f"{since.astimezone(UTC):%Y%m%d%H%M%S}" if since else ""
    found = [entry for entry in captures.by_page.get(page_key(url), []) if entry.status < _ERROR]
    if not found:
        return None
    entry = next((entry for entry in found if entry.time >= time), found[-1])
    return captures.read(entry.file, entry.offset, entry.length)


def _extract(article: Article) -> None:
    from pipelines.extraction import extract  # these load what only a worker needs
    from pipelines.near import with_bands

    for name, value in (("title", article.title.strip()), ("date", article.date), ("body", article.body_html)):
        if not value:
            raise _Incomplete(f"no_{name}")
    body = with_bands(extract(article.body_html, article.layout, article.url))
    if not body.markdown:
        raise _Incomplete("empty")
    article.markdown, article.images, article.bands = body.markdown, body.images, body.bands
    article.extractor = body.extractor
    article.content_hash = content_hash(article.title, article.markdown)
    article.body_html = ""  # it need not travel between processes


@functools.cache
def _open(path: str) -> Captures:
    return Captures(Path(path))
