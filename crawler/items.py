"""What travels through a crawl: an entry of a listing, and the article it leads to."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One entry of a roll API listing, as Sina gives it.

    Times are aware; ``created_at`` is the API's ``ctime`` and becomes the post's date,
    ``modified_at`` its ``mtime``. ``doc_id`` is without the ``comos:`` in front.
    """

    url: str
    title: str
    doc_id: str = ""
    created_at: datetime | None = None
    modified_at: datetime | None = None
    media: str = ""
    keywords: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


@dataclass(slots=True)
class Article:
    """What a reader sees at one doc id.

    ``body_html`` is the isolated, cleaned body (a ``<div>`` of plain blocks); for a page of no
    known layout it is the whole page and ``layout`` is ``unknown``. ``markdown`` is empty until
    ``ExtractBody`` has run, ``path`` (relative to the archive) until ``WriteMarkdown`` has.
    """

    doc_id: str
    url: str
    title: str
    published_at: datetime | None
    body_html: str = field(repr=False)
    layout: str
    media: str = ""
    byline: str = ""
    editor: str = ""
    keywords: tuple[str, ...] = ()
    stocks: tuple[str, ...] = ()
    original_title: str = ""
    images: tuple[str, ...] = field(default=(), repr=False)
    aliases: tuple[str, ...] = field(default=(), repr=False)
    entry: ListEntry | None = field(default=None, repr=False)
    markdown: str = field(default="", repr=False)
    path: str = ""
    content_hash: str = ""

    @property
    def date(self) -> datetime | None:
        """The post's date: the listing's ``ctime`` where there is one, else the page's own."""
        return (self.entry.created_at if self.entry else None) or self.published_at
