"""What travels through a crawl: an entry of a listing, and the article it leads to."""

from dataclasses import dataclass, field
from datetime import date, datetime

# Who saw a text: Sina's own server, asked by us, or a web archive.
SINA, INTERNET_ARCHIVE, COMMON_CRAWL = "sina", "internet_archive", "common_crawl"


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One entry of a list, as Sina gives it.

    Times are aware; ``created_at`` is the roll API's ``ctime`` and becomes the post's date,
    ``modified_at`` its ``mtime``. ``doc_id`` is without the ``comos:`` in front. ``day``, in Beijing, is
    all that a list without ctimes says of the time.
    """

    url: str
    title: str
    doc_id: str = ""
    created_at: datetime | None = None
    modified_at: datetime | None = None
    media: str = ""
    keywords: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """Where the raw response stands: a WARC file in ``captures/``, and offset and length in bytes."""

    file: str | None
    offset: int | None
    length: int | None


@dataclass(frozen=True, slots=True)
class Removal:
    """What was taken for no text of the article: the name of the rule, fit for a stat, and what could be read of it."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class ExtractedBody:
    """What comes back from a worker: Markdown, the images in it in order, and the bands of its MinHash.

    ``lossy``: trafilatura left out a part of the isolated body, so the body was used as it is. ``removed``: what was
    cleaned away of a body that was searched for.
    """

    extractor: str
    markdown: str = ""
    images: tuple[str, ...] = ()
    bands: tuple[str, ...] = ()
    lossy: bool = False
    removed: tuple[Removal, ...] = ()


@dataclass(slots=True)
class ArticleImages:
    """The addresses of an article's images, and which of them are kept: address -> file in ``images/``."""

    doc_id: str
    images: tuple[str, ...]
    local_images: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Article:
    """What a reader sees at one doc id.

    ``body_html`` is the isolated, cleaned body (a ``<div>`` of plain blocks); for a page of no
    known layout it is the whole page and ``layout`` is ``unknown``.
    """

    # What the page says.
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
    poster: str = field(default="", repr=False)  # of its first video that has one
    removed: tuple[Removal, ...] = field(default=(), repr=False)
    # Where it came from.
    entry: ListEntry | None = field(default=None, repr=False)
    aliases: tuple[str, ...] = field(default=(), repr=False)
    capture: Capture | None = field(default=None, repr=False)
    etag: str | None = field(default=None, repr=False)
    last_modified: str | None = field(default=None, repr=False)
    seen_by: str = SINA
    seen_at: datetime | None = None  # by a web archive; None: Sina shows it now
    learned_at: datetime | None = field(default=None, repr=False)  # when the run began that fetched it from there
    # What the pipelines find: ExtractBody, FindRevision, LinkNearDuplicates, KeepImages, WriteMarkdown.
    markdown: str = field(default="", repr=False)
    bands: tuple[str, ...] = field(default=(), repr=False)
    extractor: str = field(default="", repr=False)
    content_hash: str = field(default="", repr=False)
    revision: int = 1
    is_past: bool = False  # a text seen later is known: the post shows that one, and the catalog keeps this one
    archived_date: datetime | None = field(default=None, repr=False)
    archived_hash: str | None = field(default=None, repr=False)  # of the file, as the catalog has it
    shrunk_from: int = 0  # characters of the Markdown that a much shorter revision replaces
    duplicate_of: str | None = None
    local_images: dict[str, str] = field(default_factory=dict, repr=False)  # address -> file in images/
    path: str = ""
    file_hash: str = field(default="", repr=False)
    unwritten_post: str | None = field(default=None, repr=False)  # an edited file stands in its place

    @property
    def date(self) -> datetime | None:
        """The post's date, which never changes: the listing's ``ctime`` where there is one, else the page's own."""
        listed = self.entry.created_at if self.entry else None
        return self.archived_date or listed or self.published_at

    def lacks(self) -> str | None:
        """``no_title``, ``no_date`` or ``no_body`` where it has none, without which nothing is archived."""
        required = {"title": self.title.strip(), "date": self.date, "body": self.body_html}
        return next((f"no_{name}" for name, value in required.items() if not value), None)

    def take(self, body: ExtractedBody) -> None:
        """Has from now on what was extracted of its body."""
        self.markdown, self.images, self.bands = body.markdown, body.images, body.bands
        self.extractor = body.extractor
        self.removed += body.removed
